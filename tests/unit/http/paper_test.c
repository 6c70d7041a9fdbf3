/* Papers over REST: files in, files out, and nothing of nobody's on the disk. */
#include <sys/stat.h>

#include "server/http/http_limits.h"
#include "tests/unit/http/booking_support.h"

#define PDF                                                                                        \
  "%PDF-1.4\n1 0 obj <</Type /Pages /Count 2>> 2 0 obj <</Type /Page>> 3 0 obj <</Type/Page>>"
#define NAME "B%C3%A1o%20c%C3%A1o.pdf" /* Báo cáo.pdf */

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* @size bytes of text. */
static GBytes *
large_text (gsize size)
{
  return g_bytes_new_take (g_strnfill (size, 'x'), size);
}

static Reply *
upload_as (Fixture *fixture, Actor actor, const char *meeting, const char *query, GBytes *bytes)
{
  g_autofree char *path = g_strdup_printf (MEETINGS "/%s/papers%s", meeting, query);
  Reply *reply = fixture_send_bytes (fixture, actor, "POST", path, bytes);
  g_test_message ("%s: %u %.300s", path, reply->status, reply->body);
  return reply;
}

static Reply *
upload (Fixture *fixture, const char *meeting, const char *query, const char *text)
{
  g_autoptr (GBytes) bytes = bytes_of (text);
  return upload_as (fixture, AS_SECRETARY, meeting, query, bytes);
}

/* Files in the folder of papers, those that are not kept as well. */
static guint
files_on_disk (Fixture *fixture)
{
  guint n = 0;
  g_autofree char *folder = g_build_filename (fixture->settings->storage.state_dir, "papers", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  while (files && g_dir_read_name (files))
    n++;
  return n;
}

static char *
paper_path (const char *meeting, const Reply *paper, const char *rest)
{
  return g_strdup_printf (MEETINGS "/%s/papers/%s%s", meeting, reply_get (paper, "id"), rest);
}

/* --- There and back --- */

static void
test_upload (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"agenda\":[{\"id\":\"a\",\"title\":\"Báo cáo\"}]}");
  g_autoptr (Reply) paper = upload (fixture, id, "?name=" NAME "&item=a", PDF);
  g_assert_cmpuint (paper->status, ==, 201);
  assert_announced (fixture, "papers", id);
  g_assert_cmpstr (reply_get (paper, "name"), ==, "Báo cáo.pdf");
  g_assert_cmpstr (reply_get (paper, "type"), ==, "application/pdf");
  g_assert_cmpstr (reply_get (paper, "item"), ==, "a");
  g_assert_cmpint (json_integer_value (json_object_get (paper->json, "pages")), ==, 2);
  g_assert_cmpint (json_integer_value (json_object_get (paper->json, "bytes")), ==, strlen (PDF));
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, PDF, -1);
  g_assert_cmpstr (reply_get (paper, "sha256"), ==, sha256);
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  g_assert_cmpuint (count_of (meeting, "papers"), ==, 1);
  json_t *item = json_array_get (json_object_get (meeting->json, "agenda"), 0);
  g_assert_cmpstr (json_string_value (json_array_get (json_object_get (item, "papers"), 0)), ==,
                   reply_get (paper, "id"));
  g_assert_cmpuint (files_on_disk (fixture), ==, 1);
}

