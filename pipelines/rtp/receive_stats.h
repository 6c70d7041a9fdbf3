/* ReceiveStats: reception statistics of one incoming RTP stream and its report block
 * (RFC 3550 6.4.1, appendices A.3 and A.8).
 *
 * Plain data, owner: the shard of the stream. Feed the packets of the media SSRC only, not what RTX
 * brought back: publishers want to see the loss of the line. */
#pragma once

#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/seq.h"

typedef struct {
  guint32 ssrc;
  guint32 clock_rate;
  SeqUnwrapper unwrapper;
  guint64 base_seq; /* lowest extended seq */
  guint64 received;
  guint64 bytes;
  guint64 expected_before; /* at the last report */
  guint64 received_before;
  guint32 jitter_q4; /* ticks * 16 */
  gint64 last_transit;
  guint32 last_timestamp;
  gboolean has_transit;
  guint64 last_sr_ntp; /* 0: none */
  gint64 last_sr_us;
} ReceiveStats;

void receive_stats_init (ReceiveStats *stats, guint32 ssrc, guint32 clock_rate);

/* Returns the extended seq, so that one unwrapping serves all engines. @bytes: RTP payload. */
guint64 receive_stats_on_packet (ReceiveStats *stats, guint16 seq, guint32 timestamp, guint bytes,
                                 gint64 now_us);
void receive_stats_on_sender_report (ReceiveStats *stats, guint64 ntp, gint64 now_us);

/* FALSE while nothing was received. Starts the next interval of fraction_lost. */
gboolean receive_stats_make_block (ReceiveStats *stats, gint64 now_us, RtcpReportBlock *ret_block);

/* Since the start; negative cannot be (duplicates are taken as 0 lost). */
guint64 receive_stats_lost (const ReceiveStats *stats);
gint64 receive_stats_jitter_us (const ReceiveStats *stats);
