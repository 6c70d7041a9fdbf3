/* The control link over a Unix SOCK_SEQPACKET socket: one packet is one message.
 *
 * The listener makes its folder (0700) and socket (0600), takes the place of a stale socket whose
 * owner is dead, and lets in only processes of its own user (SO_PEERCRED) or root.  Sending never
 * blocks: what the socket does not take waits in a queue bounded by LIMIT_CONTROL_QUEUE_*.
 * Everything belongs to the thread-default GMainContext of the caller. */
#pragma once

#include "pipelines/control/link.h"

G_BEGIN_DECLS

/* Connects to @path; immediate on a Unix socket.  (transfer full) or NULL. */
ControlLink *unix_link_connect (const char *path, GError **error);

/* The process at the other end, as the kernel knows it. */
int unix_link_get_peer_pid (ControlLink *link);

typedef struct UnixListener UnixListener;

/* Takes over @link (transfer full); refuse by dropping it. */
typedef void (*UnixListenerFunc) (ControlLink *link, gpointer user_data);

/* Fails with CONTROL_LINK_ERROR_REFUSED if a living process listens at @path already. */
UnixListener *unix_listener_new (const char *path, UnixListenerFunc on_link, gpointer user_data,
                                 GError **error);
/* Stops listening and removes the socket.  Links that were handed out live on. */
void unix_listener_free (UnixListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UnixListener, unix_listener_free)

G_END_DECLS
