/* The chain of events finds what was changed, removed, put in or moved behind the program's back.
 */
#include "server/storage/event_chain.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

static void
append (Database *database, gint64 at_ms, const char *meeting, const char *action)
{
  Event event = { .at_ms = at_ms,
                  .meeting = (char *) meeting,
                  .actor = (char *) "thuky",
                  .source = (char *) "192.0.2.1",
                  .action = (char *) action,
                  .subject = (char *) "100-1",
                  .detail = (char *) "{\"remark\":false}" };
  assert_works (event_store_append (database, &event, error));
}

/* Two meetings' events, mixed with others: m1 has the ids 1, 2, 4, 6. */
static TestStore
store_with_log (void)
{
  TestStore store = test_store_empty ();
  append (store.database, 10, "m1", "meeting.state");
  append (store.database, 20, "m1", "floor.granted");
  append (store.database, 30, NULL, "login");
  append (store.database, 40, "m1", "floor.released");
  append (store.database, 50, "m2", "vote.opened");
  append (store.database, 60, "m1", "mic.closed");
  return store;
}

static void
run (Database *database, const char *sql)
{
  assert_works (statement_run (database, error, NULL, sql, ""));
}

static void
verify (Database *database, const char *meeting, EventChainReport *report)
{
  assert_works (event_chain_verify (database, meeting, report, error));
}

/* A known value: other programs may check the log by the description in event_chain.h.
 * printf '%064d2:10,2:m1,1:a,0:,1:x,0:,0:,' 0 | sha256sum */
static void
test_known_hash (void)
{
  Event event = {
    .at_ms = 10, .meeting = (char *) "m1", .actor = (char *) "a", .action = (char *) "x"
  };
  g_autofree char *hash = event_chain_hash (EVENT_CHAIN_START, &event);
  g_autofree char *expected = g_compute_checksum_for_string (
      G_CHECKSUM_SHA256, EVENT_CHAIN_START "2:10,2:m1,1:a,0:,1:x,0:,0:,", -1);
  g_assert_cmpstr (hash, ==, expected);
  g_assert_cmpuint (strlen (hash), ==, EVENT_HASH_CHARS);
  /* what stands in one field cannot be moved to the next */
  event.actor = (char *) "ax";
  event.action = (char *) "";
  g_autofree char *moved = event_chain_hash (EVENT_CHAIN_START, &event);
  g_assert_cmpstr (moved, !=, hash);
}

static void
test_whole (void)
{
  g_auto (TestStore) store = store_with_log ();
  g_auto (EventChainReport) all = { 0 }, one = { 0 }, none = { 0 };
  verify (store.database, NULL, &all);
  g_assert_null (all.meeting);
  g_assert_cmpuint (all.chains, ==, 2);
  g_assert_cmpuint (all.rows, ==, 5);
  g_assert_cmpuint (all.unchained, ==, 0);
  verify (store.database, "m1", &one);
  g_assert_null (one.meeting);
  g_assert_cmpuint (one.rows, ==, 4);
  g_assert_cmpuint (strlen (one.head), ==, EVENT_HASH_CHARS);
  verify (store.database, "m3", &none);
  g_assert_null (none.meeting);
  g_assert_cmpuint (none.chains, ==, 0);
}

typedef struct {
  const char *name;
  const char *sql; /* what somebody does to the file */
  const char *meeting;
  gint64 row;
} Tampering;

static const Tampering tamperings[] = {
  { "detail", "UPDATE events SET detail = '{\"remark\":true}' WHERE id = 2", "m1", 2 },
  { "time", "UPDATE events SET at_ms = 21 WHERE id = 2", "m1", 2 },
  { "actor", "UPDATE events SET actor = 'chutoa' WHERE id = 1", "m1", 1 },
  { "source", "UPDATE events SET source = '' WHERE id = 5", "m2", 5 },
  { "other-meeting", "UPDATE events SET meeting = 'm2' WHERE id = 6", "m1", 0 },
  { "removed-first", "DELETE FROM events WHERE id = 1", "m1", 2 },
  { "removed-middle", "DELETE FROM events WHERE id = 2", "m1", 4 },
  { "removed-last", "DELETE FROM events WHERE id = 6", "m1", 0 },
  { "removed-all", "DELETE FROM events WHERE meeting = 'm2'", "m2", 0 },
  { "moved", "UPDATE events SET id = CASE id WHEN 2 THEN 94 ELSE 2 END WHERE id IN (2, 4)", "m1",
    2 },
  { "moved-to-end", "UPDATE events SET id = 99 WHERE id = 2", "m1", 4 },
  { "put-in",
    "INSERT INTO events (id, at_ms, meeting, actor, source, action, subject, detail, hash)"
    " SELECT 7, at_ms, meeting, actor, source, action, subject, detail, hash FROM events"
    " WHERE id = 4",
    "m1", 7 },
  { "put-in-without-hash",
    "INSERT INTO events (at_ms, meeting, actor, source, action, subject, detail)"
    " VALUES (1, 'm1', '', '', 'x', '', '')",
    "m1", 7 },
  { "no-hash", "UPDATE events SET hash = NULL WHERE id = 1", "m1", 1 },
  { "no-hashes", "UPDATE events SET hash = NULL WHERE meeting = 'm1'", "m1", 1 },
  { "no-chain", "DELETE FROM event_chains WHERE meeting = 'm1'", "m1", 1 },
  { "other-head", "UPDATE event_chains SET head = anchor WHERE meeting = 'm2'", "m2", 0 },
};

