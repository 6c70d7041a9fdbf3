#include "pipelines/transport/tcp_framing.h"

#include <string.h>

typedef struct {
  TcpFraming framing;
} Fixture;

/* All of @bytes, in pieces of @piece; adds "len " of each frame, "!" when broken. */
static gchar *
feed (Fixture *f, const guint8 *bytes, gsize size, gsize piece)
{
  GString *told = g_string_new (NULL);
  TcpFramingResult result = TCP_FRAMING_MORE;

  for (gsize at = 0; at < size && result != TCP_FRAMING_BROKEN;) {
    gsize room, len;
    guint8 *frame, *to = tcp_framing_reserve (&f->framing, &room);
    gsize n = MIN (MIN (piece, room), size - at);

    g_assert_cmpuint (room, >, 0);
    memcpy (to, bytes + at, n);
    tcp_framing_commit (&f->framing, n);
    at += n;
    while ((result = tcp_framing_next (&f->framing, &frame, &len)) == TCP_FRAMING_FRAME) {
      for (gsize i = 0; i < len; i++)
        g_assert_cmpuint (frame[i], ==, (guint8) (len + i));
      g_string_append_printf (told, "%zu ", len);
    }
  }
  if (result == TCP_FRAMING_BROKEN)
    g_string_append_c (told, '!');
  return g_string_free (told, FALSE);
}

static gsize
put_frame (guint8 *out, guint16 len)
{
  tcp_framing_write_header (out, len);
  for (gsize i = 0; i < len; i++)
    out[TCP_FRAMING_HEADER_BYTES + i] = (guint8) (len + i);
  return TCP_FRAMING_HEADER_BYTES + len;
}

static void
test_frames_in_pieces (Fixture *f, gconstpointer data)
{
  static const gsize pieces[] = { 1, 2, 3, 5, 100, 1200, 4097, 4098, 4099, 8196, 100000 };
  static const guint16 lens[] = { 1, 100, 0, 1200, 2, TCP_FRAME_MAX, 3, TCP_FRAME_MAX, 1199 };
  g_autofree guint8 *bytes = g_malloc (4 * TCP_FRAME_MAX);
  gsize size = 0;

  for (guint i = 0; i < G_N_ELEMENTS (lens); i++)
    size += put_frame (bytes + size, lens[i]);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autofree gchar *told = feed (f, bytes, size, pieces[i]);
    g_assert_cmpstr (told, ==, "1 100 1200 2 4096 3 4096 1199 ");
  }
}

static void
test_longest_and_one_past_it (Fixture *f, gconstpointer data)
{
  guint8 bytes[2 + TCP_FRAME_MAX + 4];
  g_autofree gchar *at = NULL, *past = NULL, *after = NULL;

  at = feed (f, bytes, put_frame (bytes, TCP_FRAME_MAX), sizeof bytes);
  g_assert_cmpstr (at, ==, "4096 ");
  tcp_framing_write_header (bytes, TCP_FRAME_MAX + 1);
  past = feed (f, bytes, 2, 2);
  g_assert_cmpstr (past, ==, "!");
  /* for good: nobody knows where the next frame begins */
  after = feed (f, bytes, put_frame (bytes, 10), sizeof bytes);
  g_assert_cmpstr (after, ==, "!");
}

static void
test_empty_frames_alone (Fixture *f, gconstpointer data)
{
  guint8 zeros[20000] = { 0 };
  g_autofree gchar *told = feed (f, zeros, sizeof zeros, sizeof zeros);

  g_assert_cmpstr (told, ==, "");
}

static void
test_nothing_given_without_a_frame (Fixture *f, gconstpointer data)
{
  guint8 *frame = NULL;
  gsize len = 7, room;

  g_assert_cmpint (tcp_framing_next (&f->framing, &frame, &len), ==, TCP_FRAMING_MORE);
  memcpy (tcp_framing_reserve (&f->framing, &room), "\0\5abcd", 6);
  tcp_framing_commit (&f->framing, 6);
  g_assert_cmpint (tcp_framing_next (&f->framing, &frame, &len), ==, TCP_FRAMING_MORE);
  g_assert_true (frame == NULL && len == 7);
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "frames-in-pieces", test_frames_in_pieces },
    { "longest-and-one-past-it", test_longest_and_one_past_it },
    { "empty-frames-alone", test_empty_frames_alone },
    { "nothing-given-without-a-frame", test_nothing_given_without_a_frame },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strconcat ("/transport/tcp-framing/", tests[i].name, NULL);
    g_test_add (path, Fixture, NULL, NULL, tests[i].test, NULL);
  }
  return g_test_run ();
}
