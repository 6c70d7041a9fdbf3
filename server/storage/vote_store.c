#include "server/storage/vote_store.h"

#include "config/log.h"
#include "pipelines/control/record.h"
#include "server/storage/statement.h"

/* --- writing --- */

static char *
choices_text (const Vote *vote)
{
  g_autoptr (json_t) list = json_array ();
  for (guint i = 0; i < vote->n_choices; i++)
    json_array_append_new (list, json_string (vote->choices[i]));
  return json_dumps (list, JSON_COMPACT);
}

gboolean
vote_store_save (Database *database, const char *meeting, const Vote *vote, GError **error)
{
  g_autofree char *choices = choices_text (vote);
  return statement_run (
      database, error, NULL,
      "INSERT INTO votes (id, meeting, question, choices, secret, has_abstention, majority, base,"
      " quorum_percent, state, opened_ms, closes_ms, closed_ms, eligible, quorum_met, passed)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
      " SET state = excluded.state, closed_ms = excluded.closed_ms,"
      " eligible = excluded.eligible, quorum_met = excluded.quorum_met, passed = excluded.passed",
      "ttttiittitiiiiii", vote->id, meeting, vote->question, choices, (gint64) !!vote->secret,
      (gint64) !!vote->has_abstention, vote_majority_names[vote->majority],
      vote_base_names[vote->base], (gint64) vote->quorum_percent, vote_state_names[vote->state],
      vote->opened_at_ms, vote->closes_at_ms, vote->closed_at_ms, (gint64) vote->eligible,
      (gint64) !!vote->quorum_met, (gint64) !!vote->passed);
}

gboolean
vote_store_add_ballot (Database *database, const VoteBallot *ballot, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         statement_run (database, error, NULL,
                        "INSERT INTO vote_voters (vote, endpoint) VALUES (?, ?)", "tt",
                        ballot->vote, ballot->endpoint) &&
         statement_run (database, error, NULL,
                        "INSERT INTO vote_counts (vote, choice, ballots) VALUES (?, ?, 1)"
                        " ON CONFLICT (vote, choice) DO UPDATE SET ballots = ballots + 1",
                        "ti", ballot->vote, (gint64) ballot->choice) &&
         (ballot->secret ||
          statement_run (database, error, NULL,
                         "INSERT INTO vote_ballots (vote, endpoint, choice) VALUES (?, ?, ?)",
                         "tti", ballot->vote, ballot->endpoint, (gint64) ballot->choice)) &&
         transaction_commit (transaction, error);
}

/* A command that reads the file beside the controller must not hold up the meeting. */
void
vote_store_forget_traces (Database *database)
{
  g_autoptr (GError) error = NULL;
  gint64 busy = 0, ignored = 0;
  gboolean is_done =
      statement_number (database, &error, &ignored, "PRAGMA busy_timeout = 50", "") &&
      statement_number (database, &error, &busy, "PRAGMA wal_checkpoint(TRUNCATE)", "");
  if (!is_done)
    log_warning ("storage", NULL, "checkpoint after a secret vote: %s", error->message);
  else if (busy)
    log_warning ("storage", NULL, "checkpoint after a secret vote: a reader is in the way");
  g_clear_error (&error);
  if (!statement_number (database, &error, &ignored,
                         "PRAGMA busy_timeout = " G_STRINGIFY (DATABASE_BUSY_TIMEOUT_MS), ""))
    log_warning ("storage", NULL, "%s", error->message);
}

/* --- reading --- */

static char **
parse_choices (const char *text)
{
  g_autoptr (json_t) list = json_loads (text, 0, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  size_t i;
  json_t *choice;
  json_array_foreach (list, i, choice)
  {
    if (json_is_string (choice))
      g_strv_builder_add (builder, json_string_value (choice));
  }
  return g_strv_builder_end (builder);
}

/* 0 for a name that is not known: only a newer program would have written it. */
static int
find_name (const char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (g_strcmp0 (names[i], name) == 0)
      return i;
  return 0;
}

static Vote *
take_head (Statement *row)
{
  g_auto (GStrv) choices = parse_choices (statement_text (row, 2));
  if (!choices[0] || !vote_choices_are_good (choices))
    return NULL;
  Vote *vote = vote_new (statement_text (row, 0), statement_text (row, 1), choices);
  vote->secret = statement_int (row, 3) != 0;
  vote->has_abstention = statement_int (row, 4) != 0;
  vote->majority = (VoteMajority) find_name (vote_majority_names, statement_text (row, 5));
  vote->base = (VoteBase) find_name (vote_base_names, statement_text (row, 6));
  vote->quorum_percent = (guint) statement_int (row, 7);
  vote->state = (VoteState) find_name (vote_state_names, statement_text (row, 8));
  vote->opened_at_ms = statement_int (row, 9);
  vote->closes_at_ms = statement_int (row, 10);
  vote->closed_at_ms = statement_int (row, 11);
  vote->eligible = (guint) statement_int (row, 12);
  vote->quorum_met = statement_int (row, 13) != 0;
  vote->passed = statement_int (row, 14) != 0;
  return vote;
}

static gboolean
load_counts (Database *database, Vote *vote, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error, "SELECT choice, ballots FROM vote_counts WHERE vote = ?", "t", vote->id);
  while (rows && statement_next (rows, error)) {
    gint64 choice = statement_int (rows, 0);
    if (choice >= 0 && choice < (gint64) vote->n_choices)
      vote->counts[choice] = (guint) statement_int (rows, 1);
  }
  return rows && statement_ok (rows);
}

static gboolean
load_voters (Database *database, Vote *vote, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT v.endpoint, b.choice FROM vote_voters v LEFT JOIN vote_ballots b"
                       " ON b.vote = v.vote AND b.endpoint = v.endpoint WHERE v.vote = ?",
                       "t", vote->id);
  while (rows && statement_next (rows, error))
    vote_add_voter (vote, statement_text (rows, 0), (int) statement_int (rows, 1));
  return rows && statement_ok (rows);
}

gboolean
vote_store_load_last (Database *database, const char *meeting, Vote **ret_vote, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error,
      "SELECT id, question, choices, secret, has_abstention, majority, base, quorum_percent,"
      " state, opened_ms, closes_ms, closed_ms, eligible, quorum_met, passed FROM votes"
      " WHERE meeting = ? ORDER BY opened_ms DESC, rowid DESC LIMIT 1",
      "t", meeting);
  if (!row)
    return FALSE;
  g_autoptr (Vote) vote = statement_next (row, error) ? take_head (row) : NULL;
  if (!statement_ok (row) ||
      (vote && (!load_counts (database, vote, error) || !load_voters (database, vote, error))))
    return FALSE;
  *ret_vote = g_steal_pointer (&vote);
  return TRUE;
}
