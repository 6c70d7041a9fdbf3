#include "signaling/protocol/floor_requests.h"

#include "config/limits.h"

const char *const layout_names[] = { "chair_content", "speaker_strip", "grid4", "grid9",
                                     "grid16",        "two_way",       NULL };
const char *const pin_role_names[] = { "site", "chair", "cochair", NULL };

#define FIELD_ENDPOINT(T, f)                                                                       \
  RECORD_FIELD_STRING (T, endpoint, RECORD_REQUIRED | RECORD_ID | (f), 1, LIMIT_ID_BYTES)

static const RecordField hand_request_fields[] = {
  RECORD_FIELD_BOOL (HandRequest, raised, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_STRING (HandRequest, topic, RECORD_NULL, 0, ROOM_TOPIC_CHARS * 4),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (HandRequest, hand_request);

static const RecordField queue_order_request_fields[] = {
  RECORD_FIELD_STRING_LIST (QueueOrderRequest, endpoints, RECORD_REQUIRED, ROOM_ORDER_MAX,
                            LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (QueueOrderRequest, queue_order_request);

static const RecordField queue_pass_up_request_fields[] = {
  FIELD_ENDPOINT (QueuePassUpRequest, 0),
  RECORD_FIELD_BOOL (QueuePassUpRequest, up, RECORD_REQUIRED, TRUE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (QueuePassUpRequest, queue_pass_up_request);

static const RecordField floor_grant_request_fields[] = {
  FIELD_ENDPOINT (FloorGrantRequest, 0),
  RECORD_FIELD_INT (FloorGrantRequest, seconds, 0, 0, ROOM_SPEAKING_SECONDS_MAX, -1),
  RECORD_FIELD_BOOL (FloorGrantRequest, cut, 0, FALSE),
  RECORD_FIELD_BOOL (FloorGrantRequest, picture, 0, TRUE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FloorGrantRequest, floor_grant_request);

static const RecordField floor_next_request_fields[] = {
  RECORD_FIELD_INT (FloorGrantRequest, seconds, 0, 0, ROOM_SPEAKING_SECONDS_MAX, -1),
  RECORD_FIELD_BOOL (FloorGrantRequest, cut, 0, FALSE),
  RECORD_FIELD_BOOL (FloorGrantRequest, picture, 0, TRUE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FloorGrantRequest, floor_next_request);

static const RecordField floor_extend_request_fields[] = {
  RECORD_FIELD_INT (FloorExtendRequest, seconds, RECORD_REQUIRED, 1, ROOM_SPEAKING_SECONDS_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FloorExtendRequest, floor_extend_request);

static const RecordField floor_answer_request_fields[] = {
  RECORD_FIELD_BOOL (FloorAnswerRequest, accept, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FloorAnswerRequest, floor_answer_request);

static const RecordField consent_request_fields[] = {
  RECORD_FIELD_BOOL (ConsentRequest, standing, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ConsentRequest, consent_request);

static const RecordField layout_request_fields[] = {
  RECORD_FIELD_ENUM (LayoutRequest, kind, RECORD_REQUIRED, layout_names, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LayoutRequest, layout_request);

static const RecordField pin_request_fields[] = {
  RECORD_FIELD_ENUM (PinRequest, role, RECORD_REQUIRED, pin_role_names, 0),
  FIELD_ENDPOINT (PinRequest, RECORD_NULL),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PinRequest, pin_request);

static const RecordField autoscan_start_request_fields[] = {
  RECORD_FIELD_INT (AutoscanStartRequest, seconds, RECORD_REQUIRED, ROOM_AUTOSCAN_SECONDS_MIN,
                    ROOM_AUTOSCAN_SECONDS_MAX, 0),
  RECORD_FIELD_STRING_LIST (AutoscanStartRequest, endpoints, 0, ROOM_ORDER_MAX, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (AutoscanStartRequest, branch, RECORD_NULL | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AutoscanStartRequest, autoscan_start_request);

static const RecordField agenda_go_request_fields[] = {
  RECORD_FIELD_STRING (AgendaGoRequest, item, RECORD_REQUIRED | RECORD_NULL | RECORD_ID, 1,
                       LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AgendaGoRequest, agenda_go_request);

static const RecordField paper_show_request_fields[] = {
  RECORD_FIELD_STRING (PaperShowRequest, paper, RECORD_REQUIRED | RECORD_NULL | RECORD_ID, 1,
                       LIMIT_ID_BYTES),
  RECORD_FIELD_INT (PaperShowRequest, page, 0, 1, ROOM_PAGES_MAX, 1),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PaperShowRequest, paper_show_request);

static const RecordField paper_page_request_fields[] = {
  RECORD_FIELD_INT (PaperPageRequest, page, RECORD_REQUIRED, 1, ROOM_PAGES_MAX, 1),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PaperPageRequest, paper_page_request);

static const RecordField meeting_extend_request_fields[] = {
  RECORD_FIELD_INT (MeetingExtendRequest, minutes, RECORD_REQUIRED, 1, ROOM_EXTEND_MINUTES_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MeetingExtendRequest, meeting_extend_request);
