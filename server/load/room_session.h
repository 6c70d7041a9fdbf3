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

#include "server/load/event_log.h"
#include "server/load/room_media.h"

#include <jansson.h>
#include <libsoup/soup.h>

typedef struct _RoomSession RoomSession;

typedef struct {
  SoupSession *soup; /* shared by all sessions */
  const char *url;   /* http(s)://host:port */
  const char *meeting;
  const char *endpoint;
  const char *token;
  gboolean mic_open; /* asks to open its microphone once it is in */
  const VirtualRoomConfig *media;
  EventLog *log;                                                   /* (nullable), lent */
  const char *(*find_endpoint) (gpointer user_data, guint32 room); /* by mark_room (); or NULL */
  /* (nullable): each message of the server, after the session has followed it. */
  void (*on_message) (gpointer user_data, const json_t *message);
  gpointer user_data;
  gboolean is_manual;          /* its owner switches microphone and camera, not its seat */
  gboolean checks_certificate; /* as the SoupSession does; else any will do */
} RoomSessionConfig;

/* Of the first time, monotonic microseconds; 0: not yet. */
typedef struct {
  gint64 asked_us;   /* the WebSocket was asked for */
  gint64 open_us;    /* it stands */
  gint64 seated_us;  /* the welcome came */
  gint64 media_us;   /* the media connection stands */
  gint64 picture_us; /* a key frame stands on a line that it receives */
} RoomSessionTimes;

typedef enum {
  ROOM_SESSION_OFFLINE,
  ROOM_SESSION_JOINING,
  ROOM_SESSION_OFFERING,
  ROOM_SESSION_IN_MEETING,
  ROOM_SESSION_OVER,
} RoomSessionState;

/* What sessions share. @ca_file (nullable): certificates to trust in place of the system's.
 * (transfer full), NULL with @error if they cannot be read. */
SoupSession *room_session_make_soup (const char *ca_file, GError **error);
/* (transfer full); connects at once. */
RoomSession *room_session_new (const RoomSessionConfig *config);
void room_session_free (RoomSession *session);

/* Sends a request of the room protocol as it is, with an id of its own, or with none where @message
 * has "id": null. FALSE: there is no connection. */
gboolean room_session_send (RoomSession *session, json_t *message);

RoomSessionState room_session_get_state (const RoomSession *session);
const char *room_session_get_endpoint (const RoomSession *session);
/* (nullable): why it is not in the meeting, in the server's words or the system's. */
const char *room_session_get_problem (const RoomSession *session);
/* The HTTP status that refused the WebSocket; 0: none did. */
guint room_session_get_refusal (const RoomSession *session);
/* The server's certificate was not accepted. */
gboolean room_session_is_untrusted (const RoomSession *session);
const RoomSessionTimes *room_session_get_times (const RoomSession *session);
/* (transfer none) */
RoomMedia *room_session_get_media (const RoomSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomSession, room_session_free)
