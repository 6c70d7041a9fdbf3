/* What a stream looks like to its room, by tables of packets: frame (time), sequence number, what
 * it is, and what is expected to stand after it. */
#include "pipelines/client/reception.h"

#include "pipelines/rtp/bytes.h"

#include <string.h>

#define FRAME_US 40000
#define FRAME_TICKS 3600
#define A 101
#define B 202

typedef struct {
  guint frame;
  guint16 seq;
  const char *what; /* s: first packet, k: of a key frame, m: marker; r: came by RTX */
  guint32 room;
  guint shown;      /* pictures that stand afterwards */
  const char *news; /* k: a key frame stands, c: of another room, w: wants one; NULL: nothing */
} Row;

static void
make_packet (const Row *row, guint8 *packet)
{
  memset (packet, 0, 12);
  packet[0] = 0x80;
  packet[1] = strchr (row->what, 'm') ? 0x80 | 96 : 96;
  bytes_put_u16 (packet + 2, row->seq);
  bytes_put_u32 (packet + 4, 0xffff0000u + row->frame * FRAME_TICKS);
}

static gsize
make_payload (const Row *row, guint8 *payload)
{
  Mark mark = { .room = row->room };

  memset (payload, 0, 64);
  payload[0] = strchr (row->what, 's') ? 0x10 : 0;
  payload[1] = strchr (row->what, 'k') ? 0 : 1; /* the P bit of the frame tag */
  mark_write (&mark, payload, 64);
  return 64;
}

static void
feed (Reception *reception, const Row *row)
{
  guint8 packet[12], payload[64];
  guint32 rtp_ts = 0xffff0000u + row->frame * FRAME_TICKS;
  gint64 now_us = G_USEC_PER_SEC + row->frame * (gint64) FRAME_US;
  gboolean wants_payload;
  guint64 seq;
  ReceptionNews news;

  make_packet (row, packet);
  if (strchr (row->what, 'r'))
    wants_payload = reception_on_recovered (reception, row->seq, rtp_ts,
                                            strchr (row->what, 'm') != NULL, now_us, &seq);
  else
    wants_payload = reception_on_packet (reception, packet, sizeof packet, now_us, &seq);
  if (wants_payload)
    reception_on_payload (reception, seq, rtp_ts, CODEC_VP8, payload, make_payload (row, payload));
  reception_settle (reception, now_us, &news);
  const char *expected = row->news ? row->news : "";
  g_assert_cmpuint (reception->shown, ==, row->shown);
  g_assert_cmpint (news.key_stood, ==, strchr (expected, 'k') != NULL);
  g_assert_cmpint (news.room_changed, ==, strchr (expected, 'c') != NULL);
  g_assert_cmpint (news.wants_key, ==, strchr (expected, 'w') != NULL);
}

#define RUN(reception, rows)                                                                       \
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)                                                  \
  feed (reception, &rows[i])

static void
test_in_order (void)
{
  static const Row rows[] = {
    { 0, 65533, "sk", A, 0, NULL }, { 0, 65534, "", A, 0, NULL }, { 0, 65535, "m", A, 1, "kc" },
    { 1, 0, "s", A, 1, NULL },      { 1, 1, "m", A, 2, NULL },    { 2, 2, "sm", A, 3, NULL },
    { 3, 3, "skm", A, 4, "k" },
  };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, rows);
  g_assert_cmpuint (reception.freezes, ==, 0);
  g_assert_cmpint (reception.longest_us, ==, FRAME_US);
  g_assert_cmpuint (receive_stats_lost (&reception.stats), ==, 0);
}

static void
test_nothing_stands_before_a_key_frame (void)
{
  static const Row rows[] = {
    { 0, 10, "sm", A, 0, "w" }, /* as a browser does: it asks */
    { 1, 11, "sm", A, 0, NULL },
    { 14, 12, "sm", A, 0, "w" }, /* none came: again */
    { 15, 13, "skm", A, 1, "kc" },
  };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, rows);
}

