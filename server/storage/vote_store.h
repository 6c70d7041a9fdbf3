/* Votes of running meetings, for live_store (folder-private): the question and its result; who has
 * voted; how often each choice was taken; and, of open votes alone, who took which.
 *
 * Of a secret vote nothing joins a voter and a choice: one table has the voters without a time, the
 * other one number per choice. What the write-ahead log remembers of single ballots goes when the
 * vote has ended: vote_store_forget_traces (). Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/meeting/vote.h"

/* Inserts or updates the question, its state and its result. */
gboolean vote_store_save (Database *database, const char *meeting, const Vote *vote,
                          GError **error);
/* EXISTS: this endpoint has voted. */
gboolean vote_store_add_ballot (Database *database, const VoteBallot *ballot, GError **error);
/* The last vote of @meeting with its ballots; *@ret_vote NULL: there was none. */
gboolean vote_store_load_last (Database *database, const char *meeting, Vote **ret_vote,
                               GError **error);
/* Outside of a transaction. Best effort: a reader of the file may be in the way. */
void vote_store_forget_traces (Database *database);
