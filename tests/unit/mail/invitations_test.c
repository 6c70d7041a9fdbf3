#include "server/mail/invitations.h"

#include "server/storage/mail_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

#define START_MS (G_GINT64_CONSTANT (1794965400) * 1000) /* 2026-11-18 01:30 UTC */

typedef struct {
  TestStore store;
  Settings *settings;
  Outbox *outbox;
} World;

static void
on_send (gpointer data, const SmtpServer *server, const char *from, const char *to,
         const char *message)
{
}

static void
book (World *world, const char *id, const char *const *rooms, guint n_rooms)
{
  g_autoptr (MeetingRecord) meeting = meeting_record_new (id);
  meeting->title = g_strdup ("Giao ban");
  meeting->host_unit = g_strdup ("38");
  meeting->chair_endpoint = g_strdup ("38-1");
  meeting->starts_at_ms = START_MS;
  meeting->ends_at_ms = START_MS + 3600000;
  meeting->note = g_strdup ("Mang số liệu.");
  meeting_record_set_endpoints (meeting, rooms, n_rooms);
  assert_works (schedule_store_add (world->store.database, meeting, error));
}

/* 100-1 has an address of its own and a user with another; 101-1 none; thuky is the host's. */
static World *
world_new (gboolean on)
{
  static const OutboxCarrier carrier = { on_send };
  static const char *const rooms[] = { "38-1", "100-1", "101-1" };
  World *world = g_new0 (World, 1);
  world->store = test_store_with_rooms ();
  world->settings = settings_new ();
  if (on) {
    assert_works (settings_set (world->settings, "mail.server=smtp://127.0.0.1", error));
    assert_works (settings_set (world->settings, "mail.from=hop@tinh.gov.vn", error));
    assert_works (settings_set (world->settings, "http.public_url=https://hop.vn", error));
  }
  Database *database = world->store.database;
  world->outbox = outbox_new (database, world->settings, &carrier, world);
  add_user (database, "xa1", USER_ROLE_ENDPOINT, NULL, "100-1");
  add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  add_user (database, "hanoi", USER_ROLE_SECRETARY, "01", NULL);
  assert_works (endpoint_store_set_email (database, "100-1", "Xa@x.vn", error));
  assert_works (endpoint_store_set_email (database, "102-1", "khac@x.vn", error));
  assert_works (
      statement_run (database, error, NULL, "UPDATE users SET email = login || '@x.vn'", ""));
  book (world, "m1", rooms, G_N_ELEMENTS (rooms));
  return world;
}

