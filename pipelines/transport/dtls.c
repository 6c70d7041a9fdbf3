#include "pipelines/transport/dtls.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/dtls_bio.h"
#include <gio/gio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <string.h>

#define MTU_MIN 256
#define FIRST_TIMEOUT_US 200000
#define LONGEST_TIMEOUT_US 3000000

#define EXPORTER_LABEL "EXTRACTOR-dtls_srtp" /* RFC 5764 4.2 */

/* Forward secrecy and AEAD only; RSA because some clients' certificates are. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

#define SUITES "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"

struct _DtlsContext {
  gint references; /* atomic */
  SSL_CTX *ssl_context;
  DtlsCertificate *certificate;
};

struct _DtlsEndpoint {
  SSL *ssl;
  DtlsContext *context;
  DtlsBio ends;
  DtlsRole role;
  DtlsState state;
  gchar *remote_fingerprint;
  gchar *failure; /* (nullable) */
  gboolean has_wrong_certificate;
  guint first_timeout_us;
  gboolean has_keys;
  SrtpKeys keys;
};

/* States */

static const struct {
  const gchar *name;
  guint may_become; /* bit set of DtlsState */
} states[] = {
  [DTLS_STATE_HANDSHAKING] = { "handshaking", 1u << DTLS_STATE_CONNECTED | 1u << DTLS_STATE_FAILED |
                                                  1u << DTLS_STATE_CLOSED },
  [DTLS_STATE_CONNECTED] = { "connected", 1u << DTLS_STATE_CLOSED },
  [DTLS_STATE_CLOSED] = { "closed", 0 },
  [DTLS_STATE_FAILED] = { "failed", 0 },
};

const gchar *
dtls_state_get_name (DtlsState state)
{
  return states[state].name;
}

static void
set_state (DtlsEndpoint *self, DtlsState state)
{
  g_assert (states[self->state].may_become & (1u << state));
  self->state = state;
}

/* Context */

