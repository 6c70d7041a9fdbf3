#include "server/reports/line_words.h"

#include <string.h>

#define MINUTE_MS 60000

static const char *const words[N_LINE_WORDS][N_REPORT_LANGUAGES] = {
  [LINE_WORD_TITLE] = { "Báo cáo đường truyền", "Line report" },
  [LINE_WORD_ROLLUP] = { "Báo cáo tổng hợp đường truyền", "Summary of lines" },
  [LINE_WORD_HELD] = { "Thời gian họp", "Held" },
  [LINE_WORD_PERIOD] = { "Thời gian", "Period" },
  [LINE_WORD_SITES] = { "Số điểm cầu", "Sites" },
  [LINE_WORD_MEETINGS] = { "Số phiên", "Meetings" },
  [LINE_WORD_TURNS] = { "Lượt điểm cầu", "Sites in all" },
  [LINE_WORD_CAME] = { "Có vào họp", "Came" },
  [LINE_WORD_NEVER] = { "không vào", "never came" },
  [LINE_WORD_ON_TIME] = { "Đúng giờ", "On time" },
  [LINE_WORD_ON_TIME_PERCENT] = { "Đúng giờ (%)", "On time (%)" },
  [LINE_WORD_LATE] = { "Muộn (phút)", "Late (min)" },
  [LINE_WORD_JOINED] = { "Vào lúc", "Joined at" },
  [LINE_WORD_CONNECTED] = { "Kết nối (phút)", "Connected (min)" },
  [LINE_WORD_CONNECTED_HOURS] = { "Kết nối (giờ)", "Connected (h)" },
  [LINE_WORD_AVAILABILITY] = { "Sẵn sàng (%)", "Availability (%)" },
  [LINE_WORD_BREAKS] = { "Mất kết nối (lần)", "Line lost" },
  [LINE_WORD_LOSS] = { "Mất gói lên/xuống (%)", "Loss up/down (%)" },
  [LINE_WORD_LOSS_UP] = { "Mất gói lên (%)", "Loss up (%)" },
  [LINE_WORD_LOSS_DOWN] = { "Mất gói xuống (%)", "Loss down (%)" },
  [LINE_WORD_FROZEN] = { "Hình đứng (giây)", "Frozen (s)" },
  [LINE_WORD_FROZEN_MINUTES] = { "Hình đứng (phút)", "Frozen (min)" },
  [LINE_WORD_FROZEN_UP] = { "Hình gửi đi đứng (giây)", "Frozen, sent (s)" },
  [LINE_WORD_FROZEN_DOWN] = { "Hình nhận về đứng (giây)", "Frozen, seen (s)" },
  [LINE_WORD_CONCEALED] = { "Tiếng phải vá (%)", "Sound patched (%)" },
  [LINE_WORD_RTT] = { "Trễ khứ hồi (ms)", "Round trip (ms)" },
  [LINE_WORD_WORST] = { "Lúc xấu nhất", "Worst moment" },
  [LINE_WORD_WORST_AT] = { "Lúc xấu nhất", "Worst at" },
  [LINE_WORD_WORST_WHAT] = { "Khi đó", "What it was" },
  [LINE_WORD_FAULTS] = { "Sự cố (lần)", "Faults" },
  [LINE_WORD_FAULT_MINUTES] = { "Sự cố (phút)", "Faulty (min)" },
  [LINE_WORD_CAUSES] = { "Sự cố và nguyên nhân", "Faults and causes" },
  [LINE_WORD_CAUSE] = { "Nguyên nhân", "Cause" },
  [LINE_WORD_TIMES] = { "Số lần", "Times" },
  [LINE_WORD_MINUTES] = { "Số phút", "Minutes" },
  [LINE_WORD_NO_FAULTS] = { "Không có sự cố.", "There were no faults." },
  [LINE_WORD_REHEARSAL] = { "Thử kỹ thuật", "Rehearsal" },
  [LINE_WORD_GOOD] = { "tốt", "good" },
  [LINE_WORD_FAIR] = { "yếu", "fair" },
  [LINE_WORD_BAD] = { "hỏng", "bad" },
  [LINE_WORD_NOT_TRIED] = { "chưa thử", "not tried" },
  [LINE_WORD_OTHER] = { "Khác", "Other" },
  [LINE_WORD_DEFINITIONS] = { "Cách tính", "How it is counted" },
  [LINE_WORD_PENDING] = { "Số phiên vừa họp xong, chưa tính vào báo cáo này",
                          "Meetings that ended just now and are not counted yet" },
  [LINE_WORD_MADE] = { "Lập lúc", "Made at" },
  [LINE_WORD_SIGN_HEAD] = { "LÃNH ĐẠO ĐƠN VỊ", "HEAD OF UNIT" },
  [LINE_WORD_SIGN_MAKER] = { "CÁN BỘ LẬP BÁO CÁO", "REPORTING OFFICER" },
};

