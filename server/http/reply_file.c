#include "server/http/reply_file.h"

#include <string.h>

/* The plain form for old browsers: what is not a letter, digit, '.', '-' or '_' becomes '_'. */
static char *
plain_name (const char *name)
{
  g_autofree char *ascii = g_str_to_ascii (name, "C");
  for (char *c = ascii; *c; c++)
    if (!g_ascii_isalnum (*c) && !strchr (".-_", *c))
      *c = '_';
  return g_steal_pointer (&ascii);
}

char *
http_content_disposition (const char *name, gboolean is_inline)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *plain = plain_name (valid);
  g_autofree char *encoded = g_uri_escape_string (valid, NULL, FALSE);
  return g_strdup_printf ("%s; filename=\"%s\"; filename*=UTF-8''%s",
                          is_inline ? "inline" : "attachment", plain, encoded);
}

void
http_reply_file (HttpRequest *request, const char *content_type, const char *name, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *disposition = http_content_disposition (name, FALSE);
  http_reply_header (request, "Content-Disposition", disposition);
  http_reply_header (request, "X-Content-Type-Options", "nosniff");
  http_reply_header (request, "Cache-Control", "no-store");
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (request->message, content_type, SOUP_MEMORY_COPY, data, size);
}
