/* The words of reports, in Vietnamese and English, and how times and spans are written in them.
 * Pure, any thread. */
#pragma once

#include "server/reports/report.h"

typedef enum { REPORT_VI, REPORT_EN, N_REPORT_LANGUAGES } ReportLanguage;
/* "vi", "en"; NULL is Vietnamese.  FALSE for any other. */
gboolean report_language_from_string (const char *text, ReportLanguage *ret_language);

typedef enum {
  WORD_REPORT,
  WORD_SUMMARY,
  WORD_ATTENDANCE,
  WORD_SPEAKING,
  WORD_VOTES,
  WORD_LOG,
  WORD_MINUTES,
  WORD_STATISTICS,
  WORD_TITLE,
  WORD_HOST,
  WORD_CHAIR,
  WORD_PLANNED,
  WORD_HELD,
  WORD_INVITED,
  WORD_PRESENT,
  WORD_ABSENT,
  WORD_EXCUSED,
  WORD_NOT_CALLED,
  WORD_LATE,
  WORD_DELEGATES,
  WORD_QUORUM,
  WORD_QUORUM_REACHED,
  WORD_QUORUM_MISSED,
  WORD_NUMBER,
  WORD_SITE,
  WORD_UNIT,
  WORD_BRANCH,
  WORD_ROLL,
  WORD_FIRST_JOINED,
  WORD_MINUTES_PRESENT,
  WORD_MINUTES_LATE,
  WORD_BREAKS,
  WORD_HEAD_COUNT,
  WORD_HEAD_EXPECTED,
  WORD_REASON,
  WORD_SPOKEN,
  WORD_SPANS,
  WORD_FROM,
  WORD_TO,
  WORD_LENGTH,
  WORD_KIND,
  WORD_FLOOR,
  WORD_REMARK,
  WORD_QUESTION,
  WORD_CHOICE,
  WORD_COUNT,
  WORD_RESULT,
  WORD_PASSED,
  WORD_REJECTED,
  WORD_SECRET,
  WORD_OPEN_BALLOT,
  WORD_TIME,
  WORD_ACTION,
  WORD_SUBJECT,
  WORD_ACTOR,
  WORD_DETAIL,
  WORD_NONE,
  WORD_PAGE,
  WORD_COUNTRY,
  WORD_MOTTO,
  WORD_SIGN_SECRETARY,
  WORD_SIGN_CHAIR,
  WORD_SIGN_HINT,
  WORD_MEETINGS,
  WORD_SITES,
  WORD_SITES_PER_MEETING,
  WORD_MINUTES_TOTAL,
  WORD_ON_TIME,
  WORD_TOTAL,
  WORD_DRAFT,
  WORD_APPROVED,
  N_WORDS
} ReportWord;
const char *report_word (ReportWord word, ReportLanguage language);
const char *report_roll_word (RollResult roll, ReportLanguage language);

/* Local time by @zone (never NULL): "22/11/2026 08:30", "08:30"; "" for 0.  (transfer full) */
char *report_date_time (gint64 ms, GTimeZone *zone);
char *report_clock (gint64 ms, GTimeZone *zone);
/* "1:02:03" or "2:03".  (transfer full) */
char *report_length (gint64 ms);
/* "08:30–09:15, 09:20–11:00".  (transfer full) */
char *report_spans (const ReportSite *site, GTimeZone *zone);
/* The offset or zone that a setting names; what cannot be read is +07:00.  (transfer full) */
GTimeZone *report_zone (const char *name);
