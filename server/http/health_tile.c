#include "server/http/health_tile.h"

#include <stdlib.h>

/* Figures move only by so much, absolute or in percent. */
#define SCORE_STEP 3
#define LOSS_STEP 2
#define LOSS_PERCENT 10
#define RTT_STEP_MS 10
#define RTT_PERCENT 20
#define KBPS_STEP 50
#define KBPS_PERCENT 15

#define LEVEL_STEPS 5
/* -dBov of the quietest that is shown; each step is 12 dB. */
#define LEVEL_QUIET 65
#define LEVEL_STEP_DB 12

void
health_tile_clear (HealthTile *tile)
{
  g_clear_pointer (&tile->peer, g_free);
}

/* TRUE: @now is far enough from what was told, or one of them is not known. */
static gboolean
moves (gint64 told, gint64 now, gint64 step, gint64 percent)
{
  gint64 distance = now > told ? now - told : told - now;

  if (told == now)
    return FALSE;
  if (told < 0 || now < 0 || now == 0)
    return TRUE;
  return distance >= step && distance * 100 >= told * percent;
}

static gboolean
move_int (int *told, int now, int step, int percent)
{
  if (!moves (*told, now, step, percent))
    return FALSE;
  *told = now;
  return TRUE;
}

static gboolean
move_long (gint64 *told, gint64 now, gint64 step, gint64 percent)
{
  if (!moves (*told, now, step, percent))
    return FALSE;
  *told = now;
  return TRUE;
}

static guint
level_step (const HealthSite *site)
{
  const StreamSample *sound = line_sample_main (&site->now.line, STREAM_AUDIO_UP);

  if (sound == NULL || !site->now.facts.mic_open || sound->loudest > LEVEL_QUIET)
    return 0;
  return MIN ((LEVEL_QUIET - sound->loudest) / LEVEL_STEP_DB + 1, LEVEL_STEPS);
}

static gint64
wall_of (const HealthSite *site, gint64 at_us, gint64 wall_ms)
{
  return wall_ms - (site->now.now_us - at_us) / 1000;
}

static guint
update_state (HealthTile *tile, const HealthSite *site, gint64 wall_ms)
{
  const SiteVerdict *verdict = &site->verdict;
  guint changes = 0;

  if (tile->light != verdict->light) {
    tile->light = verdict->light;
    changes |= TILE_LIGHT;
  }
  if (tile->state != verdict->state || tile->since_ms == 0) {
    tile->state = verdict->state;
    tile->since_ms = wall_of (site, verdict->state_since_us, wall_ms);
    changes |= TILE_STATE;
  }
  if (move_int (&tile->score_up, verdict->up.score, SCORE_STEP, 0) |
      move_int (&tile->score_down, verdict->down.score, SCORE_STEP, 0))
    changes |= TILE_SCORE;
  if (tile->reason_up != verdict->up.reason || tile->reason_down != verdict->down.reason) {
    tile->reason_up = verdict->up.reason;
    tile->reason_down = verdict->down.reason;
    changes |= TILE_REASON;
  }
  return changes;
}

static guint
update_cause (HealthTile *tile, const HealthSite *site, gint64 wall_ms)
{
  const HealthCause *cause = &site->cause;
  guint confidence = cause->confidence - cause->confidence % 10;

  if (tile->cause == cause->id && tile->confidence == confidence &&
      g_strcmp0 (tile->peer, cause->peer) == 0)
    return 0;
  if (tile->cause != cause->id)
    tile->cause_since_ms = wall_of (site, cause->since_us, wall_ms);
  tile->cause = cause->id;
  tile->confidence = confidence;
  g_free (tile->peer);
  tile->peer = g_strdup (cause->peer);
  return TILE_CAUSE;
}

static guint
update_voice (HealthTile *tile, const HealthSite *site)
{
  const SiteFacts *facts = &site->now.facts;
  guint level = level_step (site);

  if (tile->role == facts->role && tile->speaking == facts->is_speaking &&
      tile->mic == facts->mic_open && tile->level == level)
    return 0;
  tile->role = facts->role;
  tile->speaking = facts->is_speaking;
  tile->mic = facts->mic_open;
  tile->level = level;
  return TILE_VOICE;
}

