/* The text format: families, labels, numbers, and what would break a line. */
#include "server/metrics/exposition.h"

static void
test_family (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  exposition_begin (text, "a_total", METRIC_COUNTER, "Two\nlines, a \\ and \"quotes\".");
  exposition_add (text, "a_total", "kind", "say \"x\\y\"\n", 3);
  exposition_add (text, "a_total", "kind", "\xff", 0.25);
  g_assert_cmpstr (text->str, ==,
                   "# HELP a_total Two\\nlines, a \\\\ and \"quotes\".\n"
                   "# TYPE a_total counter\n"
                   "a_total{kind=\"say \\\"x\\\\y\\\"\\n\"} 3\n"
                   "a_total{kind=\"\xef\xbf\xbd\"} 0.25\n");
}

static void
test_numbers (void)
{
  static const struct {
    double value;
    const char *text;
  } cases[] = { { 0, "0" },
                { 9007199254740992, "9007199254740992" },
                { -5, "-5" },
                { 1e-6, "1e-06" },
                { 12.5, "12.5" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *wanted = g_strdup_printf ("a %s\n", cases[i].text);
    exposition_add (text, "a", NULL, NULL, cases[i].value);
    g_assert_cmpstr (text->str, ==, wanted);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/exposition/family", test_family);
  g_test_add_func ("/metrics/exposition/numbers", test_numbers);
  return g_test_run ();
}
