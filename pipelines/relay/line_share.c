#include "pipelines/relay/line_share.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/slot_start.h"
#include "pipelines/relay/transport.h"
#include "pipelines/transport/cache_line.h"

/* Opus as browsers send it, with headers: 40 kbps and 50 packets a second. */
#define AUDIO_SLOT_BPS 64000

/* With a queue on the line the limits are set so often. */
#define HURRY_US (40 * G_TIME_SPAN_MILLISECOND)

/* A picture whose bit rate was not measured yet counts as one that is usable (DOMAIN.md). */
#define UNKNOWN_LAYER_BPS 150000

LineShare *
line_share_new (gint64 now_us)
{
  LineShare *share = g_new0 (LineShare, 1);

  estimator_init (&share->estimator, now_us);
  return share;
}

LineShare *
line_share_ensure (Transport *transport)
{
  if (transport->share == NULL)
    transport->share = line_share_new (transport->shard->now_us);
  return transport->share;
}

void
line_share_reset (LineShare *share, gint64 now_us)
{
  estimator_init (&share->estimator, now_us);
  share->told = (ToldRate){ 0 };
  share->allocator = (Allocator){ 0 };
  share->pacer = (Pacer){ 0 };
  share->short_bps = 0;
}

/* --- pacing --- */

static void
pace_slots (Transport *transport)
{
  for (guint i = 0; i < transport->slots->len; i++) {
    slot_pace_set (g_ptr_array_index (transport->slots, i), transport->share->pacer.is_on);
  }
}

static void
update_hold (LineShare *share)
{
  gint64 from_us, until_us;

  estimator_get_hold (&share->estimator, &from_us, &until_us);
  pacer_hold (&share->pacer, from_us, until_us);
}

/* A shard that is too busy has no time for packets one by one; TCP has a queue of its own. */
static void
pace (Transport *transport)
{
  LineShare *share = transport->share;
  const Estimator *estimator = &share->estimator;
  PacerLine line = { .is_narrow = estimator_is_narrow (estimator) &&
                                  transport->shard->pressure.level == 0 &&
                                  !transport_is_tcp (transport),
                     .is_congested = estimator_is_congested (estimator),
                     .line_bps = estimator_get_bps (estimator),
                     .sound_bps = share->demand.sound_bps,
                     .pictures_bps = share->pictures_bps };
  gboolean was_on = share->pacer.is_on;

  pacer_update (&share->pacer, &line, transport->shard->now_us);
  update_hold (share);
  if (was_on != share->pacer.is_on)
    pace_slots (transport);
}

void
line_share_on_feedback (LineShare *share, const RtcpPacket *packet, gint64 now_us)
{
  TwccFeedback feedback;

  if (!twcc_feedback_init (&feedback, packet))
    return;
  estimator_on_feedback (&share->estimator, &feedback, now_us);
  update_hold (share);
}

void
line_share_on_remb (Transport *transport, const RtcpRemb *remb)
{
  told_rate_on_remb (&line_share_ensure (transport)->told, remb->bitrate_bps);
  transport_stir (transport);
}

void
line_share_on_report (Transport *transport, Slot *slot, const RtcpReportBlock *block)
{
  guint32 expected = block->highest_seq - slot->reported_seq;
  gboolean is_first = slot->reported_seq == 0;

  slot->reported_seq = block->highest_seq;
  if (is_first || expected == 0 || expected > REPORT_PACKETS_MAX)
    return;
  told_rate_on_report (&line_share_ensure (transport)->told, expected,
                       (expected * block->fraction_lost + 128) / 256);
  if (block->fraction_lost != 0)
    transport_stir (transport);
}

/* --- probing --- */

static guint
fill (Transport *transport, guint bytes, guint (*send) (Slot *slot, guint bytes))
{
  for (guint i = 0; bytes > 0 && i < transport->slots->len; i++) {
    guint sent = send (g_ptr_array_index (transport->slots, i), bytes);

    bytes -= MIN (bytes, sent); /* MIN () evaluates twice */
  }
  return bytes;
}

