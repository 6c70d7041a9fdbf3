#include "pipelines/transport/srtp_opener.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/replay_window.h"
#include "pipelines/transport/rtcp_sealer.h"
#include "pipelines/transport/srtp_session.h"
#include "tests/unit/transport/fixtures.h"

#define PACKET_MAX 1500

typedef struct {
  SrtpOpener *opener;
  SrtpSession *reference; /* libsrtp with the same keys */
  SrtpSession *client;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  SrtpKeys ours, theirs;

  fixture_keys (GPOINTER_TO_INT (data), &ours, &theirs);
  f->opener = srtp_opener_new (&ours, NULL);
  f->reference = srtp_session_new (&ours, NULL);
  f->client = srtp_session_new (&theirs, NULL);
  g_assert_true (f->opener && f->reference && f->client);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  srtp_opener_free (f->opener);
  srtp_session_free (f->reference);
  srtp_session_free (f->client);
}

static gsize
client_packet (Fixture *f, guint8 *out, guint16 seq, guint32 ssrc, guint payload)
{
  gsize len = fixture_rtp_header (out, seq, ssrc, seq % 3, seq % 2);

  memset (out + len, seq, payload);
  len += payload;
  g_assert_true (srtp_session_protect_rtp (f->client, out, &len));
  return len;
}

static gsize
client_report (Fixture *f, guint8 *out, guint32 ssrc, guint words)
{
  gsize len = 8 + 4 * words;

  memset (out, (int) words, len);
  out[0] = 0x80;
  out[1] = 201;
  out[2] = (1 + words) >> 8;
  out[3] = 1 + words;
  for (guint i = 0; i < 4; i++)
    out[4 + i] = ssrc >> (24 - 8 * i);
  g_assert_true (srtp_session_protect_rtcp (f->client, out, &len));
  return len;
}

/* Both must say the same of one packet, and leave the same bytes. */
static SrtpResult
open_both (Fixture *f, const guint8 *packet, gsize len, gboolean rtcp)
{
  guint8 ours[PACKET_MAX], theirs[PACKET_MAX];
  gsize our_len = len, their_len = len;
  SrtpResult our_result, their_result;

  memcpy (ours, packet, len);
  memcpy (theirs, packet, len);
  our_result = rtcp ? srtp_opener_open_rtcp (f->opener, ours, &our_len)
                    : srtp_opener_open_rtp (f->opener, ours, &our_len);
  their_result = rtcp ? srtp_session_unprotect_rtcp (f->reference, theirs, &their_len)
                      : srtp_session_unprotect_rtp (f->reference, theirs, &their_len);
  g_assert_cmpint (our_result, ==, their_result);
  if (our_result == SRTP_OK)
    g_assert_cmpmem (ours, our_len, theirs, their_len);
  return our_result;
}

/* Two roll-overs of the counter, losses, other SSRCs in between. */
static void
test_rtp_as_libsrtp (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint i = 60000; i < 60000 + 2 * 65536; i += 1 + i % 97) {
    gsize len = client_packet (f, packet, (guint16) i, 7 + i % 3, i % 5 ? i % 1200 : 0);
    g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_OK);
    g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_REPLAYED);
  }
}

/* Packets that overtake each other around the roll-over. */
static void
test_reordered (Fixture *f, gconstpointer data)
{
  static const guint order[] = { 3, 0, 2, 1, 6, 5, 4, 9, 7, 8 };
  guint8 packets[G_N_ELEMENTS (order)][PACKET_MAX];
  gsize lens[G_N_ELEMENTS (order)];
  guint8 first[PACKET_MAX];
  gsize first_len = client_packet (f, first, 65500, 1, 50);

  g_assert_cmpint (open_both (f, first, first_len, FALSE), ==, SRTP_OK);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    lens[i] = client_packet (f, packets[i], (guint16) (65531 + i), 1, 50);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpint (open_both (f, packets[order[i]], lens[order[i]], FALSE), ==, SRTP_OK);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpint (open_both (f, packets[i], lens[i], FALSE), ==, SRTP_REPLAYED);
}

