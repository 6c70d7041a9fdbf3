#include "server/inbox/reminder.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define START_MS (G_GINT64_CONSTANT (1900000000) * 1000)

static void
test_due (void)
{
  static const struct {
    gint64 now_ms;    /* before the beginning */
    gint64 booked_ms; /* before the beginning */
    guint said, expected;
  } rows[] = {
    { 61 * MINUTE_MS, 999 * MINUTE_MS, 0, 0 },
    { 60 * MINUTE_MS + 1, 999 * MINUTE_MS, 0, 0 },
    { 60 * MINUTE_MS, 999 * MINUTE_MS, 0, 60 },
    { 59 * MINUTE_MS, 999 * MINUTE_MS, 60, 0 },
    { 16 * MINUTE_MS, 999 * MINUTE_MS, 0, 60 }, /* the controller was away */
    { 15 * MINUTE_MS + 1, 999 * MINUTE_MS, 60, 0 },
    { 15 * MINUTE_MS, 999 * MINUTE_MS, 60, 15 },
    { 15 * MINUTE_MS, 999 * MINUTE_MS, 0, 15 }, /* the nearest only */
    { 14 * MINUTE_MS, 999 * MINUTE_MS, 15, 0 },
    { 1, 999 * MINUTE_MS, 60, 15 },
    { 0, 999 * MINUTE_MS, 0, 0 },
    { -1, 999 * MINUTE_MS, 0, 0 },
    { 59 * MINUTE_MS, 59 * MINUTE_MS, 0, 0 }, /* invited when the reminder would have been late */
    { 59 * MINUTE_MS, 60 * MINUTE_MS, 0, 60 },
    { 15 * MINUTE_MS, 59 * MINUTE_MS, 0, 15 },
    { 10 * MINUTE_MS, 10 * MINUTE_MS, 0, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    ReminderSubject subject = { START_MS, START_MS - rows[i].booked_ms, rows[i].said };
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpuint (reminder_due (&subject, START_MS - rows[i].now_ms), ==, rows[i].expected);
  }
}

/* Minute by minute over two hours: each once, in order. */
static void
test_each_once (void)
{
  ReminderSubject subject = { START_MS, 0, 0 };
  GString *said = g_string_new (NULL);
  for (int minute = 120; minute >= -5; minute--) {
    guint due = reminder_due (&subject, START_MS - minute * MINUTE_MS);
    if (due == 0)
      continue;
    g_string_append_printf (said, "%u@%d ", due, minute);
    subject.said = due;
  }
  g_assert_cmpstr (said->str, ==, "60@60 15@15 ");
  g_string_free (said, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reminder/due", test_due);
  g_test_add_func ("/reminder/each-once", test_each_once);
  return g_test_run ();
}
