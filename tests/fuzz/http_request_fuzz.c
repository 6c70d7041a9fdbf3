/* What of a request we read ourselves: "METHOD path\nbody".  Path against the table of routes and
 * the web root, body against every record of the REST interface, times. */
#include <stdint.h>
#include <string.h>

#include "server/http/bodies.h"
#include "server/http/pages.h"
#include "server/http/route.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define WEB_ROOT "/etc" /* there everywhere, with links that lead out */

static void
check_route (const char *method, const char *path)
{
  g_auto (GStrv) params = NULL;
  g_autofree char *allow = NULL;
  const Route *route = route_find (method, path, &params, &allow);
  g_assert ((route != NULL) == (params != NULL));
  g_assert (!route || !allow);
  for (guint i = 0; params && params[i]; i++) {
    g_assert (*params[i] != '\0' && !strchr (params[i], '/'));
    g_assert (g_utf8_validate (params[i], -1, NULL));
  }
}

static void
check_page (const char *path)
{
  g_autofree char *file = pages_find_file (WEB_ROOT, path);
  g_assert (!file || g_str_has_prefix (file, WEB_ROOT "/"));
}

static void
check_time (const char *text)
{
  gint64 ms = 0;
  if (!http_time_parse (text, &ms))
    return;
  g_assert (ms > 0);
  json_t *json = http_time_to_json (ms);
  gint64 again = 0;
  g_assert (http_time_parse (json_string_value (json), &again));
  g_assert (again / 1000 == ms / 1000);
  json_decref (json);
}

static void
check_bodies (const char *text, gsize size)
{
  static const RecordType *const types[] = {
    &credentials_type,  &password_change_type, &unit_new_type, &unit_change_type,
    &endpoint_new_type, &endpoint_change_type, &user_new_type, &user_change_type,
    &meeting_new_type,  &meeting_change_type,  &reason_type,   &token_request_type,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    gpointer record = NULL;
    g_autoptr (GError) error = NULL;
    gboolean ok = record_decode_text (types[i], text, size, 256 * 1024, &record, &error);
    g_assert (ok == (error == NULL));
    if (ok)
      record_free (types[i], record);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *body = strchr (text, '\n');
  gsize body_size = body ? size - (body + 1 - text) : 0;
  if (body) {
    *body++ = '\0';
    check_bodies (body, body_size);
    check_time (body);
  }
  char *path = strchr (text, ' ');
  if (path) {
    *path++ = '\0';
    check_route (text, path);
    check_page (path);
  }
  return 0;
}
