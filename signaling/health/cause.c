#include "signaling/health/cause.h"

#include <string.h>

/* Siblings that fall ill within this have it from one fault. */
#define TOGETHER_US (15 * (gint64) G_USEC_PER_SEC)
/* So many of them at least, and so large a share of those that are in. */
#define SIBLINGS_MIN 2
#define SIBLINGS_PERCENT 60
#define BRANCH_MIN 3
#define BRANCH_PERCENT 80
/* The relay or the server's own line: so many of all. */
#define ALL_MIN 5
#define ALL_PERCENT 60
#define OVERLOADED_PERCENT 30
#define RELAY_BUSY_PERCENT 90
#define RELAY_SLOW_US (100 * 1000)
/* Another cause takes over when it is so much surer. */
#define SURER 6
/* A picture that lacks frames though none is lost. */
#define FPS_LOW 12
#define LOSS_NONE_PERMILLE 5
/* Of what is wanted, an estimate below this is a narrow line. */
#define NARROW_PERCENT 90
/* Loss that a queue that runs over explains; above it the line loses by itself. */
#define NARROW_LOSS_PERMILLE 100
/* A computer that is short of breath for a moment is no fault; what its page counted over two
 * seconds has held for a while already. */
#define QUIET_US (3 * (gint64) G_USEC_PER_SEC)
#define COUNTED_US ((gint64) G_USEC_PER_SEC)
/* A computer that is too slow: sound is missing before it was sent, its clock strikes late, or its
 * encoder works all the time and leaves out pictures. One without enough sound at all has another
 * fault; encoders on a graphics card are behind without being short of time. */
#define CAPTURED_MIN_PERMILLE 100
#define CAPTURED_LOW_PERMILLE 880
#define LATE_MS 30
#define ENCODER_BUSY_PERMILLE 850
#define ENCODED_LOW_PERCENT 75
/* Queueing that a narrow line shows before it loses; longer round trips are believed slowly, as a
 * queue fills before anything else shows. */
#define QUEUE_RTT_MS 100
#define CALM_RTT_SHARE 16
/* The direction that queues is the one whose packets come so unevenly, and so much more than the
 * other's. */
#define QUEUE_JITTER_US 8000
#define QUEUE_JITTER_TIMES 2
/* Nothing comes from it at all: no estimate means anything. */
#define MUTE_MS 700
/* A page speaks every two seconds: what it says so long after its media ended it says without them;
 * silent for so long, it is cut off too. */
#define PAGE_AFTER_US (700 * (gint64) 1000)
#define PAGE_SILENT_US (3500 * (gint64) 1000)

/* What is remembered of a site. */
typedef struct {
  gint64 ill_since_us;   /* 0: its line is well */
  gint64 quiet_since_us; /* a fault that no light shows; 0: none */
  int calm_rtt_ms;       /* while it was well, -1: not known */
  guint transport;       /* hash of its name; of that one: */
  gint64 transport_us;   /* since when */
  gboolean has_heard;    /* something of what was sent to it has arrived */
  gint64 echo_us;
  guint echo_confidence;
  gboolean is_twin;
  char *voice;
} Memory;

struct CauseEngine {
  GHashTable *memories; /* HealthSite -> Memory, owned */
  RelayCondition relay;
};

typedef struct {
  HealthCauseId id;
  guint confidence;
  const char *peer;
} Guess;

/* One group of siblings. */
typedef struct {
  guint n_in, n_ill;
  gint64 first_ill_us, last_ill_us;
  const HealthSite *one, *another; /* of the ill */
} Group;

typedef struct {
  GHashTable *by_address, *by_branch; /* text, lent -> Group, owned */
  Group all;
} Groups;

static void
memory_free (Memory *memory)
{
  g_free (memory->voice);
  g_free (memory);
}

CauseEngine *
cause_engine_new (void)
{
  CauseEngine *engine = g_new0 (CauseEngine, 1);
  engine->memories = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) memory_free);
  return engine;
}

void
cause_engine_free (CauseEngine *engine)
{
  g_hash_table_unref (engine->memories);
  g_free (engine);
}

void
cause_engine_set_relay (CauseEngine *engine, const RelayCondition *condition)
{
  engine->relay = *condition;
}

static Memory *
memory_of (CauseEngine *engine, const HealthSite *site)
{
  Memory *memory = g_hash_table_lookup (engine->memories, site);
  if (!memory) {
    memory = g_new0 (Memory, 1);
    memory->calm_rtt_ms = -1;
    g_hash_table_insert (engine->memories, (gpointer) site, memory);
  }
  return memory;
}

