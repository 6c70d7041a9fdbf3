/* A room's test: its plan, its result. */
#include "signaling/meeting/testing.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"

gboolean
testing_is_allowed (const Meeting *meeting, const Seat *seat)
{
  MeetingState state = meeting->record->state;

  return state == MEETING_REHEARSAL || state == MEETING_OPEN ||
         (state == MEETING_LIVE && seat_is_outside (seat));
}

gboolean
testing_is_under_way (const Seat *seat, gint64 now_us)
{
  return seat->test != NULL && seat->state == SEAT_CONNECTED && now_us - seat->test_us < TESTING_US;
}

void
testing_note_line (Seat *seat, const LineStats *stats, gint64 now_us)
{
  gboolean is_short = stats->estimate_bps > 0 &&
                      stats->estimate_bps * 100 < stats->target_bps * TESTING_NARROW_PERCENT;

  if (is_short && testing_is_under_way (seat, now_us))
    seat->test_short_s++;
}

TestLight
testing_light (const Seat *seat)
{
  return seat->tested != NULL ? seat->tested->light : TEST_LIGHT_NONE;
}

void
testing_restore (Meeting *meeting, const StoredMeeting *stored)
{
  for (guint i = 0; i < stored->tests->len; i++) {
    const TestRun *run = g_ptr_array_index (stored->tests, i);
    Seat *seat = meeting_find_seat (meeting, run->endpoint);
    if (seat == NULL)
      continue; /* no longer invited */
    test_run_free (seat->tested);
    seat->tested = test_run_copy (run);
  }
}

/* --- the plan --- */

static guint
least_of (guint kbps, guint bound)
{
  return bound > 0 ? MIN (kbps, bound) : kbps;
}

/* What the meeting asks of this line, which its own bounds may keep lower. */
static guint
planned_kbps (const Meeting *meeting, const Seat *seat)
{
  const MeetingHubConfig *config = &meeting->hub->config;
  const InvitedLine *line = &seat->info->line;
  guint down = line->down_kbps > 0 ? line->down_kbps : config->room_down_kbps;
  guint up = line->up_kbps > 0 ? line->up_kbps : config->room_up_kbps;

  return least_of (least_of (TESTING_KBPS, down), up);
}

gboolean
room_on_test_begin (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  Seat *seat = connection->seat;

  if (!testing_is_allowed (connection->meeting, seat))
    return room_refuse (PROBLEM_TEST_NOT_NOW, error);
  g_free (seat->test);
  seat->test = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  seat->test_us = connection->hub->now_us;
  seat->test_short_s = 0;
  room_connection_send (connection, room_message_ok (request));
  *ret_is_answered = TRUE;
  room_connection_send (
      connection, room_message_test_plan (seat->test, planned_kbps (connection->meeting, seat)));
  return TRUE;
}

/* --- the result --- */

/* The mean of the last seconds, those of the test. */
static void
measure_losses (const HealthSite *site, RelayLine *line)
{
  guint up = 0, down = 0, n = 0;

  for (gint64 s = site->points.newest_s; s > site->points.newest_s - TEST_SECONDS; s--) {
    const SitePoint *point = second_ring_get (&site->points, s);
    if (point == NULL)
      continue;
    up += point->loss_up;
    down += point->loss_down;
    n++;
  }
  if (n == 0)
    return;
  line->up_loss = (int) ((up + n / 2) / n);
  line->down_loss = (int) ((down + n / 2) / n);
}

static RelayLine
relay_line (const Seat *seat)
{
  const HealthSite *site = seat->health;
  RelayLine line = { TEST_UNKNOWN, TEST_UNKNOWN, TEST_UNKNOWN, TEST_UNKNOWN };

  if (site == NULL || site->now.line.at_us == 0)
    return line;
  line = (RelayLine){ site->now.line.up_loss_permille, site->now.line.down_loss_permille,
                      site->now.line.rtt_ms, seat->test_short_s < TESTING_SHORT_S };
  measure_losses (site, &line);
  return line;
}

static TestRun *
judge (const Meeting *meeting, const Seat *seat, const TestResult *result)
{
  const HealthConfig *lights = health_board_get_config (meeting->hub->health);
  TestTerms terms = { lights->fair_permille, lights->poor_permille, planned_kbps (meeting, seat) };
  RelayLine relay = relay_line (seat);
  TestVerdict verdict;

  room_test_judge (result, &relay, &terms, &verdict);
  return test_run_new (seat->info->endpoint, hub_wall_ms (meeting->hub), result, &relay, &verdict);
}

/* Stored with its line in the log, then the seat's. */
static gboolean
keep (RoomConnection *connection, TestRun *run, GError **error)
{
  g_autoptr (TestRun) owned = run;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  act.test = run;
  meeting_act_log (&act, "test.done", run->endpoint, test_light_names[run->light]);
  if (!meeting_act_commit (&act, error))
    return FALSE;
  test_run_free (seat->tested);
  seat->tested = g_steal_pointer (&owned);
  seat->tested_us = connection->hub->now_us;
  g_clear_pointer (&seat->test, g_free);
  return TRUE;
}

/* A room that did not hear the answer tells its result again: it is kept once. */
static gboolean
is_kept (const Seat *seat, const TestResult *result)
{
  return seat->tested != NULL && g_strcmp0 (seat->tested->test, result->test) == 0;
}

static gboolean
is_too_soon (const RoomConnection *connection)
{
  const Seat *seat = connection->seat;

  return seat->tested_us != 0 && connection->hub->now_us - seat->tested_us < TESTING_INTERVAL_US;
}

gboolean
room_on_test_result (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const TestResult *result = request->body;
  Seat *seat = connection->seat;

  if (!testing_is_allowed (connection->meeting, seat))
    return room_refuse (PROBLEM_TEST_NOT_NOW, error);
  if (!is_kept (seat, result)) {
    if (is_too_soon (connection))
      return room_refuse (PROBLEM_MESSAGE_TOO_MANY, error);
    if (!keep (connection, judge (connection->meeting, seat, result), error))
      return FALSE;
  }
  const TestRun *run = seat->tested;
  room_connection_send (connection, room_message_ok (request));
  *ret_is_answered = TRUE;
  room_connection_send (connection,
                        room_message_test_verdict (run->test, test_light_names[run->light],
                                                   test_run_advice_to_json (run)));
  return TRUE;
}
