#include "server/commands/loop_rest.h"

#define MANY LOOP_REST_DESCRIPTORS

static void
test_due (void)
{
  static const struct {
    guint n;
    gint timeout_ms;
    gint64 since_us, expected_us;
  } rows[] = {
    { MANY - 1, -1, 0, 0 },            /* few */
    { MANY, 0, 0, 0 },                 /* something is to be done already */
    { MANY, -1, 0, LOOP_REST_US },     /* it has just been busy */
    { MANY, -1, LOOP_REST_US - 1, 1 }, /* nearly rested */
    { MANY, -1, LOOP_REST_US, 0 },     /* rested */
    { MANY, 3, 0, LOOP_REST_US },      /* a timer may be so much late */
    { MANY, 50, 4000, LOOP_REST_US - 4000 },
    { MANY, -1, -5 * G_USEC_PER_SEC, LOOP_REST_US },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (loop_rest_due_us (rows[i].n, rows[i].timeout_ms, rows[i].since_us), ==,
                     rows[i].expected_us);
}

static gboolean
on_timer (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

static guint
count_nothing (void)
{
  return 0;
}

/* Timers and other threads' wake-ups are served through it. */
static void
test_loop (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timer = g_timeout_source_new (1);
  g_autoptr (GSource) idle = g_idle_source_new ();
  guint timers = 0, idles = 0;

  loop_rest_install (context, count_nothing);
  g_source_set_callback (timer, on_timer, &timers, NULL);
  g_source_attach (timer, context);
  while (timers < 3)
    g_main_context_iteration (context, TRUE);
  g_source_set_callback (idle, on_timer, &idles, NULL);
  g_source_attach (idle, context);
  g_main_context_wakeup (context);
  while (idles == 0)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
  g_source_destroy (idle);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loop_rest/due", test_due);
  g_test_add_func ("/loop_rest/loop", test_loop);
  return g_test_run ();
}
