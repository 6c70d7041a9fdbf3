/* The bodies of requests as records: one struct and one table of fields each, with their bounds, as
 * openapi.json's schemas describe them.  Pure data. */
#pragma once

#include "pipelines/control/record.h"

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
} UnitNew;
RECORD_DECLARE (UnitNew, unit_new)

typedef struct {
  char *parent, *name;
} UnitChange;
RECORD_DECLARE (UnitChange, unit_change)

typedef struct {
  char *unit, *name, *technician, *phone, *email;
} EndpointNew;
RECORD_DECLARE (EndpointNew, endpoint_new)

typedef struct {
  char *name, *technician, *phone, *email;
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

typedef struct {
  char *title, *host_unit, *chair_endpoint, *starts_at, *ends_at;
  char **endpoints, **units;
} MeetingNew;
RECORD_DECLARE (MeetingNew, meeting_new)

typedef struct {
  char *title, *chair_endpoint, *starts_at, *ends_at;
  char **endpoints, **units;
} MeetingChange;
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

/* Of postpone and cancel; the times only count for the former. */
typedef struct {
  char *reason, *starts_at, *ends_at;
} Reason;
RECORD_DECLARE (Reason, reason)

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