static const char *const group_words[N_LINE_GROUPS][N_REPORT_LANGUAGES] = {
  [LINE_BY_SITE] = { "Điểm cầu", "Site" },        [LINE_BY_BRANCH] = { "Nhánh", "Branch" },
  [LINE_BY_MONTH] = { "Tháng", "Month" },         [LINE_BY_YEAR] = { "Năm", "Year" },
  [LINE_BY_MEETING] = { "Phiên họp", "Meeting" },
};

const char *
line_word (LineWord word, ReportLanguage language)
{
  g_return_val_if_fail ((guint) word < N_LINE_WORDS && (guint) language < N_REPORT_LANGUAGES, "");
  return words[word][language];
}

const char *
line_group_word (LineGroup group, ReportLanguage language)
{
  g_return_val_if_fail ((guint) group < N_LINE_GROUPS, "");
  return group_words[group][language];
}

char *
line_kind_text (LineKind kind, ReportLanguage language)
{
  const HealthWords *found = line_kind_words (kind);
  const char *text = language == REPORT_EN ? found->en : found->vi;

  if (!*text)
    return g_strdup (line_word (LINE_WORD_OTHER, language));
  return g_strndup (text, strcspn (text, ":"));
}

char *
line_number (double value, int digits, ReportLanguage language)
{
  if (value < 0)
    return g_strdup ("");
  char *text = g_strdup_printf ("%.*f", digits, value);
  return language == REPORT_VI ? g_strdelimit (text, ".", ',') : text;
}

static int
minutes_of (gint64 ms)
{
  return (int) ((ms + MINUTE_MS / 2) / MINUTE_MS);
}

static char *
cause_text (const LineSum *sum, LineKind kind, ReportLanguage language)
{
  const LineFault *fault = &sum->faults[kind];
  g_autofree char *text = line_kind_text (kind, language);
  int minutes = minutes_of (fault->ms);

  return language == REPORT_EN ? g_strdup_printf ("%s (%u ×, %d min)", text, fault->n, minutes)
                               : g_strdup_printf ("%s (%u lần, %d phút)", text, fault->n, minutes);
}

char *
line_causes_text (const LineSum *sum, guint n, ReportLanguage language)
{
  LineKind kinds[N_LINE_KINDS];
  GString *text = g_string_new ("");
  guint found = line_sum_causes (sum, kinds, MIN (n, N_LINE_KINDS));

  for (guint i = 0; i < found; i++) {
    g_autofree char *cause = cause_text (sum, kinds[i], language);
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", cause);
  }
  return g_string_free (text, FALSE);
}

char *
line_worst_text (const LineMoment *worst, GTimeZone *zone, ReportLanguage language)
{
  guint loss = MAX (worst->loss_up, worst->loss_down);

  if (worst->at_ms == 0)
    return g_strdup ("");
  g_autofree char *at = report_clock (worst->at_ms, zone);
  g_autofree char *what = line_kind_text (worst->kind, language);
  if (loss == 0)
    return g_strdup_printf ("%s %s", at, what);
  g_autofree char *percent = line_number (loss / 10.0, 1, language);
  return g_strdup_printf ("%s %s (%s %s %%)", at, what, language == REPORT_EN ? "loss" : "mất gói",
                          percent);
}

static guint
bad_rehearsals (const LineSum *sum)
{
  return sum->rehearsal[HEALTH_LIGHT_POOR] + sum->rehearsal[HEALTH_LIGHT_LOST];
}

static guint
untried (const LineSum *sum)
{
  return sum->rehearsal[HEALTH_LIGHT_UNKNOWN] + sum->rehearsal[HEALTH_LIGHT_ABSENT];
}

