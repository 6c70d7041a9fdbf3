#include "pipelines/transport/srtp_session.h"

#include "tests/unit/transport/fixtures.h"

#define PACKET_MAX 1500

typedef struct {
  SrtpSession *relay;
  SrtpSession *client;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  SrtpKeys ours, theirs;

  fixture_keys (GPOINTER_TO_INT (data), &ours, &theirs);
  f->relay = srtp_session_new (&ours, NULL);
  f->client = srtp_session_new (&theirs, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  srtp_session_free (f->relay);
  srtp_session_free (f->client);
}

/* A packet as the client would send it. */
static gsize
client_packet (Fixture *f, guint8 *out, guint16 seq, guint32 ssrc)
{
  gsize len = fixture_rtp_header (out, seq, ssrc, 0, TRUE);

  memset (out + len, seq, 100);
  len += 100;
  g_assert_true (srtp_session_protect_rtp (f->client, out, &len));
  return len;
}

static gsize
receiver_report (guint8 *out, guint32 ssrc)
{
  static const guint8 report[8] = { 0x80, 201, 0, 1 };

  memcpy (out, report, sizeof report);
  for (guint i = 0; i < 4; i++)
    out[4 + i] = ssrc >> (24 - 8 * i);
  return sizeof report;
}

static void
test_rtp (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX], again[PACKET_MAX];
  gsize len = client_packet (f, packet, 100, 1);
  gsize again_len = len;

  memcpy (again, packet, len);
  g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_OK);
  g_assert_cmpuint (len, ==, 12 + 12 + 100);
  g_assert_cmpuint (packet[len - 1], ==, 100);
  g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, again, &again_len), ==, SRTP_REPLAYED);
  g_assert_cmpuint (srtp_session_get_counters (f->relay)->rtp, ==, 1);
  g_assert_cmpuint (srtp_session_get_counters (f->relay)->replayed, ==, 1);
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint i = 0; i < 3; i++) {
    static const gsize at[] = { 1, 30, 130 }; /* header, payload, tag */
    gsize len = client_packet (f, packet, 200 + i, 1);
    packet[at[i]] ^= 1;
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_AUTH_FAILED);
  }
  g_assert_cmpuint (srtp_session_get_counters (f->relay)->auth_failed, ==, 3);
}

static void
test_malformed (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];
  gsize len = client_packet (f, packet, 1, 1);

  for (gsize cut = 0; cut < 24; cut++) {
    gsize cut_len = cut;
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &cut_len), !=, SRTP_OK);
    g_assert_cmpint (srtp_session_unprotect_rtcp (f->relay, packet, &cut_len), !=, SRTP_OK);
  }
  packet[14] = 0xff; /* the extension is longer than the packet */
  g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_MALFORMED);
}

/* What comes up to the window late is accepted, later is not. */
static void
test_window (Fixture *f, gconstpointer data)
{
  guint8 late[PACKET_MAX], too_late[PACKET_MAX], packet[PACKET_MAX];
  gsize too_late_len = client_packet (f, too_late, 10, 1);
  gsize late_len = client_packet (f, late, 11, 1);

  for (guint seq = 12; seq <= 10 + SRTP_SESSION_REPLAY_WINDOW; seq++) {
    gsize len = client_packet (f, packet, seq, 1);
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_OK);
  }
  g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, late, &late_len), ==, SRTP_OK);
  g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, too_late, &too_late_len), ==,
                   SRTP_REPLAYED);
}

static void
test_rtcp (Fixture *f, gconstpointer data)
{
  SrtpSession *ends[2] = { f->relay, f->client };
  guint8 packet[PACKET_MAX];

  for (guint i = 0; i < 2; i++) {
    gsize len = receiver_report (packet, 77);
    g_assert_true (srtp_session_protect_rtcp (ends[i], packet, &len));
    g_assert_cmpuint (len, <=, 8 + SRTCP_TRAILER_BYTES_MAX);
    g_assert_cmpint (srtp_session_unprotect_rtcp (ends[1 - i], packet, &len), ==, SRTP_OK);
    g_assert_cmpuint (len, ==, 8);
    g_assert_cmpuint (packet[1], ==, 201);
  }
}

static void
test_rtcp_forged (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];
  gsize len = receiver_report (packet, 77);

  g_assert_true (srtp_session_protect_rtcp (f->client, packet, &len));
  packet[len - 1] ^= 1;
  g_assert_cmpint (srtp_session_unprotect_rtcp (f->relay, packet, &len), !=, SRTP_OK);
  g_assert_cmpuint (srtp_session_get_counters (f->relay)->rtcp_failed, ==, 1);
  len = 4;
  g_assert_false (srtp_session_protect_rtcp (f->client, packet, &len));
}

static void
test_ssrcs_bounded (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint ssrc = 1; ssrc <= SRTP_SESSION_SSRC_MAX; ssrc++) {
    gsize len = client_packet (f, packet, 5, ssrc);
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_OK);
  }
  {
    gsize len = client_packet (f, packet, 5, SRTP_SESSION_SSRC_MAX + 1);
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_MALFORMED);
  }
  for (guint ssrc = 1; ssrc <= SRTP_SESSION_SSRC_MAX; ssrc += 50) {
    gsize len = client_packet (f, packet, 6, ssrc);
    g_assert_cmpint (srtp_session_unprotect_rtp (f->relay, packet, &len), ==, SRTP_OK);
  }
}

static void
add (const gchar *name, void (*test) (Fixture *, gconstpointer))
{
  for (guint suite = 0; suite <= SRTP_SUITE_AES_CM_128_HMAC_SHA1_80; suite++) {
    g_autofree gchar *path =
        g_strdup_printf ("/transport/srtp-session/%s/%s", name, srtp_suite_get_name (suite));
    g_test_add (path, Fixture, GINT_TO_POINTER (suite), set_up, test, tear_down);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("rtp", test_rtp);
  add ("forged", test_forged);
  add ("malformed", test_malformed);
  add ("window", test_window);
  add ("rtcp", test_rtcp);
  add ("rtcp-forged", test_rtcp_forged);
  add ("ssrcs-bounded", test_ssrcs_bounded);
  return g_test_run ();
}
