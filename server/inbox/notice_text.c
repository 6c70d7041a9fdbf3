#include "server/inbox/notice_text.h"

#define VIETNAM_UTC_OFFSET_S (7 * 3600)

static const struct {
  const char *name, *vi, *en; /* the latter with the title behind them */
} kinds[N_NOTICE_KINDS] = {
  [NOTICE_INVITATION] = { "invitation", "Giấy mời", "Invitation" },
  [NOTICE_CHANGED] = { "changed", "Thay đổi", "Changed" },
  [NOTICE_POSTPONED] = { "postponed", "Hoãn", "Postponed" },
  [NOTICE_CANCELLED] = { "cancelled", "Huỷ", "Cancelled" },
  [NOTICE_REMINDER] = { "reminder", "Sắp họp", "Soon" },
  [NOTICE_CALL] = { "call", "Gọi họp ngay", "Called now" },
  [NOTICE_PAPERS] = { "papers", "Tài liệu họp", "Papers" },
};

const char *
notice_kind_to_string (NoticeKind kind)
{
  return kinds[kind].name;
}

char *
notice_time (gint64 ms)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (VIETNAM_UTC_OFFSET_S);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, zone) : NULL;
  return local ? g_date_time_format (local, "%H:%M, %d/%m/%Y") : g_strdup ("");
}

static Notice *
new_notice (NoticeKind kind, const char *meeting, const char *title, gint64 now_ms)
{
  Notice *notice = g_new0 (Notice, 1);
  notice->at_ms = now_ms;
  notice->kind = g_strdup (kinds[kind].name);
  notice->meeting = g_strdup (meeting);
  notice->title_vi = g_strdup_printf ("%s: %s", kinds[kind].vi, title);
  notice->title_en = g_strdup_printf ("%s: %s", kinds[kind].en, title);
  return notice;
}

/* Where and when, with what was written to it behind. */
static void
set_appointment (Notice *notice, const MeetingRecord *meeting, const char *host, const char *more)
{
  g_autofree char *time = notice_time (meeting->starts_at_ms);
  const char *gap = more && *more ? " " : "";
  if (!more)
    more = "";
  notice->text_vi = g_strdup_printf ("%s. %s chủ trì.%s%s", time, host, gap, more);
  notice->text_en = g_strdup_printf ("%s. Host: %s.%s%s", time, host, gap, more);
}

static void
set_reason (Notice *notice, const MeetingRecord *meeting)
{
  const char *reason = meeting->reason ? meeting->reason : "";
  notice->text_vi = g_strdup_printf ("Lý do: %s", reason);
  notice->text_en = g_strdup_printf ("Reason: %s", reason);
}

Notice *
notice_of_meeting (NoticeKind kind, const MeetingRecord *meeting, const char *host, guint minutes,
                   gint64 now_ms)
{
  Notice *notice = new_notice (kind, meeting->id, meeting->title, now_ms);
  switch (kind) {
  case NOTICE_POSTPONED:
  case NOTICE_CANCELLED:
    set_reason (notice, meeting);
    break;
  case NOTICE_REMINDER:
    notice->text_vi = g_strdup_printf ("Còn %u phút nữa là đến giờ họp.", minutes);
    notice->text_en = g_strdup_printf ("The meeting begins in %u minutes.", minutes);
    break;
  case NOTICE_CALL:
    notice->text_vi = g_strdup_printf ("%s mời vào họp ngay.", host);
    notice->text_en = g_strdup_printf ("%s asks you to join now.", host);
    break;
  case NOTICE_PAPERS:
    notice->text_vi = g_strdup ("Tài liệu của phiên họp có thay đổi, hãy mở xem.");
    notice->text_en = g_strdup ("The papers of the meeting have changed; open it to read them.");
    break;
  default:
    set_appointment (notice, meeting, host, meeting->note);
  }
  return notice;
}

Notice *
notice_of_call (const char *meeting, const char *title, guint answered, guint declined,
                guint missed, gint64 now_ms)
{
  Notice *notice = new_notice (NOTICE_CALL, meeting, title, now_ms);
  notice->text_vi = g_strdup_printf ("%u điểm cầu trả lời, %u từ chối, %u không trả lời.", answered,
                                     declined, missed);
  notice->text_en = g_strdup_printf ("%u rooms answered, %u declined, %u did not answer.", answered,
                                     declined, missed);
  return notice;
}

Notice *
notice_of_decline (const char *meeting, const char *title, const char *room, gint64 now_ms)
{
  Notice *notice = new_notice (NOTICE_CALL, meeting, title, now_ms);
  notice->text_vi = g_strdup_printf ("%s từ chối cuộc gọi.", room);
  notice->text_en = g_strdup_printf ("%s declined the call.", room);
  return notice;
}
