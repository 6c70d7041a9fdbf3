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

static void
add_item (MeetingRecord *record, const char *id, const char *title, const char *endpoint)
{
  AgendaItem item = { (char *) id, (char *) title, (char *) "Sở Nội vụ", (char *) endpoint, 15 };
  g_ptr_array_add (record->agenda, agenda_item_copy (&item));
}

/* A copy holds all of it, and lives on without the original. */
static void
test_copy_all (void)
{
  static const char *const co_chairs[] = { "14758-1", "38-1", "14758-1" };
  static const char *const resources[] = { "r1", "r2", "r1" };
  MeetingRecord *record = good_record ();
  record->kind = MEETING_TRAINING;
  record->note = g_strdup ("Trang phục: lễ phục");
  record->series = g_strdup ("s1");
  record->occurrence_ms = 7;
  record->published_at_ms = 8;
  record->entry.quorum_percent = 66;
  record->rehearsal = g_strdup ("{}");
  meeting_record_set_co_chairs (record, co_chairs, G_N_ELEMENTS (co_chairs));
  meeting_record_set_resources (record, resources, G_N_ELEMENTS (resources));
  add_item (record, "i1", "Khai mạc", "38-1");
  g_autoptr (MeetingRecord) copy = meeting_record_copy (record);
  meeting_record_free (record);
  g_assert_true (meeting_record_check (copy, NULL, NULL));
  g_assert_cmpint (copy->kind, ==, MEETING_TRAINING);
  g_assert_cmpstr (copy->note, ==, "Trang phục: lễ phục");
  g_assert_cmpstr (copy->series, ==, "s1");
  g_assert_cmpint (copy->occurrence_ms, ==, 7);
  g_assert_cmpint (copy->published_at_ms, ==, 8);
  g_assert_cmpuint (copy->entry.quorum_percent, ==, 66);
  g_assert_true (copy->entry.camera && copy->entry.chat && copy->entry.recording);
  g_assert_cmpstr (copy->rehearsal, ==, "{}");
  g_assert_cmpuint (copy->co_chairs->len, ==, 1); /* the chair is no co-chair */
  g_assert_true (meeting_record_is_co_chair (copy, "14758-1"));
  g_assert_cmpuint (copy->resources->len, ==, 2);
  g_assert_cmpuint (copy->agenda->len, ==, 1);
  const AgendaItem *item = copy->agenda->pdata[0];
  g_assert_cmpstr (item->title, ==, "Khai mạc");
  g_assert_cmpuint (item->minutes, ==, 15);
}

static void
test_co_chairs (void)
{
  g_autoptr (MeetingRecord) record = good_record ();
  static const char *const stranger[] = { "99-1" };
  meeting_record_set_co_chairs (record, stranger, 1);
  assert_invalid (record, "co_chairs");
  g_ptr_array_set_size (record->co_chairs, 0);
  for (guint i = 0; i <= MEETING_CO_CHAIRS_MAX; i++) {
    g_autofree char *id = g_strdup_printf ("%u-1", 500 + i);
    meeting_record_add_endpoint (record, id);
    g_assert_true (meeting_record_check (record, NULL, NULL));
    g_ptr_array_add (record->co_chairs, g_steal_pointer (&id));
  }
  assert_invalid (record, "co_chairs");
}

static void
test_agenda (void)
{
  static const struct {
    const char *id, *title, *endpoint;
    gboolean is_valid;
  } rows[] = { { "b", "Báo cáo", NULL, TRUE },    { "b", "Báo cáo", "14758-1", TRUE },
               { "b", "Báo cáo", "99-1", FALSE }, { "a", "cùng mã", NULL, FALSE },
               { "b", "  ", NULL, FALSE },        { NULL, "không có mã", NULL, FALSE } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (MeetingRecord) record = good_record ();
    add_item (record, "a", "Khai mạc", NULL);
    add_item (record, rows[i].id, rows[i].title, rows[i].endpoint);
    if (rows[i].is_valid)
      g_assert_true (meeting_record_check (record, NULL, NULL));
    else
      assert_invalid (record, "agenda");
  }
}

