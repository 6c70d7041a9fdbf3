#include "signaling/health/board.h"

#include "signaling/health/cause.h"
#include "signaling/health/echo_finder.h"

#include <string.h>

const char *const health_cause_names[] = {
  "none",        "up_loss",     "down_loss",        "sender_cpu",  "wifi",
  "udp_blocked", "shared_line", "relay_overloaded", "room_device", "echo",
  "two_devices", "cable",       "narrow_up",        "narrow_down", NULL,
};

/* The light needs this many packets to judge: one of fewer that is lost is no percentage. */
#define LOSS_PACKETS 100
/* Fewer than this in the whole window say nothing. */
#define LOSS_PACKETS_MIN 20

/* Nothing at all from a peer that is being sent to, which answers with reports many times a second;
 * from one that gets nothing only checks come, every 2.5 s or so. */
#define IDLE_RECEIVING_MS 2500
#define IDLE_MS 8000

/* Rooms that return a voice, named at once. */
#define ECHOES_MAX 8

#define STEP_10S 10
#define STEP_60S 60

typedef struct {
  const HealthObserver *observer;
  gpointer user_data;
} Watcher;

struct HealthBoard {
  CauseEngine *causes;
  EchoFinder *echoes;
  HealthConfig config;
  GPtrArray *sites;  /* HealthSite, owned */
  GHashTable *by_id; /* "meeting/endpoint" -> HealthSite */
  GArray *watchers;  /* Watcher */
  gint64 wall_s;
};

/* --- life ------------------------------------------------------------------------------------- */

static char *
site_id (const char *meeting, const char *endpoint)
{
  return g_strconcat (meeting, "/", endpoint, NULL);
}

static void
health_site_free (gpointer data)
{
  HealthSite *site = data;

  for (guint i = 0; i < site->n_rings; i++) {
    second_ring_clear (&site->rings[i]->points);
    g_free (site->rings[i]);
  }
  second_ring_clear (&site->points);
  client_report_free (site->now.client.report);
  g_free (site->cause.peer);
  g_free (site->transport);
  g_clear_pointer (&site->candidates, g_ptr_array_unref);
  g_free (site->offer);
  g_free (site->meeting);
  g_free (site->endpoint);
  g_free (site->name);
  g_free (site->unit_name);
  g_free (site->branch);
  g_free (site);
}

HealthBoard *
health_board_new (const HealthConfig *config)
{
  HealthBoard *board = g_new0 (HealthBoard, 1);

  board->causes = cause_engine_new ();
  board->echoes = echo_finder_new ();
  board->sites = g_ptr_array_new_with_free_func (health_site_free);
  board->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  board->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
  health_board_set_config (board, config);
  return board;
}

void
health_board_free (HealthBoard *board)
{
  if (board == NULL)
    return;
  g_hash_table_unref (board->by_id);
  g_ptr_array_unref (board->sites);
  g_array_unref (board->watchers);
  cause_engine_free (board->causes);
  echo_finder_free (board->echoes);
  g_free (board);
}

void
health_board_set_config (HealthBoard *board, const HealthConfig *config)
{
  board->config = *config;
}

const HealthConfig *
health_board_get_config (const HealthBoard *board)
{
  return &board->config;
}

void
health_board_add_observer (HealthBoard *board, const HealthObserver *observer, gpointer user_data)
{
  Watcher watcher = { observer, user_data };

  g_array_append_val (board->watchers, watcher);
}

void
health_board_remove_observer (HealthBoard *board, gpointer user_data)
{
  for (guint i = board->watchers->len; i > 0; i--)
    if (g_array_index (board->watchers, Watcher, i - 1).user_data == user_data)
      g_array_remove_index (board->watchers, i - 1);
}

