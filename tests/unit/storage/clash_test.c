#include "server/storage/clash_store.h"

#include "server/storage/resource_store.h"
#include "tests/unit/storage/meeting_support.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define DAY_MS (24 * HOUR_MS)
#define NOON (1000 * DAY_MS)

/* A meeting of 38-1 (its chair), 100-1 and 101-1, from @from_h to @to_h hours after NOON. */
static void
add_at (Database *database, const char *id, int from_h, int to_h, MeetingState state)
{
  static const char *const endpoints[] = { "38-1", "100-1", "101-1", NULL };
  g_autoptr (MeetingRecord) meeting = test_meeting (id, endpoints);
  meeting->state = state;
  meeting->starts_at_ms = NOON + from_h * HOUR_MS;
  meeting->ends_at_ms = NOON + to_h * HOUR_MS;
  assert_works (schedule_store_add (database, meeting, error));
}

static GPtrArray *
ids (const char *text)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  for (guint i = 0; parts[i] && *parts[i]; i++)
    g_ptr_array_add (list, g_strdup (parts[i]));
  return list;
}

static ClashAnswer *
ask (Database *database, const char *chair, const char *rooms, int from_h, int to_h)
{
  g_autoptr (GPtrArray) endpoints = ids (rooms);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  TimeSpan span = { NOON + from_h * HOUR_MS, NOON + to_h * HOUR_MS };
  g_array_append_val (spans, span);
  ClashQuestion question = { .spans = spans, .chair = chair, .endpoints = endpoints };
  ClashAnswer *answer = clash_store_ask (database, &question, NULL);
  g_assert_nonnull (answer);
  return answer;
}

/* Times that touch do not clash. */
static void
test_times (void)
{
  static const struct {
    int from_h, to_h;
    guint n;
  } rows[] = { { 0, 2, 0 }, { 0, 3, 1 }, { 2, 4, 1 }, { 3, 4, 1 },
               { 1, 9, 1 }, { 5, 6, 0 }, { 4, 6, 1 }, { -300, 3, 1 } };
  g_auto (TestStore) store = test_store_with_rooms ();
  add_at (store.database, "m1", 2, 5, MEETING_SCHEDULED);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%d-%d", rows[i].from_h, rows[i].to_h);
    g_autoptr (ClashAnswer) answer =
        ask (store.database, NULL, "100-1", rows[i].from_h, rows[i].to_h);
    g_assert_cmpuint (answer->n_clashes, ==, rows[i].n);
    g_assert_cmpuint (answer->n_blocking, ==, 0);
  }
}

static void
test_states (void)
{
  for (int state = 0; state < N_MEETING_STATES; state++) {
    g_auto (TestStore) store = test_store_with_rooms ();
    add_at (store.database, "m1", 0, 1, (MeetingState) state);
    g_autoptr (ClashAnswer) answer = ask (store.database, "38-1", "102-1", 0, 1);
    g_test_message ("%s", meeting_state_to_string ((MeetingState) state));
    gboolean takes = state == MEETING_SCHEDULED || meeting_state_is_running ((MeetingState) state);
    g_assert_cmpuint (answer->n_blocking, ==, takes ? 1 : 0);
  }
}

