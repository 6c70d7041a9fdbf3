/* Ringer: the calls that ring at rooms now: who was called, who answered, when it gives up.
 *
 * Pure engine: no clock, no storage; one owner thread.  A room of a call:
 *
 *   ringing --answer, or it joins--> answered
 *      |----declines---------------> declined
 *      +----RING_MS are over, or the meeting is--> missed
 *
 * A call ends when no room rings any more. */
#pragma once

#include <glib.h>

#define RING_MS (G_GINT64_CONSTANT (60) * 1000)
/* Calls at once; one a second over a whole minute is a fault or malice. */
#define RINGS_MAX 60

typedef enum { RING_RINGING, RING_ANSWERED, RING_DECLINED, RING_MISSED } RingState;

typedef struct {
  char *meeting, *title, *host; /* host: name of the unit */
  char *caller;                 /* login */
  gint64 from_ms, until_ms;
  GHashTable *rooms;             /* char *endpoint -> RingState */
  guint counts[RING_MISSED + 1]; /* rooms in each state */
} Ring;

typedef struct {
  const char *meeting, *title, *host, *caller;
  const char *const *endpoints; /* NULL-terminated */
} RingCall;

/* Neither may call back into the ringer. */
typedef struct {
  /* @endpoint rings no more. */
  void (*on_room_over) (gpointer user_data, const Ring *ring, const char *endpoint);
  /* Of every room of @ring it is known what it did. */
  void (*on_ended) (gpointer user_data, const Ring *ring, gint64 now_ms);
} RingerEvents;

typedef struct Ringer Ringer;

Ringer *ringer_new (const RingerEvents *events, gpointer user_data);
void ringer_free (Ringer *ringer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ringer, ringer_free)

/* A second call of the same meeting takes the first one's place.  NULL above RINGS_MAX; else lent
 * until the call ends. */
const Ring *ringer_start (Ringer *ringer, const RingCall *call, gint64 now_ms);
/* FALSE if @endpoint is not ringing for @meeting. */
gboolean ringer_answer (Ringer *ringer, const char *meeting, const char *endpoint, RingState state,
                        gint64 now_ms);
/* The meeting is over or cancelled. */
void ringer_stop (Ringer *ringer, const char *meeting, gint64 now_ms);
/* Gives up what rang for RING_MS. */
void ringer_tick (Ringer *ringer, gint64 now_ms);

/* The @i-th call that rings at @endpoint now, lent; NULL behind the last. */
const Ring *ringer_at (Ringer *ringer, const char *endpoint, guint i);
const Ring *ringer_get (Ringer *ringer, const char *meeting);
