#include "server/calendar/calendar.h"
#include "signaling/schedule/agenda_item.h"

#include <string.h>

#define START_MS (G_GINT64_CONSTANT (1794965400) * 1000) /* 2026-11-18 01:30 UTC */

static const CalendarOrigin origin = { "https://hop.tinh.gov.vn", "hop@tinh.gov.vn" };
static const CalendarOrigin nowhere = { "", "" };

static MeetingRecord *
new_meeting (const char *id)
{
  MeetingRecord *meeting = meeting_record_new (id);
  meeting->title = g_strdup ("Giao ban tháng 11; phòng, chống bão");
  meeting->starts_at_ms = START_MS;
  meeting->ends_at_ms = START_MS + G_GINT64_CONSTANT (9000000);
  meeting->note = g_strdup ("Mang theo số liệu.\nĐến sớm 15 phút.");
  g_autoptr (GPtrArray) agenda = g_ptr_array_new ();
  AgendaItem opening = { .id = (char *) "a", .title = (char *) "Khai mạc", .minutes = 10 };
  AgendaItem report = { .id = (char *) "b",
                        .title = (char *) "Báo cáo",
                        .speaker = (char *) "Ông Bình" };
  g_ptr_array_add (agenda, &opening);
  g_ptr_array_add (agenda, &report);
  meeting_record_set_agenda (meeting, agenda);
  return meeting;
}

static char *
format_one (CalendarMethod method, const CalendarOrigin *from, const MeetingRecord *meeting)
{
  CalendarEvent event = { meeting, "Tỉnh Thanh Hóa", "Hội trường A", 3 };
  return calendar_format (method, from, &event, 1, NULL, START_MS - 1000);
}

/* Lines as they were before they were folded (RFC 5545, 3.1). */
static char *
unfold (const char *text)
{
  GString *unfolded = g_string_new (text);
  g_string_replace (unfolded, "\r\n ", "", 0);
  return g_string_free (unfolded, FALSE);
}

static void
assert_line (const char *text, const char *line)
{
  g_autofree char *unfolded = unfold (text);
  g_autofree char *whole = g_strconcat ("\n", line, "\r\n", NULL);
  if (!strstr (unfolded, whole))
    g_error ("no line %s in\n%s", line, unfolded);
}

