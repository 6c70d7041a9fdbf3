/* Results are made of each meeting that is over, once, from the steps that were kept; and reports
 * on one meeting and on a time stand on them. */
#include "server/reports/line_keeper.h"
#include "server/reports/line_source.h"
#include "server/reports/report_words.h"
#include "server/storage/event_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/meeting_support.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define START G_GINT64_CONSTANT (1795311000000)
#define END (START + 60 * MINUTE)

typedef struct {
  TestStore store;
  HealthStore *lines;
  LineKeeper *keeper;
} World;

static void
log_event (World *world, const char *meeting, const char *action, const char *endpoint,
           gint64 at_ms)
{
  Event event = { .at_ms = at_ms,
                  .meeting = (char *) meeting,
                  .actor = (char *) "",
                  .action = (char *) action,
                  .subject = (char *) endpoint };
  assert_works (event_store_append (world->store.database, &event, error));
}

/* It was held for an hour; 100-1 was there, 101-1 from the tenth minute on, 38-1 never. */
static void
hold (World *world, const char *id, gint64 from_ms)
{
  static const char *const endpoints[] = { "38-1", "100-1", "101-1", NULL };
  g_autoptr (MeetingRecord) record = test_meeting (id, endpoints);
  assert_works (schedule_store_add (world->store.database, record, error));
  assert_works (statement_run (world->store.database, error, NULL,
                               "UPDATE meetings SET state = 'ended', starts_ms = ?1,"
                               " started_ms = ?1, ended_ms = ?1 + 3600000 WHERE id = ?2",
                               "it", from_ms, id));
  log_event (world, id, "seat.joined", "100-1", from_ms - MINUTE);
  log_event (world, id, "seat.joined", "101-1", from_ms + 10 * MINUTE);
}

static void
add_steps (World *world, const char *endpoint, gint64 from_ms, gint64 to_ms, HealthLight light)
{
  SitePoint point = { .light = (guint8) light, .state = HEALTH_OK, .loss_up = 10 };
  for (gint64 s = from_ms / 1000; s < to_ms / 1000; s += HEALTH_STEP_FINE_S)
    health_store_add (world->lines, endpoint, HEALTH_STEP_FINE_S, s, &point);
}

static void
world_begin (World *world)
{
  world->store = test_store_with_rooms ();
  world->lines = health_store_open (NULL, NULL);
  world->keeper = line_keeper_new (world->store.database, world->lines);
  hold (world, "m1", START);
  add_steps (world, "100-1", START, END, HEALTH_LIGHT_GOOD);
  add_steps (world, "101-1", START + 10 * MINUTE, START + 40 * MINUTE, HEALTH_LIGHT_FAIR);
  add_steps (world, "101-1", START + 40 * MINUTE, END, HEALTH_LIGHT_POOR);
}

static void
world_end (World *world)
{
  line_keeper_free (world->keeper);
  health_store_close (world->lines);
  test_store_clear (&world->store);
}

static void
do_nothing (HealthDb *db, gpointer data)
{
}