HealthSite *
health_board_open_site (HealthBoard *board, const SiteIdentity *identity)
{
  char *id = site_id (identity->meeting, identity->endpoint);
  HealthSite *site = g_hash_table_lookup (board->by_id, id);

  if (site != NULL) {
    g_free (id);
    return site;
  }
  site = g_new0 (HealthSite, 1);
  site->board = board;
  site->meeting = g_strdup (identity->meeting);
  site->endpoint = g_strdup (identity->endpoint);
  site->name = g_strdup (identity->name);
  site->unit_name = g_strdup (identity->unit_name);
  site->branch = g_strdup (identity->branch);
  second_ring_init (&site->points, sizeof (SitePoint));
  health_site_reset (site);
  site->verdict.state = HEALTH_ABSENT;
  site->verdict.light = HEALTH_LIGHT_ABSENT;
  g_ptr_array_add (board->sites, site);
  g_hash_table_insert (board->by_id, id, site);
  return site;
}

static void
tell_point (HealthSite *site, guint step_s, gint64 start_s, PointMerge *merge)
{
  const GArray *watchers = site->board->watchers;
  SitePoint point;

  if (!point_merge_take (merge, &point))
    return;
  for (guint i = 0; i < watchers->len; i++) {
    const Watcher *watcher = &g_array_index (watchers, Watcher, i);

    if (watcher->observer->on_point != NULL)
      watcher->observer->on_point (watcher->user_data, site, step_s, start_s, &point);
  }
}

static gint64
step_start (gint64 at_s, guint step_s)
{
  return at_s - at_s % step_s;
}

/* Steps that are not over yet. */
static void
site_tell_begun (HealthSite *site)
{
  tell_point (site, STEP_10S, step_start (site->board->wall_s, STEP_10S), &site->step_10s);
  tell_point (site, STEP_60S, step_start (site->board->wall_s, STEP_60S), &site->step_60s);
}

void
health_board_close_site (HealthSite *site)
{
  HealthBoard *board = site->board;
  g_autofree char *id = site_id (site->meeting, site->endpoint);

  site_tell_begun (site);
  for (guint i = 0; i < board->watchers->len; i++) {
    const Watcher *watcher = &g_array_index (board->watchers, Watcher, i);

    if (watcher->observer->on_closed != NULL)
      watcher->observer->on_closed (watcher->user_data, site);
  }
  cause_engine_forget (board->causes, site);
  echo_finder_remove (board->echoes, id);
  g_hash_table_remove (board->by_id, id);
  g_ptr_array_remove (board->sites, site);
}

void
health_site_reset (HealthSite *site)
{
  LineSample *line = &site->now.line;

  memset (line, 0, sizeof *line);
  line->rtt_ms = line->up_loss_permille = line->down_loss_permille = line->up_jitter_us = -1;
  memset (&site->up_window, 0, sizeof site->up_window);
  memset (&site->down_window, 0, sizeof site->down_window);
  site->verdict.up.score = site->verdict.down.score = -1;
  site->verdict.up.sound = site->verdict.up.picture = -1;
  site->verdict.down.sound = site->verdict.down.picture = -1;
}

/* --- what the relay says -----------------------------------------------------------------------
 */

static void
window_add (LossWindow *window, guint expected, guint lost)
{
  window->at = (window->at + 1) % LOSS_WINDOW_S;
  window->expected[window->at] = expected;
  window->lost[window->at] = lost;
}

/* Of the newest seconds that have enough packets; -1: there are too few. */
static int
window_permille (const LossWindow *window)
{
  guint64 expected = 0, lost = 0;

  for (guint i = 0; i < LOSS_WINDOW_S && expected < LOSS_PACKETS; i++) {
    guint at = (window->at + LOSS_WINDOW_S - i) % LOSS_WINDOW_S;

    expected += window->expected[at];
    lost += window->lost[at];
  }
  return expected < LOSS_PACKETS_MIN ? -1 : (int) (MIN (lost, expected) * 1000 / expected);
}

static void
measure_loss (HealthSite *site)
{
  LineSample *line = &site->now.line;
  guint expected[2] = { 0, 0 }, lost[2] = { 0, 0 };

  for (guint i = 0; i < line->n_streams; i++) {
    const StreamSample *stream = &line->streams[i];
    gboolean is_up = stream->kind <= STREAM_VIDEO_UP;

    /* what was sent is what was expected; what was received is less than that */
    expected[is_up] += stream->packets + (is_up ? stream->lost : 0);
    lost[is_up] += stream->lost;
  }
  window_add (&site->up_window, expected[TRUE], lost[TRUE]);
  window_add (&site->down_window, expected[FALSE], lost[FALSE]);
  line->up_loss_permille = window_permille (&site->up_window);
  line->down_loss_permille = window_permille (&site->down_window);
}

