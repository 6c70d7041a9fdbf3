/* The words of reports on lines, in Vietnamese and English, and how figures are written in them.
 * Pure, any thread. */
#pragma once

#include "server/reports/line_report.h"
#include "server/reports/report_words.h"

typedef enum {
  LINE_WORD_TITLE,
  LINE_WORD_ROLLUP,
  LINE_WORD_HELD,
  LINE_WORD_PERIOD,
  LINE_WORD_SITES,
  LINE_WORD_MEETINGS,
  LINE_WORD_TURNS,
  LINE_WORD_CAME,
  LINE_WORD_NEVER,
  LINE_WORD_ON_TIME,
  LINE_WORD_ON_TIME_PERCENT,
  LINE_WORD_LATE,
  LINE_WORD_JOINED,
  LINE_WORD_CONNECTED,
  LINE_WORD_CONNECTED_HOURS,
  LINE_WORD_AVAILABILITY,
  LINE_WORD_BREAKS,
  LINE_WORD_LOSS,
  LINE_WORD_LOSS_UP,
  LINE_WORD_LOSS_DOWN,
  LINE_WORD_FROZEN,
  LINE_WORD_FROZEN_MINUTES,
  LINE_WORD_FROZEN_UP,
  LINE_WORD_FROZEN_DOWN,
  LINE_WORD_CONCEALED,
  LINE_WORD_RTT,
  LINE_WORD_WORST,
  LINE_WORD_WORST_AT,
  LINE_WORD_WORST_WHAT,
  LINE_WORD_FAULTS,
  LINE_WORD_FAULT_MINUTES,
  LINE_WORD_CAUSES,
  LINE_WORD_CAUSE,
  LINE_WORD_TIMES,
  LINE_WORD_MINUTES,
  LINE_WORD_NO_FAULTS,
  LINE_WORD_REHEARSAL,
  LINE_WORD_GOOD,
  LINE_WORD_FAIR,
  LINE_WORD_BAD,
  LINE_WORD_NOT_TRIED,
  LINE_WORD_OTHER,
  LINE_WORD_DEFINITIONS,
  LINE_WORD_PENDING,
  LINE_WORD_MADE,
  LINE_WORD_SIGN_HEAD,
  LINE_WORD_SIGN_MAKER,
  N_LINE_WORDS
} LineWord;
const char *line_word (LineWord word, ReportLanguage language);
/* "Điểm cầu", "Nhánh", "Tháng", ...: the head of the first column. */
const char *line_group_word (LineGroup group, ReportLanguage language);

/* What happened, without what to do about it.  (transfer full) */
char *line_kind_text (LineKind kind, ReportLanguage language);
/* "99,5", "99.5"; "" for what is not known (< 0).  (transfer full) */
char *line_number (double value, int digits, ReportLanguage language);
/* "Wi-Fi yếu (2 lần, 4 phút); ...", at most @n of them.  (transfer full) */
char *line_causes_text (const LineSum *sum, guint n, ReportLanguage language);
/* "09:20 Wi-Fi yếu (mất gói 8 %)"; "" where nothing was ill.  (transfer full) */
char *line_worst_text (const LineMoment *worst, GTimeZone *zone, ReportLanguage language);
/* "tốt"; over many: "12 tốt, 1 yếu, 0 hỏng, 3 chưa thử".  (transfer full) */
char *line_rehearsal_text (const LineSum *sum, ReportLanguage language);

/* How the figures are defined, a sentence each (transfer full, g_strfreev). */
char **line_definitions (gint64 tolerance_ms, ReportLanguage language);
/* The name of a row: months as "11/2026".  (transfer full) */
char *line_row_name (const LineReport *report, const LineRow *row, GTimeZone *zone);
/* What the report is about: the time of the meeting, "01/11/2026 – 30/11/2026".  (transfer full) */
char *line_period_text (const LineReport *report, GTimeZone *zone);
