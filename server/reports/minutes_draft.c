#include "server/reports/report_export.h"
#include "server/reports/report_vote.h"

/* The sentences of a draft: they have slots, each "{}" is filled in order. */
typedef struct {
  const char *opening;  /* host, title, date and time from, to */
  const char *presence; /* invited, present, late, absent, excused, delegates */
  const char *absent;
  const char *excused_one; /* name, reason */
  const char *course;
  const char *speech;  /* time, name, length */
  const char *remark;  /* time, name */
  const char *content; /* where a secretary writes what was said */
  const char *vote;    /* question */
  const char *result;  /* counts, result */
  const char *conclusion;
  const char *closing; /* time */
} DraftTexts;

static const DraftTexts texts[N_REPORT_LANGUAGES] = {
  [REPORT_VI] = {
    "{} tổ chức phiên họp “{}” bằng hình thức trực tuyến, từ {} đến {}.",
    "Số điểm cầu được mời: {}; có mặt: {} (trong đó vào muộn: {}); vắng: {}; vắng có lý do: {}. "
    "Tổng số đại biểu có mặt: {}.",
    "Vắng: ",
    "{} (lý do: {})",
    "Diễn biến",
    "{}: {} phát biểu ({}).",
    "{}: {} góp ý.",
    "Nội dung: …",
    "Biểu quyết: {}",
    "{}. Kết quả: {}.",
    "Kết luận của chủ tọa",
    "Phiên họp kết thúc lúc {}. Biên bản đã được thông qua tại phiên họp.",
  },
  [REPORT_EN] = {
    "{} held the meeting “{}” by video, from {} to {}.",
    "Sites invited: {}; present: {} (late: {}); absent: {}; absent with reason: {}. "
    "Delegates present in all: {}.",
    "Absent: ",
    "{} (reason: {})",
    "Course of the meeting",
    "{}: {} spoke ({}).",
    "{}: {} remarked.",
    "What was said: …",
    "Vote: {}",
    "{}. Result: {}.",
    "Conclusion of the chair",
    "The meeting ended at {}. These minutes were agreed in the meeting.",
  },
};

#define ABSENT_NAMES_MAX 100 /* beyond that the attendance table tells */

/* Appends @template with each "{}" replaced by the next of @values. */
static void
append_filled (GString *text, const char *template, const char *const *values)
{
  for (const char *c = template; *c; c++) {
    if (c[0] == '{' && c[1] == '}') {
      g_string_append (text, *values++);
      c++;
    } else {
      g_string_append_c (text, *c);
    }
  }
}

#define FILL(text, template, ...)                                                                  \
  append_filled (text, template, (const char *const[]){ __VA_ARGS__ })

static char *
number_text (guint64 number)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
}

static void
write_absent (GString *text, const MeetingReport *report, const DraftTexts *words)
{
  guint n = 0;
  for (guint i = 0; i < report->sites->len && n < ABSENT_NAMES_MAX; i++) {
    const ReportSite *site = report->sites->pdata[i];
    if (site->roll != ROLL_ABSENT && site->roll != ROLL_EXCUSED)
      continue;
    g_string_append (text, n == 0 ? words->absent : "; ");
    if (*site->reason)
      FILL (text, words->excused_one, site->name, site->reason);
    else
      g_string_append (text, site->name);
    n++;
  }
  if (n > 0)
    g_string_append (text, n == ABSENT_NAMES_MAX ? "; …\n" : ".\n");
}

static void
write_presence (GString *text, const MeetingReport *report, const DraftTexts *words)
{
  g_autofree char *invited = number_text (report->sites->len);
  g_autofree char *present = number_text (report->counts[ROLL_PRESENT]);
  g_autofree char *late = number_text (report->late);
  g_autofree char *absent = number_text (report->counts[ROLL_ABSENT]);
  g_autofree char *excused = number_text (report->counts[ROLL_EXCUSED]);
  g_autofree char *delegates = number_text (report->delegates);
  FILL (text, words->presence, invited, present, late, absent, excused, delegates);
  g_string_append_c (text, '\n');
  write_absent (text, report, words);
}

static void
write_speech (GString *text, const ReportSpeech *speech, const ReportStyle *style)
{
  const DraftTexts *words = &texts[style->language];
  g_autofree char *at = report_clock (speech->from_ms, style->zone);
  g_autofree char *length = report_length (speech->to_ms - speech->from_ms);
  g_string_append (text, "- ");
  if (speech->is_remark)
    FILL (text, words->remark, at, speech->name);
  else
    FILL (text, words->speech, at, speech->name, length);
  g_string_append_c (text, '\n');
  g_string_append (text, words->content);
  g_string_append_c (text, '\n');
}

static void
write_vote (GString *text, const ReportVote *vote, const ReportStyle *style)
{
  const DraftTexts *words = &texts[style->language];
  ReportWord result = vote->passed ? WORD_PASSED : WORD_REJECTED;
  g_autofree char *counts = report_vote_counts (vote);
  g_string_append (text, "- ");
  FILL (text, words->vote, vote->question);
  g_string_append_c (text, '\n');
  FILL (text, words->result, counts, report_word (result, style->language));
  g_string_append_c (text, '\n');
}

/* Speeches and votes in the order in which they were. */
static void
write_course (GString *text, const MeetingReport *report, const ReportStyle *style)
{
  guint speech = 0, vote = 0;
  while (speech < report->speeches->len || vote < report->votes->len) {
    const ReportSpeech *next =
        speech < report->speeches->len ? report->speeches->pdata[speech] : NULL;
    const ReportVote *ballot = vote < report->votes->len ? report->votes->pdata[vote] : NULL;
    if (next && (!ballot || next->from_ms <= ballot->closed_ms)) {
      write_speech (text, next, style);
      speech++;
    } else if (ballot) {
      write_vote (text, ballot, style);
      vote++;
    }
  }
}

char *
minutes_draft (const MeetingReport *report, const ReportStyle *style)
{
  const DraftTexts *words = &texts[style->language];
  GString *text = g_string_new ("");
  g_autofree char *from = report_date_time (report->from_ms, style->zone);
  g_autofree char *to = report_clock (report->to_ms, style->zone);
  FILL (text, words->opening, report->host_name, report->record->title, from, to);
  FILL (text, "\n\n## {}\n", report_word (WORD_ATTENDANCE, style->language));
  write_presence (text, report, words);
  FILL (text, "\n## {}\n", words->course);
  write_course (text, report, style);
  FILL (text, "\n## {}\n…\n\n", words->conclusion);
  FILL (text, words->closing, to);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}
