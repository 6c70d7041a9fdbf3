#include "server/commands/demo.h"

#include "config/log.h"
#include "server/auth/access_token.h"
#include "server/auth/password.h"
#include "server/commands/demo_paper.h"
#include "server/storage/demo.h"
#include "server/storage/endpoint_store.h"

#include <gio/gio.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#define UNITS_RESOURCE "/vn/diemcau/units-vietnam-2025.csv"
/* made by the build from demo.gresource.xml */
GResource *demo_get_resource (void);

#define RESTART_DELAY_S 2
#define ROOMS_TOKEN_S ACCESS_TOKEN_MAX_S

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

struct Demo {
  const Settings *settings;
  Database *database;
  DemoSeed *seed;
  char *rooms; /* JSON for the child's standard input: tokens never stand on a command line */
  char *url;
  GSubprocess *child;
  GCancellable *cancellable;
  guint restart;
};

static DemoSeed *
seed_database (Database *database, const Settings *settings, gint64 now_ms, GError **error)
{
  g_autofree char *hash = NULL;
  g_resources_register (demo_get_resource ());
  g_autoptr (GBytes) units = g_resources_lookup_data (UNITS_RESOURCE, 0, error);
  if (!units)
    return NULL;
  if (!demo_is_seeded (database) && !(hash = password_hash (DEMO_PASSWORD, error)))
    return NULL;
  DemoOptions options = { .province = settings->demo.unit,
                          .password_hash = hash,
                          .now_ms = now_ms,
                          .state_dir = settings->storage.state_dir,
                          .paper_pages = DEMO_PAPER_PAGES };
  options.units_csv = g_bytes_get_data (units, &options.size);
  g_autoptr (GBytes) paper = hash ? demo_paper_draw () : NULL;
  options.paper = paper;
  return storage_seed_demo (database, &options, error);
}

Demo *
demo_new (Database *database, const Settings *settings, gint64 now_ms, GError **error)
{
  DemoSeed *seed = seed_database (database, settings, now_ms, error);
  if (!seed)
    return NULL;
  Demo *demo = g_new0 (Demo, 1);
  demo->settings = settings;
  demo->database = database;
  demo->seed = seed;
  demo->cancellable = g_cancellable_new ();
  demo->url = g_strdup_printf ("http://localhost:%d", settings->http.http_port);
  return demo;
}

static json_t *
describe_room (Demo *demo, guint index, GBytes *key, GError **error)
{
  char *endpoint = demo->seed->endpoints[index];
  g_autoptr (Endpoint) room = endpoint_store_get (demo->database, endpoint, error);
  if (!room)
    return NULL;
  AccessToken token = { .meeting = demo->seed->meeting,
                        .endpoint = endpoint,
                        .kind = ACCESS_ROOM,
                        .expires_s = g_get_real_time () / G_USEC_PER_SEC + ROOMS_TOKEN_S };
  g_autofree char *text = access_token_sign (&token, key);
  return json_pack ("{s:s, s:s, s:s, s:b}", "endpoint", endpoint, "name", room->name, "token", text,
                    "mic_open", g_str_equal (endpoint, demo->seed->chair_endpoint));
}

/* The communes of the demonstration's log-ins: their users come in a browser. */
static gboolean
is_room_of_user (const DemoSeed *seed, const char *endpoint)
{
  for (guint i = 0; i < seed->n_logins; i++)
    if (g_strcmp0 (seed->logins[i].endpoint, endpoint) == 0)
      return g_strcmp0 (endpoint, seed->chair_endpoint) != 0;
  return FALSE;
}

static gboolean
describe_rooms (Demo *demo, GError **error)
{
  guint wanted = (guint) demo->settings->demo.rooms;
  g_autoptr (GBytes) key = access_token_key_load (demo->settings->storage.state_dir, error);
  if (!key)
    return FALSE;
  g_autoptr (json_t) rooms = json_array ();
  for (guint i = 0; demo->seed->endpoints[i] && json_array_size (rooms) < wanted; i++) {
    if (is_room_of_user (demo->seed, demo->seed->endpoints[i]))
      continue;
    json_t *room = describe_room (demo, i, key, error);
    if (!room)
      return FALSE;
    json_array_append_new (rooms, room);
  }
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d", demo->settings->http.http_port);
  g_autoptr (json_t) list =
      json_pack ("{s:s, s:s, s:O}", "url", url, "meeting", demo->seed->meeting, "rooms", rooms);
  char *text = json_dumps (list, JSON_COMPACT);
  demo->rooms = json_array_size (rooms) > 0 ? g_strdup (text) : NULL;
  free (text);
  return TRUE;
}