static guint
update_figures (HealthTile *tile, const HealthSite *site)
{
  const LineSample *line = &site->now.line;
  gboolean has_line = site_sample_has_line (&site->now);
  guint changes = 0;

  if (move_int (&tile->loss_up, has_line ? line->up_loss_permille : -1, LOSS_STEP, LOSS_PERCENT) |
      move_int (&tile->loss_down, has_line ? line->down_loss_permille : -1, LOSS_STEP,
                LOSS_PERCENT))
    changes |= TILE_LOSS;
  if (move_int (&tile->rtt_ms, has_line ? line->rtt_ms : -1, RTT_STEP_MS, RTT_PERCENT))
    changes |= TILE_RTT;
  if (move_long (&tile->kbps_up, has_line ? line->up_bps / 1000 : 0, KBPS_STEP, KBPS_PERCENT) |
      move_long (&tile->kbps_down, has_line ? line->down_bps / 1000 : 0, KBPS_STEP, KBPS_PERCENT))
    changes |= TILE_KBPS;
  return changes;
}

static guint
update_network (HealthTile *tile, const HealthSite *site)
{
  const ClientReport *client = site->now.client.report;
  ClientNetwork network = client != NULL ? client->network : CLIENT_NETWORK_UNKNOWN;
  gboolean stale = site->now.facts.is_in && !site_sample_has_line (&site->now);
  guint changes = 0;

  if (tile->network != network || tile->tcp != site->now.line.tcp) {
    tile->network = network;
    tile->tcp = site->now.line.tcp;
    changes |= TILE_NETWORK;
  }
  if (tile->stale != stale) {
    tile->stale = stale;
    changes |= TILE_STALE;
  }
  return changes;
}

guint
health_tile_update (HealthTile *tile, const HealthSite *site, gint64 wall_ms)
{
  return update_state (tile, site, wall_ms) | update_cause (tile, site, wall_ms) |
         update_voice (tile, site) | update_figures (tile, site) | update_network (tile, site);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void
append_number (GString *json, int value)
{
  if (value < 0)
    g_string_append (json, "null");
  else
    g_string_append_printf (json, "%d", value);
}

static void
append_pair (GString *json, const char *name, int up, int down)
{
  g_string_append_printf (json, ",\"%s\":{\"up\":", name);
  append_number (json, up);
  g_string_append (json, ",\"down\":");
  append_number (json, down);
  g_string_append_c (json, '}');
}

static void
append_cause (GString *json, const HealthTile *tile)
{
  if (tile->cause == HEALTH_CAUSE_NONE) {
    g_string_append (json, ",\"cause\":null");
    return;
  }
  g_string_append_printf (
      json, ",\"cause\":{\"id\":\"%s\",\"confidence\":%u,\"since\":%" G_GINT64_FORMAT ",\"peer\":",
      health_cause_names[tile->cause], tile->confidence, tile->cause_since_ms);
  if (tile->peer != NULL) /* an id: nothing to escape */
    g_string_append_printf (json, "\"%s\"}", tile->peer);
  else
    g_string_append (json, "null}");
}

static const char *const role_names[] = { "site", "chair", "cochair" };

static const char *
text_of (gboolean value)
{
  return value ? "true" : "false";
}

void
health_tile_append (const HealthTile *tile, guint changes, GString *json)
{
  if (changes & TILE_LIGHT)
    g_string_append_printf (json, ",\"light\":\"%s\"", health_light_names[tile->light]);
  if (changes & TILE_STATE)
    g_string_append_printf (json, ",\"state\":\"%s\",\"since\":%" G_GINT64_FORMAT,
                            health_state_names[tile->state], tile->since_ms);
  if (changes & TILE_SCORE)
    append_pair (json, "score", tile->score_up, tile->score_down);
  if (changes & TILE_REASON)
    g_string_append_printf (json, ",\"reason\":{\"up\":\"%s\",\"down\":\"%s\"}",
                            health_reason_names[tile->reason_up],
                            health_reason_names[tile->reason_down]);
  if (changes & TILE_CAUSE)
    append_cause (json, tile);
  if (changes & TILE_VOICE)
    g_string_append_printf (json, ",\"role\":\"%s\",\"speaking\":%s,\"mic\":%s,\"level\":%u",
                            role_names[tile->role], text_of (tile->speaking), text_of (tile->mic),
                            tile->level);
  if (changes & TILE_LOSS)
    append_pair (json, "loss", tile->loss_up, tile->loss_down);
  if (changes & TILE_RTT) {
    g_string_append (json, ",\"rtt\":");
    append_number (json, tile->rtt_ms);
  }
  if (changes & TILE_KBPS)
    append_pair (json, "kbps", (int) tile->kbps_up, (int) tile->kbps_down);
  if (changes & TILE_NETWORK)
    g_string_append_printf (json, ",\"network\":\"%s\",\"tcp\":%s",
                            client_network_names[tile->network], text_of (tile->tcp));
  if (changes & TILE_STALE)
    g_string_append_printf (json, ",\"stale\":%s", text_of (tile->stale));
}
