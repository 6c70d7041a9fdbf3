/* Every id has words in both languages, under the id that the interface uses. */
#include "signaling/health/words.h"

static void
check (const HealthWords *words, const char *id, gboolean is_empty)
{
  g_assert_cmpstr (words->id, ==, id);
  g_assert_cmpint (words->vi[0] == '\0', ==, is_empty);
  g_assert_cmpint (words->en[0] == '\0', ==, is_empty);
  g_assert_true (g_utf8_validate (words->vi, -1, NULL));
}

static void
test_complete (void)
{
  for (guint i = 0; i < N_HEALTH_STATES; i++)
    check (health_state_words ((HealthState) i), health_state_names[i], FALSE);
  for (guint i = 0; i < N_HEALTH_REASONS; i++)
    check (health_reason_words ((HealthReason) i), health_reason_names[i], FALSE);
  for (guint i = 0; i < N_HEALTH_CAUSES; i++)
    check (health_cause_words ((HealthCauseId) i), health_cause_names[i], i == HEALTH_CAUSE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/words/complete", test_complete);
  return g_test_run ();
}
