#include "signaling/protocol/lobby_messages.h"

#include "config/limits.h"

#define BYTES(chars) (4 * (chars)) /* UTF-8 */

#define FIELD_ENDPOINT(T)                                                                          \
  RECORD_FIELD_STRING (T, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES)
#define FIELD_BRANCH(T) RECORD_FIELD_STRING (T, branch, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES)

static const RecordField lobby_admit_request_fields[] = {
  RECORD_FIELD_STRING_LIST (LobbyAdmitRequest, endpoints, 0, ROOM_ENDPOINTS_MAX, LIMIT_ID_BYTES),
  FIELD_BRANCH (LobbyAdmitRequest),
  RECORD_FIELD_BOOL (LobbyAdmitRequest, all, 0, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LobbyAdmitRequest, lobby_admit_request);

static const RecordField lobby_message_request_fields[] = {
  RECORD_FIELD_STRING (LobbyMessageRequest, text, RECORD_REQUIRED | RECORD_NULL, 0,
                       BYTES (ROOM_NOTICE_CHARS)),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LobbyMessageRequest, lobby_message_request);

static const RecordField meeting_lock_request_fields[] = {
  RECORD_FIELD_BOOL (MeetingLockRequest, locked, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MeetingLockRequest, meeting_lock_request);

static const RecordField seat_remove_request_fields[] = {
  FIELD_ENDPOINT (SeatRemoveRequest),
  RECORD_FIELD_BOOL (SeatRemoveRequest, bar, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_STRING (SeatRemoveRequest, reason, RECORD_NULL, 0, BYTES (ROOM_REASON_CHARS)),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SeatRemoveRequest, seat_remove_request);

static const RecordField seat_camera_request_fields[] = {
  FIELD_ENDPOINT (SeatCameraRequest),
  RECORD_FIELD_BOOL (SeatCameraRequest, off, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SeatCameraRequest, seat_camera_request);

static const RecordField seat_rename_request_fields[] = {
  FIELD_ENDPOINT (SeatRenameRequest),
  RECORD_FIELD_STRING (SeatRenameRequest, name, RECORD_REQUIRED | RECORD_NULL, 1,
                       BYTES (ROOM_NAME_CHARS)),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SeatRenameRequest, seat_rename_request);

static const RecordField mute_all_request_fields[] = {
  RECORD_FIELD_STRING_LIST (MuteAllRequest, except, 0, ROOM_ENDPOINTS_MAX, LIMIT_ID_BYTES),
  FIELD_BRANCH (MuteAllRequest),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MuteAllRequest, mute_all_request);

static const RecordField message_target_fields[] = {
  RECORD_FIELD_STRING (MessageTarget, endpoint, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES),
  FIELD_BRANCH (MessageTarget),
  RECORD_FIELD_BOOL (MessageTarget, all, 0, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MessageTarget, message_target);

static const RecordField message_request_fields[] = {
  { RECORD_FIELD_BASE (MessageRequest, to, RECORD_RECORD, RECORD_REQUIRED),
    .type = &message_target_type },
  RECORD_FIELD_STRING (MessageRequest, text, RECORD_REQUIRED, 1, BYTES (ROOM_NOTICE_CHARS)),
  RECORD_FIELD_INT (MessageRequest, seconds, 0, 0, ROOM_NOTICE_SECONDS, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MessageRequest, message_request);

static const RecordField chat_request_fields[] = {
  RECORD_FIELD_STRING (ChatRequest, text, RECORD_REQUIRED, 1, BYTES (ROOM_CHAT_CHARS)),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ChatRequest, chat_request);

static const RecordField chat_close_request_fields[] = {
  RECORD_FIELD_BOOL (ChatCloseRequest, closed, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ChatCloseRequest, chat_close_request);

const char *const roll_mark_names[] = { "none", "present", "absent", "excused", NULL };

static const RecordField roll_mark_request_fields[] = {
  RECORD_FIELD_STRING (RollMarkRequest, endpoint, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING_LIST (RollMarkRequest, endpoints, 0, ROOM_ENDPOINTS_MAX, LIMIT_ID_BYTES),
  RECORD_FIELD_ENUM (RollMarkRequest, mark, RECORD_REQUIRED | RECORD_NULL, roll_mark_names, 0),
  RECORD_FIELD_STRING (RollMarkRequest, reason, RECORD_NULL, 0, BYTES (ROOM_REASON_CHARS)),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (RollMarkRequest, roll_mark_request);

static const RecordField head_count_request_fields[] = {
  RECORD_FIELD_INT (HeadCountRequest, present, RECORD_REQUIRED, 0, ROOM_HEAD_COUNT_MAX, 0),
  RECORD_FIELD_INT (HeadCountRequest, expected, RECORD_NULL, 0, ROOM_HEAD_COUNT_MAX, -1),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (HeadCountRequest, head_count_request);

const char *const vote_majority_names[] = { "simple", "absolute", "two_thirds", NULL };
const char *const vote_base_names[] = { "present", "invited", NULL };

static const RecordField vote_open_request_fields[] = {
  RECORD_FIELD_STRING (VoteOpenRequest, question, RECORD_REQUIRED, 1, BYTES (VOTE_QUESTION_CHARS)),
  RECORD_FIELD_STRING_LIST (VoteOpenRequest, choices, 0, VOTE_CHOICES_MAX,
                            BYTES (VOTE_CHOICE_CHARS)),
  RECORD_FIELD_BOOL (VoteOpenRequest, secret, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_ENUM (VoteOpenRequest, majority, RECORD_REQUIRED, vote_majority_names, 0),
  RECORD_FIELD_ENUM (VoteOpenRequest, base, RECORD_REQUIRED, vote_base_names, 0),
  RECORD_FIELD_INT (VoteOpenRequest, quorum_percent, 0, 0, 100, 0),
  RECORD_FIELD_INT (VoteOpenRequest, seconds, 0, 0, VOTE_SECONDS_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (VoteOpenRequest, vote_open_request);

static const RecordField vote_cast_request_fields[] = {
  RECORD_FIELD_STRING (VoteCastRequest, vote, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (VoteCastRequest, choice, RECORD_REQUIRED, 0, VOTE_CHOICES_MAX - 1, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (VoteCastRequest, vote_cast_request);

static const RecordField vote_request_fields[] = {
  RECORD_FIELD_STRING (VoteRequest, vote, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (VoteRequest, vote_request);
