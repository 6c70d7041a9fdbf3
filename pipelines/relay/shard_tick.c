#include "pipelines/relay/shard_tick.h"

#include "pipelines/relay/line_sampler.h"
#include "pipelines/relay/shard_forward.h"
#include "pipelines/relay/shard_lines.h"
#include "pipelines/relay/shard_receive.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

gint64
shard_tick_due_after (gint64 due_us, gint64 now_us)
{
  return due_us + TICK_US > now_us ? due_us + TICK_US : now_us + TICK_US;
}

gboolean
shard_tick_may_ride (gint64 due_us, gint64 now_us)
{
  return now_us >= due_us - TICK_EARLY_US;
}

void
shard_poll_lossy (Shard *shard)
{
  guint kept = 0;

  for (guint i = 0; i < shard->lossy->len; i++) {
    Encoding *encoding = g_ptr_array_index (shard->lossy, i);

    if (nack_list_next_due_us (encoding->nacks) > shard->now_us || encoding_poll_nacks (encoding))
      encoding->lossy = nack_list_next_due_us (encoding->nacks) != G_MAXINT64;
    else
      encoding->lossy = FALSE;
    if (encoding->lossy)
      shard->lossy->pdata[kept++] = encoding;
  }
  g_ptr_array_set_size (shard->lossy, kept);
}

/* By the tracks: most transports of a large meeting have none, and to look there costs a miss of
 * the cache for each. */
static void
shard_poll_keyframes (Shard *shard)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, shard->tracks);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Track *track = value;

    for (guint j = 0; track->shape->kind == TRACK_VIDEO && j < track->shape->n_encodings; j++)
      encoding_poll_keyframe (&track->encodings[j]);
  }
}

static gboolean
is_turn (const Transport *transport, guint n_ticks)
{
  return turns_is_turn (transport->serial, transport->shard->tick_count, n_ticks);
}

/* One that is calm (most are) is not looked at but for once in a second: that would cost misses of
 * the cache for hundreds. */
static void
transport_tick_slow (gpointer data, gpointer user_data)
{
  Transport *transport = data;
  gboolean is_second = is_turn (transport, TICKS_PER_SECOND);

  if (transport->is_calm && !is_second)
    return;
  transport->is_calm = transport->tracks->len == 0; /* what follows may stir it again */
  for (guint i = 0; i < transport->tracks->len; i++)
    track_tick (g_ptr_array_index (transport->tracks, i));
  if (transport->share != NULL && (is_second || line_share_is_bounded (transport)))
    line_share_divide (transport);
  if (transport->share != NULL && line_share_is_bounded (transport))
    transport_stir (transport);
  for (guint i = 0; i < transport->slots->len; i++)
    if (!slot_tick (g_ptr_array_index (transport->slots, i)))
      transport_stir (transport);
}

static void
transport_tick_second (gpointer data, gpointer user_data)
{
  transport_tick (data);
}

static void
add_level (AudioLevelsEvent *event, const Track *track, guint8 value)
{
  LevelSpec *level = level_spec_new ();

  level->track = g_strdup (track->shape->id);
  level->level = value;
  g_ptr_array_add (event->levels, level);
}

static void
shard_tell_levels (Shard *shard)
{
  AudioLevelsEvent *event = NULL;
  GHashTableIter iter;
  gpointer track;
  guint8 value;

  g_hash_table_iter_init (&iter, shard->tracks);
  while (g_hash_table_iter_next (&iter, NULL, &track)) {
    if (((Track *) track)->shape->kind != TRACK_AUDIO || !track_take_level (track, &value))
      continue;
    if (event == NULL)
      event = audio_levels_event_new ();
    add_level (event, track, value);
    if (event->levels->len == LIMIT_CONTROL_BATCH)
      shard_emit (shard, CONTROL_AUDIO_LEVELS, g_steal_pointer (&event), 0);
  }
  if (event != NULL)
    shard_emit (shard, CONTROL_AUDIO_LEVELS, event, 0);
}

static void
shard_flush_demands (Shard *shard)
{
  if (shard->demands != NULL)
    shard_emit (shard, CONTROL_TRACK_DEMAND, g_steal_pointer (&shard->demands), 0);
}

void
shard_tell_demand (Shard *shard, DemandSpec *spec)
{
  if (shard->demands == NULL)
    shard->demands = track_demand_event_new ();
  g_ptr_array_add (shard->demands->demands, spec);
  if (shard->demands->demands->len == LIMIT_CONTROL_BATCH)
    shard_flush_demands (shard);
}

/* Of hundreds: see slot_list_prefetch (). */
static void
prefetch_clocked (const GPtrArray *clocked, guint i)
{
  Transport *const *transports = (Transport *const *) clocked->pdata + i;
  guint left = clocked->len - i;

  if (left > 6)
    transport_prefetch (transports[6]);
  if (left > 3 && transports[3]->gives_feedback)
    line_share_prefetch (transports[3]->share);
}

/* Those with transport-wide feedback have something to do at more ticks than their turn. */
static void
shard_tick_clocked (Shard *shard)
{
  for (guint i = 0; i < shard->clocked->len; i++) {
    Transport *transport = g_ptr_array_index (shard->clocked, i);

    prefetch_clocked (shard->clocked, i);
    if (transport->gives_feedback)
      line_share_tick (transport);
    if (transport->twcc != NULL && is_turn (transport, TICKS_TWCC))
      transport_send_twcc (transport);
  }
}

/* Addresses that have not answered yet are asked again. */
static void
shard_poll_ice (Shard *shard)
{
  IceRequest request;

  while (ice_lite_poll (shard->ice, shard->now_us, &request))
    send_batch_add (shard->batch, request.path, request.data, request.len);
}

static void
shard_tick_slow (Shard *shard)
{
  shard_divide_lines (shard);
  shard_receive_look (shard);
  if (shard->tcp != NULL)
    tcp_port_tick (shard->tcp, shard->now_us);
  g_atomic_int_set (&shard->told_packets, (gint) send_batch_get_counters (shard->batch)->packets);
}

void
shard_tick (Shard *shard)
{
  shard->tick_count++;
  shard_poll_lossy (shard);
  shard_poll_ice (shard);
  shard_pump_starts (shard);
  shard_tick_pressure (shard);
  shard_poll_keyframes (shard);
  shard_tick_clocked (shard);
  turns_take (&shard->turns, shard->tick_count, TICKS_SLOW, transport_tick_slow, NULL);
  turns_take (&shard->turns, shard->tick_count, TICKS_PER_SECOND, transport_tick_second, NULL);
  shard_flush_demands (shard);
  if (shard->tick_count % TICKS_SLOW == 0)
    shard_tick_slow (shard);
  if (shard->tick_count % TICKS_LEVELS == 0)
    shard_tell_levels (shard);
  line_sampler_tick (shard, shard->tick_count);
}