static void
test_read (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (Reply) paper = upload (fixture, id, "?name=" NAME, PDF);
  g_autofree char *path = paper_path (id, paper, "");
  g_autofree char *shown = paper_path (id, paper, "?inline=1");
  g_autoptr (Reply) file = fixture_send (fixture, AS_ENDPOINT, "GET", path, NULL, NULL);
  g_assert_cmpuint (file->status, ==, 200);
  g_assert_cmpstr (file->body, ==, PDF);
  g_assert_cmpstr (reply_header (file, "Content-Type"), ==, "application/pdf");
  g_assert_cmpstr (reply_header (file, "X-Content-Type-Options"), ==, "nosniff");
  g_assert_true (g_str_has_prefix (reply_header (file, "Content-Security-Policy"), "sandbox;"));
  g_assert_cmpstr (reply_header (file, "Content-Disposition"), ==,
                   "attachment; filename=\"Bao_cao.pdf\"; "
                   "filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf");
  g_autoptr (Reply) in_page = fixture_send (fixture, AS_ENDPOINT, "GET", shown, NULL, NULL);
  g_assert_true (g_str_has_prefix (reply_header (in_page, "Content-Disposition"), "inline;"));
  g_autofree char *known = g_strdup_printf ("If-None-Match: %s", reply_header (file, "ETag"));
  g_autoptr (Reply) same = fixture_send (fixture, AS_ENDPOINT, "GET", path, NULL, known);
  g_assert_cmpuint (same->status, ==, 304);
  g_assert_cmpstr (same->body, ==, "");
}

/* A page of the attacker's is never shown as one. */
static void
test_markup_is_text (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (Reply) paper = upload (fixture, id, "?name=a.html", "<html><script>alert(1)</script>");
  g_autofree char *path = paper_path (id, paper, "?inline=1");
  g_autoptr (Reply) file = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  g_assert_cmpstr (reply_header (file, "Content-Type"), ==, "text/plain; charset=utf-8");
  g_assert_true (g_str_has_prefix (reply_header (file, "Content-Disposition"), "attachment;"));
}

static void
test_change (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"agenda\":[{\"id\":\"a\",\"title\":\"Báo cáo\"}]}");
  g_autoptr (Reply) paper = upload (fixture, id, "?name=x.pdf", PDF);
  g_autofree char *path = paper_path (id, paper, "");
  static const struct {
    Actor actor;
    const char *body;
    guint status;
    const char *name, *item;
  } rows[] = {
    { AS_SECRETARY, "{\"item\":\"a\"}", 200, "x.pdf", "a" },
    { AS_SECRETARY, "{\"name\":\"Tờ trình.pdf\"}", 200, "Tờ trình.pdf", "a" },
    { AS_SECRETARY, "{\"item\":null}", 200, "Tờ trình.pdf", NULL },
    { AS_SECRETARY, "{\"item\":\"none\"}", 422, NULL, NULL },
    { AS_SECRETARY, "{\"name\":\"\"}", 422, NULL, NULL },
    { AS_TECHNICIAN, "{\"name\":\"y\"}", 403, NULL, NULL },
    { AS_ENDPOINT, "{\"name\":\"y\"}", 403, NULL, NULL },
    { AS_STRANGER, "{\"name\":\"y\"}", 404, NULL, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Reply) reply =
        fixture_send (fixture, rows[i].actor, "PATCH", path, rows[i].body, NULL);
    g_test_message ("%s: %s", rows[i].body, reply->body);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
    if (rows[i].name) {
      g_assert_cmpstr (reply_get (reply, "name"), ==, rows[i].name);
      g_assert_cmpstr (reply_get (reply, "item"), ==, rows[i].item);
    }
  }
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "DELETE", path, NULL), ==, 403);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "DELETE", path, NULL), ==, 204);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "GET", path, NULL), ==, 404);
  g_assert_cmpuint (files_on_disk (fixture), ==, 0);
}

/* --- What is not taken --- */

static void
test_refused (void)
{
  static const struct {
    Actor actor;
    const char *query, *text;
    guint status;
    const char *code;
  } rows[] = {
    { AS_SECRETARY, "", PDF, 422, "bad_field" },
    { AS_SECRETARY, "?name=%0A", PDF, 422, "bad_field" },
    { AS_SECRETARY, "?name=a.pdf&item=none", PDF, 422, "bad_field" },
    { AS_SECRETARY, "?name=a.pdf", "", 422, "bad_field" },
    { AS_SECRETARY, "?name=a.pdf", "MZ\x01\x02", 415, "file_type" },
    { AS_SECRETARY, "?name=a.pdf",
      "\x7f"
      "ELF\x01",
      415, "file_type" },
    { AS_TECHNICIAN, "?name=a.pdf", PDF, 403, "forbidden" },
    { AS_ENDPOINT, "?name=a.pdf", PDF, 403, "forbidden" },
    { AS_STRANGER, "?name=a.pdf", PDF, 404, "meeting.unknown" },
    { AS_NOBODY, "?name=a.pdf", PDF, 401, "sign_in" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) bytes = bytes_of (rows[i].text);
    g_autoptr (Reply) reply = upload_as (fixture, rows[i].actor, id, rows[i].query, bytes);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
    if (rows[i].actor != AS_STRANGER)
      g_assert_cmpstr (reply_get (reply, "code"), ==, rows[i].code);
    g_assert_cmpuint (files_on_disk (fixture), ==, 0);
  }
}

