#include "pipelines/rtp/red.h"

#include <string.h>

#define PT 111
#define MAX_BYTES 64

/* Headers of the lengths in @older ("3,2"), then one byte for each, then @primary. */
static gsize
write_red (guint8 *out, const guint8 *older, guint n_older, const char *primary)
{
  gsize size = 0;

  for (guint i = 0; i < n_older; i++) {
    const guint8 header[] = { 0x80 | PT, 0x0f, 0x00, older[i] };
    memcpy (out + size, header, sizeof header);
    size += sizeof header;
  }
  out[size++] = PT;
  for (guint i = 0; i < n_older; i++) {
    memset (out + size, 'a' + (int) i, older[i]);
    size += older[i];
  }
  return (gsize) ((guint8 *) g_stpcpy ((char *) out + size, primary) - out);
}

static void
test_blocks (void)
{
  static const guint8 older[] = { 5, 0, 3 };
  guint8 payload[MAX_BYTES];

  for (guint n = 0; n <= G_N_ELEMENTS (older); n++) {
    gsize size = write_red (payload, older, n, "newest");
    RedPayload red;
    g_assert_true (red_parse (&red, payload, size));
    g_assert_cmpuint (red.n_blocks, ==, n + 1);
    g_assert_cmpuint (red.pt, ==, PT);
    g_assert_cmpmem (payload + red.primary_at, red.primary_size, "newest", 6);
    red_set_payload_type (payload, &red, 96);
    g_assert_true (red_parse (&red, payload, size));
    g_assert_cmpuint (red.pt, ==, 96);
    g_assert_cmpmem (payload + red.primary_at, red.primary_size, "newest", 6);
  }
}

static void
test_block_limit (void)
{
  guint8 older[RED_BLOCKS_MAX] = { 0 };
  guint8 payload[MAX_BYTES];

  for (guint n = RED_BLOCKS_MAX - 1; n <= RED_BLOCKS_MAX; n++) {
    gsize size = write_red (payload, older, n, "p");
    RedPayload red;
    g_assert_cmpint (red_parse (&red, payload, size), ==, n < RED_BLOCKS_MAX);
  }
}

/* Each length short of the whole is refused, down to nothing. */
static void
test_truncated (void)
{
  static const guint8 older[] = { 5, 3 };
  guint8 payload[MAX_BYTES];
  gsize size = write_red (payload, older, 2, "p");
  RedPayload red;

  g_assert_true (red_parse (&red, payload, size));
  for (gsize n = 0; n < size; n++) {
    g_autofree guint8 *part = g_memdup2 (payload, n);
    g_assert_false (red_parse (&red, part, n));
    g_assert_cmpuint (red.n_blocks, ==, 0);
  }
}

static void
test_other_codec (void)
{
  static const guint8 older[] = { 1, 1 };
  guint8 payload[MAX_BYTES];
  gsize size = write_red (payload, older, 2, "p");
  RedPayload red;

  payload[4] = 0x80 | 9;
  g_assert_false (red_parse (&red, payload, size));
  payload[4] = 0x80 | PT;
  payload[8] = 9;
  g_assert_false (red_parse (&red, payload, size));
}

static void
test_need (void)
{
  static const struct {
    guint lost_q8, line_bps;
    gboolean needed;
  } rows[] = { { RED_LOSS_Q8 - 1, 0, FALSE },
               { RED_LOSS_Q8, 0, TRUE },
               { 0, 1000000, TRUE }, /* still */
               { 255, RED_LINE_MIN_BPS - 1, FALSE },
               { 255, RED_LINE_MIN_BPS, TRUE } };
  RedNeed need = { 0 };
  gint64 now_us = G_USEC_PER_SEC;

  g_assert_false (red_need_is_there (&need, now_us));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    red_need_on_report (&need, rows[i].lost_q8, rows[i].line_bps, now_us);
    g_assert_cmpint (red_need_is_there (&need, now_us), ==, rows[i].needed);
    now_us += G_USEC_PER_SEC;
  }
  now_us += RED_CALM_US - G_USEC_PER_SEC;
  g_assert_true (red_need_is_there (&need, now_us - 1));
  g_assert_false (red_need_is_there (&need, now_us));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/red/blocks", test_blocks);
  g_test_add_func ("/red/block-limit", test_block_limit);
  g_test_add_func ("/red/truncated", test_truncated);
  g_test_add_func ("/red/other-codec", test_other_codec);
  g_test_add_func ("/red/need", test_need);
  return g_test_run ();
}
