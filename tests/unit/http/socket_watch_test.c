/* SocketWatch: who waits is called when something came, once, and never after it gave up. */
#include "server/http/socket_watch.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A reader as libsoup's: each call reads all there is and waits anew. */
typedef struct Reader {
  int peer; /* the other end */
  GSocketConnection *connection;
  WatchedSocket *watched;
  GSource *source;
  GString *got;
  guint n_calls;
  gboolean ended;
  struct Reader *frees; /* at its next call */
  gboolean goes_on;     /* reads a little at each call, of the same source */
} Reader;

static SocketWatch *watch;

static void reader_wait (Reader *reader);

static GPollableInputStream *
reader_stream (Reader *reader)
{
  return G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (reader->connection)));
}

static void
reader_stop (Reader *reader)
{
  if (reader->source)
    g_source_destroy (reader->source);
  g_clear_pointer (&reader->source, g_source_unref);
}

static void
reader_unwatch (Reader *reader)
{
  reader_stop (reader);
  g_clear_pointer (&reader->watched, watched_socket_free);
}

static gssize
reader_read (Reader *reader)
{
  char buffer[16];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (reader_stream (reader), buffer,
                                                       sizeof buffer, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    watched_socket_drained (reader->watched);
  else if (n > 0)
    g_string_append_len (reader->got, buffer, n);
  else
    reader->ended = TRUE;
  return n;
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  Reader *reader = user_data;
  g_assert_true (stream == G_OBJECT (reader_stream (reader)));
  reader->n_calls++;
  if (reader->goes_on)
    return reader_read (reader) > 0 || !reader->ended;
  reader_stop (reader);
  while (reader_read (reader) > 0)
    ;
  if (!reader->ended)
    reader_wait (reader);
  if (reader->frees)
    reader_unwatch (reader->frees);
  return G_SOURCE_REMOVE;
}

static void
reader_wait (Reader *reader)
{
  reader->source = watched_socket_create_source (reader->watched, reader_stream (reader));
  g_source_set_callback (reader->source, G_SOURCE_FUNC (on_readable), reader, NULL);
  g_source_attach (reader->source, NULL);
}

static Reader *
reader_new (void)
{
  int ends[2];
  Reader *reader = g_new0 (Reader, 1);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  g_autoptr (GSocket) socket = g_socket_new_from_fd (ends[0], NULL);
  reader->peer = ends[1];
  reader->connection = g_socket_connection_factory_create_connection (socket);
  reader->watched = socket_watch_add (watch, ends[0]);
  reader->got = g_string_new (NULL);
  g_assert_nonnull (reader->watched);
  reader_wait (reader);
  return reader;
}

static void
reader_free (Reader *reader)
{
  reader_unwatch (reader);
  g_object_unref (reader->connection);
  if (reader->peer >= 0)
    close (reader->peer);
  g_string_free (reader->got, TRUE);
  g_free (reader);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, reader_free)

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
say (Reader *reader, const char *text)
{
  g_assert_cmpint (write (reader->peer, text, strlen (text)), ==, (gssize) strlen (text));
}

static void
test_reads (void)
{
  g_autoptr (Reader) reader = reader_new ();
  settle ();
  g_assert_cmpuint (reader->n_calls, ==, 1); /* it may have had something before it was watched */
  settle ();
  g_assert_cmpuint (reader->n_calls, ==, 1);
  for (guint i = 2; i < 5; i++) {
    say (reader, "more than is read at once");
    settle ();
    g_assert_cmpuint (reader->n_calls, ==, i);
    g_assert_cmpuint (reader->got->len, ==, (i - 1) * strlen ("more than is read at once"));
  }
}

/* A source may stay; it fires until all is read. */
static void
test_goes_on (void)
{
  g_autoptr (Reader) reader = reader_new ();
  reader->goes_on = TRUE;
  for (guint i = 1; i < 4; i++) {
    settle ();
    say (reader, "more than is read at once");
    settle ();
    g_assert_cmpuint (reader->got->len, ==, i * strlen ("more than is read at once"));
  }
  g_assert_false (g_source_is_destroyed (reader->source));
  close (reader->peer);
  reader->peer = -1;
  settle ();
  g_assert_true (g_source_is_destroyed (reader->source));
}

/* Who waits for what is watched no more is told, as of a stream that was closed. */
static void
test_unwatched (void)
{
  g_autoptr (Reader) reader = reader_new ();
  reader->goes_on = TRUE;
  settle ();
  close (reader->peer);
  reader->peer = -1;
  g_clear_pointer (&reader->watched, watched_socket_free);
  settle ();
  g_assert_true (reader->ended);
}

/* What comes before the loop has seen the source is not lost. */
static void
test_early (void)
{
  g_autoptr (Reader) reader = reader_new ();
  say (reader, "a");
  settle ();
  g_assert_cmpstr (reader->got->str, ==, "a");
  reader_stop (reader);
  reader_wait (reader);
  say (reader, "b");
  settle ();
  g_assert_cmpstr (reader->got->str, ==, "ab");
}

static void
test_ends (void)
{
  g_autoptr (Reader) reader = reader_new ();
  settle ();
  close (reader->peer);
  reader->peer = -1;
  settle ();
  g_assert_true (reader->ended);
  g_assert_cmpuint (reader->n_calls, ==, 2);
}

/* What nobody reads wakes nobody; it is still there for who comes. */
static void
test_nobody_waits (void)
{
  g_autoptr (Reader) reader = reader_new ();
  settle ();
  reader_stop (reader);
  say (reader, "a");
  settle ();
  g_assert_cmpuint (reader->n_calls, ==, 1);
  g_assert_false (g_main_context_pending (NULL));
  reader_wait (reader);
  settle ();
  g_assert_cmpstr (reader->got->str, ==, "a");
}

/* Of those that are readable together, one ends another before it was called. */
static void
test_frees_another (void)
{
  g_autoptr (Reader) a = reader_new ();
  g_autoptr (Reader) b = reader_new ();
  settle ();
  a->frees = b;
  b->frees = a;
  say (a, "a");
  say (b, "b");
  settle ();
  g_assert_cmpuint (a->n_calls + b->n_calls, ==, 3);
}

static void
test_many (void)
{
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
  for (guint i = 0; i < 150; i++)
    g_ptr_array_add (readers, reader_new ());
  g_assert_cmpuint (socket_watch_count (), ==, 150);
  settle ();
  for (guint i = 0; i < readers->len; i++)
    say (g_ptr_array_index (readers, i), "x");
  settle ();
  for (guint i = 0; i < readers->len; i++)
    g_assert_cmpuint (((Reader *) g_ptr_array_index (readers, i))->got->len, ==, 1);
  g_ptr_array_set_size (readers, 0);
  g_assert_cmpuint (socket_watch_count (), ==, 0);
}

/* Sockets outlive who made the watch. */
static void
test_outlives (void)
{
  SocketWatch *kept = watch;
  watch = socket_watch_new ();
  g_autoptr (Reader) reader = reader_new ();
  socket_watch_unref (watch);
  watch = kept;
  settle ();
  say (reader, "a");
  settle ();
  g_assert_cmpstr (reader->got->str, ==, "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  watch = socket_watch_new ();
  g_assert_nonnull (watch);
  g_test_add_func ("/socket_watch/reads", test_reads);
  g_test_add_func ("/socket_watch/goes_on", test_goes_on);
  g_test_add_func ("/socket_watch/unwatched", test_unwatched);
  g_test_add_func ("/socket_watch/early", test_early);
  g_test_add_func ("/socket_watch/ends", test_ends);
  g_test_add_func ("/socket_watch/nobody_waits", test_nobody_waits);
  g_test_add_func ("/socket_watch/frees_another", test_frees_another);
  g_test_add_func ("/socket_watch/many", test_many);
  g_test_add_func ("/socket_watch/outlives", test_outlives);
  int status = g_test_run ();
  socket_watch_unref (watch);
  return status;
}