static void
test_window (Fixture *f, gconstpointer data)
{
  guint8 late[PACKET_MAX], too_late[PACKET_MAX], packet[PACKET_MAX];
  gsize too_late_len = client_packet (f, too_late, 10, 1, 20);
  gsize late_len = client_packet (f, late, 11, 1, 20);

  for (guint seq = 12; seq <= 10 + SRTP_SESSION_REPLAY_WINDOW; seq++) {
    gsize len = client_packet (f, packet, seq, 1, 20);
    g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_OK);
  }
  g_assert_cmpint (open_both (f, late, late_len, FALSE), ==, SRTP_OK);
  g_assert_cmpint (open_both (f, too_late, too_late_len, FALSE), ==, SRTP_REPLAYED);
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint at = 0; at < 160; at++) {
    gsize len = client_packet (f, packet, 200 + 2 * at, 1, 120);

    packet[MIN (at, len - 1)] ^= 1 << at % 8;
    g_assert_cmpint (open_both (f, packet, len, FALSE), !=, SRTP_OK);
    len = client_report (f, packet, 1, 30);
    packet[MIN (at, len - 1)] ^= 1 << at % 8;
    g_assert_cmpint (open_both (f, packet, len, TRUE), !=, SRTP_OK);
  }
}

/* No forged packet moves a counter: the next good one still opens. */
static void
test_forged_moves_nothing (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];
  gsize len = client_packet (f, packet, 100, 1, 60);

  g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_OK);
  packet[2] = 0x7f;
  g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_AUTH_FAILED);
  len = client_packet (f, packet, 101, 1, 60);
  g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_OK);
}

static void
test_malformed (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];
  gsize len = client_packet (f, packet, 1, 1, 100);

  for (gsize cut = 0; cut < 30; cut++) {
    gsize cut_len = cut;
    g_assert_cmpint (srtp_opener_open_rtp (f->opener, packet, &cut_len), !=, SRTP_OK);
    g_assert_cmpint (srtp_opener_open_rtcp (f->opener, packet, &cut_len), !=, SRTP_OK);
  }
  packet[18] = 0xff; /* the extension is longer than the packet */
  g_assert_cmpint (open_both (f, packet, len, FALSE), ==, SRTP_MALFORMED);
}

static void
test_rtcp_as_libsrtp (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint words = 0; words < 300; words += 1 + words / 8) {
    gsize len = client_report (f, packet, 7 + words % 3, words);
    g_assert_cmpint (open_both (f, packet, len, TRUE), ==, SRTP_OK);
    g_assert_cmpint (open_both (f, packet, len, TRUE), ==, SRTP_REPLAYED);
  }
}

static void
test_rtcp_plain (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];
  gsize len = client_report (f, packet, 7, 3);
  gsize word_at = GPOINTER_TO_INT (data) == SRTP_SUITE_AEAD_AES_128_GCM ? len - 4 : len - 14;

  packet[word_at] &= 0x7f; /* the E bit */
  g_assert_cmpint (srtp_opener_open_rtcp (f->opener, packet, &len), ==, SRTP_MALFORMED);
}

/* The last index opens; there is no other behind it, and the first ones stay used. */
static void
test_rtcp_last_index (Fixture *f, gconstpointer data)
{
  guint8 packets[3][PACKET_MAX];
  static const guint32 sealed[] = { SRTCP_INDEX_MAX - 2, SRTCP_INDEX_MAX - 1, 0 };
  SrtpKeys ours, theirs;
  g_autoptr (RtcpSealer) peer = NULL;

  fixture_keys (GPOINTER_TO_INT (data), &ours, &theirs);
  peer = rtcp_sealer_new (&theirs, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sealed); i++) {
    gsize len = 8;

    memcpy (packets[i], "\x80\xc9\0\1\0\0\0\7", len);
    rtcp_sealer_set_sealed (peer, sealed[i]);
    g_assert_true (rtcp_sealer_seal (peer, packets[i], &len));
    g_assert_cmpint (open_both (f, packets[i], len, TRUE), ==,
                     sealed[i] == 0 ? SRTP_REPLAYED : SRTP_OK);
    g_assert_cmpint (open_both (f, packets[i], len, TRUE), ==, SRTP_REPLAYED);
  }
}

