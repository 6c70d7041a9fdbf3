/* Turns: whose turn it is at a tick of a shard. All take theirs one after another, so that no tick
 * takes long; those whose turn it is not are not looked at, which would cost a miss of the cache
 * for each of hundreds.
 *
 * Owner: the shard. Members are not owned. */
#pragma once

#include "pipelines/relay/limits.h"
#include <glib.h>

typedef struct {
  GPtrArray *members[TICKS_PER_SECOND]; /* by serial */
} Turns;

/* Of every @n-th tick, whether @tick is the turn of @serial. */
static inline gboolean
turns_is_turn (guint32 serial, guint tick, guint n)
{
  return serial % n == tick % n;
}

/* @serial: spreads them, the same at both calls. */
void turns_add (Turns *turns, guint32 serial, gpointer member);
void turns_remove (Turns *turns, guint32 serial, gpointer member);
void turns_clear (Turns *turns);

/* @visit () each member whose turn of every @n-th tick is @tick. @n divides TICKS_PER_SECOND;
 * @visit () adds and removes none. */
void turns_take (const Turns *turns, guint tick, guint n,
                 void (*visit) (gpointer member, gpointer user_data), gpointer user_data);
