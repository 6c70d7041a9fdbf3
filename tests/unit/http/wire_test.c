/* HTTP as it comes over the wire: malformed requests, bounds at the limit and one past it, what
 * every reply carries, pages, TLS. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/http/certificate.h"
#include "server/http/http_limits.h"
#include "server/http/pages.h"
#include "tests/unit/http/fixture.h"

/* --- Malformed --- */

static void
test_malformed (void)
{
  /* What comes back begins so; "" is a closed connection. */
  static const struct {
    const char *name, *bytes, *status;
  } rows[] = {
    { "no-http", "\x16\x03\x01 hello\r\n\r\n", "HTTP/1." },
    { "no-version", "GET /\r\n\r\n", "HTTP/1." },
    { "odd-method", "BREW /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 405" },
    { "bad-length", "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
      "HTTP/1.1 4" },
    { "bad-chunk",
      "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "" },
    /* Targets without a path: an asterisk, and a scheme that has no root. */
    { "asterisk", "GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404" },
    { "no-path", "GET foo://x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400" },
    { "connect", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 4" },
    { "bad-utf8",
      "GET /api/v1/units?root=%ff&level=%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 401" },
    { "good", "GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *reply = fixture_raw (fixture, rows[i].bytes, strlen (rows[i].bytes));
    g_test_message ("%s: %.60s", rows[i].name, reply);
    g_assert_true (g_str_has_prefix (reply, rows[i].status));
  }
  /* Nobody else was disturbed. */
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", "/api/v1/health", NULL), ==, 200);
}

/* --- Bounds --- */

typedef struct {
  GSocket *socket;
  gssize n; /* received; -2: nothing yet */
} Answer;

static gboolean
answer_has_come (gpointer user_data)
{
  Answer *answer = user_data;
  g_autoptr (GError) error = NULL;
  char bytes[512];
  gssize n =
      g_socket_receive_with_blocking (answer->socket, bytes, sizeof bytes, FALSE, NULL, &error);
  answer->n = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? -2 : n;
  return answer->n != -2;
}

/* As fixture_connect (), without a client around it: there are many. */
static GSocket *
new_socket (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (
      "127.0.0.1", http_server_get_http_port (fixture->server));
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

/* FALSE: it was cut. */
static gboolean
is_served (GSocket *socket)
{
  static const char request[] = "GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n";
  Answer answer = { socket, -2 };
  g_socket_send (socket, request, strlen (request), NULL, NULL);
  g_assert_true (fixture_wait (answer_has_come, &answer));
  return answer.n > 0;
}

static void
tune_one_room (Settings *settings)
{
  settings->http.max_rooms = 1;
}

/* Both ends of the connections below. */
static gboolean
may_open (rlim_t n_files)
{
  struct rlimit limit;
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = MAX (limit.rlim_cur, MIN (n_files, limit.rlim_max));
  return limit.rlim_cur >= n_files && setrlimit (RLIMIT_NOFILE, &limit) == 0;
}

/* As many connections as may be; one past them is cut, the others stay, and who comes when one has
 * gone is served. */
static void
test_many_connections (void)
{
  enum { MOST = 2 + HTTP_OTHER_CONNECTIONS_MAX }; /* a room's, and its desk's */
  if (!may_open (2 * MOST + 200)) {
    g_test_skip ("so many files may not be open here");
    return;
  }
  g_autoptr (Fixture) fixture = fixture_new (tune_one_room);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  while (open->len < MOST) {
    g_ptr_array_add (open, new_socket (fixture));
    g_main_context_iteration (NULL, FALSE);
  }
  g_assert_true (is_served (g_ptr_array_index (open, MOST - 1)));
  g_autoptr (GSocket) past = new_socket (fixture);
  g_assert_false (is_served (past));
  g_assert_true (is_served (g_ptr_array_index (open, 0)));
  g_ptr_array_remove_index (open, 0);
  for (guint i = 0; i < 100; i++) { /* the server hears of it */
    g_autoptr (GSocket) again = new_socket (fixture);
    if (is_served (again))
      return;
  }
  g_assert_not_reached ();
}

static guint
post_of_size (Fixture *fixture, const char *path, gsize size, gboolean chunked)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text,
                   "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "Connection: close\r\n",
                   path);
  g_autofree char *body = g_strnfill (size, ' ');
  if (chunked)
    g_string_append_printf (text, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n", size,
                            body);
  else
    g_string_append_printf (text, "Content-Length: %zu\r\n\r\n%s", size, body);
  g_autofree char *reply = fixture_raw (fixture, text->str, text->len);
  return g_str_has_prefix (reply, "HTTP/1.1 ") ? atoi (reply + 9) : 0;
}

static void
test_body_bounds (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (int chunked = 0; chunked < 2; chunked++) {
    g_assert_cmpuint (post_of_size (fixture, "/api/v1/session", HTTP_BODY_MAX_BYTES, chunked), ==,
                      400);
    g_assert_cmpuint (post_of_size (fixture, "/api/v1/session", HTTP_BODY_MAX_BYTES + 1, chunked),
                      ==, 413);
  }
  g_assert_cmpuint (post_of_size (fixture, "/api/v1/meetings", HTTP_BODY_MAX_BYTES + 1, FALSE), ==,
                    401);
  g_assert_cmpuint (post_of_size (fixture, "/api/v1/meetings", HTTP_LIST_BODY_MAX_BYTES + 1, FALSE),
                    ==, 413);
  /* One that never ends is cut, with or without an answer. */
  guint status = post_of_size (fixture, "/api/v1/session", 8 * HTTP_BODY_CUT_BYTES, TRUE);
  g_assert_true (status == 413 || status == 0);
}

static guint
get_with (Fixture *fixture, const char *path, const char *headers)
{
  g_autofree char *text =
      g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n", path, headers);
  g_autofree char *reply = fixture_raw (fixture, text, strlen (text));
  return g_str_has_prefix (reply, "HTTP/1.1 ") ? atoi (reply + 9) : 0;
}

static void
test_header_bounds (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GString) headers = g_string_new (NULL);
  /* Host and Connection are two of them. */
  for (guint i = 0; i < HTTP_HEADERS_MAX - 2; i++)
    g_string_append_printf (headers, "X-%u: y\r\n", i);
  g_assert_cmpuint (get_with (fixture, "/api/v1/health", headers->str), ==, 200);
  g_string_append (headers, "X-One-More: y\r\n");
  g_assert_cmpuint (get_with (fixture, "/api/v1/health", headers->str), ==, 431);

  const gsize others = strlen ("Hostx") + strlen ("Connectionclose") + strlen ("X");
  g_autofree char *value = g_strnfill (HTTP_HEADERS_MAX_BYTES - others, 'v');
  g_autofree char *largest = g_strdup_printf ("X: %s\r\n", value);
  g_autofree char *larger = g_strdup_printf ("X: %sv\r\n", value);
  g_assert_cmpuint (get_with (fixture, "/api/v1/health", largest), ==, 200);
  g_assert_cmpuint (get_with (fixture, "/api/v1/health", larger), ==, 431);

  const gsize path_length = strlen ("/api/v1/health");
  g_autofree char *query = g_strnfill (HTTP_TARGET_MAX_BYTES - path_length, 'q');
  g_autofree char *longest = g_strconcat ("/api/v1/health?", query, NULL);
  g_autofree char *longer = g_strconcat (longest, "q", NULL);
  g_assert_cmpuint (get_with (fixture, longest, ""), ==, 200);
  g_assert_cmpuint (get_with (fixture, longer, ""), ==, 414);
}

/* Far past every bound of ours libsoup's own must hold: memory stays, the others are served. */
static void
test_endless_headers (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *value = g_strnfill (4 * 1024 * 1024, 'v');
  g_autofree char *headers = g_strdup_printf ("X: %s\r\n", value);
  g_assert_cmpuint (get_with (fixture, "/api/v1/health", headers), !=, 200);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", "/api/v1/health", NULL), ==, 200);
}

/* --- Every reply --- */

static void
test_security_headers (void)
{
  static const char *const paths[] = { "/", "/api/v1/health", "/api/v1/units", "/nowhere.txt" };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Reply) reply = fixture_send (fixture, AS_NOBODY, "GET", paths[i], NULL, NULL);
    const char *policy = reply_header (reply, "Content-Security-Policy");
    g_assert_nonnull (strstr (policy, "default-src 'self'"));
    g_assert_nonnull (strstr (policy, "frame-ancestors 'none'"));
    g_assert_null (strstr (policy, "http:"));
    g_assert_null (strstr (policy, "unsafe-eval"));
    g_assert_cmpstr (reply_header (reply, "X-Content-Type-Options"), ==, "nosniff");
    g_assert_cmpstr (reply_header (reply, "Referrer-Policy"), ==, "no-referrer");
    g_assert_nonnull (strstr (reply_header (reply, "Permissions-Policy"), "camera=(self)"));
  }
}

