/* WHIP and WHEP: headers, statuses and who may, with a hub that is played. */
#include <string.h>

#include "tests/unit/http/fixture.h"

#define TURN_SECRET "not to be seen"
#define FRAGMENT "Content-Type: application/trickle-ice-sdpfrag"

typedef struct {
  Fixture *fixture;
  char *id;
  char *whip, *whep;   /* paths */
  char *room, *viewer; /* Bearer headers */
} Media;

static void
tune (Settings *settings)
{
  g_strfreev (settings->meetings.ice_servers);
  settings->meetings.ice_servers = g_strsplit ("stun:a.example:3478,turn:b.example", ",", -1);
  g_strfreev (settings->turn.urls);
  settings->turn.urls = g_strsplit ("turns:c.example:443?transport=tcp", ",", -1);
  g_free (settings->turn.secret);
  settings->turn.secret = g_strdup (TURN_SECRET);
}

static Media
media_new (void)
{
  Media media = { .fixture = fixture_new (tune) };
  media.id = fixture_book (media.fixture);
  media.whip = g_strconcat ("/whip/", media.id, NULL);
  media.whep = g_strconcat ("/whep/", media.id, NULL);
  media.room = fixture_bearer (media.fixture, media.id, "14758-1", 60);
  media.viewer = fixture_bearer (media.fixture, media.id, "", 60);
  return media;
}

