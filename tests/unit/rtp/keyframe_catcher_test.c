/* One keyframe out of a stream, in whatever order its packets come: tables of packets. */
#include "pipelines/rtp/keyframe_catcher.h"

#define START 1
#define END 2
#define ROWS 8

typedef struct {
  guint64 seq;
  guint32 timestamp;
  guint flags;
  guint8 byte; /* behind VP8's descriptor of one byte */
} Packet;

typedef struct {
  const char *name;
  Packet packets[ROWS]; /* ends with seq 0 */
  const char *frame;    /* what is whole behind the last packet, and not before; NULL: nothing */
} Row;

static const Row rows[] = {
  { "in order", { { 10, 1, START, 'a' }, { 11, 1, 0, 'b' }, { 12, 1, END, 'c' } }, "abc" },
  { "one packet", { { 10, 1, START | END, 'a' } }, "a" },
  { "what was before", { { 9, 0, END, 'x' }, { 10, 1, START, 'a' }, { 11, 1, END, 'b' } }, "ab" },
  { "out of order", { { 10, 1, START, 'a' }, { 12, 1, END, 'c' }, { 11, 1, 0, 'b' } }, "abc" },
  { "a gap is filled late",
    { { 10, 1, START, 'a' },
      { 12, 1, END, 'c' },
      { 13, 2, END, 'x' },
      { 14, 3, END, 'x' },
      { 11, 1, 0, 'b' } },
    "abc" },
  { "its end comes late",
    { { 10, 1, START, 'a' }, { 11, 1, 0, 'b' }, { 13, 2, END, 'x' }, { 12, 1, END, 'c' } },
    "abc" },
  { "twice", { { 10, 1, START, 'a' }, { 10, 1, START, 'z' }, { 11, 1, END, 'b' } }, "ab" },
  { "another keyframe instead",
    { { 10, 1, START, 'a' }, { 20, 5, START, 'd' }, { 11, 1, END, 'b' }, { 21, 5, END, 'e' } },
    "de" },
  { "an older one does not count",
    { { 20, 5, START, 'd' }, { 10, 1, START, 'a' }, { 21, 5, END, 'e' } },
    "de" },
  { "no keyframe", { { 10, 1, 0, 'a' }, { 11, 1, END, 'b' } }, NULL },
  { "a hole", { { 10, 1, START, 'a' }, { 12, 1, END, 'c' } }, NULL },
  { "reaches too far",
    { { 10, 1, START, 'a' }, { 10 + FRAME_PARTS_MAX, 1, END, 'c' }, { 11, 1, END, 'b' } },
    NULL },
};

static gboolean
put (KeyframeCatcher *catcher, const Packet *packet, gint64 now_us)
{
  guint8 payload[] = { packet->seq == 10 || packet->seq == 20 ? 0x10 : 0x00, packet->byte };
  CatchPacket input = { .seq = packet->seq,
                        .timestamp = packet->timestamp,
                        .starts = (packet->flags & START) != 0,
                        .ends = (packet->flags & END) != 0,
                        .payload = payload,
                        .size = sizeof payload };

  return keyframe_catcher_on_packet (catcher, &input, now_us);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (KeyframeCatcher) catcher = keyframe_catcher_new ();
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  for (guint i = 0; i < ROWS && row->packets[i].seq != 0; i++) {
    gboolean is_last = i + 1 == ROWS || row->packets[i + 1].seq == 0;

    g_assert_cmpint (put (catcher, &row->packets[i], 0), ==, is_last && row->frame != NULL);
  }
  g_assert_cmpint (keyframe_catcher_assemble (catcher, CODEC_VP8, frame), ==, row->frame != NULL);
  if (row->frame != NULL) {
    g_byte_array_append (frame, (const guint8 *) "", 1);
    g_assert_cmpstr ((const char *) frame->data, ==, row->frame);
  }
}

static void
test_patience (void)
{
  static const Packet begin = { 10, 1, START, 'a' }, end = { 11, 1, END, 'b' };
  g_autoptr (KeyframeCatcher) catcher = keyframe_catcher_new ();

  g_assert_false (keyframe_catcher_tick (catcher, 0));
  put (catcher, &begin, 1000);
  g_assert_false (keyframe_catcher_tick (catcher, 1000 + KEYFRAME_CATCH_US - 1));
  g_assert_true (keyframe_catcher_tick (catcher, 1000 + KEYFRAME_CATCH_US));
  g_assert_false (put (catcher, &end, KEYFRAME_CATCH_US + 2000));
  /* the next one is as welcome as the first */
  put (catcher, &begin, KEYFRAME_CATCH_US + 3000);
  g_assert_true (put (catcher, &end, KEYFRAME_CATCH_US + 4000));
}

/* The last byte that fits, and one past it. */
static void
test_bytes (void)
{
  g_autofree guint8 *payload = g_malloc0 (KEYFRAME_CATCH_BYTES_MAX);

  for (guint past = 0; past <= 1; past++) {
    g_autoptr (KeyframeCatcher) catcher = keyframe_catcher_new ();
    CatchPacket first = { .seq = 10, .starts = TRUE, .payload = payload, .size = 10 };
    CatchPacket last = {
      .seq = 11, .ends = TRUE, .payload = payload, .size = KEYFRAME_CATCH_BYTES_MAX - 10 + past
    };

    g_assert_false (keyframe_catcher_on_packet (catcher, &first, 0));
    g_assert_cmpint (keyframe_catcher_on_packet (catcher, &last, 0), ==, past == 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/keyframe_catcher/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/keyframe_catcher/patience", test_patience);
  g_test_add_func ("/keyframe_catcher/bytes", test_bytes);
  return g_test_run ();
}
