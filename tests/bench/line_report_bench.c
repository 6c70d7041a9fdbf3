/* How long reports on lines take: a year of meetings of 600 rooms.
 *   line_report_bench [--rooms 600] [--meetings 250] [--minutes 150] [--file PATH] [--folder
 * FOLDER] Fills health.db with the results of a year and with the steps of one meeting, then asks:
 * the year by room, branch, month; a month of one room; one meeting that is not kept yet, and the
 * same kept; the files of 600 rows. Prints one JSON object of milliseconds; with FOLDER the files
 * stay there. */
#include "server/reports/line_export.h"
#include "server/reports/line_rollup.h"

#include <stdlib.h>

#define START_MS G_GINT64_CONSTANT (1767229200000) /* 2026-01-01 08:00 +07:00 */
#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define DAY_MS (24 * 60 * MINUTE_MS)
#define MONTH_ASKED 100

static int n_rooms = 600, n_meetings = 250, n_minutes = 150;
static char *path = NULL, *folder = NULL;

static const GOptionEntry entries[] = {
  { "rooms", 0, 0, G_OPTION_ARG_INT, &n_rooms, "", "N" },
  { "meetings", 0, 0, G_OPTION_ARG_INT, &n_meetings, "of the year", "N" },
  { "minutes", 0, 0, G_OPTION_ARG_INT, &n_minutes, "of each", "N" },
  { "file", 0, 0, G_OPTION_ARG_FILENAME, &path, "health.db", "PATH" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "for the files", "FOLDER" },
  { NULL },
};

typedef struct {
  HealthDb *db;
  GPtrArray *sites; /* ReportSite */
  GTimeZone *zone;
} World;

static gint64
meeting_start (int meeting)
{
  return START_MS + (gint64) meeting * 365 / MAX (n_meetings, 1) * DAY_MS;
}

/* --- filling ------------------------------------------------------------------------------------
 */

static LineFigures
some_figures (gint64 from_ms)
{
  gint64 meeting_ms = n_minutes * MINUTE_MS;
  LineFigures figures = { .joined_ms = from_ms - MINUTE_MS,
                          .meeting_ms = meeting_ms,
                          .connected_ms = meeting_ms,
                          .measured_ms = meeting_ms,
                          .usable_ms = meeting_ms,
                          .counted_ms = meeting_ms,
                          .loss_up_ppm = (guint) g_random_int_range (0, 3000),
                          .loss_down_ppm = (guint) g_random_int_range (0, 3000),
                          .rtt_ms = (guint) g_random_int_range (8, 80),
                          .rehearsal = HEALTH_LIGHT_GOOD };
  if (g_random_int_range (0, 6) != 0)
    return figures;
  figures.late_ms = g_random_int_range (0, 20) * MINUTE_MS;
  figures.usable_ms -= g_random_int_range (1, n_minutes) * MINUTE_MS;
  figures.frozen_up_ms = g_random_int_range (0, 90000);
  figures.concealed_ppm = (guint) g_random_int_range (0, 40000);
  figures.worst = (LineMoment){ from_ms + 9 * MINUTE_MS, HEALTH_LIGHT_POOR,
                                (LineKind) g_random_int_range (1, N_HEALTH_CAUSES), 80, 12 };
  figures.faults[figures.worst.kind] = (LineFault){ 2, 5 * MINUTE_MS };
  figures.faults[line_kind_of (0, HEALTH_LOST)] = (LineFault){ 1, MINUTE_MS };
  return figures;
}

static void
fill_results (World *world)
{
  g_autofree LineFigures *figures = g_new (LineFigures, n_rooms);
  g_autofree LineResult *results = g_new (LineResult, n_rooms);
  for (int m = 0; m < n_meetings; m++) {
    g_autofree char *id = g_strdup_printf ("meeting%d", m);
    gint64 from_ms = meeting_start (m);
    LineMeetingRow row = { id, from_ms, from_ms + n_minutes * MINUTE_MS, HEALTH_STEP_FINE_S };
    for (int i = 0; i < n_rooms; i++) {
      const ReportSite *site = world->sites->pdata[i];
      figures[i] = some_figures (from_ms);
      results[i] = (LineResult){ site->endpoint, &figures[i] };
    }
    g_assert_true (line_results_put (world->db, &row, results, (guint) n_rooms, NULL));
  }
}

