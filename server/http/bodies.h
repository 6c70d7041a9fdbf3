/* The bodies of requests as records: one struct and one table of fields each, with their bounds, as
 * openapi.json's schemas describe them.  Pure data. */
#pragma once

#include "pipelines/control/record.h"
#include "signaling/schedule/meeting_record.h"

/* Which meetings of a series a change or a reason is for. */
typedef enum { MEETING_SCOPE_ONE, MEETING_SCOPE_FOLLOWING, MEETING_SCOPE_ALL } MeetingScope;

typedef struct {
  char *user, *password;
} Credentials;
RECORD_DECLARE (Credentials, credentials)

typedef struct {
  char *current, *new;
} PasswordChange;
RECORD_DECLARE (PasswordChange, password_change)

typedef struct {
  char *code, *parent, *level, *name;
  int down_kbps, up_kbps; /* LINE_KBPS_KEPT: not said */
} UnitNew;
RECORD_DECLARE (UnitNew, unit_new)

typedef struct {
  char *parent, *name;
  int down_kbps, up_kbps;
} UnitChange;
RECORD_DECLARE (UnitChange, unit_change)

typedef struct {
  char *unit, *name, *technician, *phone, *email;
  int down_kbps, up_kbps;
} EndpointNew;
RECORD_DECLARE (EndpointNew, endpoint_new)

typedef struct {
  char *name, *technician, *phone, *email;
  int down_kbps, up_kbps;
} EndpointChange;
RECORD_DECLARE (EndpointChange, endpoint_change)

typedef struct {
  char *login, *name, *role, *unit, *endpoint, *password, *email;
} UserNew;
RECORD_DECLARE (UserNew, user_new)

typedef struct {
  char *name, *role, *unit, *endpoint, *password, *email;
  gboolean disabled;
} UserChange;
RECORD_DECLARE (UserChange, user_change)

/* What is booked.  `entry` is read apart, by meeting_entry_update (); `recurrence` and `exceptions`
 * make a series. */
typedef struct {
  char *title, *host_unit, *chair_endpoint, *starts_at, *ends_at, *note, *recurrence;
  MeetingKind kind;
  char **co_chairs, **endpoints, **units, **groups, **levels, **resources, **exceptions;
  GPtrArray *agenda; /* AgendaItem * */
  gboolean draft;
  MeetingScope scope; /* of a change to a meeting of a series */
} MeetingNew;
RECORD_DECLARE (MeetingNew, meeting_new)

/* The same with every member optional: what is left out stays. */
typedef MeetingNew MeetingChange;
RECORD_DECLARE (MeetingChange, meeting_change)

typedef struct {
  char *unit, *name;
  char **endpoints;
} GroupNew;
RECORD_DECLARE (GroupNew, group_new)

typedef struct {
  char *name;
  char **endpoints;
} GroupChange;
RECORD_DECLARE (GroupChange, group_change)

typedef struct {
  char *unit;
} FeedNew;
RECORD_DECLARE (FeedNew, feed_new)

typedef struct {
  char *to;
} MailTest;
RECORD_DECLARE (MailTest, mail_test)

typedef struct {
  char **ids;
} NoticesRead;
RECORD_DECLARE (NoticesRead, notices_read)

typedef struct {
  char *text; /* "" takes it away */
} AlarmNote;
RECORD_DECLARE (AlarmNote, alarm_note)

typedef struct {
  int minutes; /* 0 ends it */
} AlarmSilence;
RECORD_DECLARE (AlarmSilence, alarm_silence)

typedef struct {
  gboolean accept;
  char *endpoint;
} CallReply;
RECORD_DECLARE (CallReply, call_reply)

typedef struct {
  char *unit, *name, *kind, *note;
} ResourceNew;
RECORD_DECLARE (ResourceNew, resource_new)

typedef struct {
  char *name, *kind, *note;
} ResourceChange;
RECORD_DECLARE (ResourceChange, resource_change)

/* Its `body` is read apart: a meeting without times. */
/* A capture of a room's line. */
typedef struct {
  int seconds;
  gboolean payload;
} CaptureAsk;
RECORD_DECLARE (CaptureAsk, capture_ask)

typedef struct {
  char *unit, *name;
} TemplateNew;
RECORD_DECLARE (TemplateNew, template_new)

/* What is asked of clashes; `ignore`: the meeting that is being changed. */
typedef struct {
  char *host_unit, *chair_endpoint, *starts_at, *ends_at, *recurrence, *ignore;
  char **co_chairs, **endpoints, **units, **groups, **levels, **resources, **exceptions;
} ClashRequest;
RECORD_DECLARE (ClashRequest, clash_request)

/* An ad-hoc call: who calls which rooms now. */
typedef struct {
  char *title, *host_unit, *chair_endpoint;
  char **endpoints, **units, **groups, **levels;
} CallNew;
RECORD_DECLARE (CallNew, call_new)

typedef struct {
  char *name, *item; /* item null: of the meeting as a whole */
} PaperChange;
RECORD_DECLARE (PaperChange, paper_change)

/* `reason`: of the meetings that are no longer in the rule and are cancelled by it. */
typedef struct {
  char *recurrence, *from_occurrence, *reason;
  char **exceptions;
} SeriesPatch;
RECORD_DECLARE (SeriesPatch, series_patch)

/* Of postpone and cancel; the times only count for the former. */
typedef struct {
  char *reason, *starts_at, *ends_at;
  MeetingScope scope;
} Reason;
RECORD_DECLARE (Reason, reason)

typedef struct {
  guint minutes;
} Extension;
RECORD_DECLARE (Extension, extension)

typedef struct {
  char *endpoint;
  gboolean viewer;
  gint64 ttl_s;
} TokenRequest;
RECORD_DECLARE (TokenRequest, token_request)

typedef struct {
  int version;
  char *text;
} MinutesText;
RECORD_DECLARE (MinutesText, minutes_text)

typedef struct {
  int version;
} MinutesApproval;
RECORD_DECLARE (MinutesApproval, minutes_approval)
