/* A rehearsal as a file: red first, in words, and nothing that a spreadsheet would run. */
#include "server/reports/rehearsal_sheet.h"

#include <string.h>

static RehearsalSite *
add_site (GPtrArray *sites, const char *name, TestLight light)
{
  RehearsalSite *site = g_new0 (RehearsalSite, 1);
  site->endpoint = g_strdup (name);
  site->name = g_strdup (name);
  site->unit_name = g_strdup ("Xã");
  site->path = g_strdup ("38/");
  site->technician = g_strdup ("Nguyễn Văn A");
  site->phone = g_strdup ("0912");
  site->note = g_strdup ("");
  g_ptr_array_add (sites, site);
  if (light == TEST_LIGHT_NONE)
    return site;
  site->runs = 2;
  site->run = g_new0 (TestRun, 1);
  site->run->endpoint = g_strdup (name);
  site->run->test = g_strdup ("t");
  site->run->light = light;
  site->run->at_ms = 1795000000000;
  site->run->advice = g_strdup (light == TEST_LIGHT_GOOD ? "[]" : "[\"echo\",\"mic_low\"]");
  site->run->result = g_strdup ("{\"test\":\"t\",\"line\":{\"network\":\"wifi\",\"up_loss\":34},"
                                "\"devices\":{\"microphone\":\"=1+1\",\"camera\":\"Cam\"},"
                                "\"relay\":{\"up_loss\":10,\"down_loss\":5,\"rtt_ms\":18}}");
  return site;
}

static RehearsalSheet
make_sheet (void)
{
  RehearsalSheet sheet = { g_strdup ("Giao ban"), 1795000000000,
                           g_ptr_array_new_with_free_func ((GDestroyNotify) rehearsal_site_free) };
  add_site (sheet.sites, "Xanh", TEST_LIGHT_GOOD);
  add_site (sheet.sites, "Vắng", TEST_LIGHT_NONE);
  RehearsalSite *red = add_site (sheet.sites, "Đỏ", TEST_LIGHT_BAD);
  g_free (red->note);
  red->note = g_strdup ("=tiếng nhỏ");
  red->ticked_by = g_strdup ("kythuat");
  red->ticked_ms = 1795000000000;
  add_site (sheet.sites, "Vàng", TEST_LIGHT_FAIR);
  return sheet;
}

static void
sheet_clear (RehearsalSheet *sheet)
{
  g_free (sheet->title);
  g_ptr_array_unref (sheet->sites);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RehearsalSheet, sheet_clear)

static char *
csv_in (ReportLanguage language)
{
  g_auto (RehearsalSheet) sheet = make_sheet ();
  g_autoptr (GTimeZone) zone = report_zone ("+07:00");
  ReportStyle style = { language, zone };
  g_autoptr (GBytes) bytes = rehearsal_to_csv (&sheet, &style, NULL);
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  return g_strndup (text, size);
}

static void
test_csv (void)
{
  g_autofree char *text = csv_in (REPORT_VI);
  const char *const order[] = { "Đỏ", "Vàng", "Vắng", "Xanh" };
  const char *at = text;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    at = strstr (at, order[i]);
    g_assert_nonnull (at);
  }
  g_assert_nonnull (strstr (text, "Việc cần làm"));
  g_assert_nonnull (strstr (text, "chưa đạt"));
  g_assert_nonnull (strstr (text, "chưa thử"));
  g_assert_nonnull (strstr (text, "Wi-Fi"));
  g_assert_nonnull (strstr (text, "3,4")); /* the page's figure */
  g_assert_nonnull (strstr (text, "0,5")); /* the relay's, where the page has none */
  g_assert_nonnull (strstr (text, "kythuat, 18/11/2026"));
  g_assert_nonnull (strstr (text, "'=tiếng nhỏ"));
  g_assert_nonnull (strstr (text, "'=1+1"));
}

static void
test_english (void)
{
  g_autofree char *text = csv_in (REPORT_EN);
  g_assert_nonnull (strstr (text, "What to do"));
  g_assert_nonnull (strstr (text, "The loudspeaker comes back by the microphone"));
  g_assert_nonnull (strstr (text, "3.4"));
  g_assert_cmpstr (rehearsal_sheet_name (REPORT_EN), ==, "Rehearsal");
}

static void
test_xlsx (void)
{
  g_auto (RehearsalSheet) sheet = make_sheet ();
  g_autoptr (GTimeZone) zone = report_zone ("+07:00");
  ReportStyle style = { REPORT_VI, zone };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rehearsal_to_xlsx (&sheet, &style, &error);
  g_assert_no_error (error);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (size, >, 1000);
  g_assert_cmpmem (data, 2, "PK", 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearsal-sheet/csv", test_csv);
  g_test_add_func ("/rehearsal-sheet/english", test_english);
  g_test_add_func ("/rehearsal-sheet/xlsx", test_xlsx);
  return g_test_run ();
}