void
cause_engine_forget (CauseEngine *engine, const HealthSite *site)
{
  g_hash_table_remove (engine->memories, site);
}

void
cause_engine_on_echo (CauseEngine *engine, const HealthSite *site, const char *voice,
                      gboolean is_twin, guint confidence, gint64 now_us)
{
  Memory *memory = memory_of (engine, site);
  memory->echo_us = now_us;
  memory->echo_confidence = confidence;
  memory->is_twin = is_twin;
  g_free (memory->voice);
  memory->voice = g_strdup (voice);
}

/* --- siblings --- */

/* Its line is ill: a device's fault is nobody else's. */
static gboolean
is_line_ill (const HealthSite *site)
{
  switch (site->verdict.state) {
  case HEALTH_LOST:
  case HEALTH_POOR_LINE:
  case HEALTH_NO_MEDIA:
  case HEALTH_DEAF:
  case HEALTH_FROZEN_HERE:
    return TRUE;
  case HEALTH_OK:
    return site->verdict.line.state >= LINE_FAIR;
  default:
    return site->verdict.line.state >= LINE_FAIR && site->verdict.state != HEALTH_ABSENT;
  }
}

static void
group_add (Group *group, const HealthSite *site, gint64 ill_since_us)
{
  group->n_in++;
  if (ill_since_us == 0)
    return;
  group->n_ill++;
  if (!group->one)
    group->one = site;
  else if (!group->another)
    group->another = site;
  if (group->first_ill_us == 0 || ill_since_us < group->first_ill_us)
    group->first_ill_us = ill_since_us;
  group->last_ill_us = MAX (group->last_ill_us, ill_since_us);
}

static void
group_add_named (GHashTable *groups, const char *name, const HealthSite *site, gint64 ill_since_us)
{
  Group *group = g_hash_table_lookup (groups, name);
  if (!group) {
    group = g_new0 (Group, 1);
    g_hash_table_insert (groups, g_strdup (name), group);
  }
  group_add (group, site, ill_since_us);
}

static gboolean
group_is_ill (const Group *group, guint least, guint percent)
{
  return group && group->n_ill >= least && group->n_ill * 100 >= group->n_in * percent;
}

/* All at about the same time. */
static gboolean
group_fell_together (const Group *group)
{
  return group->last_ill_us - group->first_ill_us <= TOGETHER_US;
}

/* "203.0.113.7" of "203.0.113.7:50012" and "[2001:db8::1]:50012"; FALSE: not known. */
static gboolean
host_of (const LineSample *line, char *ret_host, gsize size)
{
  const char *end = strrchr (line->address, ':');
  gsize len = end ? (gsize) (end - line->address) : 0;
  if (len == 0 || len >= size)
    return FALSE;
  memcpy (ret_host, line->address, len);
  ret_host[len] = '\0';
  return TRUE;
}

static gboolean
is_starved (const HealthSite *site)
{
  const ClientReport *client = site_sample_client (&site->now);

  if (client == NULL)
    return FALSE;
  if (site->now.facts.mic_open && client->captured_permille >= CAPTURED_MIN_PERMILLE &&
      client->captured_permille < CAPTURED_LOW_PERMILLE)
    return TRUE;
  if (client->late_ms >= LATE_MS && !client->hidden)
    return TRUE;
  return client->encode_permille >= ENCODER_BUSY_PERMILLE &&
         client->encode_fps * 100 < client->capture_fps * ENCODED_LOW_PERCENT;
}

static gboolean
is_queued (const Memory *memory, const LineSample *line)
{
  /* reports that would tell the round trip stand in the same line */
  return memory->calm_rtt_ms >= 0 &&
         (line->rtt_ms < 0 || line->rtt_ms > memory->calm_rtt_ms + QUEUE_RTT_MS);
}

static guint
worst_jitter_us (const LineSample *line, StreamKind audio, StreamKind video)
{
  guint worst = 0;
  for (guint i = 0; i < line->n_streams; i++) {
    const StreamSample *stream = &line->streams[i];
    if (stream->kind == (guint32) audio || stream->kind == (guint32) video)
      worst = MAX (worst, stream->jitter_us);
  }
  return worst;
}

/* Packets stand in line upwards, and not downwards. What tells of the way down comes late then, so
 * that the relay's estimate of it falls for no reason. */
static gboolean
is_queued_up (const Memory *memory, const LineSample *line)
{
  guint up = worst_jitter_us (line, STREAM_AUDIO_UP, STREAM_VIDEO_UP);
  return is_queued (memory, line) && up >= QUEUE_JITTER_US &&
         up > QUEUE_JITTER_TIMES * worst_jitter_us (line, STREAM_AUDIO_DOWN, STREAM_VIDEO_DOWN);
}

