/* Vote: one question put to all rooms (biểu quyết): one site, one ballot; the rules of its quorum
 * and majority. A plain value with no clock and no I/O.
 *
 *   open --close, time over, end of the meeting--> closed      open --cancel--> cancelled
 *
 * Of a secret vote it knows who has voted and how often each choice was taken, and nothing that
 * joins the two. */
#pragma once

#include <glib.h>

#include "signaling/protocol/lobby_messages.h"

typedef enum { VOTE_SIMPLE, VOTE_ABSOLUTE, VOTE_TWO_THIRDS, N_VOTE_MAJORITIES } VoteMajority;
typedef enum { VOTE_OF_PRESENT, VOTE_OF_INVITED, N_VOTE_BASES } VoteBase;
typedef enum { VOTE_OPEN, VOTE_CLOSED, VOTE_CANCELLED, N_VOTE_STATES } VoteState;
extern const char *const vote_state_names[]; /* "open", "closed", "cancelled", NULL */

#define VOTE_CHOICE_HIDDEN (-1) /* has voted, in secret */
#define VOTE_CHOICE_NONE (-2)   /* has not voted */

typedef struct {
  char *id;
  char *question;
  char **choices; /* 2..VOTE_CHOICES_MAX */
  guint n_choices;
  gboolean secret;
  gboolean has_abstention; /* its last choice is "no opinion", which is neither for nor against */
  VoteMajority majority;
  VoteBase base;
  guint quorum_percent; /* of the base must vote; 0 = any */
  VoteState state;
  gint64 opened_at_ms;
  gint64 closes_at_ms; /* by itself; 0 = by hand */
  gint64 closed_at_ms; /* closed or cancelled; 0 = open */
  guint counts[VOTE_CHOICES_MAX];
  GHashTable *ballots; /* endpoint -> choice; VOTE_CHOICE_HIDDEN in a secret vote */
  /* the result, of a closed vote */
  guint eligible;
  gboolean quorum_met;
  gboolean passed;
} Vote;

/* One ballot, as storage takes it. */
typedef struct {
  const char *vote;
  const char *endpoint;
  int choice;
  gboolean secret;
} VoteBallot;

/* An open vote; @choices (NULL-terminated, none: the three usual ones) are copied. */
Vote *vote_new (const char *id, const char *question, char *const *choices);
/* Everything but the ballots; for storage. */
Vote *vote_copy_head (const Vote *vote);
void vote_free (Vote *vote);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vote, vote_free)

/* The choices asked for make a vote: none, or 2 to VOTE_CHOICES_MAX. */
gboolean vote_choices_are_good (char *const *choices);

guint vote_cast (const Vote *vote); /* ballots so far */
int vote_choice_of (const Vote *vote, const char *endpoint);
/* Counts a ballot that is stored, of an endpoint that has none. */
void vote_add_ballot (Vote *vote, const char *endpoint, int choice);
/* For storage: a voter of whom nothing more is to be counted. */
void vote_add_voter (Vote *vote, const char *endpoint, int choice);

/* Sets the result. @n_present: sites in the meeting, or that have voted before they left.
 *   quorum      ballots >= quorum_percent of the base
 *   simple      the first choice has more than each other choice (abstentions left aside)
 *   absolute    the first choice has more than half of the base
 *   two_thirds  the first choice has two thirds of the base or more
 * None is passed without its quorum, or without any ballot. */
void vote_count (Vote *vote, guint n_present, guint n_invited);
/* Ends it at @now_ms as @state. */
void vote_end (Vote *vote, VoteState state, gint64 now_ms);
