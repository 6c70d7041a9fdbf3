#include "pipelines/transport/sealer.h"

#include "pipelines/transport/srtp_session.h"
#include "tests/unit/transport/fixtures.h"

#define PACKET_MAX 1500

typedef struct {
  Sealer *sealer;
  SrtpSession *reference; /* libsrtp with the same keys */
  SrtpSession *receiver;
} Fixture;

/* What each test runs on. */
typedef struct {
  SrtpSuite suite;
  const SealerBackend *backend;
} Variant;

static void
set_up (Fixture *f, gconstpointer data)
{
  const Variant *variant = data;
  SrtpKeys ours, theirs;

  fixture_keys (variant->suite, &ours, &theirs);
  f->sealer = sealer_new (&ours, variant->backend, NULL);
  f->reference = srtp_session_new (&ours, NULL);
  f->receiver = srtp_session_new (&theirs, NULL);
  g_assert_true (f->sealer && f->reference && f->receiver);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sealer_free (f->sealer);
  srtp_session_free (f->reference);
  srtp_session_free (f->receiver);
}

/* One packet through the sealer and through libsrtp: equal, and libsrtp gets it back. */
static void
check_packet (Fixture *f, guint32 ssrc, guint64 index, gsize payload_len)
{
  guint8 plain[PACKET_MAX], sealed[PACKET_MAX], expected[PACKET_MAX];
  gsize header_len = fixture_rtp_header (plain, index, ssrc, index % 3, index % 2);
  gsize plain_len = header_len + payload_len;
  gsize expected_len = plain_len;
  gsize len;

  for (gsize i = 0; i < payload_len; i++)
    plain[header_len + i] = (guint8) (i * index);
  memcpy (expected, plain, plain_len);
  memcpy (sealed, plain, header_len);
  len = sealer_seal (f->sealer, sealed, header_len, plain + header_len, payload_len, index);
  g_assert_true (srtp_session_protect_rtp (f->reference, expected, &expected_len));
  g_assert_cmpmem (sealed, len, expected, expected_len);
  g_assert_cmpuint (len, ==, plain_len + sealer_get_tag_len (f->sealer));

  /* in place gives the same */
  memcpy (expected, plain, plain_len);
  expected_len =
      sealer_seal (f->sealer, expected, header_len, expected + header_len, payload_len, index);
  g_assert_cmpmem (sealed, len, expected, expected_len);

  g_assert_cmpint (srtp_session_unprotect_rtp (f->receiver, sealed, &len), ==, SRTP_OK);
  g_assert_cmpmem (sealed, len, plain, plain_len);
}

static void
test_equals_libsrtp (Fixture *f, gconstpointer data)
{
  for (guint64 index = 64000; index < 64000 + 3000; index++)
    check_packet (f, 0xdecafbad, index, 1 + (index * 37) % 1300);
}

/* Two roll-overs, in steps no larger than libsrtp's window of guessing. */
static void
test_roll_over (Fixture *f, gconstpointer data)
{
  for (guint64 index = 30000; index < 3 * 65536; index += 997)
    check_packet (f, 1, index, 40);
  check_packet (f, 0xffffffff, 65535, 1000);
  check_packet (f, 0xffffffff, 65536, 1000);
}

static void
test_no_payload (Fixture *f, gconstpointer data)
{
  check_packet (f, 5, 7, 0);
  check_packet (f, 5, 8, 1);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  guint8 packet[200];
  gsize header_len = fixture_rtp_header (packet, 7, 1, 0, FALSE);

  g_assert_cmpuint (sealer_seal (f->sealer, packet, 11, packet + 12, 20, 7), ==, 0);
  /* another sequence number than the index says */
  g_assert_cmpuint (sealer_seal (f->sealer, packet, header_len, packet + 12, 20, 8), ==, 0);
  g_assert_cmpuint (
      sealer_seal (f->sealer, packet, header_len, packet + 12, 20, SRTP_INDEX_MAX + 1 + 7), ==, 0);
  /* the last under one key, and one past it */
  header_len = fixture_rtp_header (packet, 0xffff, 1, 0, FALSE);
  g_assert_cmpuint (sealer_seal (f->sealer, packet, header_len, packet + 12, 20, SRTP_INDEX_MAX), >,
                    0);
  header_len = fixture_rtp_header (packet, 0, 1, 0, FALSE);
  g_assert_cmpuint (
      sealer_seal (f->sealer, packet, header_len, packet + 12, 20, SRTP_INDEX_MAX + 1), ==, 0);
}