/* The queue before a narrow line is full, or its estimate says so. */
static gboolean
is_narrow_down (const Memory *memory, const LineSample *line)
{
  gboolean is_short = line->estimate_bps > 0 && line->target_bps > 0 &&
                      line->estimate_bps * 100 < line->target_bps * NARROW_PERCENT;
  if (is_queued_up (memory, line) || line->idle_ms > MUTE_MS)
    return FALSE;
  return line->down_loss_permille < NARROW_LOSS_PERMILLE ? is_short
                                                         : is_short && is_queued (memory, line);
}

/* Of a site whose line is well. */
static void
remember_calm (Memory *memory, const LineSample *line)
{
  if (line->rtt_ms < 0)
    return;
  if (memory->calm_rtt_ms < 0 || line->rtt_ms < memory->calm_rtt_ms)
    memory->calm_rtt_ms = line->rtt_ms;
  else
    memory->calm_rtt_ms += (line->rtt_ms - memory->calm_rtt_ms) / CALM_RTT_SHARE;
}

static void
remember_heard (Memory *memory, const HealthSite *site, gint64 now_us)
{
  const ClientReport *client = site_sample_client (&site->now);
  guint transport = site->transport ? g_str_hash (site->transport) : 0;

  if (transport != memory->transport) {
    memory->transport = transport;
    memory->transport_us = now_us;
    memory->has_heard = FALSE;
  }
  memory->has_heard |=
      client && site->now.client.at_us > memory->transport_us && client->audio_packets > 0;
}

static void
gather_groups (CauseEngine *engine, HealthSite *const *sites, guint n, gint64 now_us,
               Groups *groups)
{
  char host[LIMIT_ADDRESS_BYTES + 1];

  for (guint i = 0; i < n; i++) {
    const HealthSite *site = sites[i];
    Memory *memory = memory_of (engine, site);
    gboolean is_ill =
        is_line_ill (site) || (!is_starved (site) && is_narrow_down (memory, &site->now.line));
    if (!site->now.facts.is_in)
      continue;
    remember_heard (memory, site, now_us);
    if (!is_ill) {
      memory->ill_since_us = 0;
      remember_calm (memory, &site->now.line);
    } else if (memory->ill_since_us == 0) {
      memory->ill_since_us = now_us;
    }
    group_add (&groups->all, site, memory->ill_since_us);
    if (host_of (&site->now.line, host, sizeof host))
      group_add_named (groups->by_address, host, site, memory->ill_since_us);
    if (site->branch)
      group_add_named (groups->by_branch, site->branch, site, memory->ill_since_us);
  }
}

/* --- guesses, one fault each --- */

static void
guess (Guess *best, HealthCauseId id, guint confidence)
{
  if (confidence > best->confidence)
    *best = (Guess){ .id = id, .confidence = confidence };
}

static void
guess_together (const CauseEngine *engine, const Groups *groups, const HealthSite *site,
                Guess *best)
{
  char host[LIMIT_ADDRESS_BYTES + 1];
  const RelayCondition *relay = &engine->relay;
  gboolean is_busy = relay->pressure > 0 || relay->cpu_percent >= RELAY_BUSY_PERCENT ||
                     relay->worst_round_us >= RELAY_SLOW_US;
  const Group *behind = host_of (&site->now.line, host, sizeof host)
                            ? g_hash_table_lookup (groups->by_address, host)
                            : NULL;
  const Group *branch = site->branch ? g_hash_table_lookup (groups->by_branch, site->branch) : NULL;

  if (is_busy && group_is_ill (&groups->all, SIBLINGS_MIN, OVERLOADED_PERCENT))
    guess (best, HEALTH_CAUSE_RELAY_OVERLOADED, 95);
  else if (group_is_ill (&groups->all, ALL_MIN, ALL_PERCENT) && group_fell_together (&groups->all))
    guess (best, HEALTH_CAUSE_RELAY_OVERLOADED, 92);
  /* where all are behind one address that tells nothing */
  if (group_is_ill (behind, SIBLINGS_MIN, SIBLINGS_PERCENT) && group_fell_together (behind) &&
      behind->n_in < groups->all.n_in) {
    guess (best, HEALTH_CAUSE_SHARED_LINE, 90);
  } else if (group_is_ill (branch, BRANCH_MIN, BRANCH_PERCENT) && group_fell_together (branch) &&
             branch->n_in < groups->all.n_in) {
    guess (best, HEALTH_CAUSE_SHARED_LINE, 88);
    behind = branch;
  }
  if (best->id == HEALTH_CAUSE_SHARED_LINE && behind)
    best->peer = behind->one == site ? (behind->another ? behind->another->endpoint : NULL)
                                     : behind->one->endpoint;
}

