/* vote.open, vote.cast, vote.close, vote.cancel. */
#include <string.h>

#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/voting.h"

static gboolean
check_open_request (const VoteOpenRequest *body, GError **error)
{
  if (!room_check_text (body->question, VOTE_QUESTION_CHARS, error))
    return FALSE;
  if (!vote_choices_are_good (body->choices))
    return room_refuse (PROBLEM_VOTE_CHOICE, error);
  for (guint i = 0; body->choices != NULL && body->choices[i] != NULL; i++)
    if (!room_check_text (body->choices[i], VOTE_CHOICE_CHARS, error))
      return FALSE;
  return TRUE;
}

static Vote *
make_vote (const RoomConnection *connection, const VoteOpenRequest *body)
{
  g_autofree char *id = g_strdup_printf ("v%08x%08x", g_random_int (), g_random_int ());
  Vote *vote = vote_new (id, body->question, body->choices);

  vote->secret = body->secret;
  vote->majority = (VoteMajority) body->majority;
  vote->base = (VoteBase) body->base;
  vote->quorum_percent = (guint) body->quorum_percent;
  vote->opened_at_ms = hub_wall_ms (connection->hub);
  if (body->seconds > 0)
    vote->closes_at_ms = vote->opened_at_ms + body->seconds * (gint64) 1000;
  return vote;
}

gboolean
room_on_vote_open (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const VoteOpenRequest *body = request->body;

  if (voting_get_open (connection->meeting) != NULL)
    return room_refuse (PROBLEM_VOTE_RUNNING, error);
  if (!check_open_request (body, error))
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  g_autoptr (Vote) vote = make_vote (connection, body);
  if (!voting_open (&act, vote, error))
    return FALSE;
  g_steal_pointer (&vote);
  return TRUE;
}

/* The vote named, if it is the meeting's last one. */
static Vote *
find_vote (const RoomConnection *connection, const char *id, GError **error)
{
  Vote *vote = connection->meeting->vote;

  if (vote != NULL && strcmp (vote->id, id) == 0)
    return vote;
  room_refuse (PROBLEM_VOTE_UNKNOWN, error);
  return NULL;
}

/* Exactly once for a site: who asks again for what it has (its line was cut before the answer) is
 * told that it stands. Of a secret ballot nobody can tell whether it is the same. */
gboolean
room_on_vote_cast (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const VoteCastRequest *body = request->body;
  const Vote *vote = find_vote (connection, body->vote, error);

  if (vote == NULL)
    return FALSE;
  int former = vote_choice_of (vote, connection->endpoint);
  if (former == body->choice)
    return TRUE;
  if (former != VOTE_CHOICE_NONE)
    return room_refuse (PROBLEM_VOTE_CAST, error);
  if (vote->state != VOTE_OPEN)
    return room_refuse (PROBLEM_VOTE_CLOSED, error);
  if ((guint) body->choice >= vote->n_choices)
    return room_refuse (PROBLEM_VOTE_CHOICE, error);
  g_auto (MeetingAct) act = room_act (connection);
  if (!voting_cast (&act, connection->seat, body->choice, error))
    return FALSE;
  voting_tell (connection);
  return TRUE;
}

static gboolean
end_vote (RoomConnection *connection, const RoomRequest *request, VoteState state, GError **error)
{
  const Vote *vote = find_vote (connection, ((const VoteRequest *) request->body)->vote, error);

  if (vote == NULL)
    return FALSE;
  if (vote->state == state)
    return TRUE;
  if (vote->state != VOTE_OPEN)
    return room_refuse (PROBLEM_VOTE_CLOSED, error);
  g_auto (MeetingAct) act = room_act (connection);
  return voting_end (&act, state, error);
}

gboolean
room_on_vote_close (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  return end_vote (connection, request, VOTE_CLOSED, error);
}

gboolean
room_on_vote_cancel (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  return end_vote (connection, request, VOTE_CANCELLED, error);
}
