#include "server/reports/letterhead.h"

void
letterhead_write_host (PdfSheet *sheet, const char *host_name, const ReportStyle *style)
{
  g_autofree char *host = g_utf8_strup (host_name, -1);
  const char *const left[2] = { host, "" };
  const char *const right[2] = { report_word (WORD_COUNTRY, style->language),
                                 report_word (WORD_MOTTO, style->language) };
  pdf_sheet_letterhead (sheet, left, right);
}

void
letterhead_write (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style)
{
  letterhead_write_host (sheet, report->host_name, style);
}

void
letterhead_sign (PdfSheet *sheet, const ReportStyle *style)
{
  pdf_sheet_signatures (sheet, report_word (WORD_SIGN_SECRETARY, style->language),
                        report_word (WORD_SIGN_CHAIR, style->language),
                        report_word (WORD_SIGN_HINT, style->language));
}
