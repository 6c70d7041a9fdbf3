/* Votes and chat in storage: exactly once, and of a secret vote nothing that joins voter and
 * choice. */
#include "server/storage/live_store.h"
#include "server/storage/statement.h"
#include "server/storage/vote_store.h"
#include "tests/unit/storage/meeting_support.h"

static const char *const rooms[] = { "100-1", "38-1", NULL };

static TestStore
store_with_meeting (void)
{
  TestStore store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  meeting->state = MEETING_LIVE;
  assert_works (schedule_store_add (store.database, meeting, error));
  return store;
}

static Vote *
make_vote (gboolean secret)
{
  Vote *vote = vote_new ("v1", "Thông qua?", NULL);
  vote->secret = secret;
  vote->majority = VOTE_TWO_THIRDS;
  vote->base = VOTE_OF_INVITED;
  vote->quorum_percent = 50;
  vote->opened_at_ms = 1000;
  vote->closes_at_ms = 61000;
  return vote;
}

static gboolean
save (Database *database, const StoredAct *act, GError **error)
{
  return live_store_callbacks ()->save_act (database, "m1", act, error);
}

static void
cast (Database *database, const char *endpoint, int choice, gboolean secret)
{
  VoteBallot ballot = { "v1", endpoint, choice, secret };
  StoredAct act = { .ballot = &ballot };
  assert_works (save (database, &act, error));
}

static StoredMeeting *
load (Database *database)
{
  StoredMeeting *stored = NULL;
  assert_works (live_store_callbacks ()->load_meeting (database, "m1", &stored, error));
  return stored;
}

static void
test_round_trip (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (Vote) vote = make_vote (FALSE);
  StoredAct act = { .vote = vote };
  assert_works (save (store.database, &act, error));
  cast (store.database, "100-1", 0, FALSE);
  cast (store.database, "38-1", 2, FALSE);
  g_autoptr (StoredMeeting) open = load (store.database);
  g_assert_cmpstr (open->vote->question, ==, "Thông qua?");
  g_assert_cmpuint (open->vote->n_choices, ==, 3);
  g_assert_true (open->vote->has_abstention);
  g_assert_cmpint (open->vote->majority, ==, VOTE_TWO_THIRDS);
  g_assert_cmpint (open->vote->base, ==, VOTE_OF_INVITED);
  g_assert_cmpint (open->vote->state, ==, VOTE_OPEN);
  g_assert_cmpint (open->vote->closes_at_ms, ==, 61000);
  g_assert_cmpint (vote_choice_of (open->vote, "38-1"), ==, 2);
  g_assert_cmpuint (vote_cast (open->vote), ==, 2);
  g_assert_cmpuint (open->vote->counts[0], ==, 1);
  vote_end (vote, VOTE_CLOSED, 5000);
  vote->eligible = 2;
  vote->passed = TRUE;
  assert_works (save (store.database, &act, error));
  g_autoptr (StoredMeeting) closed = load (store.database);
  g_assert_cmpint (closed->vote->state, ==, VOTE_CLOSED);
  g_assert_cmpint (closed->vote->closed_at_ms, ==, 5000);
  g_assert_cmpuint (closed->vote->eligible, ==, 2);
  g_assert_true (closed->vote->passed);
  g_assert_cmpuint (vote_cast (closed->vote), ==, 2);
}

/* A second ballot of the same endpoint is refused as a whole: its event too. */
static void
test_exactly_once (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (Vote) vote = make_vote (FALSE);
  StoredAct act = { .vote = vote };
  assert_works (save (store.database, &act, error));
  cast (store.database, "100-1", 0, FALSE);
  VoteBallot again = { "v1", "100-1", 1, FALSE };
  StoredAct second = { .ballot = &again };
  assert_fails (save (store.database, &second, error), STORAGE_ERROR_EXISTS);
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->vote->counts[0], ==, 1);
  g_assert_cmpuint (stored->vote->counts[1], ==, 0);
}

static gint64
number (Database *database, const char *sql)
{
  gint64 value = -1;
  assert_works (statement_number (database, error, &value, sql, ""));
  return value;
}

static void
test_secret (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (Vote) vote = make_vote (TRUE);
  StoredAct act = { .vote = vote };
  assert_works (save (store.database, &act, error));
  cast (store.database, "38-1", 1, TRUE);
  cast (store.database, "100-1", 1, TRUE);
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpint (vote_choice_of (stored->vote, "38-1"), ==, VOTE_CHOICE_HIDDEN);
  g_assert_cmpuint (stored->vote->counts[1], ==, 2);
  g_assert_cmpint (number (store.database, "SELECT count(*) FROM vote_ballots"), ==, 0);
  g_assert_cmpint (number (store.database, "SELECT count(*) FROM vote_voters"), ==, 2);
  g_assert_cmpint (number (store.database, "SELECT count(*) FROM vote_counts"), ==, 1);
  /* what the write-ahead log remembers of single ballots goes with the end of the vote */
  g_autofree char *path = g_build_filename (store.directory, DATABASE_FILE "-wal", NULL);
  GStatBuf before, after;
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  g_assert_cmpint (before.st_size, >, 0);
  vote_end (vote, VOTE_CLOSED, 5000);
  assert_works (save (store.database, &act, error));
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpint (after.st_size, ==, 0);
}

static void
test_last_vote (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (StoredMeeting) none = load (store.database);
  g_assert_null (none->vote);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *id = g_strdup_printf ("v%u", i);
    g_autoptr (Vote) vote = vote_new (id, id, (char *[]){ (char *) "A", (char *) "B", NULL });
    vote->opened_at_ms = 1000 + i / 2; /* two in the same millisecond: the later one */
    StoredAct act = { .vote = vote };
    assert_works (save (store.database, &act, error));
  }
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpstr (stored->vote->id, ==, "v2");
  g_assert_cmpstr (stored->vote->choices[1], ==, "B");
  g_assert_false (stored->vote->has_abstention);
}

static void
test_chat (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  for (guint i = 0; i < CHAT_LINES_TOLD + 2; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    ChatLine line = { 0, 1000 + i, i % 2 ? (char *) "38-1" : NULL, (char *) "Hội trường", text };
    StoredAct act = { .chat = &line };
    assert_works (save (store.database, &act, error));
    g_assert_cmpint (line.id, ==, i + 1);
  }
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->chat->len, ==, CHAT_LINES_TOLD);
  const ChatLine *first = stored->chat->pdata[0], *second = stored->chat->pdata[1];
  g_assert_cmpstr (first->text, ==, "2");
  g_assert_null (first->endpoint);
  g_assert_cmpstr (second->endpoint, ==, "38-1");
  g_assert_cmpint (second->at_ms, ==, 1003);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vote-store/round-trip", test_round_trip);
  g_test_add_func ("/vote-store/exactly-once", test_exactly_once);
  g_test_add_func ("/vote-store/secret", test_secret);
  g_test_add_func ("/vote-store/last-vote", test_last_vote);
  g_test_add_func ("/vote-store/chat", test_chat);
  return g_test_run ();
}
