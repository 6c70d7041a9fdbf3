/* A vote as the log keeps it: the detail of `vote.closed`.  Pure, any thread. */
#pragma once

#include "server/reports/report.h"

/* (transfer full); NULL when @detail is not that of a vote. */
ReportVote *report_vote_parse (const char *detail, gint64 closed_ms);
void report_vote_free (ReportVote *vote);
/* "Tán thành: 12; Không tán thành: 3".  (transfer full) */
char *report_vote_counts (const ReportVote *vote);