static void
take_line (LineSample *line, const LineStats *stats, gint64 now_us)
{
  line->at_us = now_us;
  line->state = stats->state;
  g_strlcpy (line->address, stats->address != NULL ? stats->address : "", sizeof line->address);
  line->tcp = stats->tcp;
  line->rtt_ms = stats->rtt_ms;
  line->up_loss_permille = stats->up_loss_permille;
  line->down_loss_permille = stats->down_loss_permille;
  line->up_jitter_us = stats->up_jitter_us;
  line->up_bps = MAX (stats->up_bps, 0);
  line->down_bps = MAX (stats->down_bps, 0);
  line->estimate_bps = stats->estimate_bps;
  line->target_bps = stats->target_bps;
  line->idle_ms = stats->idle_ms;
  line->n_streams = stream_samples_read (stats->samples, line->streams, STREAM_SAMPLES_MAX);
}

static StreamRing *
ring_of (HealthSite *site, const char *name, guint kind, guint layer)
{
  StreamRing *ring;

  for (guint i = 0; i < site->n_rings; i++) {
    ring = site->rings[i];
    if (ring->kind == kind && ring->layer == layer && strcmp (ring->name, name) == 0)
      return ring;
  }
  if (site->n_rings == SITE_RINGS_MAX)
    return NULL;
  ring = g_new0 (StreamRing, 1);
  g_strlcpy (ring->name, name, sizeof ring->name);
  ring->kind = (guint8) kind;
  ring->layer = (guint8) layer;
  second_ring_init (&ring->points, sizeof (StreamPoint));
  return site->rings[site->n_rings++] = ring;
}

/* "s0", "s24": one ring for all of them. */
static gboolean
is_tile (const StreamSample *stream)
{
  return stream->kind == STREAM_VIDEO_DOWN && stream->name[0] == 's' &&
         g_ascii_isdigit (stream->name[1]);
}

static void
add_tile (StreamSample *tiles, const StreamSample *stream)
{
  tiles->span_ms = MAX (tiles->span_ms, stream->span_ms);
  tiles->packets += stream->packets;
  tiles->bytes += stream->bytes;
  tiles->lost += stream->lost;
  tiles->nacks += stream->nacks;
  tiles->plis += stream->plis;
  tiles->rtx += stream->rtx;
  tiles->jitter_us = MAX (tiles->jitter_us, stream->jitter_us);
  tiles->height = MAX (tiles->height, stream->height);
  tiles->flags |= stream->flags;
}

static void
keep_stream (HealthSite *site, const StreamSample *stream)
{
  gboolean is_up = stream->kind <= STREAM_VIDEO_UP;
  StreamRing *ring = ring_of (site, stream->name, stream->kind, is_up ? stream->layer : 0);
  StreamPoint point;

  if (ring == NULL)
    return;
  stream_point_from_sample (&point, stream);
  second_ring_put (&ring->points, site->board->wall_s, &point);
}

static void
keep_streams (HealthSite *site)
{
  StreamSample tiles = { .name = "tiles", .kind = STREAM_VIDEO_DOWN };

  for (guint i = 0; i < site->now.line.n_streams; i++) {
    const StreamSample *stream = &site->now.line.streams[i];

    if (is_tile (stream))
      add_tile (&tiles, stream);
    else
      keep_stream (site, stream);
  }
  if (tiles.packets > 0)
    keep_stream (site, &tiles);
}

/* A cut cable is seen by what does not come. */
static gboolean
line_is_idle (const LineSample *line)
{
  return line->idle_ms > (line->down_bps > 0 ? IDLE_RECEIVING_MS : IDLE_MS);
}

