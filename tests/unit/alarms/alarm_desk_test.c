/* The desk over a real board and storage: alarms are stored before they are told, taken up after a
 * restart, and one letter tells of all of a minute. */
#include "server/alarms/alarm_desk.h"

#include "server/storage/alarm_store.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define SITES 60

typedef struct {
  Database *database;
  Settings *settings;
  HealthBoard *board;
  HealthSite *sites[SITES];
  AlarmDesk *desk;
  gint64 now_us, wall_s;
  guint told, stored_when_told, letters;
  char *subject, *text;
} World;

static void
on_letter (gpointer data, const char *const *addresses, const char *subject, const char *text)
{
  World *world = data;
  g_assert_cmpstr (addresses[0], ==, "truc@tinh.gov.vn");
  world->letters++;
  g_free (world->subject);
  g_free (world->text);
  world->subject = g_strdup (subject);
  world->text = g_strdup (text);
}

static void
on_told (gpointer user_data, const GPtrArray *alarms)
{
  World *world = user_data;
  AlarmQuery all = { 0 };
  g_autoptr (GPtrArray) stored = alarm_store_list (world->database, &all, NULL);
  world->told += alarms->len;
  world->stored_when_told = stored->len;
}

static const AlarmMailer mailer = { on_letter };

static void
begin_desk (World *world)
{
  world->desk = alarm_desk_new (world->database, world->settings, world->board, &mailer, world);
  alarm_desk_watch (world->desk, on_told, world);
}

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };

  memset (world, 0, sizeof *world);
  world->now_us = 1000 * SECOND;
  world->wall_s = 1795000000;
  world->database = database_open (":memory:", NULL);
  world->settings = settings_new ();
  g_assert_true (settings_set (world->settings, "alarms.mail_to=truc@tinh.gov.vn", NULL));
  world->board = health_board_new (&config);
  for (guint i = 0; i < SITES; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    g_autofree char *name = g_strdup_printf ("Xã %u", i);
    SiteIdentity identity = { "m1", endpoint, name, name, NULL };
    SiteFacts facts = { .is_in = TRUE, .has_media = TRUE };
    world->sites[i] = health_board_open_site (world->board, &identity);
    health_site_set_facts (world->sites[i], &facts);
  }
  begin_desk (world);
}

static void
world_end (World *world)
{
  alarm_desk_free (world->desk);
  health_board_free (world->board);
  settings_free (world->settings);
  database_close (world->database);
  g_free (world->subject);
  g_free (world->text);
}

static void
run (World *world, guint seconds)
{
  for (guint s = 0; s < seconds; s++) {
    world->now_us += SECOND;
    world->wall_s++;
    health_board_second (world->board, world->now_us, world->wall_s);
  }
}

static void
lose (World *world, guint from, guint n, gboolean is_lost)
{
  for (guint i = from; i < from + n; i++) {
    SiteFacts facts = { .is_in = TRUE, .has_media = TRUE, .is_away = is_lost };
    health_site_set_facts (world->sites[i], &facts);
  }
}

static void
test_stored_and_told (void)
{
  World world;

  world_begin (&world);
  run (&world, 10);
  g_assert_cmpuint (world.told, ==, 0);
  lose (&world, 3, 1, TRUE);
  run (&world, 5);
  g_assert_cmpuint (alarm_desk_get_open (world.desk)->len, ==, 1);
  g_assert_cmpuint (world.stored_when_told, ==, 1);
  const Alarm *alarm = alarm_desk_get_open (world.desk)->pdata[0];
  g_autoptr (json_t) json = alarm_desk_to_json (world.desk, alarm);
  g_assert_cmpstr (json_string_value (json_object_get (json, "endpoint")), ==, "e3");
  g_assert_cmpstr (json_string_value (json_object_get (json, "kind")), ==, "cable");
  g_assert_cmpstr (json_string_value (json_object_get (json, "severity")), ==, "critical");
  g_assert_true (strstr (json_string_value (json_object_get (json_object_get (json, "text"), "vi")),
                         "Đứt") != NULL);
  g_assert_cmpuint (world.letters, ==, 1);
  g_assert_nonnull (strstr (world.text, "Xã 3"));
  g_assert_true (alarm_desk_acknowledge (world.desk, alarm->id, "kythuat"));
  g_assert_true (alarm_desk_set_note (world.desk, alarm->id, "đã gọi"));
  g_assert_false (alarm_desk_silence (world.desk, 999, 10));
  lose (&world, 3, 1, FALSE);
  run (&world, 20);
  AlarmQuery all = { 0 };
  g_autoptr (GPtrArray) stored = alarm_store_list (world.database, &all, NULL);
  g_assert_cmpuint (stored->len, ==, 1);
  g_assert_cmpstr (((Alarm *) stored->pdata[0])->note, ==, "đã gọi");
  g_assert_cmpint (((Alarm *) stored->pdata[0])->cleared_ms, >, 0);
  world_end (&world);
}

/* Fifty-five sites at once: one letter, of which fifty are named; the next one a minute later. */
static void
test_letters (void)
{
  World world;

  world_begin (&world);
  run (&world, 10);
  lose (&world, 0, 55, TRUE);
  run (&world, 5);
  g_assert_cmpuint (world.letters, ==, 1);
  g_assert_nonnull (strstr (world.subject, "55"));
  g_assert_nonnull (strstr (world.text, "và 5 điểm nữa"));
  lose (&world, 57, 1, TRUE);
  run (&world, 30);
  g_assert_cmpuint (world.letters, ==, 1);
  run (&world, 40);
  g_assert_cmpuint (world.letters, ==, 2);
  g_assert_nonnull (strstr (world.subject, "Xã 57"));
  world_end (&world);
}

static void
test_restart (void)
{
  World world;

  world_begin (&world);
  run (&world, 10);
  lose (&world, 8, 2, TRUE);
  run (&world, 5);
  gint64 id = ((Alarm *) alarm_desk_get_open (world.desk)->pdata[1])->id;
  alarm_desk_free (world.desk);
  begin_desk (&world);
  g_assert_cmpuint (alarm_desk_get_open (world.desk)->len, ==, 2);
  run (&world, 5);
  g_assert_cmpuint (alarm_desk_get_open (world.desk)->len, ==, 2);
  lose (&world, 20, 1, TRUE);
  run (&world, 5);
  g_assert_cmpint (((Alarm *) alarm_desk_get_open (world.desk)->pdata[2])->id, ==, id + 1);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alarms/desk/stored-and-told", test_stored_and_told);
  g_test_add_func ("/alarms/desk/letters", test_letters);
  g_test_add_func ("/alarms/desk/restart", test_restart);
  return g_test_run ();
}
