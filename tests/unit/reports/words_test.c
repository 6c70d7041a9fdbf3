/* Words, times and lengths of reports. */
#include "server/reports/report_words.h"

static void
test_words (void)
{
  for (ReportWord word = 0; word < N_WORDS; word++)
    for (ReportLanguage language = REPORT_VI; language < N_REPORT_LANGUAGES; language++) {
      const char *text = report_word (word, language);
      g_assert_nonnull (text);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
      g_assert_cmpstr (text, ==, composed);
    }
}

static void
test_languages (void)
{
  ReportLanguage language = REPORT_EN;
  g_assert_true (report_language_from_string (NULL, &language));
  g_assert_cmpint (language, ==, REPORT_VI);
  g_assert_true (report_language_from_string ("en", &language));
  g_assert_cmpint (language, ==, REPORT_EN);
  g_assert_false (report_language_from_string ("fr", &language));
  g_assert_cmpint (language, ==, REPORT_EN);
}

static void
test_times (void)
{
  g_autoptr (GTimeZone) vietnam = report_zone ("+07:00");
  g_autoptr (GTimeZone) utc = report_zone ("Z");
  g_autoptr (GTimeZone) unreadable = report_zone ("Nơi nào đó");
  const gint64 ms = G_GINT64_CONSTANT (1795311000000);
  g_autofree char *here = report_date_time (ms, vietnam);
  g_autofree char *there = report_date_time (ms, utc);
  g_autofree char *fallen_back = report_date_time (ms, unreadable);
  g_autofree char *never = report_date_time (0, vietnam);
  g_autofree char *clock = report_clock (ms, vietnam);
  g_assert_cmpstr (here, ==, "22/11/2026 08:30");
  g_assert_cmpstr (there, ==, "22/11/2026 01:30");
  g_assert_cmpstr (fallen_back, ==, here);
  g_assert_cmpstr (never, ==, "");
  g_assert_cmpstr (clock, ==, "08:30");
}

static void
test_lengths (void)
{
  static const struct {
    gint64 ms;
    const char *text;
  } rows[] = { { 0, "0:00" },         { -5, "0:00" },       { 999, "0:00" },
               { 61000, "1:01" },     { 3599999, "59:59" }, { 3600000, "1:00:00" },
               { 7384000, "2:03:04" } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = report_length (rows[i].ms);
    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reports/words", test_words);
  g_test_add_func ("/reports/languages", test_languages);
  g_test_add_func ("/reports/times", test_times);
  g_test_add_func ("/reports/lengths", test_lengths);
  return g_test_run ();
}