void
line_share_prefetch (const LineShare *share)
{
  const Estimator *estimator = &share->estimator;

  cache_line_prefetch (estimator, ESTIMATOR_HOT_BYTES);
  cache_line_prefetch (&estimator->queue,
                       ESTIMATOR_TOLD_BYTES - G_STRUCT_OFFSET (Estimator, queue));
  cache_line_prefetch (&share->allocator, sizeof *share - sizeof *estimator);
}

void
line_share_tick (Transport *transport)
{
  LineShare *share = transport->share;
  guint due;

  /* nothing to be learnt, nothing to be probed: most of its state stays out of the cache */
  if (!transport->sendable || !estimator_is_told (&share->estimator))
    return;
  estimator_note_heard (&share->estimator, transport->up_bytes);
  estimator_tick (&share->estimator, transport->shard->now_us);
  pace (transport);
  if (estimator_is_congested (&share->estimator) &&
      transport->shard->now_us - share->divided_us >= HURRY_US)
    line_share_divide (transport);
  due = estimator_probe_bytes (&share->estimator, transport->shard->now_us);
  if (due > 0)
    due = fill (transport, due, slot_start_hasten);
  if (due > 0)
    fill (transport, fill (transport, due, slot_repeat), slot_pad);
}

/* --- dividing --- */

/* What a slot can be limited to. */
typedef struct {
  gint encoding;
  guint8 target;
} LineLayer;

typedef struct {
  AllocatorPicture pictures[ALLOCATOR_SLOTS_MAX];
  Slot *slots[ALLOCATOR_SLOTS_MAX];
  LineLayer layers[ALLOCATOR_SLOTS_MAX][ALLOCATOR_LAYERS_MAX]; /* worst first */
  guint n;
  guint audio_bps;
} Demand;

/* Sorted in by its bit rate. */
static void
demand_add_layer (Demand *demand, guint at, LineLayer layer, guint bps)
{
  AllocatorPicture *picture = &demand->pictures[at];
  gint k = picture->n_layers;

  G_STATIC_ASSERT (ALLOCATOR_LAYERS_MAX >=
                   LAYER_STEPS_MAX + (LIMIT_RIDS - 1) * 2 * LAYER_SPATIAL_MAX);
  for (; k > 0 && picture->bps[k - 1] > bps; k--) {
    picture->bps[k] = picture->bps[k - 1];
    demand->layers[at][k] = demand->layers[at][k - 1];
  }
  picture->bps[k] = bps;
  demand->layers[at][k] = layer;
  picture->n_layers++;
}

/* An encoding and the layers within it, as far as they were measured. */
static void
demand_add_encoding (Demand *demand, guint at, const FeedEncoding *encoding, LineLayer layer,
                     gboolean is_base)
{
  LayerStep steps[LAYER_STEPS_MAX];
  guint n = layer_ladder_steps (&encoding->ladder, is_base, steps);
  guint whole_bps =
      encoding->layer.bitrate_bps > 0 ? encoding->layer.bitrate_bps : UNKNOWN_LAYER_BPS;

  for (guint i = 0; i < n; i++) {
    layer.target = steps[i].target;
    if (i + 1 == n)
      demand_add_layer (demand, at, layer, steps[i].bps > 0 ? steps[i].bps : whole_bps);
    else if (steps[i].bps > 0)
      demand_add_layer (demand, at, layer, steps[i].bps);
  }
}

/* The active encodings of @slot's track, worst first, into place @at. */
static void
demand_add_layers (Demand *demand, const Slot *slot, guint at)
{
  const Feed *feed = slot->feed;
  guint n = feed->shape->n_encodings;
  gboolean is_base = TRUE;

  /* rids are offered best first */
  for (gint i = (gint) n - 1; i >= 0; i--) {
    const FeedEncoding *encoding = &feed->encodings[i];

    if (encoding->source == 0 || (n > 1 && !encoding->layer.active))
      continue;
    demand_add_encoding (demand, at, encoding, (LineLayer){ .encoding = i }, is_base);
    is_base = FALSE;
  }
}