static void
test_methods (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) put = fixture_send (fixture, AS_NOBODY, "PUT", "/api/v1/health", "{}", NULL);
  g_assert_cmpuint (put->status, ==, 405);
  g_assert_cmpstr (reply_header (put, "Allow"), ==, "GET");
  g_autoptr (Reply) post = fixture_send (fixture, AS_NOBODY, "POST", "/index.html", "{}", NULL);
  g_assert_cmpuint (post->status, ==, 405);
  g_autoptr (Reply) head = fixture_send (fixture, AS_NOBODY, "HEAD", "/api/v1/health", NULL, NULL);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpstr (head->body, ==, "");
  fixture_assert_problem (fixture, AS_NOBODY, "GET", "/api/v1/nothing", NULL, 404, "no_route");
  fixture_assert_problem (fixture, AS_NOBODY, "GET", "/api/v2/units", NULL, 404, "no_route");
}

/* One connection carries one request after the other, those without a body as well. */
static void
test_keep_alive (void)
{
  static const char *const requests[] = { "GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                                          "OPTIONS /whip/m HTTP/1.1\r\nHost: x\r\n\r\n",
                                          "HEAD /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                                          "GET /api/v1/units HTTP/1.1\r\nHost: x\r\n\r\n" };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < 3 * G_N_ELEMENTS (requests); i++)
    g_string_append (all, requests[i % G_N_ELEMENTS (requests)]);
  g_string_append (all, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  g_autofree char *replies = fixture_raw (fixture, all->str, all->len);
  guint n = 0;
  for (const char *reply = replies; (reply = strstr (reply, "HTTP/1.1 ")); reply++)
    n++;
  g_assert_cmpuint (n, ==, 3 * G_N_ELEMENTS (requests) + 1);
}

/* --- Pages --- */

static char *web_root;

static void
write_page (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (web_root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0755);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
make_web_root (void)
{
  web_root = g_dir_make_tmp ("diemcau-web-XXXXXX", NULL);
  write_page ("root/index.html", "<p>index</p>");
  write_page ("root/assets/app-1a2b.js", "1");
  write_page ("root/assets/pdf-worker-1.js", "2");
  write_page ("root/.hidden", "secret");
  write_page ("root/tên.txt", "có dấu");
  write_page ("secret.txt", "secret");
  g_autofree char *link = g_build_filename (web_root, "root", "link.txt", NULL);
  g_assert_cmpint (symlink ("../secret.txt", link), ==, 0);
}

static void
remove_web_root (void)
{
  static const char *const names[] = {
    "root/index.html",
    "root/assets/app-1a2b.js",
    "root/assets/pdf-worker-1.js",
    "root/assets",
    "root/.hidden",
    "root/tên.txt",
    "root/link.txt",
    "root",
    "secret.txt",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (web_root, names[i], NULL);
    g_remove (path);
  }
  g_rmdir (web_root);
  g_clear_pointer (&web_root, g_free);
}

static void
test_find_file (void)
{
  static const struct {
    const char *path;
    gboolean found;
  } rows[] = {
    { "/index.html", TRUE },
    { "/assets/app-1a2b.js", TRUE },
    { "/t%C3%AAn.txt", TRUE },
    { "/", FALSE },
    { "/assets", FALSE },
    { "/nothing", FALSE },
    { "/../secret.txt", FALSE },
    { "/%2e%2e/secret.txt", FALSE },
    { "/..%2fsecret.txt", FALSE },
    { "/assets/../../secret.txt", FALSE },
    { "/assets\\..\\index.html", FALSE },
    { "/.hidden", FALSE },
    { "/link.txt", FALSE },
    { "/index.html%00.js", FALSE },
    { "//index.html", FALSE },
    { "index.html", FALSE },
  };
  make_web_root ();
  g_autofree char *root = g_build_filename (web_root, "root", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *file = pages_find_file (root, rows[i].path);
    g_test_message ("%s: %s", rows[i].path, file);
    g_assert_true ((file != NULL) == rows[i].found);
  }
  g_assert_null (pages_find_file ("", "/index.html"));
  remove_web_root ();
}

static void
tune_web_root (Settings *settings)
{
  g_free (settings->http.web_root);
  settings->http.web_root = g_build_filename (web_root, "root", NULL);
}

static void
test_pages (void)
{
  make_web_root ();
  Fixture *fixture = fixture_new (tune_web_root);
  static const char *const pages[] = { "/", "/index.html", "/meetings", "/meetings/x1/room" };
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (Reply) page = fixture_send (fixture, AS_NOBODY, "GET", pages[i], NULL, NULL);
    g_assert_cmpuint (page->status, ==, 200);
    g_assert_cmpstr (page->body, ==, "<p>index</p>");
    g_assert_cmpstr (reply_header (page, "Content-Type"), ==, "text/html; charset=utf-8");
    g_assert_cmpstr (reply_header (page, "Cache-Control"), ==, "no-cache");
  }
  g_autoptr (Reply) asset =
      fixture_send (fixture, AS_NOBODY, "GET", "/assets/app-1a2b.js", NULL, NULL);
  g_assert_cmpstr (reply_header (asset, "Content-Type"), ==, "text/javascript; charset=utf-8");
  g_assert_nonnull (strstr (reply_header (asset, "Cache-Control"), "immutable"));
  g_assert_null (strstr (reply_header (asset, "Content-Security-Policy"), "unsafe-eval"));
  g_autoptr (Reply) worker =
      fixture_send (fixture, AS_NOBODY, "GET", "/assets/pdf-worker-1.js", NULL, NULL);
  g_assert_nonnull (strstr (reply_header (worker, "Content-Security-Policy"), "wasm-unsafe-eval"));
  g_autofree char *known = g_strconcat ("If-None-Match: ", reply_header (asset, "ETag"), NULL);
  g_autoptr (Reply) again =
      fixture_send (fixture, AS_NOBODY, "GET", "/assets/app-1a2b.js", NULL, known);
  g_assert_cmpuint (again->status, ==, 304);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", "/assets/old.js", NULL), ==, 404);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "GET", "/favicon.ico", NULL), ==, 404);
  fixture_free (fixture);
  remove_web_root ();
}

static void
tune_no_web_root (Settings *settings)
{
  g_free (settings->http.web_root);
  settings->http.web_root = g_strdup ("/nonexistent");
}

static void
test_pages_missing (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune_no_web_root);
  g_autoptr (Reply) page = fixture_send (fixture, AS_NOBODY, "GET", "/", NULL, NULL);
  g_assert_cmpuint (page->status, ==, 503);
  g_assert_nonnull (strstr (page->body, "Chưa có trang giao diện"));
}

/* --- TLS --- */

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags errors, gpointer user_data)
{
  *(GTlsCertificate **) user_data = g_object_ref (certificate);
  return TRUE;
}

