/* LiveState: what a running meeting is doing, beside its seats: who has the floor, who waits for
 * it, what all see. A plain value: one record table is its JSON form, kept in `meetings.live`, so
 * that a restarted controller goes on where the last one was.
 *
 * No thread, no I/O. A change is made on a copy, stored, and only then taken over: MeetingAct. */
#pragma once

#include "signaling/meeting/lobby_state.h"
#include "signaling/protocol/floor_requests.h"

#define LIVE_QUEUE_MAX 4000            /* every invited endpoint may ask */
#define LIVE_STATE_BYTES (1024 * 1024) /* 4,000 requests of 100 bytes, and as much again */
/* Who has the floor, or was asked. */
typedef struct {
  char *endpoint;
  gboolean asked;  /* its microphone waits for its answer; else it speaks */
  gint64 since_ms; /* asked, or speaking, since */
  int seconds;     /* time box, 0 = none */
  gboolean cut;    /* taken back when the time is over */
  gboolean remark; /* microphone only, no picture */
  int warned;      /* warnings given so far: 0, 1 (30 s), 2 (0 s) */
  char *before;    /* spotlight before, or NULL */
} FloorState;
RECORD_DECLARE (FloorState, floor_state)

/* A request for the floor; its time and topic are its seat's. */
typedef struct {
  char *endpoint;
  gboolean held; /* waits at the desk of its branch */
} QueueEntry;
RECORD_DECLARE (QueueEntry, queue_entry)

/* A microphone that was asked for without the floor (mic.ask). */
typedef struct {
  char *endpoint;
  gint64 at_ms;
} MicAsk;
RECORD_DECLARE (MicAsk, mic_ask)

typedef struct {
  int seconds;      /* each site is shown this long */
  char *branch;     /* unit code, or NULL = all */
  char **endpoints; /* the order; empty = by name */
  char *current;    /* on screen, or NULL */
  char *next;       /* warmed up, or NULL */
  gint64 since_ms;  /* @current is shown since */
  char *before;     /* spotlight before, or NULL */
} AutoscanState;
RECORD_DECLARE (AutoscanState, autoscan_state)

typedef struct {
  char *item;
  gint64 since_ms;
} AgendaState;
RECORD_DECLARE (AgendaState, agenda_state)

typedef struct {
  char *paper;
  int page;
  char *by; /* endpoint of who shows it, NULL = an operator */
} PaperState;
RECORD_DECLARE (PaperState, paper_state)

typedef struct {
  FloorState *floor;   /* NULL = nobody */
  GPtrArray *queue;    /* QueueEntry, in order */
  GPtrArray *mic_asks; /* MicAsk */
  Layout layout;
  char *pins[N_PIN_ROLES]; /* what seats of that role see large, or NULL */
  AutoscanState *autoscan; /* NULL = does not run */
  AgendaState *agenda;     /* NULL = no item */
  PaperState *paper;       /* NULL = none shown */
  int end_warned;          /* warnings of the end given so far: meeting_clock.c */
  gint64 end_warned_ms;    /* when the last one was given */
  LobbyState *lobby;       /* never NULL */
} LiveState;
RECORD_DECLARE (LiveState, live_record) /* free by g_autoptr (LiveState) or live_record_free () */

/* As when a meeting begins (transfer full). */
LiveState *live_state_new (void);
LiveState *live_state_copy (const LiveState *live);
/* JSON text (transfer full), and back: NULL or unreadable text (logged with @meeting) is the state
 * of a meeting that begins. Unknown members are passed over. */
char *live_state_encode (const LiveState *live);
LiveState *live_state_decode (const char *text, const char *meeting);
