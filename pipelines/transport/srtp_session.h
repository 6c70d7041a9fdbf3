/* SrtpSession: libsrtp for one peer, RTP and RTCP both ways: what the tests hold Sealer, RtcpSealer
 * and SrtpOpener against, which shards and virtual rooms use (many times cheaper).
 * Any number of SSRCs (<= SRTP_SESSION_SSRC_MAX), replay window SRTP_SESSION_REPLAY_WINDOW.
 * Owner: one thread. Life: srtp_session_new() from a handshake's keys -> srtp_session_free().
 */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/srtp_keys.h"

G_BEGIN_DECLS

typedef struct _SrtpSession SrtpSession;

typedef struct {
  guint64 rtp;         /* good packets */
  guint64 rtcp;        /* good packets */
  guint64 auth_failed; /* RTP */
  guint64 replayed;    /* RTP */
  guint64 malformed;   /* RTP */
  guint64 rtcp_failed; /* RTCP, for any reason */
} SrtpSessionCounters;

/* (transfer full). @keys are copied; the caller wipes its own. */
SrtpSession *srtp_session_new (const SrtpKeys *keys, GError **error);
void srtp_session_free (SrtpSession *session);

/* In place. @len: of the packet, then of its plaintext. The stripped tag (16 or 10 bytes) is room
 * that the caller may use, for instance for RTP padding. */
SrtpResult srtp_session_unprotect_rtp (SrtpSession *session, guint8 *packet, gsize *len);
SrtpResult srtp_session_unprotect_rtcp (SrtpSession *session, guint8 *packet, gsize *len);

/* In place; @packet needs SRTCP_TRAILER_BYTES_MAX bytes after @len. FALSE on a malformed compound.
 */
gboolean srtp_session_protect_rtcp (SrtpSession *session, guint8 *packet, gsize *len);

/* For clients. In place; @packet needs SRTP_TAG_BYTES_MAX bytes after @len. */
gboolean srtp_session_protect_rtp (SrtpSession *session, guint8 *packet, gsize *len);

const SrtpSessionCounters *srtp_session_get_counters (const SrtpSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrtpSession, srtp_session_free)

G_END_DECLS