static void
test_tampered (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tamperings); i++) {
    const Tampering *tampering = &tamperings[i];
    g_auto (TestStore) store = store_with_log ();
    g_auto (EventChainReport) report = { 0 };
    run (store.database, "DROP TRIGGER events_append_only");
    run (store.database, tampering->sql);
    verify (store.database, NULL, &report);
    g_test_message ("%s: %s, event %" G_GINT64_FORMAT, tampering->name, report.meeting, report.row);
    g_assert_cmpstr (report.meeting, ==, tampering->meeting);
    g_assert_cmpint (report.row, ==, tampering->row);
  }
}

static void
test_append_only (void)
{
  g_auto (TestStore) store = store_with_log ();
  assert_fails (statement_run (store.database, error, NULL, "UPDATE events SET actor = 'x'", ""),
                STORAGE_ERROR_FAILED);
}

/* What was there before the chains stays without a hash, and is no break. */
static void
test_older_events (void)
{
  g_auto (TestStore) store = test_store_empty ();
  g_auto (EventChainReport) report = { 0 };
  run (store.database, "INSERT INTO events (at_ms, meeting, actor, source, action, subject, detail)"
                       " VALUES (1, 'm1', '', '', 'meeting.state', '', '')");
  run (store.database, "UPDATE settings SET value = '2' WHERE key = 'events_chained_from'");
  append (store.database, 10, "m1", "floor.granted");
  append (store.database, 10, "m1", "floor.released");
  verify (store.database, NULL, &report);
  g_assert_null (report.meeting);
  g_assert_cmpuint (report.unchained, ==, 1);
  g_assert_cmpuint (report.rows, ==, 2);
}

static guint
count_events (Database *database, const char *meeting)
{
  g_autoptr (GPtrArray) events = event_store_list (database, meeting, 0, 100, NULL);
  return events->len;
}

/* Old events go, the chain of the rest holds, and goes on. */
static void
test_remove_old (void)
{
  g_auto (TestStore) store = store_with_log ();
  g_auto (EventChainReport) report = { 0 }, emptied = { 0 }, again = { 0 };
  gint64 removed = 0;
  assert_works (event_store_remove_before (store.database, 45, &removed, error));
  g_assert_cmpint (removed, ==, 4);
  g_assert_cmpuint (count_events (store.database, "m1"), ==, 1);
  append (store.database, 70, "m1", "floor.granted");
  verify (store.database, NULL, &report);
  g_assert_null (report.meeting);
  g_assert_cmpuint (report.rows, ==, 3);
  assert_works (event_store_remove_before (store.database, 1000, &removed, error));
  g_assert_cmpuint (count_events (store.database, NULL), ==, 0);
  verify (store.database, NULL, &emptied);
  g_assert_null (emptied.meeting);
  append (store.database, 80, "m1", "floor.released");
  verify (store.database, NULL, &again);
  g_assert_null (again.meeting);
  g_assert_cmpuint (again.rows, ==, 1);
}

/* A clock that was set back leaves an old event behind a young one: it stays with it. */
static void
test_remove_front_only (void)
{
  g_auto (TestStore) store = test_store_empty ();
  g_auto (EventChainReport) report = { 0 };
  gint64 removed = 0;
  append (store.database, 10, "m1", "a");
  append (store.database, 50, "m1", "b");
  append (store.database, 20, "m1", "c");
  assert_works (event_store_remove_before (store.database, 30, &removed, error));
  g_assert_cmpint (removed, ==, 1);
  verify (store.database, NULL, &report);
  g_assert_null (report.meeting);
  g_assert_cmpuint (report.rows, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-chain/known-hash", test_known_hash);
  g_test_add_func ("/event-chain/whole", test_whole);
  g_test_add_func ("/event-chain/tampered", test_tampered);
  g_test_add_func ("/event-chain/append-only", test_append_only);
  g_test_add_func ("/event-chain/older-events", test_older_events);
  g_test_add_func ("/event-chain/remove-old", test_remove_old);
  g_test_add_func ("/event-chain/remove-front-only", test_remove_front_only);
  return g_test_run ();
}
