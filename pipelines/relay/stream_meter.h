/* StreamMeter, SlotMeter: counters of one stream since it was sampled last, of what the packet path
 * sees anyway: frames by timestamp, how long the picture stood still, the loudness of a microphone.
 *
 * Plain data, zero-initialised, one per encoding and slot; owner: the shard. No clock inside. */
#pragma once

#include "pipelines/control/stream_sample.h"

/* Without a frame for three times the usual distance the picture stands still, but not before the
 * eye sees it, and however slow it is not after half a second. */
#define METER_FREEZE_MIN_US (200 * 1000)
#define METER_FREEZE_MAX_US (500 * 1000)
/* As loud as can be, in -dBov: a microphone that is there for a fifth of its packets is overdriven.
 */
#define METER_CLIPPED_LEVEL 3

typedef struct {
  gint64 told_us; /* sampled last; 0: never */
  guint64 told_packets, told_bytes, told_lost, told_recovered;
  /* since then */
  guint32 frames, freezes, frozen_us, gap_us;
  guint32 lost_runs, keyframes, nacks, plis, clipped;
  guint8 quietness; /* of its loudest packet: 127 - level */
  guint8 envelope[STREAM_ENVELOPE];
  /* lasting */
  gint64 frame_us;     /* the newest frame's first packet came; 0: none yet */
  gint64 counted_us;   /* standing still is counted up to here */
  guint32 interval_us; /* usual distance of frames */
  guint32 timestamp;   /* of the newest frame */
  guint64 newest_seq;
} StreamMeter;

/* The first packet of a frame. */
void stream_meter_on_frame (StreamMeter *meter, gint64 now_us);

/* The packet path: each packet of a stream once, not each copy of it. */
static inline void
stream_meter_on_packet (StreamMeter *meter, guint32 timestamp, guint64 seq, gint64 now_us)
{
  if (meter->frame_us == 0 || (gint32) (timestamp - meter->timestamp) > 0) {
    meter->timestamp = timestamp;
    stream_meter_on_frame (meter, now_us);
  }
  if (seq > meter->newest_seq) {
    meter->lost_runs += meter->newest_seq != 0 && seq > meter->newest_seq + 1;
    meter->newest_seq = seq;
  }
}

/* @level: -dBov of one packet. */
void stream_meter_on_level (StreamMeter *meter, guint8 level, gint64 now_us);

/* Another stream, or none for a while: what was before says nothing. */
void stream_meter_restart (StreamMeter *meter);

/* Counters of the stream since its start. */
typedef struct {
  guint64 packets, bytes, lost, recovered;
} StreamTotals;

/* Fills in what the meter knows and begins anew. @is_video: it can stand still. */
void stream_meter_take (StreamMeter *meter, const StreamTotals *totals, gboolean is_video,
                        gint64 now_us, StreamSample *sample);

typedef struct {
  gint64 told_us;
  guint64 told_packets, told_octets;
  guint32 nacks, plis, rtx; /* since then */
  /* of the receiver's reports */
  guint32 jitter_us;
  gint32 lost, told_lost; /* since its start */
} SlotMeter;

void slot_meter_on_report (SlotMeter *meter, gint32 cumulative_lost, guint32 jitter_us);
void slot_meter_take (SlotMeter *meter, guint64 packets, guint64 octets, gint64 now_us,
                      StreamSample *sample);