static gboolean
page_outlived_media (const SiteSample *sample)
{
  gint64 end_us = sample->line.at_us - sample->line.idle_ms * (gint64) 1000;
  return site_sample_client (sample) && sample->client.at_us - end_us > PAGE_AFTER_US;
}

/* Or never spoke. */
static gboolean
page_is_silent (const SiteSample *sample)
{
  return !sample->client.report || sample->now_us - sample->client.at_us > PAGE_SILENT_US;
}

static void
guess_lost (const HealthSite *site, Guess *best)
{
  if (site->verdict.state != HEALTH_LOST && site->verdict.state != HEALTH_CONNECTING)
    return;
  /* its page is still there: the network works, the media's way does not */
  if (site->now.facts.is_away)
    guess (best, HEALTH_CAUSE_CABLE, 85);
  else if (site->verdict.state == HEALTH_LOST && page_outlived_media (&site->now))
    guess (best, HEALTH_CAUSE_UDP_BLOCKED, 80);
  else if (site->verdict.state == HEALTH_LOST && page_is_silent (&site->now))
    guess (best, HEALTH_CAUSE_CABLE, 80);
}

static gboolean
is_wifi (const HealthSite *site)
{
  const ClientReport *client = site_sample_client (&site->now);
  return client &&
         (client->network == CLIENT_NETWORK_WIFI || client->network == CLIENT_NETWORK_CELLULAR);
}

/* Nothing of what is sent to it arrives any more, and what it sends does. */
static gboolean
is_blocked_down (const Memory *memory, const SiteSample *sample)
{
  const ClientReport *client = site_sample_client (sample);
  const StreamSample *sound = line_sample_main (&sample->line, STREAM_AUDIO_DOWN);

  return memory->has_heard && client && client->audio_packets == 0 && client->decoded_fps <= 0 &&
         sound && sound->packets > 0 && sample->line.state == TRANSPORT_CONNECTED &&
         sample->line.idle_ms <= MUTE_MS;
}

static void
guess_narrow (const Memory *memory, const HealthSite *site, Guess *best)
{
  const LineSample *line = &site->now.line;
  const ClientReport *client = site_sample_client (&site->now);

  if (is_narrow_down (memory, line))
    guess (best, HEALTH_CAUSE_NARROW_DOWN, 78);
  if (is_queued_up (memory, line))
    guess (best, HEALTH_CAUSE_NARROW_UP, 84);
  else if (client && client->limited == CLIENT_LIMITED_BANDWIDTH &&
           line->up_loss_permille < NARROW_LOSS_PERMILLE)
    guess (best, HEALTH_CAUSE_NARROW_UP, 76);
}

static void
guess_line (const Memory *memory, const HealthSite *site, Guess *best)
{
  const LineSample *line = &site->now.line;
  int fair = (int) health_board_get_config (site->board)->fair_permille;
  int up = line->up_loss_permille, down = line->down_loss_permille;

  if (!site_sample_has_line (&site->now))
    return;
  if (line->tcp)
    guess (best, HEALTH_CAUSE_UDP_BLOCKED, 94);
  else if (is_blocked_down (memory, &site->now))
    guess (best, HEALTH_CAUSE_UDP_BLOCKED, 92);
  /* what waits for the processor comes as late as what waits for the line */
  if (!is_starved (site))
    guess_narrow (memory, site, best);
  if (up < fair && down < fair)
    return;
  if (is_wifi (site))
    guess (best, HEALTH_CAUSE_WIFI, 85);
  guess (best, up >= down ? HEALTH_CAUSE_UP_LOSS : HEALTH_CAUSE_DOWN_LOSS, 72);
}

static void
guess_device (const HealthSite *site, Guess *best)
{
  const ClientReport *client = site_sample_client (&site->now);
  const StreamSample *picture = line_sample_main (&site->now.line, STREAM_VIDEO_UP);
  gboolean is_lossless = site->now.line.up_loss_permille < LOSS_NONE_PERMILLE;

  if (client && client->limited == CLIENT_LIMITED_CPU)
    guess (best, HEALTH_CAUSE_SENDER_CPU, 92);
  else if (is_starved (site))
    guess (best, HEALTH_CAUSE_SENDER_CPU, 90);
  else if (!client && picture && is_lossless && site->now.facts.camera_on &&
           stream_sample_rate (picture, picture->frames) < FPS_LOW)
    guess (best, HEALTH_CAUSE_SENDER_CPU, 60);
  switch (site->verdict.state) {
  case HEALTH_BLACK:
  case HEALTH_SILENT:
  case HEALTH_CLIPPED:
  case HEALTH_WRONG_OUTPUT:
  case HEALTH_NOT_PLAYED:
    guess (best, HEALTH_CAUSE_ROOM_DEVICE, 93);
    break;
  case HEALTH_FROZEN:
  case HEALTH_NO_MEDIA:
    if (is_lossless && site->now.line.idle_ms <= MUTE_MS)
      guess (best, HEALTH_CAUSE_ROOM_DEVICE, 74);
    break;
  default:
    break;
  }
}

