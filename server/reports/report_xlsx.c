#include "server/reports/report_export.h"
#include "server/reports/xlsx_book.h"

static void
write_head (XlsxBook *book, const ReportWord *columns, gsize n, const ReportStyle *style)
{
  for (gsize i = 0; i < n; i++)
    xlsx_book_column (book, report_word (columns[i], style->language));
  xlsx_book_end_row (book);
  xlsx_book_freeze (book);
}

static void
write_pair (XlsxBook *book, const char *label, const char *value)
{
  xlsx_book_column (book, label);
  xlsx_book_text (book, value);
  xlsx_book_end_row (book);
}

static void
write_count (XlsxBook *book, ReportWord label, double number, const ReportStyle *style)
{
  xlsx_book_column (book, report_word (label, style->language));
  xlsx_book_number (book, number);
  xlsx_book_end_row (book);
}

static char *
span_text (gint64 from_ms, gint64 to_ms, const ReportStyle *style)
{
  g_autofree char *from = report_date_time (from_ms, style->zone);
  g_autofree char *to = report_date_time (to_ms, style->zone);
  return g_strdup_printf ("%s – %s", from, to);
}

static void
write_summary (XlsxBook *book, const MeetingReport *report, const ReportStyle *style)
{
  static const double widths[] = { 28, 60, 0 };
  ReportLanguage language = style->language;
  g_autofree char *planned =
      span_text (report->record->starts_at_ms, report->record->ends_at_ms, style);
  g_autofree char *held = span_text (report->from_ms, report->to_ms, style);
  xlsx_book_add_sheet (book, report_word (WORD_SUMMARY, language), widths);
  xlsx_book_heading (book, report_word (WORD_REPORT, language));
  xlsx_book_end_row (book);
  write_pair (book, report_word (WORD_TITLE, language), report->record->title);
  write_pair (book, report_word (WORD_HOST, language), report->host_name);
  write_pair (book, report_word (WORD_CHAIR, language), report->chair_name);
  write_pair (book, report_word (WORD_PLANNED, language), planned);
  write_pair (book, report_word (WORD_HELD, language), report->from_ms ? held : "");
  write_count (book, WORD_INVITED, report->sites->len, style);
  write_count (book, WORD_PRESENT, report->counts[ROLL_PRESENT], style);
  write_count (book, WORD_LATE, report->late, style);
  write_count (book, WORD_ABSENT, report->counts[ROLL_ABSENT], style);
  write_count (book, WORD_EXCUSED, report->counts[ROLL_EXCUSED], style);
  write_count (book, WORD_DELEGATES, (double) report->delegates, style);
  write_count (book, WORD_QUORUM, report->quorum_needed, style);
}

static void
write_number_or_blank (XlsxBook *book, int number)
{
  if (number < 0)
    xlsx_book_skip (book);
  else
    xlsx_book_number (book, number);
}

static void
write_site (XlsxBook *book, const ReportSite *site, guint number, const ReportStyle *style)
{
  g_autofree char *joined = report_date_time (site->first_joined_ms, style->zone);
  g_autofree char *spans = report_spans (site, style->zone);
  g_autofree char *spoken = report_length (site->spoken_ms);
  int minutes = (int) (site->present_ms / 60000);
  xlsx_book_number (book, number);
  xlsx_book_text (book, site->name);
  xlsx_book_text (book, site->unit_name);
  xlsx_book_text (book, site->branch);
  xlsx_book_text (book, report_roll_word (site->roll, style->language));
  xlsx_book_text (book, site->reason);
  xlsx_book_text (book, joined);
  xlsx_book_text (book, spans);
  xlsx_book_number (book, minutes);
  xlsx_book_number (book, site->late_minutes);
  xlsx_book_number (book, site->breaks);
  write_number_or_blank (book, site->head_count);
  write_number_or_blank (book, site->head_expected);
  xlsx_book_text (book, site->spoken_ms > 0 ? spoken : "");
  xlsx_book_end_row (book);
}

