#include "pipelines/relay/line_sampler.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

#include <string.h>

/* --- streams ---------------------------------------------------------------------------------- */

/* The part of @id behind the transport's; FALSE: too long for a sample. */
static gboolean
set_name (StreamSample *sample, const Transport *transport, const gchar *id)
{
  gsize len = strlen (transport->id);
  const gchar *name = g_str_has_prefix (id, transport->id) && id[len] == '/' ? id + len + 1 : id;

  return g_strlcpy (sample->name, name, sizeof sample->name) < sizeof sample->name;
}

static gboolean
sample_encoding (Encoding *encoding, StreamSample *sample)
{
  Track *track = encoding->track;
  gint64 now_us = track->shard->now_us;
  gboolean is_video = track->shape->kind == TRACK_VIDEO;
  StreamTotals totals = { encoding->stats.received, encoding->stats.bytes,
                          receive_stats_lost (&encoding->stats),
                          encoding->nacks != NULL ? encoding->nacks->recovered : 0 };

  memset (sample, 0, sizeof *sample);
  if (encoding->source == 0 || !set_name (sample, track->transport, track->shape->id))
    return FALSE;
  sample->kind = is_video ? STREAM_VIDEO_UP : STREAM_AUDIO_UP;
  sample->layer = encoding->index;
  sample->flags = (encoding->active ? STREAM_ACTIVE : 0) | (track->muted ? STREAM_MUTED : 0);
  stream_meter_take (&encoding->meter, &totals, is_video, now_us, sample);
  sample->jitter_us = (guint32) CLAMP (receive_stats_jitter_us (&encoding->stats), 0, G_MAXINT32);
  sample->width = encoding->width;
  sample->height = encoding->height;
  if (!is_video)
    sample->level = track->muted ? STREAM_SILENCE : audio_level_value (&track->level, now_us);
  return sample->packets > 0 || encoding->active;
}

static gboolean
sample_slot (Slot *slot, StreamSample *sample)
{
  const Feed *feed = slot->feed;
  guint32 source;

  memset (sample, 0, sizeof *sample);
  slot_meter_take (&slot->meter, slot->packets, slot->octets, slot->transport->shard->now_us,
                   sample);
  if (feed == NULL || !set_name (sample, slot->transport, slot->id))
    return FALSE;
  sample->kind = slot->kind == TRACK_VIDEO ? STREAM_VIDEO_DOWN : STREAM_AUDIO_DOWN;
  sample->layer = slot->encoding == LAYER_NONE ? STREAM_LAYER_NONE : (guint32) slot->encoding;
  sample->wanted = (guint32) CLAMP (slot->height, 0, G_MAXUINT16);
  if (slot_rewriter_flowing (&slot->rewriter, &source) && slot->encoding != LAYER_NONE) {
    sample->flags |= STREAM_ACTIVE;
    sample->height = MIN (feed->encodings[slot->encoding].layer.height, G_MAXUINT16);
  }
  if (slot->is_limited && slot->encoding != slot_wanted_encoding (slot))
    sample->flags |= STREAM_LIMITED;
  if (slot->unsupported)
    sample->flags |= STREAM_UNSUPPORTED;
  return sample->packets > 0 || (sample->flags & (STREAM_ACTIVE | STREAM_UNSUPPORTED)) != 0;
}

static gchar *
sample_streams (Transport *transport)
{
  GString *text = g_string_sized_new (512);
  StreamSample sample;

  for (guint i = 0; i < transport->tracks->len; i++) {
    Track *track = g_ptr_array_index (transport->tracks, i);

    for (guint j = 0; j < track->shape->n_encodings; j++)
      if (sample_encoding (&track->encodings[j], &sample))
        stream_sample_write (text, &sample);
  }
  for (guint i = 0; i < transport->slots->len; i++)
    if (sample_slot (g_ptr_array_index (transport->slots, i), &sample))
      stream_sample_write (text, &sample);
  return g_string_free (text, text->len == 0);
}

/* --- lines ------------------------------------------------------------------------------------ */

static LineStats *
sample_line (Transport *transport)
{
  LineStats *stats = transport_take_stats (transport);

  stats->state = transport->state;
  stats->tcp = transport_is_tcp (transport);
  if (transport->has_path)
    stats->address = g_strdup (transport->remote_text);
  if (transport->share != NULL && estimator_is_told (&transport->share->estimator)) {
    stats->estimate_bps = estimator_get_bps (&transport->share->estimator);
    stats->target_bps = transport->share->short_bps;
  }
  if (transport->heard_us != 0)
    stats->idle_ms =
        (gint) CLAMP ((transport->shard->now_us - transport->heard_us) / 1000, 0, G_MAXINT32);
  stats->at_ms = transport->shard->now_us / 1000;
  stats->samples = sample_streams (transport);
  return stats;
}

static void
flush (Shard *shard)
{
  shard->told.bytes = 0;
  if (shard->told.event != NULL)
    shard_emit (shard, CONTROL_TRANSPORT_STATS, g_steal_pointer (&shard->told.event), 0);
}

static void
take_sample (gpointer data, gpointer user_data)
{
  Transport *transport = data;
  Shard *shard = transport->shard;
  LinesTold *told = &shard->told;
  LineStats *stats;

  if (transport->state == TRANSPORT_NEW || transport->state == TRANSPORT_CLOSED)
    return;
  stats = sample_line (transport);
  told->bytes += stats->samples != NULL ? strlen (stats->samples) : 0;
  if (told->event == NULL)
    told->event = transport_stats_event_new ();
  g_ptr_array_add (told->event->stats, stats);
  if (told->event->stats->len == LIMIT_CONTROL_BATCH || told->bytes > SAMPLER_BATCH_BYTES)
    flush (shard);
}

void
line_sampler_tick (Shard *shard, guint tick)
{
  gint64 begin_us = relay_clock_thread_cpu_us ();

  turns_take (&shard->turns, tick, TICKS_PER_SECOND, take_sample, NULL);
  if (tick % TICKS_STATS == 0)
    flush (shard);
  shard->stats.sampling_us += relay_clock_thread_cpu_us () - begin_us;
}
