/* ReplayWindow: which of the newest REPLAY_WINDOW_SIZE indices have come (RFC 3711 3.3.2). Plain
 * data, all zero at first; any thread, one at a time. */
#pragma once

#include "pipelines/transport/bounds.h"

G_BEGIN_DECLS

#define REPLAY_WINDOW_SIZE SRTP_SESSION_REPLAY_WINDOW
#define REPLAY_WINDOW_WORDS (REPLAY_WINDOW_SIZE / 64)

typedef struct {
  gboolean is_used;
  guint64 top; /* the highest that came */
  guint64 bits[REPLAY_WINDOW_WORDS];
} ReplayWindow;

/* RFC 3711 3.3.1: the index nearest to the highest one; FALSE: before the first, or past the last
 * under one key. */
static inline gboolean
replay_window_guess (const ReplayWindow *window, guint16 seq, guint64 *ret_index)
{
  gint16 ahead = (gint16) (seq - (guint16) window->top);

  if (!window->is_used)
    *ret_index = seq;
  else if (ahead < 0 && window->top < (guint64) -ahead)
    return FALSE;
  else
    *ret_index = window->top + ahead;
  return *ret_index <= SRTP_INDEX_MAX;
}

static inline guint64 *
replay_window_word (ReplayWindow *window, guint64 index)
{
  return &window->bits[index / 64 % REPLAY_WINDOW_WORDS];
}

/* FALSE: came before, or lies too far back to tell. */
static inline gboolean
replay_window_is_new (ReplayWindow *window, guint64 index)
{
  if (!window->is_used || index > window->top)
    return TRUE;
  if (window->top - index >= REPLAY_WINDOW_SIZE)
    return FALSE;
  return (*replay_window_word (window, index) >> index % 64 & 1) == 0;
}

/* Only for one that is new and authentic. */
static inline void
replay_window_add (ReplayWindow *window, guint64 index)
{
  guint64 from = window->is_used ? window->top + 1 : index;

  if (!window->is_used || index > window->top) {
    if (index - from >= REPLAY_WINDOW_SIZE)
      from = index - REPLAY_WINDOW_SIZE + 1;
    for (guint64 i = from; i < index; i++)
      *replay_window_word (window, i) &= ~(G_GUINT64_CONSTANT (1) << i % 64);
    window->top = index;
    window->is_used = TRUE;
  }
  *replay_window_word (window, index) |= G_GUINT64_CONSTANT (1) << index % 64;
}

G_END_DECLS
