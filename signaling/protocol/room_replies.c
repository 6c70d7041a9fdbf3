#include <stdlib.h>
#include <string.h>

#include "signaling/protocol/room_messages.h"

/* clang-format off */
static const struct {
  const char *code;
  const char *vi;
  const char *en;
} byes[N_BYES] = {
  [BYE_LEFT] = { "left", "Điểm cầu đã rời phiên họp.", "The room has left the meeting." },
  [BYE_ENDED] = { "ended", "Phiên họp đã kết thúc.", "The meeting has ended." },
  [BYE_REPLACED] = { "replaced",
    "Điểm cầu này vừa vào họp từ một cửa sổ hoặc thiết bị khác.",
    "This room has just joined from another window or device." },
  [BYE_REMOVED] = { "removed", "Điểm cầu này không có trong thành phần mời họp.",
    "This room is not among those invited to the meeting." },
  [BYE_TAKEN_OUT] = { "removed", "Thư ký đã đưa điểm cầu này ra khỏi phiên họp.",
    "The secretary has taken this room out of the meeting." },
  [BYE_FULL] = { "full",
    "Máy chủ đã đủ số kết nối cho phép nên chưa thể vào họp. Hãy liên hệ kỹ thuật trung tâm.",
    "The server has reached its number of connections, so the room cannot join now. "
    "Call the central technician." },
  [BYE_POSTPONED] = { "postponed", "Phiên họp đã hoãn.", "The meeting is postponed." },
  [BYE_CANCELLED] = { "cancelled", "Phiên họp đã huỷ.", "The meeting is cancelled." },
  [BYE_REHEARSAL_OVER] = { "rehearsal_over",
    "Phiên thử đã kết thúc. Hãy vào lại khi phiên họp mở.",
    "The rehearsal is over. Come back when the meeting opens." },
  [BYE_NOT_OPEN] = { "not_open", "Phiên họp chưa mở. Hãy vào lại khi thư ký mở phiên họp.",
    "The meeting is not open yet. Come back when the secretary has opened it." },
  [BYE_LOCKED] = { "locked",
    "Phiên họp đã khóa, không nhận thêm điểm cầu. Hãy liên hệ thư ký phiên họp.",
    "The meeting is locked and takes no more rooms. Call the meeting's secretary." },
  [BYE_BARRED] = { "barred",
    "Điểm cầu này đã bị đưa ra khỏi phiên họp và chưa được vào lại. Hãy liên hệ thư ký phiên họp.",
    "This room was taken out of the meeting and may not come back yet. Call the secretary." },
};
/* clang-format on */

/* jansson allocates with malloc; callers free with g_free, which is the same in GLib >= 2.46. */
static char *
take_text (json_t *json)
{
  g_autoptr (json_t) owned = json;
  char *text = json_dumps (owned, JSON_COMPACT | JSON_REAL_PRECISION (4));

  g_assert (text != NULL); /* all strings come in as valid UTF-8 */
  return text;
}

static json_t *
optional_string (const char *text)
{
  return text != NULL ? json_string (text) : json_null ();
}

static json_t *
optional_time (gint64 time_ms)
{
  return time_ms > 0 ? json_integer (time_ms) : json_null ();
}

static void
set_id (json_t *message, const RoomRequest *request)
{
  if (request->has_id)
    json_object_set_new (message, "id", json_integer (request->id));
}

char *
room_message_ok (const RoomRequest *request)
{
  json_t *message = json_pack ("{s:s}", "type", "ok");

  set_id (message, request);
  return take_text (message);
}

char *
room_message_error (const RoomRequest *request, const GError *error)
{
  const ProblemText *text = problem_describe (error);
  json_t *message = json_pack ("{s:s, s:s, s:{s:s, s:s}}", "type", "error", "code", text->code,
                               "text", "vi", text->vi, "en", text->en);

  set_id (message, request);
  return take_text (message);
}

const char *
room_bye_code (RoomBye bye)
{
  g_return_val_if_fail ((guint) bye < N_BYES, "");
  return byes[bye].code;
}

