#include "pipelines/relay/stream_meter.h"

#include <string.h>

/* One frame in sixteen. */
#define INTERVAL_SHIFT 4
#define ENVELOPE_STEP_US (G_USEC_PER_SEC / STREAM_ENVELOPE)

static gint64
freeze_after_us (const StreamMeter *meter)
{
  return CLAMP ((gint64) 3 * meter->interval_us, METER_FREEZE_MIN_US, METER_FREEZE_MAX_US);
}

/* What of the gap that lasts until @now_us has not been counted. */
static void
count_frozen (StreamMeter *meter, gint64 now_us)
{
  gint64 from_us = MAX (meter->counted_us, meter->frame_us);

  if (now_us - meter->frame_us <= freeze_after_us (meter))
    return;
  meter->freezes += meter->counted_us < meter->frame_us;
  meter->frozen_us += (guint32) MIN (now_us - from_us, G_MAXINT32);
  meter->counted_us = now_us;
}

void
stream_meter_on_frame (StreamMeter *meter, gint64 now_us)
{
  if (meter->frame_us != 0) {
    guint32 gap_us = (guint32) CLAMP (now_us - meter->frame_us, 0, G_MAXINT32);

    count_frozen (meter, now_us);
    meter->gap_us = MAX (meter->gap_us, gap_us);
    if (meter->interval_us == 0)
      meter->interval_us = gap_us;
    else
      meter->interval_us += ((gint64) gap_us - meter->interval_us) >> INTERVAL_SHIFT;
  }
  meter->frames++;
  meter->frame_us = now_us;
}

void
stream_meter_on_level (StreamMeter *meter, guint8 level, gint64 now_us)
{
  guint8 quietness = STREAM_SILENCE - MIN (level, STREAM_SILENCE);
  guint8 *step = &meter->envelope[now_us / ENVELOPE_STEP_US % STREAM_ENVELOPE];

  meter->quietness = MAX (meter->quietness, quietness);
  *step = MAX (*step, quietness);
  meter->clipped += level <= METER_CLIPPED_LEVEL;
}

void
stream_meter_restart (StreamMeter *meter)
{
  gint64 told_us = meter->told_us;

  memset (meter, 0, sizeof *meter);
  meter->told_us = told_us;
}

static guint32
since (guint64 *told, guint64 now)
{
  guint64 difference = now > *told ? now - *told : 0;

  *told = MAX (now, *told);
  return (guint32) MIN (difference, G_MAXUINT32);
}

static guint32
span_ms (gint64 *told_us, gint64 now_us)
{
  gint64 span_us = *told_us == 0 ? G_USEC_PER_SEC : now_us - *told_us;

  *told_us = now_us;
  return (guint32) CLAMP (span_us / 1000, 1, G_MAXINT32);
}

/* The oldest step first. */
static void
take_envelope (const StreamMeter *meter, gint64 now_us, StreamSample *sample)
{
  guint first = (guint) (now_us / ENVELOPE_STEP_US % STREAM_ENVELOPE) + 1;

  for (guint i = 0; i < STREAM_ENVELOPE; i++)
    sample->envelope[i] = STREAM_SILENCE - meter->envelope[(first + i) % STREAM_ENVELOPE];
  sample->has_envelope = TRUE;
}

void
stream_meter_take (StreamMeter *meter, const StreamTotals *totals, gboolean is_video, gint64 now_us,
                   StreamSample *sample)
{
  StreamMeter lasting;

  if (is_video && meter->frame_us != 0) {
    count_frozen (meter, now_us);
    meter->gap_us = MAX (meter->gap_us, (guint32) MIN (now_us - meter->frame_us, G_MAXINT32));
  }
  sample->span_ms = span_ms (&meter->told_us, now_us);
  sample->packets = since (&meter->told_packets, totals->packets);
  sample->bytes = since (&meter->told_bytes, totals->bytes);
  sample->lost = since (&meter->told_lost, totals->lost);
  sample->rtx = since (&meter->told_recovered, totals->recovered);
  sample->lost_runs = meter->lost_runs;
  sample->frames = meter->frames;
  sample->freezes = is_video ? meter->freezes : 0;
  sample->frozen_ms = is_video ? meter->frozen_us / 1000 : 0;
  sample->gap_ms = meter->gap_us / 1000;
  sample->keyframes = meter->keyframes;
  sample->nacks = meter->nacks;
  sample->plis = meter->plis;
  sample->clipped = meter->clipped;
  sample->loudest = STREAM_SILENCE - meter->quietness;
  if (!is_video && sample->packets > 0)
    take_envelope (meter, now_us, sample);

  lasting = *meter;
  memset (meter, 0, sizeof *meter);
  meter->told_us = lasting.told_us;
  meter->told_packets = lasting.told_packets;
  meter->told_bytes = lasting.told_bytes;
  meter->told_lost = lasting.told_lost;
  meter->told_recovered = lasting.told_recovered;
  meter->frame_us = lasting.frame_us;
  meter->counted_us = lasting.counted_us;
  meter->interval_us = lasting.interval_us;
  meter->timestamp = lasting.timestamp;
  meter->newest_seq = lasting.newest_seq;
}

/* --- slots ------------------------------------------------------------------------------------ */

void
slot_meter_on_report (SlotMeter *meter, gint32 cumulative_lost, guint32 jitter_us)
{
  meter->lost = cumulative_lost;
  meter->jitter_us = jitter_us;
}

void
slot_meter_take (SlotMeter *meter, guint64 packets, guint64 octets, gint64 now_us,
                 StreamSample *sample)
{
  sample->span_ms = span_ms (&meter->told_us, now_us);
  sample->packets = since (&meter->told_packets, packets);
  sample->bytes = since (&meter->told_octets, octets);
  sample->lost = meter->lost > meter->told_lost ? (guint32) (meter->lost - meter->told_lost) : 0;
  meter->told_lost = MAX (meter->lost, meter->told_lost);
  sample->jitter_us = meter->jitter_us;
  sample->nacks = meter->nacks;
  sample->plis = meter->plis;
  sample->rtx = meter->rtx;
  meter->nacks = meter->plis = meter->rtx = 0;
}