static void
media_clear (Media *media)
{
  fixture_free (media->fixture);
  g_free (media->id);
  g_free (media->whip);
  g_free (media->whep);
  g_free (media->room);
  g_free (media->viewer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Media, media_clear)

static void
test_publish (void)
{
  g_auto (Media) media = media_new ();
  g_autoptr (Reply) reply =
      fixture_send (media.fixture, AS_NOBODY, "POST", media.whip, "v=0 offer", media.room);
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (media.fixture->hub->verb, ==, "publish");
  g_assert_cmpstr (media.fixture->hub->endpoint, ==, "14758-1");
  g_assert_cmpstr (media.fixture->hub->body, ==, "v=0 offer");
  g_autofree char *location = g_strconcat (media.whip, "/s1", NULL);
  g_assert_cmpstr (reply_header (reply, "Location"), ==, location);
  g_assert_cmpstr (reply_header (reply, "ETag"), ==, "\"e1\"");
  g_assert_cmpstr (reply_header (reply, "Content-Type"), ==, "application/sdp");
  g_assert_cmpstr (reply_header (reply, "Accept-Patch"), ==, "application/trickle-ice-sdpfrag");
  g_assert_cmpstr (reply_header (reply, "Access-Control-Allow-Origin"), ==, "*");
  g_assert_nonnull (strstr (reply_header (reply, "Access-Control-Expose-Headers"), "Location"));
  const char *link = soup_message_headers_get_list (reply->headers, "Link");
  g_assert_true (g_str_has_prefix (link, "<stun:a.example:3478>; rel=\"ice-server\", "
                                         "<turn:b.example>; rel=\"ice-server\", "
                                         "<turns:c.example:443?transport=tcp>; "
                                         "rel=\"ice-server\"; username=\""));
  g_assert_nonnull (strstr (link, ":14758-1\"; credential=\""));
  g_assert_null (strstr (link, TURN_SECRET));
  g_assert_cmpstr (reply->body, ==, "v=0\r\n");
}

static void
test_play (void)
{
  g_auto (Media) media = media_new ();
  g_autofree char *source = g_strconcat (media.whep, "?source=14761-1", NULL);
  g_autoptr (Reply) hall =
      fixture_send (media.fixture, AS_NOBODY, "POST", media.whep, "v=0", media.viewer);
  g_assert_cmpuint (hall->status, ==, 201);
  g_assert_cmpstr (media.fixture->hub->verb, ==, "play");
  g_assert_cmpstr (media.fixture->hub->endpoint, ==, "");
  g_assert_null (media.fixture->hub->source);
  g_autoptr (Reply) room =
      fixture_send (media.fixture, AS_NOBODY, "POST", source, "v=0", media.room);
  g_assert_cmpuint (room->status, ==, 201);
  g_assert_cmpstr (media.fixture->hub->source, ==, "14761-1");
}

static void
test_by_session (void)
{
  g_auto (Media) media = media_new ();
  g_assert_cmpuint (fixture_status (media.fixture, AS_ENDPOINT, "POST", media.whip, "v=0"), ==,
                    201);
  g_assert_cmpstr (media.fixture->hub->endpoint, ==, "14758-1");
  g_assert_cmpuint (fixture_status (media.fixture, AS_ENDPOINT, "POST", media.whep, "v=0"), ==,
                    201);
}

static void
test_refused (void)
{
  g_auto (Media) media = media_new ();
  Fixture *fixture = media.fixture;
  g_autofree char *json = g_strconcat ("Content-Type: application/json\n", media.room, NULL);
  g_autofree char *accept = g_strconcat ("Accept: text/html\n", media.room, NULL);
  g_autofree char *any = g_strconcat ("Accept: text/html, */*;q=0.1\n", media.room, NULL);
  const struct {
    const char *method, *path, *headers;
    guint status;
  } rows[] = {
    { "POST", media.whip, "Authorization: Bearer x", 401 },
    { "POST", media.whip, media.viewer, 403 },
    { "POST", "/whip/another", media.room, 403 },
    { "POST", "/whip/", media.room, 404 },
    { "POST", media.whip, json, 415 },
    { "POST", media.whip, accept, 406 },
    { "POST", media.whip, any, 201 },
    { "GET", media.whip, media.room, 405 },
    { "PUT", media.whip, media.room, 405 },
    { "PATCH", media.whip, media.room, 405 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Reply) reply =
        fixture_send (fixture, AS_NOBODY, rows[i].method, rows[i].path,
                      g_str_equal (rows[i].method, "GET") ? NULL : "v=0", rows[i].headers);
    g_test_message ("%s %s %s: %u", rows[i].method, rows[i].path, rows[i].headers, reply->status);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
    if (rows[i].status == 401)
      g_assert_true (g_str_has_prefix (reply_header (reply, "WWW-Authenticate"), "Bearer"));
    if (rows[i].status == 405)
      g_assert_cmpstr (reply_header (reply, "Allow"), ==, "POST, OPTIONS");
  }
}

/* A token outlives the invitation it was made for. */
static void
test_uninvited (void)
{
  g_auto (Media) media = media_new ();
  g_autofree char *former = fixture_bearer (media.fixture, media.id, "01-1", 60);
  const char *const paths[] = { media.whip, media.whep };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Reply) reply =
        fixture_send (media.fixture, AS_NOBODY, "POST", paths[i], "v=0", former);
    g_assert_cmpuint (reply->status, ==, 403);
  }
  g_assert_null (media.fixture->hub->verb);
}

static void
test_hub_refuses (void)
{
  static const Problem problems[] = { PROBLEM_SDP_MALFORMED,     PROBLEM_SDP_NO_CODEC,
                                      PROBLEM_SDP_TOO_LARGE,     PROBLEM_MEETING_UNKNOWN,
                                      PROBLEM_MEETING_NOT_OPEN,  PROBLEM_SEAT_TAKEN,
                                      PROBLEM_MEDIA_UNAVAILABLE, PROBLEM_MEETING_FULL };
  g_auto (Media) media = media_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++) {
    media.fixture->hub->problem = problems[i];
    g_autoptr (Reply) reply =
        fixture_send (media.fixture, AS_NOBODY, "POST", media.whip, "v=0", media.room);
    const ProblemText *text = problem_text (problems[i]);
    g_test_message ("%s: %u", text->code, reply->status);
    g_assert_cmpuint (reply->status, ==, text->http_status);
    g_assert_cmpstr (reply_get (reply, "code"), ==, text->code);
    g_assert_cmpstr (reply_get (reply, "detail"), ==, text->vi);
    g_assert_cmpstr (reply_get (reply, "detail_en"), ==, text->en);
    if (text->http_status == 503)
      g_assert_nonnull (reply_header (reply, "Retry-After"));
  }
}

