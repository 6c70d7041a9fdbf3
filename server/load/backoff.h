/* Backoff: when to try again. Doubling, with jitter from the first try on, so that 600 rooms do not
 * come back in the same instant. Pure; the caller gives the random number.
 */
#pragma once

#include <glib.h>

#define BACKOFF_FIRST_MS 200
#define BACKOFF_MAX_MS 5000

typedef struct {
  guint tries;
} Backoff;

void backoff_reset (Backoff *backoff);
/* Milliseconds to wait before the next try: between half and the whole of the doubled interval. */
guint backoff_next_ms (Backoff *backoff, guint32 random);
