#include "signaling/meeting/vote.h"

const char *const vote_state_names[] = { "open", "closed", "cancelled", NULL };

static const char *const usual_choices[] = { "Tán thành", "Không tán thành", "Không có ý kiến",
                                             NULL };

gboolean
vote_choices_are_good (char *const *choices)
{
  guint n = choices != NULL ? g_strv_length ((char **) choices) : 0;

  return n != 1 && n <= VOTE_CHOICES_MAX;
}

Vote *
vote_new (const char *id, const char *question, char *const *choices)
{
  Vote *vote = g_new0 (Vote, 1);

  g_return_val_if_fail (vote_choices_are_good (choices), NULL);
  vote->has_abstention = choices == NULL || choices[0] == NULL;
  vote->id = g_strdup (id);
  vote->question = g_strdup (question);
  vote->choices = g_strdupv (vote->has_abstention ? (char **) usual_choices : (char **) choices);
  vote->n_choices = g_strv_length (vote->choices);
  vote->ballots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return vote;
}

Vote *
vote_copy_head (const Vote *vote)
{
  Vote *copy = g_memdup2 (vote, sizeof *vote);

  copy->id = g_strdup (vote->id);
  copy->question = g_strdup (vote->question);
  copy->choices = g_strdupv (vote->choices);
  copy->ballots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return copy;
}

void
vote_free (Vote *vote)
{
  if (vote == NULL)
    return;
  g_free (vote->id);
  g_free (vote->question);
  g_strfreev (vote->choices);
  g_hash_table_unref (vote->ballots);
  g_free (vote);
}

guint
vote_cast (const Vote *vote)
{
  return g_hash_table_size (vote->ballots);
}

int
vote_choice_of (const Vote *vote, const char *endpoint)
{
  gpointer value = NULL;

  if (!g_hash_table_lookup_extended (vote->ballots, endpoint, NULL, &value))
    return VOTE_CHOICE_NONE;
  return GPOINTER_TO_INT (value);
}

void
vote_add_voter (Vote *vote, const char *endpoint, int choice)
{
  g_hash_table_replace (vote->ballots, g_strdup (endpoint),
                        GINT_TO_POINTER (vote->secret ? VOTE_CHOICE_HIDDEN : choice));
}

void
vote_add_ballot (Vote *vote, const char *endpoint, int choice)
{
  g_return_if_fail (choice >= 0 && (guint) choice < vote->n_choices);
  g_return_if_fail (vote_choice_of (vote, endpoint) == VOTE_CHOICE_NONE);
  vote->counts[choice]++;
  vote_add_voter (vote, endpoint, choice);
}

static gboolean
has_majority (const Vote *vote)
{
  guint in_favour = vote->counts[0];

  if (vote->majority == VOTE_ABSOLUTE)
    return in_favour * 2 > vote->eligible;
  if (vote->majority == VOTE_TWO_THIRDS)
    return in_favour * 3 >= vote->eligible * 2;
  for (guint i = 1; i < vote->n_choices - vote->has_abstention; i++)
    if (vote->counts[i] >= in_favour)
      return FALSE;
  return TRUE;
}

void
vote_count (Vote *vote, guint n_present, guint n_invited)
{
  guint cast = vote_cast (vote);

  vote->eligible = vote->base == VOTE_OF_INVITED ? n_invited : n_present;
  vote->quorum_met = cast > 0 && cast * 100 >= vote->quorum_percent * vote->eligible;
  vote->passed = vote->quorum_met && vote->counts[0] > 0 && has_majority (vote);
}

void
vote_end (Vote *vote, VoteState state, gint64 now_ms)
{
  g_return_if_fail (vote->state == VOTE_OPEN && state != VOTE_OPEN);
  vote->state = state;
  vote->closed_at_ms = now_ms;
}