static void
test_largest (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (GBytes) largest = large_text (HTTP_PAPER_MAX_BYTES);
  g_autoptr (GBytes) too_large = large_text (HTTP_PAPER_MAX_BYTES + 1);
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (Reply) taken = upload_as (fixture, AS_SECRETARY, id, "?name=a.txt", largest);
  g_test_message ("50 MB in %.0f ms", (double) (g_get_monotonic_time () - begin_us) / 1000);
  g_assert_cmpuint (taken->status, ==, 201);
  g_autoptr (Reply) refused = upload_as (fixture, AS_SECRETARY, id, "?name=b.txt", too_large);
  g_assert_cmpuint (refused->status, ==, 413);
  g_assert_cmpstr (reply_get (refused, "code"), ==, "file_too_large");
  g_assert_cmpuint (files_on_disk (fixture), ==, 1);
}

static void
tune_quota (Settings *settings)
{
  settings->meetings.papers_quota_mb = 1;
}

static void
test_quota (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune_quota);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (GBytes) half = large_text (512 * 1024);
  g_autoptr (GBytes) one = large_text (1);
  g_autoptr (Reply) first = upload_as (fixture, AS_SECRETARY, id, "?name=1.txt", half);
  g_autoptr (Reply) second = upload_as (fixture, AS_SECRETARY, id, "?name=2.txt", half);
  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (second->status, ==, 201);
  g_autoptr (Reply) more = upload_as (fixture, AS_SECRETARY, id, "?name=3.txt", one);
  g_assert_cmpuint (more->status, ==, 413);
  g_assert_cmpstr (reply_get (more, "code"), ==, "quota");
  g_assert_cmpuint (files_on_disk (fixture), ==, 2);
}

/* Invitations that cannot be stored keep the paper out as well. */
static void
test_announcer_fails (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  fixture->announcer_fails = TRUE;
  g_autoptr (Reply) reply = upload (fixture, id, "?name=a.pdf", PDF);
  g_assert_cmpuint (reply->status, ==, 500);
  g_assert_cmpuint (files_on_disk (fixture), ==, 0);
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  g_assert_cmpuint (count_of (meeting, "papers"), ==, 0);
}

static gboolean
no_file_is_left (gpointer user_data)
{
  return files_on_disk (user_data) == 0;
}

typedef struct {
  Fixture *fixture;
  guint n;
} Files;

static gboolean
files_are_begun (gpointer user_data)
{
  const Files *files = user_data;
  return files_on_disk (files->fixture) == files->n;
}

/* An upload that never comes to its end; transfer full. */
static GSocketConnection *
begin_upload (Fixture *fixture, const char *meeting)
{
  g_autofree char *text =
      g_strdup_printf ("POST " MEETINGS "/%s/papers?name=a.pdf HTTP/1.1\r\nHost: x\r\n"
                       "Cookie: diemcau_session=%s\r\nX-CSRF-Token: %s\r\n"
                       "Content-Length: 100000\r\n\r\n%s",
                       meeting, fixture->cookies[AS_SECRETARY], fixture->csrf[AS_SECRETARY], PDF);
  GSocketConnection *connection = fixture_connect (fixture);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL));
  return connection;
}

