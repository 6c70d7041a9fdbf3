#include "server/http/pages.h"

#include <string.h>
#include <sys/stat.h>

/* Styles: Mantine writes its theme's variables into a <style> element and sizes into style
 * attributes, hence 'unsafe-inline' there; scripts are files of ours only. */
#define CONTENT_SECURITY_POLICY                                                                    \
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "  \
  "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; worker-src 'self'; "       \
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

#define PDF_WORKER "/assets/pdf-worker-"
#define PDF_WORKER_POLICY                                                                          \
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

static const char missing_page[] =
    "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Điểm cầu</title></head>"
    "<body><h1>Chưa có trang giao diện</h1><p>Máy chủ đang chạy, nhưng chưa có các trang đã dựng. "
    "Hãy chạy <code>./scripts/build</code> rồi tải lại, hoặc đặt <code>web_root</code> trong tệp "
    "cấu hình.</p><h2 lang=\"en\">The pages are not built</h2><p lang=\"en\">The server runs, but "
    "its pages are missing. Run <code>./scripts/build</code> and reload, or set "
    "<code>web_root</code> in the configuration.</p></body></html>";

static const struct {
  const char *suffix, *type;
} content_types[] = {
  { ".html", "text/html; charset=utf-8" },
  { ".js", "text/javascript; charset=utf-8" },
  { ".css", "text/css; charset=utf-8" },
  { ".json", "application/json" },
  { ".svg", "image/svg+xml" },
  { ".png", "image/png" },
  { ".jpg", "image/jpeg" },
  { ".ico", "image/x-icon" },
  { ".webp", "image/webp" },
  { ".woff2", "font/woff2" },
  { ".woff", "font/woff" },
  { ".wasm", "application/wasm" },
  { ".mp3", "audio/mpeg" },
  { ".ogg", "audio/ogg" },
  { ".wav", "audio/wav" },
  { ".txt", "text/plain; charset=utf-8" },
  { ".webmanifest", "application/manifest+json" },
};

const char *
pages_content_type (const char *file)
{
  for (gsize i = 0; i < G_N_ELEMENTS (content_types); i++)
    if (g_str_has_suffix (file, content_types[i].suffix))
      return content_types[i].type;
  return "application/octet-stream";
}

void
pages_set_security_headers (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Permissions-Policy",
                                "camera=(self), microphone=(self), display-capture=(self), "
                                "fullscreen=(self), screen-wake-lock=(self), geolocation=()");
}

/* Neither ".." nor hidden files, nor anything that is no name. */
static gboolean
segment_is_plain (const char *segment)
{
  if (!*segment || *segment == '.')
    return FALSE;
  for (const char *c = segment; *c; c++)
    if (g_ascii_iscntrl (*c) || *c == '\\')
      return FALSE;
  return TRUE;
}

char *
pages_find_file (const char *root, const char *path)
{
  g_autofree char *plain = g_uri_unescape_string (path, "/");
  if (!root || !*root || !plain || *plain != '/')
    return NULL;
  g_auto (GStrv) segments = g_strsplit (plain + 1, "/", -1);
  for (guint i = 0; segments[i]; i++)
    if (!segment_is_plain (segments[i]))
      return NULL;

  /* A link inside the root may still lead out of it. */
  g_autofree char *file = g_build_filename (root, plain, NULL);
  g_autofree char *real_root = realpath (root, NULL);
  g_autofree char *real = realpath (file, NULL);
  gsize length = real_root ? strlen (real_root) : 0;
  if (!real || !real_root || strncmp (real, real_root, length) != 0 || real[length] != '/')
    return NULL;
  struct stat info;
  if (stat (real, &info) != 0 || !S_ISREG (info.st_mode))
    return NULL;
  return g_steal_pointer (&real);
}

/* Vite names what stands in assets/ by its content's hash. */
static gboolean
path_is_hashed (const char *path)
{
  return g_str_has_prefix (path, "/assets/");
}

static char *
file_entity_tag (const char *file)
{
  struct stat info;
  if (stat (file, &info) != 0)
    return NULL;
  return g_strdup_printf ("\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x\"",
                          (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
                          (gint64) info.st_size);
}

static void
pages_reply_file (HttpRequest *request, const char *file, const char *cache)
{
  g_autofree char *tag = file_entity_tag (file);
  const char *known = http_request_header (request, "If-None-Match");
  g_autoptr (GMappedFile) map = g_mapped_file_new (file, FALSE, NULL);
  if (!map || !tag) {
    http_reply_problem (request, HTTP_PROBLEM_NO_ROUTE);
    return;
  }
  http_reply_header (request, "Cache-Control", cache);
  http_reply_header (request, "ETag", tag);
  if (g_strcmp0 (known, tag) == 0) {
    soup_server_message_set_status (request->message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  g_autoptr (GBytes) bytes = g_mapped_file_get_bytes (map);
  http_reply_header (request, "Content-Type", pages_content_type (file));
  /* A worker lives by the policy of its own file.  That of PDF.js decodes JPEG 2000, which scanners
   * write, by WebAssembly. */
  if (strstr (file, PDF_WORKER))
    http_reply_header (request, "Content-Security-Policy", PDF_WORKER_POLICY);
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), bytes);
}

/* "/meetings/x1/room" is a page, "/favicon.ico" is a file. */
static gboolean
path_is_page (const char *path)
{
  return !strchr (strrchr (path, '/'), '.') && !g_str_has_prefix (path, "/api/") &&
         !path_is_hashed (path);
}

void
pages_reply (HttpRequest *request, const char *path)
{
  const char *root = request->scope->context.settings->http.web_root;
  const char *method = soup_server_message_get_method (request->message);
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD")) {
    http_reply_header (request, "Allow", "GET, HEAD");
    http_reply_problem (request, HTTP_PROBLEM_METHOD);
    return;
  }
  g_autofree char *file = pages_find_file (root, path);
  if (file) {
    pages_reply_file (request, file,
                      path_is_hashed (path) ? "public, max-age=31536000, immutable" : "no-cache");
    return;
  }
  if (!path_is_page (path)) {
    http_reply_problem (request, HTTP_PROBLEM_NO_ROUTE);
    return;
  }
  g_autofree char *index = pages_find_file (root, "/index.html");
  if (index)
    pages_reply_file (request, index, "no-cache");
  else
    http_reply_text (request, 503, "text/html; charset=utf-8", missing_page);
}