static gboolean
judge_line (HealthSite *site, gint64 now_us)
{
  const HealthConfig *config = &site->board->config;
  const LineSample *line = &site->now.line;
  LineThresholds thresholds = { config->fair_permille, config->poor_permille, config->calm_us };
  int loss = MAX (line->up_loss_permille, line->down_loss_permille);

  if (line->state == TRANSPORT_DISCONNECTED || line_is_idle (line))
    return line_light_set_lost (&site->verdict.line, TRUE);
  if (line->state != TRANSPORT_CONNECTED)
    return FALSE;
  gboolean was_lost = site->verdict.line.state == LINE_LOST;
  gboolean changed = was_lost && line_light_set_lost (&site->verdict.line, FALSE);
  if (loss >= 0)
    changed |= line_light_on_loss (&site->verdict.line, &thresholds, (guint) loss, now_us);
  return changed;
}

/* What its open microphone sounds like, moment by moment. */
static void
hear (HealthSite *site, gint64 at_ms)
{
  const StreamSample *sound = line_sample_main (&site->now.line, STREAM_AUDIO_UP);
  gint64 first = at_ms / ECHO_BIN_MS - (STREAM_ENVELOPE - 1);

  G_STATIC_ASSERT (STREAM_ENVELOPE * ECHO_BIN_MS == 1000 && STREAM_ENVELOPE <= ECHO_BATCH_MAX);
  if (sound == NULL || !sound->has_envelope || !site->now.facts.mic_open || first < 0)
    return;
  g_autofree char *id = site_id (site->meeting, site->endpoint);
  echo_finder_add (site->board->echoes, id, first, sound->envelope, STREAM_ENVELOPE);
}

gboolean
health_site_on_line (HealthSite *site, const LineStats *stats, gint64 now_us)
{
  if (g_strcmp0 (site->transport, stats->transport) != 0) {
    health_site_reset (site);
    g_free (site->transport);
    site->transport = g_strdup (stats->transport);
  }
  take_line (&site->now.line, stats, now_us);
  if (site->now.line.n_streams > 0) {
    measure_loss (site);
    keep_streams (site);
    hear (site, stats->at_ms);
  }
  return judge_line (site, now_us);
}

gboolean
health_site_set_lost (HealthSite *site, gboolean is_lost)
{
  return line_light_set_lost (&site->verdict.line, is_lost);
}

/* --- what the page and the meeting say ----------------------------------------------------------
 */

void
health_site_on_report (HealthSite *site, ClientReport *report, gint64 now_us)
{
  ClientReport *before = site->now.client.report;

  if (before != NULL) {
    char **kept[][2] = {
      { &report->browser, &before->browser },
      { &report->microphone, &before->microphone },
      { &report->camera, &before->camera },
      { &report->speaker, &before->speaker },
    };
    for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
      if (*kept[i][0] == NULL)
        *kept[i][0] = g_steal_pointer (kept[i][1]);
    client_report_free (before);
  }
  site->now.client.report = report;
  site->now.client.at_us = now_us;
}

void
health_site_add_candidates (HealthSite *site, const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);

  if (site->candidates == NULL)
    site->candidates = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; lines[i] != NULL && site->candidates->len < SITE_CANDIDATES_MAX; i++)
    if (g_str_has_prefix (lines[i], "a=candidate:"))
      g_ptr_array_add (site->candidates, g_strchomp (g_strdup (lines[i] + strlen ("a="))));
}

void
health_site_set_offer (HealthSite *site, const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  GString *kept = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_str_has_prefix (lines[i], "a=ice-pwd:") && lines[i][0] != '\0')
      g_string_append_printf (kept, "%s\n", lines[i]);
  g_free (site->offer);
  site->offer = g_string_free (kept, FALSE);
  g_clear_pointer (&site->candidates, g_ptr_array_unref);
  health_site_add_candidates (site, sdp);
}

void
health_site_set_facts (HealthSite *site, const SiteFacts *facts)
{
  site->now.facts = *facts;
}

/* --- each second -------------------------------------------------------------------------------
 */

static guint16
cut_16 (gint64 value)
{
  return (guint16) CLAMP (value, 0, G_MAXUINT16);
}

static guint8
point_score (int score)
{
  return score < 0 ? HEALTH_SCORE_UNKNOWN : (guint8) score;
}

