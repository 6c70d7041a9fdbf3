/* Sums, roll-ups and the forms of a report on lines. */
#include "server/reports/line_export.h"
#include "server/reports/line_rollup.h"
#include "server/reports/line_table.h"
#include "tests/unit/reports/line_fixture.h"

#include <string.h>

/* A room of an hour that was usable for so many minutes, and so late. */
static LineFigures
figures_of (gint64 usable_minutes, gint64 late_minutes)
{
  LineFigures figures = { .joined_ms = START,
                          .late_ms = late_minutes * MINUTE,
                          .meeting_ms = 60 * MINUTE,
                          .connected_ms = 60 * MINUTE,
                          .measured_ms = 60 * MINUTE,
                          .usable_ms = usable_minutes * MINUTE,
                          .counted_ms = 60 * MINUTE };
  return figures;
}

static LineFigures
absent (void)
{
  return (LineFigures){ .late_ms = -1, .meeting_ms = 60 * MINUTE, .counted_ms = 60 * MINUTE };
}

static LineFigures
unmeasured (void)
{
  LineFigures figures = figures_of (0, 0);
  figures.measured_ms = figures.counted_ms = 0;
  return figures;
}

/* --- sums ---------------------------------------------------------------------------------------
 */

static void
test_sum (void)
{
  LineFigures a = figures_of (60, 0), b = figures_of (30, 6), c = absent (), d = unmeasured ();
  LineSum sum = { 0 }, other = { 0 };
  a.loss_up_ppm = 10000;
  a.faults[HEALTH_CAUSE_WIFI] = (LineFault){ 2, 4 * MINUTE };
  b.loss_up_ppm = 30000;
  b.worst = (LineMoment){ START, HEALTH_LIGHT_POOR, HEALTH_CAUSE_WIFI, 80, 0 };
  b.faults[HEALTH_CAUSE_CABLE] = (LineFault){ 1, 9 * MINUTE };
  b.rehearsal = HEALTH_LIGHT_FAIR;
  line_sum_add (&sum, &a, 5 * MINUTE);
  line_sum_add (&sum, &b, 5 * MINUTE);
  line_sum_add (&other, &c, 5 * MINUTE);
  line_sum_add (&other, &d, 5 * MINUTE);
  line_sum_merge (&sum, &other);
  g_assert_cmpuint (sum.turns, ==, 4);
  g_assert_cmpuint (sum.came, ==, 3);
  g_assert_cmpuint (sum.on_time, ==, 2);
  g_assert_cmpfloat (line_sum_punctuality (&sum), ==, 50);
  g_assert_cmpfloat (line_sum_availability (&sum), ==, 50); /* 90 of 180 */
  g_assert_cmpfloat_with_epsilon (line_sum_loss_up (&sum), 2.0, 1e-9);
  g_assert_cmpuint (sum.worst.loss_up, ==, 80);
  g_assert_cmpuint (line_sum_all_faults (&sum).n, ==, 3);
  LineKind kinds[2];
  g_assert_cmpuint (line_sum_causes (&sum, kinds, 2), ==, 2);
  g_assert_cmpuint (kinds[0], ==, HEALTH_CAUSE_CABLE); /* the one that lasted longest */
  g_assert_cmpuint (line_sum_causes (&sum, kinds, 1), ==, 1);
  g_assert_cmpuint (kinds[0], ==, HEALTH_CAUSE_CABLE);
  g_assert_cmpuint (sum.rehearsal[HEALTH_LIGHT_FAIR], ==, 1);
  g_assert_cmpuint (sum.rehearsal[HEALTH_LIGHT_UNKNOWN], ==, 3);
}

static void
test_nothing_known (void)
{
  LineFigures figures = unmeasured ();
  LineSum sum = { 0 };
  g_assert_cmpfloat (line_sum_punctuality (&sum), <, 0);
  line_sum_add (&sum, &figures, 0);
  g_assert_cmpfloat (line_sum_availability (&sum), <, 0);
  g_assert_cmpfloat (line_sum_loss_up (&sum), <, 0);
  g_assert_cmpfloat (line_sum_rtt (&sum), <, 0);
  g_assert_cmpfloat (line_sum_punctuality (&sum), ==, 100);
}

static void
test_tolerance (void)
{
  static const struct {
    gint64 late_ms;
    guint on_time;
  } rows[] = { { 0, 1 }, { 5 * MINUTE, 1 }, { 5 * MINUTE + 1, 0 }, { -1, 0 } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LineFigures figures = figures_of (60, 0);
    LineSum sum = { 0 };
    figures.late_ms = rows[i].late_ms;
    line_sum_add (&sum, &figures, 5 * MINUTE);
    g_assert_cmpuint (sum.on_time, ==, rows[i].on_time);
  }
}

/* --- roll-ups -----------------------------------------------------------------------------------
 */

