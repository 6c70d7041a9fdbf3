/* Relay: the process that forwards media. The main thread owns the control socket and the
 * directory, shard threads own the media, one handshake thread does DTLS.
 *
 * Life cycle: relay_new() -> main context runs -> relay_free(). It goes on without a controller and
 * lets a new one in at any time. Everything here belongs to the main thread.
 */
#pragma once

#include "config/settings.h"

typedef struct Relay Relay;

/* Runs `diemcau relay` until SIGTERM, SIGINT or a shutdown request. @settings: finished.
 * @owned: started by a controller, which may shut it down. Returns: the exit status. */
int relay_main (const Settings *settings, gboolean owned);

/* Binds the ports, starts the threads, listens on the control socket. @settings must outlive it. */
Relay *relay_new (const Settings *settings, gboolean owned, GError **error);
void relay_free (Relay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Relay, relay_free)

/* Called once when a controller asks for the end. */
void relay_set_shutdown_func (Relay *relay, void (*func) (gpointer user_data), gpointer user_data);
