/* Desks over the wire, notices, and the answer to a call; the desks themselves are played. */
#include <string.h>

#include "server/http/desk_socket.h"
#include "server/http/http_limits.h"
#include "server/storage/notice_store.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"

/* --- Desks that note what they are asked --- */

struct DeskConnection {
  DeskPeer peer;
  gpointer peer_data;
  gint64 user;
};

typedef struct {
  GPtrArray *open; /* DeskConnection */
  GString *heard;
  gboolean refuses, unknown_call;
  GString *calls; /* answers and joins */
} FakeDesks;

static FakeDesks desks;

static DeskConnection *
fake_open (gpointer data, const User *user, const DeskPeer *peer, gpointer peer_data, gint64 now_ms)
{
  if (desks.refuses)
    return NULL;
  DeskConnection *desk = g_new0 (DeskConnection, 1);
  *desk = (DeskConnection){ *peer, peer_data, user->id };
  g_ptr_array_add (desks.open, desk);
  return desk;
}

static void
fake_receive (DeskConnection *desk, const char *text, gsize length)
{
  g_string_append_len (desks.heard, text, (gssize) length);
}

static void
fake_closed (DeskConnection *desk)
{
  g_assert_true (g_ptr_array_remove (desks.open, desk));
}

static gboolean
fake_answer (gpointer data, const CallAnswer *answer, GError **error)
{
  g_string_append_printf (desks.calls, "%s %s by %s; ", answer->endpoint,
                          answer->accept ? "accepts" : "declines", answer->actor);
  if (desks.unknown_call)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT, "not called");
  return !desks.unknown_call;
}

static void
fake_joined (gpointer data, const char *meeting, const char *endpoint, gint64 now_ms)
{
  g_string_append_printf (desks.calls, "%s joins; ", endpoint);
}

static Fixture *
new_fixture (void (*tune) (Settings *settings))
{
  fixture_desk = (DeskPort){ fake_open, fake_receive, fake_closed, fake_answer, fake_joined };
  desks.open = g_ptr_array_new_with_free_func (g_free);
  desks.heard = g_string_new (NULL);
  desks.calls = g_string_new (NULL);
  return fixture_new (tune);
}

static void
end_fixture (Fixture *fixture)
{
  fixture_free (fixture);
  g_assert_cmpuint (desks.open->len, ==, 0); /* each was told to be closed */
  g_ptr_array_unref (desks.open);
  g_string_free (desks.heard, TRUE);
  g_string_free (desks.calls, TRUE);
  memset (&desks, 0, sizeof desks);
  memset (&fixture_desk, 0, sizeof fixture_desk);
}

/* --- A page --- */

typedef struct {
  SoupMessage *message;
  SoupWebsocketConnection *socket;
  guint status;
  GString *received;
  gboolean answered, closed;
} Page;

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message,
            Page *page)
{
  gsize size;
  const char *text = g_bytes_get_data (message, &size);
  g_string_append_len (page->received, text, (gssize) size);
}

static void
on_closed (SoupWebsocketConnection *socket, Page *page)
{
  page->closed = TRUE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Page *page = user_data;
  page->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  page->status = soup_message_get_status (page->message);
  page->answered = TRUE;
  if (!page->socket)
    return;
  g_signal_connect (page->socket, "message", G_CALLBACK (on_message), page);
  g_signal_connect (page->socket, "closed", G_CALLBACK (on_closed), page);
}

static gboolean
page_is_answered (gpointer user_data)
{
  return ((Page *) user_data)->answered;
}

static gboolean
page_is_closed (gpointer user_data)
{
  return ((Page *) user_data)->closed;
}

static gboolean
page_has_text (gpointer user_data)
{
  return ((Page *) user_data)->received->len > 0;
}

static gboolean
desk_has_text (gpointer user_data)
{
  return desks.heard->len > 0;
}

static gboolean
no_desk_is_open (gpointer user_data)
{
  return desks.open->len == 0;
}

