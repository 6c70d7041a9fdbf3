/* The relation to a relay: found, lost, found again; started, restarted, backed off, shut down. */
#include "server/bus/relay_link.h"

#include "server/bus/relay_process.h"
#include "tests/support/fake_relay.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

typedef struct {
  char *dir;
  char *path;
  FakeRelay *relay;
  RelayLink *link;
  guint ups, losses, events, stats, survivors;
  int pid;
  char *relay_id;
  gboolean stopped;
} Fixture;

static void
on_up (const HelloReply *hello, const GPtrArray *survivors, gpointer user_data)
{
  Fixture *f = user_data;
  f->ups++;
  f->survivors = survivors->len;
  f->pid = hello->pid;
  g_free (f->relay_id);
  f->relay_id = g_strdup (hello->relay);
}

static void
on_lost (gpointer user_data)
{
  ((Fixture *) user_data)->losses++;
}

static void
on_event (ControlType type, gconstpointer event, gpointer user_data)
{
  Fixture *f = user_data;
  g_assert_cmpuint (f->ups, >, 0);
  f->events++;
}

static void
on_stats (const RelayStatsReply *stats, gpointer user_data)
{
  g_assert_nonnull (stats->shards);
  ((Fixture *) user_data)->stats++;
}

static const RelayLinkEvents events = { on_up, on_lost, on_event, on_stats };

static gboolean
on_stopped (gpointer user_data)
{
  ((Fixture *) user_data)->stopped = TRUE;
  return G_SOURCE_REMOVE;
}

#define WAIT_FOR(condition)                                                                        \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("diemcau-bus-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "relay.sock", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->link, relay_link_free);
  g_clear_pointer (&f->relay, fake_relay_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_autofree char *lock = g_strconcat (f->path, ".lock", NULL);
  g_unlink (lock);
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->relay_id);
  g_free (f->path);
  g_free (f->dir);
}

/* A link that only waits for a relay, or one that starts `fake-relay SOCKET [how]`. */
static void
start (Fixture *f, const char *program, const char *how)
{
  const char *const arguments[] = { f->path, how, NULL };
  RelayLinkConfig config = { .socket_path = f->path,
                             .program = program,
                             .arguments = arguments,
                             .ping_ms = 20,
                             .reply_ms = 200 };
  f->link = relay_link_new (&config, &events, f);
  relay_link_start (f->link);
}

static void
stop (Fixture *f)
{
  relay_link_stop (f->link, on_stopped, f);
  WAIT_FOR (f->stopped);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  f->relay = fake_relay_new (f->path);
  f->relay->page = 2;
  static const char *const names[] = { "t.a", "t.b", "t.c", "t.d", "t.e" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    fake_relay_add_transport (f->relay, names[i], TRANSPORT_CONNECTED);
  start (f, NULL, NULL);
  g_assert_false (relay_link_is_up (f->link));
  g_assert_null (relay_link_get_hello (f->link));
  WAIT_FOR (f->ups == 1);
  g_assert_cmpuint (f->survivors, ==, 5);
  g_assert_cmpuint (fake_relay_count (f->relay, "state.list t.d"), ==, 1);
  g_assert_cmpstr (relay_link_get_hello (f->link)->fingerprint, ==, "sha-256 AA:BB");
  TransportStateEvent event = { .transport = (char *) "t.a", .state = TRANSPORT_CLOSED };
  control_server_emit (f->relay->server, CONTROL_TRANSPORT_STATE, &event);
  WAIT_FOR (f->events == 1);
  WAIT_FOR (fake_relay_count (f->relay, "relay.stats") >= 2); /* signs of life go on */
  WAIT_FOR (f->stats >= 1);                                   /* and are told */
  stop (f);
  g_assert_cmpuint (fake_relay_count (f->relay, "shutdown"), ==, 0); /* not ours to end */
  g_assert_cmpuint (f->losses, ==, 0);
}

/* Events that come while the state is read are told after it, none is lost. */
static void
test_events_while_listing (Fixture *f, gconstpointer data)
{
  f->relay = fake_relay_new (f->path);
  fake_relay_add_transport (f->relay, "t.a", TRANSPORT_CONNECTED);
  start (f, NULL, NULL);
  WAIT_FOR (fake_relay_count (f->relay, "hello") == 1);
  TransportStateEvent event = { .transport = (char *) "t.a", .state = TRANSPORT_CLOSED };
  control_server_emit (f->relay->server, CONTROL_TRANSPORT_STATE, &event);
  WAIT_FOR (f->ups == 1);
  WAIT_FOR (f->events == 1);
}

static void
test_lost_and_found (Fixture *f, gconstpointer data)
{
  f->relay = fake_relay_new (f->path);
  start (f, NULL, NULL);
  WAIT_FOR (f->ups == 1);
  g_clear_pointer (&f->relay, fake_relay_free);
  WAIT_FOR (f->losses == 1);
  g_assert_false (relay_link_is_up (f->link));
  f->relay = fake_relay_new (f->path);
  WAIT_FOR (f->ups == 2);
  g_assert_cmpstr (f->relay_id, ==, f->relay->relay);
}

static void
on_refused (gconstpointer reply, const GError *error, gpointer user_data)
{
  g_assert_null (reply);
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED);
  (*(int *) user_data)++;
}

