#include "server/reports/line_report.h"

#include <string.h>

const char *const line_group_names[N_LINE_GROUPS] = { "site", "branch", "month", "year",
                                                      "meeting" };

gboolean
line_group_from_string (const char *text, LineGroup *ret_group)
{
  for (guint i = 0; text && i < N_LINE_GROUPS; i++)
    if (strcmp (line_group_names[i], text) == 0) {
      *ret_group = (LineGroup) i;
      return TRUE;
    }
  return FALSE;
}

LineRow *
line_row_new (const char *key, const char *name, const char *unit_name, const char *branch)
{
  LineRow *row = g_new0 (LineRow, 1);
  row->key = g_strdup (key);
  row->name = g_strdup (name);
  row->unit_name = g_strdup (unit_name);
  row->branch = g_strdup (branch);
  return row;
}

void
line_row_free (LineRow *row)
{
  g_free (row->key);
  g_free (row->name);
  g_free (row->unit_name);
  g_free (row->branch);
  g_free (row);
}

static void
free_row (gpointer row)
{
  line_row_free (row);
}

LineReport *
line_report_new (LineGroup group)
{
  LineReport *report = g_new0 (LineReport, 1);
  report->group = group;
  report->title = g_strdup ("");
  report->host_name = g_strdup ("");
  report->rows = g_ptr_array_new_with_free_func (free_row);
  return report;
}

void
line_report_free (LineReport *report)
{
  if (!report)
    return;
  g_free (report->meeting);
  g_free (report->title);
  g_free (report->host_name);
  g_ptr_array_unref (report->rows);
  g_free (report);
}

void
line_report_add_site (LineReport *report, const ReportSite *site, const LineFigures *figures)
{
  LineRow *row = line_row_new (site->endpoint, site->name, site->unit_name, site->branch);
  row->joined_ms = figures->joined_ms;
  row->late_ms = figures->late_ms;
  row->meetings = 1;
  row->sites = 1;
  line_sum_add (&row->sum, figures, report->tolerance_ms);
  g_ptr_array_add (report->rows, row);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const LineRow *x = *(LineRow *const *) a, *y = *(LineRow *const *) b;
  int order = line_sum_compare (&x->sum, &y->sum);
  return order != 0 ? order : strcmp (x->name, y->name);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const LineRow *x = *(LineRow *const *) a, *y = *(LineRow *const *) b;
  return strcmp (x->key, y->key);
}

void
line_report_finish (LineReport *report)
{
  gboolean is_by_time = report->group == LINE_BY_MONTH || report->group == LINE_BY_YEAR;

  memset (&report->total.sum, 0, sizeof report->total.sum);
  for (guint i = 0; i < report->rows->len; i++)
    line_sum_merge (&report->total.sum, &((const LineRow *) report->rows->pdata[i])->sum);
  if (report->meeting) {
    report->total.meetings = 1;
    report->total.sites = report->rows->len;
  }
  g_ptr_array_sort (report->rows, is_by_time ? compare_times : compare_rows);
}
