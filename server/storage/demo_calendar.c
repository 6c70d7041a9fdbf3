#include "server/storage/demo_calendar.h"

#include "server/storage/group_store.h"
#include "server/storage/paper_file.h"
#include "server/storage/paper_store.h"
#include "server/storage/resource_store.h"
#include "server/storage/series_store.h"
#include "server/storage/template_store.h"

#include <string.h>

#define SECRETARY "thuky"
#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define DAY_MS (24 * 60 * MINUTE_MS)
#define ZONE_MS (7 * 60 * MINUTE_MS) /* the demonstration's clock is Hanoi's */
#define SERIES_MEETINGS 6
#define PAPER_NAME "Báo cáo kinh tế - xã hội.pdf"

static const AgendaItem agenda[] = {
  { (char *) "khai-mac", (char *) "Khai mạc", (char *) "Chủ tịch UBND tỉnh", NULL, 10 },
  { (char *) "bao-cao", (char *) "Báo cáo tình hình kinh tế - xã hội tháng 11",
    (char *) "Sở Tài chính", NULL, 30 },
  { (char *) "y-kien", (char *) "Ý kiến của các xã, phường", NULL, NULL, 60 },
  { (char *) "ket-luan", (char *) "Kết luận", (char *) "Chủ tịch UBND tỉnh", NULL, 20 },
};

/* One row per meeting: @day from today, local time of day in minutes. */
typedef struct {
  const char *title;
  MeetingKind kind;
  MeetingState state;
  int day, from_minute, minutes;
  guint n_rooms; /* the first so many of the running meeting's */
  gboolean in_hall;
  const char *reason;
} Row;

static const Row rows[] = {
  { "Giao ban tuần 47", MEETING_CONFERENCE, MEETING_ENDED, -7, 8 * 60, 150, 14, TRUE, NULL },
  { "Tập huấn dịch vụ công trực tuyến", MEETING_TRAINING, MEETING_ENDED, -3, 14 * 60, 120, 9, FALSE,
    NULL },
  { "Kiểm tra phòng cháy, chữa cháy", MEETING_DISCUSSION, MEETING_CANCELLED, -1, 9 * 60, 60, 5,
    FALSE, "Ghép vào hội nghị tổng kết năm" },
  { "Phòng, chống thiên tai", MEETING_CONFERENCE, MEETING_SCHEDULED, 1, 8 * 60 + 30, 150, 14, TRUE,
    NULL },
  { "Chuyển đổi số cấp xã", MEETING_DISCUSSION, MEETING_POSTPONED, 2, 14 * 60, 120, 8, FALSE,
    "Chờ văn bản hướng dẫn của Trung ương" },
  { "Giải phóng mặt bằng", MEETING_DISCUSSION, MEETING_SCHEDULED, 2, 8 * 60, 90, 6, FALSE, NULL },
  { "Hội nghị tổng kết năm", MEETING_CONFERENCE, MEETING_DRAFT, 12, 8 * 60, 240, 14, TRUE, NULL },
};

static gint64
local_midnight (gint64 now_ms)
{
  return (now_ms + ZONE_MS) / DAY_MS * DAY_MS - ZONE_MS;
}

static void
set_text (char **text, const char *by)
{
  g_free (*text);
  *text = g_strdup (by);
}

void
demo_calendar_set_agenda (MeetingRecord *running)
{
  for (gsize i = 0; i < G_N_ELEMENTS (agenda); i++)
    g_ptr_array_add (running->agenda, agenda_item_copy (&agenda[i]));
}

/* --- Halls, group, template --- */

