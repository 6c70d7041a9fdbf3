#include "signaling/schedule/meeting_record.h"

#include <string.h>

#include "signaling/protocol/problem.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)

static MeetingRecord *
good_record (void)
{
  static const char *const endpoints[] = { "38-1", "14758-1", "38-1" };
  MeetingRecord *record = meeting_record_new ("m1");

  record->title = g_strdup ("Giao ban tháng 11");
  record->host_unit = g_strdup ("38");
  record->chair_endpoint = g_strdup ("38-1");
  record->starts_at_ms = 1000 * HOUR_MS;
  record->ends_at_ms = 1002 * (gint64) HOUR_MS;
  meeting_record_set_endpoints (record, endpoints, G_N_ELEMENTS (endpoints));
  return record;
}

static void
assert_invalid (const MeetingRecord *record, const char *field)
{
  g_autoptr (GError) error = NULL;
  const char *at_fault = NULL;

  g_assert_false (meeting_record_check (record, &at_fault, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_SCHEDULE_INVALID);
  g_assert_cmpstr (at_fault, ==, field);
}

static void
test_good (void)
{
  g_autoptr (MeetingRecord) record = good_record ();
  g_autoptr (MeetingRecord) copy = meeting_record_copy (record);

  g_assert_cmpuint (record->endpoints->len, ==, 2);
  g_assert_true (meeting_record_check (record, NULL, NULL));
  g_assert_true (meeting_record_check (copy, NULL, NULL));
  g_assert_false (meeting_record_add_endpoint (record, "14758-1"));
  g_assert_true (meeting_record_add_endpoint (record, "14759-1"));
  g_assert_true (meeting_record_is_invited (record, "14759-1"));
  g_assert_false (meeting_record_is_invited (copy, "14759-1"));
}

static void
test_title (void)
{
  static const struct {
    guint n_chars;
    gboolean is_valid;
  } rows[] = {
    { 0, FALSE }, { 1, TRUE }, { MEETING_TITLE_MAX, TRUE }, { MEETING_TITLE_MAX + 1, FALSE }
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (MeetingRecord) record = good_record ();
    g_autoptr (GString) title = g_string_new (NULL);
    for (guint k = 0; k < rows[i].n_chars; k++)
      g_string_append (title, "ộ"); /* three bytes, one character */
    g_free (record->title);
    record->title = g_strdup (title->str);
    if (rows[i].is_valid)
      g_assert_true (meeting_record_check (record, NULL, NULL));
    else
      assert_invalid (record, "title");
  }
  g_autoptr (MeetingRecord) blank = good_record ();
  g_free (blank->title);
  blank->title = g_strdup ("   ");
  assert_invalid (blank, "title");
}

static void
test_times (void)
{
  g_autoptr (MeetingRecord) record = good_record ();

  record->ends_at_ms = record->starts_at_ms;
  assert_invalid (record, "ends_at");
  record->ends_at_ms = record->starts_at_ms + MEETING_LENGTH_MAX_MS;
  g_assert_true (meeting_record_check (record, NULL, NULL));
  record->ends_at_ms++;
  assert_invalid (record, "ends_at");
  record->starts_at_ms = 0;
  assert_invalid (record, "starts_at");
}

static void
test_endpoints (void)
{
  g_autoptr (MeetingRecord) record = good_record ();

  g_free (record->chair_endpoint);
  record->chair_endpoint = g_strdup ("99-1");
  assert_invalid (record, "chair_endpoint");
  meeting_record_set_endpoints (record, NULL, 0);
  assert_invalid (record, "endpoints");
}

/* Every pair of states. */
static void
test_moves (void)
{
  static const char *const allowed[] = {
    "scheduled>open",      "scheduled>postponed", "scheduled>cancelled", "open>live",
    "open>ended",          "open>postponed",      "open>cancelled",      "live>ended",
    "postponed>scheduled", "postponed>cancelled",
  };

  for (guint from = 0; from < N_MEETING_STATES; from++) {
    for (guint to = 0; to < N_MEETING_STATES; to++) {
      g_autofree char *move =
          g_strdup_printf ("%s>%s", meeting_state_to_string ((MeetingState) from),
                           meeting_state_to_string ((MeetingState) to));
      gboolean is_allowed = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
        is_allowed |= strcmp (allowed[i], move) == 0;
      g_assert_cmpint (meeting_state_can_become ((MeetingState) from, (MeetingState) to), ==,
                       is_allowed);
    }
  }
}

static void
test_state_names (void)
{
  for (guint i = 0; i < N_MEETING_STATES; i++) {
    MeetingState state = N_MEETING_STATES;
    g_assert_true (meeting_state_from_string (meeting_state_to_string ((MeetingState) i), &state));
    g_assert_cmpint (state, ==, i);
  }
  MeetingState state = MEETING_LIVE;
  g_assert_false (meeting_state_from_string ("unknown", &state));
  g_assert_false (meeting_state_from_string (NULL, &state));
  g_assert_cmpint (state, ==, MEETING_LIVE);
}

static void
test_set_state (void)
{
  g_autoptr (MeetingRecord) record = good_record ();
  g_autoptr (GError) error = NULL;

  g_assert_true (meeting_record_set_state (record, MEETING_OPEN, NULL, 10, NULL));
  g_assert_true (meeting_record_set_state (record, MEETING_LIVE, NULL, 20, NULL));
  g_assert_cmpint (record->started_at_ms, ==, 20);
  g_assert_false (meeting_record_set_state (record, MEETING_CANCELLED, "bão", 25, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_STATE_FORBIDDEN);
  g_assert_cmpint (record->state, ==, MEETING_LIVE);
  g_assert_true (meeting_record_set_state (record, MEETING_ENDED, NULL, 30, NULL));
  g_assert_cmpint (record->ended_at_ms, ==, 30);
}

static void
test_reason (void)
{
  g_autoptr (MeetingRecord) record = good_record ();
  g_autoptr (GError) error = NULL;
  g_autofree char *long_reason = g_strnfill (MEETING_REASON_MAX + 1, 'x');

  g_assert_false (meeting_record_set_state (record, MEETING_POSTPONED, "  ", 10, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_REASON_MISSING);
  g_assert_cmpint (record->state, ==, MEETING_SCHEDULED);
  g_assert_false (meeting_record_set_state (record, MEETING_POSTPONED, long_reason, 10, NULL));
  long_reason[MEETING_REASON_MAX] = '\0';
  g_assert_true (meeting_record_set_state (record, MEETING_POSTPONED, long_reason, 10, NULL));
  g_assert_cmpstr (record->reason, ==, long_reason);
  g_assert_true (meeting_record_set_state (record, MEETING_SCHEDULED, NULL, 10, NULL));
  g_assert_null (record->reason);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/record/good", test_good);
  g_test_add_func ("/schedule/record/title", test_title);
  g_test_add_func ("/schedule/record/times", test_times);
  g_test_add_func ("/schedule/record/endpoints", test_endpoints);
  g_test_add_func ("/schedule/state/moves", test_moves);
  g_test_add_func ("/schedule/state/names", test_state_names);
  g_test_add_func ("/schedule/state/set", test_set_state);
  g_test_add_func ("/schedule/state/reason", test_reason);
  return g_test_run ();
}
