#include "pipelines/transport/rtcp_sealer.h"

#include "pipelines/transport/srtp_session.h"
#include "tests/unit/transport/fixtures.h"

#define PACKET_MAX 1300

typedef struct {
  RtcpSealer *sealer;
  SrtpSession *reference; /* libsrtp with the same keys */
  SrtpSession *receiver;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  SrtpKeys ours, theirs;

  fixture_keys (GPOINTER_TO_INT (data), &ours, &theirs);
  f->sealer = rtcp_sealer_new (&ours, NULL);
  f->reference = srtp_session_new (&ours, NULL);
  f->receiver = srtp_session_new (&theirs, NULL);
  g_assert_true (f->sealer && f->reference && f->receiver);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  rtcp_sealer_free (f->sealer);
  srtp_session_free (f->reference);
  srtp_session_free (f->receiver);
}

static gsize
make_report (guint8 *out, guint32 ssrc, guint words)
{
  out[0] = 0x80;
  out[1] = 201;
  out[2] = (1 + words) >> 8;
  out[3] = 1 + words;
  for (guint i = 0; i < 4; i++)
    out[4 + i] = ssrc >> (24 - 8 * i);
  for (guint i = 0; i < words * 4; i++)
    out[8 + i] = i * 7 + words;
  return 8 + words * 4;
}

static void
test_as_libsrtp (Fixture *f, gconstpointer data)
{
  for (guint words = 0; words < 300; words += 1 + words / 8) {
    guint8 plain[PACKET_MAX], sealed[PACKET_MAX], expected[PACKET_MAX];
    gsize plain_len = make_report (plain, 0x01020304, words);
    gsize len = plain_len, expected_len = plain_len;

    memcpy (sealed, plain, plain_len);
    memcpy (expected, plain, plain_len);
    g_assert_true (rtcp_sealer_seal (f->sealer, sealed, &len));
    g_assert_true (srtp_session_protect_rtcp (f->reference, expected, &expected_len));
    g_assert_cmpmem (sealed, len, expected, expected_len);
    g_assert_cmpuint (len - plain_len, <=, SRTCP_TRAILER_BYTES_MAX);
    g_assert_cmpint (srtp_session_unprotect_rtcp (f->receiver, sealed, &len), ==, SRTP_OK);
    g_assert_cmpmem (sealed, len, plain, plain_len);
  }
}

/* One index for all SSRCs: each receiver's stream sees gaps, which RTCP allows. */
static void
test_many_ssrcs (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 200; i++) {
    guint8 packet[PACKET_MAX];
    gsize len = make_report (packet, 100 + i % 7, 6);

    g_assert_true (rtcp_sealer_seal (f->sealer, packet, &len));
    g_assert_cmpint (srtp_session_unprotect_rtcp (f->receiver, packet, &len), ==, SRTP_OK);
  }
}

/* The last index seals, and libsrtp opens it; one past it would repeat the first nonce. */
static void
test_last_index (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX], before[PACKET_MAX];
  gsize len = make_report (packet, 7, 6);

  rtcp_sealer_set_sealed (f->sealer, SRTCP_INDEX_MAX - 1);
  g_assert_true (rtcp_sealer_seal (f->sealer, packet, &len));
  g_assert_cmpint (srtp_session_unprotect_rtcp (f->receiver, packet, &len), ==, SRTP_OK);
  for (guint i = 0; i < 2; i++) {
    gsize plain_len = make_report (packet, 7, 6);

    len = plain_len;
    memcpy (before, packet, len);
    g_assert_false (rtcp_sealer_seal (f->sealer, packet, &len));
    g_assert_cmpmem (packet, len, before, plain_len);
  }
}

static void
test_too_short (Fixture *f, gconstpointer data)
{
  guint8 packet[64] = { 0x80, 201, 0, 0 };
  gsize len = 7;

  g_assert_false (rtcp_sealer_seal (f->sealer, packet, &len));
  g_assert_cmpuint (len, ==, 7);
}

static void
add (const gchar *name, SrtpSuite suite, void (*func) (Fixture *f, gconstpointer data))
{
  g_autofree gchar *path =
      g_strdup_printf ("/transport/rtcp-sealer/%s/%s", srtp_suite_get_name (suite), name);

  g_test_add (path, Fixture, GINT_TO_POINTER (suite), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  static const SrtpSuite suites[] = { SRTP_SUITE_AEAD_AES_128_GCM,
                                      SRTP_SUITE_AES_CM_128_HMAC_SHA1_80 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    add ("as-libsrtp", suites[i], test_as_libsrtp);
    add ("many-ssrcs", suites[i], test_many_ssrcs);
    add ("last-index", suites[i], test_last_index);
    add ("too-short", suites[i], test_too_short);
  }
  return g_test_run ();
}
