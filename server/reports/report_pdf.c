#include "server/reports/letterhead.h"
#include "server/reports/pdf_sheet.h"
#include "server/reports/report_export.h"
#include "server/reports/report_vote.h"

static void
write_line (PdfSheet *sheet, ReportWord label, const char *value, const ReportStyle *style)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", report_word (label, style->language), value);
  pdf_sheet_item (sheet, text);
}

static void
write_summary (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  g_autofree char *starts = report_date_time (report->record->starts_at_ms, style->zone);
  g_autofree char *from = report_date_time (report->from_ms, style->zone);
  g_autofree char *to = report_clock (report->to_ms, style->zone);
  g_autofree char *held = report->from_ms ? g_strdup_printf ("%s – %s", from, to) : g_strdup ("");
  g_autofree char *counts =
      g_strdup_printf ("%u; %s: %u; %s: %u; %s: %u; %s: %u", report->sites->len,
                       report_word (WORD_PRESENT, language), report->counts[ROLL_PRESENT],
                       report_word (WORD_LATE, language), report->late,
                       report_word (WORD_ABSENT, language), report->counts[ROLL_ABSENT],
                       report_word (WORD_EXCUSED, language), report->counts[ROLL_EXCUSED]);
  g_autofree char *delegates = g_strdup_printf ("%" G_GUINT64_FORMAT, report->delegates);
  g_autofree char *quorum = g_strdup_printf (
      "%u (%s)", report->quorum_needed,
      report_word (report->quorum_reached ? WORD_QUORUM_REACHED : WORD_QUORUM_MISSED, language));
  pdf_sheet_heading (sheet, report_word (WORD_SUMMARY, language));
  write_line (sheet, WORD_HOST, report->host_name, style);
  write_line (sheet, WORD_CHAIR, report->chair_name, style);
  write_line (sheet, WORD_PLANNED, starts, style);
  write_line (sheet, WORD_HELD, held, style);
  write_line (sheet, WORD_INVITED, counts, style);
  write_line (sheet, WORD_DELEGATES, delegates, style);
  if (report->quorum_percent > 0)
    write_line (sheet, WORD_QUORUM, quorum, style);
}

static void
write_site (PdfSheet *sheet, const ReportSite *site, guint number, const ReportStyle *style)
{
  g_autofree char *place = g_strdup_printf ("%u", number);
  g_autofree char *joined = report_clock (site->first_joined_ms, style->zone);
  g_autofree char *minutes = g_strdup_printf ("%d", (int) (site->present_ms / 60000));
  g_autofree char *late =
      site->late_minutes ? g_strdup_printf ("%u", site->late_minutes) : g_strdup ("");
  g_autofree char *heads =
      site->head_count >= 0 ? g_strdup_printf ("%d", site->head_count) : g_strdup ("");
  const char *roll = report_roll_word (site->roll, style->language);
  g_autofree char *state =
      *site->reason ? g_strdup_printf ("%s: %s", roll, site->reason) : g_strdup (roll);
  const char *const cells[] = { place, site->name, state, joined, minutes, late, heads };
  pdf_sheet_row (sheet, cells);
}

static void
write_attendance (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  const PdfColumn columns[] = {
    { report_word (WORD_NUMBER, language), 0.6, TRUE },
    { report_word (WORD_SITE, language), 3.2, FALSE },
    { report_word (WORD_ROLL, language), 2.2, FALSE },
    { report_word (WORD_FIRST_JOINED, language), 0.9, FALSE },
    { report_word (WORD_MINUTES_PRESENT, language), 0.8, TRUE },
    { report_word (WORD_MINUTES_LATE, language), 0.9, TRUE },
    { report_word (WORD_HEAD_COUNT, language), 0.9, TRUE },
  };
  pdf_sheet_heading (sheet, report_word (WORD_ATTENDANCE, language));
  pdf_sheet_begin_table (sheet, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < report->sites->len; i++)
    write_site (sheet, report->sites->pdata[i], i + 1, style);
  pdf_sheet_end_table (sheet);
}

static void
write_speaking (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  const PdfColumn columns[] = {
    { report_word (WORD_NUMBER, language), 0.6, TRUE },
    { report_word (WORD_SITE, language), 4, FALSE },
    { report_word (WORD_FROM, language), 1, FALSE },
    { report_word (WORD_LENGTH, language), 1, TRUE },
    { report_word (WORD_KIND, language), 2, FALSE },
  };
  pdf_sheet_heading (sheet, report_word (WORD_SPEAKING, language));
  if (report->speeches->len == 0) {
    pdf_sheet_paragraph (sheet, report_word (WORD_NONE, language));
    return;
  }
  pdf_sheet_begin_table (sheet, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < report->speeches->len; i++) {
    const ReportSpeech *speech = report->speeches->pdata[i];
    g_autofree char *place = g_strdup_printf ("%u", i + 1);
    g_autofree char *from = report_clock (speech->from_ms, style->zone);
    g_autofree char *length = report_length (speech->to_ms - speech->from_ms);
    const char *kind = report_word (speech->is_remark ? WORD_REMARK : WORD_FLOOR, language);
    const char *const cells[] = { place, speech->name, from, length, kind };
    pdf_sheet_row (sheet, cells);
  }
  pdf_sheet_end_table (sheet);
}

static void
write_vote (PdfSheet *sheet, const ReportVote *vote, const ReportStyle *style)
{
  ReportLanguage language = style->language;
  g_autofree char *counts = report_vote_counts (vote);
  g_autofree char *text =
      g_strdup_printf ("%s (%s). %s. %s: %s.", vote->question,
                       report_word (vote->is_secret ? WORD_SECRET : WORD_OPEN_BALLOT, language),
                       counts, report_word (WORD_RESULT, language),
                       report_word (vote->passed ? WORD_PASSED : WORD_REJECTED, language));
  pdf_sheet_item (sheet, text);
}

static void
write_votes (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style)
{
  if (report->votes->len == 0)
    return;
  pdf_sheet_heading (sheet, report_word (WORD_VOTES, style->language));
  for (guint i = 0; i < report->votes->len; i++)
    write_vote (sheet, report->votes->pdata[i], style);
}

GBytes *
report_to_pdf (const MeetingReport *report, const ReportStyle *style, GError **error)
{
  ReportLanguage language = style->language;
  g_autoptr (PdfSheet) sheet =
      pdf_sheet_new (report->record->title, report_word (WORD_PAGE, language));
  letterhead_write (sheet, report, style);
  pdf_sheet_title (sheet, report_word (WORD_REPORT, language));
  pdf_sheet_subtitle (sheet, report->record->title);
  write_summary (sheet, report, style);
  write_attendance (sheet, report, style);
  write_speaking (sheet, report, style);
  write_votes (sheet, report, style);
  letterhead_sign (sheet, style);
  return pdf_sheet_finish (sheet, error);
}