/* The fastest is libipsec-mb's where it is fit, and OpenSSL's never is none. */
static void
test_best (void)
{
  const SealerBackend *fast = sealer_backend_ipsec_mb (SRTP_SUITE_AEAD_AES_128_GCM);

  g_test_message ("libipsec-mb: %s", fast ? fast->name : "not fit or not built in");
  g_assert_true (sealer_backend_best (SRTP_SUITE_AEAD_AES_128_GCM) ==
                 (fast ? fast : sealer_backend_openssl (SRTP_SUITE_AEAD_AES_128_GCM)));
  g_assert_true (sealer_backend_best (SRTP_SUITE_AES_CM_128_HMAC_SHA1_80) ==
                 sealer_backend_openssl (SRTP_SUITE_AES_CM_128_HMAC_SHA1_80));
}

static gsize
fake_seal (gpointer state, guint8 *packet, gsize header_len, const guint8 *payload,
           gsize payload_len, guint64 index)
{
  return header_len + payload_len + *(guint *) state;
}

static gboolean
fake_init_state (gpointer state, SrtpSuite suite, const guint8 *master, GError **error)
{
  g_assert_cmpuint ((gsize) state % sizeof (guint), ==, 0);
  *(guint *) state += 33;
  return TRUE;
}

static void
fake_clear_state (gpointer state)
{
  g_assert_cmpuint (*(guint *) state, ==, 33);
}

static void
test_other_backend (void)
{
  static const SealerBackend fake = { "fake",          sizeof (guint),   sizeof (guint),
                                      fake_init_state, fake_clear_state, fake_seal };
  guint8 packet[64];
  SrtpKeys ours, theirs;
  g_autoptr (Sealer) sealer = NULL;

  fixture_keys (SRTP_SUITE_AEAD_AES_128_GCM, &ours, &theirs);
  sealer = sealer_new (&ours, &fake, NULL);
  fixture_rtp_header (packet, 7, 1, 0, FALSE);
  g_assert_cmpuint (sealer_seal (sealer, packet, 12, packet, 4, 7), ==, 12 + 4 + 33);
}

/* Both suites on OpenSSL, and what libipsec-mb seals where it is fit; filled by main (). */
static Variant variants[4];
static guint n_variants;

static void
find_variants (void)
{
  for (guint suite = 0; suite <= SRTP_SUITE_AES_CM_128_HMAC_SHA1_80; suite++) {
    variants[n_variants++] = (Variant){ suite, sealer_backend_openssl (suite) };
    if (sealer_backend_ipsec_mb (suite))
      variants[n_variants++] = (Variant){ suite, sealer_backend_ipsec_mb (suite) };
  }
}

static void
add (const gchar *name, void (*test) (Fixture *, gconstpointer))
{
  for (guint i = 0; i < n_variants; i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/transport/sealer/%s/%s", name, variants[i].backend->name);
    g_test_add_vtable (path, sizeof (Fixture), &variants[i], (GTestFixtureFunc) set_up,
                       (GTestFixtureFunc) test, (GTestFixtureFunc) tear_down);
  }
}

static void
test_choice (void)
{
  const SrtpSuite suite = SRTP_SUITE_AEAD_AES_128_GCM;
  const SealerBackend *fast = sealer_backend_ipsec_mb (suite);

  g_assert_true (sealer_choose (SEALER_CHOICE_OPENSSL));
  g_assert_true (sealer_backend_best (suite) == sealer_backend_openssl (suite));
  g_assert_cmpint (sealer_choose (SEALER_CHOICE_IPSEC_MB), ==, fast != NULL);
  g_assert_true (sealer_backend_best (suite) == (fast ? fast : sealer_backend_openssl (suite)));
  g_assert_true (sealer_choose (SEALER_CHOICE_AUTO));
  g_assert_true (sealer_backend_best (suite) == (fast ? fast : sealer_backend_openssl (suite)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  find_variants ();
  add ("equals-libsrtp", test_equals_libsrtp);
  add ("roll-over", test_roll_over);
  add ("no-payload", test_no_payload);
  add ("refused", test_refused);
  g_test_add_func ("/transport/sealer/best", test_best);
  g_test_add_func ("/transport/sealer/choice", test_choice);
  g_test_add_func ("/transport/sealer/other-backend", test_other_backend);
  return g_test_run ();
}