/* Another size begins with a key frame, another frame rate does not. */
static void
demand_note_keys (Demand *demand, guint at)
{
  const LineLayer *layers = demand->layers[at];

  for (gint k = 1; k < demand->pictures[at].n_layers; k++)
    demand->pictures[at].needs_key[k] =
        layers[k].encoding != layers[k - 1].encoding ||
        layer_target_spatial (layers[k].target) != layer_target_spatial (layers[k - 1].target);
}

static gint
find_layer (const Demand *demand, guint at, gint encoding, guint target)
{
  for (gint k = 0; k < demand->pictures[at].n_layers; k++) {
    if (demand->layers[at][k].encoding == encoding && demand->layers[at][k].target == target)
      return k;
  }
  return ALLOCATOR_NONE;
}

static gint
find_wanted (const Demand *demand, guint at, const Slot *slot)
{
  gint encoding = slot_wanted_encoding (slot);
  guint target = encoding != LAYER_NONE ? slot_wanted_target (slot, encoding) : LAYER_TARGET_ALL;

  return MAX (find_layer (demand, at, encoding, target), 0);
}

/* The larger a picture is shown, the more it matters; 0 asks for all there is. */
static guint
rank_of (const Slot *slot)
{
  return slot->height == 0 ? 0 : G_MAXINT - MIN (slot->height, G_MAXINT - 1);
}

static void
demand_add (Demand *demand, Slot *slot)
{
  guint at = demand->n;

  if (slot->feed == NULL || slot->feed->muted)
    return;
  if (slot->kind == TRACK_AUDIO) {
    guint32 source;

    if (slot->group == NULL || slot_rewriter_flowing (&slot->rewriter, &source))
      demand->audio_bps += AUDIO_SLOT_BPS;
    return;
  }
  G_STATIC_ASSERT (ALLOCATOR_SLOTS_MAX >= LIMIT_SLOTS); /* of a transport: no message has more */
  demand->n++;
  demand->slots[at] = slot;
  demand->pictures[at] = (AllocatorPicture){ 0 };
  demand_add_layers (demand, slot, at);
  demand_note_keys (demand, at);
  demand->pictures[at].rank = rank_of (slot);
  demand->pictures[at].wanted = find_wanted (demand, at, slot);
  demand->pictures[at].current = slot->encoding == LAYER_NONE
                                     ? ALLOCATOR_NONE
                                     : find_layer (demand, at, slot->encoding, slot->target);
}

static void
apply (const Demand *demand, const gint *layers)
{
  for (guint i = 0; i < demand->n; i++) {
    gint layer = layers[i];

    if (demand->pictures[i].n_layers == 0)
      continue;
    if (layer == ALLOCATOR_NONE)
      slot_limit (demand->slots[i], LAYER_NONE, LAYER_TARGET_ALL);
    else
      slot_limit (demand->slots[i], demand->layers[i][layer].encoding,
                  demand->layers[i][layer].target);
  }
}

/* FALSE: nothing bounds it. *@ret_carries_bps: its own line, 0 = not known. */
static gboolean
find_budget (const Transport *transport, guint *ret_budget_bps, guint *ret_carries_bps)
{
  const LineShare *share = transport->share;
  guint limit_bps = transport_limits_down (&transport->limits);
  guint bps = 0;

  if (estimator_is_told (&share->estimator))
    bps = (guint) (estimator_get_bps (&share->estimator) * ALLOCATOR_USE);
  else if (told_rate_get (&share->told, &bps))
    bps = (guint) (bps * ALLOCATOR_USE);
  *ret_carries_bps = bps;
  if (limit_bps != 0)
    bps = bps == 0 ? limit_bps : MIN (bps, limit_bps);
  *ret_budget_bps = bps == 0 ? G_MAXINT : bps;
  return bps != 0;
}

gboolean
line_share_is_bounded (const Transport *transport)
{
  const LineShare *share = transport->share;

  return share->is_bound || estimator_is_told (&share->estimator) ||
         told_rate_has_news (&share->told) || transport_limits_down (&transport->limits) != 0;
}