static gboolean start_child (Demo *demo, GError **error);

static gboolean
on_restart (gpointer user_data)
{
  Demo *demo = user_data;
  g_autoptr (GError) error = NULL;
  demo->restart = 0;
  if (!start_child (demo, &error))
    log_warning ("demo", NULL, "virtual rooms: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
on_child_ended (GObject *child, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  if (!g_subprocess_wait_finish (G_SUBPROCESS (child), result, &error))
    return; /* cancelled: the demonstration is freed */
  Demo *demo = user_data;
  g_clear_object (&demo->child);
  log_warning ("demo", NULL, "the virtual rooms ended; they start again in %d s", RESTART_DELAY_S);
  demo->restart = g_timeout_add_seconds (RESTART_DELAY_S, on_restart, demo);
}

static gboolean
start_child (Demo *demo, GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  if (!self)
    return FALSE;
  demo->child =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error,
                        self, "load", "--rooms", "-", "--source", "clip", "--quiet", "--state-dir",
                        demo->settings->storage.state_dir, NULL);
  if (!demo->child)
    return FALSE;
  GOutputStream *in = g_subprocess_get_stdin_pipe (demo->child);
  if (!g_output_stream_write_all (in, demo->rooms, strlen (demo->rooms), NULL, NULL, error) ||
      !g_output_stream_close (in, NULL, error))
    return FALSE;
  g_subprocess_wait_async (demo->child, demo->cancellable, on_child_ended, demo);
  return TRUE;
}

static void
print_login (const DemoLogin *login)
{
  printf ("  %-9s %-14s %s%s%s\n", login->login, DEMO_PASSWORD, login->name,
          login->endpoint ? ", điểm cầu " : "", login->endpoint ? login->endpoint : "");
}

static void
print_welcome (const Demo *demo)
{
  const DemoSeed *seed = demo->seed;
  const char *state_dir = demo->settings->storage.state_dir;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  printf ("\nDiemcau — bản trình diễn / demonstration\n\n"
          "  Trang / page          %s   (từ máy khác / from elsewhere: https://<máy này>:%d)\n"
          "  Phòng điều khiển      %s/meetings/%s/control   (thuky, kythuat)\n"
          "  Vào họp / a room      %s/meetings/%s/room      (chutoa, xa1, xa2)\n\n"
          "  Tài khoản Mật khẩu       Ai / who\n",
          demo->url, demo->settings->http.https_port, demo->url, seed->meeting, demo->url,
          seed->meeting);
  for (guint i = 0; i < seed->n_logins; i++)
    print_login (&seed->logins[i]);
  printf ("\n  Bộ mã hoá / encoder (WHIP)   %s/whip/%s\n"
          "  Người xem / viewer  (WHEP)   %s/whep/%s\n"
          "  Mã truy cập / token          %s token --state-dir %s --meeting %s --viewer\n\n"
          "  Ctrl+C: dừng / stops\n\n",
          demo->url, seed->meeting, demo->url, seed->meeting, self ? self : "diemcau", state_dir,
          seed->meeting);
  fflush (stdout);
}

gboolean
demo_start (Demo *demo, GError **error)
{
  if (!describe_rooms (demo, error))
    return FALSE;
  if (demo->rooms && !start_child (demo, error))
    return FALSE;
  print_welcome (demo);
  return TRUE;
}

void
demo_free (Demo *demo)
{
  g_cancellable_cancel (demo->cancellable);
  if (demo->restart)
    g_source_remove (demo->restart);
  if (demo->child)
    g_subprocess_send_signal (demo->child, SIGTERM);
  g_clear_object (&demo->child);
  g_clear_object (&demo->cancellable);
  demo_seed_free (demo->seed);
  g_free (demo->rooms);
  g_free (demo->url);
  g_free (demo);
}