static void
point_add_streams (SitePoint *point, const SiteSample *sample)
{
  const StreamSample *sound = line_sample_main (&sample->line, STREAM_AUDIO_UP);
  const StreamSample *picture = line_sample_main (&sample->line, STREAM_VIDEO_UP);
  const StreamSample *shown = line_sample_find (&sample->line, "main");
  const StreamSample *heard = line_sample_main (&sample->line, STREAM_AUDIO_DOWN);

  if (sound != NULL)
    point->level = (guint8) sound->loudest;
  if (picture != NULL) {
    point->fps_up = (guint8) MIN (stream_sample_rate (picture, picture->frames), G_MAXUINT8);
    point->height_up = cut_16 (picture->height);
  }
  if (shown != NULL)
    point->height_down = cut_16 (shown->height);
  if (heard != NULL || shown != NULL)
    point->jitter_down_100us = cut_16 ((heard != NULL ? heard : shown)->jitter_us / 100);
}

static void
make_point (const HealthSite *site, SitePoint *point)
{
  const SiteSample *sample = &site->now;
  const LineSample *line = &sample->line;
  const ClientReport *client = site_sample_client (sample);

  *point = (SitePoint){ .light = site->verdict.light,
                        .state = site->verdict.state,
                        .score_up = point_score (site->verdict.up.score),
                        .score_down = point_score (site->verdict.down.score),
                        .cause = site->cause.id,
                        .level = STREAM_SILENCE,
                        .frozen_up_ms = cut_16 (site->verdict.frozen_up_ms),
                        .frozen_down_ms = cut_16 (site->verdict.frozen_down_ms) };
  if (client != NULL) {
    point->concealed_permille = cut_16 (client->concealed_permille);
    point->fps_down = (guint8) CLAMP (client->decoded_fps, 0, G_MAXUINT8);
  }
  if (!site_sample_has_line (sample))
    return;
  point->loss_up = point->worst_loss_up = cut_16 (line->up_loss_permille);
  point->loss_down = point->worst_loss_down = cut_16 (line->down_loss_permille);
  point->rtt_ms = cut_16 (line->rtt_ms);
  point->jitter_up_100us = cut_16 (line->up_jitter_us / 100);
  point->kbps_up = cut_16 (line->up_bps / 1000);
  point->kbps_down = cut_16 (line->down_bps / 1000);
  point->estimate_kbps = cut_16 (line->estimate_bps / 1000);
  point_add_streams (point, sample);
}

static gboolean
is_alarming (HealthLight light)
{
  return light == HEALTH_LIGHT_POOR || light == HEALTH_LIGHT_LOST;
}

/* The cause may have a light of its own: points and alarms come behind it. */
static void
site_keep_second (HealthSite *site)
{
  HealthLight before = site->light_before;
  SitePoint point;

  if (!site->now.facts.is_in)
    return;
  make_point (site, &point);
  second_ring_put (&site->points, site->board->wall_s, &point);
  point_merge_add (&site->step_10s, &point);
  point_merge_add (&site->step_60s, &point);
  if (is_alarming (site->verdict.light) && !is_alarming (before))
    health_site_save_ring (site, health_state_names[site->verdict.state]);
}

/* The steps that end where @wall_s begins another. */
static void
end_steps (HealthBoard *board, gint64 wall_s)
{
  gint64 start_10s = step_start (board->wall_s, STEP_10S);
  gint64 start_60s = step_start (board->wall_s, STEP_60S);

  for (guint i = 0; i < board->sites->len; i++) {
    HealthSite *site = g_ptr_array_index (board->sites, i);

    if (step_start (wall_s, STEP_10S) != start_10s)
      tell_point (site, STEP_10S, start_10s, &site->step_10s);
    if (step_start (wall_s, STEP_60S) != start_60s)
      tell_point (site, STEP_60S, start_60s, &site->step_60s);
  }
}

void
health_board_flush (HealthBoard *board)
{
  for (guint i = 0; i < board->sites->len; i++)
    site_tell_begun (g_ptr_array_index (board->sites, i));
}

