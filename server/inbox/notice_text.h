/* What a notice says of a meeting, in Vietnamese and English.  Pure. */
#pragma once

#include "server/storage/notice_store.h"
#include "signaling/schedule/meeting_record.h"

typedef enum {
  NOTICE_INVITATION,
  NOTICE_CHANGED,
  NOTICE_POSTPONED,
  NOTICE_CANCELLED,
  NOTICE_REMINDER,
  NOTICE_CALL,
  NOTICE_PAPERS,
  N_NOTICE_KINDS
} NoticeKind;

const char *notice_kind_to_string (NoticeKind kind); /* "invitation", ... */

/* @host: name of the host unit; @minutes: of a reminder.  transfer full; no id yet. */
Notice *notice_of_meeting (NoticeKind kind, const MeetingRecord *meeting, const char *host,
                           guint minutes, gint64 now_ms);

/* How a call went, for the one who called.  transfer full. */
Notice *notice_of_call (const char *meeting, const char *title, guint answered, guint declined,
                        guint missed, gint64 now_ms);
/* A room that declined a call, for the one who called.  transfer full. */
Notice *notice_of_decline (const char *meeting, const char *title, const char *room, gint64 now_ms);

/* "08:30, 22/11/2026": Vietnam has one time, UTC+7, all the year.  transfer full. */
char *notice_time (gint64 ms);
