#include "tests/unit/http/fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "server/auth/access_token.h"
#include "server/auth/password.h"
#include "server/auth/session.h"
#include "server/http/identity.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/unit_store.h"

#define WAIT_US (10 * G_USEC_PER_SEC)
#define RAW_SILENCE_US (G_USEC_PER_SEC)

gboolean
fixture_wait (gboolean (*done) (gpointer user_data), gpointer user_data)
{
  gint64 deadline_us = g_get_monotonic_time () + WAIT_US;
  while (!done (user_data) && g_get_monotonic_time () < deadline_us)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
  return done (user_data);
}

/* --- The seed --- */

static void
seed_unit (Fixture *fixture, const char *code, const char *parent, const char *level,
           const char *name)
{
  g_autoptr (GError) error = NULL;
  Unit unit = {
    .code = (char *) code, .parent = (char *) parent, .level = (char *) level, .name = (char *) name
  };
  unit_store_add (fixture->database, &unit, &error);
  g_assert_no_error (error);
  if (!parent)
    return;
  g_autoptr (Endpoint) endpoint =
      endpoint_store_add (fixture->database, code, name, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (endpoint);
}

static void
seed_user (Fixture *fixture, Actor actor, const char *login, UserRole role, const char *unit,
           const char *endpoint)
{
  /* One real hash would do for all, but only the log-in tests need one. */
  g_autoptr (GError) error = NULL;
  User user = { .login = (char *) login,
                .name = (char *) login,
                .role = role,
                .unit = (char *) unit,
                .endpoint = (char *) endpoint };
  g_autofree char *hash =
      actor == AS_SECRETARY ? password_hash (FIXTURE_PASSWORD, &error) : g_strdup ("*");
  gint64 now_ms = g_get_real_time () / 1000;
  user_store_add (fixture->database, &user, hash, now_ms, &fixture->users[actor], &error);
  g_assert_no_error (error);
  SessionStart start = { .user = fixture->users[actor],
                         .source = "127.0.0.1",
                         .now_ms = now_ms,
                         .idle_ms = SESSION_IDLE_MS };
  session_open (fixture->database, &start, &fixture->cookies[actor], &error);
  g_assert_no_error (error);
  fixture->csrf[actor] = session_csrf_for (fixture->cookies[actor]);
}

static void
fixture_seed (Fixture *fixture)
{
  seed_unit (fixture, "VN", NULL, "central", "Việt Nam");
  seed_unit (fixture, "38", "VN", "province", "Tỉnh Thanh Hóa");
  seed_unit (fixture, "01", "VN", "province", "Thành phố Hà Nội");
  seed_unit (fixture, "14758", "38", "commune", "Xã Thành Hà");
  seed_unit (fixture, "14761", "38", "commune", "Phường Hạc Thành");
  seed_user (fixture, AS_ADMINISTRATOR, "admin", USER_ROLE_ADMINISTRATOR, NULL, NULL);
  seed_user (fixture, AS_SECRETARY, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  seed_user (fixture, AS_TECHNICIAN, "kythuat", USER_ROLE_TECHNICIAN, "38", NULL);
  seed_user (fixture, AS_ENDPOINT, "xa1", USER_ROLE_ENDPOINT, "14758", "14758-1");
  seed_user (fixture, AS_STRANGER, "hanoi", USER_ROLE_SECRETARY, "01", NULL);
}

DeskPort fixture_desk;
MailPort fixture_mail;
HealthBoard *fixture_health;
struct PictureBoard *fixture_pictures;
struct HealthStore *fixture_lines;
struct CaptureDesk *fixture_captures;
struct AlarmDesk *(*fixture_make_alarms) (Database *database, const Settings *settings);
gpointer fixture_desk_data;

/* --- The server --- */

static gboolean
relay_is_connected (gpointer relay_data)
{
  return ((Fixture *) relay_data)->relay_connected;
}

static void
relay_get_stats (gpointer relay_data, HttpRelayStatsFunc callback, gpointer user_data)
{
  g_autoptr (json_t) stats = NULL;
  if (relay_is_connected (relay_data))
    stats = json_pack ("{s:[]}", "shards");
  callback (stats, user_data);
}

/* --- An announcer that notes what it is told --- */

static gboolean
announcer_fake_record (gpointer data, const MeetingAnnouncement *what, GError **error)
{
  Fixture *fixture = data;
  if (fixture->announcer_fails)
    g_set_error_literal (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "no room on the disk");
  return !fixture->announcer_fails;
}

static void
announcer_fake_tell (gpointer data, const MeetingAnnouncement *what)
{
  static const char *const kinds[N_MEETING_CHANGES] = {
    [MEETING_CHANGE_PUBLISHED] = "published", [MEETING_CHANGE_CHANGED] = "changed",
    [MEETING_CHANGE_POSTPONED] = "postponed", [MEETING_CHANGE_CANCELLED] = "cancelled",
    [MEETING_CHANGE_CALLED] = "called",       [MEETING_CHANGE_PAPERS] = "papers",
    [MEETING_CHANGE_LISTED] = "listed",
  };
  Fixture *fixture = data;
  g_string_append_printf (fixture->announced, "%s:%s ", kinds[what->kind],
                          what->series ? what->series : what->meeting);
}

Fixture *
fixture_new (void (*tune) (Settings *settings))
{
  g_autoptr (GError) error = NULL;
  Fixture *fixture = g_new0 (Fixture, 1);
  fixture->dir = g_dir_make_tmp ("diemcau-http-XXXXXX", &error);
  fixture->settings = settings_new ();
  fixture->settings->http.https_port = 0;
  fixture->settings->http.http_port = 0;
  g_free (fixture->settings->storage.state_dir);
  fixture->settings->storage.state_dir = g_strdup (fixture->dir);
  if (tune)
    tune (fixture->settings);
  fixture->database = database_open_in (fixture->dir, &error);
  g_assert_no_error (error);
  fixture->logins = login_gate_new (fixture->database);
  fixture->token_key = access_token_key_load (fixture->dir, &error);
  g_assert_no_error (error);
  fixture->hub = fake_hub_new ();
  fixture->relay_connected = TRUE;
  fixture->announced = g_string_new (NULL);
  fixture_seed (fixture);
  HttpContext context = { .settings = fixture->settings,
                          .database = fixture->database,
                          .logins = fixture->logins,
                          .token_key = fixture->token_key,
                          .hub = fixture->hub,
                          .relay = { relay_is_connected, relay_get_stats },
                          .relay_data = fixture,
                          .announcer = { announcer_fake_record, announcer_fake_tell },
                          .announcer_data = fixture,
                          .desk = fixture_desk,
                          .desk_data = fixture_desk_data,
                          .mail = fixture_mail,
                          .health = fixture_health,
                          .pictures = fixture_pictures,
                          .health_store = fixture_lines,
                          .captures = fixture_captures,
                          .alarms = fixture_make_alarms != NULL
                                        ? fixture_make_alarms (fixture->database, fixture->settings)
                                        : NULL };
  fixture->server = http_server_new (&context);
  http_server_start (fixture->server, &error);
  g_assert_no_error (error);
  fixture->client = soup_session_new_with_options ("timeout", 10, "proxy-resolver", NULL, NULL);
  return fixture;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

void
fixture_free (Fixture *fixture)
{
  /* libsoup 3.2 counts its connections while one that just ended leaves them: that one first. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  soup_session_abort (fixture->client);
  g_clear_object (&fixture->client);
  http_server_free (fixture->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_hub_free (fixture->hub);
  login_gate_free (fixture->logins);
  g_bytes_unref (fixture->token_key);
  database_close (fixture->database);
  settings_free (fixture->settings);
  g_string_free (fixture->announced, TRUE);
  for (guint i = 0; i < N_ACTORS; i++) {
    g_free (fixture->cookies[i]);
    g_free (fixture->csrf[i]);
  }
  remove_tree (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture);
}

/* --- The client --- */

typedef struct {
  gboolean done;
  GBytes *body;
} Exchange;

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exchange *exchange = user_data;
  g_autoptr (GError) error = NULL;
  exchange->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  if (error)
    g_test_message ("client: %s", error->message);
  exchange->done = TRUE;
}

static gboolean
exchange_is_done (gpointer user_data)
{
  return ((Exchange *) user_data)->done;
}

static void
add_headers (SoupMessageHeaders *list, const char *lines)
{
  g_auto (GStrv) split = g_strsplit (lines, "\n", -1);
  for (guint i = 0; split[i]; i++) {
    char *colon = strstr (split[i], ": ");
    g_assert_nonnull (colon);
    *colon = '\0';
    soup_message_headers_replace (list, split[i], colon + 2);
  }
}

/* With cookie and CSRF token of @actor. */
static SoupMessage *
new_message (Fixture *fixture, Actor actor, const char *method, const char *path)
{
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u%s", http_server_get_http_port (fixture->server), path);
  SoupMessage *message = soup_message_new (method, url);
  g_assert_nonnull (message);
  SoupMessageHeaders *list = soup_message_get_request_headers (message);
  if (fixture->cookies[actor]) {
    g_autofree char *cookie =
        g_strconcat ("a=b; " SESSION_COOKIE "=", fixture->cookies[actor], NULL);
    soup_message_headers_replace (list, "Cookie", cookie);
    soup_message_headers_replace (list, CSRF_HEADER, fixture->csrf[actor]);
  }
  return message;
}

static Reply *
exchange_message (Fixture *fixture, SoupMessage *message)
{
  Exchange exchange = { 0 };
  soup_session_send_and_read_async (fixture->client, message, G_PRIORITY_DEFAULT, NULL, on_sent,
                                    &exchange);
  g_assert_true (fixture_wait (exchange_is_done, &exchange));

  Reply *reply = g_new0 (Reply, 1);
  gsize size = 0;
  const char *text = exchange.body ? g_bytes_get_data (exchange.body, &size) : NULL;
  reply->status = soup_message_get_status (message);
  reply->body = g_strndup (text ? text : "", size);
  reply->json = json_loadb (reply->body, size, 0, NULL);
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  g_clear_pointer (&exchange.body, g_bytes_unref);
  return reply;
}

Reply *
fixture_send (Fixture *fixture, Actor actor, const char *method, const char *path, const char *body,
              const char *headers)
{
  g_autoptr (SoupMessage) message = new_message (fixture, actor, method, path);
  if (body) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
    soup_message_set_request_body_from_bytes (
        message, *body == '{' ? "application/json" : "application/sdp", bytes);
  }
  if (headers)
    add_headers (soup_message_get_request_headers (message), headers);
  return exchange_message (fixture, message);
}

Reply *
fixture_send_bytes (Fixture *fixture, Actor actor, const char *method, const char *path,
                    GBytes *body)
{
  g_autoptr (SoupMessage) message = new_message (fixture, actor, method, path);
  soup_message_set_request_body_from_bytes (message, "application/octet-stream", body);
  return exchange_message (fixture, message);
}

void
reply_free (Reply *reply)
{
  json_decref (reply->json);
  g_free (reply->body);
  soup_message_headers_unref (reply->headers);
  g_free (reply);
}

const char *
reply_get (const Reply *reply, const char *member)
{
  return json_string_value (json_object_get (reply->json, member));
}

const char *
reply_header (const Reply *reply, const char *name)
{
  return soup_message_headers_get_one (reply->headers, name);
}

guint
fixture_status (Fixture *fixture, Actor actor, const char *method, const char *path,
                const char *body)
{
  g_autoptr (Reply) reply = fixture_send (fixture, actor, method, path, body, NULL);
  return reply->status;
}

void
fixture_assert_problem (Fixture *fixture, Actor actor, const char *method, const char *path,
                        const char *body, guint status, const char *code)
{
  g_autoptr (Reply) reply = fixture_send (fixture, actor, method, path, body, NULL);
  g_test_message ("%s %s: %s", method, path, reply->body);
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (reply_header (reply, "Content-Type"), ==, "application/problem+json");
  g_assert_cmpstr (reply_get (reply, "code"), ==, code);
  g_assert_nonnull (reply_get (reply, "title"));
  g_assert_nonnull (reply_get (reply, "detail_en"));
}

char *
fixture_book (Fixture *fixture)
{
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "POST", "/api/v1/meetings",
                    "{\"title\":\"Giao ban tháng 11\",\"host_unit\":\"38\","
                    "\"chair_endpoint\":\"38-1\",\"starts_at\":\"2030-11-22T08:30:00+07:00\","
                    "\"ends_at\":\"2030-11-22T11:00:00+07:00\","
                    "\"endpoints\":[\"14758-1\",\"14761-1\"]}",
                    NULL);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (reply_get (reply, "id"));
}

char *
fixture_bearer (Fixture *fixture, const char *meeting, const char *endpoint, gint64 expires_in_s)
{
  AccessToken token = { .meeting = (char *) meeting,
                        .endpoint = (char *) endpoint,
                        .kind = *endpoint ? ACCESS_ROOM : ACCESS_VIEWER,
                        .expires_s = g_get_real_time () / G_USEC_PER_SEC + expires_in_s };
  g_autofree char *text = access_token_sign (&token, fixture->token_key);
  return g_strconcat ("Authorization: Bearer ", text, NULL);
}

/* --- Raw bytes --- */

typedef struct {
  char buffer[4096];
  GString *text;
  gint64 heard_us;
  gboolean closed;
} Raw;

static void
on_raw_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Raw *raw = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  raw->heard_us = g_get_monotonic_time ();
  if (n <= 0) {
    raw->closed = TRUE;
    return;
  }
  g_string_append_len (raw->text, raw->buffer, n);
  g_input_stream_read_async (G_INPUT_STREAM (source), raw->buffer, sizeof raw->buffer,
                             G_PRIORITY_DEFAULT, NULL, on_raw_read, raw);
}

