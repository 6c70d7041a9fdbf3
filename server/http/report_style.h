/* How a request wants its report written: ?lang=vi (the default) or en, in the local time of the
 * setting reports.time_zone.  Main thread. */
#pragma once

#include "server/http/request.h"
#include "server/reports/report_export.h"

/* Replies and FALSE when ?lang is something else. */
gboolean report_style_read (HttpRequest *request, ReportStyle *ret_style);
void report_style_clear (ReportStyle *style);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReportStyle, report_style_clear)
