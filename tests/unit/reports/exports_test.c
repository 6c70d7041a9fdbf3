/* The files: what stands in them, and that strange content breaks none. */
#include "server/reports/report_export.h"
#include "tests/unit/reports/fixture.h"

#include <string.h>

#define AT(minutes) (START + (minutes) *MINUTE)

static const ReportEvent events[] = {
  { AT (-5), "seat.joined", "e1" },
  { AT (3), "seat.joined", "e2" },
  { AT (4), "head_count", "e2", "", "{\"present\":23,\"expected\":25}" },
  { AT (5), "roll.mark", "e3", "",
    "{\"mark\":\"excused\",\"reason\":\"Mưa lũ, \\\"mất điện\\\"\"}" },
  { AT (10), "floor.granted", "e2", "", "{\"remark\":false}" },
  { AT (14), "floor.released", "e2" },
  { AT (20), "floor.granted", "e1", "", "{\"remark\":true}" },
  { AT (21), "floor.released", "e1" },
  { AT (30), "vote.closed", "v", "",
    "{\"question\":\"Thông qua nghị quyết?\",\"choices\":[\"Tán thành\",\"Không\"],"
    "\"counts\":[2,0],\"eligible\":3,\"passed\":true}" },
};

typedef struct {
  MeetingRecord *record;
  MeetingReport *report;
  ReportStyle style;
} Sample;

static void
sample_clear (Sample *sample)
{
  meeting_report_free (sample->report);
  meeting_record_free (sample->record);
  g_time_zone_unref (sample->style.zone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sample, sample_clear)

static Sample
sample_new (ReportLanguage language)
{
  Sample sample = { .record = sample_record () };
  sample.report = sample_report (sample.record, events, G_N_ELEMENTS (events), 50);
  sample.style = (ReportStyle){ language, report_zone (NULL) };
  return sample;
}

static void
assert_contains (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("'%s' does not stand in:\n%s", part, text);
}

static char *
text_of (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  return g_strndup (data, size);
}

static void
assert_begins (GBytes *bytes, const char *magic)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (size, >, 500);
  g_assert_cmpint (memcmp (data, magic, strlen (magic)), ==, 0);
}

static void
test_csv (void)
{
  g_auto (Sample) sample = sample_new (REPORT_VI);
  g_autoptr (GBytes) bytes = report_to_csv (sample.report, &sample.style);
  g_autofree char *text = text_of (bytes);
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf\"STT\",\"Điểm cầu\""));
  assert_contains (text, "\r\n\"2\",\"Xã Nga Sơn\",\"Xã Nga Sơn\",\"\",\"Có mặt\",\"\","
                         "\"22/11/2026 08:33\",\"08:33–11:00\",147,3,0,23,25,\"4:00\"\r\n");
  assert_contains (text, "\"Vắng có lý do\",\"Mưa lũ, \"\"mất điện\"\"\",\"\",\"\",0,0,0,,,\"\"");
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5); /* head, three sites, the end */
}

/* A name that a spreadsheet would run is only a name. */
static void
test_csv_formula (void)
{
  static const char *const names[] = { "=1+1", "+84 237", "-x", "@sum", "\tx" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (Sample) sample = sample_new (REPORT_EN);
    ReportSite *site = sample.report->sites->pdata[1];
    g_free (site->name);
    site->name = g_strdup (names[i]);
    g_autoptr (GBytes) bytes = report_to_csv (sample.report, &sample.style);
    g_autofree char *text = text_of (bytes);
    g_autofree char *wanted = g_strdup_printf ("\"2\",\"'%s\"", names[i]);
    assert_contains (text, wanted);
  }
}

static void
test_xlsx (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Sample) sample = sample_new (REPORT_VI);
  g_autoptr (GPtrArray) log = g_ptr_array_new ();
  g_autofree char *long_detail = g_strnfill (40000, 'x'); /* above what a cell may hold */
  Event event = {
    1,           START,      (char *) "m1", (char *) "thuky", (char *) "", (char *) "meeting.state",
    (char *) "", long_detail
  };
  g_ptr_array_add (log, &event);
  g_autoptr (GBytes) bytes = report_to_xlsx (sample.report, log, &sample.style, &error);
  g_assert_no_error (error);
  assert_begins (bytes, "PK\x03\x04");
}

