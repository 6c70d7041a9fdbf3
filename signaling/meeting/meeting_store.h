/* MeetingStore: what signaling asks of storage; server/storage implements it.
 *
 * Called on the main thread, blocking (SQLite); when a call returns TRUE the data is durable: only
 * then does the hub acknowledge to the user. All structs passed in are only lent for the call; all
 * returned are the caller's (transfer full). Errors are any GError; the hub reports
 * PROBLEM_STORAGE. A NULL member is not allowed. */
#pragma once

#include <glib.h>

#include "signaling/schedule/meeting_record.h"

/* An invited endpoint with the names shown for it. */
typedef struct {
  char *endpoint;
  char *code; /* unit code */
  char *name; /* of the endpoint */
  char *unit_name;
} InvitedEndpoint;

/* A seat's lasting part: comes back exactly as it was after any restart. */
typedef struct {
  char *endpoint;
  gboolean mic_open;
  gboolean mic_locked;
  gboolean camera_on;
  gint64 hand_at_ms;   /* 0 = not raised */
  gint64 joined_at_ms; /* first join, 0 = never */
} SeatRecord;

/* A media session (a room's transport, a WHIP encoder, a WHEP viewer, an operator's view) that a
 * restarted controller takes up again if the relay still has its transport. */
typedef struct {
  char *session;  /* id, unique in its meeting */
  char *endpoint; /* "" for viewers and operators */
  char *data;     /* JSON text, opaque to storage, <= 64 KiB */
} SessionRecord;

typedef struct {
  gint64 at_ms;
  char *kind;     /* "seat.joined", "seat.left", "mic.opened", "spotlight", "meeting.state", ... */
  char *actor;    /* user or endpoint who did it; "" = the system */
  char *endpoint; /* whom it concerns, or "" */
  char *detail;   /* short text, or "" */
} MeetingEvent;

typedef struct {
  MeetingRecord *record;
  char *spotlight;     /* endpoint id or NULL */
  char *content;       /* endpoint id that shares content, or NULL */
  GPtrArray *invited;  /* InvitedEndpoint *, same order and ids as record->endpoints */
  GPtrArray *seats;    /* SeatRecord *: those ever saved */
  GPtrArray *sessions; /* SessionRecord * */
} StoredMeeting;

typedef struct {
  /* Meetings that are open or live: StoredMeeting *, array with free func. */
  gboolean (*load_running) (gpointer user_data, GPtrArray **ret_meetings, GError **error);
  /* One meeting in any state; PROBLEM_MEETING_UNKNOWN (SIGNALING_PROBLEM) when there is none. */
  gboolean (*load_meeting) (gpointer user_data, const char *meeting, StoredMeeting **ret_stored,
                            GError **error);
  /* State, reason, started_at_ms and ended_at_ms of @record, spotlight and content (or NULL), and
   * appends @event (may be NULL): one transaction. The other fields of @record are not written. */
  gboolean (*save_meeting) (gpointer user_data, const MeetingRecord *record, const char *spotlight,
                            const char *content, const MeetingEvent *event, GError **error);
  /* Inserts or replaces @n_seats seats and appends @event (may be NULL): one transaction. */
  gboolean (*save_seats) (gpointer user_data, const char *meeting, const SeatRecord *seats,
                          gsize n_seats, const MeetingEvent *event, GError **error);
  gboolean (*save_session) (gpointer user_data, const char *meeting, const SessionRecord *session,
                            GError **error);
  /* No error when there is none. */
  gboolean (*delete_session) (gpointer user_data, const char *meeting, const char *session,
                              GError **error);
  gboolean (*append_event) (gpointer user_data, const char *meeting, const MeetingEvent *event,
                            GError **error);
} MeetingStore;

InvitedEndpoint *invited_endpoint_new (const char *endpoint, const char *code, const char *name,
                                       const char *unit_name);
void invited_endpoint_free (InvitedEndpoint *invited);
SeatRecord *seat_record_new (const char *endpoint); /* camera on, mic closed, unlocked */
void seat_record_free (SeatRecord *seat);
SessionRecord *session_record_new (const char *session, const char *endpoint, const char *data);
void session_record_free (SessionRecord *session);
/* Takes @record (transfer full); the arrays are empty and have their free functions. */
StoredMeeting *stored_meeting_new (MeetingRecord *record);
void stored_meeting_free (StoredMeeting *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoredMeeting, stored_meeting_free)
