/* What a transport tells its Capture and keeps in its HeaderRing: names of streams, addresses of
 * its path. Shard thread. The first two of each pair are on the packet path, behind a branch. */
#pragma once

#include "pipelines/relay/transport.h"

/* Decrypted, before it is looked at. @target NULL: of no track that we know. */
void transport_capture_received (Transport *transport, const RtpPacket *packet,
                                 const RtpDemuxTarget *target);
/* Not yet sealed. */
void transport_capture_sent (const Slot *slot, gboolean is_rtx, const guint8 *packet,
                             gsize header_len, const guint8 *body, gsize body_len);
void transport_capture_rtcp (Transport *transport, gboolean is_sent, const guint8 *data, gsize len);

/* Begins anew; what another had is lost. @wall_ns: UTC now. */
void transport_start_capture (Transport *transport, const CaptureSpec *spec, gint64 wall_ns);
void transport_stop_capture (Transport *transport);

/* transfer full, NULL: nothing is kept. */
GBytes *transport_recall_headers (Transport *transport, gint64 wall_ns);
