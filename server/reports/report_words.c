#include "server/reports/report_words.h"

#include <string.h>

static const char *const words[N_WORDS][N_REPORT_LANGUAGES] = {
  [WORD_REPORT] = { "Báo cáo phiên họp", "Meeting report" },
  [WORD_SUMMARY] = { "Tổng hợp", "Summary" },
  [WORD_ATTENDANCE] = { "Chuyên cần", "Attendance" },
  [WORD_SPEAKING] = { "Phát biểu", "Speaking" },
  [WORD_VOTES] = { "Biểu quyết", "Votes" },
  [WORD_LOG] = { "Nhật ký", "Log" },
  [WORD_MINUTES] = { "Biên bản", "Minutes" },
  [WORD_STATISTICS] = { "Thống kê phiên họp", "Meeting statistics" },
  [WORD_TITLE] = { "Phiên họp", "Meeting" },
  [WORD_HOST] = { "Đơn vị chủ trì", "Host unit" },
  [WORD_CHAIR] = { "Điểm cầu chủ tọa", "Chair's site" },
  [WORD_PLANNED] = { "Thời gian dự kiến", "Planned" },
  [WORD_HELD] = { "Thời gian họp", "Held" },
  [WORD_INVITED] = { "Điểm cầu được mời", "Invited sites" },
  [WORD_PRESENT] = { "Có mặt", "Present" },
  [WORD_ABSENT] = { "Vắng", "Absent" },
  [WORD_EXCUSED] = { "Vắng có lý do", "Absent with reason" },
  [WORD_NOT_CALLED] = { "Chưa điểm danh", "Not yet called" },
  [WORD_LATE] = { "Vào muộn", "Late" },
  [WORD_DELEGATES] = { "Số đại biểu có mặt", "Delegates present" },
  [WORD_QUORUM] = { "Số điểm cầu tối thiểu", "Quorum" },
  [WORD_QUORUM_REACHED] = { "đủ", "reached" },
  [WORD_QUORUM_MISSED] = { "chưa đủ", "not reached" },
  [WORD_NUMBER] = { "STT", "No." },
  [WORD_SITE] = { "Điểm cầu", "Site" },
  [WORD_UNIT] = { "Đơn vị", "Unit" },
  [WORD_BRANCH] = { "Nhánh", "Branch" },
  [WORD_ROLL] = { "Điểm danh", "Roll call" },
  [WORD_FIRST_JOINED] = { "Vào lúc", "Joined at" },
  [WORD_MINUTES_PRESENT] = { "Số phút", "Minutes" },
  [WORD_MINUTES_LATE] = { "Muộn (phút)", "Late (min)" },
  [WORD_BREAKS] = { "Mất kết nối", "Line lost" },
  [WORD_HEAD_COUNT] = { "Đại biểu", "Delegates" },
  [WORD_HEAD_EXPECTED] = { "Triệu tập", "Expected" },
  [WORD_REASON] = { "Lý do vắng", "Reason" },
  [WORD_SPOKEN] = { "Phát biểu", "Spoke" },
  [WORD_SPANS] = { "Các lần kết nối", "Connected" },
  [WORD_FROM] = { "Từ", "From" },
  [WORD_TO] = { "Đến", "To" },
  [WORD_LENGTH] = { "Thời lượng", "Length" },
  [WORD_KIND] = { "Hình thức", "Kind" },
  [WORD_FLOOR] = { "Phát biểu", "Floor" },
  [WORD_REMARK] = { "Góp ý bằng tiếng", "Audio remark" },
  [WORD_QUESTION] = { "Nội dung biểu quyết", "Question" },
  [WORD_CHOICE] = { "Lựa chọn", "Choice" },
  [WORD_COUNT] = { "Số phiếu", "Votes" },
  [WORD_RESULT] = { "Kết quả", "Result" },
  [WORD_PASSED] = { "Thông qua", "Passed" },
  [WORD_REJECTED] = { "Không thông qua", "Not passed" },
  [WORD_SECRET] = { "kín", "secret" },
  [WORD_OPEN_BALLOT] = { "công khai", "open" },
  [WORD_TIME] = { "Thời điểm", "Time" },
  [WORD_ACTION] = { "Việc", "Action" },
  [WORD_SUBJECT] = { "Đối tượng", "Subject" },
  [WORD_ACTOR] = { "Người thực hiện", "By" },
  [WORD_DETAIL] = { "Chi tiết", "Detail" },
  [WORD_NONE] = { "Không có.", "None." },
  [WORD_PAGE] = { "Trang", "Page" },
  [WORD_COUNTRY] = { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM" },
  [WORD_MOTTO] = { "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness" },
  [WORD_SIGN_SECRETARY] = { "THƯ KÝ", "SECRETARY" },
  [WORD_SIGN_CHAIR] = { "CHỦ TỌA", "CHAIR" },
  [WORD_SIGN_HINT] = { "(Ký, ghi rõ họ tên)", "(Signature, full name)" },
  [WORD_MEETINGS] = { "Số phiên", "Meetings" },
  [WORD_SITES] = { "Lượt điểm cầu", "Sites in all" },
  [WORD_SITES_PER_MEETING] = { "Điểm cầu/phiên", "Sites per meeting" },
  [WORD_MINUTES_TOTAL] = { "Tổng số phút", "Minutes" },
  [WORD_ON_TIME] = { "Đúng giờ (%)", "On time (%)" },
  [WORD_TOTAL] = { "Cộng", "Total" },
  [WORD_DRAFT] = { "DỰ THẢO", "DRAFT" },
  [WORD_APPROVED] = { "Đã duyệt", "Approved" },
};

gboolean
report_language_from_string (const char *text, ReportLanguage *ret_language)
{
  if (text && strcmp (text, "vi") != 0 && strcmp (text, "en") != 0)
    return FALSE;
  *ret_language = text && strcmp (text, "en") == 0 ? REPORT_EN : REPORT_VI;
  return TRUE;
}

const char *
report_word (ReportWord word, ReportLanguage language)
{
  g_return_val_if_fail ((guint) word < N_WORDS && (guint) language < N_REPORT_LANGUAGES, "");
  return words[word][language];
}

const char *
report_roll_word (RollResult roll, ReportLanguage language)
{
  static const ReportWord of[N_ROLLS] = { WORD_NOT_CALLED, WORD_PRESENT, WORD_ABSENT,
                                          WORD_EXCUSED };
  return report_word (of[roll], language);
}

static char *
format_local (gint64 ms, GTimeZone *zone, const char *format)
{
  if (ms == 0)
    return g_strdup ("");
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, zone) : NULL;
  char *text = local ? g_date_time_format (local, format) : NULL;
  return text ? text : g_strdup ("");
}

