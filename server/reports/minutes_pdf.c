#include "server/reports/letterhead.h"
#include "server/reports/report_export.h"

static void
write_text_line (PdfSheet *sheet, const char *line)
{
  if (g_str_has_prefix (line, "## "))
    pdf_sheet_heading (sheet, line + 3);
  else if (g_str_has_prefix (line, "# "))
    pdf_sheet_heading (sheet, line + 2);
  else if (g_str_has_prefix (line, "- "))
    pdf_sheet_item (sheet, line + 2);
  else if (*line)
    pdf_sheet_paragraph (sheet, line);
}

static char *
state_of (const MinutesVersion *minutes, const ReportStyle *style)
{
  if (minutes->approved_ms == 0)
    return g_strdup_printf ("(%s)", report_word (WORD_DRAFT, style->language));
  g_autofree char *at = report_date_time (minutes->approved_ms, style->zone);
  return g_strdup_printf ("(%s: %s)", report_word (WORD_APPROVED, style->language), at);
}

GBytes *
minutes_to_pdf (const MeetingReport *report, const MinutesVersion *minutes,
                const ReportStyle *style, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (minutes->text, "\n", -1);
  g_autofree char *title = g_utf8_strup (report_word (WORD_MINUTES, style->language), -1);
  g_autofree char *state = state_of (minutes, style);
  g_autoptr (PdfSheet) sheet =
      pdf_sheet_new (report->record->title, report_word (WORD_PAGE, style->language));
  letterhead_write (sheet, report, style);
  pdf_sheet_title (sheet, title);
  pdf_sheet_subtitle (sheet, report->record->title);
  pdf_sheet_subtitle (sheet, state);
  for (char **line = lines; *line; line++)
    write_text_line (sheet, g_strchomp (*line));
  letterhead_sign (sheet, style);
  return pdf_sheet_finish (sheet, error);
}
