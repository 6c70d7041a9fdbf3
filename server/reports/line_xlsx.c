#include "server/reports/line_table.h"
#include "server/reports/xlsx_book.h"

#define COLUMNS_MAX 32

static void
write_pair (XlsxBook *book, const char *label, const char *value)
{
  xlsx_book_column (book, label);
  xlsx_book_text (book, value);
  xlsx_book_end_row (book);
}

static void
write_number (XlsxBook *book, LineWord label, double number, const ReportStyle *style)
{
  xlsx_book_column (book, line_word (label, style->language));
  if (number < 0)
    xlsx_book_skip (book);
  else
    xlsx_book_number (book, number);
  xlsx_book_end_row (book);
}

static double
rounded (double value, int digits)
{
  double scale = digits == 0 ? 1 : digits == 1 ? 10 : 100;
  return value < 0 ? value : (double) (gint64) (value * scale + .5) / scale;
}

static void
write_definitions (XlsxBook *book, const LineReport *report, const ReportStyle *style)
{
  g_auto (GStrv) list = line_definitions (report->tolerance_ms, style->language);
  for (guint i = 0; list[i]; i++)
    write_pair (book, i == 0 ? line_word (LINE_WORD_DEFINITIONS, style->language) : "", list[i]);
}

static void
write_summary (XlsxBook *book, const LineReport *report, const ReportStyle *style)
{
  static const double widths[] = { 30, 80, 0 };
  const LineSum *sum = &report->total.sum;
  ReportLanguage language = style->language;
  g_autofree char *period = line_period_text (report, style->zone);
  g_autofree char *rehearsal = line_rehearsal_text (sum, language);

  xlsx_book_add_sheet (book, report_word (WORD_SUMMARY, language), widths);
  xlsx_book_heading (book,
                     line_word (report->meeting ? LINE_WORD_TITLE : LINE_WORD_ROLLUP, language));
  xlsx_book_end_row (book);
  if (*report->title)
    write_pair (book,
                report->meeting ? report_word (WORD_TITLE, language)
                                : line_group_word (LINE_BY_SITE, language),
                report->title);
  write_pair (book, report_word (WORD_HOST, language), report->host_name);
  write_pair (book, line_word (report->meeting ? LINE_WORD_HELD : LINE_WORD_PERIOD, language),
              period);
  write_number (book, LINE_WORD_MEETINGS, report->total.meetings, style);
  write_number (book, LINE_WORD_SITES, report->total.sites, style);
  write_number (book, LINE_WORD_TURNS, sum->turns, style);
  write_number (book, LINE_WORD_CAME, sum->came, style);
  write_number (book, LINE_WORD_ON_TIME_PERCENT, rounded (line_sum_punctuality (sum), 1), style);
  write_number (book, LINE_WORD_AVAILABILITY, rounded (line_sum_availability (sum), 1), style);
  write_number (book, LINE_WORD_LOSS_UP, rounded (line_sum_loss_up (sum), 2), style);
  write_number (book, LINE_WORD_LOSS_DOWN, rounded (line_sum_loss_down (sum), 2), style);
  write_number (book, LINE_WORD_FAULTS, line_sum_all_faults (sum).n, style);
  if (report->pending > 0)
    write_number (book, LINE_WORD_PENDING, report->pending, style);
  write_pair (book, line_word (LINE_WORD_REHEARSAL, language), rehearsal);
  write_definitions (book, report, style);
}

static void
write_row (XlsxBook *book, const LineReport *report, const LineRow *row, guint number,
           const ReportStyle *style)
{
  guint n = line_table_n_columns (report);
  for (guint i = 0; i < n; i++) {
    g_auto (LineCell) cell = line_table_cell (report, row, number, i, style);
    if (cell.text)
      xlsx_book_text (book, cell.text);
    else if (cell.number < 0)
      xlsx_book_skip (book);
    else
      xlsx_book_number (book, rounded (cell.number, cell.digits));
  }
  xlsx_book_end_row (book);
}

static void
write_table (XlsxBook *book, const LineReport *report, const ReportStyle *style)
{
  double widths[COLUMNS_MAX] = { 0 };
  guint n = MIN (line_table_n_columns (report), COLUMNS_MAX - 1);
  for (guint i = 0; i < n; i++)
    widths[i] = line_table_width (report, i);
  xlsx_book_add_sheet (book, line_group_word (report->group, style->language), widths);
  for (guint i = 0; i < n; i++)
    xlsx_book_column (book, line_table_head (report, i, style->language));
  xlsx_book_end_row (book);
  xlsx_book_freeze (book);
  for (guint i = 0; i < report->rows->len; i++)
    write_row (book, report, report->rows->pdata[i], i + 1, style);
  write_row (book, report, &report->total, 0, style);
}

static void
write_causes (XlsxBook *book, const LineReport *report, const ReportStyle *style)
{
  static const double widths[] = { 60, 12, 12, 0 };
  static const LineWord heads[] = { LINE_WORD_CAUSE, LINE_WORD_TIMES, LINE_WORD_MINUTES };
  LineKind kinds[N_LINE_KINDS];
  guint n = line_sum_causes (&report->total.sum, kinds, N_LINE_KINDS);
  xlsx_book_add_sheet (book, line_word (LINE_WORD_CAUSES, style->language), widths);
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    xlsx_book_column (book, line_word (heads[i], style->language));
  xlsx_book_end_row (book);
  xlsx_book_freeze (book);
  for (guint i = 0; i < n; i++) {
    const LineFault *fault = &report->total.sum.faults[kinds[i]];
    g_autofree char *cause = line_kind_text (kinds[i], style->language);
    xlsx_book_text (book, cause);
    xlsx_book_number (book, fault->n);
    xlsx_book_number (book, rounded ((double) fault->ms / 60000, 1));
    xlsx_book_end_row (book);
  }
}

GBytes *
line_report_to_xlsx (const LineReport *report, const ReportStyle *style, GError **error)
{
  g_autoptr (XlsxBook) book = xlsx_book_new (error);
  if (!book)
    return NULL;
  write_summary (book, report, style);
  write_table (book, report, style);
  write_causes (book, report, style);
  return xlsx_book_finish (book, error);
}