void
health_board_set_relay (HealthBoard *board, const RelayCondition *condition)
{
  cause_engine_set_relay (board->causes, condition);
}

/* Rooms with an open microphone only: a closed one returns nothing. */
static void
judge_echoes (HealthBoard *board, gint64 now_us)
{
  EchoFinding found[ECHOES_MAX];
  guint n;

  for (guint i = 0; i < board->sites->len; i++) {
    const HealthSite *site = g_ptr_array_index (board->sites, i);
    if (!site->now.facts.mic_open || !site->now.facts.is_in) {
      g_autofree char *id = site_id (site->meeting, site->endpoint);
      echo_finder_remove (board->echoes, id);
    }
  }
  n = echo_finder_judge (board->echoes, found, G_N_ELEMENTS (found));
  for (guint i = 0; i < n; i++) {
    const HealthSite *site = g_hash_table_lookup (board->by_id, found[i].room);
    const HealthSite *voice =
        found[i].voice ? g_hash_table_lookup (board->by_id, found[i].voice) : NULL;
    if (site)
      cause_engine_on_echo (board->causes, site, voice ? voice->endpoint : NULL, found[i].is_twin,
                            found[i].confidence, now_us);
  }
}

void
health_board_second (HealthBoard *board, gint64 now_us, gint64 wall_s)
{
  if (board->wall_s != 0)
    end_steps (board, wall_s);
  board->wall_s = wall_s;
  for (guint i = 0; i < board->sites->len; i++) {
    HealthSite *site = g_ptr_array_index (board->sites, i);
    site->now.now_us = now_us;
    site->light_before = site->verdict.light;
    site_verdict_judge (&site->verdict, &site->now, board->config.calm_us);
  }
  judge_echoes (board, now_us);
  cause_engine_judge (board->causes, (HealthSite *const *) board->sites->pdata, board->sites->len,
                      now_us);
  for (guint i = 0; i < board->sites->len; i++)
    site_keep_second (g_ptr_array_index (board->sites, i));
  for (guint i = 0; i < board->watchers->len; i++) {
    const Watcher *watcher = &g_array_index (board->watchers, Watcher, i);

    if (watcher->observer->on_second != NULL)
      watcher->observer->on_second (watcher->user_data, board, now_us);
  }
}

gboolean
health_site_save_ring (HealthSite *site, const char *reason)
{
  const GArray *watchers = site->board->watchers;

  if (site->saved_us != 0 && site->now.now_us - site->saved_us < HEALTH_SAVE_US)
    return FALSE;
  site->saved_us = site->now.now_us;
  for (guint i = 0; i < watchers->len; i++) {
    const Watcher *watcher = &g_array_index (watchers, Watcher, i);

    if (watcher->observer->on_save != NULL)
      watcher->observer->on_save (watcher->user_data, site, reason);
  }
  return TRUE;
}

/* --- what is known ------------------------------------------------------------------------------
 */

guint
health_board_n_sites (const HealthBoard *board)
{
  return board->sites->len;
}

HealthSite *
health_board_get_site (const HealthBoard *board, guint index)
{
  return g_ptr_array_index (board->sites, index);
}

HealthSite *
health_board_find (const HealthBoard *board, const char *endpoint)
{
  HealthSite *found = NULL;

  for (guint i = 0; i < board->sites->len; i++) {
    HealthSite *site = g_ptr_array_index (board->sites, i);

    if (strcmp (site->endpoint, endpoint) != 0)
      continue;
    if (site->now.facts.is_in)
      return site;
    found = site;
  }
  return found;
}

gint64
health_board_wall_s (const HealthBoard *board)
{
  return board->wall_s;
}

void
health_site_set_cause (HealthSite *site, HealthCauseId id, guint confidence, const char *peer)
{
  HealthCause *cause = &site->cause;

  if (cause->id != id || g_strcmp0 (cause->peer, peer) != 0) {
    cause->since_us = site->now.now_us;
    g_free (cause->peer);
    cause->peer = g_strdup (peer);
  }
  cause->id = id;
  cause->confidence = MIN (confidence, 100);
}
