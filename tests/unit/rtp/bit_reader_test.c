#include "pipelines/rtp/bit_reader.h"
#include "tests/unit/rtp/rtp_bytes.h"

static void
start (BitReader *reader, const char *hex, gboolean escaped)
{
  static guint8 data[32];
  bit_reader_init (reader, data, bytes_from_hex (hex, data, sizeof data), escaped);
}

static void
test_bits (void)
{
  BitReader reader;
  start (&reader, "a5 0f ff00ff00 80", FALSE);
  g_assert_cmphex (bit_reader_get (&reader, 1), ==, 1);
  g_assert_cmphex (bit_reader_get (&reader, 3), ==, 2);
  g_assert_cmphex (bit_reader_get (&reader, 8), ==, 0x50);
  bit_reader_skip (&reader, 4);
  g_assert_cmphex (bit_reader_get (&reader, 32), ==, 0xff00ff00);
  g_assert_cmphex (bit_reader_get (&reader, 0), ==, 0);
  g_assert_cmphex (bit_reader_get (&reader, 8), ==, 0x80);
  g_assert_false (reader.overrun);
  g_assert_cmphex (bit_reader_get (&reader, 1), ==, 0);
  g_assert_true (reader.overrun);
}

/* H.264 table 9-2 and 9-3. */
static void
test_golomb (void)
{
  /* 1 010 011 00100 00101 00110 00111 0001000 */
  BitReader reader;
  start (&reader, "a6 42 98 e2 00", FALSE);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpuint (bit_reader_get_ue (&reader), ==, i);
  static const gint32 values[] = { 0, 1, -1, 2, -2, 3, -3, 4 };
  start (&reader, "a6 42 98 e2 00", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpint (bit_reader_get_se (&reader), ==, values[i]);
  g_assert_false (reader.overrun);
}

static void
test_golomb_bound (void)
{
  BitReader reader;
  /* 31 zeros: the longest there is. */
  start (&reader, "00000001 ffffffff", FALSE);
  g_assert_cmpuint (bit_reader_get_ue (&reader), ==, G_MAXUINT32 - 1);
  g_assert_false (reader.overrun);
  start (&reader, "00000000 ffffffff", FALSE);
  g_assert_cmpuint (bit_reader_get_ue (&reader), ==, 0);
  g_assert_true (reader.overrun);
  start (&reader, "00", FALSE);
  bit_reader_get_ue (&reader);
  g_assert_true (reader.overrun);
}

static void
test_escapes (void)
{
  static const struct {
    const char *hex;
    const char *bytes; /* without the emulation prevention */
  } rows[] = {
    { "000003 01", "0000 01" },         { "000003 000003 01", "0000 0000 01" },
    { "0003 01", "0003 01" },           { "00000300 03 02", "0000 0003 02" },
    { "0000000003 01", "00000000 01" }, { "000003", "0000" },
    { "03000003", "030000" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    BitReader reader;
    guint8 expected[16];
    gsize n = bytes_from_hex (rows[i].bytes, expected, sizeof expected);
    start (&reader, rows[i].hex, TRUE);
    for (gsize j = 0; j < n; j++)
      g_assert_cmphex (bit_reader_get (&reader, 8), ==, expected[j]);
    g_assert_false (reader.overrun);
    bit_reader_get (&reader, 1);
    g_assert_true (reader.overrun);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/bit-reader/bits", test_bits);
  g_test_add_func ("/rtp/bit-reader/golomb", test_golomb);
  g_test_add_func ("/rtp/bit-reader/golomb-bound", test_golomb_bound);
  g_test_add_func ("/rtp/bit-reader/escapes", test_escapes);
  return g_test_run ();
}