static void
test_request_while_down (Fixture *f, gconstpointer data)
{
  start (f, NULL, NULL);
  int refused = 0;
  relay_link_request (f->link, CONTROL_RELAY_STATS, NULL, on_refused, &refused);
  relay_link_request (f->link, CONTROL_RELAY_STATS, NULL, NULL, NULL);
  g_assert_cmpint (refused, ==, 1);
  stop (f);
}

static void
test_silent (Fixture *f, gconstpointer data)
{
  f->relay = fake_relay_new (f->path);
  start (f, NULL, NULL);
  WAIT_FOR (f->ups == 1);
  f->relay->silent = TRUE;
  WAIT_FOR (f->losses == 1);
  WAIT_FOR (f->ups == 2); /* it is linked anew, for it is not ours to kill */
}

static void
test_other_version (Fixture *f, gconstpointer data)
{
  f->relay = fake_relay_new (f->path);
  f->relay->version = CONTROL_VERSION + 1;
  f->relay->owned = TRUE;
  start (f, NULL, NULL);
  WAIT_FOR (f->relay->was_shut_down);
  g_clear_pointer (&f->relay, fake_relay_free);
  f->relay = fake_relay_new (f->path);
  WAIT_FOR (f->ups == 1);
}

static void
test_start_and_stop (Fixture *f, gconstpointer data)
{
  start (f, g_getenv ("FAKE_RELAY"), NULL);
  WAIT_FOR (f->ups == 1);
  g_assert_cmpint (f->pid, >, 1);
  stop (f);
  g_assert_cmpuint (f->losses, ==, 0);
  for (int i = 0; i < 500 && kill (f->pid, 0) == 0; i++)
    g_usleep (10000), g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (kill (f->pid, 0), <, 0);
}

/* Bars of the failure tests: noticed within 100 ms, back within 2 s. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  start (f, g_getenv ("FAKE_RELAY"), NULL);
  WAIT_FOR (f->ups == 1);
  int first = f->pid;
  gint64 killed_us = g_get_monotonic_time ();
  kill (first, SIGKILL);
  WAIT_FOR (f->losses == 1);
  g_assert_cmpint (g_get_monotonic_time () - killed_us, <, 100 * 1000);
  WAIT_FOR (f->ups == 2);
  g_assert_cmpint (g_get_monotonic_time () - killed_us, <, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (f->pid, !=, first);
  stop (f);
}

/* The controller goes without a word: its relay lives on and the next one finds it. */
static void
test_outlives_controller (Fixture *f, gconstpointer data)
{
  start (f, g_getenv ("FAKE_RELAY"), NULL);
  WAIT_FOR (f->ups == 1);
  int first = f->pid;
  g_clear_pointer (&f->link, relay_link_free);
  start (f, g_getenv ("FAKE_RELAY"), NULL);
  WAIT_FOR (f->ups == 2);
  g_assert_cmpint (f->pid, ==, first);
  stop (f);
}

static void
count_exit (const char *how, gpointer user_data)
{
  g_assert_cmpstr (how, ==, "exit status 3");
  (*(int *) user_data)++;
}

static void
test_process (Fixture *f, gconstpointer data)
{
  const char *const arguments[] = { f->path, "die", NULL };
  int exits = 0;
  g_autoptr (RelayProcess) process =
      relay_process_spawn (g_getenv ("FAKE_RELAY"), arguments, count_exit, &exits, NULL);
  g_assert_cmpint (relay_process_get_pid (process), >, 1);
  WAIT_FOR (exits == 1);
  g_autoptr (GError) error = NULL;
  g_assert_null (relay_process_spawn ("/nowhere", arguments, count_exit, &exits, &error));
  g_assert_nonnull (error);
}

static gboolean
on_time (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A relay that keeps dying is started less and less often: 0, 0.2, 0.6, 1.4 s. */
static void
test_backoff (Fixture *f, gconstpointer data)
{
  g_autofree char *script = g_build_filename (f->dir, "script", NULL);
  g_autofree char *marks = g_build_filename (f->dir, "marks", NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\necho x >>%s\nexit 1\n", marks);
  g_assert_true (g_file_set_contents_full (script, text, -1, 0, 0700, NULL));
  start (f, script, NULL);
  gboolean over = FALSE;
  g_timeout_add (1100, on_time, &over);
  WAIT_FOR (over);
  stop (f);
  g_autofree char *written = NULL;
  g_assert_true (g_file_get_contents (marks, &written, NULL, NULL));
  g_assert_cmpint (strlen (written) / 2, >=, 2);
  g_assert_cmpint (strlen (written) / 2, <=, 4);
  g_assert_cmpuint (f->ups, ==, 0);
  g_unlink (script);
  g_unlink (marks);
}

#define ADD(name, func) g_test_add ("/relay-link/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("find", test_find);
  ADD ("events-while-listing", test_events_while_listing);
  ADD ("lost-and-found", test_lost_and_found);
  ADD ("request-while-down", test_request_while_down);
  ADD ("silent", test_silent);
  ADD ("other-version", test_other_version);
  ADD ("start-and-stop", test_start_and_stop);
  ADD ("killed", test_killed);
  ADD ("outlives-controller", test_outlives_controller);
  ADD ("process", test_process);
  ADD ("backoff", test_backoff);
  return g_test_run ();
}
