/* Inbox: whoever is concerned by what happens to a meeting is told: notices, desks, reminders, and
 * the ringing of a call.  It is the Announcer and the DeskPort of the HTTP surface.
 *
 * Main thread.  Life: new -> (tick each DESK_TICK_MS) -> free, behind the HTTP server's end. */
#pragma once

#include "server/http/announcer.h"
#include "server/http/desk_port.h"
#include "server/storage/database.h"

typedef struct Inbox Inbox;

/* Who writes letters about a meeting; members may be NULL. */
typedef struct {
  /* Inside of the transaction of the deed. */
  gboolean (*queue) (gpointer data, const MeetingAnnouncement *what, GError **error);
  /* Behind the commit. */
  void (*send) (gpointer data, gint64 now_ms);
} Postman;

/* @database and @postman_data are lent and must outlive it; @postman is copied, or NULL. */
Inbox *inbox_new (Database *database, const Postman *postman, gpointer postman_data);
void inbox_free (Inbox *inbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Inbox, inbox_free)

/* The data of both is the Inbox. */
const Announcer *inbox_announcer (void);
const DeskPort *inbox_desk_port (void);

void inbox_tick (Inbox *inbox, gint64 now_ms);
/* Removes old notices; call about each hour. */
gboolean inbox_sweep (Inbox *inbox, gint64 now_ms, GError **error);