/* Rows of the highest index and a number that comes, and which index that is. */
static void
test_guess_index (void)
{
  static const struct {
    guint64 top;
    guint16 seq;
    gboolean is_one;
    guint64 index;
  } rows[] = {
    { 0, 0x7fff, TRUE, 0x7fff },
    { 0, 0xffff, FALSE, 0 }, /* before the first */
    { 0x1ffff, 0, TRUE, 0x20000 },
    { 0x20000, 0xffff, TRUE, 0x1ffff },
    { SRTP_INDEX_MAX - 1, 0xffff, TRUE, SRTP_INDEX_MAX },
    { SRTP_INDEX_MAX, 0xfff0, TRUE, SRTP_INDEX_MAX - 15 },
    { SRTP_INDEX_MAX - 1, 0, FALSE, 0 }, /* its key has no more */
    { SRTP_INDEX_MAX, 0x7ffe, FALSE, 0 },
  };
  ReplayWindow window = { 0 };
  guint64 index;

  g_assert_true (replay_window_guess (&window, 0xffff, &index)); /* the first of all */
  g_assert_cmpuint (index, ==, 0xffff);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    window = (ReplayWindow){ .is_used = TRUE, .top = rows[i].top };
    g_assert_cmpint (replay_window_guess (&window, rows[i].seq, &index), ==, rows[i].is_one);
    if (rows[i].is_one)
      g_assert_cmpuint (index, ==, rows[i].index);
  }
}

static void
test_ssrcs_bounded (Fixture *f, gconstpointer data)
{
  guint8 packet[PACKET_MAX];

  for (guint ssrc = 1; ssrc <= SRTP_SESSION_SSRC_MAX; ssrc++) {
    gsize len = client_packet (f, packet, 5, ssrc, 20);
    g_assert_cmpint (srtp_opener_open_rtp (f->opener, packet, &len), ==, SRTP_OK);
  }
  {
    gsize len = client_packet (f, packet, 5, SRTP_SESSION_SSRC_MAX + 1, 20);
    g_assert_cmpint (srtp_opener_open_rtp (f->opener, packet, &len), ==, SRTP_MALFORMED);
    len = client_report (f, packet, SRTP_SESSION_SSRC_MAX + 1, 2);
    g_assert_cmpint (srtp_opener_open_rtcp (f->opener, packet, &len), ==, SRTP_MALFORMED);
  }
  for (guint ssrc = 1; ssrc <= SRTP_SESSION_SSRC_MAX; ssrc += 50) {
    gsize len = client_packet (f, packet, 6, ssrc, 20);
    g_assert_cmpint (srtp_opener_open_rtp (f->opener, packet, &len), ==, SRTP_OK);
  }
}

/* Rows of indices, and whether each is new. */
static void
test_replay_window (void)
{
  static const struct {
    guint64 index;
    gboolean is_new;
  } rows[] = {
    { 5000, TRUE },
    { 5000, FALSE },
    { 4999, TRUE },
    { 5001, TRUE },
    { 5000 + REPLAY_WINDOW_SIZE, TRUE },
    { 5001, FALSE },
    { 5002, TRUE }, /* the last that is told */
    { 5000, FALSE },
    { 5000 + 3 * REPLAY_WINDOW_SIZE, TRUE },
    { 5000 + 2 * REPLAY_WINDOW_SIZE, FALSE },    /* one too far back */
    { 5000 + 2 * REPLAY_WINDOW_SIZE + 1, TRUE }, /* what stood there before is forgotten */
  };
  ReplayWindow window = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (replay_window_is_new (&window, rows[i].index), ==, rows[i].is_new);
    if (rows[i].is_new)
      replay_window_add (&window, rows[i].index);
  }
}

static void
add (const gchar *name, void (*test) (Fixture *, gconstpointer))
{
  for (guint suite = 0; suite <= SRTP_SUITE_AES_CM_128_HMAC_SHA1_80; suite++) {
    g_autofree gchar *path =
        g_strdup_printf ("/transport/srtp-opener/%s/%s", name, srtp_suite_get_name (suite));
    g_test_add (path, Fixture, GINT_TO_POINTER (suite), set_up, test, tear_down);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("rtp-as-libsrtp", test_rtp_as_libsrtp);
  add ("reordered", test_reordered);
  add ("window", test_window);
  add ("forged", test_forged);
  add ("forged-moves-nothing", test_forged_moves_nothing);
  add ("malformed", test_malformed);
  add ("rtcp-as-libsrtp", test_rtcp_as_libsrtp);
  add ("rtcp-plain", test_rtcp_plain);
  add ("rtcp-last-index", test_rtcp_last_index);
  add ("ssrcs-bounded", test_ssrcs_bounded);
  g_test_add_func ("/transport/srtp-opener/replay-window", test_replay_window);
  g_test_add_func ("/transport/srtp-opener/guess-index", test_guess_index);
  return g_test_run ();
}
