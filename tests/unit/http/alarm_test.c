/* Alarms over HTTP: who sees which, and what may be done about them. */
#include <string.h>

#include "server/alarms/alarm_desk.h"
#include "server/storage/alarm_store.h"
#include "tests/unit/http/fixture.h"

#define ALARMS "/api/v1/health/alarms"
#define SECOND ((gint64) G_USEC_PER_SEC)

static HealthBoard *board;
static AlarmDesk *desk;
static HealthSite *ill;

/* Room 14758-1 (province 38) is lost, and room 01-1 (province 01) was. */
static AlarmDesk *
make_alarms (Database *database, const Settings *settings)
{
  static const AlarmMailer nobody = { NULL };
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "14758-1", "Xã Thanh Hà", "Thanh Hà", NULL };
  SiteFacts facts = { .is_in = TRUE, .is_away = TRUE };
  Alarm before = { .id = 6,
                   .meeting = (char *) "m0",
                   .endpoint = (char *) "01-1",
                   .site_name = (char *) "Hà Nội",
                   .kind = (char *) "wifi",
                   .raised_ms = 1000,
                   .changed_ms = 2000,
                   .cleared_ms = 2000 };

  g_assert_true (alarm_store_put (database, &before, NULL));
  board = health_board_new (&config);
  desk = alarm_desk_new (database, settings, board, &nobody, NULL);
  ill = health_board_open_site (board, &identity);
  health_site_set_facts (ill, &facts);
  for (guint s = 1; s <= 5; s++)
    health_board_second (board, s * SECOND, 1795000000 + s);
  return desk;
}

static Fixture *
begin (void)
{
  fixture_make_alarms = make_alarms;
  return fixture_new (NULL);
}

static void
end (Fixture *fixture)
{
  fixture_free (fixture);
  fixture_make_alarms = NULL;
}

static gsize
count (Fixture *fixture, Actor actor, const char *query)
{
  g_autofree char *path = g_strconcat (ALARMS, query, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, actor, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_size (json_object_get (reply->json, "alarms"));
}

static void
test_seen (void)
{
  Fixture *fixture = begin ();

  g_assert_cmpuint (count (fixture, AS_ADMINISTRATOR, ""), ==, 2);
  g_assert_cmpuint (count (fixture, AS_TECHNICIAN, ""), ==, 1);
  g_assert_cmpuint (count (fixture, AS_STRANGER, ""), ==, 1);
  g_assert_cmpuint (count (fixture, AS_STRANGER, "?open=1"), ==, 0);
  g_assert_cmpuint (count (fixture, AS_ADMINISTRATOR, "?open=1"), ==, 1);
  g_assert_cmpuint (count (fixture, AS_ADMINISTRATOR, "?endpoint=01-1"), ==, 1);
  g_assert_cmpuint (count (fixture, AS_ADMINISTRATOR, "?to=1500"), ==, 1);
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "GET", ALARMS "?open=2", NULL), ==,
                    422);
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "GET", ALARMS "?from=x", NULL), ==,
                    422);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "GET", ALARMS, NULL), ==, 403);
  end (fixture);
  alarm_desk_free (desk);
  health_board_free (board);
}

static void
test_acts (void)
{
  Fixture *fixture = begin ();
  g_autofree char *too_long = g_strnfill (ALARM_NOTE_BYTES + 1, 'x');
  g_autofree char *too_long_body = g_strdup_printf ("{\"text\": \"%s\"}", too_long);

  g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "POST", ALARMS "/7/ack", NULL), ==, 404);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/6/ack", NULL), ==,
                    404);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/x/ack", NULL), ==,
                    404);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/7/ack", NULL), ==,
                    204);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/7/note",
                                    "{\"text\": \"đã gọi anh Sơn\"}"),
                    ==, 204);
  g_assert_cmpuint (
      fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/7/note", too_long_body), ==, 422);
  g_assert_cmpuint (
      fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/7/silence", "{\"minutes\": 1441}"),
      ==, 422);
  g_assert_cmpuint (
      fixture_status (fixture, AS_TECHNICIAN, "POST", ALARMS "/7/silence", "{\"minutes\": 30}"), ==,
      204);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_TECHNICIAN, "GET", ALARMS "?open=1", NULL, NULL);
  const json_t *alarm = json_array_get (json_object_get (reply->json, "alarms"), 0);
  g_assert_cmpstr (json_string_value (json_object_get (alarm, "acked_by")), ==, "kythuat");
  g_assert_cmpstr (json_string_value (json_object_get (alarm, "note")), ==, "đã gọi anh Sơn");
  g_assert_true (json_is_true (json_object_get (alarm, "silent")));
  g_assert_cmpint (json_integer_value (json_object_get (alarm, "silenced_until")), >, 0);
  end (fixture);
  alarm_desk_free (desk);
  health_board_free (board);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/alarm/seen", test_seen);
  g_test_add_func ("/http/alarm/acts", test_acts);
  return g_test_run ();
}