static gboolean
add_resources (Database *database, const char *province, char **ret_hall, GError **error)
{
  static const struct {
    const char *name, *kind, *note;
  } resources[] = {
    { "Hội trường A", "hall", "250 chỗ, có màn hình LED" },
    { "Phòng họp 2", "hall", "30 chỗ" },
    { "Máy chiếu lưu động", "equipment", "" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (resources); i++) {
    Resource resource = { NULL, (char *) province, (char *) resources[i].name,
                          (char *) resources[i].kind, (char *) resources[i].note };
    if (!resource_store_add (database, &resource, i == 0 ? ret_hall : NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_group_and_template (Database *database, const MeetingRecord *running, GError **error)
{
  guint n = running->endpoints->len;
  const char *const members[] = { running->endpoints->pdata[n - 1],
                                  running->endpoints->pdata[n - 2],
                                  running->endpoints->pdata[n - 3], NULL };
  g_autofree char *body = g_strdup_printf (
      "{\"title\":\"Giao ban tháng\",\"kind\":\"conference\",\"chair_endpoint\":\"%s\","
      "\"units\":[\"%s\"],\"length_minutes\":150,\"entry\":{\"waiting_room\":true},"
      "\"agenda\":[{\"title\":\"Khai mạc\",\"minutes\":10},{\"title\":\"Báo cáo\",\"minutes\":30},"
      "{\"title\":\"Ý kiến của các xã, phường\",\"minutes\":60},"
      "{\"title\":\"Kết luận\",\"minutes\":20}]}",
      running->chair_endpoint, running->host_unit);
  Template template = { NULL, running->host_unit, (char *) "Giao ban tháng", body };
  return group_store_add (database, running->host_unit, "Các xã miền núi", members, NULL, error) &&
         template_store_save (database, &template, NULL, error);
}

/* --- Meetings --- */

static MeetingRecord *
make_meeting (const MeetingRecord *running, const char *title, gint64 starts_at_ms, int minutes)
{
  g_autofree char *id = schedule_store_new_id ();
  MeetingRecord *meeting = meeting_record_new (id);
  set_text (&meeting->title, title);
  set_text (&meeting->host_unit, running->host_unit);
  set_text (&meeting->chair_endpoint, running->chair_endpoint);
  set_text (&meeting->created_by, SECRETARY);
  meeting->starts_at_ms = starts_at_ms;
  meeting->ends_at_ms = starts_at_ms + minutes * MINUTE_MS;
  meeting->created_at_ms = meeting->published_at_ms = running->created_at_ms;
  return meeting;
}

static gboolean
add_row (Database *database, const MeetingRecord *running, const Row *row, const char *hall,
         GError **error)
{
  gint64 today_ms = local_midnight (running->created_at_ms);
  g_autoptr (MeetingRecord) meeting =
      make_meeting (running, row->title,
                    today_ms + row->day * DAY_MS + row->from_minute * MINUTE_MS, row->minutes);
  meeting->kind = row->kind;
  meeting->state = row->state;
  set_text (&meeting->reason, row->reason);
  if (row->state == MEETING_DRAFT)
    meeting->published_at_ms = 0;
  if (row->state == MEETING_ENDED) {
    meeting->started_at_ms = meeting->starts_at_ms + 2 * MINUTE_MS;
    meeting->ended_at_ms = meeting->ends_at_ms - 9 * MINUTE_MS;
  }
  meeting_record_set_endpoints (meeting, (const char *const *) running->endpoints->pdata,
                                MIN (row->n_rooms, running->endpoints->len));
  if (row->in_hall)
    meeting_record_set_resources (meeting, &hall, 1);
  return schedule_store_add (database, meeting, error);
}

/* Mondays at 07:30, from the next week on. */
static gboolean
add_series (Database *database, const MeetingRecord *running, GError **error)
{
  gint64 today_ms = local_midnight (running->created_at_ms);
  gint64 weekday =
      ((today_ms + ZONE_MS) / DAY_MS + 3) % 7; /* 1970-01-01 was a Thursday: 0 Monday */
  gint64 first_ms = today_ms + (7 - weekday) * DAY_MS + (7 * 60 + 30) * MINUTE_MS;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (Series) series = series_new (id);
  series->host_unit = g_strdup (running->host_unit);
  series->rule = g_strdup_printf ("FREQ=WEEKLY;BYDAY=MO;COUNT=%d", SERIES_MEETINGS);
  series->first_ms = first_ms;
  series->created_at_ms = running->created_at_ms;
  series->created_by = g_strdup (SECRETARY);
  if (!series_store_add (database, series, error))
    return FALSE;
  for (int week = 0; week < SERIES_MEETINGS; week++) {
    g_autoptr (MeetingRecord) meeting =
        make_meeting (running, "Hội ý đầu tuần", first_ms + week * 7 * DAY_MS, 45);
    meeting->series = g_strdup (id);
    meeting->occurrence_ms = meeting->starts_at_ms;
    meeting_record_set_endpoints (meeting, (const char *const *) running->endpoints->pdata, 6);
    if (!schedule_store_add (database, meeting, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_paper (Database *database, const MeetingRecord *running, const DemoOptions *options,
           GError **error)
{
  if (!options->paper || !options->state_dir)
    return TRUE;
  g_autofree char *id = schedule_store_new_id ();
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, options->paper);
  Paper paper = { .id = id,
                  .meeting = running->id,
                  .item = (char *) "bao-cao",
                  .name = (char *) PAPER_NAME,
                  .type = (char *) "application/pdf",
                  .bytes = (gint64) g_bytes_get_size (options->paper),
                  .pages = options->paper_pages,
                  .sha256 = sha256,
                  .added_at_ms = running->created_at_ms,
                  .added_by = (char *) SECRETARY };
  return paper_file_write (options->state_dir, id, options->paper, error) &&
         paper_store_add (database, &paper, error);
}

gboolean
demo_calendar_add (Database *database, const MeetingRecord *running, const DemoOptions *options,
                   GError **error)
{
  g_autofree char *hall = NULL;
  if (!add_resources (database, running->host_unit, &hall, error) ||
      !add_group_and_template (database, running, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!add_row (database, running, &rows[i], hall, error))
      return FALSE;
  return add_series (database, running, error) && add_paper (database, running, options, error);
}
