#include "signaling/meeting/voting.h"

#include <string.h>

#include "config/log.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/protocol/lobby_replies.h"

Vote *
voting_get_open (const Meeting *meeting)
{
  return meeting->vote != NULL && meeting->vote->state == VOTE_OPEN ? meeting->vote : NULL;
}

/* --- telling --- */

static char *
ballots_json (const Vote *vote)
{
  GString *text = g_string_new ("[");
  GHashTableIter iter;
  gpointer endpoint = NULL, choice = NULL;

  g_hash_table_iter_init (&iter, vote->ballots);
  while (g_hash_table_iter_next (&iter, &endpoint, &choice))
    g_string_append_printf (text, "%s{\"endpoint\":\"%s\",\"choice\":%d}", text->len > 1 ? "," : "",
                            (char *) endpoint, GPOINTER_TO_INT (choice));
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* Sites that are in, or have voted before they left. */
static guint
count_present (const Meeting *meeting, const Vote *vote)
{
  guint count = 0;

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    count += seat_is_in (seat) || vote_choice_of (vote, seat->info->endpoint) != VOTE_CHOICE_NONE;
  }
  return count;
}

static guint
count_eligible (const Meeting *meeting, const Vote *vote)
{
  if (vote->state != VOTE_OPEN)
    return vote->eligible;
  return vote->base == VOTE_OF_INVITED ? meeting->seat_list->len : count_present (meeting, vote);
}

/* What holds for all: the rest depends on who reads it. */
static RoomVote
describe (const Meeting *meeting, const Vote *vote)
{
  return (RoomVote){
    .id = vote->id,
    .question = vote->question,
    .choices = vote->choices,
    .secret = vote->secret,
    .majority = vote_majority_names[vote->majority],
    .base = vote_base_names[vote->base],
    .quorum_percent = vote->quorum_percent,
    .state = vote_state_names[vote->state],
    .opened_at_ms = vote->opened_at_ms,
    .closes_at_ms = vote->closes_at_ms,
    .closed_at_ms = vote->closed_at_ms,
    .eligible = count_eligible (meeting, vote),
    .cast = vote_cast (vote),
    .has_result = vote->state == VOTE_CLOSED,
    .quorum_met = vote->quorum_met,
    .passed = vote->passed,
    .my_choice = VOTE_CHOICE_NONE,
  };
}

/* An open vote's counts: to those who direct while it runs, to all when it is closed. A secret
 * one's: when it is closed. Who took what: of open votes, to those who direct. */
static char *
encode_for (const RoomConnection *connection, const Vote *vote, RoomVote shown)
{
  gboolean directs = (room_connection_rights (connection) & RIGHT_DIRECT) != 0;
  g_autofree char *ballots = directs && !vote->secret ? ballots_json (vote) : NULL;

  if (vote->state == VOTE_CLOSED || (vote->state == VOTE_OPEN && directs && !vote->secret))
    shown.counts = vote->counts;
  if (connection->seat != NULL) {
    shown.my_choice = vote_choice_of (vote, connection->seat->info->endpoint);
    shown.voted = shown.my_choice != VOTE_CHOICE_NONE;
  }
  shown.ballots_json = ballots;
  return room_vote_json (&shown);
}

static gboolean
may_see (const RoomConnection *connection)
{
  return connection->seat == NULL || !seat_is_outside (connection->seat);
}

char *
voting_json_for (const RoomConnection *connection)
{
  const Meeting *meeting = connection->meeting;
  const Vote *vote = meeting->vote;

  if (vote == NULL || !may_see (connection) ||
      (vote->closed_at_ms != 0 && hub_wall_ms (meeting->hub) - vote->closed_at_ms > VOTE_RESULT_MS))
    return NULL;
  return encode_for (connection, vote, describe (meeting, vote));
}

void
voting_tell (RoomConnection *connection)
{
  g_autofree char *json = voting_json_for (connection);

  room_connection_send (connection, room_message_vote (json));
}

static void
tell_some (Meeting *meeting, guint rights)
{
  const Vote *vote = meeting->vote;
  RoomVote shown = describe (meeting, vote);

  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (!may_see (connection) || (room_connection_rights (connection) & rights) == 0)
      continue;
    g_autofree char *json = encode_for (connection, vote, shown);
    room_connection_send (connection, room_message_vote (json));
  }
}

void
voting_tell_all (Meeting *meeting)
{
  if (meeting->vote == NULL)
    return;
  meeting->vote_dirty = FALSE;
  meeting->vote_told_us = meeting->hub->now_us;
  tell_some (meeting, RIGHT_WATCH);
}

/* --- acts --- */

static json_t *
choices_json (const Vote *vote)
{
  json_t *list = json_array ();

  for (guint i = 0; i < vote->n_choices; i++)
    json_array_append_new (list, json_string (vote->choices[i]));
  return list;
}

