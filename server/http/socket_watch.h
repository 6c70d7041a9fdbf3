/* SocketWatch: waits for all WebSockets by one descriptor in the main loop (epoll(7)).  With a
 * source and a descriptor for each, as streams make them, GLib goes through thousands of sources
 * and hundreds of descriptors in every round, most of them not in the processor's cache.
 *
 * Main thread.  A watch lives until it was let go and none of its sockets is left. */
#pragma once

#include <gio/gio.h>

typedef struct SocketWatch SocketWatch;
typedef struct WatchedSocket WatchedSocket;

/* In the loop of this thread's default context.  NULL: the kernel has no epoll to give. */
SocketWatch *socket_watch_new (void);
void socket_watch_unref (SocketWatch *watch);

/* Sockets that are watched, of all watches. */
guint socket_watch_count (void);

/* @fd: of a stream, open until the socket is freed.  It counts as readable until it was drained.
 * NULL: it cannot be watched. */
WatchedSocket *socket_watch_add (SocketWatch *watch, int fd);
/* Its source fires, so that the reader sees what became of the stream. */
void watched_socket_free (WatchedSocket *socket);
/* A read of it would block: it is readable again when something came, or it ended. */
void watched_socket_drained (WatchedSocket *socket);

/* As g_pollable_input_stream_create_source () of @stream.  One at a time: the newest fires.
 * (transfer full) */
GSource *watched_socket_create_source (WatchedSocket *socket, GPollableInputStream *stream);