static gboolean
is_ill (const HealthSite *site)
{
  return site->verdict.light >= HEALTH_LIGHT_FAIR && site->verdict.light != HEALTH_LIGHT_ABSENT;
}

static gint64
quiet_us (const HealthSite *site, HealthCauseId id)
{
  gboolean is_counted =
      id == HEALTH_CAUSE_UDP_BLOCKED || (id == HEALTH_CAUSE_SENDER_CPU && is_starved (site));

  return is_counted ? COUNTED_US : QUIET_US;
}

static Guess
guess_all (const CauseEngine *engine, const Groups *groups, const HealthSite *site, gint64 now_us)
{
  Memory *memory = g_hash_table_lookup (engine->memories, site);
  Guess best = { HEALTH_CAUSE_NONE, 0, NULL };

  if (memory->echo_us != 0 && now_us - memory->echo_us <= CAUSE_ECHO_US) {
    guess (&best, memory->is_twin ? HEALTH_CAUSE_TWO_DEVICES : HEALTH_CAUSE_ECHO,
           memory->echo_confidence);
    best.peer = memory->voice;
    return best;
  }
  if (!site->now.facts.is_in)
    return best;
  guess_lost (site, &best);
  guess_line (memory, site, &best);
  guess_device (site, &best);
  if (memory->ill_since_us != 0)
    guess_together (engine, groups, site, &best);
  /* what shows in no light by itself has to hold for a while */
  if (best.id == HEALTH_CAUSE_NONE)
    memory->quiet_since_us = 0;
  else if (memory->quiet_since_us == 0)
    memory->quiet_since_us = now_us;
  if (!is_ill (site) &&
      (memory->quiet_since_us == 0 || now_us - memory->quiet_since_us < quiet_us (site, best.id)))
    return (Guess){ HEALTH_CAUSE_NONE, 0, NULL };
  return best;
}

/* What was named stays while the site is ill, unless something surer shows. */
static void
settle (HealthSite *site, const Guess *best)
{
  gboolean is_known = site->cause.id != HEALTH_CAUSE_NONE && best->id != HEALTH_CAUSE_NONE;
  /* what was wrong with the line before it was cut is no cause any more */
  gboolean is_cut = site->verdict.state == HEALTH_LOST && best->confidence >= 80;

  if (is_known && !is_cut && best->id != site->cause.id &&
      best->confidence < site->cause.confidence + SURER && best->id != HEALTH_CAUSE_ECHO &&
      best->id != HEALTH_CAUSE_TWO_DEVICES && site->cause.id != HEALTH_CAUSE_ECHO &&
      site->cause.id != HEALTH_CAUSE_TWO_DEVICES) {
    /* it fades, so that what is there now takes over in a while */
    health_site_set_cause (site, site->cause.id, site->cause.confidence - 1, site->cause.peer);
    return;
  }
  if (best->id == HEALTH_CAUSE_NONE && is_ill (site) && site->now.facts.is_in)
    return; /* its light has not calmed yet */
  health_site_set_cause (site, best->id, best->confidence, best->peer);
}

/* A light for what has none of its own. */
static void
show (HealthSite *site)
{
  HealthLight least = site->cause.id == HEALTH_CAUSE_NONE   ? HEALTH_LIGHT_UNKNOWN
                      : site->cause.id == HEALTH_CAUSE_ECHO ? HEALTH_LIGHT_POOR
                                                            : HEALTH_LIGHT_FAIR;
  if (site->now.facts.is_in)
    site->verdict.light = MAX (site->verdict.light, least);
}

void
cause_engine_judge (CauseEngine *engine, HealthSite *const *sites, guint n, gint64 now_us)
{
  Groups groups = { .by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                    .by_branch = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };

  gather_groups (engine, sites, n, now_us, &groups);
  for (guint i = 0; i < n; i++) {
    Guess best = guess_all (engine, &groups, sites[i], now_us);
    settle (sites[i], &best);
    show (sites[i]);
  }
  g_hash_table_unref (groups.by_address);
  g_hash_table_unref (groups.by_branch);
}