static void
write_attendance (XlsxBook *book, const MeetingReport *report, const ReportStyle *style)
{
  static const double widths[] = { 6, 30, 30, 24, 16, 24, 17, 30, 10, 10, 10, 10, 10, 10, 0 };
  static const ReportWord columns[] = {
    WORD_NUMBER, WORD_SITE,         WORD_UNIT,          WORD_BRANCH,          WORD_ROLL,
    WORD_REASON, WORD_FIRST_JOINED, WORD_SPANS,         WORD_MINUTES_PRESENT, WORD_MINUTES_LATE,
    WORD_BREAKS, WORD_HEAD_COUNT,   WORD_HEAD_EXPECTED, WORD_SPOKEN,
  };
  xlsx_book_add_sheet (book, report_word (WORD_ATTENDANCE, style->language), widths);
  write_head (book, columns, G_N_ELEMENTS (columns), style);
  for (guint i = 0; i < report->sites->len; i++)
    write_site (book, report->sites->pdata[i], i + 1, style);
}

static void
write_speaking (XlsxBook *book, const MeetingReport *report, const ReportStyle *style)
{
  static const double widths[] = { 6, 34, 18, 18, 12, 20, 0 };
  static const ReportWord columns[] = { WORD_NUMBER, WORD_SITE,   WORD_FROM,
                                        WORD_TO,     WORD_LENGTH, WORD_KIND };
  xlsx_book_add_sheet (book, report_word (WORD_SPEAKING, style->language), widths);
  write_head (book, columns, G_N_ELEMENTS (columns), style);
  for (guint i = 0; i < report->speeches->len; i++) {
    const ReportSpeech *speech = report->speeches->pdata[i];
    g_autofree char *from = report_date_time (speech->from_ms, style->zone);
    g_autofree char *to = report_date_time (speech->to_ms, style->zone);
    g_autofree char *length = report_length (speech->to_ms - speech->from_ms);
    xlsx_book_number (book, i + 1);
    xlsx_book_text (book, speech->name);
    xlsx_book_text (book, from);
    xlsx_book_text (book, to);
    xlsx_book_text (book, length);
    xlsx_book_text (book,
                    report_word (speech->is_remark ? WORD_REMARK : WORD_FLOOR, style->language));
    xlsx_book_end_row (book);
  }
}

static void
write_votes (XlsxBook *book, const MeetingReport *report, const ReportStyle *style)
{
  static const double widths[] = { 6, 60, 30, 10, 18, 18, 0 };
  static const ReportWord columns[] = { WORD_NUMBER, WORD_QUESTION, WORD_CHOICE,
                                        WORD_COUNT,  WORD_RESULT,   WORD_TIME };
  xlsx_book_add_sheet (book, report_word (WORD_VOTES, style->language), widths);
  write_head (book, columns, G_N_ELEMENTS (columns), style);
  for (guint i = 0; i < report->votes->len; i++) {
    const ReportVote *vote = report->votes->pdata[i];
    g_autofree char *closed = report_date_time (vote->closed_ms, style->zone);
    for (guint k = 0; k < vote->choices->len; k++) {
      xlsx_book_number (book, i + 1);
      xlsx_book_text (book, vote->question);
      xlsx_book_text (book, vote->choices->pdata[k]);
      xlsx_book_number (book, g_array_index (vote->counts, guint, k));
      xlsx_book_text (book,
                      report_word (vote->passed ? WORD_PASSED : WORD_REJECTED, style->language));
      xlsx_book_text (book, closed);
      xlsx_book_end_row (book);
    }
  }
}

static void
write_log (XlsxBook *book, const GPtrArray *events, const ReportStyle *style)
{
  static const double widths[] = { 20, 24, 24, 24, 60, 0 };
  static const ReportWord columns[] = { WORD_TIME, WORD_ACTION, WORD_SUBJECT, WORD_ACTOR,
                                        WORD_DETAIL };
  xlsx_book_add_sheet (book, report_word (WORD_LOG, style->language), widths);
  write_head (book, columns, G_N_ELEMENTS (columns), style);
  for (guint i = 0; i < events->len; i++) {
    const Event *event = events->pdata[i];
    g_autofree char *at = report_date_time (event->at_ms, style->zone);
    xlsx_book_text (book, at);
    xlsx_book_text (book, event->action);
    xlsx_book_text (book, event->subject);
    xlsx_book_text (book, event->actor);
    xlsx_book_text (book, event->detail);
    xlsx_book_end_row (book);
  }
}

GBytes *
report_to_xlsx (const MeetingReport *report, const GPtrArray *events, const ReportStyle *style,
                GError **error)
{
  g_autoptr (XlsxBook) book = xlsx_book_new (error);
  if (!book)
    return NULL;
  write_summary (book, report, style);
  write_attendance (book, report, style);
  write_speaking (book, report, style);
  write_votes (book, report, style);
  write_log (book, events, style);
  return xlsx_book_finish (book, error);
}
