#include "server/reports/line_table.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Quoted as RFC 4180 has it; what a spreadsheet would run as a formula gets an apostrophe. */
static void
append_text (GString *text, const char *field)
{
  gboolean is_formula = *field != '\0' && strchr ("=+-@\t\r", *field) != NULL;

  g_string_append (text, is_formula ? "\"'" : "\"");
  for (const char *c = field; *c; c++) {
    if (*c == '"')
      g_string_append_c (text, '"');
    g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

static void
append_row (GString *text, const LineReport *report, const LineRow *row, guint number,
            const ReportStyle *style)
{
  guint n = line_table_n_columns (report);

  for (guint i = 0; i < n; i++) {
    g_auto (LineCell) cell = line_table_cell (report, row, number, i, style);
    g_autofree char *figure = line_number (cell.number, cell.digits, style->language);

    if (i > 0)
      g_string_append_c (text, ',');
    if (cell.text)
      append_text (text, cell.text);
    else if (strchr (figure, ','))
      append_text (text, figure);
    else
      g_string_append (text, figure);
  }
  g_string_append (text, "\r\n");
}

GBytes *
line_report_to_csv (const LineReport *report, const ReportStyle *style)
{
  GString *text = g_string_new (BYTE_ORDER_MARK);
  guint n = line_table_n_columns (report);

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    append_text (text, line_table_head (report, i, style->language));
  }
  g_string_append (text, "\r\n");
  for (guint i = 0; i < report->rows->len; i++)
    append_row (text, report, report->rows->pdata[i], i + 1, style);
  return g_string_free_to_bytes (text);
}
