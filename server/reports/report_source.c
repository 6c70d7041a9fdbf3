#include "server/reports/report_source.h"

#include "server/storage/endpoint_store.h"
#include "server/storage/event_store.h"
#include "server/storage/report_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/unit_store.h"

#define EVENTS_AT_ONCE 5000

static gboolean
load_sites (Database *database, const char *meeting, GPtrArray *sites, GError **error)
{
  g_autoptr (GPtrArray) rows = report_store_sites (database, meeting, error);
  for (guint i = 0; rows && i < rows->len; i++) {
    const ReportSiteRow *row = rows->pdata[i];
    g_ptr_array_add (sites,
                     report_site_new (row->endpoint, row->name, row->unit_name, row->branch));
  }
  return rows != NULL;
}

/* Appends all events of @meeting to @events, of Event. */
static gboolean
load_events (Database *database, const char *meeting, GPtrArray *events, GError **error)
{
  gint64 after = 0;
  for (;;) {
    g_autoptr (GPtrArray) page = event_store_list (database, meeting, after, EVENTS_AT_ONCE, error);
    if (!page)
      return FALSE;
    guint n = page->len;
    if (n > 0)
      after = ((const Event *) page->pdata[n - 1])->id;
    g_ptr_array_extend_and_steal (events, g_steal_pointer (&page));
    if (n < EVENTS_AT_ONCE)
      return TRUE;
  }
}

static GArray *
view_events (const GPtrArray *events)
{
  GArray *views = g_array_sized_new (FALSE, FALSE, sizeof (ReportEvent), events->len);
  for (guint i = 0; i < events->len; i++) {
    const Event *event = events->pdata[i];
    ReportEvent view = { event->at_ms, event->action, event->subject, event->actor, event->detail };
    g_array_append_val (views, view);
  }
  return views;
}

MeetingReport *
report_load (Database *database, const char *meeting, gint64 now_ms, GError **error)
{
  g_autoptr (MeetingRecord) record = schedule_store_get (database, meeting, error);
  if (!record)
    return NULL;
  g_autoptr (GPtrArray) sites = g_ptr_array_new_with_free_func ((GDestroyNotify) report_site_free);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  if (!load_sites (database, meeting, sites, error) ||
      !load_events (database, meeting, events, error))
    return NULL;
  g_autoptr (Unit) host = unit_store_get (database, record->host_unit, NULL);
  g_autoptr (Endpoint) chair = endpoint_store_get (database, record->chair_endpoint, NULL);
  g_autoptr (GArray) views = view_events (events);
  ReportSource source = { .record = record,
                          .host_name = host ? host->name : record->host_unit,
                          .chair_name = chair ? chair->name : record->chair_endpoint,
                          .quorum_percent = (guint) record->entry.quorum_percent,
                          .sites = g_steal_pointer (&sites),
                          .events = (const ReportEvent *) views->data,
                          .n_events = views->len,
                          .now_ms = now_ms };
  return report_build (&source);
}
