#include "server/reports/report_export.h"
#include "server/reports/xlsx_book.h"

static void
write_row (XlsxBook *book, const char *name, const StatisticsRow *row)
{
  xlsx_book_text (book, name);
  xlsx_book_number (book, row->meetings);
  xlsx_book_number (book, row->sites);
  xlsx_book_number (book, row->meetings ? (double) row->sites / row->meetings : 0);
  xlsx_book_number (book, (double) row->minutes);
  xlsx_book_number (book, row->meetings ? 100.0 * row->on_time / row->meetings : 0);
  xlsx_book_end_row (book);
}

GBytes *
statistics_to_xlsx (const GPtrArray *rows, const char *period, const ReportStyle *style,
                    GError **error)
{
  static const double widths[] = { 40, 12, 16, 16, 14, 14, 0 };
  static const ReportWord columns[] = { WORD_HOST,          WORD_MEETINGS,
                                        WORD_SITES,         WORD_SITES_PER_MEETING,
                                        WORD_MINUTES_TOTAL, WORD_ON_TIME };
  ReportLanguage language = style->language;
  StatisticsRow total = { 0 };
  g_autoptr (XlsxBook) book = xlsx_book_new (error);
  if (!book)
    return NULL;
  g_autofree char *heading =
      g_strdup_printf ("%s %s", report_word (WORD_STATISTICS, language), period);
  xlsx_book_add_sheet (book, report_word (WORD_SUMMARY, language), widths);
  xlsx_book_heading (book, heading);
  xlsx_book_end_row (book);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    xlsx_book_column (book, report_word (columns[i], language));
  xlsx_book_end_row (book);
  xlsx_book_freeze (book);
  for (guint i = 0; i < rows->len; i++) {
    const StatisticsRow *row = rows->pdata[i];
    total.meetings += row->meetings;
    total.sites += row->sites;
    total.minutes += row->minutes;
    total.on_time += row->on_time;
    write_row (book, row->unit_name, row);
  }
  write_row (book, report_word (WORD_TOTAL, language), &total);
  return xlsx_book_finish (book, error);
}
