/* message, message.clear, chat, chat.close. */
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/talk.h"
#include "signaling/protocol/lobby_replies.h"

/* Who writes: the room by its name in this meeting, else the user. */
static const char *
writer_of (const RoomConnection *connection)
{
  if (connection->seat != NULL)
    return seat_name (connection->seat);
  return *connection->name != '\0' ? connection->name : room_actor (connection);
}

/* --- banners --- */

static void
tell_banner (Meeting *meeting, const BannerState *banner)
{
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (connection->seat != NULL && talk_banner_is_for (banner, connection->seat))
      room_connection_send (connection,
                            room_message_banner (banner->text, banner->from, banner->until_ms));
  }
}

/* Exactly one target, and for a desk one of its branch. */
static gboolean
check_target (RoomConnection *connection, const MessageTarget *to, GError **error)
{
  gboolean is_desk = (room_connection_rights (connection) & RIGHT_DIRECT) == 0;

  if ((to->endpoint != NULL) + (to->branch != NULL) + to->all != 1)
    return room_refuse (PROBLEM_MESSAGE_MALFORMED, error);
  if (to->endpoint != NULL) {
    const Seat *seat = room_find_seat (connection, to->endpoint, error);
    if (seat == NULL)
      return FALSE;
    return room_may_direct_seat (connection, seat) || room_refuse (PROBLEM_NOT_ALLOWED, error);
  }
  if (is_desk && (to->all || g_strcmp0 (to->branch, connection->branch) != 0))
    return room_refuse (PROBLEM_NOT_ALLOWED, error);
  return TRUE;
}

static char *
describe_message (const MessageRequest *body)
{
  g_autoptr (json_t) json = json_pack ("{s:s}", "text", body->text);

  if (body->to->branch != NULL)
    json_object_set_new (json, "branch", json_string (body->to->branch));
  return json_dumps (json, JSON_COMPACT);
}

static BannerState *
make_banner (const RoomConnection *connection, const MessageRequest *body)
{
  BannerState *banner = banner_state_new ();

  banner->endpoint = g_strdup (body->to->endpoint);
  banner->branch = g_strdup (body->to->branch);
  banner->text = g_strdup (body->text);
  banner->from = g_strdup (writer_of (connection));
  if (body->seconds > 0)
    banner->until_ms = hub_wall_ms (connection->hub) + body->seconds * (gint64) 1000;
  return banner;
}

gboolean
room_on_message (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  const MessageRequest *body = request->body;

  if (!check_target (connection, body->to, error) ||
      !room_check_text (body->text, ROOM_NOTICE_CHARS, error))
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  g_autofree char *detail = describe_message (body);
  if (!talk_put_banner (&act, make_banner (connection, body)))
    return room_refuse (PROBLEM_BANNER_FULL, error);
  meeting_act_log (&act, "message", body->to->endpoint, detail);
  if (!meeting_act_commit (&act, error))
    return FALSE;
  const GPtrArray *banners = connection->meeting->live->lobby->banners;
  tell_banner (connection->meeting, g_ptr_array_index (banners, banners->len - 1));
  return TRUE;
}

gboolean
room_on_message_clear (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  Meeting *meeting = connection->meeting;
  g_auto (MeetingAct) act = room_act (connection);

  if (meeting->live->lobby->banners->len == 0)
    return TRUE;
  g_ptr_array_set_size (meeting_act_live (&act)->lobby->banners, 0);
  meeting_act_log (&act, "message.clear", NULL, NULL);
  if (!meeting_act_commit (&act, error))
    return FALSE;
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *other = g_ptr_array_index (meeting->connections, i);
    if (other->seat != NULL)
      room_connection_send (other, room_message_banner (NULL, NULL, 0));
  }
  return TRUE;
}

/* --- chat --- */

static gboolean
chat_is_closed (const Meeting *meeting)
{
  return meeting->live->lobby->chat_closed || !meeting->record->entry.chat;
}

/* A room writes as fast as a hand does; all together no faster than can be read. */
static gboolean
take_turn (RoomConnection *connection)
{
  gint64 now_us = connection->hub->now_us;

  if (connection->seat != NULL && !token_bucket_take (&connection->seat->talk, now_us))
    return FALSE;
  return token_bucket_take (&connection->meeting->talk, now_us);
}

gboolean
room_on_chat (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const ChatRequest *body = request->body;
  Meeting *meeting = connection->meeting;
  gboolean directs = (room_connection_rights (connection) & RIGHT_DIRECT) != 0;

  if (chat_is_closed (meeting) && !directs)
    return room_refuse (PROBLEM_CHAT_CLOSED, error);
  if (!room_check_text (body->text, ROOM_CHAT_CHARS, error))
    return FALSE;
  if (!take_turn (connection))
    return room_refuse (PROBLEM_MESSAGE_TOO_MANY, error);
  ChatLine *line = g_new0 (ChatLine, 1);
  line->at_ms = hub_wall_ms (connection->hub);
  line->endpoint = connection->seat != NULL ? g_strdup (connection->endpoint) : NULL;
  line->name = g_strdup (writer_of (connection));
  line->text = g_strdup (body->text);
  g_auto (MeetingAct) act = room_act (connection);
  act.chat = line;
  if (!meeting_act_commit (&act, error)) {
    chat_line_free (line);
    return FALSE;
  }
  talk_add_line (meeting, line);
  return TRUE;
}

gboolean
room_on_chat_close (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  gboolean closed = ((const ChatCloseRequest *) request->body)->closed;
  g_auto (MeetingAct) act = room_act (connection);

  if (connection->meeting->live->lobby->chat_closed == closed)
    return TRUE;
  meeting_act_live (&act)->lobby->chat_closed = closed;
  meeting_act_log (&act, closed ? "chat.closed" : "chat.opened", NULL, NULL);
  return meeting_act_commit (&act, error);
}
