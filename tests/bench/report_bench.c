/* How long the files of a large meeting take: 600 sites and some thousand lines of log.
 *   report_bench [SITES] [FOLDER]   prints milliseconds; with FOLDER it leaves the files there. */
#include "server/reports/report_export.h"

#include <stdlib.h>

#define START G_GINT64_CONSTANT (1795311000000)
#define MINUTE G_GINT64_CONSTANT (60000)

static MeetingReport *
make_report (guint n, GPtrArray *log)
{
  g_autoptr (MeetingRecord) record = meeting_record_new ("m1");
  GPtrArray *sites = g_ptr_array_new_with_free_func ((GDestroyNotify) report_site_free);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (ReportEvent));
  g_free (record->title);
  record->title = g_strdup ("Hội nghị trực tuyến giao ban tháng 11 giữa tỉnh và các xã, phường");
  record->state = MEETING_ENDED;
  record->starts_at_ms = record->started_at_ms = START;
  record->ends_at_ms = record->ended_at_ms = START + 150 * MINUTE;
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%u-1", 10000 + i);
    g_autofree char *name = g_strdup_printf ("Điểm cầu Xã Trường Xuân %u", i);
    ReportSite *site = report_site_new (id, name, name, "Huyện Mường Lát");
    g_ptr_array_add (sites, site);
    static const char *const kinds[] = { "seat.joined", "seat.lost",  "seat.back",
                                         "head_count",  "mic.opened", "mic.closed" };
    for (guint k = 0; k < G_N_ELEMENTS (kinds) && i % 17; k++) {
      ReportEvent event = { START + (k * 7 + i % 9) * MINUTE, kinds[k], site->endpoint, "thuky",
                            "{\"present\":23,\"expected\":25}" };
      g_array_append_val (events, event);
    }
    ReportEvent talk = { START + i * 15000, i % 2 ? "floor.granted" : "floor.released",
                         site->endpoint, "thuky", "" };
    g_array_append_val (events, talk);
  }
  for (guint i = 0; i < events->len; i++) {
    const ReportEvent *event = &g_array_index (events, ReportEvent, i);
    Event *row = g_new0 (Event, 1);
    *row = (Event){ i,
                    event->at_ms,
                    NULL,
                    g_strdup (event->actor),
                    g_strdup ("10.0.0.1"),
                    g_strdup (event->action),
                    g_strdup (event->subject),
                    g_strdup (event->detail) };
    g_ptr_array_add (log, row);
  }
  ReportSource source = { record,
                          "Ủy ban nhân dân tỉnh Thanh Hóa",
                          "Hội trường UBND tỉnh",
                          50,
                          sites,
                          (const ReportEvent *) events->data,
                          events->len,
                          START };
  return report_build (&source);
}

static void
tell (const char *name, gint64 from_us, GBytes *bytes, const char *folder)
{
  g_print ("%-14s %6.1f ms  %8" G_GSIZE_FORMAT " bytes\n", name,
           (double) (g_get_monotonic_time () - from_us) / 1000,
           bytes ? g_bytes_get_size (bytes) : 0);
  if (!folder || !bytes)
    return;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       NULL);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) CLAMP (atoi (argv[1]), 1, 4000) : 600;
  const char *folder = argc > 2 ? argv[2] : NULL;
  g_autoptr (GPtrArray) log = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  ReportStyle style = { REPORT_VI, report_zone (NULL) };
  gint64 from_us = g_get_monotonic_time ();
  g_autoptr (MeetingReport) report = make_report (n, log);
  tell ("report", from_us, NULL, NULL);
  from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) csv = report_to_csv (report, &style);
  tell ("report.csv", from_us, csv, folder);
  from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) xlsx = report_to_xlsx (report, log, &style, NULL);
  tell ("report.xlsx", from_us, xlsx, folder);
  from_us = g_get_monotonic_time ();
  g_autoptr (GBytes) pdf = report_to_pdf (report, &style, NULL);
  tell ("report.pdf", from_us, pdf, folder);
  from_us = g_get_monotonic_time ();
  g_autofree char *text = minutes_draft (report, &style);
  MinutesVersion minutes = { .version = 1, .text = text };
  g_autoptr (GBytes) paper = minutes_to_pdf (report, &minutes, &style, NULL);
  tell ("minutes.pdf", from_us, paper, folder);
  g_time_zone_unref (style.zone);
  return csv && xlsx && pdf && paper ? 0 : 1;
}