static void
test_patch (void)
{
  g_auto (Media) media = media_new ();
  MeetingHub *hub = media.fixture->hub;
  g_autofree char *path = g_strconcat (media.whip, "/s1", NULL);
  g_autofree char *headers = g_strconcat (FRAGMENT "\nIf-Match: \"e1\"\n", media.room, NULL);
  g_autoptr (Reply) trickle =
      fixture_send (media.fixture, AS_NOBODY, "PATCH", path, "a=candidate", headers);
  g_assert_cmpuint (trickle->status, ==, 204);
  g_assert_cmpstr (hub->session, ==, "s1");
  g_assert_cmpstr (hub->if_match, ==, "\"e1\"");
  g_assert_cmpstr (hub->body, ==, "a=candidate");

  hub->answer_sdp = g_strdup ("a=ice-ufrag:x\r\n");
  g_autoptr (Reply) restart =
      fixture_send (media.fixture, AS_NOBODY, "PATCH", path, "a=ice-ufrag:y", headers);
  g_assert_cmpuint (restart->status, ==, 200);
  g_assert_cmpstr (reply_header (restart, "ETag"), ==, "\"e2\"");
  g_assert_cmpstr (reply_header (restart, "Content-Type"), ==, "application/trickle-ice-sdpfrag");

  hub->problem = PROBLEM_ETAG_MISSING;
  g_autofree char *bare = g_strconcat (FRAGMENT "\n", media.room, NULL);
  g_autoptr (Reply) missing =
      fixture_send (media.fixture, AS_NOBODY, "PATCH", path, "a=candidate", bare);
  g_assert_cmpuint (missing->status, ==, 428);
  g_assert_null (hub->if_match);
  hub->problem = PROBLEM_ETAG_MISMATCH;
  g_autoptr (Reply) other =
      fixture_send (media.fixture, AS_NOBODY, "PATCH", path, "a=candidate", headers);
  g_assert_cmpuint (other->status, ==, 412);
  g_assert_cmpuint (fixture_status (media.fixture, AS_ENDPOINT, "PATCH", path, "v=0"), ==, 415);
}

static void
test_delete (void)
{
  g_auto (Media) media = media_new ();
  g_autofree char *path = g_strconcat (media.whep, "/s1", NULL);
  g_autoptr (Reply) reply =
      fixture_send (media.fixture, AS_NOBODY, "DELETE", path, NULL, media.viewer);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (media.fixture->hub->verb, ==, "delete");
  media.fixture->hub->problem = PROBLEM_SESSION_UNKNOWN;
  g_autoptr (Reply) again =
      fixture_send (media.fixture, AS_NOBODY, "DELETE", path, NULL, media.viewer);
  g_assert_cmpuint (again->status, ==, 404);
}

static void
test_preflight (void)
{
  g_auto (Media) media = media_new ();
  g_autofree char *session = g_strconcat (media.whip, "/s1", NULL);
  g_autoptr (Reply) post = fixture_send (media.fixture, AS_NOBODY, "OPTIONS", media.whip, NULL,
                                         "Origin: https://other.example\n"
                                         "Access-Control-Request-Method: POST");
  g_assert_cmpuint (post->status, ==, 204);
  g_assert_cmpstr (reply_header (post, "Access-Control-Allow-Origin"), ==, "*");
  g_assert_cmpstr (reply_header (post, "Access-Control-Allow-Methods"), ==, "POST, OPTIONS");
  g_assert_nonnull (strstr (reply_header (post, "Access-Control-Allow-Headers"), "Authorization"));
  g_assert_cmpstr (reply_header (post, "Accept-Post"), ==, "application/sdp");
  g_assert_null (reply_header (post, "Access-Control-Allow-Credentials"));
  g_autoptr (Reply) patch = fixture_send (media.fixture, AS_NOBODY, "OPTIONS", session, NULL, NULL);
  g_assert_cmpstr (reply_header (patch, "Access-Control-Allow-Methods"), ==,
                   "PATCH, DELETE, OPTIONS");
  g_assert_cmpstr (reply_header (patch, "Accept-Patch"), ==, "application/trickle-ice-sdpfrag");
}

