/* MeteredStream: a GIOStream around another that counts what went through, so that its owner can
 * tell a slow or silent peer from a busy one, and knows how much of what it sent was taken.
 *
 * Main thread. Life: new (holds a reference to the base) -> ... -> closed with the base. Reads and
 * writes pass straight through; both directions are pollable, as the base's must be.  Closing does
 * not block. */
#pragma once

#include "server/http/socket_watch.h"

/* How long the base may take to say goodbye when it is closed. */
#define METERED_CLOSE_TIMEOUT_S 3

#define METERED_TYPE_STREAM (metered_stream_get_type ())
G_DECLARE_FINAL_TYPE (MeteredStream, metered_stream, METERED, STREAM, GIOStream)

MeteredStream *metered_stream_new (GIOStream *base);

/* From now on: should the base end before another byte was read, the reader gets one byte
 * (METERED_END_MARK, not counted) and then the end.  libsoup 3.2 notices the end of a connection
 * that waits for its next request only when at least a byte of one was there; else it keeps the
 * connection, and its descriptor, for ever. */
#define METERED_END_MARK 'x'
void metered_stream_mark_end (MeteredStream *stream);

guint64 metered_stream_get_bytes_read (MeteredStream *stream);
guint64 metered_stream_get_bytes_written (MeteredStream *stream);

/* From now on its reader waits by @watch, not by a descriptor of its own in the loop.  @fd: that of
 * the base, which need not be of that alone (TLS). */
void metered_stream_watch (MeteredStream *stream, SocketWatch *watch, int fd);
