#include "server/http/identity.h"

#include <string.h>

/* A cookie header may hold others of this host; ours is base64url, so it needs no quoting. */
char *
identity_cookie (const HttpRequest *request)
{
  const char *header = http_request_header (request, "Cookie");
  if (!header)
    return NULL;
  g_auto (GStrv) pairs = g_strsplit (header, ";", 64);
  for (guint i = 0; pairs[i]; i++) {
    const char *pair = g_strstrip (pairs[i]);
    if (g_str_has_prefix (pair, SESSION_COOKIE "="))
      return g_strdup (pair + strlen (SESSION_COOKIE "="));
  }
  return NULL;
}

void
identity_set_cookie (HttpRequest *request, const char *token)
{
  g_autofree char *cookie = g_strdup_printf (
      SESSION_COOKIE "=%s; Path=/; HttpOnly; Secure; SameSite=Strict%s%" G_GINT64_FORMAT,
      token ? token : "", "; Max-Age=", token ? SESSION_LIFE_MS / 1000 : G_GINT64_CONSTANT (0));
  http_reply_header (request, "Set-Cookie", cookie);
}

static gboolean
identity_read_token (HttpRequest *request, const char *text)
{
  g_autoptr (GError) error = NULL;
  if (!request->route->tokens) {
    http_reply_problem (request, HTTP_PROBLEM_TOKEN);
    return FALSE;
  }
  request->token =
      access_token_verify (text, request->scope->context.token_key, request->now_ms / 1000, &error);
  if (request->token)
    return TRUE;
  http_reply_error (request, error);
  return FALSE;
}

static void
identity_read_cookie (HttpRequest *request)
{
  g_autofree char *cookie = identity_cookie (request);
  if (cookie && *cookie)
    request->session = session_find (request->scope->context.database, cookie, request->now_ms);
}

gboolean
identity_read (HttpRequest *request)
{
  const char *authorization = http_request_header (request, "Authorization");
  if (authorization && request->route->right != ROUTE_PUBLIC) {
    if (g_ascii_strncasecmp (authorization, "Bearer ", 7) != 0) {
      http_reply_problem (request, HTTP_PROBLEM_TOKEN);
      return FALSE;
    }
    return identity_read_token (request, authorization + 7);
  }
  identity_read_cookie (request);
  return TRUE;
}

static gboolean
identity_changes_something (const HttpRequest *request)
{
  const char *method = request->route->method;
  return !g_str_equal (method, "GET") && !g_str_equal (method, "OPTIONS");
}

/* What keeps the session from using the route; 0: nothing. */
static HttpProblem
identity_find_problem (const HttpRequest *request)
{
  int right = request->route->right;
  if (!request->session)
    return HTTP_PROBLEM_SIGN_IN;
  if (identity_changes_something (request)) {
    const char *csrf = http_request_header (request, CSRF_HEADER);
    if (!identity_origin_is_ours (request, FALSE))
      return HTTP_PROBLEM_ORIGIN;
    if (!csrf || !session_csrf_is_right (request->session, csrf))
      return HTTP_PROBLEM_CSRF;
  }
  if (right >= 0 && !auth_role_has (request->session->user->role, right))
    return HTTP_PROBLEM_FORBIDDEN;
  return 0;
}

gboolean
identity_authorise (HttpRequest *request)
{
  if (request->route->right == ROUTE_PUBLIC)
    return TRUE;
  if (request->token)
    return TRUE; /* the handler holds it against meeting and endpoint */
  HttpProblem problem = identity_find_problem (request);
  if (problem == 0)
    return TRUE;
  http_reply_problem (request, problem);
  return FALSE;
}

gboolean
identity_is_good (HttpRequest *request)
{
  identity_read_cookie (request);
  return identity_find_problem (request) == 0;
}

/* scheme://authority of a URL, as an Origin header writes it. */
static gboolean
origin_matches_url (const char *origin, const char *url)
{
  gsize length = strlen (origin);
  return g_ascii_strncasecmp (url, origin, length) == 0 &&
         (url[length] == '\0' || url[length] == '/');
}

gboolean
identity_origin_is_ours (const HttpRequest *request, gboolean required)
{
  const char *origin = http_request_header (request, "Origin");
  const char *host = http_request_header (request, "Host");
  const char *public_url = request->scope->context.settings->http.public_url;
  if (!origin)
    return !required;
  if (public_url && *public_url && origin_matches_url (origin, public_url))
    return TRUE;
  const char *authority = strstr (origin, "://");
  return authority && host && *host && g_ascii_strcasecmp (authority + 3, host) == 0;
}
