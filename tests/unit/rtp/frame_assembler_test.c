/* Payloads back to frames, by tables: what each codec's packets look like, whole and broken. */
#include "pipelines/rtp/frame_assembler.h"

#include <string.h>

#define PARTS 4

typedef struct {
  const char *name;
  Codec codec;
  const char *parts[PARTS]; /* in hex; NULL: no more */
  const char *frame;        /* in hex; NULL: they are no whole frame */
} Row;

static GBytes *
from_hex (const char *hex)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static const Row rows[] = {
  { "VP8", CODEC_VP8, { "90 80 01 50 51 52", "80 80 01 53" }, "50 51 52 53" },
  { "VP8, long picture id", CODEC_VP8, { "90 80 81 02 50", "80 80 81 02 51 52" }, "50 51 52" },
  { "VP8, padding between", CODEC_VP8, { "10 50", "", "00 51" }, "50 51" },
  { "VP8, only a descriptor", CODEC_VP8, { "90 80 01 50", "80 80 01" }, NULL },
  { "VP8, descriptor cut", CODEC_VP8, { "90" }, NULL },
  { "VP9", CODEC_VP9, { "08 50 51", "04 52" }, "50 51 52" },
  { "VP9 with a structure", CODEC_VP9, { "8a 01 10 01 40 00 b4 50", "84 01 51" }, "50 51" },
  { "VP9, structure alone", CODEC_VP9, { "0a 10 01 40 00 b4 50 51", "04 52" }, "50 51 52" },
  { "VP9, structure cut", CODEC_VP9, { "0a 10 01 40" }, NULL },
  { "H.264, single units",
    CODEC_H264,
    { "67 42 00", "68 ce", "65 88 84" },
    "00000001 67 42 00 00000001 68 ce 00000001 65 88 84" },
  { "H.264, STAP-A and FU-A",
    CODEC_H264,
    { "78 0002 67 42 0001 68", "7c 85 88", "7c 05 84", "7c 45 80" },
    "00000001 67 42 00000001 68 00000001 65 88 84 80" },
  { "H.264, STAP-A cut", CODEC_H264, { "78 0002 67 42 0009 68" }, NULL },
  { "H.264, fragments without start", CODEC_H264, { "67 42", "7c 05 84", "7c 45 80" }, NULL },
  { "H.264, fragments without end", CODEC_H264, { "67 42", "7c 85 84", "7c 05 80" }, NULL },
  { "H.264, a unit amid fragments", CODEC_H264, { "7c 85 84", "68 ce", "7c 45 80" }, NULL },
  { "H.264, a fragment of nothing", CODEC_H264, { "7c c5" }, NULL },
  { "H.264, FU-B", CODEC_H264, { "7d 85 84 00" }, NULL },
  { "AV1, sizes put in", CODEC_AV1, { "28 02 08 50 30 51 52" }, "12 00 0a 01 50 32 02 51 52" },
  { "AV1, an OBU over three packets",
    CODEC_AV1,
    { "58 30 51", "d0 52 53", "90 54" },
    "12 00 32 04 51 52 53 54" },
  { "AV1, has its sizes", CODEC_AV1, { "10 32 02 51 52" }, "12 00 32 02 51 52" },
  { "AV1, delimiter and padding left out",
    CODEC_AV1,
    { "00 01 10 02 78 00 03 30 51 52" },
    "12 00 32 02 51 52" },
  { "AV1, upper layer left out", CODEC_AV1, { "20 03 34 00 51 34 08 52" }, "12 00 36 00 01 51" },
  { "AV1, goes on from nothing", CODEC_AV1, { "90 30 51" }, NULL },
  { "AV1, does not go on", CODEC_AV1, { "50 30 51", "10 30 52" }, NULL },
  { "AV1, cut at the end", CODEC_AV1, { "50 30 51" }, NULL },
  { "AV1, element too long", CODEC_AV1, { "00 09 30 51" }, NULL },
  { "AV1, own size too long", CODEC_AV1, { "10 32 05 51" }, NULL },
  { "AV1, forbidden bit", CODEC_AV1, { "10 b0 51" }, NULL },
  { "nothing", CODEC_VP8, { "" }, NULL },
  { "sound", CODEC_OPUS, { "01 02" }, NULL },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  GBytes *bytes[PARTS];
  FramePart parts[PARTS];
  guint n = 0;
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  gboolean is_whole;

  for (; n < PARTS && row->parts[n] != NULL; n++) {
    bytes[n] = from_hex (row->parts[n]);
    parts[n].data = g_bytes_get_data (bytes[n], &parts[n].size);
  }
  is_whole = frame_assemble (frame, row->codec, parts, n);
  g_assert_cmpint (is_whole, ==, row->frame != NULL);
  if (row->frame != NULL) {
    g_autoptr (GBytes) wanted = from_hex (row->frame);

    g_assert_cmpmem (frame->data, frame->len, g_bytes_get_data (wanted, NULL),
                     g_bytes_get_size (wanted));
  }
  while (n > 0)
    g_bytes_unref (bytes[--n]);
}

static void
test_bound (void)
{
  static const guint8 payload[] = { 0x10, 0x50 };
  FramePart parts[FRAME_PARTS_MAX + 1];
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  for (guint i = 0; i <= FRAME_PARTS_MAX; i++)
    parts[i] = (FramePart){ payload, sizeof payload };
  g_assert_true (frame_assemble (frame, CODEC_VP8, parts, FRAME_PARTS_MAX));
  g_assert_cmpuint (frame->len, ==, FRAME_PARTS_MAX);
  g_assert_false (frame_assemble (frame, CODEC_VP8, parts, FRAME_PARTS_MAX + 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/frame_assembler/%s", rows[i].name);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/frame_assembler/bound", test_bound);
  return g_test_run ();
}
