#include "server/commands/loop_rest.h"

/* main thread */
static gint64 woken_us;
static LoopRestCount count_others;

gint64
loop_rest_due_us (guint n_descriptors, gint timeout_ms, gint64 since_us)
{
  gint64 rest_us = LOOP_REST_US - since_us;

  if (n_descriptors < LOOP_REST_DESCRIPTORS || timeout_ms == 0 || rest_us <= 0)
    return 0;
  return MIN (rest_us, LOOP_REST_US); /* a clock that was set back */
}

static gint
rest_and_poll (GPollFD *descriptors, guint n, gint timeout_ms)
{
  guint others = count_others != NULL ? count_others () : 0;
  gint64 rest_us = loop_rest_due_us (n + others, timeout_ms, g_get_monotonic_time () - woken_us);
  gint ready;

  if (rest_us > 0) {
    g_usleep ((gulong) rest_us);
    if (timeout_ms > 0)
      timeout_ms = MAX (timeout_ms - (gint) (rest_us / 1000), 0);
  }
  ready = g_poll (descriptors, n, timeout_ms);
  woken_us = g_get_monotonic_time ();
  return ready;
}

void
loop_rest_install (GMainContext *context, LoopRestCount count)
{
  count_others = count;
  g_main_context_set_poll_func (context, rest_and_poll);
}
