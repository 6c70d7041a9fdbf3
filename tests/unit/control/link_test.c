/* Client and server over a real Unix socket, in one main context. */
#include "pipelines/control/client.h"
#include "pipelines/control/server.h"
#include "pipelines/control/unix_link.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  char *dir;
  char *path;
  ControlServer *server;
  ControlClient *client;
  ControlCall *held; /* a call that is answered later */
  int replies;
  int failures;
  GError *last_error;
  int events;
  int closed;
  gboolean free_in_callback;
} Fixture;

static void
on_hello (ControlCall *call, gconstpointer request, gpointer user_data)
{
  HelloReply reply = { .version = ((const HelloRequest *) request)->version,
                       .relay = (char *) "r1",
                       .pid = 5,
                       .fingerprint = (char *) "sha-256 AA" };
  control_call_reply (call, &reply);
}

static void
on_close (ControlCall *call, gconstpointer request, gpointer user_data)
{
  control_call_fail (call, "not-found", ((const TransportCloseRequest *) request)->transport);
}

static void
on_held (ControlCall *call, gconstpointer request, gpointer user_data)
{
  Fixture *f = user_data;
  f->held = call;
}

static const ControlHandlerRow handlers[] = {
  { CONTROL_HELLO, on_hello },
  { CONTROL_TRANSPORT_CLOSE, on_close },
  { CONTROL_RELAY_STATS, on_held },
};

static void
on_event (ControlType type, gconstpointer event, gpointer user_data)
{
  Fixture *f = user_data;
  g_assert_cmpint (type, ==, CONTROL_TRACK_STATE);
  g_assert_cmpstr (((const TrackStateEvent *) event)->track, ==, "t/camera");
  f->events++;
}

static void
on_closed (const GError *reason, gpointer user_data)
{
  ((Fixture *) user_data)->closed++;
}

static const ControlClientEvents client_events = { on_event, on_closed };

static void
on_reply (gconstpointer reply, const GError *error, gpointer user_data)
{
  Fixture *f = user_data;
  g_assert_true ((reply != NULL) != (error != NULL));
  if (reply) {
    f->replies++;
  } else {
    f->failures++;
    g_clear_error (&f->last_error);
    f->last_error = g_error_copy (error);
  }
  if (f->free_in_callback)
    g_clear_pointer (&f->client, control_client_free);
}

static ControlClient *
connect_client (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  ControlLink *link = unix_link_connect (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (unix_link_get_peer_pid (link), ==, getpid ());
  return control_client_new (link, &client_events, f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("diemcau-link-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "run", "relay.sock", NULL);
  f->server = control_server_new (handlers, G_N_ELEMENTS (handlers), f);
  g_autoptr (GError) error = NULL;
  control_server_listen (f->server, f->path, &error);
  g_assert_no_error (error);
  f->client = connect_client (f);
  while (control_server_get_n_links (f->server) < 1)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->client, control_client_free);
  g_clear_pointer (&f->server, control_server_free);
  if (f->held)
    control_call_fail (f->held, "late", "the server is gone");
  g_clear_error (&f->last_error);
  g_autofree char *run = g_path_get_dirname (f->path);
  g_autofree char *lock = g_strconcat (f->path, ".lock", NULL);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_unlink (lock);
  g_rmdir (run);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->path);
  g_free (f->dir);
}

#define WAIT_FOR(condition)                                                                        \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

static void
test_request (Fixture *f, gconstpointer data)
{
  HelloRequest hello = { .version = 1 };
  TransportCloseRequest close = { .transport = (char *) "t.x" };
  control_client_request (f->client, CONTROL_HELLO, &hello, on_reply, f);
  g_assert_cmpint (f->replies, ==, 0);
  control_client_request (f->client, CONTROL_TRANSPORT_CLOSE, &close, on_reply, f);
  WAIT_FOR (f->replies + f->failures == 2);
  g_assert_error (f->last_error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE);
  g_assert_true (control_error_has_code (f->last_error, "not-found"));
  g_assert_false (control_error_has_code (f->last_error, "not"));
  g_assert_cmpstr (f->last_error->message, ==, "not-found: t.x");
}

static void
test_unknown_type (Fixture *f, gconstpointer data)
{
  control_client_request (f->client, CONTROL_SHUTDOWN, NULL, on_reply, f);
  WAIT_FOR (f->failures == 1);
  g_assert_true (control_error_has_code (f->last_error, "unknown-type"));
}

static void
test_event (Fixture *f, gconstpointer data)
{
  TrackStateEvent event = { .track = (char *) "t/camera", .active = TRUE };
  control_server_emit (f->server, CONTROL_TRACK_STATE, &event);
  WAIT_FOR (f->events == 1);
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  control_client_set_timeout (f->client, 20);
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  WAIT_FOR (f->failures == 1);
  g_assert_error (f->last_error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_TIMEOUT);
  RelayStatsReply reply = { NULL };
  control_call_reply (g_steal_pointer (&f->held), &reply); /* too late: dropped */
  HelloRequest hello = { .version = 1 };
  control_client_set_timeout (f->client, 5000);
  control_client_request (f->client, CONTROL_HELLO, &hello, on_reply, f);
  WAIT_FOR (f->replies == 1);
}

/* We were busy for longer than we have patience, and the reply stands behind many events. */
static void
test_late_reader (Fixture *f, gconstpointer data)
{
  TrackStateEvent event = { .track = (char *) "t/camera", .active = TRUE };
  RelayStatsReply reply = { NULL };

  control_client_set_timeout (f->client, 20);
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  WAIT_FOR (f->held);
  for (guint i = 0; i < 100; i++)
    control_server_emit (f->server, CONTROL_TRACK_STATE, &event);
  control_call_reply (g_steal_pointer (&f->held), &reply);
  for (gint64 until_us = g_get_monotonic_time () + 30000; g_get_monotonic_time () < until_us;)
    ;
  WAIT_FOR (f->replies + f->failures == 1);
  g_assert_cmpint (f->failures, ==, 0);
  g_assert_cmpint (f->events, ==, 100);
}

/* We stood still for longer than we have patience: that time is not the peer's. */
static void
test_standstill (Fixture *f, gconstpointer data)
{
  RelayStatsReply reply = { NULL };

  control_client_set_timeout (f->client, 40);
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  WAIT_FOR (f->held);
  for (gint64 until_us = g_get_monotonic_time () + 80000; g_get_monotonic_time () < until_us;)
    ;
  g_main_context_iteration (NULL, FALSE); /* the timer is overdue, and nothing is unread */
  g_assert_cmpint (f->failures, ==, 0);
  control_call_reply (g_steal_pointer (&f->held), &reply);
  WAIT_FOR (f->replies + f->failures == 1);
  g_assert_cmpint (f->failures, ==, 0);
}

static void
test_server_gone (Fixture *f, gconstpointer data)
{
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  WAIT_FOR (f->held);
  g_clear_pointer (&f->server, control_server_free);
  WAIT_FOR (f->closed == 1);
  g_assert_cmpint (f->failures, ==, 1);
  g_assert_error (f->last_error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED);
  /* A request on a closed link fails from the main context, not at once. */
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  g_assert_cmpint (f->failures, ==, 1);
  WAIT_FOR (f->failures == 2);
}

static void
test_client_gone (Fixture *f, gconstpointer data)
{
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, on_reply, f);
  WAIT_FOR (f->held);
  g_clear_pointer (&f->client, control_client_free);
  g_assert_cmpint (f->failures, ==, 1);
  WAIT_FOR (control_server_get_n_links (f->server) == 0);
  g_assert_cmpint (f->closed, ==, 0);
}