/* Whoever hangs up halfway leaves nothing. */
static void
test_broken_off (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  Files one = { fixture, 1 };
  GSocketConnection *connection = begin_upload (fixture, id);
  g_assert_true (fixture_wait (files_are_begun, &one));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_object_unref (connection);
  g_assert_true (fixture_wait (no_file_is_left, fixture));
}

/* As many at once as may be; one past them is told to come again, and is taken when one has gone.
 */
static void
test_many_at_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (GPtrArray) begun = g_ptr_array_new_with_free_func (g_object_unref);
  Files files = { fixture, HTTP_UPLOADS_MAX - 1 };
  while (begun->len < HTTP_UPLOADS_MAX - 1)
    g_ptr_array_add (begun, begin_upload (fixture, id));
  g_assert_true (fixture_wait (files_are_begun, &files));
  g_autoptr (Reply) last = upload (fixture, id, "?name=a.pdf", PDF);
  g_assert_cmpuint (last->status, ==, 201);
  g_ptr_array_add (begun, begin_upload (fixture, id));
  files.n = HTTP_UPLOADS_MAX + 1; /* with the one that is kept */
  g_assert_true (fixture_wait (files_are_begun, &files));
  g_autoptr (Reply) past = upload (fixture, id, "?name=b.pdf", PDF);
  g_assert_cmpuint (past->status, ==, 503);
  g_assert_cmpstr (reply_get (past, "code"), ==, "busy");
  g_assert_cmpuint (files_on_disk (fixture), ==, files.n);
  g_ptr_array_set_size (begun, HTTP_UPLOADS_MAX - 1);
  files.n = HTTP_UPLOADS_MAX;
  g_assert_true (fixture_wait (files_are_begun, &files));
  g_autoptr (Reply) again = upload (fixture, id, "?name=b.pdf", PDF);
  g_assert_cmpuint (again->status, ==, 201);
}

/* --- With their meeting --- */

static void
test_draft (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"draft\":true}");
  g_autoptr (Reply) paper = upload (fixture, id, "?name=a.pdf", PDF);
  g_assert_cmpuint (paper->status, ==, 201);
  assert_announced (fixture, "listed", id);
  g_autofree char *path = paper_path (id, paper, "");
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "GET", path, NULL), ==, 404);
  g_assert_cmpuint (status_of (fixture, AS_ENDPOINT, "GET", id, "/papers", NULL), ==, 404);
  g_autofree char *copy_path = meeting_path (id, "/copy");
  g_autoptr (Reply) copy = fixture_send (fixture, AS_SECRETARY, "POST", copy_path, "{}", NULL);
  g_assert_cmpuint (copy->status, ==, 201);
  g_assert_cmpuint (count_of (copy, "papers"), ==, 1);
  g_assert_cmpuint (files_on_disk (fixture), ==, 2);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "DELETE", id, "", NULL), ==, 204);
  g_assert_cmpuint (files_on_disk (fixture), ==, 1);
  json_t *kept = json_array_get (json_object_get (copy->json, "papers"), 0);
  g_autofree char *kept_path = g_strdup_printf (MEETINGS "/%s/papers/%s", reply_get (copy, "id"),
                                                json_string_value (json_object_get (kept, "id")));
  g_autoptr (Reply) file = fixture_send (fixture, AS_SECRETARY, "GET", kept_path, NULL, NULL);
  g_assert_cmpstr (file->body, ==, PDF);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/upload", test_upload);
  g_test_add_func ("/paper/read", test_read);
  g_test_add_func ("/paper/markup-is-text", test_markup_is_text);
  g_test_add_func ("/paper/change", test_change);
  g_test_add_func ("/paper/refused", test_refused);
  g_test_add_func ("/paper/largest", test_largest);
  g_test_add_func ("/paper/quota", test_quota);
  g_test_add_func ("/paper/announcer-fails", test_announcer_fails);
  g_test_add_func ("/paper/broken-off", test_broken_off);
  g_test_add_func ("/paper/many-at-once", test_many_at_once);
  g_test_add_func ("/paper/draft", test_draft);
  return g_test_run ();
}
