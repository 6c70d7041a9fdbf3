#include "tests/unit/http/fake_hub.h"

#include <string.h>

MeetingHub *
fake_hub_new (void)
{
  MeetingHub *hub = g_new0 (MeetingHub, 1);
  hub->rooms = g_ptr_array_new ();
  hub->problem = -1;
  return hub;
}

void
fake_hub_free (MeetingHub *hub)
{
  g_assert_cmpuint (hub->rooms->len, ==, 0); /* each was told to be closed */
  g_ptr_array_unref (hub->rooms);
  g_free (hub->meeting);
  g_free (hub->endpoint);
  g_free (hub->session);
  g_free (hub->if_match);
  g_free (hub->body);
  g_free (hub->source);
  g_free (hub->reason);
  g_free (hub->answer_sdp);
  g_free (hub);
}

static gboolean
fake_hub_refuses (MeetingHub *hub, GError **error)
{
  if (hub->problem < 0)
    return FALSE;
  g_set_error (error, SIGNALING_PROBLEM, hub->problem, "refused by the test");
  return TRUE;
}

static void
note (char **place, const char *value)
{
  g_free (*place);
  *place = g_strdup (value);
}

/* --- Meetings --- */

gboolean
meeting_hub_set_meeting_state (MeetingHub *hub, const char *meeting, const StateChange *change,
                               gint64 now_us, GError **error)
{
  hub->verb = "state";
  hub->state = change->state;
  note (&hub->meeting, meeting);
  note (&hub->reason, change->reason);
  return !fake_hub_refuses (hub, error);
}

gboolean
meeting_hub_extend (MeetingHub *hub, const char *meeting, guint minutes, const StateChange *change,
                    gint64 now_us, GError **error)
{
  hub->verb = "extend";
  note (&hub->meeting, meeting);
  hub->minutes = minutes;
  return !fake_hub_refuses (hub, error);
}

gboolean
meeting_hub_reload (MeetingHub *hub, const char *meeting, gint64 now_us, GError **error)
{
  hub->reloads++;
  return !fake_hub_refuses (hub, error);
}

void
meeting_hub_reload_lines (MeetingHub *hub, gint64 now_us)
{
  hub->line_reloads++;
}

char *
meeting_hub_seats_json (MeetingHub *hub, const char *meeting, gint64 now_us)
{
  return g_strdup ("[{\"endpoint\":\"14758-1\"}]");
}

/* --- Rehearsals --- */

gboolean
meeting_hub_each_room (MeetingHub *hub, const char *meeting, gint64 now_us, RehearsalRoomFunc each,
                       gpointer user_data)
{
  for (guint i = 0; i < hub->n_rehearsing; i++)
    each (user_data, &hub->rehearsing[i]);
  return hub->n_rehearsing > 0;
}

gboolean
meeting_hub_ask_rooms (MeetingHub *hub, const char *meeting, const RoomAsk *ask, gint64 now_us,
                       guint *ret_asked, GError **error)
{
  g_autoptr (GString) asked = g_string_new (test_ask_names[ask->act]);
  hub->verb = "ask";
  note (&hub->meeting, meeting);
  note (&hub->reason, ask->subject);
  for (gsize i = 0; i < ask->n_endpoints; i++)
    g_string_append_printf (asked, " %s", ask->endpoints[i]);
  note (&hub->body, asked->str);
  *ret_asked = (guint) ask->n_endpoints;
  return !fake_hub_refuses (hub, error);
}

/* --- Rooms --- */

RoomConnection *
meeting_hub_connect_room (MeetingHub *hub, const RoomGrant *grant, const RoomPeer *peer,
                          gpointer peer_data, gint64 now_us, GError **error)
{
  if (hub->refuse_rooms) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN, "unknown");
    return NULL;
  }
  RoomConnection *room = g_new0 (RoomConnection, 1);
  room->hub = hub;
  room->peer = *peer;
  room->peer_data = peer_data;
  room->meeting = g_strdup (grant->meeting);
  room->endpoint = g_strdup (grant->endpoint);
  room->actor = g_strdup (grant->actor);
  room->role = grant->role;
  room->received = g_string_new (NULL);
  g_ptr_array_add (hub->rooms, room);
  if (hub->greeting)
    peer->send_text (peer_data, hub->greeting, strlen (hub->greeting));
  return room;
}

void
room_connection_receive (RoomConnection *room, const char *text, gsize length, gint64 now_us)
{
  g_string_append_len (room->received, text, length);
  g_string_append_c (room->received, '\n');
  room->n_received++;
}

void
room_connection_closed (RoomConnection *room, gint64 now_us)
{
  room->hub->closed_rooms++;
  g_ptr_array_remove (room->hub->rooms, room);
  g_free (room->meeting);
  g_free (room->endpoint);
  g_free (room->actor);
  g_string_free (room->received, TRUE);
  g_free (room);
}

/* --- Sessions --- */

static void
fake_hub_reply (MeetingHub *hub, const SessionAnswer *answer, SessionCallback callback,
                gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  if (fake_hub_refuses (hub, &error))
    callback (user_data, NULL, error);
  else
    callback (user_data, answer, NULL);
}

static const SessionAnswer created = { .session = "s1", .etag = "e1", .sdp = "v=0\r\n" };

static void
fake_hub_session (MeetingHub *hub, const char *verb, const SessionRequest *request,
                  SessionCallback callback, gpointer user_data)
{
  hub->verb = verb;
  note (&hub->meeting, request->grant->meeting);
  note (&hub->endpoint, request->grant->endpoint);
  g_free (hub->body);
  hub->body = g_strndup (request->body, request->length);
  if (!hub->defers) {
    fake_hub_reply (hub, &created, callback, user_data);
    return;
  }
  hub->deferred = callback;
  hub->deferred_data = user_data;
}

void
fake_hub_answer (MeetingHub *hub)
{
  SessionCallback callback = g_steal_pointer (&hub->deferred);
  fake_hub_reply (hub, &created, callback, g_steal_pointer (&hub->deferred_data));
}

void
meeting_hub_publish (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                     gpointer user_data, gint64 now_us)
{
  fake_hub_session (hub, "publish", request, callback, user_data);
}

void
meeting_hub_play (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                  gpointer user_data, gint64 now_us)
{
  note (&hub->source, request->source);
  fake_hub_session (hub, "play", request, callback, user_data);
}

void
meeting_hub_session_patch (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                           gpointer user_data, gint64 now_us)
{
  SessionAnswer answer = { .session = request->session,
                           .etag = hub->answer_sdp ? "e2" : "e1",
                           .sdp = hub->answer_sdp };
  hub->verb = "patch";
  note (&hub->session, request->session);
  note (&hub->if_match, request->if_match);
  g_free (hub->body);
  hub->body = g_strndup (request->body, request->length);
  fake_hub_reply (hub, &answer, callback, user_data);
}

gboolean
meeting_hub_session_delete (MeetingHub *hub, const SessionGrant *grant, const char *session,
                            gint64 now_us, GError **error)
{
  hub->verb = "delete";
  hub->deletes++;
  note (&hub->session, session);
  note (&hub->endpoint, grant->endpoint);
  return !fake_hub_refuses (hub, error);
}