static json_t *
counts_json (const Vote *vote)
{
  json_t *list = json_array ();

  for (guint i = 0; i < vote->n_choices; i++)
    json_array_append_new (list, json_integer (vote->counts[i]));
  return list;
}

/* The report and the minutes are made from these events. */
static void
log_vote (MeetingAct *act, const char *kind, const Vote *vote)
{
  g_autoptr (json_t) json = json_pack (
      "{s:s, s:s, s:b, s:o, s:s, s:s, s:i}", "vote", vote->id, "question", vote->question, "secret",
      vote->secret, "choices", choices_json (vote), "majority", vote_majority_names[vote->majority],
      "base", vote_base_names[vote->base], "quorum_percent", (int) vote->quorum_percent);

  json_object_set_new (json, "opened_at", json_integer (vote->opened_at_ms));
  if (vote->state == VOTE_CLOSED) {
    json_object_set_new (json, "counts", counts_json (vote));
    json_object_set_new (json, "eligible", json_integer (vote->eligible));
    json_object_set_new (json, "quorum_met", json_boolean (vote->quorum_met));
    json_object_set_new (json, "passed", json_boolean (vote->passed));
  }
  g_autofree char *detail = json_dumps (json, JSON_COMPACT);
  meeting_act_log (act, kind, NULL, detail);
}

gboolean
voting_open (MeetingAct *act, Vote *vote, GError **error)
{
  Meeting *meeting = act->meeting;

  act->vote = vote;
  log_vote (act, "vote.opened", vote);
  if (!meeting_act_commit (act, error))
    return FALSE;
  vote_free (meeting->vote);
  meeting->vote = vote;
  meeting->census_dirty = TRUE;
  voting_tell_all (meeting);
  return TRUE;
}

gboolean
voting_end (MeetingAct *act, VoteState state, GError **error)
{
  Meeting *meeting = act->meeting;
  Vote *vote = meeting->vote;
  g_autoptr (Vote) ended = vote_copy_head (vote);

  if (state == VOTE_CLOSED) {
    /* the copy has no ballots: their number is counted on the vote itself */
    vote_count (vote, count_present (meeting, vote), meeting->seat_list->len);
    ended->eligible = vote->eligible;
    ended->quorum_met = vote->quorum_met;
    ended->passed = vote->passed;
  }
  vote_end (ended, state, hub_wall_ms (meeting->hub));
  act->vote = ended;
  log_vote (act, state == VOTE_CLOSED ? "vote.closed" : "vote.cancelled", ended);
  if (!meeting_act_commit (act, error))
    return FALSE;
  vote_end (vote, state, ended->closed_at_ms);
  meeting->census_dirty = TRUE;
  voting_tell_all (meeting);
  return TRUE;
}

/* Of a secret ballot the log has that it was cast, and nothing of the choice. */
gboolean
voting_cast (MeetingAct *act, const Seat *seat, int choice, GError **error)
{
  Meeting *meeting = act->meeting;
  Vote *vote = meeting->vote;
  VoteBallot ballot = { vote->id, seat->info->endpoint, choice, vote->secret };
  g_autofree char *detail =
      vote->secret ? g_strdup_printf ("{\"vote\":\"%s\"}", vote->id)
                   : g_strdup_printf ("{\"vote\":\"%s\",\"choice\":%d}", vote->id, choice);

  act->ballot = &ballot;
  meeting_act_log (act, "vote.cast", seat->info->endpoint, detail);
  gboolean is_stored = meeting_act_commit (act, error);
  act->ballot = NULL;
  if (!is_stored)
    return FALSE;
  vote_add_ballot (vote, seat->info->endpoint, choice);
  meeting->vote_dirty = TRUE;
  meeting->census_dirty = TRUE;
  return TRUE;
}

/* --- time --- */

static void
close_by_itself (Meeting *meeting, const char *actor)
{
  g_auto (MeetingAct) act = meeting_act (meeting, actor, NULL);
  g_autoptr (GError) error = NULL;

  if (!voting_end (&act, VOTE_CLOSED, &error))
    log_warning ("meeting", meeting->record->id, "vote is not closed: %s", error->message);
}

void
voting_end_with_meeting (Meeting *meeting, const char *actor)
{
  if (voting_get_open (meeting) != NULL)
    close_by_itself (meeting, actor);
}

void
voting_tick (Meeting *meeting, gint64 now_us)
{
  const Vote *vote = voting_get_open (meeting);

  if (vote == NULL || now_us - meeting->vote_told_us < VOTE_TOLD_US)
    return;
  if (vote->closes_at_ms != 0 && hub_wall_ms (meeting->hub) >= vote->closes_at_ms) {
    meeting->vote_told_us = now_us; /* storage that fails is asked again in a second */
    close_by_itself (meeting, NULL);
    return;
  }
  if (!meeting->vote_dirty)
    return;
  meeting->vote_dirty = FALSE;
  meeting->vote_told_us = now_us;
  tell_some (meeting, RIGHT_DIRECT);
}
