#include "pipelines/relay/transport_limits.h"

#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

/* A share that changed by less is told with the next second. */
#define TELL_AT_ONCE_PERCENT 5

static guint
smaller_bound (guint a, guint b)
{
  return a == 0 || b == 0 ? MAX (a, b) : MIN (a, b);
}

guint
transport_limits_down (const TransportLimits *limits)
{
  return smaller_bound (limits->down_bps, limits->line_down_bps);
}

guint
transport_limits_up (const TransportLimits *limits)
{
  return smaller_bound (limits->up_bps, limits->line_up_bps);
}

static guint
collect_video_ssrcs (const Transport *transport, guint32 *ssrcs)
{
  guint n = 0;

  for (guint i = 0; i < transport->tracks->len; i++) {
    const Track *track = g_ptr_array_index (transport->tracks, i);

    for (guint k = 0; track->shape->kind == TRACK_VIDEO && k < track->shape->n_encodings; k++)
      if (track->encodings[k].source != 0 && n < RTCP_SSRCS_MAX)
        ssrcs[n++] = track->encodings[k].ssrc;
  }
  return n;
}

/* What was bounded once is told when the bound goes. */
void
transport_tell_up_limit (Transport *transport)
{
  guint limit_bps = transport_limits_up (&transport->limits);
  guint8 data[RTCP_BUFFER_BYTES];
  guint32 ssrcs[RTCP_SSRCS_MAX];
  RtcpWriter writer;
  guint n;

  if (!transport->sendable || (limit_bps == 0 && transport->limits.told_up_bps == 0))
    return;
  n = collect_video_ssrcs (transport, ssrcs);
  if (n == 0)
    return;
  rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
  rtcp_write_rr (&writer, transport->rtcp_ssrc, NULL, 0);
  rtcp_write_remb (&writer, transport->rtcp_ssrc, limit_bps > 0 ? limit_bps : BWE_MAX_BPS, ssrcs,
                   n);
  transport_send_rtcp (transport, data, writer.size);
  transport->limits.told_up_bps = limit_bps;
}

static void
apply (Transport *transport)
{
  gint64 limit_bps = transport_limits_up (&transport->limits);
  gint64 told_bps = transport->limits.told_up_bps;

  transport_stir (transport);
  if (transport_limits_down (&transport->limits) != 0)
    line_share_ensure (transport);
  if (ABS (limit_bps - told_bps) * 100 > told_bps * TELL_AT_ONCE_PERCENT)
    transport_tell_up_limit (transport);
}

void
transport_set_limits (Transport *transport, guint down_bps, guint up_bps, guint32 line)
{
  TransportLimits *limits = &transport->limits;

  if (limits->line != line)
    limits->line_down_bps = limits->line_up_bps = 0;
  limits->down_bps = down_bps;
  limits->up_bps = up_bps;
  limits->line = line;
  apply (transport);
}

void
transport_set_line_share (Transport *transport, guint down_bps, guint up_bps)
{
  transport->limits.line_down_bps = down_bps;
  transport->limits.line_up_bps = up_bps;
  apply (transport);
}
