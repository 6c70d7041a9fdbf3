#include "server/reports/letterhead.h"
#include "server/reports/line_export.h"
#include "server/reports/pdf_sheet.h"

#define MINUTE_MS 60000
#define HOUR_MS (60 * MINUTE_MS)
/* Of the definitions and the signatures together, in points: a signature alone on a page stands for
 * nothing. */
#define FOOT_POINTS 400.0

static void
write_item (PdfSheet *sheet, const char *label, const char *value)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", label, value);
  pdf_sheet_item (sheet, text);
}

/* "98,2", or "–". */
static char *
number_text (double value, int digits, ReportLanguage language)
{
  g_autofree char *number = line_number (value, digits, language);
  return *number ? g_steal_pointer (&number) : g_strdup ("–");
}

static char *
pair_text (double up, double down, int digits, ReportLanguage language)
{
  g_autofree char *first = line_number (up, digits, language);
  g_autofree char *second = line_number (down, digits, language);
  return *first ? g_strdup_printf ("%s / %s", first, second) : g_strdup ("–");
}

static void
write_summary (PdfSheet *sheet, const LineReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  const LineSum *sum = &report->total.sum;
  g_autofree char *period = line_period_text (report, style->zone);
  g_autofree char *sites =
      report->meeting
          ? g_strdup_printf ("%u; %s: %u", sum->turns, line_word (LINE_WORD_CAME, language),
                             sum->came)
          : g_strdup_printf ("%u; %s: %u; %s: %u; %s: %u", report->total.sites,
                             line_word (LINE_WORD_MEETINGS, language), report->total.meetings,
                             line_word (LINE_WORD_TURNS, language), sum->turns,
                             line_word (LINE_WORD_CAME, language), sum->came);
  g_autofree char *on_time = number_text (line_sum_punctuality (sum), 1, language);
  g_autofree char *availability = number_text (line_sum_availability (sum), 1, language);
  g_autofree char *loss = pair_text (line_sum_loss_up (sum), line_sum_loss_down (sum), 2, language);
  g_autofree char *rehearsal = line_rehearsal_text (sum, language);

  pdf_sheet_heading (sheet, report_word (WORD_SUMMARY, language));
  write_item (sheet, line_word (report->meeting ? LINE_WORD_HELD : LINE_WORD_PERIOD, language),
              period);
  write_item (sheet, line_word (LINE_WORD_SITES, language), sites);
  write_item (sheet, line_word (LINE_WORD_ON_TIME_PERCENT, language), on_time);
  write_item (sheet, line_word (LINE_WORD_AVAILABILITY, language), availability);
  write_item (sheet, line_word (LINE_WORD_LOSS, language), loss);
  write_item (sheet, line_word (LINE_WORD_REHEARSAL, language), rehearsal);
  if (report->pending > 0) {
    g_autofree char *pending = g_strdup_printf ("%u", report->pending);
    write_item (sheet, line_word (LINE_WORD_PENDING, language), pending);
  }
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static char *
second_cell (const LineReport *report, const LineRow *row, const ReportStyle *style)
{
  const LineSum *sum = &row->sum;

  if (!report->meeting)
    return number_text (line_sum_punctuality (sum), 1, style->language);
  if (sum->came == 0)
    return g_strdup (line_word (LINE_WORD_NEVER, style->language));
  g_autofree char *at = report_clock (row->joined_ms, style->zone);
  if (sum->on_time > 0)
    return g_steal_pointer (&at);
  return g_strdup_printf ("%s (+%d)", at, (int) ((row->late_ms + MINUTE_MS - 1) / MINUTE_MS));
}

/* Of many meetings only what lasted longest, and the day of the worst of it. */
static char *
faults_cell (const LineReport *report, const LineRow *row, const ReportStyle *style)
{
  guint n = report->meeting ? LINE_CAUSES_SHOWN : 1;
  g_autofree char *causes = line_causes_text (&row->sum, n, style->language);
  g_autofree char *worst = report->meeting
                               ? line_worst_text (&row->sum.worst, style->zone, style->language)
                               : report_date_time (row->sum.worst.at_ms, style->zone);

  if (!*worst)
    return g_steal_pointer (&causes);
  return g_strdup_printf ("%s%s%s: %s", causes, *causes ? "\n" : "",
                          line_word (LINE_WORD_WORST, style->language), worst);
}

static char *
rehearsal_cell (const LineReport *report, const LineRow *row, const ReportStyle *style)
{
  if (report->meeting)
    return line_rehearsal_text (&row->sum, style->language);
  return g_strdup_printf ("%u", report->group == LINE_BY_SITE ? row->meetings : row->sum.turns);
}

static void
write_row (PdfSheet *sheet, const LineReport *report, const LineRow *row, guint number,
           const ReportStyle *style)
{
  ReportLanguage language = style->language;
  const LineSum *sum = &row->sum;
  g_autofree char *place = g_strdup_printf ("%u", number);
  g_autofree char *name = line_row_name (report, row, style->zone);
  g_autofree char *second = second_cell (report, row, style);
  gint64 unit_ms = report->meeting ? MINUTE_MS : HOUR_MS,
         still_ms = report->meeting ? 1000 : MINUTE_MS;
  g_autofree char *connected =
      g_strdup_printf ("%" G_GINT64_FORMAT, (sum->connected_ms + unit_ms / 2) / unit_ms);
  g_autofree char *availability = number_text (line_sum_availability (sum), 1, language);
  g_autofree char *loss = pair_text (line_sum_loss_up (sum), line_sum_loss_down (sum), 1, language);
  g_autofree char *frozen =
      sum->measured_ms > 0
          ? g_strdup_printf ("%" G_GINT64_FORMAT,
                             (sum->frozen_up_ms + sum->frozen_down_ms + still_ms / 2) / still_ms)
          : g_strdup ("–");
  g_autofree char *concealed = number_text (line_sum_concealed (sum), 1, language);
  g_autofree char *faults = faults_cell (report, row, style);
  g_autofree char *last = rehearsal_cell (report, row, style);
  const char *const cells[] = { place, name,   second,    connected, availability,
                                loss,  frozen, concealed, faults,    last };
  pdf_sheet_row (sheet, cells);
}

static void
write_table (PdfSheet *sheet, const LineReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  gboolean of_meeting = report->meeting != NULL;
  LineWord last = of_meeting                      ? LINE_WORD_REHEARSAL
                  : report->group == LINE_BY_SITE ? LINE_WORD_MEETINGS
                                                  : LINE_WORD_TURNS;
  const PdfColumn columns[] = {
    { report_word (WORD_NUMBER, language), 0.85, TRUE },
    { line_group_word (report->group, language), 2.3, FALSE },
    { line_word (of_meeting ? LINE_WORD_JOINED : LINE_WORD_ON_TIME_PERCENT, language), 1.05,
      !of_meeting },
    { line_word (of_meeting ? LINE_WORD_CONNECTED : LINE_WORD_CONNECTED_HOURS, language), 1.1,
      TRUE },
    { line_word (LINE_WORD_AVAILABILITY, language), 1, TRUE },
    { line_word (LINE_WORD_LOSS, language), 1.35, TRUE },
    { line_word (of_meeting ? LINE_WORD_FROZEN : LINE_WORD_FROZEN_MINUTES, language), 1.1, TRUE },
    { line_word (LINE_WORD_CONCEALED, language), 0.95, TRUE },
    { line_word (LINE_WORD_CAUSES, language), 3.3, FALSE },
    { line_word (last, language), 1, !of_meeting },
  };
  pdf_sheet_heading (sheet, line_group_word (report->group, language));
  pdf_sheet_begin_table (sheet, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < report->rows->len; i++)
    write_row (sheet, report, report->rows->pdata[i], i + 1, style);
  pdf_sheet_end_table (sheet);
}

static void
write_causes (PdfSheet *sheet, const LineReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  const PdfColumn columns[] = {
    { line_word (LINE_WORD_CAUSE, language), 6, FALSE },
    { line_word (LINE_WORD_TIMES, language), 1, TRUE },
    { line_word (LINE_WORD_MINUTES, language), 1, TRUE },
  };
  LineKind kinds[N_LINE_KINDS];
  guint n = line_sum_causes (&report->total.sum, kinds, N_LINE_KINDS);

  pdf_sheet_heading (sheet, line_word (LINE_WORD_CAUSES, language));
  if (n == 0) {
    pdf_sheet_paragraph (sheet, line_word (LINE_WORD_NO_FAULTS, language));
    return;
  }
  pdf_sheet_begin_table (sheet, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < n; i++) {
    const LineFault *fault = &report->total.sum.faults[kinds[i]];
    g_autofree char *cause = line_kind_text (kinds[i], language);
    g_autofree char *times = g_strdup_printf ("%u", fault->n);
    g_autofree char *minutes = line_number ((double) fault->ms / MINUTE_MS, 1, language);
    const char *const cells[] = { cause, times, minutes };
    pdf_sheet_row (sheet, cells);
  }
  pdf_sheet_end_table (sheet);
}

static void
write_definitions (PdfSheet *sheet, const LineReport *report, const ReportStyle *style)
{
  g_auto (GStrv) list = line_definitions (report->tolerance_ms, style->language);

  pdf_sheet_keep_together (sheet, FOOT_POINTS);
  pdf_sheet_heading (sheet, line_word (LINE_WORD_DEFINITIONS, style->language));
  for (guint i = 0; list[i]; i++)
    pdf_sheet_item (sheet, list[i]);
}

GBytes *
line_report_to_pdf (const LineReport *report, gint64 made_ms, const ReportStyle *style,
                    GError **error)
{
  ReportLanguage language = style->language;
  const char *title = line_word (report->meeting ? LINE_WORD_TITLE : LINE_WORD_ROLLUP, language);
  g_autofree char *heading = g_utf8_strup (title, -1);
  g_autofree char *at = report_date_time (made_ms, style->zone);
  g_autofree char *made = g_strdup_printf ("(%s %s)", line_word (LINE_WORD_MADE, language), at);
  g_autoptr (PdfSheet) sheet =
      pdf_sheet_new (*report->title ? report->title : title, report_word (WORD_PAGE, language));

  letterhead_write_host (sheet, report->host_name, style);
  pdf_sheet_title (sheet, heading);
  if (*report->title)
    pdf_sheet_subtitle (sheet, report->title);
  pdf_sheet_subtitle (sheet, made);
  write_summary (sheet, report, style);
  write_table (sheet, report, style);
  write_causes (sheet, report, style);
  write_definitions (sheet, report, style);
  pdf_sheet_signatures (sheet, line_word (LINE_WORD_SIGN_HEAD, language),
                        line_word (LINE_WORD_SIGN_MAKER, language),
                        report_word (WORD_SIGN_HINT, language));
  return pdf_sheet_finish (sheet, error);
}