static void
test_request (void)
{
  static const char *const lines[] = {
    "METHOD:REQUEST",
    "VERSION:2.0",
    "UID:m1@hop.tinh.gov.vn",
    "SEQUENCE:3",
    "DTSTART:20261118T013000Z",
    "DTEND:20261118T040000Z",
    "DTSTAMP:20261118T012959Z",
    "SUMMARY:Giao ban tháng 11\\; phòng\\, chống bão",
    "LOCATION:Hội trường A\\; Tỉnh Thanh Hóa",
    ("DESCRIPTION:Mang theo số liệu.\\nĐến sớm 15 phút.\\n1. Khai mạc (10')\\n"
     "2. Báo cáo – Ông Bình\\nhttps://hop.tinh.gov.vn/meetings/m1"),
    "STATUS:CONFIRMED",
    "URL:https://hop.tinh.gov.vn/meetings/m1",
    "ORGANIZER;CN=Tỉnh Thanh Hóa:mailto:hop@tinh.gov.vn",
  };
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  g_autofree char *text = format_one (CALENDAR_REQUEST, &origin, meeting);
  g_assert_true (g_str_has_prefix (text, "BEGIN:VCALENDAR\r\n"));
  g_assert_true (g_str_has_suffix (text, "END:VCALENDAR\r\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    assert_line (text, lines[i]);
  g_assert_null (strstr (text, "RRULE"));
}

/* No line over 75 octets, none cut within a letter. */
static void
test_folding (void)
{
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  g_free (meeting->note);
  meeting->note = g_strdup ("Đề nghị các đồng chí chuẩn bị đầy đủ tài liệu, số liệu, và báo cáo "
                            "trước giờ họp; kiểm tra đường truyền, micrô và camera.");
  g_autofree char *text = format_one (CALENDAR_REQUEST, &origin, meeting);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_assert_cmpuint (strlen (lines[i]), <=, 75);
    g_assert_true (g_utf8_validate (lines[i], -1, NULL));
  }
}

static void
test_states (void)
{
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  meeting->reason = g_strdup ("Bão số 9");
  g_autofree char *cancel = format_one (CALENDAR_CANCEL, &origin, meeting);
  assert_line (cancel, "METHOD:CANCEL");
  assert_line (cancel, "STATUS:CANCELLED");
  g_assert_nonnull (strstr (cancel, "Bão số 9"));
  meeting->state = MEETING_POSTPONED;
  g_autofree char *postponed = format_one (CALENDAR_PUBLISH, &origin, meeting);
  assert_line (postponed, "STATUS:TENTATIVE");
  meeting->state = MEETING_CANCELLED;
  g_autofree char *cancelled = format_one (CALENDAR_PUBLISH, &origin, meeting);
  assert_line (cancelled, "METHOD:PUBLISH");
  assert_line (cancelled, "STATUS:CANCELLED");
}

static void
test_without_address (void)
{
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  g_autofree char *text = format_one (CALENDAR_REQUEST, &nowhere, meeting);
  assert_line (text, "UID:m1@diemcau.invalid");
  g_assert_null (strstr (text, "ORGANIZER"));
  g_assert_null (strstr (text, "\nURL"));
}

/* Nothing that a title holds becomes a line of its own. */
static void
test_injection (void)
{
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  g_free (meeting->title);
  meeting->title = g_strdup ("Họp\r\nATTENDEE:mailto:x@y\nBEGIN:VEVENT");
  g_autofree char *text = format_one (CALENDAR_REQUEST, &origin, meeting);
  g_assert_null (strstr (text, "\nATTENDEE"));
  g_assert_null (strstr (text, "\nBEGIN:VEVENT\r\nBEGIN"));
  CalendarEvent event = { meeting, "Tỉnh\"\r\nX:1", "A\r\nX:2", 0 };
  g_autofree char *other = calendar_format (CALENDAR_REQUEST, &origin, &event, 1, NULL, START_MS);
  g_autofree char *unfolded = unfold (other);
  g_assert_null (strstr (unfolded, "\nX:"));
}

static void
test_series (void)
{
  g_autoptr (MeetingRecord) first = new_meeting ("m1"), second = new_meeting ("m2");
  CalendarEvent events[] = { { first, "Tỉnh", "A", 0 }, { second, "Tỉnh", "A", 1 } };
  g_autofree char *text =
      calendar_format (CALENDAR_PUBLISH, &origin, events, 2, "Lịch họp Tỉnh", START_MS);
  assert_line (text, "X-WR-CALNAME:Lịch họp Tỉnh");
  assert_line (text, "UID:m1@hop.tinh.gov.vn");
  assert_line (text, "UID:m2@hop.tinh.gov.vn");
  g_autofree char *none = calendar_format (CALENDAR_PUBLISH, &origin, NULL, 0, "Lịch", START_MS);
  g_assert_null (strstr (none, "VEVENT"));
}

static void
test_attendee (void)
{
  g_autoptr (MeetingRecord) meeting = new_meeting ("m1");
  g_autofree char *text = format_one (CALENDAR_REQUEST, &origin, meeting);
  g_autofree char *addressed = calendar_with_attendee (text, "xa@tinh.gov.vn");
  g_autofree char *unfolded = unfold (addressed);
  g_assert_nonnull (strstr (unfolded, "ATTENDEE;"));
  g_assert_nonnull (strstr (unfolded, ":mailto:xa@tinh.gov.vn\r\n"));
  assert_line (addressed, "SUMMARY:Giao ban tháng 11\\; phòng\\, chống bão");
  g_assert_null (calendar_with_attendee ("không phải lịch", "xa@tinh.gov.vn"));
  g_assert_cmpstr (calendar_method_name (CALENDAR_CANCEL), ==, "CANCEL");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/request", test_request);
  g_test_add_func ("/calendar/folding", test_folding);
  g_test_add_func ("/calendar/states", test_states);
  g_test_add_func ("/calendar/without-address", test_without_address);
  g_test_add_func ("/calendar/injection", test_injection);
  g_test_add_func ("/calendar/series", test_series);
  g_test_add_func ("/calendar/attendee", test_attendee);
  return g_test_run ();
}