static void
test_free_in_callback (Fixture *f, gconstpointer data)
{
  HelloRequest hello = { .version = 1 };
  control_client_request (f->client, CONTROL_HELLO, &hello, on_reply, f);
  control_client_request (f->client, CONTROL_RELAY_STATS, NULL, NULL, NULL);
  f->free_in_callback = TRUE;
  WAIT_FOR (!f->client);
  g_assert_cmpint (f->replies, ==, 1);
}

/* More than the socket takes waits in the queue and arrives in order, none lost. */
static void
test_burst (Fixture *f, gconstpointer data)
{
  TrackStateEvent event = { .track = (char *) "t/camera", .active = TRUE };
  for (int i = 0; i < 4000; i++)
    control_server_emit (f->server, CONTROL_TRACK_STATE, &event);
  WAIT_FOR (f->events == 4000);
  HelloRequest hello = { .version = 1 };
  for (int i = 0; i < 2000; i++)
    control_client_request (f->client, CONTROL_HELLO, &hello, on_reply, f);
  WAIT_FOR (f->replies == 2000);
}

/* A peer that never reads is given up once the queue is full. */
static void
test_full (Fixture *f, gconstpointer data)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, f->path, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  WAIT_FOR (control_server_get_n_links (f->server) == 2);
  TrackStateEvent event = { .track = (char *) "t/camera", .active = TRUE };
  for (int i = 0; i < LIMIT_CONTROL_QUEUE_MESSAGES + 2000; i++) {
    control_server_emit (f->server, CONTROL_TRACK_STATE, &event);
    g_main_context_iteration (NULL, FALSE);
  }
  WAIT_FOR (control_server_get_n_links (f->server) == 1);
  g_assert_cmpint (f->closed, ==, 0);
  close (fd);
}

/* So many requests may be under way, one more fails at once. */
static void
test_in_flight (Fixture *f, gconstpointer data)
{
  HelloRequest hello = { .version = 1 };
  control_client_set_timeout (f->client, 60 * 1000);
  for (int i = 0; i < LIMIT_CONTROL_IN_FLIGHT + 1; i++)
    control_client_request (f->client, CONTROL_HELLO, &hello, on_reply, f);
  WAIT_FOR (f->replies == LIMIT_CONTROL_IN_FLIGHT && f->failures == 1);
  g_assert_error (f->last_error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_FULL);
}

