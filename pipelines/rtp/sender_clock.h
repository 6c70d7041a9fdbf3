/* SenderClock: a publisher's clock on the relay's, and the sender reports made from it.
 *
 * One SenderClock per publishing transport (audio and video share it: that is the lip sync), one
 * StreamClock per encoding. Plain data, zero-initialised, owner: the shard of the transport; other
 * shards get copies by value (SenderClock and StreamClock have no pointers).
 *
 * offset = relay time - publisher NTP time, learnt as the minimum over its sender reports (the one
 * that travelled fastest), which may rise slowly to follow the drift of the crystals.
 *
 * A slot's sender report at relay time t: NTP = t, RTP = what the publisher's clock of that stream
 * showed at t - offset, mapped by the slot's segment:
 *
 *   if (stream_clock_timestamp_at (&stream, &clock, now_us, &ts) &&
 *       slot_rewriter_map_timestamp (&slot->rewriter, source, ts, &out_ts))
 *     rtcp_write_sr (... ntp = rtcp_ntp_from_us (now_us), rtp = out_ts ...); */
#pragma once

#include <glib.h>

/* How fast the offset may rise: twice the error of two bad crystals. */
#define SENDER_CLOCK_DRIFT_PPM 200
/* A larger step than this is a clock that was set, if it stays for SENDER_CLOCK_STEP_REPORTS. */
#define SENDER_CLOCK_STEP_US 1000000
#define SENDER_CLOCK_STEP_REPORTS 3

typedef struct {
  gboolean known;
  gint64 offset_us; /* relay - publisher */
  gint64 updated_us;
  guint steps; /* reports in a row that disagree widely */
} SenderClock;

typedef struct {
  guint32 clock_rate;
  gboolean has_report;
  gint64 report_us; /* publisher's NTP time of it */
  guint32 report_timestamp;
  gboolean has_packet;
  gint64 packet_us; /* relay time */
  guint32 packet_timestamp;
} StreamClock;

/* A sender report of any stream of the publisher arrived. */
void sender_clock_on_report (SenderClock *clock, guint64 ntp, gint64 now_us);

/* Also starts over after a restart of the stream. */
void stream_clock_init (StreamClock *stream, guint32 clock_rate);
void stream_clock_on_report (StreamClock *stream, guint64 ntp, guint32 rtp_timestamp);
/* Newest packet: stands in until the first report. */
void stream_clock_on_packet (StreamClock *stream, guint32 timestamp, gint64 now_us);

/* The source timestamp that belongs to relay time @at_us; FALSE if nothing is known yet. Call with
 * a zeroed @clock (or before its first report) to get the estimate by arrival. */
gboolean stream_clock_timestamp_at (const StreamClock *stream, const SenderClock *clock,
                                    gint64 at_us, guint32 *ret_timestamp);
