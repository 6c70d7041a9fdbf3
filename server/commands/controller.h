/* Controller: the parts of `diemcau serve`, composed: storage, log-in, meetings, the relay's link,
 * HTTP, and the demonstration if it was asked for.
 *
 * Main thread.  Life: new (opens the state folder) -> start (listens, looks for a relay) -> stop
 * (graceful, once) -> free.  Freeing without a stop leaves the relay and its media running. */
#pragma once

#include "config/settings.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct Controller Controller;

/* @settings outlive it.  Blocking.  Fails if another controller has the state folder. */
Controller *controller_new (const Settings *settings, gboolean with_demo, GError **error);
void controller_free (Controller *controller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Controller, controller_free)

/* Listens and prints on standard output how it is reached; blocking. */
gboolean controller_start (Controller *controller, GError **error);

/* Lets replies end, tells the rooms, shuts an owned relay down; then @done from the main context,
 * after 6 s at most. */
void controller_stop (Controller *controller, GSourceFunc done, gpointer user_data);

G_END_DECLS