char *
room_message_bye (RoomBye bye, const char *reason)
{
  g_return_val_if_fail ((guint) bye < N_BYES, NULL);
  gboolean has_reason = reason != NULL && *reason != '\0';
  g_autofree char *vi =
      has_reason ? g_strdup_printf ("%s Lý do: %s", byes[bye].vi, reason) : g_strdup (byes[bye].vi);
  g_autofree char *en = has_reason ? g_strdup_printf ("%s Reason: %s", byes[bye].en, reason)
                                   : g_strdup (byes[bye].en);
  return take_text (json_pack ("{s:s, s:s, s:{s:s, s:s}}", "type", "bye", "code", byes[bye].code,
                               "text", "vi", vi, "en", en));
}

char *
room_message_notice (const char *vi, const char *en)
{
  return take_text (
      json_pack ("{s:s, s:{s:s, s:s}}", "type", "notice", "text", "vi", vi, "en", en));
}

char *
room_message_test_loop (gboolean is_on, int seconds)
{
  return take_text (
      json_pack ("{s:s, s:b, s:i}", "type", "test.loop", "on", is_on, "seconds", seconds));
}

char *
room_message_media_reset (const char *reason)
{
  return take_text (json_pack ("{s:s, s:s}", "type", "media.reset", "reason", reason));
}

char *
room_message_media_answer (const RoomRequest *request, const char *transport, const char *sdp,
                           const RoomSlotLine *slots, gsize n_slots)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n_slots; i++)
    json_array_append_new (list, json_pack ("{s:s, s:s, s:i}", "mid", slots[i].mid, "role",
                                            slots[i].role, "index", (int) slots[i].index));
  json_t *message = json_pack ("{s:s, s:s, s:s, s:o}", "type", "media.answer", "transport",
                               transport, "sdp", sdp, "slots", list);
  set_id (message, request);
  return take_text (message);
}

char *
room_message_slots (const RoomSlotContent *slots, gsize n_slots)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n_slots; i++)
    json_array_append_new (list, json_pack ("{s:s, s:o, s:o}", "mid", slots[i].mid, "endpoint",
                                            optional_string (slots[i].endpoint), "source",
                                            optional_string (slots[i].source)));
  return take_text (json_pack ("{s:s, s:o}", "type", "slots", "slots", list));
}

char *
room_message_demand (const char *mid, const char *const *rids, gboolean is_sent)
{
  json_t *list = json_array ();

  for (gsize i = 0; is_sent && rids[i] != NULL; i++)
    json_array_append_new (list, json_string (rids[i]));
  return take_text (json_pack ("{s:s, s:s, s:o, s:b}", "type", "demand", "mid", mid, "rids", list,
                               "send", is_sent));
}

char *
room_message_line (const RoomLine *line)
{
  return take_text (json_pack (
      "{s:s, s:f, s:f, s:o, s:s}", "type", "line", "up_loss", line->up_loss_permille / 10.0,
      "down_loss", line->down_loss_permille / 10.0, "rtt_ms",
      line->rtt_ms >= 0 ? json_integer (line->rtt_ms) : json_null (), "state", line->state));
}

char *
room_message_levels (const RoomLevel *levels, gsize n_levels)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n_levels; i++)
    json_array_append_new (list, json_pack ("[s, i]", levels[i].endpoint, levels[i].level));
  return take_text (json_pack ("{s:s, s:o}", "type", "levels", "levels", list));
}

static json_t *
optional_count (int count)
{
  return count >= 0 ? json_integer (count) : json_null ();
}

static void
add_lobby_members (json_t *json, const RoomSeat *seat)
{
  json_object_set_new (json, "shown_name", optional_string (seat->shown_name));
  json_object_set_new (json, "level", json_string (seat->level != NULL ? seat->level : ""));
  json_object_set_new (json, "branch", optional_string (seat->branch));
  json_object_set_new (json, "camera_locked", json_boolean (seat->camera_locked));
  json_object_set_new (json, "barred", json_boolean (seat->barred));
  json_object_set_new (json, "head_count", optional_count (seat->head_count));
  json_object_set_new (json, "head_expected", optional_count (seat->head_expected));
  json_object_set_new (json, "sound", json_boolean (seat->sound));
  json_object_set_new (json, "moving", json_boolean (seat->moving));
  json_object_set_new (json, "paused", json_boolean (seat->paused));
  json_object_set_new (json, "survival", json_boolean (seat->survival));
  json_object_set_new (json, "roll",
                       json_pack ("{s:o, s:s, s:s}", "mark", optional_string (seat->mark), "auto",
                                  seat->roll_auto != NULL ? seat->roll_auto : "absent", "reason",
                                  seat->roll_reason != NULL ? seat->roll_reason : ""));
}