static void
test_pdf (void)
{
  for (ReportLanguage language = REPORT_VI; language < N_REPORT_LANGUAGES; language++) {
    g_autoptr (GError) error = NULL;
    g_auto (Sample) sample = sample_new (language);
    g_autoptr (GBytes) bytes = report_to_pdf (sample.report, &sample.style, &error);
    g_assert_no_error (error);
    assert_begins (bytes, "%PDF-1.");
  }
}

static void
test_minutes (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Sample) sample = sample_new (REPORT_VI);
  g_autofree char *draft = minutes_draft (sample.report, &sample.style);
  assert_contains (draft, "Tỉnh Thanh Hóa tổ chức phiên họp “Giao ban tháng 11”");
  assert_contains (draft, "từ 22/11/2026 08:30 đến 11:00.");
  assert_contains (draft, "mời: 3; có mặt: 2 (trong đó vào muộn: 1); vắng: 0; vắng có lý do: 1.");
  assert_contains (draft, "Vắng: Xã Trung Lý (lý do: Mưa lũ, \"mất điện\").");
  assert_contains (draft, "- 08:40: Xã Nga Sơn phát biểu (4:00).");
  assert_contains (draft, "- 08:50: Hội trường UBND tỉnh góp ý.");
  assert_contains (draft, "- Biểu quyết: Thông qua nghị quyết?\nTán thành: 2; Không: 0.");
  g_assert_cmpuint (strlen (draft), <, MINUTES_MAX_BYTES);

  MinutesVersion minutes = { .version = 1, .text = draft };
  g_autoptr (GBytes) bytes = minutes_to_pdf (sample.report, &minutes, &sample.style, &error);
  g_assert_no_error (error);
  assert_begins (bytes, "%PDF-1.");
}

/* What nobody should write comes out as a file all the same. */
static void
test_minutes_hostile (void)
{
  g_autofree char *long_word = g_strnfill (20000, 'W');
  const char *const texts[] = { "", "\n\n\n", "## ", "- ", long_word, "\xff\xfe", "a\rb\tc" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (Sample) sample = sample_new (REPORT_VI);
    MinutesVersion minutes = { .version = 1, .text = (char *) texts[i], .approved_ms = START };
    g_autoptr (GBytes) bytes = minutes_to_pdf (sample.report, &minutes, &sample.style, &error);
    g_assert_no_error (error);
    assert_begins (bytes, "%PDF-1.");
  }
}

static void
test_json (void)
{
  g_auto (Sample) sample = sample_new (REPORT_VI);
  json_t *json = report_to_json (sample.report);
  json_t *site = json_array_get (json_object_get (json, "attendance"), 2);
  g_assert_cmpstr (json_string_value (json_object_get (site, "mark")), ==, "excused");
  g_assert_true (json_is_null (json_object_get (site, "first_joined_at")));
  g_assert_true (json_is_null (json_object_get (site, "head_count")));
  json_t *counts = json_object_get (json, "counts");
  g_assert_cmpint (json_integer_value (json_object_get (counts, "invited")), ==, 3);
  g_assert_cmpuint (json_array_size (json_object_get (json, "speaking")), ==, 2);
  json_decref (json);
}

static void
test_statistics (void)
{
  g_autoptr (GError) error = NULL;
  StatisticsRow row = { (char *) "38", (char *) "Tỉnh Thanh Hóa", 4, 600, 500, 3 };
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_auto (Sample) sample = sample_new (REPORT_VI);
  g_autoptr (GBytes) none = statistics_to_xlsx (rows, "11/2026", &sample.style, &error);
  g_assert_no_error (error);
  g_ptr_array_add (rows, &row);
  g_autoptr (GBytes) bytes = statistics_to_xlsx (rows, "11/2026", &sample.style, &error);
  g_assert_no_error (error);
  assert_begins (bytes, "PK\x03\x04");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exports/csv", test_csv);
  g_test_add_func ("/exports/csv-formula", test_csv_formula);
  g_test_add_func ("/exports/xlsx", test_xlsx);
  g_test_add_func ("/exports/pdf", test_pdf);
  g_test_add_func ("/exports/minutes", test_minutes);
  g_test_add_func ("/exports/minutes-hostile", test_minutes_hostile);
  g_test_add_func ("/exports/json", test_json);
  g_test_add_func ("/exports/statistics", test_statistics);
  return g_test_run ();
}