char *
line_rehearsal_text (const LineSum *sum, ReportLanguage language)
{
  const char *good = line_word (LINE_WORD_GOOD, language);
  const char *fair = line_word (LINE_WORD_FAIR, language);
  const char *bad = line_word (LINE_WORD_BAD, language);
  const char *none = line_word (LINE_WORD_NOT_TRIED, language);

  if (sum->turns == 1)
    return g_strdup (sum->rehearsal[HEALTH_LIGHT_GOOD]   ? good
                     : sum->rehearsal[HEALTH_LIGHT_FAIR] ? fair
                     : bad_rehearsals (sum)              ? bad
                                                         : none);
  return g_strdup_printf ("%u %s, %u %s, %u %s, %u %s", sum->rehearsal[HEALTH_LIGHT_GOOD], good,
                          sum->rehearsal[HEALTH_LIGHT_FAIR], fair, bad_rehearsals (sum), bad,
                          untried (sum), none);
}

/* --- definitions --------------------------------------------------------------------------------
 */

static const char *const on_time_definition[N_REPORT_LANGUAGES] = {
  "Đúng giờ: đã kết nối muộn nhất %d phút sau giờ bắt đầu (giờ đặt hoặc giờ mở họp thật, lấy giờ "
  "muộn hơn). Tỷ lệ tính trên số lượt điểm cầu được mời.",
  "On time: connected at most %d minutes after the start (the booked or the real one, whichever "
  "was later). The rate is of all that were invited.",
};

static const char *const definitions[][N_REPORT_LANGUAGES] = {
  { "Độ sẵn sàng: thời gian có kết nối với hình, tiếng ở mức tốt hoặc yếu (đèn xanh, vàng), chia "
    "cho thời gian họp. Mỗi khoảng 10 giây (1 phút với phiên cũ hơn một tuần khi lập) lấy theo "
    "giây "
    "xấu nhất; khoảng có kết nối mà không đo được thì không tính.",
    "Availability: the time connected with picture and sound good or fair (green, yellow), out of "
    "the meeting's time. Each 10 seconds (1 minute where the meeting was over a week ago) count as "
    "their worst second; what was connected and not measured is left out." },
  { "Mất gói, tiếng phải vá, trễ: trung bình của thời gian đo được. Hình đứng: tổng số giây hình "
    "dừng.",
    "Loss, patched sound, round trip: means of what was measured. Frozen: all seconds that the "
    "picture stood still." },
  { "Sự cố: báo động trong giờ họp; nguyên nhân do hệ thống chẩn đoán. Mọi số liệu do hệ thống đo, "
    "không nhập tay.",
    "Faults: alarms while the meeting went on, with the cause that the system found. All figures "
    "are measured, none is entered by hand." },
};

char **
line_definitions (gint64 tolerance_ms, ReportLanguage language)
{
  char **list = g_new0 (char *, G_N_ELEMENTS (definitions) + 2);
  g_autofree char *minutes = g_strdup_printf ("%d", (int) (tolerance_ms / MINUTE_MS));
  g_auto (GStrv) parts = g_strsplit (on_time_definition[language], "%d", 2);

  list[0] = g_strjoin (minutes, parts[0], parts[1], NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (definitions); i++)
    list[i + 1] = g_strdup (definitions[i][language]);
  return list;
}

/* --- heads --------------------------------------------------------------------------------------
 */

char *
line_row_name (const LineReport *report, const LineRow *row, GTimeZone *zone)
{
  if (report->group == LINE_BY_MONTH && strlen (row->key) == strlen ("2026-11"))
    return g_strdup_printf ("%s/%.4s", row->key + strlen ("2026-"), row->key);
  if (report->group != LINE_BY_MEETING)
    return g_strdup (row->name);
  g_autofree char *at = report_date_time (row->at_ms, zone);
  return g_strdup_printf ("%s, %s", at, row->name);
}

static char *
date_of (gint64 ms, GTimeZone *zone)
{
  char *text = report_date_time (ms, zone);
  text[MIN (strlen (text), strlen ("22/11/2026"))] = '\0';
  return text;
}

char *
line_period_text (const LineReport *report, GTimeZone *zone)
{
  if (report->meeting) {
    g_autofree char *from = report_date_time (report->from_ms, zone);
    g_autofree char *to = report_clock (report->to_ms, zone);
    return g_strdup_printf ("%s – %s", from, to);
  }
  g_autofree char *from = date_of (report->from_ms, zone);
  g_autofree char *to = date_of (report->to_ms - 1, zone);
  return g_strdup_printf ("%s – %s", from, to);
}