static void
test_kinds (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  char *hall = NULL;
  Resource resource = { .unit = (char *) "38",
                        .name = (char *) "Hội trường A",
                        .kind = (char *) "hall" };
  assert_works (resource_store_add (store.database, &resource, &hall, error));
  g_autofree char *owned = hall;
  const char *const halls[] = { hall };
  static const char *const rooms[] = { "38-1", "100-1", "101-1", NULL };
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  meeting_record_set_resources (meeting, halls, 1);
  assert_works (schedule_store_add (store.database, meeting, error));

  g_autoptr (GPtrArray) endpoints = ids ("101-1 102-1 100-1 200-1");
  g_autoptr (GPtrArray) co_chairs = ids ("100-1");
  g_autoptr (GPtrArray) resources = ids (hall);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  TimeSpan span = { 1500, 1600 };
  g_array_append_val (spans, span);
  ClashQuestion question = { .spans = spans,
                             .chair = "38-1",
                             .co_chairs = co_chairs,
                             .endpoints = endpoints,
                             .resources = resources };
  g_autoptr (ClashAnswer) answer = clash_store_ask (store.database, &question, NULL);
  static const struct {
    const char *kind, *id, *name;
  } rows[] = { { "chair", "38-1", "Hội trường UBND tỉnh" },
               { "resource", NULL, "Hội trường A" },
               { "cochair", "100-1", "Xã Thanh Hà" },
               { "endpoint", "101-1", "Phường Ba Đình" } };
  g_assert_cmpuint (answer->n_clashes, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (answer->n_blocking, ==, 2);
  g_assert_cmpuint (answer->rooms_busy, ==, 3);
  for (guint i = 0; i < answer->clashes->len; i++) {
    const Clash *clash = answer->clashes->pdata[i];
    g_assert_cmpstr (clash_kind_to_string (clash->kind), ==, rows[i].kind);
    g_assert_cmpstr (clash->id, ==, rows[i].id ? rows[i].id : hall);
    g_assert_cmpstr (clash->name, ==, rows[i].name);
    g_assert_cmpstr (clash->title, ==, "Giao ban");
  }
  question.ignore = "m1";
  g_autoptr (ClashAnswer) none = clash_store_ask (store.database, &question, NULL);
  g_assert_cmpuint (none->n_clashes, ==, 0);
}

static void
test_free_at (void)
{
  static const struct {
    int from_h, to_h, free_h;    /* -1: none */
  } rows[] = { { 0, 1, 0 },      /* before all */
               { 0, 2, 5 },      /* 1-2, 2-4, 4-5 are taken, one after the other */
               { 4, 6, 5 },      /* up to 9, when the next begins */
               { 4, 10, 12 },    /* 5-9 is too short for six hours */
               { 3, 340, -1 } }; /* nothing that long between within two weeks */
  g_auto (TestStore) store = test_store_with_rooms ();
  add_at (store.database, "m1", 1, 2, MEETING_SCHEDULED);
  add_at (store.database, "m2", 2, 4, MEETING_LIVE);
  add_at (store.database, "m3", 4, 5, MEETING_OPEN);
  add_at (store.database, "m4", 9, 12, MEETING_SCHEDULED);
  add_at (store.database, "m5", 300, 301, MEETING_SCHEDULED);
  add_at (store.database, "m6", 360, 690, MEETING_SCHEDULED);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 at_ms = -1;
    g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
    TimeSpan span = { NOON + rows[i].from_h * HOUR_MS, NOON + rows[i].to_h * HOUR_MS };
    g_array_append_val (spans, span);
    ClashQuestion question = { .spans = spans, .chair = "38-1" };
    g_test_message ("%d-%d", rows[i].from_h, rows[i].to_h);
    assert_works (clash_store_free_at (store.database, &question, &at_ms, error));
    g_assert_cmpint (at_ms, ==, rows[i].free_h < 0 ? 0 : NOON + rows[i].free_h * HOUR_MS);
  }
}

/* --- 600 rooms, all of them in twenty other meetings at the same time, 50 occurrences --- */

static void
seed_large (Database *database)
{
  g_autoptr (Transaction) transaction = database_begin (database, NULL);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  g_ptr_array_add (rooms, (gpointer) "38-1");
  for (guint i = 0; i < 599; i++) {
    g_autoptr (Endpoint) room = endpoint_store_add (database, "100", "Phòng", NULL, NULL, NULL);
    g_ptr_array_add (rooms, (gpointer) g_intern_string (room->id));
  }
  g_ptr_array_add (rooms, NULL);
  for (guint i = 0; i < 50; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    g_autoptr (MeetingRecord) meeting = test_meeting (id, (const char *const *) rooms->pdata);
    meeting->starts_at_ms = NOON + (i % 30) * 7 * DAY_MS;
    meeting->ends_at_ms = meeting->starts_at_ms + HOUR_MS;
    assert_works (schedule_store_add (database, meeting, error));
  }
  assert_works (transaction_commit (transaction, error));
}

static void
test_600_rooms (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  seed_large (store.database);
  g_autoptr (MeetingRecord) wanted = schedule_store_get (store.database, "m0", NULL);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  for (guint i = 0; i < 50; i++) {
    TimeSpan span = { NOON + i * 7 * DAY_MS, NOON + i * 7 * DAY_MS + HOUR_MS };
    g_array_append_val (spans, span);
  }
  ClashQuestion question = { .spans = spans, .endpoints = wanted->endpoints };
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (ClashAnswer) answer = clash_store_ask (store.database, &question, NULL);
  gint64 took_us = g_get_monotonic_time () - begin_us;
  g_test_message ("50 meetings of 600 rooms, 50 occurrences: %" G_GINT64_FORMAT " us", took_us);
  g_test_minimized_result (took_us / 1000.0, "clash of 600 rooms, ms");
  g_assert_cmpuint (answer->n_clashes, ==, 50 * 600);
  g_assert_cmpuint (answer->clashes->len, ==, CLASHES_MAX);
  g_assert_cmpint (took_us, <, 2 * G_USEC_PER_SEC); /* the bar is measured apart: a busy machine */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clash/times", test_times);
  g_test_add_func ("/clash/states", test_states);
  g_test_add_func ("/clash/kinds", test_kinds);
  g_test_add_func ("/clash/free-at", test_free_at);
  g_test_add_func ("/clash/600-rooms", test_600_rooms);
  return g_test_run ();
}