static void
test_agenda_bounds (void)
{
  g_autoptr (MeetingRecord) record = good_record ();
  for (guint i = 0; i <= MEETING_AGENDA_MAX; i++) {
    g_autofree char *id = g_strdup_printf ("i%u", i);
    g_assert_true (meeting_record_check (record, NULL, NULL));
    add_item (record, id, "Mục", NULL);
  }
  assert_invalid (record, "agenda");
  for (guint extra = 0; extra < 2; extra++) {
    g_autofree char *title = g_strnfill (AGENDA_TITLE_MAX + extra, 'x');
    g_autoptr (MeetingRecord) one = good_record ();
    add_item (one, "a", title, NULL);
    g_assert_cmpint (meeting_record_check (one, NULL, NULL), ==, extra == 0);
    g_ptr_array_set_size (one->agenda, 0);
    one->note = g_strnfill (MEETING_NOTE_MAX + extra, 'x');
    g_assert_cmpint (meeting_record_check (one, NULL, NULL), ==, extra == 0);
  }
}

static void
test_kinds (void)
{
  for (guint i = 0; i < N_MEETING_KINDS; i++) {
    MeetingKind kind = N_MEETING_KINDS;
    g_assert_true (meeting_kind_from_string (meeting_kind_to_string ((MeetingKind) i), &kind));
    g_assert_cmpint (kind, ==, i);
  }
  MeetingKind kind = MEETING_TRAINING;
  g_assert_false (meeting_kind_from_string ("party", &kind));
  g_assert_false (meeting_kind_from_string (NULL, &kind));
  g_assert_cmpint (kind, ==, MEETING_TRAINING);
}

static gboolean
update_entry (MeetingEntry *entry, const char *text)
{
  g_autoptr (json_t) json = json_loads (text, 0, NULL);
  g_autoptr (GError) error = NULL;
  gboolean updated = meeting_entry_update (entry, json, &error);
  g_assert_true (updated == (error == NULL));
  if (error)
    g_assert_true (g_str_has_prefix (error->message, "entry"));
  return updated;
}

static void
test_entry (void)
{
  MeetingEntry entry = meeting_entry_default;
  g_assert_true (update_entry (&entry, "{\"mic\": \"on\", \"quorum_percent\": 100}"));
  g_assert_true (update_entry (&entry, "{\"recording\": \"forbidden\", \"new\": 1}"));
  g_assert_true (update_entry (&entry, "{\"minutes_per_speaker\": 240}"));
  g_assert_true (entry.mic && entry.camera && entry.chat && !entry.recording);
  g_assert_cmpuint (entry.quorum_percent, ==, 100);
  static const char *const bad[] = { "{\"mic\": \"maybe\"}",
                                     "{\"mic\": true}",
                                     "{\"quorum_percent\": 101}",
                                     "{\"quorum_percent\": -1}",
                                     "{\"minutes_per_speaker\": 241}",
                                     "{\"waiting_room\": \"yes\"}",
                                     "[]",
                                     "null" };
  MeetingEntry before = entry;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (update_entry (&entry, bad[i]));
  g_assert_cmpmem (&entry, sizeof entry, &before, sizeof before);
}

/* Every pair of states. */
static void
test_moves (void)
{
  static const char *const allowed[] = {
    "scheduled>open",      "scheduled>postponed", "scheduled>cancelled", "open>live",
    "open>ended",          "open>postponed",      "open>cancelled",      "live>ended",
    "postponed>scheduled", "postponed>cancelled", "draft>scheduled",     "scheduled>rehearsal",
    "rehearsal>scheduled", "rehearsal>postponed", "rehearsal>cancelled",
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
  g_test_add_func ("/schedule/copy-all", test_copy_all);
  g_test_add_func ("/schedule/co-chairs", test_co_chairs);
  g_test_add_func ("/schedule/agenda", test_agenda);
  g_test_add_func ("/schedule/agenda-bounds", test_agenda_bounds);
  g_test_add_func ("/schedule/kinds", test_kinds);
  g_test_add_func ("/schedule/entry", test_entry);
  g_test_add_func ("/schedule/state/reason", test_reason);
  return g_test_run ();
}
