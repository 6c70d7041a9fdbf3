/* RtcpSealer: SRTCP for what a relay sends (RFC 3711 3.4, RFC 7714 9), bit for bit what libsrtp
 * would write. libsrtp on NSS takes 30-60 us a packet once hundreds of peers are there: the reports
 * to 600 viewers would cost more than a tenth of all forwarding (measured).
 *
 * Counts the SRTCP index itself, one for all SSRCs, so that no nonce comes twice.
 * Owner: one thread. Life: rtcp_sealer_new() -> rtcp_sealer_free().
 */
#pragma once

#include "pipelines/transport/srtp_keys.h"

G_BEGIN_DECLS

typedef struct _RtcpSealer RtcpSealer;

/* (transfer full). Uses @keys->local; nobody else may seal RTCP with them. */
RtcpSealer *rtcp_sealer_new (const SrtpKeys *keys, GError **error);
void rtcp_sealer_free (RtcpSealer *sealer);

/* In place; @packet needs SRTCP_TRAILER_BYTES_MAX bytes after @len. FALSE: shorter than an RTCP
 * header, or SRTCP_INDEX_MAX packets were sealed. */
gboolean rtcp_sealer_seal (RtcpSealer *sealer, guint8 *packet, gsize *len);
/* For tests: as if so many had been. */
void rtcp_sealer_set_sealed (RtcpSealer *sealer, guint32 n_packets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcpSealer, rtcp_sealer_free)

G_END_DECLS