static Page *
page_open (Fixture *fixture, Actor actor, const char *origin)
{
  static char *subprotocols[] = { (char *) DESK_SUBPROTOCOL, NULL };
  Page *page = g_new0 (Page, 1);
  guint port = http_server_get_http_port (fixture->server);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u" API "/desk", port);
  g_autofree char *own = g_strdup_printf ("http://127.0.0.1:%u", port);
  page->received = g_string_new (NULL);
  page->message = soup_message_new ("GET", url);
  if (fixture->cookies[actor]) {
    g_autofree char *cookie = g_strconcat ("diemcau_session=", fixture->cookies[actor], NULL);
    soup_message_headers_replace (soup_message_get_request_headers (page->message), "Cookie",
                                  cookie);
  }
  soup_session_websocket_connect_async (fixture->client, page->message, origin ? origin : own,
                                        subprotocols, G_PRIORITY_DEFAULT, NULL, on_connected, page);
  g_assert_true (fixture_wait (page_is_answered, page));
  return page;
}

static void
page_free (Page *page)
{
  if (page->socket) {
    g_signal_handlers_disconnect_by_data (page->socket, page);
    if (soup_websocket_connection_get_state (page->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (page->socket, 1000, NULL);
  }
  g_clear_object (&page->socket);
  g_object_unref (page->message);
  g_string_free (page->received, TRUE);
  g_free (page);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static void
test_frames (void)
{
  Fixture *fixture = new_fixture (NULL);
  {
    g_autoptr (Page) page = page_open (fixture, AS_SECRETARY, NULL);
    g_assert_cmpuint (page->status, ==, 101);
    g_assert_cmpuint (desks.open->len, ==, 1);
    DeskConnection *desk = desks.open->pdata[0];
    g_assert_cmpint (desk->user, ==, fixture->users[AS_SECRETARY]);
    desk->peer.send_text (desk->peer_data, "{\"type\":\"meetings\"}", 19);
    g_assert_true (fixture_wait (page_has_text, page));
    g_assert_cmpstr (page->received->str, ==, "{\"type\":\"meetings\"}");
    soup_websocket_connection_send_text (page->socket, "{\"type\":\"ping\"}");
    g_assert_true (fixture_wait (desk_has_text, NULL));
    g_assert_cmpstr (desks.heard->str, ==, "{\"type\":\"ping\"}");
    soup_websocket_connection_close (page->socket, 1000, NULL);
    g_assert_true (fixture_wait (no_desk_is_open, NULL));
  }
  end_fixture (fixture);
}

static void
test_who (void)
{
  static const struct {
    Actor actor;
    const char *origin;
    guint status;
  } rows[] = {
    { AS_NOBODY, NULL, 401 },
    { AS_ADMINISTRATOR, NULL, 101 },
    { AS_SECRETARY, NULL, 101 },
    { AS_TECHNICIAN, NULL, 101 },
    { AS_ENDPOINT, NULL, 101 },
    { AS_STRANGER, NULL, 101 },
    { AS_SECRETARY, "https://evil.example", 403 },
  };
  Fixture *fixture = new_fixture (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Page) page = page_open (fixture, rows[i].actor, rows[i].origin);
    g_assert_cmpuint (page->status, ==, rows[i].status);
  }
  end_fixture (fixture);
}

static void
test_limits (void)
{
  Fixture *fixture = new_fixture (NULL);
  {
    g_autoptr (Page) page = page_open (fixture, AS_SECRETARY, NULL);
    for (guint i = 0; i < ROOM_MESSAGES_PER_SECOND + 1; i++)
      soup_websocket_connection_send_text (page->socket, "{}");
    g_assert_true (fixture_wait (page_is_closed, page));
    g_assert_cmpuint (soup_websocket_connection_get_close_code (page->socket), ==, 1008);

    g_autofree char *text = g_strnfill (ROOM_MESSAGE_MAX_BYTES + 1, 'x');
    g_autoptr (Page) large = page_open (fixture, AS_SECRETARY, NULL);
    soup_websocket_connection_send_text (large->socket, text);
    g_assert_true (fixture_wait (page_is_closed, large));
    g_assert_cmpuint (soup_websocket_connection_get_close_code (large->socket), ==, 1009);

    desks.refuses = TRUE;
    g_autoptr (Page) refused = page_open (fixture, AS_SECRETARY, NULL);
    g_assert_true (fixture_wait (page_is_closed, refused));
    g_assert_cmpuint (soup_websocket_connection_get_close_code (refused->socket), ==, 1008);
  }
  end_fixture (fixture);
}

static void
tune_one_room (Settings *settings)
{
  settings->http.max_rooms = 1;
}

static void
test_full (void)
{
  Fixture *fixture = new_fixture (tune_one_room);
  {
    g_autoptr (Page) first = page_open (fixture, AS_SECRETARY, NULL);
    g_autoptr (Page) second = page_open (fixture, AS_SECRETARY, NULL);
    g_assert_cmpuint (first->status, ==, 101);
    g_assert_cmpuint (second->status, ==, 503);
  }
  end_fixture (fixture);
}

/* A desk ends with its session, and when its user moves to another place. */
static void
test_rights_are_looked_at_again (void)
{
  Fixture *fixture = new_fixture (NULL);
  {
    g_autoptr (Page) locked = page_open (fixture, AS_SECRETARY, NULL);
    g_autoptr (Page) moved = page_open (fixture, AS_TECHNICIAN, NULL);
    g_autoptr (Page) other = page_open (fixture, AS_ENDPOINT, NULL);
    g_autoptr (User) secretary =
        user_store_get (fixture->database, fixture->users[AS_SECRETARY], NULL);
    g_autoptr (User) technician =
        user_store_get (fixture->database, fixture->users[AS_TECHNICIAN], NULL);
    secretary->disabled = TRUE;
    g_free (technician->unit);
    technician->unit = g_strdup ("01");
    g_assert_true (user_store_update (fixture->database, secretary, NULL));
    g_assert_true (user_store_update (fixture->database, technician, NULL));
    g_assert_true (fixture_wait (page_is_closed, locked));
    g_assert_true (fixture_wait (page_is_closed, moved));
    g_assert_cmpuint (soup_websocket_connection_get_close_code (locked->socket), ==, 1008);
    g_assert_false (other->closed);
  }
  end_fixture (fixture);
}

/* --- Notices --- */

static char *
store_notice (Fixture *fixture, const char *meeting, Actor actor)
{
  Notice notice = { .at_ms = G_GINT64_CONSTANT (1900000000000),
                    .kind = (char *) "invitation",
                    .meeting = (char *) meeting,
                    .title_vi = (char *) "Giấy mời",
                    .title_en = (char *) "Invitation",
                    .text_vi = (char *) "a",
                    .text_en = (char *) "b" };
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (users, fixture->users[actor]);
  g_assert_true (notice_store_add (fixture->database, &notice, users, NULL));
  return g_strdup_printf ("%" G_GINT64_FORMAT, notice.id);
}

static json_t *
first_notice (const Reply *reply)
{
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_get (json_object_get (reply->json, "notices"), 0);
}

static void
test_notices (void)
{
  Fixture *fixture = new_fixture (NULL);
  g_autofree char *meeting = fixture_book (fixture);
  g_autofree char *id = store_notice (fixture, meeting, AS_ENDPOINT);
  g_autofree char *body = g_strdup_printf ("{\"ids\":[\"%s\"]}", id);
  g_autoptr (Reply) list = fixture_send (fixture, AS_ENDPOINT, "GET", API "/notices", NULL, NULL);
  json_t *notice = first_notice (list);
  g_assert_cmpstr (json_string_value (json_object_get (notice, "id")), ==, id);
  g_assert_cmpstr (json_string_value (json_object_get (notice, "meeting")), ==, meeting);
  g_assert_cmpstr (json_string_value (json_object_get (json_object_get (notice, "title"), "vi")),
                   ==, "Giấy mời");
  g_assert_true (json_is_false (json_object_get (notice, "read")));
  g_autoptr (Reply) others = fixture_send (fixture, AS_STRANGER, "GET", API "/notices", NULL, NULL);
  g_assert_null (first_notice (others));
  g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "POST", API "/notices/read", body), ==,
                    204);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "POST", API "/notices/read", body), ==,
                    204);
  g_autoptr (Reply) again =
      fixture_send (fixture, AS_ENDPOINT, "GET", API "/notices?after=0&limit=1", NULL, NULL);
  g_assert_true (json_is_true (json_object_get (first_notice (again), "read")));
  fixture_assert_problem (fixture, AS_ENDPOINT, "GET", API "/notices?limit=501", NULL, 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", API "/notices/read", "{\"ids\":[\"x\"]}",
                          422, "bad_field");
  end_fixture (fixture);
}

