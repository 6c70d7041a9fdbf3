/* Announcer: who is told that something happened to a booked meeting, so that invitations, notices
 * and the ringing of a call go out.  The routes call it; server/inbox implements it; without one
 * (NULL members) nothing is told.
 *
 * Main thread.  `record` runs inside the transaction of the deed: what it writes (outbox, notices)
 * is in storage with the deed or not at all; when it fails the deed fails.  `tell` runs after the
 * commit, once for each successful `record`: pushes to desks, rings.  Drafts are never announced.
 */
#pragma once

#include <glib.h>

typedef enum {
  MEETING_CHANGE_PUBLISHED, /* a draft or a new meeting: invitations */
  MEETING_CHANGE_CHANGED,   /* time, place, participants, agenda... of a published meeting */
  MEETING_CHANGE_POSTPONED, /* the reason stands in the meeting */
  MEETING_CHANGE_CANCELLED, /* the same */
  MEETING_CHANGE_CALLED,    /* an ad-hoc call: made, opened, rings */
  MEETING_CHANGE_PAPERS,    /* a paper was added, renamed or removed */
  MEETING_CHANGE_LISTED,    /* nobody is told, only lists and calendars are read anew: drafts
                               and states (opened, live, ended); only `tell` is called */
  N_MEETING_CHANGES
} MeetingChangeKind;

typedef struct {
  const char *meeting; /* of a change of a whole series: its first meeting concerned */
  const char *series;  /* NULL unless the change is of all meetings of @series from @meeting on:
                          then it is told once, not once per meeting */
  MeetingChangeKind kind;
  const char *actor; /* login */
  gint64 now_ms;
} MeetingAnnouncement;

typedef struct {
  gboolean (*record) (gpointer data, const MeetingAnnouncement *what, GError **error);
  void (*tell) (gpointer data, const MeetingAnnouncement *what);
} Announcer;

/* Nothing to do and TRUE without an announcer. */
gboolean announcer_record (const Announcer *announcer, gpointer data,
                           const MeetingAnnouncement *what, GError **error);
void announcer_tell (const Announcer *announcer, gpointer data, const MeetingAnnouncement *what);
