#include "server/reports/report_export.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Quoted where RFC 4180 asks for it.  A text that a spreadsheet would run as a formula is made
 * plain by an apostrophe. */
static void
append_field (GString *text, const char *field)
{
  gboolean is_formula = *field != '\0' && strchr ("=+-@\t\r", *field) != NULL;
  if (text->len > 0 && text->str[text->len - 1] != '\n' && text->len > strlen (BYTE_ORDER_MARK))
    g_string_append_c (text, ',');
  g_string_append_c (text, '"');
  if (is_formula)
    g_string_append_c (text, '\'');
  for (const char *c = field; *c; c++) {
    if (*c == '"')
      g_string_append_c (text, '"');
    g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

static void
append_number (GString *text, gint64 number)
{
  if (number < 0)
    g_string_append_c (text, ',');
  else
    g_string_append_printf (text, ",%" G_GINT64_FORMAT, number);
}

static void
append_header (GString *text, const ReportStyle *style)
{
  static const ReportWord columns[] = {
    WORD_NUMBER, WORD_SITE,         WORD_UNIT,          WORD_BRANCH,          WORD_ROLL,
    WORD_REASON, WORD_FIRST_JOINED, WORD_SPANS,         WORD_MINUTES_PRESENT, WORD_MINUTES_LATE,
    WORD_BREAKS, WORD_HEAD_COUNT,   WORD_HEAD_EXPECTED, WORD_SPOKEN,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    append_field (text, report_word (columns[i], style->language));
  g_string_append (text, "\r\n");
}

static void
append_site (GString *text, const ReportSite *site, guint number, const ReportStyle *style)
{
  g_autofree char *place = g_strdup_printf ("%u", number);
  g_autofree char *joined = report_date_time (site->first_joined_ms, style->zone);
  g_autofree char *spans = report_spans (site, style->zone);
  g_autofree char *spoken = report_length (site->spoken_ms);
  const char *const fields[] = { place,
                                 site->name,
                                 site->unit_name,
                                 site->branch,
                                 report_roll_word (site->roll, style->language),
                                 site->reason,
                                 joined,
                                 spans };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    append_field (text, fields[i]);
  append_number (text, site->present_ms / 60000);
  append_number (text, site->late_minutes);
  append_number (text, site->breaks);
  append_number (text, site->head_count);
  append_number (text, site->head_expected);
  append_field (text, site->spoken_ms > 0 ? spoken : "");
  g_string_append (text, "\r\n");
}

GBytes *
report_to_csv (const MeetingReport *report, const ReportStyle *style)
{
  GString *text = g_string_new (BYTE_ORDER_MARK);
  append_header (text, style);
  for (guint i = 0; i < report->sites->len; i++)
    append_site (text, report->sites->pdata[i], i + 1, style);
  return g_string_free_to_bytes (text);
}
