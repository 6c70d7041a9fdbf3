/* The queue of requests for the floor, as a part of a LiveState: who asked, in the order in which
 * the secretary put them; some are held at the desk of their branch until it passes them up.
 * Pure: no thread, no clock. */
#pragma once

#include "signaling/meeting/live_state.h"

/* At the end. Nothing happens if it is there. */
void queue_add (LiveState *live, const char *endpoint, gboolean held);
/* FALSE: was not there. */
gboolean queue_remove (LiveState *live, const char *endpoint);
QueueEntry *queue_find (const LiveState *live, const char *endpoint);
/* Place among those not held, from 1; 0 = not there or held. */
guint queue_place (const LiveState *live, const char *endpoint);
/* How many are not held. */
guint queue_length (const LiveState *live);
/* Up: to the end of the meeting's queue; else back to the desk. FALSE: was not there. */
gboolean queue_pass (LiveState *live, const char *endpoint, gboolean up);

/* Says whether @endpoint may be moved by who orders. */
typedef gboolean (*QueueMayMove) (const QueueEntry *entry, gconstpointer data);
/* @endpoints (NULL-terminated) come in this order. Unknown ones are passed over, those missing stay
 * behind them in the order they had; entries that may not be moved keep their places. */
void queue_order (LiveState *live, const char *const *endpoints, QueueMayMove may_move,
                  gconstpointer data);
gboolean queue_is_same (const LiveState *a, const LiveState *b);
