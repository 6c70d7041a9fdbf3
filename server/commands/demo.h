/* Demo: what `diemcau serve --demo` adds to a controller: the sample province and its users, a
 * meeting in progress, and the virtual rooms in it, which are a child process (`diemcau load`)
 * that is started again when it ends.
 *
 * Life: demo_new () before live meetings are loaded, demo_start () once HTTP listens, demo_free ()
 * stops the child. Owner: main thread. */
#pragma once

#include "config/settings.h"
#include "server/storage/database.h"

#include <glib.h>

typedef struct Demo Demo;

/* Seeds the database; blocking (a password hash, at the first start). Fails where the state folder
 * was not made by a demonstration. (transfer full) */
Demo *demo_new (Database *database, const Settings *settings, gint64 now_ms, GError **error);
void demo_free (Demo *demo);

/* Starts the rooms, and prints links and log-ins on standard output. */
gboolean demo_start (Demo *demo, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Demo, demo_free)
