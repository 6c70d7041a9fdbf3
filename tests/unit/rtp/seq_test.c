#include "pipelines/rtp/seq.h"

typedef struct {
  guint16 seq;
  gint64 from_first; /* of the extended number to the first's */
} UnwrapRow;

static void
check_unwrap (const UnwrapRow *rows, guint n)
{
  SeqUnwrapper unwrapper = { 0 };
  guint64 first = 0;
  for (guint i = 0; i < n; i++) {
    guint64 peeked = seq_unwrapper_peek (&unwrapper, rows[i].seq);
    guint64 extended = seq_unwrapper_unwrap (&unwrapper, rows[i].seq);
    if (i == 0)
      first = extended;
    g_assert_cmpuint (peeked, ==, extended);
    g_assert_cmpuint ((guint16) extended, ==, rows[i].seq);
    g_assert_cmpint ((gint64) (extended - first), ==, rows[i].from_first);
  }
}

static void
test_unwrap (void)
{
  static const UnwrapRow in_order[] = { { 10, 0 }, { 11, 1 }, { 12, 2 } };
  static const UnwrapRow wrap[] = { { 65534, 0 }, { 65535, 1 }, { 0, 2 }, { 1, 3 } };
  static const UnwrapRow wrap_reordered[] = {
    { 65534, 0 }, { 1, 3 }, { 65535, 1 }, { 0, 2 }, { 2, 4 }
  };
  static const UnwrapRow before_first[] = { { 0, 0 }, { 65535, -1 }, { 1, 1 } };
  static const UnwrapRow duplicate[] = { { 5, 0 }, { 5, 0 }, { 6, 1 } };
  static const UnwrapRow far[] = { { 0, 0 }, { 32767, 32767 }, { 65534, 65534 }, { 40000, 40000 } };
  static const UnwrapRow half[] = { { 0, 0 }, { 32768, -32768 } };
  check_unwrap (in_order, G_N_ELEMENTS (in_order));
  check_unwrap (wrap, G_N_ELEMENTS (wrap));
  check_unwrap (wrap_reordered, G_N_ELEMENTS (wrap_reordered));
  check_unwrap (before_first, G_N_ELEMENTS (before_first));
  check_unwrap (duplicate, G_N_ELEMENTS (duplicate));
  check_unwrap (far, G_N_ELEMENTS (far));
  check_unwrap (half, G_N_ELEMENTS (half));
}

static void
test_many_cycles (void)
{
  SeqUnwrapper unwrapper = { 0 };
  guint64 first = seq_unwrapper_unwrap (&unwrapper, 0);
  for (guint64 i = 1; i < 5 * 65536; i++)
    g_assert_cmpuint (seq_unwrapper_unwrap (&unwrapper, (guint16) i), ==, first + i);
}

static void
test_timestamps (void)
{
  TsUnwrapper unwrapper = { 0 };
  guint64 first = ts_unwrapper_unwrap (&unwrapper, 0xffffff00);
  g_assert_cmpuint (ts_unwrapper_unwrap (&unwrapper, 0x100), ==, first + 0x200);
  g_assert_cmpuint (ts_unwrapper_unwrap (&unwrapper, 0xffffffff), ==, first + 0xff);
  g_assert_cmpuint (ts_unwrapper_unwrap (&unwrapper, 0x200), ==, first + 0x300);
  g_assert_cmpint (seq_diff (1, 65535), ==, 2);
  g_assert_cmpint (seq_diff (65535, 1), ==, -2);
  g_assert_cmpint (ts_diff (5, 0xffffffff), ==, 6);
}

static void
test_ticks (void)
{
  static const struct {
    gint64 us;
    guint32 rate;
    gint64 ticks;
  } rows[] = {
    { 0, 90000, 0 },
    { 1000000, 90000, 90000 },
    { 20000, 48000, 960 },
    { 33333, 90000, 2999 },
    { -20000, 48000, -960 },
    { G_GINT64_CONSTANT (86400000000) * 365, 90000, G_GINT64_CONSTANT (86400) * 365 * 90000 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (ts_from_us (rows[i].us, rows[i].rate), ==, rows[i].ticks);
  g_assert_cmpint (ts_to_us (960, 48000), ==, 20000);
  g_assert_cmpint (ts_to_us (90000 * G_GINT64_CONSTANT (1000000), 90000), ==,
                   G_GINT64_CONSTANT (1000000000000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/seq/unwrap", test_unwrap);
  g_test_add_func ("/rtp/seq/many-cycles", test_many_cycles);
  g_test_add_func ("/rtp/seq/timestamps", test_timestamps);
  g_test_add_func ("/rtp/seq/ticks", test_ticks);
  return g_test_run ();
}