/* As many as one list has, and one more. */
static void
test_notices_bound (void)
{
  Fixture *fixture = new_fixture (NULL);
  g_autoptr (GString) body = g_string_new ("{\"ids\":[\"1\"");
  for (guint i = 1; i < 500; i++)
    g_string_append (body, ",\"1\"");
  g_autofree char *most = g_strconcat (body->str, "]}", NULL);
  g_autofree char *more = g_strconcat (body->str, ",\"1\"]}", NULL);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "POST", API "/notices/read", most), ==,
                    204);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "POST", API "/notices/read", more), ==,
                    422);
  end_fixture (fixture);
}

/* --- A call --- */

static void
test_answer (void)
{
  Fixture *fixture = new_fixture (NULL);
  g_autofree char *meeting = fixture_book (fixture);
  g_autofree char *path = g_strdup_printf (API "/calls/%s/answer", meeting);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "POST", path, "{\"accept\":true}"), ==,
                    204);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", path,
                                    "{\"accept\":false,\"endpoint\":\"14761-1\"}"),
                    ==, 204);
  g_assert_cmpstr (desks.calls->str, ==, "14758-1 accepts by xa1; 14761-1 declines by kythuat; ");
  fixture_assert_problem (fixture, AS_TECHNICIAN, "POST", path, "{\"accept\":true}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", path,
                          "{\"accept\":true,\"endpoint\":\"14761-1\"}", 422, "bad_field");
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", path, "{}", 422, "bad_field");
  fixture_assert_problem (fixture, AS_STRANGER, "POST", path, "{\"accept\":true}", 404,
                          "not_found");
  desks.unknown_call = TRUE;
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", path, "{\"accept\":true}", 409, "conflict");
  end_fixture (fixture);
}

/* Without desks (as in other tests of this folder) nothing rings. */
static void
test_no_desks (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *meeting = fixture_book (fixture);
  g_autofree char *path = g_strdup_printf (API "/calls/%s/answer", meeting);
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", path, "{\"accept\":true}", 409, "conflict");
  g_autofree char *origin =
      g_strdup_printf ("Origin: http://127.0.0.1:%u", http_server_get_http_port (fixture->server));
  g_autoptr (Reply) reply = fixture_send (fixture, AS_ENDPOINT, "GET", API "/desk", NULL, origin);
  g_assert_cmpuint (reply->status, ==, 503);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/frames", test_frames);
  g_test_add_func ("/desk/who", test_who);
  g_test_add_func ("/desk/limits", test_limits);
  g_test_add_func ("/desk/full", test_full);
  g_test_add_func ("/desk/rights-are-looked-at-again", test_rights_are_looked_at_again);
  g_test_add_func ("/desk/notices", test_notices);
  g_test_add_func ("/desk/notices-bound", test_notices_bound);
  g_test_add_func ("/desk/answer", test_answer);
  g_test_add_func ("/desk/no-desks", test_no_desks);
  return g_test_run ();
}
