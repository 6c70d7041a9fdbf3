/* The rules of votes, by tables. */
#include "signaling/meeting/vote.h"

#define MAX_COUNTS 4

static Vote *
vote_with (guint n_choices, const guint *counts)
{
  g_autoptr (GStrvBuilder) choices = g_strv_builder_new ();
  for (guint i = 0; i < n_choices; i++) {
    g_autofree char *name = g_strdup_printf ("choice %u", i);
    g_strv_builder_add (choices, name);
  }
  g_auto (GStrv) list = g_strv_builder_end (choices);
  Vote *vote = vote_new ("v1", "Thông qua?", list);
  for (guint i = 0; i < vote->n_choices; i++)
    for (guint k = 0; k < counts[i]; k++) {
      g_autofree char *endpoint = g_strdup_printf ("e%u-%u", i, k);
      vote_add_ballot (vote, endpoint, (int) i);
    }
  return vote;
}

typedef struct {
  const char *name;
  guint n_choices; /* 0 = the usual three */
  guint counts[MAX_COUNTS];
  VoteMajority majority;
  VoteBase base;
  guint quorum_percent, present, invited;
  gboolean quorum_met, passed;
} Row;

static const Row rows[] = {
  { "nobody", 0, { 0 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 0, 10, 10, FALSE, FALSE },
  { "one for", 0, { 1 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 0, 10, 10, TRUE, TRUE },
  { "tie", 0, { 3, 3, 0 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 0, 10, 10, TRUE, FALSE },
  { "abstentions do not count",
    0,
    { 3, 2, 5 },
    VOTE_SIMPLE,
    VOTE_OF_PRESENT,
    0,
    10,
    10,
    TRUE,
    TRUE },
  { "only abstentions", 0, { 0, 0, 5 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 0, 10, 10, TRUE, FALSE },
  { "own choices: the third counts",
    3,
    { 3, 2, 5 },
    VOTE_SIMPLE,
    VOTE_OF_PRESENT,
    0,
    10,
    10,
    TRUE,
    FALSE },
  { "own choices: first ahead of each",
    4,
    { 4, 3, 3, 3 },
    VOTE_SIMPLE,
    VOTE_OF_PRESENT,
    0,
    20,
    20,
    TRUE,
    TRUE },
  { "half is not more than half",
    0,
    { 5, 0, 0 },
    VOTE_ABSOLUTE,
    VOTE_OF_PRESENT,
    0,
    10,
    20,
    TRUE,
    FALSE },
  { "one more than half", 0, { 6, 4, 0 }, VOTE_ABSOLUTE, VOTE_OF_PRESENT, 0, 10, 20, TRUE, TRUE },
  { "half of odd", 0, { 5, 4, 0 }, VOTE_ABSOLUTE, VOTE_OF_PRESENT, 0, 9, 20, TRUE, TRUE },
  { "of the invited", 0, { 6, 4, 0 }, VOTE_ABSOLUTE, VOTE_OF_INVITED, 0, 10, 20, TRUE, FALSE },
  { "of the invited, enough",
    0,
    { 11, 0, 0 },
    VOTE_ABSOLUTE,
    VOTE_OF_INVITED,
    0,
    11,
    20,
    TRUE,
    TRUE },
  { "two thirds exactly", 0, { 8, 4, 0 }, VOTE_TWO_THIRDS, VOTE_OF_PRESENT, 0, 12, 12, TRUE, TRUE },
  { "two thirds missed by one",
    0,
    { 7, 5, 0 },
    VOTE_TWO_THIRDS,
    VOTE_OF_PRESENT,
    0,
    12,
    12,
    TRUE,
    FALSE },
  { "two thirds of 100",
    0,
    { 67, 33, 0 },
    VOTE_TWO_THIRDS,
    VOTE_OF_PRESENT,
    0,
    100,
    100,
    TRUE,
    TRUE },
  { "two thirds of 100, one less",
    0,
    { 66, 34, 0 },
    VOTE_TWO_THIRDS,
    VOTE_OF_PRESENT,
    0,
    100,
    100,
    TRUE,
    FALSE },
  { "quorum exactly", 0, { 5, 0, 0 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 50, 10, 10, TRUE, TRUE },
  { "quorum missed by one",
    0,
    { 4, 0, 0 },
    VOTE_SIMPLE,
    VOTE_OF_PRESENT,
    50,
    10,
    10,
    FALSE,
    FALSE },
  { "quorum of the invited",
    0,
    { 5, 0, 0 },
    VOTE_SIMPLE,
    VOTE_OF_INVITED,
    50,
    10,
    11,
    FALSE,
    FALSE },
  { "all must vote", 0, { 9, 1, 0 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 100, 10, 10, TRUE, TRUE },
  { "all but one", 0, { 9, 0, 0 }, VOTE_SIMPLE, VOTE_OF_PRESENT, 100, 10, 10, FALSE, FALSE },
  { "abstentions make the quorum",
    0,
    { 3, 2, 5 },
    VOTE_SIMPLE,
    VOTE_OF_PRESENT,
    100,
    10,
    10,
    TRUE,
    TRUE },
  { "abstentions against the absolute",
    0,
    { 5, 0, 5 },
    VOTE_ABSOLUTE,
    VOTE_OF_PRESENT,
    0,
    10,
    10,
    TRUE,
    FALSE },
};

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Vote) vote = vote_with (rows[i].n_choices, rows[i].counts);
    vote->majority = rows[i].majority;
    vote->base = rows[i].base;
    vote->quorum_percent = rows[i].quorum_percent;
    vote_count (vote, rows[i].present, rows[i].invited);
    g_test_message ("%s: quorum %d, passed %d", rows[i].name, vote->quorum_met, vote->passed);
    g_assert_cmpint (vote->quorum_met, ==, rows[i].quorum_met);
    g_assert_cmpint (vote->passed, ==, rows[i].passed);
    g_assert_cmpuint (vote->eligible, ==,
                      rows[i].base == VOTE_OF_INVITED ? rows[i].invited : rows[i].present);
  }
}

static void
test_ballots (void)
{
  const guint none[MAX_COUNTS] = { 0 };
  g_autoptr (Vote) vote = vote_with (0, none);

  g_assert_cmpint (vote_choice_of (vote, "e1"), ==, VOTE_CHOICE_NONE);
  vote_add_ballot (vote, "e1", 2);
  g_assert_cmpint (vote_choice_of (vote, "e1"), ==, 2);
  g_assert_cmpuint (vote_cast (vote), ==, 1);
  g_assert_cmpuint (vote->counts[2], ==, 1);
  g_autoptr (Vote) head = vote_copy_head (vote);
  g_assert_cmpuint (vote_cast (head), ==, 0);
  g_assert_cmpstr (head->choices[1], ==, "Không tán thành");
}

/* Who voted is known, what was voted is known, but not what whom. */
static void
test_secret (void)
{
  const guint none[MAX_COUNTS] = { 0 };
  g_autoptr (Vote) vote = vote_with (0, none);

  vote->secret = TRUE;
  vote_add_ballot (vote, "e1", 1);
  g_assert_cmpint (vote_choice_of (vote, "e1"), ==, VOTE_CHOICE_HIDDEN);
  g_assert_cmpint (vote_choice_of (vote, "e2"), ==, VOTE_CHOICE_NONE);
  g_assert_cmpuint (vote->counts[1], ==, 1);
}

static void
test_choices (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_assert_true (vote_choices_are_good (NULL));
  g_assert_true (vote_choices_are_good ((char *[]){ NULL }));
  g_assert_false (vote_choices_are_good ((char *[]){ (char *) "a", NULL }));
  g_assert_true (vote_choices_are_good ((char *[]){ (char *) "a", (char *) "b", NULL }));
  for (guint i = 0; i < VOTE_CHOICES_MAX; i++)
    g_strv_builder_add (builder, "a");
  g_auto (GStrv) most = g_strv_builder_end (builder);
  g_assert_true (vote_choices_are_good (most));
  g_strv_builder_addv (builder, (const char **) most);
  g_strv_builder_add (builder, "one more");
  g_auto (GStrv) more = g_strv_builder_end (builder);
  g_assert_cmpuint (g_strv_length (more), ==, VOTE_CHOICES_MAX + 1);
  g_assert_false (vote_choices_are_good (more));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vote/rules", test_rules);
  g_test_add_func ("/vote/ballots", test_ballots);
  g_test_add_func ("/vote/secret", test_secret);
  g_test_add_func ("/vote/choices", test_choices);
  return g_test_run ();
}
