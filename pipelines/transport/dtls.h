/* DtlsEndpoint: one end of a DTLS 1.2 association that agrees SRTP keys (RFC 5763, RFC 5764).
 * DtlsContext: what all endpoints of a process share (certificate, ciphers, suites).
 *
 * Pure but for OpenSSL's clock: takes datagrams, gives datagrams, no socket. The peer must show a
 * certificate with the signalled fingerprint, otherwise it gets an alert and the state is failed.
 * Suites: AEAD_AES_128_GCM preferred, AES_CM_128_HMAC_SHA1_80 accepted.
 * Owner: one thread at a time; the relay leaves them to its Handshaker. A context may be shared.
 * Life: dtls_endpoint_new() -> start -> feed/on_timeout until connected or failed -> feed (close of
 * the peer, repeated flights) -> close -> free. After each call take what is to be sent.
 */
#pragma once

#include "pipelines/transport/dtls_certificate.h"
#include "pipelines/transport/srtp_keys.h"

G_BEGIN_DECLS

typedef struct _DtlsContext DtlsContext;
typedef struct _DtlsEndpoint DtlsEndpoint;

typedef enum {
  DTLS_ROLE_SERVER, /* a=setup:passive: waits for the ClientHello */
  DTLS_ROLE_CLIENT, /* a=setup:active */
} DtlsRole;

/* handshaking -> connected -> closed; handshaking -> failed. */
typedef enum {
  DTLS_STATE_HANDSHAKING,
  DTLS_STATE_CONNECTED, /* keys are there */
  DTLS_STATE_CLOSED,    /* close_notify or fatal alert of the peer, or closed by us */
  DTLS_STATE_FAILED,    /* dtls_endpoint_get_failure() */
} DtlsState;

const gchar *dtls_state_get_name (DtlsState state);

/* (transfer full); @certificate is referenced. */
DtlsContext *dtls_context_new (DtlsCertificate *certificate, GError **error);
DtlsContext *dtls_context_ref (DtlsContext *context);
void dtls_context_unref (DtlsContext *context);

/* For tests and clients: a ':'-separated list in OpenSSL's names ("SRTP_AES128_CM_SHA1_80"). */
gboolean dtls_context_set_suites (DtlsContext *context, const gchar *suites, GError **error);

/* (transfer full). Error: G_IO_ERROR_INVALID_ARGUMENT if @remote_fingerprint is not well-formed. */
DtlsEndpoint *dtls_endpoint_new (DtlsContext *context, DtlsRole role,
                                 const gchar *remote_fingerprint, GError **error);
void dtls_endpoint_free (DtlsEndpoint *endpoint);

/* First retransmission after so long, then doubled up to 3 s (default 200 ms); before start. */
void dtls_endpoint_set_first_timeout (DtlsEndpoint *endpoint, guint timeout_us);

/* UDP payload of the datagrams made (default DTLS_MTU, at least 256); before start. */
void dtls_endpoint_set_mtu (DtlsEndpoint *endpoint, guint mtu);

/* A client makes its ClientHello; a server does nothing. */
DtlsState dtls_endpoint_start (DtlsEndpoint *endpoint);

/* One received datagram; longer than DTLS_DATAGRAM_MAX is ignored. Returns the state after it. */
DtlsState dtls_endpoint_feed (DtlsEndpoint *endpoint, const guint8 *data, gsize len);

/* Microseconds until dtls_endpoint_on_timeout() is due (0: now), -1: no timer runs. */
gint64 dtls_endpoint_get_timeout_us (DtlsEndpoint *endpoint);
DtlsState dtls_endpoint_on_timeout (DtlsEndpoint *endpoint);

/* Sends close_notify. */
void dtls_endpoint_close (DtlsEndpoint *endpoint);

/* (nullable) (transfer full): the next datagram to send. */
GBytes *dtls_endpoint_take_outgoing (DtlsEndpoint *endpoint);

DtlsState dtls_endpoint_get_state (const DtlsEndpoint *endpoint);

/* (nullable): why it failed, for the log. */
const gchar *dtls_endpoint_get_failure (const DtlsEndpoint *endpoint);

/* Hands the keys over and wipes the endpoint's own; FALSE unless connected, or when taken already.
 */
gboolean dtls_endpoint_take_keys (DtlsEndpoint *endpoint, SrtpKeys *ret_keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsContext, dtls_context_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsEndpoint, dtls_endpoint_free)

G_END_DECLS
