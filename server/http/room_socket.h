/* RoomSockets: the WebSockets of rooms and control rooms, between libsoup and the hub: text frames
 * in and out, within limits; what the messages mean is signaling's.
 *
 * Main thread.  A socket is told to the hub once it is upgraded (meeting_hub_connect_room) and
 * exactly once when it is gone (room_connection_closed). */
#pragma once

#include "server/http/request.h"

#define ROOM_SUBPROTOCOL "diemcau.room.v1"

/* @hub is lent and must outlive it. */
RoomSockets *room_sockets_new (MeetingHub *hub, guint max_rooms);
/* Cuts all that are left. */
void room_sockets_free (RoomSockets *rooms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomSockets, room_sockets_free)

/* Answers @request with the upgrade, or with a problem.  @grant is copied. */
void room_sockets_accept (RoomSockets *rooms, HttpRequest *request, const RoomGrant *grant);

/* Cuts the silent and those that do not end their closing, and closes those whose user has the
 * right no more; call about each second. */
void room_sockets_tick (RoomSockets *rooms, gint64 now_us);
/* Starts the closing of all with @code. */
void room_sockets_close_all (RoomSockets *rooms, guint16 code, const char *reason);
guint room_sockets_get_count (const RoomSockets *rooms);
