#include "server/http/metered_stream.h"

/* One filter for each direction: the same counting around read and write. */
#define METERED_TYPE_INPUT (metered_input_get_type ())
G_DECLARE_FINAL_TYPE (MeteredInput, metered_input, METERED, INPUT, GFilterInputStream)
#define METERED_TYPE_OUTPUT (metered_output_get_type ())
G_DECLARE_FINAL_TYPE (MeteredOutput, metered_output, METERED, OUTPUT, GFilterOutputStream)

struct _MeteredInput {
  GFilterInputStream parent;
  guint64 bytes;
  gboolean marks_end;     /* metered_stream_mark_end () */
  guint64 marks_end_at;   /* as long as no byte came after it */
  WatchedSocket *watched; /* metered_stream_watch () */
};

struct _MeteredOutput {
  GFilterOutputStream parent;
  guint64 bytes;
};

struct _MeteredStream {
  GIOStream parent;
  GIOStream *base;
  MeteredInput *input;
  MeteredOutput *output;
};

static void metered_input_pollable_init (GPollableInputStreamInterface *interface);
static void metered_output_pollable_init (GPollableOutputStreamInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MeteredInput, metered_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      metered_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (MeteredOutput, metered_output, G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      metered_output_pollable_init))
G_DEFINE_FINAL_TYPE (MeteredStream, metered_stream, G_TYPE_IO_STREAM)

/* --- Input --- */

static GInputStream *
metered_input_base (gpointer stream)
{
  return g_filter_input_stream_get_base_stream (stream);
}

static gssize
metered_input_count (gpointer stream, gssize n)
{
  if (n > 0)
    METERED_INPUT (stream)->bytes += n;
  return n;
}

static gssize
metered_input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                    GError **error)
{
  return metered_input_count (
      stream, g_input_stream_read (metered_input_base (stream), buffer, count, cancellable, error));
}

/* The end of the base, for the first time and with nothing read since the mark: one byte first. */
static gboolean
metered_input_must_mark (MeteredInput *input, gssize n, const GError *error)
{
  gboolean ended =
      n == 0 || (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
  if (!ended || !input->marks_end || input->bytes != input->marks_end_at)
    return FALSE;
  input->marks_end = FALSE;
  return TRUE;
}

static gssize
metered_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count,
                                GError **error)
{
  GPollableInputStream *base = G_POLLABLE_INPUT_STREAM (metered_input_base (stream));
  g_autoptr (GError) failure = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (base, buffer, count, NULL, &failure);
  if (count > 0 && metered_input_must_mark (METERED_INPUT (stream), n, failure)) {
    *(char *) buffer = METERED_END_MARK;
    return 1;
  }
  WatchedSocket *watched = METERED_INPUT (stream)->watched;
  if (watched && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    watched_socket_drained (watched);
  if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return metered_input_count (stream, n);
}

static gboolean
metered_input_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (metered_input_base (stream)));
}

static gboolean
metered_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (
      G_POLLABLE_INPUT_STREAM (metered_input_base (stream)));
}

static GSource *
metered_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  WatchedSocket *watched = METERED_INPUT (stream)->watched;
  if (watched && !cancellable)
    return watched_socket_create_source (watched, stream);
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (
      G_POLLABLE_INPUT_STREAM (metered_input_base (stream)), cancellable);
  return g_pollable_source_new_full (stream, base, NULL);
}

static void
metered_input_pollable_init (GPollableInputStreamInterface *interface)
{
  interface->can_poll = metered_input_can_poll;
  interface->is_readable = metered_input_is_readable;
  interface->create_source = metered_input_create_source;
  interface->read_nonblocking = metered_input_read_nonblocking;
}

static void
metered_input_class_init (MeteredInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = metered_input_read;
}

static void
metered_input_init (MeteredInput *input)
{
}

/* --- Output --- */

static GOutputStream *
metered_output_base (gpointer stream)
{
  return g_filter_output_stream_get_base_stream (stream);
}

static gssize
metered_output_count (gpointer stream, gssize n)
{
  if (n > 0)
    METERED_OUTPUT (stream)->bytes += n;
  return n;
}

static gssize
metered_output_write (GOutputStream *stream, const void *buffer, gsize count,
                      GCancellable *cancellable, GError **error)
{
  return metered_output_count (stream, g_output_stream_write (metered_output_base (stream), buffer,
                                                              count, cancellable, error));
}

static gssize
metered_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count,
                                  GError **error)
{
  GPollableOutputStream *base = G_POLLABLE_OUTPUT_STREAM (metered_output_base (stream));
  return metered_output_count (
      stream, g_pollable_output_stream_write_nonblocking (base, buffer, count, NULL, error));
}