char *
room_seat_json (const RoomSeat *seat)
{
  json_t *json =
      json_pack ("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "endpoint", seat->endpoint,
                 "code", seat->code, "name", seat->name, "unit_name", seat->unit_name, "role",
                 seat->role, "state", seat->state, "mic_open", seat->mic_open, "mic_locked",
                 seat->mic_locked, "camera_on", seat->camera_on);

  json_object_set_new (json, "hand_at", optional_time (seat->hand_at_ms));
  json_object_set_new (json, "content", json_boolean (seat->content));
  json_object_set_new (json, "spotlight", json_boolean (seat->spotlight));
  json_object_set_new (json, "video_active", json_boolean (seat->video_active));
  json_object_set_new (json, "dark", json_boolean (seat->dark));
  json_object_set_new (json, "line", optional_string (seat->line));
  json_object_set_new (json, "joined_at", optional_time (seat->joined_at_ms));
  add_lobby_members (json, seat);
  json_object_set_new (json, "consent", json_boolean (seat->consent));
  json_object_set_new (json, "topic", json_string (seat->topic));
  json_object_set_new (json, "held", json_boolean (seat->held));
  json_object_set_new (json, "queue", seat->queue > 0 ? json_integer (seat->queue) : json_null ());
  return take_text (json);
}

char *
room_meeting_json (const RoomMeetingInfo *meeting)
{
  json_t *json = json_pack ("{s:s, s:s, s:s, s:s, s:s}", "id", meeting->id, "title", meeting->title,
                            "state", meeting->state, "host_unit", meeting->host_unit,
                            "chair_endpoint", meeting->chair_endpoint);

  json_object_set_new (json, "spotlight", optional_string (meeting->spotlight));
  json_object_set_new (json, "content_endpoint", optional_string (meeting->content_endpoint));
  json_object_set_new (json, "starts_at", optional_time (meeting->starts_at_ms));
  json_object_set_new (json, "ends_at", optional_time (meeting->ends_at_ms));
  json_object_set_new (json, "started_at", optional_time (meeting->started_at_ms));
  if (meeting->stage != NULL)
    room_stage_add (json, meeting->stage);
  if (meeting->lobby != NULL)
    room_lobby_add (json, meeting->lobby);
  return take_text (json);
}

char *
room_message_seats (const char *seats_json)
{
  return g_strdup_printf ("{\"type\":\"seats\",\"seats\":%s}", seats_json);
}

char *
room_message_meeting (const char *meeting_json)
{
  return g_strdup_printf ("{\"type\":\"meeting\",\"meeting\":%s}", meeting_json);
}

/* The members of an object, each after a comma. */
static char *
members_of (const json_t *object)
{
  g_autofree char *text =
      object != NULL && json_object_size (object) > 0 ? json_dumps (object, JSON_COMPACT) : NULL;

  if (text == NULL)
    return g_strdup ("");
  text[0] = ',';
  text[strlen (text) - 1] = '\0';
  return g_steal_pointer (&text);
}

char *
room_message_welcome (const RoomWelcome *welcome)
{
  g_autofree char *endpoint =
      welcome->endpoint != NULL ? g_strdup_printf ("\"%s\"", welcome->endpoint) : g_strdup ("null");
  g_autofree char *more = members_of (welcome->more);
  g_autofree char *servers =
      welcome->ice_servers != NULL ? json_dumps (welcome->ice_servers, JSON_COMPACT) : NULL;

  return g_strdup_printf ("{\"type\":\"welcome\",\"protocol\":%d,\"role\":\"%s\",\"endpoint\":%s,"
                          "\"meeting\":%s,\"seats\":%s,\"ice_servers\":%s,\"resumed\":%s,"
                          "\"server_time\":%" G_GINT64_FORMAT "%s}",
                          ROOM_PROTOCOL_VERSION, welcome->role, endpoint, welcome->meeting_json,
                          welcome->seats_json, servers != NULL ? servers : "[]",
                          welcome->resumed ? "true" : "false", welcome->server_time_ms, more);
}