/* In place of a chain to a root: the certificate must be the one that was signalled. */
static int
on_verify (X509_STORE_CTX *store, void *user_data)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data (store, SSL_get_ex_data_X509_STORE_CTX_idx ());
  DtlsEndpoint *endpoint = SSL_get_app_data (ssl);
  X509 *x509 = X509_STORE_CTX_get0_cert (store);

  if (x509 && dtls_fingerprint_matches (endpoint->remote_fingerprint, x509))
    return 1;
  endpoint->has_wrong_certificate = TRUE;
  X509_STORE_CTX_set_error (store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

static gboolean
set_up_context (SSL_CTX *ssl_context, DtlsCertificate *certificate)
{
  SSL_CTX_set_options (ssl_context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                        SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode (ssl_context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode (ssl_context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead (ssl_context, 1);
  /* no record is longer than a datagram: 14 KB less of write buffer for each peer */
  SSL_CTX_set_max_send_fragment (ssl_context, DTLS_MTU);
  SSL_CTX_set_verify (ssl_context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_cert_verify_callback (ssl_context, on_verify, NULL);
  return SSL_CTX_set_min_proto_version (ssl_context, DTLS1_2_VERSION) &&
         SSL_CTX_set_max_proto_version (ssl_context, DTLS1_2_VERSION) &&
         SSL_CTX_set_cipher_list (ssl_context, CIPHERS) &&
         SSL_CTX_set1_groups_list (ssl_context, "X25519:P-256:P-384") &&
         SSL_CTX_use_certificate (ssl_context, dtls_certificate_get_x509 (certificate)) == 1 &&
         SSL_CTX_use_PrivateKey (ssl_context, dtls_certificate_get_key (certificate)) == 1 &&
         SSL_CTX_set_tlsext_use_srtp (ssl_context, SUITES) == 0;
}

DtlsContext *
dtls_context_new (DtlsCertificate *certificate, GError **error)
{
  g_autoptr (DtlsContext) self = g_new0 (DtlsContext, 1);

  self->references = 1;
  self->certificate = dtls_certificate_ref (certificate);
  self->ssl_context = SSL_CTX_new (DTLS_method ());
  if (self->ssl_context && set_up_context (self->ssl_context, certificate))
    return g_steal_pointer (&self);
  ERR_clear_error ();
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: cannot set up DTLS");
  return NULL;
}

DtlsContext *
dtls_context_ref (DtlsContext *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

void
dtls_context_unref (DtlsContext *self)
{
  if (!self || !g_atomic_int_dec_and_test (&self->references))
    return;
  SSL_CTX_free (self->ssl_context);
  dtls_certificate_unref (self->certificate);
  g_free (self);
}

gboolean
dtls_context_set_suites (DtlsContext *self, const gchar *suites, GError **error)
{
  /* zero is success here */
  if (SSL_CTX_set_tlsext_use_srtp (self->ssl_context, suites) == 0)
    return TRUE;
  ERR_clear_error ();
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no SRTP suites: %s", suites);
  return FALSE;
}

/* Endpoint */

/* Initial retransmission as WebRTC implementations have it: RFC 6347's second is long for a call.
 */
static unsigned int
on_timer (SSL *ssl, unsigned int previous_us)
{
  DtlsEndpoint *endpoint = SSL_get_app_data (ssl);

  if (previous_us == 0)
    return endpoint->first_timeout_us;
  return MIN (previous_us * 2, MAX (LONGEST_TIMEOUT_US, endpoint->first_timeout_us));
}

DtlsEndpoint *
dtls_endpoint_new (DtlsContext *context, DtlsRole role, const gchar *remote_fingerprint,
                   GError **error)
{
  g_autoptr (DtlsEndpoint) self = NULL;
  BIO *bio;

  if (!dtls_fingerprint_is_valid (remote_fingerprint)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no fingerprint: '%.80s'",
                 remote_fingerprint ? remote_fingerprint : "");
    return NULL;
  }
  self = g_new0 (DtlsEndpoint, 1);
  g_queue_init (&self->ends.out);
  self->context = dtls_context_ref (context);
  self->role = role;
  self->remote_fingerprint = g_strdup (remote_fingerprint);
  self->first_timeout_us = FIRST_TIMEOUT_US;
  self->ssl = SSL_new (context->ssl_context);
  bio = self->ssl ? dtls_bio_new (&self->ends) : NULL;
  if (!bio) {
    ERR_clear_error ();
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: out of memory");
    return NULL;
  }
  SSL_set_bio (self->ssl, bio, bio);
  SSL_set_app_data (self->ssl, self);
  SSL_set_mtu (self->ssl, DTLS_MTU);
  DTLS_set_timer_cb (self->ssl, on_timer);
  if (role == DTLS_ROLE_CLIENT)
    SSL_set_connect_state (self->ssl);
  else
    SSL_set_accept_state (self->ssl);
  return g_steal_pointer (&self);
}

void
dtls_endpoint_free (DtlsEndpoint *self)
{
  if (!self)
    return;
  SSL_free (self->ssl);
  g_queue_clear_full (&self->ends.out, (GDestroyNotify) g_bytes_unref);
  dtls_context_unref (self->context);
  srtp_keys_clear (&self->keys);
  g_free (self->remote_fingerprint);
  g_free (self->failure);
  g_free (self);
}

void
dtls_endpoint_set_first_timeout (DtlsEndpoint *self, guint timeout_us)
{
  self->first_timeout_us = timeout_us;
}

void
dtls_endpoint_set_mtu (DtlsEndpoint *self, guint mtu)
{
  SSL_set_mtu (self->ssl, MAX (mtu, MTU_MIN));
}

/* Handshake */

static void G_GNUC_PRINTF (2, 3) fail (DtlsEndpoint *self, const gchar *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  self->failure = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  set_state (self, DTLS_STATE_FAILED);
}

static gboolean
suite_of_profile (gulong id, SrtpSuite *ret_suite)
{
  switch (id) {
  case SRTP_AEAD_AES_128_GCM:
    *ret_suite = SRTP_SUITE_AEAD_AES_128_GCM;
    return TRUE;
  case SRTP_AES128_CM_SHA1_80:
    *ret_suite = SRTP_SUITE_AES_CM_128_HMAC_SHA1_80;
    return TRUE;
  default:
    return FALSE;
  }
}

/* RFC 5764 4.2: client key, server key, client salt, server salt. */
static gboolean
export_keys (DtlsEndpoint *self, SrtpSuite suite)
{
  guint8 material[2 * SRTP_MASTER_BYTES_MAX];
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  gsize len = 2 * (SRTP_KEY_BYTES + salt_bytes);
  guint8 *client = self->role == DTLS_ROLE_CLIENT ? self->keys.local : self->keys.remote;
  guint8 *server = self->role == DTLS_ROLE_CLIENT ? self->keys.remote : self->keys.local;
  const guint8 *salts = material + 2 * SRTP_KEY_BYTES;

  if (SSL_export_keying_material (self->ssl, material, len, EXPORTER_LABEL, strlen (EXPORTER_LABEL),
                                  NULL, 0, 0) != 1)
    return FALSE;
  self->keys.suite = suite;
  memcpy (client, material, SRTP_KEY_BYTES);
  memcpy (server, material + SRTP_KEY_BYTES, SRTP_KEY_BYTES);
  memcpy (client + SRTP_KEY_BYTES, salts, salt_bytes);
  memcpy (server + SRTP_KEY_BYTES, salts + salt_bytes, salt_bytes);
  OPENSSL_cleanse (material, sizeof material);
  self->has_keys = TRUE;
  return TRUE;
}

static void
finish_handshake (DtlsEndpoint *self)
{
  SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile (self->ssl);
  SrtpSuite suite;

  if (!profile || !suite_of_profile (profile->id, &suite))
    fail (self, "no SRTP suite in common");
  else if (!export_keys (self, suite))
    fail (self, "no keys exported");
  else
    set_state (self, DTLS_STATE_CONNECTED);
  if (self->state == DTLS_STATE_FAILED)
    SSL_shutdown (self->ssl);
}

static void
fail_handshake (DtlsEndpoint *self)
{
  gulong code = ERR_peek_error ();
  const gchar *reason = code ? ERR_reason_error_string (code) : NULL;

  if (self->has_wrong_certificate)
    fail (self, "the peer's certificate has another fingerprint");
  else
    fail (self, "handshake: %s", reason ? reason : "aborted");
}

static void
advance (DtlsEndpoint *self)
{
  int result;

  ERR_clear_error ();
  result = SSL_do_handshake (self->ssl);
  if (result == 1) {
    finish_handshake (self);
  } else {
    switch (SSL_get_error (self->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      break;
    default:
      fail_handshake (self);
    }
  }
  ERR_clear_error ();
}

/* After the handshake: repeated flights are answered inside, a close is heard. Application data
 * (there is no data channel) is read and dropped. */
static void
read_records (DtlsEndpoint *self)
{
  guint8 scratch[DTLS_DATAGRAM_MAX];
  int result;

  ERR_clear_error ();
  do
    result = SSL_read (self->ssl, scratch, sizeof scratch);
  while (result > 0);
  switch (SSL_get_error (self->ssl, result)) {
  case SSL_ERROR_WANT_READ:
  case SSL_ERROR_WANT_WRITE:
    break;
  default: /* close_notify, or a fatal alert */
    set_state (self, DTLS_STATE_CLOSED);
  }
  ERR_clear_error ();
}

/* A connected association sleeps without its record buffers: 33 kB, for a close that may come or a
 * flight to be repeated. FALSE: no memory. */
static gboolean
wake (DtlsEndpoint *self)
{
  return SSL_alloc_buffers (self->ssl) == 1;
}

DtlsState
dtls_endpoint_start (DtlsEndpoint *self)
{
  if (self->role == DTLS_ROLE_CLIENT && self->state == DTLS_STATE_HANDSHAKING)
    advance (self);
  return self->state;
}

DtlsState
dtls_endpoint_feed (DtlsEndpoint *self, const guint8 *data, gsize len)
{
  if (len == 0 || len > DTLS_DATAGRAM_MAX)
    return self->state;
  if (self->state == DTLS_STATE_CONNECTED && !wake (self))
    return self->state;
  self->ends.in = data;
  self->ends.in_len = len;
  if (self->state == DTLS_STATE_HANDSHAKING)
    advance (self);
  /* the rest of the datagram that ended the handshake, too */
  if (self->state == DTLS_STATE_CONNECTED)
    read_records (self);
  if (self->state == DTLS_STATE_CONNECTED)
    SSL_free_buffers (self->ssl);
  self->ends.in = NULL;
  self->ends.in_len = 0;
  return self->state;
}

gint64
dtls_endpoint_get_timeout_us (DtlsEndpoint *self)
{
  struct timeval left;

  if (self->state != DTLS_STATE_HANDSHAKING || DTLSv1_get_timeout (self->ssl, &left) != 1)
    return -1;
  return left.tv_sec * G_USEC_PER_SEC + left.tv_usec;
}

DtlsState
dtls_endpoint_on_timeout (DtlsEndpoint *self)
{
  if (self->state != DTLS_STATE_HANDSHAKING)
    return self->state;
  ERR_clear_error ();
  if (DTLSv1_handle_timeout (self->ssl) < 0)
    fail (self, "the peer does not answer");
  ERR_clear_error ();
  return self->state;
}

void
dtls_endpoint_close (DtlsEndpoint *self)
{
  if (self->state != DTLS_STATE_HANDSHAKING && self->state != DTLS_STATE_CONNECTED)
    return;
  if (self->state == DTLS_STATE_CONNECTED && wake (self))
    SSL_shutdown (self->ssl);
  ERR_clear_error ();
  set_state (self, DTLS_STATE_CLOSED);
}

GBytes *
dtls_endpoint_take_outgoing (DtlsEndpoint *self)
{
  return g_queue_pop_head (&self->ends.out);
}

DtlsState
dtls_endpoint_get_state (const DtlsEndpoint *self)
{
  return self->state;
}

const gchar *
dtls_endpoint_get_failure (const DtlsEndpoint *self)
{
  return self->failure;
}

gboolean
dtls_endpoint_take_keys (DtlsEndpoint *self, SrtpKeys *ret_keys)
{
  if (!self->has_keys)
    return FALSE;
  *ret_keys = self->keys;
  srtp_keys_clear (&self->keys);
  self->has_keys = FALSE;
  return TRUE;
}
