/* DeskSockets: the WebSockets of signed-in pages (diemcau.desk.v1), between libsoup and the desks.
 *
 * Main thread.  A desk ends with its session, and when its user's role or place changes: the page
 * comes back as who it is by then. */
#pragma once

#include "server/http/request.h"

#define DESK_SUBPROTOCOL "diemcau.desk.v1"

/* @scope is lent and must outlive it; its context's desk may have NULL members. */
DeskSockets *desk_sockets_new (HttpScope *scope, guint max_desks);
/* Cuts all that are left. */
void desk_sockets_free (DeskSockets *desks);

/* Answers @request (of a session) with the upgrade, or with a problem. */
void desk_sockets_accept (DeskSockets *desks, HttpRequest *request);
/* Call about each second. */
void desk_sockets_tick (DeskSockets *desks, gint64 now_us);
void desk_sockets_close_all (DeskSockets *desks, guint16 code, const char *reason);
guint desk_sockets_get_count (const DeskSockets *desks);