typedef struct {
  gboolean done;
  guint status;
} Https;

static void
on_https (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Https *https = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_test_message ("%s", body ? "ok" : error->message);
  https->done = TRUE;
}

static gboolean
https_is_done (gpointer user_data)
{
  return ((Https *) user_data)->done;
}

static void
test_https (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/api/v1/health",
                                          http_server_get_https_port (fixture->server));
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate),
                    &certificate);
  Https https = { 0 };
  soup_session_send_and_read_async (fixture->client, message, G_PRIORITY_DEFAULT, NULL, on_https,
                                    &https);
  g_assert_true (fixture_wait (https_is_done, &https));
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  g_assert_nonnull (certificate);
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  gboolean has_localhost = FALSE;
  for (guint i = 0; i < names->len; i++) {
    gsize size;
    const char *name = g_bytes_get_data (names->pdata[i], &size);
    has_localhost |= size == 9 && memcmp (name, "localhost", 9) == 0;
  }
  g_assert_true (has_localhost);
}

static void
test_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("diemcau-tls-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (dir, CERTIFICATE_KEY_FILE, NULL);
  g_autofree char *file = g_build_filename (dir, CERTIFICATE_FILE, NULL);
  g_autoptr (GTlsCertificate) made = certificate_load ("", "", dir, &error);
  g_assert_no_error (error);
  GStatBuf info;
  g_assert_cmpint (g_stat (key, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_autoptr (GTlsCertificate) kept = certificate_load ("", "", dir, &error);
  g_assert_true (g_tls_certificate_is_same (made, kept));
  g_autoptr (GTlsCertificate) own = certificate_load (file, key, "/nonexistent", &error);
  g_assert_true (g_tls_certificate_is_same (made, own));

  g_autoptr (GError) half = NULL;
  g_assert_null (certificate_load (file, "", dir, &half));
  g_assert_error (half, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_autoptr (GError) missing = NULL;
  g_assert_null (certificate_load ("/nonexistent", key, dir, &missing));
  g_assert_nonnull (strstr (missing->message, "/nonexistent"));

  g_assert_true (g_file_set_contents (file, "no certificate", -1, NULL));
  g_autoptr (GTlsCertificate) renewed = certificate_load ("", "", dir, &error);
  g_assert_no_error (error);
  g_assert_false (g_tls_certificate_is_same (made, renewed));
  g_remove (file);
  g_remove (key);
  g_rmdir (dir);
}

static void
test_port_taken (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  HttpContext context = { .settings = fixture->settings,
                          .database = fixture->database,
                          .logins = fixture->logins,
                          .token_key = fixture->token_key,
                          .hub = fixture->hub };
  fixture->settings->http.https_port = http_server_get_https_port (fixture->server);
  g_autofree char *port = g_strdup_printf ("port %d", fixture->settings->http.https_port);
  g_autoptr (HttpServer) second = http_server_new (&context);
  g_assert_false (http_server_start (second, &error));
  g_assert_nonnull (strstr (error->message, port));
}

/* LeakSanitizer falls over at the exit of this program alone (GnuTLS' threads in the https case);
 * the other programs of this folder look for leaks. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/malformed", test_malformed);
  g_test_add_func ("/wire/body-bounds", test_body_bounds);
  g_test_add_func ("/wire/many-connections", test_many_connections);
  g_test_add_func ("/wire/header-bounds", test_header_bounds);
  g_test_add_func ("/wire/endless-headers", test_endless_headers);
  g_test_add_func ("/wire/security-headers", test_security_headers);
  g_test_add_func ("/wire/methods", test_methods);
  g_test_add_func ("/wire/keep-alive", test_keep_alive);
  g_test_add_func ("/wire/find-file", test_find_file);
  g_test_add_func ("/wire/pages", test_pages);
  g_test_add_func ("/wire/pages-missing", test_pages_missing);
  g_test_add_func ("/wire/https", test_https);
  g_test_add_func ("/wire/certificate", test_certificate);
  g_test_add_func ("/wire/port-taken", test_port_taken);
  return g_test_run ();
}
