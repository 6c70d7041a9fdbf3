/* What is written of a run: events by the line, messages in short, a picture of the time, and what
 * /proc says of a process. */
#include "server/load/event_log.h"
#include "server/load/own_seat.h"
#include "server/load/process_figures.h"
#include "server/load/timeline.h"
#include "server/load/told.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
temporary (const char *name)
{
  g_autofree char *folder = g_dir_make_tmp ("load-test-XXXXXX", NULL);
  return g_build_filename (folder, name, NULL);
}

static void
discard (char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
}

static void
test_events (void)
{
  char *path = temporary ("events");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  EventLog *log = event_log_new (path, &error);

  g_assert_no_error (error);
  event_log_write (log, 5, "38-1", "open", NULL);
  event_log_write (log, 6, "Xã \"A\"", "told", json_pack ("{s:s}", "type", "seats"));
  event_log_write (NULL, 7, "38-1", "nothing", json_pack ("{s:s}", "a", "b"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3); /* the last is empty */
  g_assert_cmpstr (lines[0], ==, "{\"t\":5,\"room\":\"38-1\",\"what\":\"open\"}");
  json_t *second = json_loads (lines[1], 0, NULL);
  g_assert_cmpstr (json_string_value (json_object_get (second, "room")), ==, "Xã \"A\"");
  g_assert_cmpstr (json_string_value (json_object_get (second, "type")), ==, "seats");
  json_decref (second);
  event_log_free (log);
  discard (path);
  g_assert_null (event_log_new ("/nowhere/at/all", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static json_t *
make_seats (guint n)
{
  json_t *seats = json_array ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *endpoint = g_strdup_printf ("%u-1", i);
    json_array_append_new (seats, json_pack ("{s:s, s:b, s:s}", "endpoint", endpoint, "mic_open",
                                             i == 3, "name", "long"));
  }
  return seats;
}

/* As a session reads it. (transfer full @message) */
static json_t *
parse (json_t *message)
{
  char *text = json_dumps (message, JSON_COMPACT);
  json_t *parsed = own_seat_parse (text, strlen (text), "3-1");
  free (text);
  json_decref (message);
  return parsed;
}

static void
test_own_seat (void)
{
  static const struct {
    const char *text;
    int n_seats; /* -1: none told */
    guint kept;  /* G_MAXUINT: no JSON */
  } rows[] = {
    { "{\"type\":\"x\"}", -1, 0 },
    { "{\"seats\":[]}", 0, 0 },
    { "{\"seats\": [ {\"endpoint\": \"3-1\"} , {\"endpoint\":\"4-1\"} ] }", 2, 1 },
    { "{\"a\":{\"seats\":[{}]},\"seats\":[{\"e\":\"}\\\"]\"},{\"b\":[{}],\"e\":\"3-1\"}]}", 2, 1 },
    { "{\"a\":\"\\\"seats\\\":[\",\"seats\":[{\"e\":\"13-1\"}]}", 1, 0 },
    { "{\"seats\":[{\"e\":\"3-1\"}", 0, G_MAXUINT },
    { "{\"seats\":[{\"e\":\"", 0, G_MAXUINT },
    { "{\"seats\":[7]}", 0, 1 },
    { "[1]", -1, 0 },
    { "", 0, G_MAXUINT },
    { "\"", 0, G_MAXUINT },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    json_t *message = own_seat_parse (rows[i].text, strlen (rows[i].text), "3-1");
    json_t *count = json_object_get (message, "n_seats");
    g_assert_cmpint (message != NULL, ==, rows[i].kept != G_MAXUINT);
    if (message) {
      g_assert_cmpint (count ? json_integer_value (count) : -1, ==, rows[i].n_seats);
      g_assert_cmpuint (json_array_size (json_object_get (message, "seats")), ==, rows[i].kept);
    }
    json_decref (message);
  }
}

static void
test_told (void)
{
  json_t *many = parse (json_pack ("{s:s, s:o}", "type", "seats", "seats", make_seats (100)));
  json_t *welcome =
      parse (json_pack ("{s:s, s:o, s:{s:s, s:s}}", "type", "welcome", "seats", make_seats (100),
                        "meeting", "title", "long", "spotlight", "7-1"));
  json_t *told = told_describe (many, "3-1");
  json_t *seats = json_object_get (told, "seats");

  g_assert_cmpint (json_integer_value (json_object_get (told, "n_seats")), ==, 100);
  g_assert_cmpuint (json_array_size (seats), ==, 1); /* one's own */
  g_assert_true (json_is_true (json_object_get (json_array_get (seats, 0), "mic_open")));
  g_assert_null (json_object_get (json_array_get (seats, 0), "name"));
  json_decref (told);

  told = told_describe (welcome, "3-1");
  seats = json_object_get (told, "seats");
  g_assert_cmpuint (json_array_size (seats), ==, 1); /* one's own */
  g_assert_cmpstr (
      json_string_value (json_object_get (json_object_get (told, "meeting"), "spotlight")), ==,
      "7-1");
  json_decref (told);
  json_decref (many);
  json_decref (welcome);
  g_assert_true (told_is_noise ("levels"));
  g_assert_false (told_is_noise ("slots"));
}

static void
test_timeline (void)
{
  static const guint counts[] = { 0, 1, 600 };
  for (guint k = 0; k < G_N_ELEMENTS (counts); k++) {
    g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (TimelineSample));
    g_autofree char *bytes = NULL;
    g_autoptr (GError) error = NULL;
    char *path = temporary ("plot.png");
    for (guint i = 0; i < counts[k]; i++) {
      TimelineSample sample = { .at_s = i, .in_meeting = i, .rx_mbps = 3.0 * i, .relay_cpu = -1 };
      g_array_append_val (samples, sample);
    }
    g_assert_true (timeline_draw (samples, "Thử tải", path, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
    g_assert_cmpmem (bytes, 4, "\x89PNG", 4);
    discard (path);
    g_assert_false (timeline_draw (samples, "", "/nowhere/at/all.png", &error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
  }
}

static void
test_processes (void)
{
  ProcessFigures figures;

  g_assert_true (process_figures_read (getpid (), &figures));
  g_assert_cmpuint (figures.threads, >=, 1);
  g_assert_cmpuint (figures.rss_bytes, >, 100000);
  g_assert_false (process_figures_read (0, &figures));
  g_assert_false (process_figures_read (G_MAXINT, &figures));
  g_assert_cmpint (process_find_relay ("/a/state/folder/of/nobody"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/events", test_events);
  g_test_add_func ("/load/own-seat", test_own_seat);
  g_test_add_func ("/load/told", test_told);
  g_test_add_func ("/load/timeline", test_timeline);
  g_test_add_func ("/load/processes", test_processes);
  return g_test_run ();
}
