/* RoomSession: a virtual room's place in a meeting: it joins over the room protocol (WebSocket,
 * signaling/protocol/README.md) as a real room does, offers its media once, follows what the server
 * confirms (mute, camera, reset), and comes back by itself.
 *
 *   offline -> joining -> offering -> in meeting -> over (bye that is final)
 *      ^-----------<----------<------------'  (connection lost; the media goes on meanwhile)
 *
 * Owner: the thread of the thread-default main context at room_session_new ().
 */
#pragma once

#include "pipelines/client/virtual_room.h"

#include <libsoup/soup.h>

typedef struct _RoomSession RoomSession;

typedef struct {
  SoupSession *soup; /* shared by all sessions */
  const char *url;   /* http(s)://host:port */
  const char *meeting;
  const char *endpoint;
  const char *token;
  gboolean mic_open; /* asks to open its microphone once it is in */
  VirtualRoomConfig media;
  Clip *clip;
} RoomSessionConfig;

typedef enum {
  ROOM_SESSION_OFFLINE,
  ROOM_SESSION_JOINING,
  ROOM_SESSION_OFFERING,
  ROOM_SESSION_IN_MEETING,
  ROOM_SESSION_OVER,
} RoomSessionState;

/* (transfer full); connects at once. */
RoomSession *room_session_new (const RoomSessionConfig *config);
void room_session_free (RoomSession *session);

/* Sends the media that is due. */
void room_session_tick (RoomSession *session, gint64 now_us);

RoomSessionState room_session_get_state (const RoomSession *session);
const VirtualRoom *room_session_get_room (const RoomSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomSession, room_session_free)
