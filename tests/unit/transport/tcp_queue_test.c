#include "pipelines/transport/tcp_queue.h"

#include <string.h>

#define CAPACITY 1000

typedef struct {
  TcpQueue queue;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  tcp_queue_init (&f->queue, CAPACITY);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcp_queue_clear (&f->queue);
}

/* @len bytes that are all @c. */
static gboolean
push (Fixture *f, gchar c, guint16 len, guint32 written, gint64 now_us)
{
  guint8 data[2 * CAPACITY];

  memset (data, c, sizeof data);
  return tcp_queue_push (&f->queue, data, len, written, now_us);
}

/* Takes @n bytes out; returns them. */
static GByteArray *
take (Fixture *f, gsize n)
{
  GByteArray *taken = g_byte_array_new ();
  struct iovec pieces[2];
  guint n_pieces = tcp_queue_peek (&f->queue, n, pieces);

  for (guint i = 0; i < n_pieces; i++)
    g_byte_array_append (taken, pieces[i].iov_base, (guint) pieces[i].iov_len);
  tcp_queue_consume (&f->queue, taken->len);
  return taken;
}

static void
assert_taken (Fixture *f, gsize n, const gchar *bytes, gsize size)
{
  g_autoptr (GByteArray) taken = take (f, n);

  g_assert_cmpmem (taken->data, taken->len, bytes, size);
}

static void
test_in_order (Fixture *f, gconstpointer data)
{
  g_assert_true (push (f, 'a', 3, 0, 0) && push (f, 'b', 2, 0, 0));
  assert_taken (f, 4, "\0\3aa", 4);
  g_assert_cmpuint (tcp_queue_get_begun_rest (&f->queue), ==, 1);
  assert_taken (f, G_MAXSIZE, "a\0\2bb", 5);
  g_assert_true (tcp_queue_is_empty (&f->queue));
  g_assert_cmpuint (tcp_queue_get_begun_rest (&f->queue), ==, 0);
  assert_taken (f, G_MAXSIZE, "", 0);
}

/* What the kernel took of a frame is not sent again, be it within the header. */
static void
test_begun_elsewhere (Fixture *f, gconstpointer data)
{
  static const struct {
    guint32 written;
    const gchar *rest;
    gsize size;
  } rows[] = { { 0, "\0\3aaa", 5 }, { 1, "\3aaa", 4 }, { 2, "aaa", 3 }, { 4, "a", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_true (push (f, 'a', 3, rows[i].written, 0));
    g_assert_cmpuint (tcp_queue_get_begun_rest (&f->queue), ==, rows[i].written ? rows[i].size : 0);
    assert_taken (f, G_MAXSIZE, rows[i].rest, rows[i].size);
    g_assert_true (tcp_queue_is_empty (&f->queue));
  }
}

static void
test_full_and_one_past_it (Fixture *f, gconstpointer data)
{
  g_assert_true (push (f, 'a', CAPACITY - 2, 0, 0));
  g_assert_false (push (f, 'b', 1, 0, 0));
  g_assert_cmpuint (f->queue.dropped, ==, 1);
  g_autoptr (GByteArray) all = take (f, G_MAXSIZE);
  g_assert_cmpuint (all->len, ==, CAPACITY);
  g_assert_false (push (f, 'c', CAPACITY - 1, 0, 0));
  g_assert_true (tcp_queue_is_empty (&f->queue));
}

static void
test_number_of_frames (Fixture *f, gconstpointer data)
{
  guint8 byte = 'x';

  tcp_queue_init (&f->queue, 8 * TCP_QUEUE_FRAMES);
  for (guint i = 0; i < TCP_QUEUE_FRAMES; i++)
    g_assert_true (tcp_queue_push (&f->queue, &byte, 1, 0, i));
  g_assert_false (tcp_queue_push (&f->queue, &byte, 1, 0, 0));
  assert_taken (f, 3, "\0\1x", 3);
  g_assert_true (tcp_queue_push (&f->queue, &byte, 1, 0, 0));
}

/* Thousands of frames, written in odd pieces, come out as they went in. */
static void
test_round_and_round (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) in = g_byte_array_new (), out = g_byte_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 5000; i++) {
    guint8 frame[302];
    guint16 len = (guint16) g_rand_int_range (random, 1, 300);

    memset (frame, (guint8) i, sizeof frame);
    frame[0] = (guint8) (len >> 8);
    frame[1] = (guint8) len;
    if (tcp_queue_push (&f->queue, frame + 2, len, 0, i))
      g_byte_array_append (in, frame, len + 2u);
    g_autoptr (GByteArray) some = take (f, g_rand_int_range (random, 0, 320));
    g_byte_array_append (out, some->data, some->len);
  }
  g_autoptr (GByteArray) rest = take (f, G_MAXSIZE);
  g_byte_array_append (out, rest->data, rest->len);
  g_assert_cmpmem (in->data, in->len, out->data, out->len);
  g_assert_cmpuint (f->queue.dropped, >, 0);
}

static void
test_drop_keeps_what_was_begun (Fixture *f, gconstpointer data)
{
  g_assert_true (push (f, 'a', 3, 0, 0) && push (f, 'b', 2, 0, 0) && push (f, 'c', 2, 0, 0));
  assert_taken (f, 3, "\0\3a", 3);
  g_assert_cmpuint (tcp_queue_drop_waiting (&f->queue), ==, 2);
  g_assert_true (push (f, 'd', 1, 0, 0));
  assert_taken (f, G_MAXSIZE, "aa\0\1d", 5);
  g_assert_true (push (f, 'e', 1, 0, 0));
  g_assert_cmpuint (tcp_queue_drop_waiting (&f->queue), ==, 1);
  g_assert_true (tcp_queue_is_empty (&f->queue));
  g_assert_cmpuint (tcp_queue_drop_waiting (&f->queue), ==, 0);
}

static void
test_age (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (tcp_queue_get_age_us (&f->queue, 50), ==, 0);
  g_assert_true (push (f, 'a', 1, 0, 100) && push (f, 'b', 1, 0, 300));
  g_assert_cmpint (tcp_queue_get_age_us (&f->queue, 400), ==, 300);
  assert_taken (f, 3, "\0\1a", 3);
  g_assert_cmpint (tcp_queue_get_age_us (&f->queue, 400), ==, 100);
}

static void
test_memory_is_given_back (Fixture *f, gconstpointer data)
{
  g_assert_null (f->queue.bytes);
  g_assert_true (push (f, 'a', 1, 0, 0));
  tcp_queue_trim (&f->queue);
  g_assert_nonnull (f->queue.bytes);
  assert_taken (f, G_MAXSIZE, "\0\1a", 3);
  tcp_queue_trim (&f->queue);
  g_assert_null (f->queue.bytes);
  g_assert_true (push (f, 'b', 1, 0, 0));
  assert_taken (f, G_MAXSIZE, "\0\1b", 3);
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "in-order", test_in_order },
    { "begun-elsewhere", test_begun_elsewhere },
    { "full-and-one-past-it", test_full_and_one_past_it },
    { "number-of-frames", test_number_of_frames },
    { "round-and-round", test_round_and_round },
    { "drop-keeps-what-was-begun", test_drop_keeps_what_was_begun },
    { "age", test_age },
    { "memory-is-given-back", test_memory_is_given_back },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strconcat ("/transport/tcp-queue/", tests[i].name, NULL);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  return g_test_run ();
}
