#include "signaling/protocol/room_messages.h"

#include <string.h>

#include "config/limits.h"

#define TILES_MAX 64 /* more pictures than a control room's wall shows at once */

static const RecordField join_request_fields[] = {
  RECORD_FIELD_STRING (JoinRequest, resume_transport, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (JoinRequest, join_request);

static const RecordField offer_line_fields[] = {
  RECORD_FIELD_STRING (OfferLine, mid, RECORD_REQUIRED, 1, LIMIT_MID_BYTES),
  RECORD_FIELD_STRING (OfferLine, role, RECORD_REQUIRED, 1, 16),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (OfferLine, offer_line);

static const RecordField media_offer_request_fields[] = {
  RECORD_FIELD_STRING (MediaOfferRequest, sdp, RECORD_REQUIRED, 1, LIMIT_SDP_BYTES),
  RECORD_FIELD_RECORD_LIST (MediaOfferRequest, lines, 0, &offer_line_type, LIMIT_SDP_MEDIA),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MediaOfferRequest, media_offer_request);

static const RecordField media_restart_request_fields[] = {
  RECORD_FIELD_STRING (MediaRestartRequest, sdp, RECORD_REQUIRED, 1, LIMIT_SDP_BYTES),
  RECORD_FIELD_RECORD_LIST (MediaRestartRequest, lines, 0, &offer_line_type, LIMIT_SDP_MEDIA),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MediaRestartRequest, media_restart_request);

static const RecordField view_request_fields[] = {
  RECORD_FIELD_INT (ViewRequest, main_height, 0, 0, LIMIT_HEIGHT, 720),
  RECORD_FIELD_INT (ViewRequest, tile_height, 0, 0, LIMIT_HEIGHT, 180),
  RECORD_FIELD_STRING_LIST (ViewRequest, tiles, 0, TILES_MAX, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (ViewRequest, main, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ViewRequest, view_request);

static const RecordField mic_request_fields[] = {
  RECORD_FIELD_BOOL (MicRequest, open, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MicRequest, mic_request);

static const RecordField switch_request_fields[] = {
  RECORD_FIELD_BOOL (SwitchRequest, on, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SwitchRequest, switch_request);

static const RecordField picture_request_fields[] = {
  RECORD_FIELD_BOOL (PictureRequest, dark, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PictureRequest, picture_request);

static const RecordField seat_mute_request_fields[] = {
  RECORD_FIELD_STRING (SeatMuteRequest, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_BOOL (SeatMuteRequest, locked, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SeatMuteRequest, seat_mute_request);

static const RecordField spotlight_request_fields[] = {
  RECORD_FIELD_STRING (EndpointRequest, endpoint, RECORD_REQUIRED | RECORD_NULL | RECORD_ID, 1,
                       LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (EndpointRequest, spotlight_request);

static const RecordField hand_lower_request_fields[] = {
  RECORD_FIELD_STRING (EndpointRequest, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (EndpointRequest, hand_lower_request);

static const RecordField no_request_fields[] = {
  RECORD_FIELDS_END,
};
RECORD_DEFINE (NoRequest, no_request);

static const RoomRequestRow rows[N_ROOM_REQUESTS] = {
  [ROOM_JOIN] = { "join", &join_request_type, RIGHT_WATCH, TRUE },
  [ROOM_MEDIA_OFFER] = { "media.offer", &media_offer_request_type, RIGHT_WATCH },
  [ROOM_MEDIA_RESTART] = { "media.restart", &media_restart_request_type, RIGHT_WATCH },
  [ROOM_VIEW] = { "view", &view_request_type, RIGHT_WATCH },
  [ROOM_MIC] = { "mic", &mic_request_type, RIGHT_TAKE_PART },
  [ROOM_CAMERA] = { "camera", &switch_request_type, RIGHT_TAKE_PART },
  [ROOM_PICTURE] = { "picture", &picture_request_type, RIGHT_TAKE_PART },
  [ROOM_HAND] = { "hand", &hand_request_type, RIGHT_TAKE_PART },
  [ROOM_CONTENT] = { "content", &switch_request_type, RIGHT_TAKE_PART },
  [ROOM_LEAVE] = { "leave", &no_request_type, RIGHT_WATCH, TRUE },
  [ROOM_SEAT_MUTE] = { "seat.mute", &seat_mute_request_type, RIGHT_DIRECT },
  [ROOM_MUTE_ALL] = { "mute.all", &mute_all_request_type, RIGHT_DIRECT },
  [ROOM_SPOTLIGHT] = { "spotlight", &spotlight_request_type, RIGHT_DIRECT },
  [ROOM_HAND_LOWER] = { "hand.lower", &hand_lower_request_type, RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_MEETING_END] = { "meeting.end", &no_request_type, RIGHT_DIRECT },
  [ROOM_LOBBY_ADMIT] = { "lobby.admit", &lobby_admit_request_type, RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_LOBBY_RETURN] = { "lobby.return", &hand_lower_request_type, RIGHT_DIRECT },
  [ROOM_LOBBY_MESSAGE] = { "lobby.message", &lobby_message_request_type, RIGHT_DIRECT },
  [ROOM_MEETING_LOCK] = { "meeting.lock", &meeting_lock_request_type, RIGHT_DIRECT },
  [ROOM_SEAT_REMOVE] = { "seat.remove", &seat_remove_request_type, RIGHT_DIRECT },
  [ROOM_SEAT_UNBAR] = { "seat.unbar", &hand_lower_request_type, RIGHT_DIRECT },
  [ROOM_SEAT_CAMERA] = { "seat.camera", &seat_camera_request_type, RIGHT_DIRECT },
  [ROOM_SEAT_RENAME] = { "seat.rename", &seat_rename_request_type, RIGHT_DIRECT },
  [ROOM_MESSAGE] = { "message", &message_request_type, RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_MESSAGE_CLEAR] = { "message.clear", &no_request_type, RIGHT_DIRECT },
  [ROOM_CHAT] = { "chat", &chat_request_type, RIGHT_TAKE_PART | RIGHT_DIRECT },
  [ROOM_CHAT_CLOSE] = { "chat.close", &chat_close_request_type, RIGHT_DIRECT },
  [ROOM_ROLL_START] = { "roll.start", &no_request_type, RIGHT_DIRECT },
  [ROOM_ROLL_STOP] = { "roll.stop", &no_request_type, RIGHT_DIRECT },
  [ROOM_ROLL_MARK] = { "roll.mark", &roll_mark_request_type, RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_HEAD_COUNT] = { "head_count", &head_count_request_type, RIGHT_TAKE_PART },
  [ROOM_VOTE_OPEN] = { "vote.open", &vote_open_request_type, RIGHT_DIRECT },
  [ROOM_VOTE_CAST] = { "vote.cast", &vote_cast_request_type, RIGHT_TAKE_PART },
  [ROOM_VOTE_CLOSE] = { "vote.close", &vote_request_type, RIGHT_DIRECT },
  [ROOM_VOTE_CANCEL] = { "vote.cancel", &vote_request_type, RIGHT_DIRECT },
  /* floor */
  [ROOM_QUEUE_ORDER] = { "queue.order", &queue_order_request_type, RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_QUEUE_PASS_UP] = { "queue.pass_up", &queue_pass_up_request_type,
                           RIGHT_DIRECT | RIGHT_BRANCH },
  [ROOM_FLOOR_GRANT] = { "floor.grant", &floor_grant_request_type, RIGHT_DIRECT },
  [ROOM_FLOOR_RELEASE] = { "floor.release", &no_request_type, RIGHT_DIRECT | RIGHT_TAKE_PART },
  [ROOM_FLOOR_NEXT] = { "floor.next", &floor_next_request_type, RIGHT_DIRECT },
  [ROOM_FLOOR_EXTEND] = { "floor.extend", &floor_extend_request_type, RIGHT_DIRECT },
  [ROOM_FLOOR_ANSWER] = { "floor.answer", &floor_answer_request_type, RIGHT_TAKE_PART },
  [ROOM_CONSENT] = { "consent", &consent_request_type, RIGHT_TAKE_PART },
  [ROOM_MIC_ASK] = { "mic.ask", &hand_lower_request_type, RIGHT_DIRECT },
  /* pictures */
  [ROOM_LAYOUT] = { "layout", &layout_request_type, RIGHT_DIRECT },
  [ROOM_PIN] = { "pin", &pin_request_type, RIGHT_DIRECT },
  [ROOM_AUTOSCAN_START] = { "autoscan.start", &autoscan_start_request_type, RIGHT_DIRECT },
  [ROOM_AUTOSCAN_STOP] = { "autoscan.stop", &no_request_type, RIGHT_DIRECT },
  [ROOM_AUTOSCAN_SKIP] = { "autoscan.skip", &no_request_type, RIGHT_DIRECT },
  /* agenda and time */
  [ROOM_AGENDA_GO] = { "agenda.go", &agenda_go_request_type, RIGHT_DIRECT },
  [ROOM_PAPER_SHOW] = { "paper.show", &paper_show_request_type, RIGHT_DIRECT | RIGHT_TAKE_PART },
  [ROOM_PAPER_PAGE] = { "paper.page", &paper_page_request_type, RIGHT_DIRECT | RIGHT_TAKE_PART },
  [ROOM_MEETING_EXTEND] = { "meeting.extend", &meeting_extend_request_type, RIGHT_DIRECT },
  [ROOM_TEST_LOOP] = { "test.loop", &switch_request_type, RIGHT_TAKE_PART },
  [ROOM_STATS] = { "stats", &client_report_type, RIGHT_WATCH },
  /* its test */
  [ROOM_TEST_BEGIN] = { "test.begin", &no_request_type, RIGHT_TAKE_PART },
  [ROOM_TEST_RESULT] = { "test.result", &test_result_type, RIGHT_TAKE_PART },
};

const RoomRequestRow *
room_request_row (RoomRequestType type)
{
  g_return_val_if_fail ((guint) type < N_ROOM_REQUESTS, NULL);
  return &rows[type];
}

void
room_request_clear (RoomRequest *request)
{
  if (request->body != NULL)
    record_free (rows[request->type].body, request->body);
  memset (request, 0, sizeof *request);
}

static gboolean
find_row (const char *name, RoomRequestType *ret_type)
{
  for (guint i = 0; name != NULL && i < N_ROOM_REQUESTS; i++) {
    if (strcmp (rows[i].name, name) != 0)
      continue;
    *ret_type = (RoomRequestType) i;
    return TRUE;
  }
  return FALSE;
}

gboolean
room_request_decode (const char *text, gsize length, RoomRequest *ret_request, GError **error)
{
  g_autoptr (json_t) json = NULL;
  g_autoptr (GError) detail = NULL;

  memset (ret_request, 0, sizeof *ret_request);
  if (length > LIMIT_ROOM_MESSAGE_BYTES) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_MESSAGE_TOO_LARGE,
                 "message of %" G_GSIZE_FORMAT " bytes", length);
    return FALSE;
  }
  if (!record_parse_text (text, length, LIMIT_ROOM_MESSAGE_BYTES, &json, &detail)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MESSAGE_MALFORMED, detail->message);
    return FALSE;
  }
  const json_t *id = json_object_get (json, "id");
  ret_request->has_id = json_is_integer (id);
  ret_request->id = ret_request->has_id ? json_integer_value (id) : 0;
  if (!find_row (json_string_value (json_object_get (json, "type")), &ret_request->type)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MESSAGE_UNKNOWN, "no such type");
    return FALSE;
  }
  if (!record_decode (rows[ret_request->type].body, json, &ret_request->body, &detail)) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_MESSAGE_MALFORMED, "%s: %s",
                 rows[ret_request->type].name, detail->message);
    return FALSE;
  }
  return TRUE;
}