static void
on_settled (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* All that was begun on the store's thread is done, and told. */
static void
settle (World *world)
{
  gboolean is_done = FALSE;
  health_store_run (world->lines, do_nothing, on_settled, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
}

/* Ticks until @made results are there. */
static void
tick_until (World *world, guint made, gint64 now_ms)
{
  for (guint i = 0; i < 10 && line_keeper_get_made (world->keeper) < made; i++) {
    line_keeper_tick (world->keeper, now_ms);
    settle (world);
  }
  g_assert_cmpuint (line_keeper_get_made (world->keeper), ==, made);
}

/* --- what is asked of the thread --- */

typedef struct {
  LineMeeting *meeting;
  LinePeriodJob *period;
  gboolean is_done;
} Asked;

static void
do_ask (HealthDb *db, gpointer data)
{
  Asked *asked = data;
  if (asked->meeting)
    line_meeting_measure (asked->meeting, db);
  else
    line_period_read (asked->period, db);
}

static void
on_asked (gpointer data)
{
  ((Asked *) data)->is_done = TRUE;
}

static LineReport *
ask_meeting (World *world, const char *id, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LineMeeting) meeting = line_meeting_load (world->store.database, id, now_ms, &error);
  Asked asked = { .meeting = meeting };
  g_assert_no_error (error);
  health_store_run (world->lines, do_ask, on_asked, &asked);
  while (!asked.is_done)
    g_main_context_iteration (NULL, TRUE);
  return line_meeting_make_report (meeting, 5 * MINUTE);
}

static LineReport *
ask_period (World *world, const LinePeriod *period)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = report_zone (NULL);
  g_autoptr (LinePeriodJob) job = line_period_load (world->store.database, period, zone, &error);
  Asked asked = { .period = job };
  g_assert_no_error (error);
  health_store_run (world->lines, do_ask, on_asked, &asked);
  while (!asked.is_done)
    g_main_context_iteration (NULL, TRUE);
  LineReport *report = line_period_make_report (job, &error);
  g_assert_no_error (error);
  return report;
}

static const LineRow *
row_of (const LineReport *report, const char *key)
{
  for (guint i = 0; i < report->rows->len; i++) {
    const LineRow *row = report->rows->pdata[i];
    if (g_str_equal (row->key, key))
      return row;
  }
  g_error ("no row %s", key);
}

/* --- tests --- */

static void
check_meeting (const LineReport *report)
{
  g_assert_cmpuint (report->rows->len, ==, 3);
  g_assert_cmpuint (report->step_s, ==, HEALTH_STEP_FINE_S);
  g_assert_cmpfloat (line_sum_availability (&row_of (report, "100-1")->sum), ==, 100);
  g_assert_cmpfloat (line_sum_availability (&row_of (report, "101-1")->sum), ==, 50);
  g_assert_cmpfloat (line_sum_availability (&row_of (report, "38-1")->sum), ==, 0);
  g_assert_cmpfloat (line_sum_punctuality (&row_of (report, "100-1")->sum), ==, 100);
  g_assert_cmpint (row_of (report, "101-1")->late_ms, ==, 10 * MINUTE);
  g_assert_cmpfloat_with_epsilon (line_sum_loss_up (&row_of (report, "100-1")->sum), 1, 1e-6);
}

/* Measured while it is not kept yet; the same from what is kept, when the steps are long gone. */
static void
test_one_meeting (void)
{
  World world;
  world_begin (&world);
  g_autoptr (LineReport) fresh = ask_meeting (&world, "m1", END + MINUTE);
  check_meeting (fresh);
  tick_until (&world, 1, END + 2 * MINUTE);
  g_autoptr (LineReport) kept = ask_meeting (&world, "m1", END + 400 * 24 * 60 * MINUTE);
  check_meeting (kept);
  world_end (&world);
}

static void
test_goes_on (void)
{
  World world;
  world_begin (&world);
  assert_works (statement_run (world.store.database, error, NULL,
                               "UPDATE meetings SET state = 'live', ended_ms = 0", ""));
  g_autoptr (LineReport) report = ask_meeting (&world, "m1", START + 20 * MINUTE);
  g_assert_false (report->is_over);
  g_assert_cmpfloat (line_sum_availability (&row_of (report, "101-1")->sum), ==, 50);
  for (guint i = 0; i < 5; i++) {
    line_keeper_tick (world.keeper, END + 9 * MINUTE);
    settle (&world);
  }
  g_assert_cmpuint (line_keeper_get_made (world.keeper), ==, 0);
  world_end (&world);
}