static void
fill_steps (World *world)
{
  for (int i = 0; i < n_rooms; i++) {
    const ReportSite *site = world->sites->pdata[i];
    for (gint64 s = 0; s < n_minutes * 60; s += HEALTH_STEP_FINE_S) {
      SitePoint point = { .light = g_random_int_range (0, 40) == 0 ? HEALTH_LIGHT_POOR
                                                                   : HEALTH_LIGHT_GOOD,
                          .state = HEALTH_OK,
                          .loss_up = (guint16) g_random_int_range (0, 9),
                          .rtt_ms = (guint16) g_random_int_range (8, 80),
                          .kbps_up = (guint16) g_random_int_range (800, 1200),
                          .kbps_down = (guint16) g_random_int_range (800, 1200) };
      health_db_add (world->db, site->endpoint, HEALTH_STEP_FINE_S, START_MS / 1000 + s, &point);
    }
  }
  g_assert_true (health_db_flush (world->db, NULL));
}

static void
world_begin (World *world)
{
  g_autoptr (GError) error = NULL;
  world->zone = report_zone (NULL);
  world->db = health_db_open (path, &error);
  g_assert_no_error (error);
  world->sites = g_ptr_array_new_with_free_func ((GDestroyNotify) report_site_free);
  for (int i = 0; i < n_rooms; i++) {
    g_autofree char *id = g_strdup_printf ("%d-1", 10000 + i);
    g_autofree char *name = g_strdup_printf ("Xã Trường Xuân %d", i);
    ReportSite *site =
        report_site_new (id, name, name, i % 2 ? "Huyện Mường Lát" : "Huyện Nga Sơn");
    ReportSpan span = { START_MS - MINUTE_MS, START_MS + n_minutes * MINUTE_MS };
    g_array_append_val (site->spans, span);
    g_ptr_array_add (world->sites, site);
  }
  fill_results (world);
  fill_steps (world);
}

/* --- asking -------------------------------------------------------------------------------------
 */

static void
take_result (gpointer data, const LineMeetingRow *meeting, const char *endpoint,
             const LineFigures *figures)
{
  line_rollup_add (data, meeting, endpoint, figures);
}

static LineReport *
roll_up (World *world, LineGroup group, const LineResultsQuery *query)
{
  g_autoptr (LineRollup) rollup = line_rollup_new (group, world->zone, 5 * MINUTE_MS);
  for (guint i = 0; i < world->sites->len; i++) {
    const ReportSite *site = world->sites->pdata[i];
    line_rollup_add_room (rollup, site->endpoint, site->name, site->unit_name, site->branch,
                          site->branch);
  }
  g_assert_true (line_results_each (world->db, query, take_result, rollup, NULL));
  LineReport *report = line_rollup_finish (rollup);
  report->from_ms = START_MS;
  report->to_ms = START_MS + 365 * DAY_MS;
  return report;
}

/* As line_source measures a meeting that is not kept yet. */
static LineReport *
measure (World *world)
{
  LineReport *report = line_report_new (LINE_BY_SITE);
  report->meeting = g_strdup ("m1");
  g_free (report->title);
  report->title = g_strdup ("Hội nghị trực tuyến giao ban tháng 11 giữa tỉnh và các xã, phường");
  g_free (report->host_name);
  report->host_name = g_strdup ("Ủy ban nhân dân tỉnh Thanh Hóa");
  report->tolerance_ms = 5 * MINUTE_MS;
  report->from_ms = START_MS;
  report->to_ms = START_MS + n_minutes * MINUTE_MS;
  for (guint i = 0; i < world->sites->len; i++) {
    const ReportSite *site = world->sites->pdata[i];
    SeriesQuery query = { site->endpoint, HEALTH_STEP_FINE_S, START_MS / 1000,
                          START_MS / 1000 + n_minutes * 60 };
    g_autoptr (GArray) points = health_db_series (world->db, &query, NULL);
    LineSource source = { .times = { START_MS, report->to_ms, START_MS, TRUE },
                          .site = site,
                          .points = points,
                          .step_s = HEALTH_STEP_FINE_S };
    LineFigures figures;
    line_figures_read (&figures, &source);
    line_report_add_site (report, site, &figures);
  }
  line_report_finish (report);
  return report;
}