static LineReport *
roll_up (LineGroup group)
{
  static const struct {
    const char *meeting, *endpoint;
    int day; /* behind 22/11/2026 */
    gint64 usable;
  } rows[] = {
    { "m1", "e1", 0, 60 },  { "m1", "e2", 0, 30 },  { "m1", "x9", 0, 0 }, /* of another tree */
    { "m2", "e1", 10, 60 }, { "m2", "e3", 10, 54 }, { "m3", "e3", 40, 60 },
  };
  g_autoptr (GTimeZone) zone = report_zone (NULL);
  g_autoptr (LineRollup) rollup = line_rollup_new (group, zone, 5 * MINUTE);
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (titles, (gpointer) "m1", (gpointer) "Giao ban");
  line_rollup_set_titles (rollup, titles);
  line_rollup_add_room (rollup, "e1", "Xã Nga Sơn", "Xã Nga Sơn", "ns", "Huyện Nga Sơn");
  line_rollup_add_room (rollup, "e2", "Xã Nga Bạch", "Xã Nga Bạch", "ns", "Huyện Nga Sơn");
  line_rollup_add_room (rollup, "e3", "Xã Trung Lý", "Xã Trung Lý", "ml", "Huyện Mường Lát");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LineFigures figures = figures_of (rows[i].usable, 0);
    gint64 from_ms = START + rows[i].day * 24 * 60 * MINUTE;
    LineMeetingRow meeting = { (char *) rows[i].meeting, from_ms, from_ms + 60 * MINUTE, 10 };
    line_rollup_add (rollup, &meeting, rows[i].endpoint, &figures);
  }
  return line_rollup_finish (rollup);
}

static void
test_groups (void)
{
  static const struct {
    LineGroup group;
    const char *key, *name;
    guint row, n_rows, meetings, sites, turns;
    double availability;
  } rows[] = {
    { LINE_BY_SITE, "e2", "Xã Nga Bạch", 0, 3, 1, 1, 1, 50 },
    { LINE_BY_SITE, "e3", "Xã Trung Lý", 1, 3, 2, 1, 2, 95 },
    { LINE_BY_BRANCH, "ns", "Huyện Nga Sơn", 0, 2, 2, 2, 3, 100.0 * 150 / 180 },
    { LINE_BY_BRANCH, "ml", "Huyện Mường Lát", 1, 2, 2, 1, 2, 95 },
    { LINE_BY_MONTH, "2026-11", "2026-11", 0, 3, 1, 2, 2, 75 },
    { LINE_BY_MONTH, "2026-12", "2026-12", 1, 3, 1, 2, 2, 95 },
    { LINE_BY_YEAR, "2027", "2027", 1, 2, 1, 1, 1, 100 },
    { LINE_BY_YEAR, "2026", "2026", 0, 2, 2, 3, 4, 85 },
    { LINE_BY_MEETING, "m1", "Giao ban", 0, 3, 1, 2, 2, 75 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (LineReport) report = roll_up (rows[i].group);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpuint (report->rows->len, ==, rows[i].n_rows);
    const LineRow *row = report->rows->pdata[rows[i].row];
    g_assert_cmpstr (row->key, ==, rows[i].key);
    g_assert_cmpstr (row->name, ==, rows[i].name);
    g_assert_cmpuint (row->meetings, ==, rows[i].meetings);
    g_assert_cmpuint (row->sites, ==, rows[i].sites);
    g_assert_cmpuint (row->sum.turns, ==, rows[i].turns);
    g_assert_cmpfloat_with_epsilon (line_sum_availability (&row->sum), rows[i].availability, 1e-6);
    g_assert_cmpuint (report->total.meetings, ==, 3);
    g_assert_cmpuint (report->total.sites, ==, 3);
    g_assert_cmpuint (report->total.sum.turns, ==, 5);
  }
}

static void
test_group_names (void)
{
  LineGroup group = LINE_BY_SITE;
  g_assert_true (line_group_from_string ("meeting", &group));
  g_assert_cmpint (group, ==, LINE_BY_MEETING);
  g_assert_false (line_group_from_string ("week", &group));
  g_assert_false (line_group_from_string (NULL, &group));
}

/* --- forms --------------------------------------------------------------------------------------
 */

/* Of one meeting: a room that was ill, one that was well, one that never came. */
static LineReport *
meeting_report (void)
{
  LineReport *report = line_report_new (LINE_BY_SITE);
  g_autoptr (ReportSite) ill = report_site_new ("e1", "=Xã \"Nga\" Sơn", "Xã Nga Sơn", "Nhánh");
  g_autoptr (ReportSite) well = report_site_new ("e2", "Xã Nga Bạch", "Xã Nga Bạch", "");
  g_autoptr (ReportSite) away = report_site_new ("e3", "Xã Trung Lý", "Xã Trung Lý", "");
  LineFigures bad = figures_of (30, 6), fine = figures_of (60, 0), none = absent ();
  bad.loss_up_ppm = 23400;
  bad.worst = (LineMoment){ START + 9 * MINUTE, HEALTH_LIGHT_POOR, HEALTH_CAUSE_WIFI, 80, 0 };
  bad.faults[HEALTH_CAUSE_WIFI] = (LineFault){ 2, 4 * MINUTE };
  fine.rehearsal = HEALTH_LIGHT_GOOD;
  report->meeting = g_strdup ("m1");
  g_free (report->title);
  report->title = g_strdup ("Giao ban tháng 11");
  g_free (report->host_name);
  report->host_name = g_strdup ("Tỉnh Thanh Hóa");
  report->from_ms = START;
  report->to_ms = HOUR_END;
  report->tolerance_ms = 5 * MINUTE;
  line_report_add_site (report, well, &fine);
  line_report_add_site (report, ill, &bad);
  line_report_add_site (report, away, &none);
  line_report_finish (report);
  return report;
}

static char *
text_of (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  return g_strndup (data, size);
}

static void
assert_contains (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("'%s' does not stand in:\n%s", part, text);
}

static void
test_csv (void)
{
  g_autoptr (LineReport) report = meeting_report ();
  g_autoptr (GTimeZone) zone = report_zone (NULL);
  ReportStyle vi = { REPORT_VI, zone }, en = { REPORT_EN, zone };
  g_autoptr (GBytes) bytes = line_report_to_csv (report, &vi);
  g_autofree char *text = text_of (bytes);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf\"STT\",\"Điểm cầu\""));
  assert_contains (lines[1], "1,\"Xã Trung Lý\""); /* the worst: it never came */
  assert_contains (lines[1], "\"không vào\",,");
  assert_contains (lines[2], "2,\"'=Xã \"\"Nga\"\" Sơn\",\"Xã Nga Sơn\",\"Nhánh\","
                             "\"22/11/2026 08:30\",6,\"0,0\",60,\"50,0\",0,\"2,34\",\"0,00\"");
  assert_contains (lines[2], "\"22/11/2026 08:39\",\"Wi-Fi yếu\",2,\"4,0\","
                             "\"Wi-Fi yếu (2 lần, 4 phút)\",\"chưa thử\"");
  assert_contains (lines[3], "\"tốt\"");
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_autoptr (GBytes) english = line_report_to_csv (report, &en);
  g_autofree char *other = text_of (english);
  assert_contains (other, ",6,0.0,60,50.0,0,2.34,");
}

