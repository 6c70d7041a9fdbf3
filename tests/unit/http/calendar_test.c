/* Invitations and feeds over REST. */
#include <string.h>

#include "server/http/http_limits.h"
#include "server/storage/statement.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"

static void
tune (Settings *settings)
{
  g_free (settings->http.public_url);
  settings->http.public_url = g_strdup ("https://hop.tinh.gov.vn");
}

static void
test_invitation (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *path = g_strdup_printf (API "/meetings/%s/invitation.ics", id);
  g_autofree char *uid = g_strdup_printf ("UID:%s@hop.tinh.gov.vn\r\n", id);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_ENDPOINT, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_header (reply, "Content-Type"), ==, "text/calendar; charset=utf-8");
  g_assert_nonnull (strstr (reply_header (reply, "Content-Disposition"), "attachment"));
  g_assert_nonnull (strstr (reply->body, "METHOD:REQUEST\r\n"));
  g_assert_nonnull (strstr (reply->body, uid));
  g_assert_nonnull (strstr (reply->body, "SUMMARY:Giao ban tháng 11\r\n"));
  g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "GET", path, NULL), ==, 404);
  g_assert_true (statement_run (fixture->database, NULL, NULL,
                                "UPDATE meetings SET state = 'cancelled', reason = 'Bão'", ""));
  g_autoptr (Reply) off = fixture_send (fixture, AS_ENDPOINT, "GET", path, NULL, NULL);
  g_assert_nonnull (strstr (off->body, "METHOD:CANCEL\r\n"));
}

/* The path of a new feed; transfer full. */
static char *
make_feed (Fixture *fixture, Actor actor, const char *body)
{
  g_autoptr (Reply) made = fixture_send (fixture, actor, "POST", API "/calendar/feed", body, NULL);
  g_test_message ("%s", made->body);
  g_assert_cmpuint (made->status, ==, 201);
  const char *url = reply_get (made, "url");
  g_assert_true (g_str_has_prefix (url, "https://hop.tinh.gov.vn" API "/calendar/"));
  return g_strdup (url + strlen ("https://hop.tinh.gov.vn"));
}

static void
test_feed (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune);
  g_autofree char *id = fixture_book (fixture);
  g_assert_true (statement_run (
      fixture->database, NULL, NULL, "UPDATE meetings SET starts_ms = ?, ends_ms = ?", "ii",
      g_get_real_time () / 1000 + 1000, g_get_real_time () / 1000 + 9000));
  g_autofree char *path = make_feed (fixture, AS_SECRETARY, "{\"unit\":\"38\"}");
  g_autoptr (Reply) reply = fixture_send (fixture, AS_NOBODY, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (strstr (reply->body, "METHOD:PUBLISH\r\n"));
  g_assert_nonnull (strstr (reply->body, "X-WR-CALNAME:Lịch họp: Tỉnh Thanh Hóa\r\n"));
  g_assert_nonnull (strstr (reply->body, id));

  /* The token itself is not stored. */
  gint64 found = 0;
  g_autofree char *token = g_strndup (path + strlen (API "/calendar/"), 43);
  g_assert_true (statement_number (fixture->database, NULL, &found,
                                   "SELECT count(*) FROM feeds WHERE token_hash = ?", "t", token));
  g_assert_cmpint (found, ==, 0);

  g_autofree char *second = make_feed (fixture, AS_SECRETARY, "{}"); /* the same unit: replaced */
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", path, NULL), ==, 404);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", second, NULL), ==, 200);
  g_assert_cmpuint (
      fixture_status (fixture, AS_SECRETARY, "DELETE", API "/calendar/feed?unit=38", NULL), ==,
      204);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", second, NULL), ==, 404);
}

/* A room's user is shown what invites the room; who lost his right, nothing. */
static void
test_feed_rights (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune);
  g_autofree char *id = fixture_book (fixture);
  g_assert_true (statement_run (
      fixture->database, NULL, NULL, "UPDATE meetings SET starts_ms = ?, ends_ms = ?", "ii",
      g_get_real_time () / 1000 + 1000, g_get_real_time () / 1000 + 9000));
  g_autofree char *room = make_feed (fixture, AS_ENDPOINT, "{}");
  g_autofree char *stranger = make_feed (fixture, AS_STRANGER, "{}");
  g_autofree char *all = make_feed (fixture, AS_ADMINISTRATOR, "{}");
  g_autoptr (Reply) own = fixture_send (fixture, AS_NOBODY, "GET", room, NULL, NULL);
  g_autoptr (Reply) other = fixture_send (fixture, AS_NOBODY, "GET", stranger, NULL, NULL);
  g_autoptr (Reply) whole = fixture_send (fixture, AS_NOBODY, "GET", all, NULL, NULL);
  g_assert_nonnull (strstr (own->body, id));
  g_assert_null (strstr (other->body, id));
  g_assert_nonnull (strstr (whole->body, id));
  fixture_assert_problem (fixture, AS_STRANGER, "POST", API "/calendar/feed", "{\"unit\":\"38\"}",
                          403, "forbidden");
  g_assert_true (statement_run (fixture->database, NULL, NULL,
                                "UPDATE users SET disabled = 1 WHERE login = 'xa1'", ""));
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", room, NULL), ==, 404);
}

static void
test_feed_unknown (void)
{
  static const char *const paths[] = { API "/calendar/x.ics", API "/calendar/.ics",
                                       API "/calendar/x", API "/calendar/%27.ics" };
  g_autoptr (Fixture) fixture = fixture_new (tune);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", paths[i], NULL), ==, 404);
}

static void
test_feed_too_often (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune);
  guint status = 0, answered = 0;
  while (answered <= 2 * HTTP_FEED_READS_MAX &&
         (status = fixture_status (fixture, AS_NOBODY, "GET", API "/calendar/x.ics", NULL)) == 404)
    answered++;
  g_assert_cmpuint (status, ==, 429);
  g_assert_cmpuint (answered, >=, HTTP_FEED_READS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/invitation", test_invitation);
  g_test_add_func ("/calendar/feed", test_feed);
  g_test_add_func ("/calendar/feed-rights", test_feed_rights);
  g_test_add_func ("/calendar/feed-unknown", test_feed_unknown);
  g_test_add_func ("/calendar/feed-too-often", test_feed_too_often);
  return g_test_run ();
}
