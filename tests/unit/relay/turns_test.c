#include "pipelines/relay/turns.h"

#define MEMBERS 120

static void
count (gpointer member, gpointer user_data)
{
  (*(guint *) member)++;
  (*(guint *) user_data)++;
}

/* Each member once in @n ticks, and no tick with more than its part of them. */
static void
check_spread (const Turns *turns, guint *members, guint n)
{
  for (guint i = 0; i < MEMBERS; i++)
    members[i] = 0;
  for (guint tick = 1000; tick < 1000 + n; tick++) {
    guint visited = 0;

    turns_take (turns, tick, n, count, &visited);
    g_assert_cmpuint (visited, <=,
                      (MEMBERS + TICKS_PER_SECOND - 1) / TICKS_PER_SECOND * (TICKS_PER_SECOND / n));
  }
  for (guint i = 0; i < MEMBERS; i++)
    g_assert_cmpuint (members[i], ==, 1);
}

static void
test_all_take_theirs (void)
{
  Turns turns = { 0 };
  guint members[MEMBERS];

  for (guint i = 0; i < MEMBERS; i++)
    turns_add (&turns, i, &members[i]);
  check_spread (&turns, members, TICKS_PER_SECOND);
  check_spread (&turns, members, TICKS_SLOW);
  turns_clear (&turns);
}

static void
test_turn_of_serial (void)
{
  Turns turns = { 0 };
  guint member = 0, visited = 0;

  turns_add (&turns, 3 * TICKS_PER_SECOND + 7, &member);
  turns_take (&turns, 8, TICKS_PER_SECOND, count, &visited);
  g_assert_cmpuint (visited, ==, 0);
  turns_take (&turns, 7, TICKS_PER_SECOND, count, &visited);
  turns_take (&turns, 7 + TICKS_SLOW, TICKS_SLOW, count, &visited);
  g_assert_cmpuint (visited, ==, 2);
  turns_clear (&turns);
}

static void
test_removed (void)
{
  Turns turns = { 0 };
  guint member = 0, other = 0, visited = 0;

  turns_remove (&turns, 1, &member); /* nothing is there */
  turns_add (&turns, 1, &member);
  turns_add (&turns, 1 + TICKS_PER_SECOND, &other); /* the same turn */
  turns_remove (&turns, 1, &member);
  turns_take (&turns, 1, TICKS_PER_SECOND, count, &visited);
  g_assert_cmpuint (visited, ==, 1);
  g_assert_cmpuint (member, ==, 0);
  g_assert_cmpuint (other, ==, 1);
  turns_clear (&turns);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/turns/all-take-theirs", test_all_take_theirs);
  g_test_add_func ("/relay/turns/turn-of-serial", test_turn_of_serial);
  g_test_add_func ("/relay/turns/removed", test_removed);
  return g_test_run ();
}