static void
test_files (void)
{
  for (LineGroup group = LINE_BY_SITE; group <= N_LINE_GROUPS; group++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GTimeZone) zone = report_zone (NULL);
    g_autoptr (LineReport) report = group < N_LINE_GROUPS ? roll_up (group) : meeting_report ();
    ReportStyle style = { group % 2 ? REPORT_VI : REPORT_EN, zone };
    g_autoptr (GBytes) xlsx = line_report_to_xlsx (report, &style, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (xlsx, NULL), 4, "PK\x03\x04", 4);
    g_autoptr (GBytes) pdf = line_report_to_pdf (report, START, &style, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (pdf, NULL), 5, "%PDF-", 5);
  }
}

/* Nothing to report is a report as well. */
static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = report_zone (NULL);
  g_autoptr (LineReport) report = line_report_new (LINE_BY_MONTH);
  ReportStyle style = { REPORT_VI, zone };
  line_report_finish (report);
  g_autoptr (GBytes) pdf = line_report_to_pdf (report, START, &style, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) xlsx = line_report_to_xlsx (report, &style, &error);
  g_assert_no_error (error);
  json_t *json = line_report_to_json (report);
  g_assert_true (
      json_is_null (json_object_get (json_object_get (json, "total"), "availability_percent")));
  json_decref (json);
}

static void
test_json (void)
{
  g_autoptr (LineReport) report = meeting_report ();
  json_t *json = line_report_to_json (report);
  g_assert_nonnull (json);
  json_t *row = json_array_get (json_object_get (json, "rows"), 1);
  g_assert_cmpstr (json_string_value (json_object_get (row, "key")), ==, "e1");
  g_assert_cmpint (json_integer_value (json_object_get (row, "late_seconds")), ==, 360);
  g_assert_cmpfloat (json_real_value (json_object_get (row, "availability_percent")), ==, 50);
  json_t *worst = json_object_get (row, "worst");
  g_assert_cmpstr (json_string_value (json_object_get (worst, "light")), ==, "poor");
  json_t *cause = json_array_get (json_object_get (row, "causes"), 0);
  g_assert_cmpint (json_integer_value (json_object_get (cause, "n")), ==, 2);
  json_t *never = json_array_get (json_object_get (json, "rows"), 0);
  g_assert_true (json_is_null (json_object_get (never, "late_seconds")));
  g_assert_true (json_is_null (json_object_get (never, "joined_at")));
  g_assert_null (json_object_get (json_object_get (json, "total"), "key"));
  g_assert_cmpuint (json_array_size (json_object_get (json, "definitions")), ==, 4);
  json_decref (json);
}

