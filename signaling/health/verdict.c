#include "signaling/health/verdict.h"

#include "signaling/health/score.h"

#include <string.h>

const char *const health_state_names[] = {
  "lost",        "connecting", "no_media",     "not_played", "deaf", "silent", "black", "frozen",
  "frozen_here", "clipped",    "wrong_output", "poor_line",  "ok",   "absent", NULL,
};
const char *const health_light_names[] = {
  "unknown", "good", "fair", "poor", "lost", "absent", NULL
};
const char *const health_reason_names[] = {
  "none",           "loss",    "delay",       "jitter",   "freeze", "low_bitrate",
  "low_resolution", "low_fps", "concealment", "no_media", NULL,
};

/* Nothing that has a microphone is as quiet as this: the noise of a room is 55 to 85 below full
 * scale, a switched-off or wrong device gives zeros. */
#define SILENT_LEVEL 100
/* A picture that stands still so many ms of each second, over three seconds or so. */
#define FROZEN_MS 300
/* Share of packets at full scale. */
#define CLIPPED_PERCENT 20
/* A page whose sound plays is not quieter than this while somebody speaks. */
#define PLAYED_SILENT_LEVEL 100

/* --- conditions: does it hold in this second ---------------------------------------------------
 */

static gboolean
is_connected (const SiteSample *sample)
{
  return sample->facts.is_in && !sample->facts.is_away && site_sample_has_line (sample) &&
         sample->line.state == TRANSPORT_CONNECTED;
}

static gboolean
is_lost (const SiteSample *sample, const SiteVerdict *verdict)
{
  return sample->facts.is_in && (sample->facts.is_away || verdict->line.state == LINE_LOST);
}

static gboolean
is_connecting (const SiteSample *sample, const SiteVerdict *verdict)
{
  return sample->facts.is_in && !sample->facts.is_away &&
         (!sample->facts.has_media ||
          (site_sample_has_line (sample) && sample->line.state <= TRANSPORT_CHECKING));
}

static gboolean
lacks_media (const SiteSample *sample, const SiteVerdict *verdict)
{
  const ClientReport *client = site_sample_client (sample);
  gboolean has_camera = sample->facts.camera_on && (client == NULL || !client->no_camera);

  if (!is_connected (sample))
    return FALSE;
  return (sample->facts.mic_open && line_sample_main (&sample->line, STREAM_AUDIO_UP) == NULL) ||
         (has_camera && line_sample_main (&sample->line, STREAM_VIDEO_UP) == NULL);
}

static gboolean
is_not_played (const SiteSample *sample, const SiteVerdict *verdict)
{
  const ClientReport *client = site_sample_client (sample);

  if (client == NULL || !is_connected (sample))
    return FALSE;
  return client->blocked || (client->played == CLIENT_PLAYED_NO && sample->facts.is_spoken_to);
}

/* The relay sends it the voice that the meeting gives it; here it does not arrive. */
static gboolean
is_deaf (const SiteSample *sample, const SiteVerdict *verdict)
{
  const ClientReport *client = site_sample_client (sample);

  if (!is_connected (sample) || !sample->facts.is_spoken_to)
    return FALSE;
  if (line_sample_main (&sample->line, STREAM_AUDIO_DOWN) == NULL)
    return TRUE;
  return client != NULL &&
         (client->audio_packets == 0 ||
          (client->out_level >= PLAYED_SILENT_LEVEL && client->played == CLIENT_PLAYED_YES));
}

static const StreamSample *
open_microphone (const SiteSample *sample)
{
  return is_connected (sample) && sample->facts.mic_open
             ? line_sample_main (&sample->line, STREAM_AUDIO_UP)
             : NULL;
}

static gboolean
is_silent (const SiteSample *sample, const SiteVerdict *verdict)
{
  const StreamSample *sound = open_microphone (sample);

  return sound != NULL && sound->packets > 0 && sound->loudest >= SILENT_LEVEL;
}

static gboolean
is_clipped (const SiteSample *sample, const SiteVerdict *verdict)
{
  const StreamSample *sound = open_microphone (sample);

  return sound != NULL && sound->packets > 0 &&
         sound->clipped * 100 >= sound->packets * CLIPPED_PERCENT;
}

static gboolean
is_black (const SiteSample *sample, const SiteVerdict *verdict)
{
  return is_connected (sample) && sample->facts.camera_on && sample->facts.is_dark &&
         !sample->facts.is_encoder;
}

static gboolean
is_frozen (const SiteSample *sample, const SiteVerdict *verdict)
{
  return is_connected (sample) && sample->facts.camera_on && verdict->frozen_up_ms >= FROZEN_MS;
}

static gboolean
is_frozen_here (const SiteSample *sample, const SiteVerdict *verdict)
{
  return is_connected (sample) && sample->facts.is_shown && verdict->frozen_down_ms >= FROZEN_MS;
}

static gboolean
has_wrong_output (const SiteSample *sample, const SiteVerdict *verdict)
{
  const ClientReport *client = site_sample_client (sample);

  return client != NULL && client->output_suspect && is_connected (sample);
}

static gboolean
has_poor_line (const SiteSample *sample, const SiteVerdict *verdict)
{
  return is_connected (sample) &&
         (verdict->line.state == LINE_FAIR || verdict->line.state == LINE_POOR);
}

static gboolean
is_absent (const SiteSample *sample, const SiteVerdict *verdict)
{
  return !sample->facts.is_in;
}

typedef struct {
  gboolean (*holds) (const SiteSample *sample, const SiteVerdict *verdict);
  guint hold_s;       /* before it is told; a light is due within five seconds of the fault */
  gboolean is_calmed; /* is taken back only after a calm */
  HealthLight light;
} HealthRule;

