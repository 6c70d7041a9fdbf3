#include "pipelines/rtp/packet_cache.h"

#define SLOTS 8
#define MAX_BYTES 1000
#define MAX_AGE_US 1000000

static GArray *destroyed;

static void
on_destroy (gpointer packet)
{
  guint number = GPOINTER_TO_UINT (packet);
  g_array_append_val (destroyed, number);
}

static PacketCache *
cache_new (void)
{
  g_clear_pointer (&destroyed, g_array_unref);
  destroyed = g_array_new (FALSE, FALSE, sizeof (guint));
  return packet_cache_new (SLOTS, MAX_BYTES, MAX_AGE_US, on_destroy);
}

static gboolean
put (PacketCache *cache, guint seq, gint64 now_us)
{
  return packet_cache_put (cache, seq, GUINT_TO_POINTER (seq), 10, now_us);
}

static gboolean
append_seq (guint64 seq, gpointer packet, gpointer user_data)
{
  GString *text = user_data;
  g_assert_cmpuint (seq, ==, GPOINTER_TO_UINT (packet));
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " ", seq);
  return text->len < 12;
}

static void
assert_content (PacketCache *cache, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint64 seq = 0; seq < 2000; seq++) {
    if (packet_cache_get (cache, seq, 0))
      g_string_append_printf (text, "%" G_GUINT64_FORMAT " ", seq);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_ring (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  for (guint seq = 100; seq < 108; seq++)
    g_assert_true (put (cache, seq, 0));
  assert_content (cache, "100 101 102 103 104 105 106 107 ");
  g_assert_true (put (cache, 108, 0));
  assert_content (cache, "101 102 103 104 105 106 107 108 ");
  g_assert_cmpuint (destroyed->len, ==, 1);
  g_assert_cmpuint (packet_cache_count (cache), ==, 8);
  g_assert_cmpuint (packet_cache_bytes (cache), ==, 80);
  packet_cache_clear (cache);
  g_assert_cmpuint (destroyed->len, ==, 9);
  g_assert_cmpuint (packet_cache_count (cache), ==, 0);
  g_assert_cmpuint (packet_cache_bytes (cache), ==, 0);
}

typedef struct {
  guint seq;
  gboolean taken;
} PutRow;

/* Late packets fill their places; duplicates and what is below the window are refused. */
static void
test_order (void)
{
  static const PutRow rows[] = {
    { 100, TRUE }, { 103, TRUE }, { 101, TRUE }, { 101, FALSE }, { 98, TRUE },
    { 93, TRUE },  { 92, FALSE }, { 102, TRUE }, { 105, TRUE },  { 97, FALSE },
  };
  g_autoptr (PacketCache) cache = cache_new ();
  /* 93 is the lowest that a ring of 8 holds beside 100, but 103 moved it on to 96. */
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean taken = rows[i].taken && rows[i].seq != 93;
    g_assert_cmpint (put (cache, rows[i].seq, 0), ==, taken);
  }
  assert_content (cache, "98 100 101 102 103 105 ");
}

static void
test_jump (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  put (cache, 100, 0);
  put (cache, 101, 0);
  put (cache, 500, 0);
  assert_content (cache, "500 ");
  g_assert_cmpuint (destroyed->len, ==, 2);
  g_assert_false (put (cache, 101, 0));
  g_assert_true (put (cache, 494, 0));
}

static void
test_age (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  put (cache, 100, 0);
  put (cache, 102, 500000);
  g_assert_nonnull (packet_cache_get (cache, 100, MAX_AGE_US));
  g_assert_null (packet_cache_get (cache, 100, MAX_AGE_US + 1));
  g_assert_true (put (cache, 103, MAX_AGE_US + 1));
  g_assert_cmpuint (destroyed->len, ==, 1);
  /* A number that was dropped is not let in again: it may have been sent. */
  g_assert_false (put (cache, 100, MAX_AGE_US + 2));
  /* A hole above it is open still. */
  g_assert_true (put (cache, 101, MAX_AGE_US + 2));
  packet_cache_trim (cache, 10 * MAX_AGE_US);
  g_assert_cmpuint (packet_cache_count (cache), ==, 0);
  packet_cache_trim (cache, 10 * MAX_AGE_US);
  g_assert_true (put (cache, 104, 10 * MAX_AGE_US));
}