/* Each column has a head, and a cell in each row. */
static void
test_table (void)
{
  for (LineGroup group = LINE_BY_SITE; group <= N_LINE_GROUPS; group++) {
    g_autoptr (GTimeZone) zone = report_zone (NULL);
    g_autoptr (LineReport) report = group < N_LINE_GROUPS ? roll_up (group) : meeting_report ();
    ReportStyle style = { REPORT_VI, zone };
    guint n = line_table_n_columns (report);
    g_assert_cmpuint (n, >, 15);
    for (guint i = 0; i < n; i++) {
      g_assert_cmpint (line_table_head (report, i, REPORT_EN)[0], !=, '\0');
      g_assert_cmpfloat (line_table_width (report, i), >, 0);
      g_auto (LineCell) cell = line_table_cell (report, report->rows->pdata[0], 1, i, &style);
      g_auto (LineCell) total = line_table_cell (report, &report->total, 0, i, &style);
      g_assert_true (i != 0 || cell.number == 1);
      g_assert_true (i != 1 || g_str_equal (total.text, "Cộng"));
    }
  }
}

/* --- words --------------------------------------------------------------------------------------
 */

static void
test_words (void)
{
  for (LineWord word = 0; word < N_LINE_WORDS; word++)
    for (ReportLanguage language = REPORT_VI; language < N_REPORT_LANGUAGES; language++)
      g_assert_cmpstr (line_word (word, language), !=, "");
  for (LineKind kind = 0; kind < N_LINE_KINDS; kind++)
    for (ReportLanguage language = REPORT_VI; language < N_REPORT_LANGUAGES; language++) {
      g_autofree char *text = line_kind_text (kind, language);
      g_assert_cmpuint (strlen (text), >, 1);
      g_assert_null (strchr (text, ':'));
    }
}

static void
test_numbers (void)
{
  static const struct {
    double value;
    int digits;
    ReportLanguage language;
    const char *text;
  } rows[] = { { 99.46, 1, REPORT_VI, "99,5" },
               { 99.46, 1, REPORT_EN, "99.5" },
               { 3, 0, REPORT_VI, "3" },
               { -1, 1, REPORT_VI, "" } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = line_number (rows[i].value, rows[i].digits, rows[i].language);
    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

static void
test_definitions (void)
{
  g_auto (GStrv) vi = line_definitions (5 * MINUTE, REPORT_VI);
  g_auto (GStrv) en = line_definitions (0, REPORT_EN);
  g_assert_cmpuint (g_strv_length (vi), ==, g_strv_length (en));
  assert_contains (vi[0], "muộn nhất 5 phút");
  assert_contains (en[0], "at most 0 minutes");
}

static void
test_heads (void)
{
  g_autoptr (GTimeZone) zone = report_zone (NULL);
  g_autoptr (LineReport) months = roll_up (LINE_BY_MONTH);
  g_autoptr (LineReport) meetings = roll_up (LINE_BY_MEETING);
  g_autofree char *month = line_row_name (months, months->rows->pdata[0], zone);
  g_autofree char *meeting = line_row_name (meetings, meetings->rows->pdata[0], zone);
  g_assert_cmpstr (month, ==, "11/2026");
  g_assert_cmpstr (meeting, ==, "22/11/2026 08:30, Giao ban");
  months->from_ms = START;
  months->to_ms = START + 9 * 24 * 60 * MINUTE;
  g_autofree char *period = line_period_text (months, zone);
  g_assert_cmpstr (period, ==, "22/11/2026 – 01/12/2026");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_report/sum", test_sum);
  g_test_add_func ("/line_report/nothing-known", test_nothing_known);
  g_test_add_func ("/line_report/tolerance", test_tolerance);
  g_test_add_func ("/line_report/groups", test_groups);
  g_test_add_func ("/line_report/group-names", test_group_names);
  g_test_add_func ("/line_report/csv", test_csv);
  g_test_add_func ("/line_report/files", test_files);
  g_test_add_func ("/line_report/empty", test_empty);
  g_test_add_func ("/line_report/json", test_json);
  g_test_add_func ("/line_report/table", test_table);
  g_test_add_func ("/line_report/words", test_words);
  g_test_add_func ("/line_report/numbers", test_numbers);
  g_test_add_func ("/line_report/definitions", test_definitions);
  g_test_add_func ("/line_report/heads", test_heads);
  return g_test_run ();
}