char *
report_date_time (gint64 ms, GTimeZone *zone)
{
  return format_local (ms, zone, "%d/%m/%Y %H:%M");
}

char *
report_clock (gint64 ms, GTimeZone *zone)
{
  return format_local (ms, zone, "%H:%M");
}

char *
report_length (gint64 ms)
{
  gint64 s = MAX (ms, 0) / 1000;
  if (s >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", s / 3600, (int) (s / 60 % 60),
                            (int) (s % 60));
  return g_strdup_printf ("%d:%02d", (int) (s / 60), (int) (s % 60));
}

char *
report_spans (const ReportSite *site, GTimeZone *zone)
{
  GString *text = g_string_new ("");
  for (guint i = 0; i < site->spans->len; i++) {
    const ReportSpan *span = &g_array_index (site->spans, ReportSpan, i);
    g_autofree char *from = report_clock (span->from_ms, zone);
    g_autofree char *to = report_clock (span->to_ms, zone);
    g_string_append_printf (text, "%s%s–%s", i > 0 ? ", " : "", from, to);
  }
  return g_string_free (text, FALSE);
}

GTimeZone *
report_zone (const char *name)
{
  GTimeZone *zone = name && *name ? g_time_zone_new_identifier (name) : NULL;
  return zone ? zone : g_time_zone_new_offset (7 * 3600);
}
