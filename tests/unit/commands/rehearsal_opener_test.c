/* Rehearsals that open by themselves: when, and of which meetings. */
#include "server/commands/rehearsal_opener.h"
#include "tests/unit/http/fake_hub.h"
#include "tests/unit/storage/meeting_support.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define STARTS_MS (G_GINT64_CONSTANT (1795000) * 1000000)

static guint
look (int minutes_before, gint64 minutes_to_go, int problem)
{
  static const char *const rooms[] = { "100-1", "38-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (Settings) settings = settings_new ();
  MeetingHub *hub = fake_hub_new ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  RehearsalOpener opener = { settings, store.database, hub };
  meeting->starts_at_ms = STARTS_MS;
  meeting->ends_at_ms = STARTS_MS + 60 * MINUTE_MS;
  assert_works (schedule_store_add (store.database, meeting, error));
  settings->rehearsal.minutes_before = minutes_before;
  hub->problem = problem;
  guint n = rehearsal_opener_look (&opener, STARTS_MS - minutes_to_go * MINUTE_MS, 1);
  if (n > 0) {
    g_assert_cmpstr (hub->meeting, ==, "m1");
    g_assert_cmpint (hub->state, ==, MEETING_REHEARSAL);
  }
  fake_hub_free (hub);
  return n;
}

static void
test_when (void)
{
  g_assert_cmpuint (look (60, 61, -1), ==, 0);
  g_assert_cmpuint (look (60, 60, -1), ==, 1);
  g_assert_cmpuint (look (60, 1, -1), ==, 1); /* it was down before */
  g_assert_cmpuint (look (60, 0, -1), ==, 0);
  g_assert_cmpuint (look (0, 30, -1), ==, 0); /* never */
}

static void
test_default (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_assert_cmpint (settings->rehearsal.minutes_before, ==, 60);
}

/* One that cannot be opened is logged, and looked for again. */
static void
test_refused (void)
{
  g_assert_cmpuint (look (60, 30, PROBLEM_STATE_FORBIDDEN), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearsal-opener/when", test_when);
  g_test_add_func ("/rehearsal-opener/default", test_default);
  g_test_add_func ("/rehearsal-opener/refused", test_refused);
  return g_test_run ();
}
