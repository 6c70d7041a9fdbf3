#include "signaling/meeting/roll_call.h"

static void
test_auto (void)
{
  static const struct {
    gboolean connected, heard, moving;
    RollAuto found;
  } rows[] = {
    { FALSE, FALSE, FALSE, ROLL_AUTO_ABSENT }, { FALSE, TRUE, TRUE, ROLL_AUTO_ABSENT },
    { TRUE, FALSE, FALSE, ROLL_AUTO_PARTIAL }, { TRUE, TRUE, FALSE, ROLL_AUTO_PARTIAL },
    { TRUE, FALSE, TRUE, ROLL_AUTO_PARTIAL },  { TRUE, TRUE, TRUE, ROLL_AUTO_PRESENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (roll_auto (rows[i].connected, rows[i].heard, rows[i].moving), ==,
                     rows[i].found);
}

/* The operator's word goes before what the line says. */
static void
test_present (void)
{
  static const struct {
    RollMark mark;
    gboolean is_in, is_present;
  } rows[] = {
    { ROLL_NONE, FALSE, FALSE },   { ROLL_NONE, TRUE, TRUE },      { ROLL_PRESENT, FALSE, TRUE },
    { ROLL_PRESENT, TRUE, TRUE },  { ROLL_ABSENT, TRUE, FALSE },   { ROLL_ABSENT, FALSE, FALSE },
    { ROLL_EXCUSED, TRUE, FALSE }, { ROLL_EXCUSED, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (roll_is_present (rows[i].mark, rows[i].is_in), ==, rows[i].is_present);
}

static void
test_quorum (void)
{
  static const struct {
    guint percent, invited, present, needed;
    gboolean reached;
  } rows[] = {
    { 0, 166, 0, 0, TRUE },       { 50, 166, 82, 83, FALSE },     { 50, 166, 83, 83, TRUE },
    { 67, 3, 2, 3, FALSE },       { 66, 3, 2, 2, TRUE },          { 100, 600, 599, 600, FALSE },
    { 100, 600, 600, 600, TRUE }, { 1, 1, 0, 1, FALSE },          { 1, 0, 0, 0, TRUE },
    { 101, 10, 10, 10, TRUE },    { 75, 4000, 3000, 3000, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Quorum quorum = quorum_count (rows[i].percent, rows[i].invited, rows[i].present);
    g_test_message ("row %u", i);
    g_assert_cmpuint (quorum.needed, ==, rows[i].needed);
    g_assert_cmpuint (quorum.present, ==, rows[i].present);
    g_assert_cmpint (quorum.reached, ==, rows[i].reached);
  }
}

static void
test_names (void)
{
  g_assert_null (roll_mark_to_string (ROLL_NONE));
  g_assert_cmpstr (roll_mark_to_string (ROLL_EXCUSED), ==, "excused");
  g_assert_cmpstr (roll_auto_to_string (ROLL_AUTO_PARTIAL), ==, "partial");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roll-call/auto", test_auto);
  g_test_add_func ("/roll-call/present", test_present);
  g_test_add_func ("/roll-call/quorum", test_quorum);
  g_test_add_func ("/roll-call/names", test_names);
  return g_test_run ();
}