static const HealthRule rules[N_HEALTH_STATES] = {
  [HEALTH_LOST] = { is_lost, 0, FALSE, HEALTH_LIGHT_LOST },
  [HEALTH_CONNECTING] = { is_connecting, 3, FALSE, HEALTH_LIGHT_FAIR },
  [HEALTH_NO_MEDIA] = { lacks_media, 2, TRUE, HEALTH_LIGHT_POOR },
  [HEALTH_NOT_PLAYED] = { is_not_played, 2, TRUE, HEALTH_LIGHT_POOR },
  [HEALTH_DEAF] = { is_deaf, 3, TRUE, HEALTH_LIGHT_POOR },
  [HEALTH_SILENT] = { is_silent, 2, TRUE, HEALTH_LIGHT_FAIR },
  [HEALTH_BLACK] = { is_black, 0, TRUE, HEALTH_LIGHT_FAIR },
  [HEALTH_FROZEN] = { is_frozen, 1, TRUE, HEALTH_LIGHT_FAIR },
  [HEALTH_FROZEN_HERE] = { is_frozen_here, 1, TRUE, HEALTH_LIGHT_FAIR },
  [HEALTH_CLIPPED] = { is_clipped, 3, TRUE, HEALTH_LIGHT_FAIR },
  [HEALTH_WRONG_OUTPUT] = { has_wrong_output, 3, TRUE, HEALTH_LIGHT_FAIR },
  /* its light is that of the line */
  [HEALTH_POOR_LINE] = { has_poor_line, 0, FALSE, HEALTH_LIGHT_UNKNOWN },
  [HEALTH_ABSENT] = { is_absent, 0, FALSE, HEALTH_LIGHT_ABSENT },
};

HealthLight
health_state_light (HealthState state)
{
  return state < N_HEALTH_STATES ? rules[state].light : HEALTH_LIGHT_UNKNOWN;
}

static void
condition_update (Condition *condition, const HealthRule *rule, gboolean holds, gint64 now_us,
                  gint64 calm_us)
{
  if (holds) {
    if (condition->holds_since_us == 0)
      condition->holds_since_us = now_us;
    condition->calm_since_us = 0;
    condition->is_told |=
        now_us - condition->holds_since_us >= rule->hold_s * (gint64) G_USEC_PER_SEC;
    return;
  }
  condition->holds_since_us = 0;
  if (!condition->is_told)
    return;
  if (condition->calm_since_us == 0)
    condition->calm_since_us = now_us;
  if (!rule->is_calmed || now_us - condition->calm_since_us >= calm_us)
    *condition = (Condition){ 0 };
}

/* --- freezes -----------------------------------------------------------------------------------
 */

static guint
smooth_ms (guint before, guint ms)
{
  return (before + MIN (ms, 1000)) / 2;
}

static void
judge_freezes (SiteVerdict *verdict, const SiteSample *sample)
{
  const StreamSample *up = line_sample_main (&sample->line, STREAM_VIDEO_UP);
  const ClientReport *client = site_sample_client (sample);
  guint up_ms =
      up != NULL && site_sample_has_line (sample) ? stream_sample_rate (up, up->frozen_ms) : 0;
  guint down_ms = client != NULL && client->frozen_ms > 0 && sample->facts.is_shown
                      ? (guint) ((gint64) client->frozen_ms * 1000 / MAX (client->span_ms, 1))
                      : 0;

  verdict->frozen_up_ms = smooth_ms (verdict->frozen_up_ms, up_ms);
  verdict->frozen_down_ms = smooth_ms (verdict->frozen_down_ms, down_ms);
}

/* --- the word, the light, the scores ------------------------------------------------------------
 */

/* Falls faster than it rises, so that a second's fault is seen and one good second hides none. */
static int
smooth_score (int before, int now)
{
  if (before < 0 || now < 0)
    return now;
  return now < before ? (before + now) / 2 : (3 * before + now + 3) / 4;
}

static void
judge_scores (SiteVerdict *verdict, const SiteSample *sample)
{
  DirectionScore up, down;

  score_site (sample, verdict, &up, &down);
  up.score = smooth_score (verdict->up.score, up.score);
  down.score = smooth_score (verdict->down.score, down.score);
  verdict->up = up;
  verdict->down = down;
}

static HealthState
gravest (const SiteVerdict *verdict)
{
  if (verdict->conditions[HEALTH_ABSENT].is_told)
    return HEALTH_ABSENT;
  for (guint i = 0; i < HEALTH_OK; i++)
    if (verdict->conditions[i].is_told)
      return (HealthState) i;
  return HEALTH_OK;
}

void
site_verdict_judge (SiteVerdict *verdict, const SiteSample *sample, gint64 calm_us)
{
  judge_freezes (verdict, sample);
  for (guint i = 0; i < N_HEALTH_STATES; i++)
    if (rules[i].holds != NULL)
      condition_update (&verdict->conditions[i], &rules[i], rules[i].holds (sample, verdict),
                        sample->now_us, calm_us);
  judge_scores (verdict, sample);

  HealthState state = gravest (verdict);
  if (state != verdict->state || verdict->state_since_us == 0) {
    verdict->state = state;
    verdict->state_since_us = sample->now_us;
  }
  HealthLight of_state = health_state_light (state);
  verdict->light = of_state == HEALTH_LIGHT_ABSENT
                       ? HEALTH_LIGHT_ABSENT
                       : (HealthLight) MAX ((int) of_state, (int) verdict->line.state);
}
