#include "server/http/route.h"

#include <string.h>

#include "server/http/http_limits.h"

static const char *const right_names[RIGHTS] = {
  [RIGHT_UNITS_VIEW] = "units.view",           [RIGHT_UNITS_EDIT] = "units.edit",
  [RIGHT_ENDPOINTS_VIEW] = "endpoints.view",   [RIGHT_ENDPOINTS_EDIT] = "endpoints.edit",
  [RIGHT_USERS_EDIT] = "users.edit",           [RIGHT_MEETING_VIEW] = "meeting.view",
  [RIGHT_MEETING_EDIT] = "meeting.edit",       [RIGHT_MEETING_RUN] = "meeting.run",
  [RIGHT_MEETING_WATCH] = "meeting.watch",     [RIGHT_MEETING_JOIN] = "meeting.join",
  [RIGHT_TOKEN_MAKE] = "token.make",           [RIGHT_EVENTS_VIEW] = "events.view",
  [RIGHT_AUDIT_VIEW] = "audit.view",           [RIGHT_RELAY_VIEW] = "relay.view",
  [RIGHT_CAPTURE_HEADERS] = "capture.headers", [RIGHT_CAPTURE_PAYLOAD] = "capture.payload",
};

const char *
route_right_name (int right)
{
  if (right == ROUTE_PUBLIC)
    return "public";
  if (right == ROUTE_SESSION)
    return "session";
  g_return_val_if_fail (right >= 0 && right < RIGHTS, NULL);
  return right_names[right];
}

static gboolean
segment_is_param (const char *segment)
{
  return segment[0] == '{';
}

/* Decodes one segment of a path; NULL for what no parameter may hold. */
static char *
segment_decode (const char *segment)
{
  g_autofree char *text = g_uri_unescape_string (segment, "/"); /* %2F and %00 make it NULL */
  if (!text || !*text || !g_utf8_validate (text, -1, NULL))
    return NULL;
  for (const char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      return NULL;
  return g_steal_pointer (&text);
}

char **
route_match (const char *pattern, const char *path)
{
  g_auto (GStrv) wanted = g_strsplit (pattern, "/", -1);
  g_auto (GStrv) given = g_strsplit (path, "/", -1);
  if (g_strv_length (wanted) != g_strv_length (given))
    return NULL;
  g_autoptr (GStrvBuilder) params = g_strv_builder_new ();
  for (guint i = 0; wanted[i]; i++) {
    if (!segment_is_param (wanted[i])) {
      if (!g_str_equal (wanted[i], given[i]))
        return NULL;
      continue;
    }
    g_autofree char *value = segment_decode (given[i]);
    if (!value)
      return NULL;
    g_strv_builder_add (params, value);
  }
  return g_strv_builder_end (params);
}

int
route_param_index (const char *pattern, const char *name)
{
  g_auto (GStrv) segments = g_strsplit (pattern, "/", -1);
  int index = 0;
  gsize length = strlen (name);
  for (guint i = 0; segments[i]; i++) {
    if (!segment_is_param (segments[i]))
      continue;
    if (strlen (segments[i]) == length + 2 && memcmp (segments[i] + 1, name, length) == 0)
      return index;
    index++;
  }
  return -1;
}

const Route *
route_find (const char *method, const char *path, char ***ret_params, char **ret_allow)
{
  gsize n;
  const Route *routes = route_table (&n);
  const char *wanted = g_str_equal (method, "HEAD") ? "GET" : method;
  g_autoptr (GString) allow = g_string_new (NULL);
  const Route *found = NULL;
  char **found_params = NULL;

  /* Literal paths come before patterns that would match them too, so the first match counts. */
  for (gsize i = 0; i < n && !found; i++) {
    g_auto (GStrv) params = route_match (routes[i].pattern, path);
    if (!params)
      continue;
    if (g_str_equal (routes[i].method, wanted)) {
      found = &routes[i];
      found_params = g_steal_pointer (&params);
    } else {
      g_string_append_printf (allow, "%s%s", allow->len ? ", " : "", routes[i].method);
    }
  }
  *ret_params = found_params;
  *ret_allow = !found && allow->len ? g_strdup (allow->str) : NULL;
  return found;
}

gsize
route_body_max (RouteBody body)
{
  static const gsize most[] = {
    [BODY_NONE] = HTTP_BODY_MAX_BYTES,      [BODY_JSON] = HTTP_BODY_MAX_BYTES,
    [BODY_LIST] = HTTP_LIST_BODY_MAX_BYTES, [BODY_SDP] = HTTP_SDP_MAX_BYTES,
    [BODY_FILE] = HTTP_PAPER_CUT_BYTES,     [BODY_FRAGMENT] = HTTP_SDP_MAX_BYTES,
    [BODY_CSV] = HTTP_CSV_BODY_MAX_BYTES,
  };
  return most[body];
}

const char *
route_body_type (RouteBody body)
{
  switch (body) {
  case BODY_JSON:
  case BODY_LIST:
    return "application/json";
  case BODY_CSV:
    return "text/csv";
  case BODY_SDP:
    return "application/sdp";
  case BODY_FRAGMENT:
    return "application/trickle-ice-sdpfrag";
  default:
    return NULL;
  }
}
