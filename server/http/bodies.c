#include "server/http/bodies.h"

#include "server/storage/line_store.h"
#include "signaling/health/alarm_book.h"

#include "signaling/protocol/floor_requests.h"

#include "config/limits.h"
#include "server/auth/access_token.h"
#include "server/auth/password.h"
#include "server/capture/capture_desk.h"
#include "server/storage/report_store.h"
#include "server/storage/storage_limits.h"
#include "signaling/schedule/meeting_record.h"

/* Vietnamese letters take up to three bytes; storage counts the characters. */
#define NAME_BYTES (NAME_MAX_CHARS * 3)
#define PHONE_BYTES (PHONE_MAX_CHARS * 3)
#define TIME_BYTES 40
#define UNITS_MAX 500
#define GROUPS_MAX 100
#define LEVELS_MAX 16
#define RULE_BYTES 512 /* the longest useful rule is below 150 */
#define EXCEPTIONS_MAX 200
#define NOTICES_READ_MAX 500 /* as many as one list has */

#define REQUIRED RECORD_REQUIRED
#define OPTIONAL RECORD_OPTIONAL

/* 0: as much as there is; missing: as it is. */
#define KBPS(T, m) RECORD_FIELD_INT (T, m, OPTIONAL, 0, LINE_KBPS_MAX, LINE_KBPS_KEPT)

