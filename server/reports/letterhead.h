/* What an official Vietnamese paper begins and ends with: unit and country, and who signs. */
#pragma once

#include "server/reports/pdf_sheet.h"
#include "server/reports/report_export.h"

void letterhead_write (PdfSheet *sheet, const MeetingReport *report, const ReportStyle *style);
void letterhead_write_host (PdfSheet *sheet, const char *host_name, const ReportStyle *style);
void letterhead_sign (PdfSheet *sheet, const ReportStyle *style);
