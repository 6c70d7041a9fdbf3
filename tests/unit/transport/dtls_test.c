#include "pipelines/transport/dtls.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/srtp_session.h"
#include "tests/unit/transport/fixtures.h"

#define NOW_S G_GINT64_CONSTANT (1790000000)

typedef struct {
  DtlsCertificate *server_certificate;
  DtlsCertificate *client_certificate;
  DtlsContext *server_context;
  DtlsContext *client_context;
  DtlsEndpoint *server;
  DtlsEndpoint *client;
  guint n_datagrams;
  gsize longest;
  guint lose; /* bit set: which datagrams of the exchange get lost, in order */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->server_certificate = dtls_certificate_new (NOW_S, NULL);
  f->client_certificate = dtls_certificate_new (NOW_S, NULL);
  f->server_context = dtls_context_new (f->server_certificate, NULL);
  f->client_context = dtls_context_new (f->client_certificate, NULL);
  f->server = dtls_endpoint_new (f->server_context, DTLS_ROLE_SERVER,
                                 dtls_certificate_get_fingerprint (f->client_certificate), NULL);
  f->client = dtls_endpoint_new (f->client_context, DTLS_ROLE_CLIENT,
                                 dtls_certificate_get_fingerprint (f->server_certificate), NULL);
  g_assert_true (f->server && f->client);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  dtls_endpoint_free (f->server);
  dtls_endpoint_free (f->client);
  dtls_context_unref (f->server_context);
  dtls_context_unref (f->client_context);
  dtls_certificate_unref (f->server_certificate);
  dtls_certificate_unref (f->client_certificate);
}

/* TRUE if anything moved. */
static gboolean
carry (Fixture *f, DtlsEndpoint *from, DtlsEndpoint *to)
{
  gboolean moved = FALSE;
  GBytes *datagram;

  while ((datagram = dtls_endpoint_take_outgoing (from))) {
    gsize len;
    const guint8 *data = g_bytes_get_data (datagram, &len);
    f->longest = MAX (f->longest, len);
    if (f->n_datagrams >= 32 || !(f->lose & (1u << f->n_datagrams)))
      dtls_endpoint_feed (to, data, len);
    f->n_datagrams++;
    g_bytes_unref (datagram);
    moved = TRUE;
  }
  return moved;
}

static void
exchange (Fixture *f)
{
  while (carry (f, f->client, f->server) || carry (f, f->server, f->client))
    ;
}

static void
shake_hands (Fixture *f)
{
  dtls_endpoint_start (f->server);
  dtls_endpoint_start (f->client);
  exchange (f);
}

static void
assert_connected (Fixture *f, SrtpSuite suite)
{
  SrtpKeys server = { 0 };
  SrtpKeys client = { 0 };

  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_CONNECTED);
  g_assert_cmpint (dtls_endpoint_get_state (f->client), ==, DTLS_STATE_CONNECTED);
  g_assert_true (dtls_endpoint_take_keys (f->server, &server));
  g_assert_true (dtls_endpoint_take_keys (f->client, &client));
  g_assert_false (dtls_endpoint_take_keys (f->client, &client));
  g_assert_cmpint (server.suite, ==, suite);
  g_assert_cmpint (client.suite, ==, suite);
  g_assert_cmpmem (server.local, sizeof server.local, client.remote, sizeof client.remote);
  g_assert_cmpmem (server.remote, sizeof server.remote, client.local, sizeof client.local);
  g_assert_cmpint (memcmp (server.local, server.remote, sizeof server.local), !=, 0);
  g_assert_cmpint (dtls_endpoint_get_timeout_us (f->server), ==, -1);
}

static void
test_handshake (Fixture *f, gconstpointer data)
{
  shake_hands (f);
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
  g_assert_cmpuint (f->longest, <=, DTLS_MTU);
  g_assert_null (dtls_endpoint_get_failure (f->server));
}

static void
test_clients_of_cm_only (Fixture *f, gconstpointer data)
{
  dtls_endpoint_free (f->client);
  g_assert_true (dtls_context_set_suites (f->client_context, "SRTP_AES128_CM_SHA1_80", NULL));
  f->client = dtls_endpoint_new (f->client_context, DTLS_ROLE_CLIENT,
                                 dtls_certificate_get_fingerprint (f->server_certificate), NULL);
  shake_hands (f);
  assert_connected (f, SRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
}

static void
test_our_preference_wins (Fixture *f, gconstpointer data)
{
  dtls_endpoint_free (f->client);
  g_assert_true (dtls_context_set_suites (f->client_context,
                                          "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", NULL));
  f->client = dtls_endpoint_new (f->client_context, DTLS_ROLE_CLIENT,
                                 dtls_certificate_get_fingerprint (f->server_certificate), NULL);
  shake_hands (f);
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
}

static void
test_no_common_suite (Fixture *f, gconstpointer data)
{
  dtls_endpoint_free (f->client);
  g_assert_true (dtls_context_set_suites (f->client_context, "SRTP_AES128_CM_SHA1_32", NULL));
  f->client = dtls_endpoint_new (f->client_context, DTLS_ROLE_CLIENT,
                                 dtls_certificate_get_fingerprint (f->server_certificate), NULL);
  shake_hands (f);
  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_FAILED);
  g_assert_nonnull (dtls_endpoint_get_failure (f->server));
}