static void
note_demand (LineShare *share, const Demand *demand, guint wanted_bps, guint carries_bps)
{
  guint low_bps = 0;

  for (guint i = 0; i < demand->n; i++)
    low_bps += demand->pictures[i].n_layers > 0 ? demand->pictures[i].bps[0] : 0;
  share->demand = (LineDemand){ demand->audio_bps, low_bps, wanted_bps, carries_bps };
}

/* What pictures that start from the cache wait for. */
static guint
sum_lag_bps (const Transport *transport)
{
  guint64 bps = 0;

  for (guint i = 0; i < transport->slots->len; i++)
    bps += slot_start_get_lag_bps (g_ptr_array_index (transport->slots, i));
  return (guint) MIN (bps, BWE_MAX_BPS);
}

/* What is to be found out of the line. */
static void
note_wish (LineShare *share, const AllocatorResult *result, guint lag_bps)
{
  guint sound_bps = share->demand.sound_bps;
  double all_bps = MAX (result->wanted_bps * ALLOCATOR_UP, result->next_bps) + sound_bps;
  double with_lag_bps = (all_bps + lag_bps) / ALLOCATOR_USE;

  share->short_bps = result->used_bps < result->wanted_bps ? (guint) (all_bps / ALLOCATOR_USE) : 0;
  estimator_set_next (&share->estimator, (guint) ((result->next_bps + sound_bps) / ALLOCATOR_USE));
  estimator_set_wanted (&share->estimator, lag_bps > 0 ? (guint) with_lag_bps : share->short_bps);
  estimator_set_bare (&share->estimator, result->used_bps == 0);
}

static void
tell_survival (Transport *transport, gboolean is_starved)
{
  Survival *survival = &transport->share->survival;
  TransportSurvivalEvent *event;

  if (!survival_update (survival, is_starved, transport->shard->now_us))
    return;
  event = transport_survival_event_new ();
  event->transport = g_strdup (transport->id);
  event->survival = survival->is_on;
  shard_emit (transport->shard, CONTROL_TRANSPORT_SURVIVAL, event, transport->serial);
}

/* Nothing bounds it any more. */
static void
release (Transport *transport)
{
  for (guint i = 0; i < transport->slots->len; i++)
    slot_release_limit (g_ptr_array_index (transport->slots, i));
}

/* Nothing is sent but sound, and what is known of the line is old: the pictures stay as they are,
 * so that they go on without a keyframe if it was nothing. */
static gboolean
waits_to_be_told (const LineShare *share)
{
  return share->pacer.is_on && estimator_is_late (&share->estimator);
}

void
line_share_divide (Transport *transport)
{
  LineShare *share = transport->share;
  Demand demand;
  AllocatorResult result;
  guint budget_bps, carries_bps;
  gboolean was_bound = share->is_bound;

  if (!transport->sendable || waits_to_be_told (share))
    return;
  demand.n = demand.audio_bps = 0; /* the rest is large, and filled as far as there are slots */
  for (guint i = 0; i < transport->slots->len; i++)
    demand_add (&demand, g_ptr_array_index (transport->slots, i));
  told_rate_tick (&share->told, transport->down_bytes, transport->shard->now_us);
  share->is_bound = find_budget (transport, &budget_bps, &carries_bps);
  budget_bps -= MIN (budget_bps, demand.audio_bps);
  allocator_divide (&share->allocator, demand.pictures, demand.n, budget_bps,
                    transport->shard->now_us, &result);
  note_demand (share, &demand, result.wanted_bps, carries_bps);
  note_wish (share, &result, sum_lag_bps (transport));
  if (share->is_bound)
    apply (&demand, result.layers);
  else if (was_bound)
    release (transport);
  share->divided_us = transport->shard->now_us;
  share->pictures_bps = result.used_bps;
  pace_slots (transport);
  for (guint i = 0; i < demand.n && estimator_is_congested (&share->estimator); i++)
    slot_cut_short (demand.slots[i]);
  tell_survival (transport,
                 share->is_bound && survival_is_starved (demand.pictures, demand.n, result.layers));
}
