/* Calendar: meetings as iCalendar (RFC 5545, and RFC 5546 for invitations), by libical.
 *
 * Pure: records in, text out; any thread.  Every occurrence of a series is an event of its own, so
 * that one of them can be moved or cancelled in any calendar. */
#pragma once

#include "signaling/schedule/meeting_record.h"

typedef enum {
  CALENDAR_REQUEST, /* an invitation to one meeting, or its change */
  CALENDAR_CANCEL,  /* of one meeting */
  CALENDAR_PUBLISH, /* a list to look at: a feed, or a series */
} CalendarMethod;

/* Where the events come from. */
typedef struct {
  const char *public_url; /* what users type, "" when not known */
  const char *organizer;  /* address of mail, "" when there is none */
} CalendarOrigin;

typedef struct {
  const MeetingRecord *meeting;
  const char *host;  /* name of the host unit */
  const char *place; /* name of the chair's room */
  guint sequence;    /* grows with each change that was sent */
} CalendarEvent;

/* @title: of the calendar, for CALENDAR_PUBLISH, or NULL.  transfer full. */
char *calendar_format (CalendarMethod method, const CalendarOrigin *origin,
                       const CalendarEvent *events, guint n_events, const char *title,
                       gint64 now_ms);

/* The same calendar, addressed to one who is invited; NULL when @text is no calendar.  transfer
 * full. */
char *calendar_with_attendee (const char *text, const char *address);

/* "REQUEST", ... */
const char *calendar_method_name (CalendarMethod method);