static void
world_free (World *world)
{
  outbox_free (world->outbox);
  settings_free (world->settings);
  test_store_clear (&world->store);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static void
announce (World *world, MeetingChangeKind kind, const char *series)
{
  MeetingAnnouncement what = {
    .meeting = "m1", .series = series, .kind = kind, .actor = "thuky", .now_ms = START_MS - 999
  };
  assert_works (invitations_queue (world->outbox, world->store.database, &what, error));
}

/* Subjects and addresses of what waits, newest first. */
static void
assert_waiting (World *world, const char *expected)
{
  MailState waiting = MAIL_WAITING;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) mails = mail_store_list (world->store.database, &waiting, 99, NULL);
  for (guint i = 0; i < mails->len; i++) {
    const Mail *mail = mails->pdata[i];
    g_string_append_printf (text, "%s|%s\n", mail->subject, mail->to);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static Mail *
take (World *world)
{
  Mail *mail = mail_store_take_due (world->store.database, START_MS, NULL);
  g_assert_nonnull (mail);
  return mail;
}

static void
send_all (World *world)
{
  assert_works (statement_run (world->store.database, error, NULL,
                               "UPDATE mails SET state = 'sent', attempts = 1", ""));
}

static void
test_published (void)
{
  g_autoptr (World) world = world_new (TRUE);
  announce (world, MEETING_CHANGE_PUBLISHED, NULL);
  assert_waiting (world, "Giấy mời họp: Giao ban|xa@x.vn\n"
                         "Giấy mời họp: Giao ban|xa1@x.vn\n"
                         "Giấy mời họp: Giao ban|thuky@x.vn\n");
  g_autoptr (Mail) mail = take (world);
  g_assert_nonnull (strstr (mail->text, "Bắt đầu / Starts: 08:30, 18/11/2026"));
  g_assert_nonnull (strstr (mail->text, "Chủ trì / Host: Tỉnh Thanh Hóa"));
  g_assert_nonnull (strstr (mail->text, "Mang số liệu."));
  g_assert_nonnull (strstr (mail->text, "https://hop.vn/meetings/m1"));
  g_assert_cmpstr (mail->calendar_method, ==, "REQUEST");
  g_assert_nonnull (strstr (mail->calendar, "UID:m1@hop.vn"));
  g_assert_nonnull (strstr (mail->calendar, "SEQUENCE:0"));
}

/* What was not sent yet is out of date; what was gets a higher number. */
static void
test_changed (void)
{
  g_autoptr (World) world = world_new (TRUE);
  announce (world, MEETING_CHANGE_PUBLISHED, NULL);
  announce (world, MEETING_CHANGE_CHANGED, NULL);
  assert_waiting (world, "Thay đổi phiên họp: Giao ban|xa@x.vn\n"
                         "Thay đổi phiên họp: Giao ban|xa1@x.vn\n"
                         "Thay đổi phiên họp: Giao ban|thuky@x.vn\n");
  g_autoptr (Mail) mail = take (world);
  g_assert_nonnull (strstr (mail->calendar, "SEQUENCE:1"));
}

static void
test_called_off (void)
{
  static const struct {
    MeetingChangeKind kind;
    const char *subject;
  } rows[] = { { MEETING_CHANGE_POSTPONED, "Hoãn họp: Giao ban" },
               { MEETING_CHANGE_CANCELLED, "Huỷ họp: Giao ban" } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new (TRUE);
    assert_works (statement_run (world->store.database, error, NULL,
                                 "UPDATE meetings SET reason = 'Bão số 9'", ""));
    announce (world, rows[i].kind, NULL);
    g_autoptr (Mail) mail = take (world);
    g_assert_cmpstr (mail->subject, ==, rows[i].subject);
    g_assert_cmpstr (mail->calendar_method, ==, "CANCEL");
    g_assert_nonnull (strstr (mail->text, "Lý do / Reason: Bão số 9"));
  }
}

/* Who is invited no more is told so, once. */
static void
test_uninvited (void)
{
  g_autoptr (World) world = world_new (TRUE);
  announce (world, MEETING_CHANGE_PUBLISHED, NULL);
  send_all (world);
  assert_works (statement_run (world->store.database, error, NULL,
                               "DELETE FROM invites WHERE endpoint = '100-1'", ""));
  announce (world, MEETING_CHANGE_CHANGED, NULL);
  assert_waiting (world, "Không còn trong thành phần: Giao ban|xa@x.vn\n"
                         "Không còn trong thành phần: Giao ban|xa1@x.vn\n"
                         "Thay đổi phiên họp: Giao ban|thuky@x.vn\n");
  send_all (world);
  announce (world, MEETING_CHANGE_CHANGED, NULL);
  assert_waiting (world, "Thay đổi phiên họp: Giao ban|thuky@x.vn\n");
}

static void
test_nothing_to_write (void)
{
  g_autoptr (World) world = world_new (TRUE);
  announce (world, MEETING_CHANGE_PAPERS, NULL);
  announce (world, MEETING_CHANGE_CALLED, NULL);
  announce (world, MEETING_CHANGE_LISTED, NULL);
  assert_waiting (world, "");
  g_autoptr (World) off = world_new (FALSE);
  announce (off, MEETING_CHANGE_PUBLISHED, NULL);
  announce (off, MEETING_CHANGE_CHANGED, NULL);
  assert_waiting (off, "");
  g_assert_cmpuint (mail_store_get_sequence (off->store.database, "m1"), ==, 1);
}

/* A series is one letter with all its meetings. */
static void
test_series (void)
{
  static const char *const rooms[] = { "38-1", "100-1" };
  g_autoptr (World) world = world_new (TRUE);
  Database *database = world->store.database;
  book (world, "m2", rooms, 2);
  book (world, "m3", rooms, 2);
  assert_works (statement_run (database, error, NULL,
                               "INSERT INTO series (id, host_unit, rule, first_ms, exceptions,"
                               " created_ms, created_by)"
                               " VALUES ('s', '38', 'FREQ=DAILY', 0, '[]', 0, '')",
                               ""));
  assert_works (statement_run (database, error, NULL,
                               "UPDATE meetings SET series = 's',"
                               " occurrence_ms = CASE id WHEN 'm1' THEN 2 WHEN 'm2' THEN 3"
                               " ELSE 1 END",
                               ""));
  announce (world, MEETING_CHANGE_PUBLISHED, "s");
  g_autoptr (Mail) mail = take (world);
  g_assert_cmpstr (mail->calendar_method, ==, "PUBLISH");
  g_assert_nonnull (strstr (mail->calendar, "UID:m1@"));
  g_assert_nonnull (strstr (mail->calendar, "UID:m2@"));
  g_assert_null (strstr (mail->calendar, "UID:m3@")); /* before it */
  g_assert_nonnull (strstr (mail->text, "Và 1 phiên sau đó"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/invitations/published", test_published);
  g_test_add_func ("/invitations/changed", test_changed);
  g_test_add_func ("/invitations/called-off", test_called_off);
  g_test_add_func ("/invitations/uninvited", test_uninvited);
  g_test_add_func ("/invitations/nothing-to-write", test_nothing_to_write);
  g_test_add_func ("/invitations/series", test_series);
  return g_test_run ();
}