static void
test_reordered_packets (void)
{
  static const Row rows[] = {
    { 0, 11, "", A, 0, NULL },   { 0, 12, "m", A, 0, NULL },  { 0, 10, "sk", A, 1, "kc" },
    { 2, 14, "sm", A, 1, NULL }, { 1, 13, "sm", A, 3, NULL },
  };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, rows);
}

static void
test_retransmission_fills_a_picture (void)
{
  static const Row rows[] = {
    { 0, 10, "skm", A, 1, "kc" }, { 1, 11, "s", A, 1, NULL },  { 1, 13, "m", A, 1, NULL },
    { 2, 14, "sm", A, 1, NULL },  { 3, 15, "sm", A, 1, NULL }, { 1, 12, "r", A, 4, NULL },
  };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, rows);
  g_assert_cmpuint (receive_stats_lost (&reception.stats), ==, 1);
}

static void
test_a_lost_picture_asks_for_a_key_frame_once (void)
{
  Reception reception;
  Row row = { 0, 10, "skm", A, 1, "kc" };

  reception_init (&reception, 1, TRUE);
  feed (&reception, &row);
  /* frame 1 (seq 11) never comes; the others wait for it until there are too many */
  for (guint i = 2; i < 60; i++) {
    gboolean is_full = i == 2 + RECEPTION_PICTURES;
    row = (Row){ i, (guint16) (10 + i), "sm", A, 1, is_full ? "w" : NULL };
    feed (&reception, &row);
  }
  row = (Row){ 60, 70, "skm", A, 2, "k" };
  feed (&reception, &row);
  row = (Row){ 61, 71, "sm", A, 3, NULL };
  feed (&reception, &row);
  g_assert_cmpuint (reception.freezes, ==, 1);
  g_assert_cmpint (reception.longest_us, ==, 60 * FRAME_US);
}

static void
test_a_new_source (void)
{
  static const Row rows[] = {
    { 0, 10, "skm", A, 1, "kc" }, { 1, 11, "sm", A, 2, NULL }, { 2, 12, "sk", B, 2, NULL },
    { 2, 13, "m", B, 3, "kc" },   { 3, 14, "sm", B, 4, NULL }, { 4, 15, "skm", B, 5, "k" },
  };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, rows);
  g_assert_cmpuint (reception.room, ==, B);
}

static void
test_a_pause_is_no_freeze (void)
{
  static const Row before[] = { { 0, 10, "skm", A, 1, "kc" } };
  static const Row after[] = { { 50, 11, "skm", A, 2, "k" }, { 60, 12, "sm", A, 3, NULL } };
  Reception reception;
  reception_init (&reception, 1, TRUE);
  RUN (&reception, before);
  reception_pause (&reception);
  RUN (&reception, after);
  g_assert_cmpuint (reception.freezes, ==, 1); /* the second gap, of 10 frames */
}

static void
test_sound_has_no_pictures (void)
{
  Row row = { 0, 10, "m", A, 0, NULL };
  Reception reception;
  reception_init (&reception, 1, FALSE);
  feed (&reception, &row);
  g_assert_cmpuint (reception.packets, ==, 1);
  g_assert_cmpuint (reception.n_pictures, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/reception/in-order", test_in_order);
  g_test_add_func ("/client/reception/no-key-frame", test_nothing_stands_before_a_key_frame);
  g_test_add_func ("/client/reception/reordered", test_reordered_packets);
  g_test_add_func ("/client/reception/rtx", test_retransmission_fills_a_picture);
  g_test_add_func ("/client/reception/lost", test_a_lost_picture_asks_for_a_key_frame_once);
  g_test_add_func ("/client/reception/new-source", test_a_new_source);
  g_test_add_func ("/client/reception/pause", test_a_pause_is_no_freeze);
  g_test_add_func ("/client/reception/sound", test_sound_has_no_pictures);
  return g_test_run ();
}