static const RecordField credentials_fields[] = {
  RECORD_FIELD_STRING (Credentials, user, REQUIRED, 1, LOGIN_MAX),
  RECORD_FIELD_STRING (Credentials, password, REQUIRED, 1, PASSWORD_MAX_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (Credentials, credentials);

static const RecordField password_change_fields[] = {
  RECORD_FIELD_STRING (PasswordChange, current, REQUIRED, 1, PASSWORD_MAX_BYTES),
  RECORD_FIELD_STRING (PasswordChange, new, REQUIRED, 1, PASSWORD_MAX_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PasswordChange, password_change);

static const RecordField unit_new_fields[] = {
  RECORD_FIELD_STRING (UnitNew, code, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (UnitNew, parent, OPTIONAL, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (UnitNew, level, REQUIRED, 1, UNIT_LEVEL_MAX),
  RECORD_FIELD_STRING (UnitNew, name, REQUIRED, 1, NAME_BYTES),
  KBPS (UnitNew, down_kbps),
  KBPS (UnitNew, up_kbps),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (UnitNew, unit_new);

static const RecordField unit_change_fields[] = {
  RECORD_FIELD_STRING (UnitChange, parent, OPTIONAL, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (UnitChange, name, OPTIONAL, 1, NAME_BYTES),
  KBPS (UnitChange, down_kbps),
  KBPS (UnitChange, up_kbps),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (UnitChange, unit_change);

static const RecordField endpoint_new_fields[] = {
  RECORD_FIELD_STRING (EndpointNew, unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (EndpointNew, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING (EndpointNew, technician, OPTIONAL, 0, NAME_BYTES),
  RECORD_FIELD_STRING (EndpointNew, phone, OPTIONAL, 0, PHONE_BYTES),
  RECORD_FIELD_STRING (EndpointNew, email, OPTIONAL, 0, EMAIL_MAX),
  KBPS (EndpointNew, down_kbps),
  KBPS (EndpointNew, up_kbps),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (EndpointNew, endpoint_new);

static const RecordField endpoint_change_fields[] = {
  RECORD_FIELD_STRING (EndpointChange, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING (EndpointChange, technician, OPTIONAL, 0, NAME_BYTES),
  RECORD_FIELD_STRING (EndpointChange, phone, OPTIONAL, 0, PHONE_BYTES),
  RECORD_FIELD_STRING (EndpointChange, email, OPTIONAL, 0, EMAIL_MAX),
  KBPS (EndpointChange, down_kbps),
  KBPS (EndpointChange, up_kbps),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (EndpointChange, endpoint_change);

static const RecordField user_new_fields[] = {
  RECORD_FIELD_STRING (UserNew, login, REQUIRED, 1, LOGIN_MAX),
  RECORD_FIELD_STRING (UserNew, name, REQUIRED, 1, NAME_BYTES),
  RECORD_FIELD_STRING (UserNew, role, REQUIRED, 1, 16),
  RECORD_FIELD_STRING (UserNew, unit, OPTIONAL, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (UserNew, endpoint, OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (UserNew, password, REQUIRED, 1, PASSWORD_MAX_BYTES),
  RECORD_FIELD_STRING (UserNew, email, OPTIONAL, 0, EMAIL_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (UserNew, user_new);

static const RecordField user_change_fields[] = {
  RECORD_FIELD_STRING (UserChange, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING (UserChange, role, OPTIONAL, 1, 16),
  RECORD_FIELD_STRING (UserChange, unit, OPTIONAL, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (UserChange, endpoint, OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (UserChange, password, OPTIONAL, 1, PASSWORD_MAX_BYTES),
  RECORD_FIELD_STRING (UserChange, email, OPTIONAL, 0, EMAIL_MAX),
  RECORD_FIELD_BOOL (UserChange, disabled, OPTIONAL, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (UserChange, user_change);

static const char *const kind_names[] = { "conference", "discussion", "training", NULL };
static const char *const scope_names[] = { "one", "following", "all", NULL };

/* @must: RECORD_REQUIRED of what a new meeting cannot do without. */
#define MEETING_FIELDS(T, must)                                                                    \
  RECORD_FIELD_STRING (T, title, must, 1, MEETING_TITLE_MAX * 4),                                  \
      RECORD_FIELD_STRING (T, host_unit, must, 1, UNIT_CODE_MAX),                                  \
      RECORD_FIELD_STRING (T, chair_endpoint, must, 1, LIMIT_ID_BYTES),                            \
      RECORD_FIELD_STRING (T, starts_at, must, 1, TIME_BYTES),                                     \
      RECORD_FIELD_STRING (T, ends_at, must, 1, TIME_BYTES),                                       \
      RECORD_FIELD_STRING (T, note, OPTIONAL, 0, MEETING_NOTE_MAX * 4),                            \
      RECORD_FIELD_STRING (T, recurrence, OPTIONAL, 0, RULE_BYTES),                                \
      RECORD_FIELD_ENUM (T, kind, OPTIONAL, kind_names, MEETING_CONFERENCE),                       \
      RECORD_FIELD_STRING_LIST (T, co_chairs, OPTIONAL, MEETING_CO_CHAIRS_MAX, LIMIT_ID_BYTES),    \
      RECORD_FIELD_STRING_LIST (T, endpoints, OPTIONAL, MEETING_ENDPOINTS_MAX, LIMIT_ID_BYTES),    \
      RECORD_FIELD_STRING_LIST (T, units, OPTIONAL, UNITS_MAX, UNIT_CODE_MAX),                     \
      RECORD_FIELD_STRING_LIST (T, groups, OPTIONAL, GROUPS_MAX, LIMIT_ID_BYTES),                  \
      RECORD_FIELD_STRING_LIST (T, levels, OPTIONAL, LEVELS_MAX, UNIT_LEVEL_MAX),                  \
      RECORD_FIELD_STRING_LIST (T, resources, OPTIONAL, MEETING_RESOURCES_MAX, LIMIT_ID_BYTES),    \
      RECORD_FIELD_STRING_LIST (T, exceptions, OPTIONAL, EXCEPTIONS_MAX, TIME_BYTES),              \
      RECORD_FIELD_RECORD_LIST (T, agenda, OPTIONAL, &agenda_item_type, MEETING_AGENDA_MAX),       \
      RECORD_FIELD_BOOL (T, draft, OPTIONAL, FALSE),                                               \
      RECORD_FIELD_ENUM (T, scope, OPTIONAL, scope_names, MEETING_SCOPE_ONE), RECORD_FIELDS_END

static const RecordField meeting_new_fields[] = { MEETING_FIELDS (MeetingNew, REQUIRED) };
RECORD_DEFINE (MeetingNew, meeting_new);

static const RecordField meeting_change_fields[] = { MEETING_FIELDS (MeetingChange, OPTIONAL) };
RECORD_DEFINE (MeetingChange, meeting_change);

static const RecordField group_new_fields[] = {
  RECORD_FIELD_STRING (GroupNew, unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (GroupNew, name, REQUIRED, 1, NAME_BYTES),
  RECORD_FIELD_STRING_LIST (GroupNew, endpoints, OPTIONAL, GROUP_MEMBERS_MAX, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (GroupNew, group_new);

static const RecordField group_change_fields[] = {
  RECORD_FIELD_STRING (GroupChange, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING_LIST (GroupChange, endpoints, OPTIONAL, GROUP_MEMBERS_MAX, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (GroupChange, group_change);

static const RecordField feed_new_fields[] = {
  RECORD_FIELD_STRING (FeedNew, unit, OPTIONAL, 1, UNIT_CODE_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FeedNew, feed_new);

static const RecordField mail_test_fields[] = {
  RECORD_FIELD_STRING (MailTest, to, REQUIRED, 1, EMAIL_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MailTest, mail_test);

static const RecordField notices_read_fields[] = {
  RECORD_FIELD_STRING_LIST (NoticesRead, ids, REQUIRED, NOTICES_READ_MAX, 20),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (NoticesRead, notices_read);

static const RecordField alarm_note_fields[] = {
  RECORD_FIELD_STRING (AlarmNote, text, REQUIRED, 0, ALARM_NOTE_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AlarmNote, alarm_note);

static const RecordField alarm_silence_fields[] = {
  RECORD_FIELD_INT (AlarmSilence, minutes, REQUIRED, 0, ALARM_SILENCE_MINUTES_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AlarmSilence, alarm_silence);

static const RecordField capture_ask_fields[] = {
  RECORD_FIELD_INT (CaptureAsk, seconds, OPTIONAL, 1, LIMIT_CAPTURE_SECONDS, CAPTURE_SECONDS),
  RECORD_FIELD_BOOL (CaptureAsk, payload, OPTIONAL, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CaptureAsk, capture_ask);

static const RecordField call_reply_fields[] = {
  RECORD_FIELD_BOOL (CallReply, accept, REQUIRED, FALSE),
  RECORD_FIELD_STRING (CallReply, endpoint, OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CallReply, call_reply);

static const RecordField resource_new_fields[] = {
  RECORD_FIELD_STRING (ResourceNew, unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (ResourceNew, name, REQUIRED, 1, NAME_BYTES),
  RECORD_FIELD_STRING (ResourceNew, kind, REQUIRED, 1, 16),
  RECORD_FIELD_STRING (ResourceNew, note, OPTIONAL, 0, RESOURCE_NOTE_MAX_CHARS * 4),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ResourceNew, resource_new);

static const RecordField resource_change_fields[] = {
  RECORD_FIELD_STRING (ResourceChange, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING (ResourceChange, kind, OPTIONAL, 1, 16),
  RECORD_FIELD_STRING (ResourceChange, note, OPTIONAL, 0, RESOURCE_NOTE_MAX_CHARS * 4),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ResourceChange, resource_change);

static const RecordField template_new_fields[] = {
  RECORD_FIELD_STRING (TemplateNew, unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (TemplateNew, name, REQUIRED, 1, NAME_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TemplateNew, template_new);

/* Whom a meeting, a question or a call is for. */
#define PARTICIPANT_FIELDS(T)                                                                      \
  RECORD_FIELD_STRING_LIST (T, endpoints, OPTIONAL, MEETING_ENDPOINTS_MAX, LIMIT_ID_BYTES),        \
      RECORD_FIELD_STRING_LIST (T, units, OPTIONAL, UNITS_MAX, UNIT_CODE_MAX),                     \
      RECORD_FIELD_STRING_LIST (T, groups, OPTIONAL, GROUPS_MAX, LIMIT_ID_BYTES),                  \
      RECORD_FIELD_STRING_LIST (T, levels, OPTIONAL, LEVELS_MAX, UNIT_LEVEL_MAX)

static const RecordField clash_request_fields[] = {
  RECORD_FIELD_STRING (ClashRequest, host_unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (ClashRequest, chair_endpoint, OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (ClashRequest, starts_at, REQUIRED, 1, TIME_BYTES),
  RECORD_FIELD_STRING (ClashRequest, ends_at, REQUIRED, 1, TIME_BYTES),
  RECORD_FIELD_STRING (ClashRequest, recurrence, OPTIONAL, 0, RULE_BYTES),
  RECORD_FIELD_STRING (ClashRequest, ignore, OPTIONAL, 0, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING_LIST (ClashRequest, co_chairs, OPTIONAL, MEETING_CO_CHAIRS_MAX,
                            LIMIT_ID_BYTES),
  RECORD_FIELD_STRING_LIST (ClashRequest, resources, OPTIONAL, MEETING_RESOURCES_MAX,
                            LIMIT_ID_BYTES),
  RECORD_FIELD_STRING_LIST (ClashRequest, exceptions, OPTIONAL, EXCEPTIONS_MAX, TIME_BYTES),
  PARTICIPANT_FIELDS (ClashRequest),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ClashRequest, clash_request);

static const RecordField call_new_fields[] = {
  RECORD_FIELD_STRING (CallNew, title, OPTIONAL, 1, MEETING_TITLE_MAX * 4),
  RECORD_FIELD_STRING (CallNew, host_unit, REQUIRED, 1, UNIT_CODE_MAX),
  RECORD_FIELD_STRING (CallNew, chair_endpoint, REQUIRED, 1, LIMIT_ID_BYTES),
  PARTICIPANT_FIELDS (CallNew),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CallNew, call_new);

static const RecordField paper_change_fields[] = {
  RECORD_FIELD_STRING (PaperChange, name, OPTIONAL, 1, NAME_BYTES),
  RECORD_FIELD_STRING (PaperChange, item, OPTIONAL, 1, AGENDA_ID_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PaperChange, paper_change);

static const RecordField series_patch_fields[] = {
  RECORD_FIELD_STRING (SeriesPatch, recurrence, OPTIONAL, 1, RULE_BYTES),
  RECORD_FIELD_STRING (SeriesPatch, from_occurrence, OPTIONAL, 1, TIME_BYTES),
  RECORD_FIELD_STRING (SeriesPatch, reason, OPTIONAL, 1, MEETING_REASON_MAX * 3),
  RECORD_FIELD_STRING_LIST (SeriesPatch, exceptions, OPTIONAL, EXCEPTIONS_MAX, TIME_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SeriesPatch, series_patch);

static const RecordField reason_fields[] = {
  RECORD_FIELD_STRING (Reason, reason, REQUIRED, 1, MEETING_REASON_MAX * 3),
  RECORD_FIELD_STRING (Reason, starts_at, OPTIONAL, 1, TIME_BYTES),
  RECORD_FIELD_STRING (Reason, ends_at, OPTIONAL, 1, TIME_BYTES),
  RECORD_FIELD_ENUM (Reason, scope, OPTIONAL, scope_names, MEETING_SCOPE_ONE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (Reason, reason);

static const RecordField extension_fields[] = {
  RECORD_FIELD_INT (Extension, minutes, REQUIRED, 1, ROOM_EXTEND_MINUTES_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (Extension, extension);

static const RecordField token_request_fields[] = {
  RECORD_FIELD_STRING (TokenRequest, endpoint, OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_BOOL (TokenRequest, viewer, OPTIONAL, FALSE),
  RECORD_FIELD_INT (TokenRequest, ttl_s, OPTIONAL, 60, ACCESS_TOKEN_MAX_S, ACCESS_TOKEN_DEFAULT_S),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TokenRequest, token_request);

static const RecordField minutes_text_fields[] = {
  RECORD_FIELD_INT (MinutesText, version, REQUIRED, 0, MINUTES_VERSIONS_MAX, 0),
  RECORD_FIELD_STRING (MinutesText, text, REQUIRED, 0, MINUTES_MAX_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MinutesText, minutes_text);

static const RecordField minutes_approval_fields[] = {
  RECORD_FIELD_INT (MinutesApproval, version, REQUIRED, 1, MINUTES_VERSIONS_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MinutesApproval, minutes_approval);