static double
since_ms (gint64 from_us)
{
  return (double) (g_get_monotonic_time () - from_us) / 1000;
}

static void
measure_months (World *world)
{
  double worst = 0, sum = 0;
  for (guint i = 0; i < MONTH_ASKED; i++) {
    const ReportSite *site = world->sites->pdata[i * 7 % world->sites->len];
    gint64 from_ms = START_MS + (gint64) (i % 11) * 30 * DAY_MS, from_us = g_get_monotonic_time ();
    LineResultsQuery query = { .endpoint = site->endpoint,
                               .from_ms = from_ms,
                               .to_ms = from_ms + 31 * DAY_MS };
    g_autoptr (LineReport) report = roll_up (world, LINE_BY_MEETING, &query);
    double took_ms = since_ms (from_us);
    worst = MAX (worst, took_ms);
    sum += took_ms;
  }
  g_print ("  \"month_of_a_room_ms_mean\": %.2f,\n  \"month_of_a_room_ms_worst\": %.2f,\n",
           sum / MONTH_ASKED, worst);
}

static void
keep_file (const char *name, GBytes *bytes)
{
  g_autofree char *file = folder ? g_build_filename (folder, name, NULL) : NULL;
  if (file && bytes)
    g_file_set_contents (file, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                         NULL);
}

static void
measure_files (World *world, const LineReport *report, const char *name)
{
  ReportStyle style = { REPORT_VI, world->zone };
  g_autofree char *pdf_name = g_strconcat (name, ".pdf", NULL);
  g_autofree char *xlsx_name = g_strconcat (name, ".xlsx", NULL);
  gint64 from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) csv = line_report_to_csv (report, &style);
  g_print ("  \"%s_csv_ms\": %.1f,\n", name, since_ms (from_us));
  from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) xlsx = line_report_to_xlsx (report, &style, NULL);
  g_print ("  \"%s_xlsx_ms\": %.1f,\n", name, since_ms (from_us));
  from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) pdf = line_report_to_pdf (report, report->to_ms, &style, NULL);
  g_print ("  \"%s_pdf_ms\": %.1f,\n", name, since_ms (from_us));
  from_us = g_get_monotonic_time ();
  json_t *json = line_report_to_json (report);
  char *text = json_dumps (json, JSON_COMPACT);
  g_print ("  \"%s_json_ms\": %.1f,\n", name, since_ms (from_us));
  free (text);
  json_decref (json);
  keep_file (pdf_name, pdf);
  keep_file (xlsx_name, xlsx);
}

int
main (int argc, char **argv)
{
  static const LineGroup groups[] = { LINE_BY_SITE, LINE_BY_BRANCH, LINE_BY_MONTH };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  LineResultsQuery year = { 0 }, one = { .meeting = "meeting7" };
  World world;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_random_set_seed (42);
  world_begin (&world);
  g_print ("{\n  \"rooms\": %d, \"meetings\": %d, \"minutes\": %d,\n", n_rooms, n_meetings,
           n_minutes);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    gint64 from_us = g_get_monotonic_time ();
    g_autoptr (LineReport) report = roll_up (&world, groups[i], &year);
    g_print ("  \"year_by_%s_ms\": %.1f,\n", line_group_names[groups[i]], since_ms (from_us));
    measure_files (&world, report, line_group_names[groups[i]]);
  }
  measure_months (&world);
  gint64 from_us = g_get_monotonic_time ();
  g_autoptr (LineReport) kept = roll_up (&world, LINE_BY_SITE, &one);
  g_print ("  \"meeting_kept_ms\": %.1f,\n", since_ms (from_us));
  from_us = g_get_monotonic_time ();
  g_autoptr (LineReport) fresh = measure (&world);
  g_print ("  \"meeting_measured_ms\": %.1f,\n", since_ms (from_us));
  measure_files (&world, fresh, "meeting");
  g_print ("  \"mib\": %.1f\n}\n", (double) health_db_size (world.db) / (1 << 20));
  health_db_close (world.db);
  g_ptr_array_unref (world.sites);
  g_time_zone_unref (world.zone);
  return 0;
}