/* All messages in fragments. */
static void
test_fragments (Fixture *f, gconstpointer data)
{
  dtls_endpoint_set_mtu (f->client, 0); /* the least there is */
  dtls_endpoint_set_mtu (f->server, 0);
  shake_hands (f);
  g_assert_cmpuint (f->longest, <=, 256);
  g_assert_cmpuint (f->n_datagrams, >=, 8);
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
}

#define RECORD_HEADER 13
#define HANDSHAKE_HEADER 12

static void
put_u24 (guint8 *at, guint32 value)
{
  at[0] = value >> 16;
  at[1] = value >> 8;
  at[2] = value;
}

/* Bytes [offset, offset + len) of the one handshake message in @record, as a record of its own. */
static gsize
cut_fragment (const guint8 *record, guint offset, guint len, guint8 seq, guint8 *out)
{
  memcpy (out, record, RECORD_HEADER + HANDSHAKE_HEADER);
  memcpy (out + RECORD_HEADER + HANDSHAKE_HEADER,
          record + RECORD_HEADER + HANDSHAKE_HEADER + offset, len);
  put_u24 (out + 10, (guint32) seq << 16 | (len + HANDSHAKE_HEADER));
  put_u24 (out + RECORD_HEADER + 6, offset);
  put_u24 (out + RECORD_HEADER + 9, len);
  return RECORD_HEADER + HANDSHAKE_HEADER + len;
}

/* As Chromium sends it: 1,463 bytes in two datagrams; here the later one comes first. */
static void
test_client_hello_in_two (Fixture *f, gconstpointer data)
{
  guint8 part[DTLS_MTU];
  GBytes *hello;
  const guint8 *record;
  gsize len;
  guint body;

  dtls_endpoint_start (f->client);
  hello = dtls_endpoint_take_outgoing (f->client);
  record = g_bytes_get_data (hello, &len);
  body = len - RECORD_HEADER - HANDSHAKE_HEADER;
  dtls_endpoint_feed (f->server, part, cut_fragment (record, 50, body - 50, 7, part));
  g_assert_null (dtls_endpoint_take_outgoing (f->server));
  dtls_endpoint_feed (f->server, part, cut_fragment (record, 0, 50, 8, part));
  g_bytes_unref (hello);
  exchange (f);
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
}

static void
test_wrong_fingerprint (Fixture *f, gconstpointer data)
{
  g_autoptr (DtlsCertificate) other = dtls_certificate_new (NOW_S, NULL);
  const gchar *fingerprint = dtls_certificate_get_fingerprint (other);
  SrtpKeys keys;

  if (GPOINTER_TO_INT (data) == DTLS_ROLE_SERVER) {
    dtls_endpoint_free (f->server);
    f->server = dtls_endpoint_new (f->server_context, DTLS_ROLE_SERVER, fingerprint, NULL);
  } else {
    dtls_endpoint_free (f->client);
    f->client = dtls_endpoint_new (f->client_context, DTLS_ROLE_CLIENT, fingerprint, NULL);
  }
  shake_hands (f);
  /* the other end hears the alert, whichever it is */
  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_FAILED);
  g_assert_cmpint (dtls_endpoint_get_state (f->client), ==, DTLS_STATE_FAILED);
  g_assert_false (dtls_endpoint_take_keys (f->server, &keys));
  g_assert_false (dtls_endpoint_take_keys (f->client, &keys));
}

static void
test_malformed_fingerprint (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dtls_endpoint_new (f->server_context, DTLS_ROLE_SERVER, "sha-256 12", &error));
  g_assert_nonnull (error);
}

/* Each datagram of the exchange is lost once, and twice; timers bring it about all the same. */
static void
test_losses (Fixture *f, gconstpointer data)
{
  guint first = GPOINTER_TO_UINT (data);
  gint64 give_up_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  f->lose = 3u << first;
  dtls_endpoint_set_first_timeout (f->server, 1000);
  dtls_endpoint_set_first_timeout (f->client, 1000);
  shake_hands (f);
  /* the clock is OpenSSL's own, so this turns until a millisecond or two are over */
  while (dtls_endpoint_get_timeout_us (f->client) >= 0 ||
         dtls_endpoint_get_timeout_us (f->server) >= 0) {
    g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);
    dtls_endpoint_on_timeout (f->client);
    dtls_endpoint_on_timeout (f->server);
    exchange (f);
  }
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
}