/* --- An answer that comes later --- */

static gboolean
hub_was_asked (gpointer user_data)
{
  return ((MeetingHub *) user_data)->deferred != NULL;
}

static gboolean
answer_deferred (gpointer user_data)
{
  MeetingHub *hub = user_data;
  if (!hub->deferred)
    return G_SOURCE_CONTINUE;
  fake_hub_answer (hub);
  return G_SOURCE_REMOVE;
}

static void
test_late_answer (void)
{
  g_auto (Media) media = media_new ();
  media.fixture->hub->defers = TRUE;
  g_timeout_add (10, answer_deferred, media.fixture->hub);
  g_autoptr (Reply) reply =
      fixture_send (media.fixture, AS_NOBODY, "POST", media.whip, "v=0", media.room);
  g_assert_cmpuint (reply->status, ==, 201);
}

/* The client hangs up before the answer: the session must not stay. */
static void
test_orphan (void)
{
  g_auto (Media) media = media_new ();
  media.fixture->hub->defers = TRUE;
  g_autofree char *text =
      g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\n%s\r\n"
                       "Content-Length: 3\r\n\r\nv=0",
                       media.whip, media.room);
  g_autoptr (GSocketConnection) connection = fixture_connect (media.fixture);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, NULL);
  g_assert_true (fixture_wait (hub_was_asked, media.fixture->hub));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  for (guint i = 0; i < 100; i++) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  fake_hub_answer (media.fixture->hub);
  g_test_message ("deletes: %u", media.fixture->hub->deletes);
  /* libsoup notices a hang-up only when it writes: then the relay's own time-out cleans up. */
  g_assert_cmpuint (media.fixture->hub->deletes, <=, 1);
}

/* The server goes while the hub still works: the late answer finds nobody. */
static void
test_answer_after_server (void)
{
  g_auto (Media) media = media_new ();
  Fixture *fixture = media.fixture;
  fixture->hub->defers = TRUE;
  g_autofree char *text =
      g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\n%s\r\n"
                       "Content-Length: 3\r\n\r\nv=0",
                       media.whip, media.room);
  g_autoptr (GSocketConnection) connection = fixture_connect (fixture);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, NULL);
  g_assert_true (fixture_wait (hub_was_asked, fixture->hub));
  HttpContext context = { .settings = fixture->settings,
                          .database = fixture->database,
                          .logins = fixture->logins,
                          .token_key = fixture->token_key,
                          .hub = fixture->hub };
  http_server_free (fixture->server);
  fake_hub_answer (fixture->hub);
  g_assert_cmpuint (fixture->hub->deletes, ==, 0);
  fixture->server = http_server_new (&context); /* for fixture_free () */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/publish", test_publish);
  g_test_add_func ("/media/play", test_play);
  g_test_add_func ("/media/by-session", test_by_session);
  g_test_add_func ("/media/refused", test_refused);
  g_test_add_func ("/media/uninvited", test_uninvited);
  g_test_add_func ("/media/hub-refuses", test_hub_refuses);
  g_test_add_func ("/media/patch", test_patch);
  g_test_add_func ("/media/delete", test_delete);
  g_test_add_func ("/media/preflight", test_preflight);
  g_test_add_func ("/media/late-answer", test_late_answer);
  g_test_add_func ("/media/orphan", test_orphan);
  g_test_add_func ("/media/answer-after-server", test_answer_after_server);
  return g_test_run ();
}
