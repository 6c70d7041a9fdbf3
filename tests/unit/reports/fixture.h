/* A meeting of three sites at 08:30-11:00 of 22/11/2026 (+07:00), and its log as rows. */
#pragma once

#include "server/reports/report.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define START G_GINT64_CONSTANT (1795311000000) /* 2026-11-22 08:30 +07:00 */
#define END (START + 150 * MINUTE)

static inline MeetingRecord *
sample_record (void)
{
  MeetingRecord *record = meeting_record_new ("m1");
  const char *const endpoints[] = { "e1", "e2", "e3" };
  g_free (record->title);
  record->title = g_strdup ("Giao ban tháng 11");
  g_free (record->chair_endpoint);
  record->chair_endpoint = g_strdup ("e1");
  meeting_record_set_endpoints (record, endpoints, 3);
  record->state = MEETING_ENDED;
  record->starts_at_ms = START;
  record->ends_at_ms = END;
  record->started_at_ms = START;
  record->ended_at_ms = END;
  return record;
}

static inline MeetingReport *
sample_report (const MeetingRecord *record, const ReportEvent *events, gsize n, guint quorum)
{
  GPtrArray *sites = g_ptr_array_new_with_free_func ((GDestroyNotify) report_site_free);
  g_ptr_array_add (sites, report_site_new ("e1", "Hội trường UBND tỉnh", "Tỉnh Thanh Hóa", ""));
  g_ptr_array_add (sites, report_site_new ("e2", "Xã Nga Sơn", "Xã Nga Sơn", ""));
  g_ptr_array_add (sites, report_site_new ("e3", "Xã Trung Lý", "Xã Trung Lý", "Huyện Mường Lát"));
  ReportSource source = { .record = record,
                          .host_name = "Tỉnh Thanh Hóa",
                          .chair_name = "Hội trường UBND tỉnh",
                          .quorum_percent = quorum,
                          .sites = sites,
                          .events = events,
                          .n_events = n,
                          .now_ms = END + 5 * MINUTE };
  return report_build (&source);
}
