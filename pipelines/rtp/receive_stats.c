#include "pipelines/rtp/receive_stats.h"

/* Extended numbers start one cycle up, reports with cycle 0. */
#define FIRST_CYCLE 0x10000

void
receive_stats_init (ReceiveStats *stats, guint32 ssrc, guint32 clock_rate)
{
  g_return_if_fail (clock_rate > 0);
  *stats = (ReceiveStats){ .ssrc = ssrc, .clock_rate = clock_rate };
}

/* RFC 3550 A.8, in 1/16 ticks. Packets of one frame share a timestamp and are spread by the pacer:
 * only the first of each timestamp counts. */
static void
update_jitter (ReceiveStats *stats, guint32 timestamp, gint64 now_us)
{
  if (stats->has_transit && timestamp == stats->last_timestamp)
    return;
  gint64 arrival = ts_from_us (now_us, stats->clock_rate);
  gint64 transit = (gint32) ((guint32) arrival - timestamp);
  if (stats->has_transit) {
    gint64 d = ABS ((gint64) (gint32) ((guint32) transit - (guint32) stats->last_transit));
    gint64 jitter = stats->jitter_q4 + d - ((stats->jitter_q4 + 8) >> 4);
    stats->jitter_q4 = CLAMP (jitter, 0, G_MAXUINT32);
  }
  stats->last_transit = transit;
  stats->last_timestamp = timestamp;
  stats->has_transit = TRUE;
}

guint64
receive_stats_on_packet (ReceiveStats *stats, guint16 seq, guint32 timestamp, guint bytes,
                         gint64 now_us)
{
  guint64 highest = stats->unwrapper.highest;
  guint64 extended = seq_unwrapper_unwrap (&stats->unwrapper, seq);
  if (highest == 0 || extended < stats->base_seq)
    stats->base_seq = extended;
  stats->received++;
  stats->bytes += bytes;
  /* Late packets tell of reordering, not of the line's jitter. */
  if (extended > highest)
    update_jitter (stats, timestamp, now_us);
  return extended;
}

void
receive_stats_on_sender_report (ReceiveStats *stats, guint64 ntp, gint64 now_us)
{
  stats->last_sr_ntp = ntp;
  stats->last_sr_us = now_us;
}

static guint64
expected_packets (const ReceiveStats *stats)
{
  return stats->received == 0 ? 0 : stats->unwrapper.highest - stats->base_seq + 1;
}

guint64
receive_stats_lost (const ReceiveStats *stats)
{
  guint64 expected = expected_packets (stats);
  return expected > stats->received ? expected - stats->received : 0;
}

gint64
receive_stats_jitter_us (const ReceiveStats *stats)
{
  return MIN (ts_to_us (stats->jitter_q4 >> 4, stats->clock_rate), RECEIVE_JITTER_MAX_US);
}

gboolean
receive_stats_make_block (ReceiveStats *stats, gint64 now_us, RtcpReportBlock *ret_block)
{
  if (stats->received == 0)
    return FALSE;
  guint64 expected = expected_packets (stats);
  gint64 expected_now = (gint64) (expected - stats->expected_before);
  gint64 lost_now = expected_now - (gint64) (stats->received - stats->received_before);
  stats->expected_before = expected;
  stats->received_before = stats->received;

  gint64 lost = (gint64) (expected - stats->received);
  guint32 fraction = 0;
  if (expected_now > 0 && lost_now > 0)
    fraction = MIN (255, (lost_now << 8) / expected_now);
  *ret_block = (RtcpReportBlock){
    .ssrc = stats->ssrc,
    .fraction_lost = fraction,
    .cumulative_lost = CLAMP (lost, -0x800000, 0x7fffff),
    .highest_seq = (guint32) (stats->unwrapper.highest - FIRST_CYCLE),
    .jitter = stats->jitter_q4 >> 4,
  };
  if (stats->last_sr_ntp != 0) {
    ret_block->last_sr = rtcp_ntp_middle (stats->last_sr_ntp);
    ret_block->delay_since_last_sr =
        (guint32) (((now_us - stats->last_sr_us) << 16) / G_USEC_PER_SEC);
  }
  return TRUE;
}