static void
on_raw_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
}

static gboolean
raw_is_done (gpointer user_data)
{
  Raw *raw = user_data;
  return raw->closed || g_get_monotonic_time () - raw->heard_us > RAW_SILENCE_US;
}

GSocketConnection *
fixture_connect (Fixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  GSocketConnection *connection = g_socket_client_connect_to_host (
      client, "127.0.0.1", http_server_get_http_port (fixture->server), NULL, NULL);
  g_assert_nonnull (connection);
  return connection;
}

char *
fixture_raw (Fixture *fixture, const char *bytes, gsize length)
{
  g_autoptr (GSocketConnection) connection = fixture_connect (fixture);
  Raw *raw = g_new0 (Raw, 1);
  raw->text = g_string_new (NULL);
  raw->heard_us = g_get_monotonic_time ();
  GIOStream *stream = G_IO_STREAM (connection);
  g_input_stream_read_async (g_io_stream_get_input_stream (stream), raw->buffer, sizeof raw->buffer,
                             G_PRIORITY_DEFAULT, NULL, on_raw_read, raw);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream), bytes, length,
                                   G_PRIORITY_DEFAULT, NULL, on_raw_written, NULL);
  fixture_wait (raw_is_done, raw);
  if (!raw->closed) { /* end the read that is under way */
    g_socket_shutdown (g_socket_connection_get_socket (connection), TRUE, TRUE, NULL);
    fixture_wait (raw_is_done, raw);
    while (!raw->closed)
      g_main_context_iteration (NULL, TRUE);
  }
  char *text = g_string_free (raw->text, FALSE);
  g_free (raw);
  return text;
}
