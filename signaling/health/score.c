#include "signaling/health/score.h"

#include <math.h>
#include <string.h>

/* G.107 with its default values: R0 - Is. */
#define RATING_MAX 93.2
/* Opus at 32 kbps and above, of G.113's form: no impairment of its own; its concealment copes with
 * loss as a codec of this robustness does (with in-band FEC about twice as well). */
#define OPUS_IE 0.0
#define OPUS_BPL 16.0
/* Frames of 20 ms, and what a sound card takes at both ends. */
#define CODEC_DELAY_MS 50.0
/* A jitter buffer holds about so many times the jitter. */
#define JITTER_BUFFER_FACTOR 2.0

/* --- sound ------------------------------------------------------------------------------------ */

/* G.107, 7-27 and 7-28. */
static double
delay_impairment (double delay_ms)
{
  if (delay_ms <= 100)
    return 0;
  double x = log2 (delay_ms / 100);
  return 25 * (pow (1 + pow (x, 6), 1.0 / 6) - 3 * pow (1 + pow (x / 3, 6), 1.0 / 6) + 2);
}

/* G.107, 7-29. */
static double
loss_impairment (double loss, double burst_ratio)
{
  double percent = CLAMP (loss, 0, 1) * 100;

  return OPUS_IE + (95 - OPUS_IE) * percent / (percent / MAX (burst_ratio, 1) + OPUS_BPL);
}

static double
heard_loss (const SoundInput *input)
{
  return MAX (input->loss, input->concealed);
}

double
score_sound_rating (const SoundInput *input)
{
  double rating = RATING_MAX - delay_impairment (input->delay_ms) -
                  loss_impairment (heard_loss (input), input->burst_ratio);

  return CLAMP (rating, 0, RATING_MAX);
}

/* Less than this is not worth a word. */
#define SCORE_FINE 95

int
score_sound (const SoundInput *input, HealthReason *ret_reason)
{
  int score = (int) lround (score_sound_rating (input) * 100 / RATING_MAX);
  double by_delay = delay_impairment (input->delay_ms);
  double by_loss = loss_impairment (heard_loss (input), input->burst_ratio);

  if (score >= SCORE_FINE)
    *ret_reason = HEALTH_REASON_NONE;
  else if (by_loss >= by_delay)
    *ret_reason = input->concealed > input->loss ? HEALTH_REASON_CONCEALMENT : HEALTH_REASON_LOSS;
  else
    *ret_reason = input->jitter_ms * JITTER_BUFFER_FACTOR > input->delay_ms / 2
                      ? HEALTH_REASON_JITTER
                      : HEALTH_REASON_DELAY;
  return score;
}

double
score_burst_ratio (guint lost, guint runs, guint expected)
{
  if (lost == 0 || runs == 0 || lost >= expected)
    return 1;
  double mean_run = (double) lost / runs;
  double random_run = 1 / (1 - (double) lost / expected);
  return MAX (mean_run / random_run, 1);
}

/* --- picture ---------------------------------------------------------------------------------- */

/* A tenth of the time standing still costs 20, a third the most. */
#define FREEZE_COST 200.0
#define FREEZE_COST_MAX 70.0
/* Half the lines. */
#define HALVING_COST 14.0
#define RESOLUTION_COST_MAX 42.0
#define FPS_FINE 15
#define FPS_COST 2.0
/* Below so many bits a pixel even a still room falls into blocks: 720p25 with 180 kbps. */
#define BITS_PER_PIXEL 0.008
#define BITRATE_COST_MAX 25.0

static double
resolution_cost (const PictureInput *input)
{
  if (input->height == 0 || input->wanted <= input->height)
    return 0;
  return MIN (HALVING_COST * log2 ((double) input->wanted / input->height), RESOLUTION_COST_MAX);
}

static double
bitrate_cost (const PictureInput *input)
{
  double pixels = input->height * input->height * 16.0 / 9;
  double needed_kbps = pixels * MAX (input->fps, 1) * BITS_PER_PIXEL / 1000;

  if (input->height == 0 || input->kbps >= needed_kbps)
    return 0;
  return BITRATE_COST_MAX * (1 - input->kbps / needed_kbps);
}

int
score_picture (const PictureInput *input, HealthReason *ret_reason)
{
  const struct {
    HealthReason reason;
    double cost;
  } parts[] = {
    { HEALTH_REASON_FREEZE, MIN (FREEZE_COST * input->frozen, FREEZE_COST_MAX) },
    { HEALTH_REASON_LOW_RESOLUTION, resolution_cost (input) },
    { HEALTH_REASON_LOW_FPS,
      input->fps < FPS_FINE ? FPS_COST * (double) (FPS_FINE - input->fps) : 0 },
    { HEALTH_REASON_LOW_BITRATE, bitrate_cost (input) },
  };
  double cost = 0, worst = 100 - SCORE_FINE;

  *ret_reason = HEALTH_REASON_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    cost += parts[i].cost;
    if (parts[i].cost <= worst)
      continue;
    worst = parts[i].cost;
    *ret_reason = parts[i].reason;
  }
  return (int) lround (CLAMP (100 - cost, 0, 100));
}

