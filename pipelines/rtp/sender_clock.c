#include "pipelines/rtp/sender_clock.h"

#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/seq.h"

static void
set_offset (SenderClock *clock, gint64 offset_us, gint64 now_us)
{
  clock->known = TRUE;
  clock->offset_us = offset_us;
  clock->updated_us = now_us;
  clock->steps = 0;
}

void
sender_clock_on_report (SenderClock *clock, guint64 ntp, gint64 now_us)
{
  gint64 sample_us = now_us - rtcp_ntp_to_us (ntp);
  if (!clock->known) {
    set_offset (clock, sample_us, now_us);
    return;
  }
  gint64 change_us = sample_us - clock->offset_us;
  if (ABS (change_us) > SENDER_CLOCK_STEP_US) {
    /* A single report held up for a second says nothing; a clock that was set stays so. */
    if (++clock->steps >= SENDER_CLOCK_STEP_REPORTS)
      set_offset (clock, sample_us, now_us);
    return;
  }
  gint64 rise_us = (now_us - clock->updated_us) * SENDER_CLOCK_DRIFT_PPM / 1000000;
  set_offset (clock, clock->offset_us + MIN (change_us, rise_us), now_us);
}

void
stream_clock_init (StreamClock *stream, guint32 clock_rate)
{
  g_return_if_fail (clock_rate > 0);
  *stream = (StreamClock){ .clock_rate = clock_rate };
}

void
stream_clock_on_report (StreamClock *stream, guint64 ntp, guint32 rtp_timestamp)
{
  stream->has_report = TRUE;
  stream->report_us = rtcp_ntp_to_us (ntp);
  stream->report_timestamp = rtp_timestamp;
}

void
stream_clock_on_packet (StreamClock *stream, guint32 timestamp, gint64 now_us)
{
  if (stream->has_packet && ts_diff (timestamp, stream->packet_timestamp) <= 0)
    return;
  stream->has_packet = TRUE;
  stream->packet_us = now_us;
  stream->packet_timestamp = timestamp;
}

gboolean
stream_clock_timestamp_at (const StreamClock *stream, const SenderClock *clock, gint64 at_us,
                           guint32 *ret_timestamp)
{
  if (stream->has_report && clock->known) {
    gint64 elapsed_us = at_us - clock->offset_us - stream->report_us;
    *ret_timestamp =
        stream->report_timestamp + (guint32) ts_from_us (elapsed_us, stream->clock_rate);
    return TRUE;
  }
  if (!stream->has_packet)
    return FALSE;
  *ret_timestamp = stream->packet_timestamp +
                   (guint32) ts_from_us (at_us - stream->packet_us, stream->clock_rate);
  return TRUE;
}