static void
test_bytes (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  g_assert_true (packet_cache_put (cache, 1, GUINT_TO_POINTER (1), 600, 0));
  g_assert_true (packet_cache_put (cache, 2, GUINT_TO_POINTER (2), 400, 0));
  assert_content (cache, "1 2 ");
  g_assert_true (packet_cache_put (cache, 3, GUINT_TO_POINTER (3), 1, 0));
  assert_content (cache, "2 3 ");
  g_assert_true (packet_cache_put (cache, 4, GUINT_TO_POINTER (4), 1000, 0));
  assert_content (cache, "4 ");
  g_assert_false (packet_cache_put (cache, 5, GUINT_TO_POINTER (5), 1001, 0));
  assert_content (cache, "4 ");
  g_assert_cmpuint (destroyed->len, ==, 4);
}

static void
test_drop_before (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  packet_cache_drop_before (cache, 10);
  packet_cache_clear (cache);
  for (guint seq = 100; seq < 106; seq += 2)
    put (cache, seq, 0);
  packet_cache_drop_before (cache, 103);
  assert_content (cache, "104 ");
  g_assert_false (put (cache, 101, 0));
  g_assert_true (put (cache, 103, 0));
  packet_cache_drop_before (cache, 1000); /* not beyond what was seen */
  g_assert_true (put (cache, 105, 0));
  assert_content (cache, "105 ");
}

static void
test_seq16 (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  g_assert_null (packet_cache_get_by_seq16 (cache, 5, 0));
  put (cache, 0x1fffe, 0);
  put (cache, 0x20001, 0);
  g_assert_cmpuint (GPOINTER_TO_UINT (packet_cache_get_by_seq16 (cache, 0xfffe, 0)), ==, 0x1fffe);
  g_assert_cmpuint (GPOINTER_TO_UINT (packet_cache_get_by_seq16 (cache, 1, 0)), ==, 0x20001);
  g_assert_null (packet_cache_get_by_seq16 (cache, 2, 0));
  g_assert_null (packet_cache_get_by_seq16 (cache, 0xffff, 0));
}

static void
test_foreach (void)
{
  g_autoptr (PacketCache) cache = cache_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  packet_cache_foreach (cache, 0, append_seq, text);
  for (guint seq = 100; seq < 107; seq++) {
    if (seq != 103)
      put (cache, seq, 0);
  }
  packet_cache_foreach (cache, 105, append_seq, text);
  g_assert_cmpstr (text->str, ==, "105 106 ");
  packet_cache_foreach (cache, 102, append_seq, text); /* told to stop */
  g_assert_cmpstr (text->str, ==, "105 106 102 ");
}

/* Random puts against a simple model: what get () returns is what was put. */
static void
test_random (void)
{
  g_autoptr (PacketCache) cache = packet_cache_new (64, 100000, MAX_AGE_US, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint64 head = 1000;
  for (guint i = 0; i < 100000; i++) {
    if (g_rand_int_range (rand, 0, 2000) == 0)
      head += g_rand_int_range (rand, 0, 200);
    guint64 seq = head++ - MIN (g_rand_int_range (rand, 0, 200), 80);
    if (packet_cache_put (cache, seq, GUINT_TO_POINTER (seq), 1000, i * 100))
      g_assert_cmpuint (GPOINTER_TO_UINT (packet_cache_get (cache, seq, i * 100)), ==, seq);
    g_assert_cmpuint (packet_cache_count (cache), <=, 64);
    g_assert_cmpuint (packet_cache_bytes (cache), ==, packet_cache_count (cache) * 1000);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/packet-cache/ring", test_ring);
  g_test_add_func ("/rtp/packet-cache/order", test_order);
  g_test_add_func ("/rtp/packet-cache/jump", test_jump);
  g_test_add_func ("/rtp/packet-cache/age", test_age);
  g_test_add_func ("/rtp/packet-cache/bytes", test_bytes);
  g_test_add_func ("/rtp/packet-cache/drop-before", test_drop_before);
  g_test_add_func ("/rtp/packet-cache/seq16", test_seq16);
  g_test_add_func ("/rtp/packet-cache/foreach", test_foreach);
  g_test_add_func ("/rtp/packet-cache/random", test_random);
  int status = g_test_run ();
  g_clear_pointer (&destroyed, g_array_unref);
  return status;
}
