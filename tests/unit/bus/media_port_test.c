/* Signaling's media port over the link: calls, batches, and what refusals become. */
#include "server/bus/media_port_relay.h"

#include "signaling/protocol/problem.h"
#include "tests/support/fake_relay.h"

#include <glib/gstdio.h>

typedef struct {
  char *dir;
  char *path;
  FakeRelay *relay;
  RelayLink *link;
  const MediaPort *port;
  gboolean up;
  int answers;
  int with_local;
  GError *error;
} Fixture;

static void
on_up (const HelloReply *hello, const GPtrArray *survivors, gpointer user_data)
{
  ((Fixture *) user_data)->up = TRUE;
}

static void
on_lost (gpointer user_data)
{
  ((Fixture *) user_data)->up = FALSE;
}

static void
on_event (ControlType type, gconstpointer event, gpointer user_data)
{
}

static const RelayLinkEvents events = { on_up, on_lost, on_event };

static void
on_local (gpointer user_data, const TransportIceReply *local, const GError *error)
{
  Fixture *f = user_data;
  f->answers++;
  f->with_local += local != NULL;
  g_clear_error (&f->error);
  f->error = error ? g_error_copy (error) : NULL;
}

#define WAIT_FOR(condition)                                                                        \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("diemcau-port-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "relay.sock", NULL);
  f->relay = fake_relay_new (f->path);
  RelayLinkConfig config = { .socket_path = f->path };
  f->link = relay_link_new (&config, &events, f);
  f->port = media_port_relay ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  relay_link_free (f->link);
  fake_relay_free (f->relay);
  g_clear_error (&f->error);
  g_autofree char *lock = g_strconcat (f->path, ".lock", NULL);
  g_unlink (lock);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->path);
  g_free (f->dir);
}

static TransportCreateRequest *
new_create (void)
{
  TransportCreateRequest *create = transport_create_request_new ();
  create->transport = g_strdup ("t.a");
  create->remote_fingerprint = g_strdup ("sha-256 AA");
  create->remote_ufrag = g_strdup ("abcd");
  return create;
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  relay_link_start (f->link);
  WAIT_FOR (f->up);
  g_assert_cmpstr (f->port->get_fingerprint (f->link), ==, "sha-256 AA:BB");
  g_autoptr (TransportCreateRequest) create = new_create ();
  f->port->create_transport (f->link, create, on_local, f);
  g_autoptr (TransportUpdateRequest) update = transport_update_request_new ();
  update->transport = g_strdup ("t.a");
  f->port->update_transport (f->link, update, on_local, f);
  TransportRestartIceRequest restart = { (char *) "t.a", (char *) "efgh" };
  f->port->restart_ice (f->link, &restart, on_local, f);
  WAIT_FOR (f->answers == 3);
  g_assert_cmpint (f->with_local, ==, 2);
  g_assert_no_error (f->error);
  f->port->close_transport (f->link, "t.a");
  WAIT_FOR (fake_relay_count (f->relay, "transport.close t.a") == 1);
}

static void
test_batches (Fixture *f, gconstpointer data)
{
  relay_link_start (f->link);
  WAIT_FOR (f->up);
  RouteSpec routes[LIMIT_CONTROL_BATCH + 1];
  MuteSpec mutes[2 * LIMIT_CONTROL_BATCH];
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    routes[i] = (RouteSpec){ (char *) "t.a/main", (char *) "t.b/camera", 720 };
  for (gsize i = 0; i < G_N_ELEMENTS (mutes); i++)
    mutes[i] = (MuteSpec){ (char *) "t.a/mic", TRUE };
  f->port->route (f->link, routes, G_N_ELEMENTS (routes));
  f->port->route (f->link, NULL, 0);
  f->port->mute (f->link, mutes, G_N_ELEMENTS (mutes));
  WAIT_FOR (fake_relay_count (f->relay, "track.mute 200") == 2);
  g_assert_cmpuint (fake_relay_count (f->relay, "slot.route 200"), ==, 1);
  g_assert_cmpuint (fake_relay_count (f->relay, "slot.route 1"), ==, 1);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *code;
    Problem problem;
  } rows[] = {
    { "not-found", PROBLEM_TRANSPORT_UNKNOWN },
    { "limit", PROBLEM_MEDIA_UNAVAILABLE },
    { "bad-request", PROBLEM_INTERNAL },
  };
  relay_link_start (f->link);
  WAIT_FOR (f->up);
  g_autoptr (TransportCreateRequest) create = new_create ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    f->relay->refuse_code = rows[i].code;
    f->port->create_transport (f->link, create, on_local, f);
    f->port->close_transport (f->link, "t.none");
    WAIT_FOR (f->answers == (int) i + 1);
    g_assert_error (f->error, SIGNALING_PROBLEM, (int) rows[i].problem);
  }
}

static void
test_no_relay (Fixture *f, gconstpointer data)
{
  g_assert_null (f->port->get_fingerprint (f->link));
  g_autoptr (TransportCreateRequest) create = new_create ();
  f->port->create_transport (f->link, create, on_local, f);
  g_assert_cmpint (f->answers, ==, 1);
  g_assert_error (f->error, SIGNALING_PROBLEM, PROBLEM_MEDIA_UNAVAILABLE);
  MuteSpec mute = { (char *) "t.a/mic", TRUE };
  f->port->mute (f->link, &mute, 1);
  f->port->close_transport (f->link, "t.a");
}

#define ADD(name, func) g_test_add ("/media-port/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("calls", test_calls);
  ADD ("batches", test_batches);
  ADD ("refusals", test_refusals);
  ADD ("no-relay", test_no_relay);
  return g_test_run ();
}
