/* Sequence arithmetic: 16-bit sequence numbers and 32-bit timestamps unwrapped to 64 bits.
 *
 * Plain data, embedded in its owner, zero-initialised; any one thread. The first value is placed
 * one cycle up, so that packets reordered before it still unwrap to positive numbers; values up to
 * half a cycle behind the highest seen are taken as old. */
#pragma once

#include <glib.h>

typedef struct {
  guint64 highest; /* 0: nothing seen */
} SeqUnwrapper;

typedef struct {
  guint64 highest; /* 0: nothing seen */
} TsUnwrapper;

/* a - b on the circle, -32768..32767. */
static inline gint16
seq_diff (guint16 a, guint16 b)
{
  return (gint16) (guint16) (a - b);
}

/* a - b on the circle of 32 bits. */
static inline gint32
ts_diff (guint32 a, guint32 b)
{
  return (gint32) (a - b);
}

/* Unwraps without remembering. The low 16 bits of the result are @seq. */
static inline guint64
seq_unwrapper_peek (const SeqUnwrapper *self, guint16 seq)
{
  if (self->highest == 0)
    return G_GUINT64_CONSTANT (0x10000) + seq;
  return self->highest + (gint64) seq_diff (seq, (guint16) self->highest);
}

static inline guint64
seq_unwrapper_unwrap (SeqUnwrapper *self, guint16 seq)
{
  guint64 extended = seq_unwrapper_peek (self, seq);
  if (extended > self->highest)
    self->highest = extended;
  return extended;
}

/* As above for RTP timestamps; the low 32 bits of the result are @ts. */
static inline guint64
ts_unwrapper_unwrap (TsUnwrapper *self, guint32 ts)
{
  guint64 extended = self->highest == 0
                         ? G_GUINT64_CONSTANT (0x100000000) + ts
                         : self->highest + (gint64) ts_diff (ts, (guint32) self->highest);
  if (extended > self->highest)
    self->highest = extended;
  return extended;
}

/* Ticks of @clock_rate in @us microseconds (either sign, truncated), and back. Exact for any
 * interval a meeting can last. */
static inline gint64
ts_from_us (gint64 us, guint32 clock_rate)
{
  return us / G_USEC_PER_SEC * clock_rate + us % G_USEC_PER_SEC * clock_rate / G_USEC_PER_SEC;
}

static inline gint64
ts_to_us (gint64 ticks, guint32 clock_rate)
{
  return ticks / clock_rate * G_USEC_PER_SEC + ticks % clock_rate * G_USEC_PER_SEC / clock_rate;
}