static void
test_once (void)
{
  World world;
  world_begin (&world);
  line_keeper_tick (world.keeper, END); /* not settled yet */
  tick_until (&world, 1, END + LINE_SETTLE_MS + 1);
  for (guint i = 0; i < 5; i++) {
    line_keeper_tick (world.keeper, END + 5 * MINUTE);
    settle (&world);
  }
  g_assert_cmpuint (line_keeper_get_made (world.keeper), ==, 1);
  hold (&world, "m2", START + 120 * MINUTE);
  tick_until (&world, 2, END + 240 * MINUTE);

  line_keeper_free (world.keeper); /* another start of the program */
  world.keeper = line_keeper_new (world.store.database, world.lines);
  hold (&world, "m3", START + 300 * MINUTE);
  tick_until (&world, 1, END + 400 * MINUTE);
  world_end (&world);
}

/* A meeting whose lines nobody measured says nothing of availability. */
static void
test_unmeasured (void)
{
  World world;
  world_begin (&world);
  hold (&world, "m2", START + 120 * MINUTE);
  g_autoptr (LineReport) report = ask_meeting (&world, "m2", START + 181 * MINUTE);
  g_assert_cmpuint (report->step_s, ==, 0);
  g_assert_cmpfloat (line_sum_availability (&report->total.sum), <, 0);
  g_assert_cmpuint (report->total.sum.on_time, ==, 1);
  world_end (&world);
}

static void
test_period (void)
{
  World world;
  LinePeriod period = {
    .group = LINE_BY_MONTH, .from_ms = START - MINUTE, .to_ms = END, .tolerance_ms = 15 * MINUTE
  };
  world_begin (&world);
  g_autoptr (LineReport) early = ask_period (&world, &period);
  g_assert_cmpuint (early->pending, ==, 1); /* it is over, and not counted yet */
  g_assert_cmpuint (early->rows->len, ==, 0);
  tick_until (&world, 1, END + 2 * MINUTE);
  g_autoptr (LineReport) month = ask_period (&world, &period);
  g_assert_cmpuint (month->pending, ==, 0);
  g_assert_cmpfloat (line_sum_availability (&row_of (month, "2026-11")->sum), ==, 50);
  g_assert_cmpuint (month->total.sum.on_time, ==, 2);
  period.root = "101";
  g_autoptr (LineReport) commune = ask_period (&world, &period);
  g_assert_cmpuint (commune->total.sites, ==, 1);
  g_assert_cmpstr (commune->host_name, ==, "Phường Ba Đình");
  period.root = NULL;
  period.endpoint = "100-1";
  g_autoptr (LineReport) room = ask_period (&world, &period);
  g_assert_cmpstr (room->title, ==, "Xã Thanh Hà");
  g_assert_cmpfloat (line_sum_availability (&room->total.sum), ==, 100);
  world_end (&world);
}

static gboolean
keeps_one (gpointer data, const char *endpoint)
{
  return g_str_equal (endpoint, data);
}

static void
test_filter (void)
{
  World world;
  world_begin (&world);
  g_autoptr (LineMeeting) meeting = line_meeting_load (world.store.database, "m1", END, NULL);
  line_meeting_filter (meeting, keeps_one, (gpointer) "101-1");
  line_meeting_measure (meeting, NULL); /* from the log alone */
  g_autoptr (LineReport) report = line_meeting_make_report (meeting, 0);
  g_assert_cmpuint (report->rows->len, ==, 1);
  g_assert_cmpint (row_of (report, "101-1")->late_ms, ==, 10 * MINUTE);
  world_end (&world);
}

/* What is under way when the program ends comes back to nobody. */
static void
test_freed (void)
{
  World world;
  world_begin (&world);
  line_keeper_tick (world.keeper, END + 2 * MINUTE);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_keeper/meeting", test_one_meeting);
  g_test_add_func ("/line_keeper/goes-on", test_goes_on);
  g_test_add_func ("/line_keeper/once", test_once);
  g_test_add_func ("/line_keeper/unmeasured", test_unmeasured);
  g_test_add_func ("/line_keeper/period", test_period);
  g_test_add_func ("/line_keeper/filter", test_filter);
  g_test_add_func ("/line_keeper/freed", test_freed);
  return g_test_run ();
}
