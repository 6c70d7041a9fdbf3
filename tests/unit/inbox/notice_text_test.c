#include "server/inbox/notice_text.h"

#define START_MS (G_GINT64_CONSTANT (1794965400) * 1000) /* 2026-11-18 01:30 UTC */

static MeetingRecord *
new_meeting (void)
{
  MeetingRecord *meeting = meeting_record_new ("m1");
  meeting->title = g_strdup ("Giao ban tháng 11");
  meeting->starts_at_ms = START_MS;
  meeting->note = g_strdup ("Mang theo số liệu.");
  meeting->reason = g_strdup ("Bão số 9");
  return meeting;
}

static void
test_time (void)
{
  g_autofree char *text = notice_time (START_MS);
  g_assert_cmpstr (text, ==, "08:30, 18/11/2026");
}

static void
test_meeting (void)
{
  static const struct {
    NoticeKind kind;
    const char *name, *title_vi, *text_vi, *text_en;
  } rows[] = {
    { NOTICE_INVITATION, "invitation", "Giấy mời: Giao ban tháng 11",
      "08:30, 18/11/2026. Tỉnh Thanh Hóa chủ trì. Mang theo số liệu.",
      "08:30, 18/11/2026. Host: Tỉnh Thanh Hóa. Mang theo số liệu." },
    { NOTICE_CHANGED, "changed", "Thay đổi: Giao ban tháng 11",
      "08:30, 18/11/2026. Tỉnh Thanh Hóa chủ trì. Mang theo số liệu.",
      "08:30, 18/11/2026. Host: Tỉnh Thanh Hóa. Mang theo số liệu." },
    { NOTICE_POSTPONED, "postponed", "Hoãn: Giao ban tháng 11", "Lý do: Bão số 9",
      "Reason: Bão số 9" },
    { NOTICE_CANCELLED, "cancelled", "Huỷ: Giao ban tháng 11", "Lý do: Bão số 9",
      "Reason: Bão số 9" },
    { NOTICE_REMINDER, "reminder", "Sắp họp: Giao ban tháng 11", "Còn 15 phút nữa là đến giờ họp.",
      "The meeting begins in 15 minutes." },
    { NOTICE_CALL, "call", "Gọi họp ngay: Giao ban tháng 11", "Tỉnh Thanh Hóa mời vào họp ngay.",
      "Tỉnh Thanh Hóa asks you to join now." },
    { NOTICE_PAPERS, "papers", "Tài liệu họp: Giao ban tháng 11",
      "Tài liệu của phiên họp có thay đổi, hãy mở xem.",
      "The papers of the meeting have changed; open it to read them." },
  };
  g_autoptr (MeetingRecord) meeting = new_meeting ();
  G_STATIC_ASSERT (G_N_ELEMENTS (rows) == N_NOTICE_KINDS);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Notice) notice = notice_of_meeting (rows[i].kind, meeting, "Tỉnh Thanh Hóa", 15, 7);
    g_assert_cmpstr (notice->kind, ==, rows[i].name);
    g_assert_cmpstr (notice->title_vi, ==, rows[i].title_vi);
    g_assert_cmpstr (notice->text_vi, ==, rows[i].text_vi);
    g_assert_cmpstr (notice->text_en, ==, rows[i].text_en);
    g_assert_cmpstr (notice->meeting, ==, "m1");
    g_assert_cmpint (notice->at_ms, ==, 7);
  }
}

static void
test_call (void)
{
  g_autoptr (Notice) result = notice_of_call ("m1", "Họp gấp", 3, 1, 2, 7);
  g_assert_cmpstr (result->text_vi, ==, "3 điểm cầu trả lời, 1 từ chối, 2 không trả lời.");
  g_assert_cmpstr (result->text_en, ==, "3 rooms answered, 1 declined, 2 did not answer.");
  g_autoptr (Notice) decline = notice_of_decline ("m1", "Họp gấp", "Xã Thanh Hà", 7);
  g_assert_cmpstr (decline->text_vi, ==, "Xã Thanh Hà từ chối cuộc gọi.");
  g_assert_cmpstr (decline->kind, ==, "call");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notice-text/time", test_time);
  g_test_add_func ("/notice-text/meeting", test_meeting);
  g_test_add_func ("/notice-text/call", test_call);
  return g_test_run ();
}