/* Bytes wait up to the bound, beside the few messages that the socket takes. */
static void
test_queue_bytes (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (LIMIT_CONTROL_MESSAGE_BYTES, ' ');
  g_autoptr (GBytes) message = g_bytes_new_static (text, LIMIT_CONTROL_MESSAGE_BYTES);
  g_autoptr (GError) error = NULL;
  ControlLink *link = unix_link_connect (f->path, NULL);
  int n = 0;
  while (control_link_send (link, message, &error)) /* nothing reads meanwhile */
    n++;
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_FULL);
  g_assert_cmpint (n, >=, LIMIT_CONTROL_QUEUE_BYTES / LIMIT_CONTROL_MESSAGE_BYTES);
  g_assert_cmpint (n, <=, LIMIT_CONTROL_QUEUE_BYTES / LIMIT_CONTROL_MESSAGE_BYTES + 8);
  control_link_unref (link);
}

static void
test_link_cap (Fixture *f, gconstpointer data)
{
  ControlClient *more[LIMIT_CONTROL_LINKS];
  for (int i = 0; i < LIMIT_CONTROL_LINKS; i++)
    more[i] = connect_client (f);
  WAIT_FOR (f->closed == 1);
  g_assert_cmpint (control_server_get_n_links (f->server), ==, LIMIT_CONTROL_LINKS);
  for (int i = 0; i < LIMIT_CONTROL_LINKS; i++)
    control_client_free (more[i]);
}

static void
test_malformed (Fixture *f, gconstpointer data)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, f->path, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  static const char *const texts[] = { "rubbish", "{\"type\":\"hello\",\"id\":8}" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (send (fd, texts[i], strlen (texts[i]), 0), ==, strlen (texts[i]));
  char answer[512];
  ssize_t len;
  while ((len = recv (fd, answer, sizeof answer - 1, MSG_DONTWAIT)) < 0)
    g_main_context_iteration (NULL, FALSE);
  answer[len] = '\0';
  g_assert_cmpstr (answer, ==,
                   "{\"code\":\"bad-request\",\"text\":\"version: is missing\","
                   "\"type\":\"error\",\"id\":8}");
  close (fd);
}

static void
test_socket_file (Fixture *f, gconstpointer data)
{
  struct stat info;
  g_assert_cmpint (stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  g_autofree char *run = g_path_get_dirname (f->path);
  g_assert_cmpint (stat (run, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0700);
  g_autoptr (GError) error = NULL;
  g_autoptr (ControlServer) second = control_server_new (handlers, 1, f);
  g_assert_false (control_server_listen (second, f->path, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REFUSED);
}

/* The socket of a process that was killed is in nobody's way. */
static void
test_stale_socket (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->client, control_client_free);
  g_clear_pointer (&f->server, control_server_free);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, f->path, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
  g_autoptr (GError) error = NULL;
  g_assert_null (unix_link_connect (f->path, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CONNECT);
  f->server = control_server_new (handlers, 1, f);
  g_assert_true (control_server_listen (f->server, f->path, NULL));
}

static void
test_path_too_long (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_strnfill (108, 'x');
  g_autoptr (GError) error = NULL;
  g_assert_null (unix_link_connect (path, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CONNECT);
}

static void
test_message_size (Fixture *f, gconstpointer data)
{
  g_autoptr (ControlLink) link = unix_link_connect (f->path, NULL);
  char *filler = g_strnfill (LIMIT_CONTROL_MESSAGE_BYTES + 1, ' ');
  g_autoptr (GBytes) too_long = g_bytes_new_take (filler, LIMIT_CONTROL_MESSAGE_BYTES + 1);
  g_autoptr (GBytes) longest = g_bytes_new_from_bytes (too_long, 0, LIMIT_CONTROL_MESSAGE_BYTES);
  g_autoptr (GError) error = NULL;
  g_assert_true (control_link_send (link, longest, &error));
  g_assert_no_error (error);
  g_assert_false (control_link_send (link, too_long, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_SIZE);
  control_link_close (link);
  g_clear_error (&error);
  g_assert_false (control_link_send (link, longest, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED);
}

#define ADD(name, func) g_test_add ("/link/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("request", test_request);
  ADD ("unknown-type", test_unknown_type);
  ADD ("event", test_event);
  ADD ("timeout", test_timeout);
  ADD ("standstill", test_standstill);
  ADD ("late-reader", test_late_reader);
  ADD ("server-gone", test_server_gone);
  ADD ("client-gone", test_client_gone);
  ADD ("free-in-callback", test_free_in_callback);
  ADD ("burst", test_burst);
  ADD ("full", test_full);
  ADD ("in-flight", test_in_flight);
  ADD ("queue-bytes", test_queue_bytes);
  ADD ("link-cap", test_link_cap);
  ADD ("malformed", test_malformed);
  ADD ("socket-file", test_socket_file);
  ADD ("stale-socket", test_stale_socket);
  ADD ("path-too-long", test_path_too_long);
  ADD ("message-size", test_message_size);
  return g_test_run ();
}