/* --- a site ----------------------------------------------------------------------------------- */

static double
line_delay_ms (const SiteSample *sample, double jitter_ms)
{
  return MAX (sample->line.rtt_ms, 0) / 2.0 + JITTER_BUFFER_FACTOR * jitter_ms + CODEC_DELAY_MS;
}

static void
score_sound_stream (const SiteSample *sample, const StreamSample *stream, double concealed,
                    DirectionScore *score)
{
  guint expected = stream->packets + stream->lost;
  SoundInput input = { .loss = expected > 0 ? (double) stream->lost / expected : 0,
                       .burst_ratio = score_burst_ratio (stream->lost, stream->lost_runs, expected),
                       .concealed = concealed,
                       .jitter_ms = stream->jitter_us / 1000.0 };

  input.delay_ms = line_delay_ms (sample, input.jitter_ms);
  score->sound = score_sound (&input, &score->reason);
}

static void
combine_picture (const PictureInput *input, DirectionScore *score)
{
  HealthReason reason;

  score->picture = score_picture (input, &reason);
  if (score->sound < 0 || score->picture < score->sound)
    score->reason = reason;
}

/* A sender that chose fewer lines by itself was asked for no more; one that is short of computing
 * power or of line shows less than it could. */
#define FULL_HEIGHT 720

static void
score_up (const SiteSample *sample, const SiteVerdict *verdict, DirectionScore *score)
{
  const ClientReport *client = site_sample_client (sample);
  const StreamSample *sound = line_sample_main (&sample->line, STREAM_AUDIO_UP);
  const StreamSample *picture = line_sample_main (&sample->line, STREAM_VIDEO_UP);

  if (sound != NULL && sample->facts.mic_open)
    score_sound_stream (sample, sound, -1, score);
  if (picture == NULL || !sample->facts.camera_on)
    return;
  gboolean is_limited = client != NULL && (client->limited == CLIENT_LIMITED_CPU ||
                                           client->limited == CLIENT_LIMITED_BANDWIDTH);
  PictureInput input = { .frozen = verdict->frozen_up_ms / 1000.0,
                         .height = picture->height,
                         .wanted = is_limited ? FULL_HEIGHT : 0,
                         .fps = stream_sample_rate (picture, picture->frames),
                         .kbps = stream_sample_rate (picture, picture->bytes) * 8 / 1000 };
  combine_picture (&input, score);
}

static void
score_down (const SiteSample *sample, const SiteVerdict *verdict, DirectionScore *score)
{
  const ClientReport *client = site_sample_client (sample);
  const StreamSample *sound = line_sample_main (&sample->line, STREAM_AUDIO_DOWN);
  const StreamSample *picture = line_sample_find (&sample->line, "main");
  double concealed =
      client != NULL && client->concealed_permille >= 0 ? client->concealed_permille / 1000.0 : -1;

  if (sound != NULL)
    score_sound_stream (sample, sound, concealed, score);
  if (picture == NULL || !(picture->flags & STREAM_ACTIVE))
    return;
  gboolean is_limited = (picture->flags & STREAM_LIMITED) != 0;
  PictureInput input = {
    .frozen = verdict->frozen_down_ms / 1000.0,
    .height = picture->height,
    .wanted = is_limited ? (picture->wanted > 0 ? picture->wanted : FULL_HEIGHT) : 0,
    .fps = client != NULL && client->decoded_fps >= 0 ? (guint) client->decoded_fps : FPS_FINE,
    .kbps = stream_sample_rate (picture, picture->bytes) * 8 / 1000
  };
  combine_picture (&input, score);
}

static void
finish (DirectionScore *score)
{
  if (score->sound < 0)
    score->score = score->picture;
  else
    score->score = score->picture < 0 ? score->sound : MIN (score->sound, score->picture);
}

void
score_site (const SiteSample *sample, const SiteVerdict *verdict, DirectionScore *ret_up,
            DirectionScore *ret_down)
{
  *ret_up = *ret_down = (DirectionScore){ -1, HEALTH_REASON_NONE, -1, -1 };
  if (!site_sample_has_line (sample) || sample->line.state != TRANSPORT_CONNECTED)
    return;
  score_up (sample, verdict, ret_up);
  score_down (sample, verdict, ret_down);
  finish (ret_up);
  finish (ret_down);
}