static void
test_timer (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (dtls_endpoint_get_timeout_us (f->client), ==, -1);
  dtls_endpoint_start (f->client);
  g_assert_cmpint (dtls_endpoint_get_timeout_us (f->client), >, 0);
  g_assert_cmpint (dtls_endpoint_get_timeout_us (f->client), <=, 200000);
  dtls_endpoint_on_timeout (f->client); /* not due: nothing is repeated */
  g_bytes_unref (dtls_endpoint_take_outgoing (f->client));
  g_assert_null (dtls_endpoint_take_outgoing (f->client));
}

static void
test_close (Fixture *f, gconstpointer data)
{
  shake_hands (f);
  dtls_endpoint_close (f->server);
  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_CLOSED);
  g_assert_true (carry (f, f->server, f->client));
  g_assert_cmpint (dtls_endpoint_get_state (f->client), ==, DTLS_STATE_CLOSED);
  dtls_endpoint_close (f->server);
  g_assert_null (dtls_endpoint_take_outgoing (f->server));
}

/* Junk of the right first bytes, and junk at all: nothing changes. */
static void
test_junk (Fixture *f, gconstpointer data)
{
  guint8 junk[DTLS_DATAGRAM_MAX + 1];

  for (guint i = 0; i < sizeof junk; i++)
    junk[i] = i * 7;
  for (guint i = 0; i < 300; i++) {
    junk[0] = 20 + i % 44;
    junk[1] = 254;
    junk[2] = 253;
    dtls_endpoint_feed (f->server, junk, 1 + i * 13);
  }
  dtls_endpoint_feed (f->server, junk, sizeof junk);
  dtls_endpoint_feed (f->server, junk, 0);
  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_HANDSHAKING);
  shake_hands (f);
  assert_connected (f, SRTP_SUITE_AEAD_AES_128_GCM);
  for (guint i = 0; i < 300; i++) {
    junk[0] = 20 + i % 44;
    dtls_endpoint_feed (f->server, junk, 1 + i * 13);
  }
  g_assert_cmpint (dtls_endpoint_get_state (f->server), ==, DTLS_STATE_CONNECTED);
}

/* The keys do what they are for. */
static void
test_keys_work (Fixture *f, gconstpointer data)
{
  SrtpKeys server, client;
  g_autoptr (SrtpSession) relay = NULL;
  g_autoptr (SrtpSession) room = NULL;
  guint8 packet[200];
  gsize len = fixture_rtp_header (packet, 1, 1, 0, FALSE) + 50;

  shake_hands (f);
  g_assert_true (dtls_endpoint_take_keys (f->server, &server));
  g_assert_true (dtls_endpoint_take_keys (f->client, &client));
  relay = srtp_session_new (&server, NULL);
  room = srtp_session_new (&client, NULL);
  g_assert_true (srtp_session_protect_rtp (room, packet, &len));
  g_assert_cmpint (srtp_session_unprotect_rtp (relay, packet, &len), ==, SRTP_OK);
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
    guint data;
  } tests[] = {
    { "handshake", test_handshake, 0 },
    { "clients-of-cm-only", test_clients_of_cm_only, 0 },
    { "our-preference-wins", test_our_preference_wins, 0 },
    { "no-common-suite", test_no_common_suite, 0 },
    { "fragments", test_fragments, 0 },
    { "client-hello-in-two", test_client_hello_in_two, 0 },
    { "wrong-fingerprint/client", test_wrong_fingerprint, DTLS_ROLE_SERVER },
    { "wrong-fingerprint/server", test_wrong_fingerprint, DTLS_ROLE_CLIENT },
    { "malformed-fingerprint", test_malformed_fingerprint, 0 },
    { "losses/0", test_losses, 0 },
    { "losses/1", test_losses, 1 },
    { "losses/2", test_losses, 2 },
    { "losses/3", test_losses, 3 },
    { "losses/4", test_losses, 4 },
    { "timer", test_timer, 0 },
    { "close", test_close, 0 },
    { "junk", test_junk, 0 },
    { "keys-work", test_keys_work, 0 },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strdup_printf ("/transport/dtls/%s", tests[i].name);
    g_test_add (path, Fixture, GUINT_TO_POINTER (tests[i].data), set_up, tests[i].test, tear_down);
  }
  return g_test_run ();
}
