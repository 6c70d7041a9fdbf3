/* SrtpOpener: SRTP and SRTCP of what a peer sends (RFC 3711, RFC 7714), on OpenSSL; it takes and
 * refuses what libsrtp would. libsrtp on NSS costs 30-60 us a packet once hundreds of peers are
 * there, and 33 kB a session (measured): 600 rooms that publish would take more than a core.
 *
 * Any number of SSRCs (<= SRTP_SESSION_SSRC_MAX), each with its own roll-over counter and replay
 * windows of SRTP_SESSION_REPLAY_WINDOW; only an authentic packet makes or moves one.
 * Owner: one thread. Life: srtp_opener_new() from a handshake's keys -> srtp_opener_free().
 */
#pragma once

#include "pipelines/transport/srtp_keys.h"

G_BEGIN_DECLS

typedef struct _SrtpOpener SrtpOpener;

/* (transfer full). Uses @keys->remote; the caller wipes its own. */
SrtpOpener *srtp_opener_new (const SrtpKeys *keys, GError **error);
void srtp_opener_free (SrtpOpener *opener);

/* In place. @len: of the packet, then of its plaintext. The bytes of a refused packet may have
 * changed. */
SrtpResult srtp_opener_open_rtp (SrtpOpener *opener, guint8 *packet, gsize *len);
SrtpResult srtp_opener_open_rtcp (SrtpOpener *opener, guint8 *packet, gsize *len);

/* Where hundreds of peers have their turns: it is fetched ahead, and later what it leads to. */
void srtp_opener_prefetch (const SrtpOpener *opener);
void srtp_opener_prefetch_keys (const SrtpOpener *opener, gboolean is_rtcp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrtpOpener, srtp_opener_free)

G_END_DECLS
