/* MediaLoop: the thread in which all virtual rooms of a process send and receive.
 *
 * It wakes once each `tick_us`, reads what has come to all sockets (one epoll, recvmmsg) and calls
 * the tickers that are due: a server on the same machine never pays for waking a room, as it would
 * not over a network. One GMainContext, so that closures and the handshaker's events come there.
 * Owner of everything registered here: the media thread. The owner of the loop itself may only call
 * media_loop_call (), scan and free.
 */
#pragma once

#include "pipelines/transport/udp_socket.h"

#define MEDIA_LOOP_TICK_US 1000
/* Datagrams of one read (more where they are coalesced): fewer, and the socket is empty. */
#define MEDIA_LOOP_READ_MAX 32

typedef struct _MediaLoop MediaLoop;

/* Something with a socket. One that has to go because of what it received leaves the loop in its
 * tick, not in on_readable. */
typedef struct {
  void (*on_readable) (gpointer user_data, gint64 now_us);
  gpointer user_data;
  int fd;
  gboolean is_quiet; /* little comes: by epoll also where the loop scans */
} MediaWatch;

/* Returns when it wants to be called next; called at the first tick after. */
typedef gint64 (*MediaTick) (gpointer user_data, gint64 now_us);

/* (transfer full). Starts the thread. @tick_us 0: MEDIA_LOOP_TICK_US. */
MediaLoop *media_loop_new (guint tick_us, GError **error);
/* Stops the thread and waits. All watches and tickers must have gone. */
void media_loop_free (MediaLoop *loop);

/* From now on sockets that are not quiet are added to no epoll: all are tried each @every_us,
 * readable or not. The kernel's list of readable ones is kept at the expense of who sends, which on
 * one machine is the server that is measured. on_readable may find nothing then. Before the first
 * watch; not from the media thread. */
void media_loop_scan (MediaLoop *loop, guint every_us);

/* Runs @func in the media thread and waits for it. Not from the media thread. */
void media_loop_call (MediaLoop *loop, void (*func) (gpointer data), gpointer data);

/* --- media thread --- */

/* @watch is kept by reference until removed. */
void media_loop_add_watch (MediaLoop *loop, MediaWatch *watch);
void media_loop_remove_watch (MediaLoop *loop, MediaWatch *watch);

/* The first call comes at the next tick. @user_data names the ticker. */
void media_loop_add_ticker (MediaLoop *loop, MediaTick tick, gpointer user_data);
/* Also from a ticker's own call. */
void media_loop_remove_ticker (MediaLoop *loop, gpointer user_data);

GMainContext *media_loop_get_context (const MediaLoop *loop);
/* Shared by all that read in this thread; what it returns is valid until the next read. */
UdpReceiver *media_loop_get_receiver (const MediaLoop *loop);

/* The longest time between two ticks since the last call: above some ms the figures of this process
 * are worth little. */
gint64 media_loop_take_worst_us (MediaLoop *loop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaLoop, media_loop_free)