static gboolean
metered_output_can_poll (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_can_poll (
      G_POLLABLE_OUTPUT_STREAM (metered_output_base (stream)));
}

static gboolean
metered_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (
      G_POLLABLE_OUTPUT_STREAM (metered_output_base (stream)));
}

static GSource *
metered_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (metered_output_base (stream)), cancellable);
  return g_pollable_source_new_full (stream, base, NULL);
}

static void
metered_output_pollable_init (GPollableOutputStreamInterface *interface)
{
  interface->can_poll = metered_output_can_poll;
  interface->is_writable = metered_output_is_writable;
  interface->create_source = metered_output_create_source;
  interface->write_nonblocking = metered_output_write_nonblocking;
}

static void
metered_output_class_init (MeteredOutputClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = metered_output_write;
}

static void
metered_output_init (MeteredOutput *output)
{
}

/* --- Both --- */

static GInputStream *
metered_stream_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (METERED_STREAM (stream)->input);
}

static GOutputStream *
metered_stream_get_output (GIOStream *stream)
{
  return G_OUTPUT_STREAM (METERED_STREAM (stream)->output);
}

/* Before the base closes its descriptor. */
static void
metered_stream_unwatch (MeteredStream *stream)
{
  g_clear_pointer (&stream->input->watched, watched_socket_free);
}

static gboolean
metered_stream_on_close_overdue (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* Never waits: TLS says goodbye by a write, which a peer that reads nothing would block.  What is
 * not said within the time-out stays unsaid. */
static gboolean
metered_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  metered_stream_unwatch (METERED_STREAM (stream));
  GIOStream *base = METERED_STREAM (stream)->base;
  if (g_io_stream_is_closed (base) || g_io_stream_has_pending (base))
    return TRUE;
  g_autoptr (GCancellable) overdue = g_cancellable_new ();
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, METERED_CLOSE_TIMEOUT_S,
                              metered_stream_on_close_overdue, g_object_ref (overdue),
                              g_object_unref);
  g_io_stream_close_async (base, G_PRIORITY_DEFAULT, overdue, NULL, NULL);
  return TRUE;
}

static void
metered_stream_on_base_closed (GObject *base, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  if (g_io_stream_close_finish (G_IO_STREAM (base), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
metered_stream_close_async (GIOStream *stream, int priority, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  metered_stream_unwatch (METERED_STREAM (stream));
  g_io_stream_close_async (METERED_STREAM (stream)->base, priority, cancellable,
                           metered_stream_on_base_closed, task);
}

static gboolean
metered_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
metered_stream_finalize (GObject *object)
{
  MeteredStream *stream = METERED_STREAM (object);
  metered_stream_unwatch (stream);
  g_clear_object (&stream->input);
  g_clear_object (&stream->output);
  g_clear_object (&stream->base);
  G_OBJECT_CLASS (metered_stream_parent_class)->finalize (object);
}

static void
metered_stream_class_init (MeteredStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = metered_stream_finalize;
  stream_class->get_input_stream = metered_stream_get_input;
  stream_class->get_output_stream = metered_stream_get_output;
  stream_class->close_fn = metered_stream_close;
  stream_class->close_async = metered_stream_close_async;
  stream_class->close_finish = metered_stream_close_finish;
}

static void
metered_stream_init (MeteredStream *stream)
{
}

MeteredStream *
metered_stream_new (GIOStream *base)
{
  MeteredStream *stream = g_object_new (METERED_TYPE_STREAM, NULL);
  stream->base = g_object_ref (base);
  stream->input =
      g_object_new (METERED_TYPE_INPUT, "base-stream", g_io_stream_get_input_stream (base),
                    "close-base-stream", FALSE, NULL);
  stream->output =
      g_object_new (METERED_TYPE_OUTPUT, "base-stream", g_io_stream_get_output_stream (base),
                    "close-base-stream", FALSE, NULL);
  return stream;
}

guint64
metered_stream_get_bytes_read (MeteredStream *stream)
{
  return stream->input->bytes;
}

guint64
metered_stream_get_bytes_written (MeteredStream *stream)
{
  return stream->output->bytes;
}

void
metered_stream_mark_end (MeteredStream *stream)
{
  stream->input->marks_end = TRUE;
  stream->input->marks_end_at = stream->input->bytes;
}

void
metered_stream_watch (MeteredStream *stream, SocketWatch *watch, int fd)
{
  metered_stream_unwatch (stream);
  stream->input->watched = socket_watch_add (watch, fd);
}
