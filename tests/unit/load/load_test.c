/* When a room tries again, and what list of rooms is taken. */
#include "server/load/backoff.h"
#include "server/load/fleet.h"

#include <gio/gio.h>

static void
test_backoff_doubles_with_jitter (void)
{
  static const struct {
    guint32 random;
    guint least, most;
  } rows[] = { { 0, 100, 100 },   { 0, 200, 200 },   { 0, 400, 400 },       { 7919, 400, 1600 },
               { 0, 1600, 1600 }, { 0, 2500, 2500 }, { 99991, 2500, 5000 }, { 0, 2500, 2500 } };
  Backoff backoff = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint wait_ms = backoff_next_ms (&backoff, rows[i].random);
    g_assert_cmpuint (wait_ms, >=, rows[i].least);
    g_assert_cmpuint (wait_ms, <=, rows[i].most);
  }
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (backoff_next_ms (&backoff, g_random_int ()), <=, BACKOFF_MAX_MS);
  backoff_reset (&backoff);
  g_assert_cmpuint (backoff_next_ms (&backoff, 0), ==, BACKOFF_FIRST_MS / 2);
}

static void
test_list_of_rooms (void)
{
  static const char text[] =
      "{\"url\":\"http://localhost:1\",\"meeting\":\"m\",\"rooms\":["
      "{\"endpoint\":\"1-1\",\"name\":\"Xã A\",\"token\":\"t\",\"mic_open\":true},"
      "{\"endpoint\":\"2-1\",\"token\":\"u\"}]}";
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *meeting = NULL;
  g_autoptr (GPtrArray) rooms = fleet_rooms_parse (text, strlen (text), &url, &meeting, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rooms->len, ==, 2);
  FleetRoom *first = g_ptr_array_index (rooms, 0), *second = g_ptr_array_index (rooms, 1);
  g_assert_cmpstr (first->name, ==, "Xã A");
  g_assert_true (first->mic_open);
  g_assert_cmpstr (second->name, ==, "2-1");
  g_assert_false (second->mic_open);
  g_assert_cmpstr (url, ==, "http://localhost:1");
  g_assert_cmpstr (meeting, ==, "m");
}

static void
test_bad_lists_are_refused (void)
{
  static const char *const bad[] = {
    "",
    "[]",
    "{}",
    "{\"url\":\"u\",\"meeting\":\"m\",\"rooms\":[]}",
    "{\"url\":\"u\",\"meeting\":\"m\",\"rooms\":[{\"endpoint\":\"1\"}]}",
    "{\"url\":\"u\",\"meeting\":\"m\",\"rooms\":[7]}",
    "{\"url\":1,\"meeting\":\"m\",\"rooms\":[{\"endpoint\":\"1\",\"token\":\"t\"}]}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    char *url = NULL, *meeting = NULL;
    g_assert_null (fleet_rooms_parse (bad[i], strlen (bad[i]), &url, &meeting, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    g_assert_null (url);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/backoff", test_backoff_doubles_with_jitter);
  g_test_add_func ("/load/rooms", test_list_of_rooms);
  g_test_add_func ("/load/bad-rooms", test_bad_lists_are_refused);
  return g_test_run ();
}
