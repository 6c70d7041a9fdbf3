/* MeetingStore: what signaling asks of storage; server/storage implements it.
 *
 * Called on the main thread, blocking (SQLite); when a call returns TRUE the data is durable: only
 * then does the hub acknowledge to the user. All structs passed in are only lent for the call; all
 * returned are the caller's (transfer full). Errors are any GError; the hub reports
 * PROBLEM_STORAGE. A NULL member is not allowed. */
#pragma once

#include <glib.h>

#include "signaling/meeting/test_run.h"
#include "signaling/meeting/vote.h"
#include "signaling/schedule/meeting_record.h"

/* What an endpoint's line may carry, in kbit/s; 0 = as much as there is. */
typedef struct {
  guint down_kbps, up_kbps; /* of the room alone */
  char *shared;             /* id of the line that it shares with others, or NULL */
  guint shared_down_kbps, shared_up_kbps;
} InvitedLine;

/* An invited endpoint with the names shown for it. */
typedef struct {
  char *endpoint;
  char *code; /* unit code */
  char *name; /* of the endpoint */
  char *unit_name;
  char *level;  /* of its unit: "commune", ...; "" = not known */
  char *path;   /* codes from the top of the tree, each with '/' behind: "VN/38/14758/" */
  char *branch; /* code of the unit right below the host unit that it sits under, or NULL */
  InvitedLine line;
} InvitedEndpoint;

/* A seat's lasting part: comes back exactly as it was after any restart. */
typedef struct {
  char *endpoint;
  gboolean mic_open;
  gboolean mic_locked;
  gboolean camera_on;
  gint64 hand_at_ms;   /* 0 = not raised */
  gint64 joined_at_ms; /* first join, 0 = never */
  gboolean consent;    /* the room lets others open its microphone */
  char *topic;         /* of its request for the floor, or NULL */
  gboolean admitted;   /* was let in: does not wait, comes back into a locked meeting */
  gboolean barred;     /* was taken out and may not come back */
  gboolean camera_locked;
  char *shown_name;  /* in this meeting, or NULL = the endpoint's own */
  int head_count;    /* people in the room, -1 = not told */
  int head_expected; /* -1 = not told */
  int roll_mark;     /* index of roll_mark_names; 0 = not called yet */
  char *roll_reason; /* why excused or absent, or NULL */
} SeatRecord;

/* A line of a meeting's chat. */
typedef struct {
  gint64 id; /* ascending; given by storage */
  gint64 at_ms;
  char *endpoint; /* NULL = one without a seat */
  char *name;
  char *text;
} ChatLine;

#define CHAT_LINES_TOLD 100 /* what a room that joins reads back */

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
  char *source;   /* numeric address it was done from, "" or NULL = from here */
} MeetingEvent;

/* A paper of the meeting, as it may be shown. */
typedef struct {
  char *id;
  char *name;
  char *type; /* "application/pdf" */
  char *item; /* of the agenda, or NULL */
  gint64 bytes;
  int pages; /* 0 = not known */
} MeetingPaper;

typedef struct {
  MeetingRecord *record;
  char *spotlight;     /* endpoint id or NULL */
  char *content;       /* endpoint id that shares content, or NULL */
  char *live;          /* JSON text of live_state.h, or NULL */
  GPtrArray *invited;  /* InvitedEndpoint *, same order and ids as record->endpoints */
  GPtrArray *seats;    /* SeatRecord *: those ever saved */
  GPtrArray *sessions; /* SessionRecord * */
  GPtrArray *papers;   /* MeetingPaper * */
  Vote *vote;          /* the last one, with its ballots; NULL = there was none */
  GPtrArray *chat;     /* ChatLine *: the last ones, oldest first */
  GPtrArray *tests;    /* TestRun *: the last one of each endpoint that tested itself */
} StoredMeeting;

/* What one act changes. NULL, 0 and FALSE: unchanged. */
typedef struct {
  /* state, reason, ends_at_ms, started_at_ms and ended_at_ms; its other fields are not written */
  const MeetingRecord *record;
  gboolean has_stage;
  const char *spotlight, *content; /* with has_stage: endpoint or NULL */
  const char *live;                /* JSON text, "" = none */
  const char *rehearsal;           /* JSON text: how the rehearsal went */
  const GPtrArray *seats;          /* SeatRecord *: inserted or replaced */
  const GPtrArray *events;         /* MeetingEvent *, appended in order */
  const Vote *vote;                /* its head: inserted, or its state and result written */
  const VoteBallot *ballot;        /* inserted; fails when that endpoint has voted */
  ChatLine *chat;                  /* inserted; its id is set */
  const TestRun *test;             /* inserted, the last of its endpoint from now on */
} StoredAct;

typedef struct {
  /* Meetings that are open or live: StoredMeeting *, array with free func. */
  gboolean (*load_running) (gpointer user_data, GPtrArray **ret_meetings, GError **error);
  /* One meeting in any state; PROBLEM_MEETING_UNKNOWN (SIGNALING_PROBLEM) when there is none. */
  gboolean (*load_meeting) (gpointer user_data, const char *meeting, StoredMeeting **ret_stored,
                            GError **error);
  /* All that one act changes, in one transaction. Fails with PROBLEM_MEETING_UNKNOWN when there is
   * no such meeting. */
  gboolean (*save_act) (gpointer user_data, const char *meeting, const StoredAct *act,
                        GError **error);
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
/* @path and @host_path as in units.path; sets level, path and branch. */
void invited_endpoint_set_unit (InvitedEndpoint *invited, const char *level, const char *path,
                                const char *host_path);
/* It sits in the subtree of the unit @code. */
gboolean invited_endpoint_is_below (const InvitedEndpoint *invited, const char *code);
void invited_endpoint_set_line (InvitedEndpoint *invited, const InvitedLine *line);
void invited_endpoint_free (InvitedEndpoint *invited);
SeatRecord *seat_record_new (const char *endpoint); /* camera on, mic closed, unlocked */
SeatRecord *seat_record_copy (const SeatRecord *seat);
/* As of a seat that never came, for the meeting after its rehearsal: a name, a bar, an excuse given
 * beforehand and a standing consent stay. */
void seat_record_reset (SeatRecord *seat);
void seat_record_free (SeatRecord *seat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SeatRecord, seat_record_free)
void chat_line_free (ChatLine *line);
void meeting_event_free (MeetingEvent *event);
void meeting_paper_free (MeetingPaper *paper);
SessionRecord *session_record_new (const char *session, const char *endpoint, const char *data);
void session_record_free (SessionRecord *session);
/* Takes @record (transfer full); the arrays are empty and have their free functions. */
StoredMeeting *stored_meeting_new (MeetingRecord *record);
void stored_meeting_free (StoredMeeting *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoredMeeting, stored_meeting_free)
