#include "server/auth/login.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/identity.h"

static json_t *
session_to_json (const HttpRequest *request, const User *user, const char *csrf)
{
  return json_pack ("{s:{s:I, s:s, s:s, s:s, s:s?, s:s?}, s:s, s:s}", "user", "id",
                    (json_int_t) user->id, "login", user->login, "name", user->name, "role",
                    user_role_name (user->role), "unit", user->unit, "endpoint", user->endpoint,
                    "csrf", csrf, "help_phone", request->scope->context.settings->http.help_phone);
}

static void
on_login_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LoginResult) login = login_gate_login_finish (result, &error);
  if (!http_request_resume (request))
    return;
  if (!login) {
    http_reply_error (request, error);
    return;
  }
  identity_set_cookie (request, login->token);
  http_reply_json (request, 200, session_to_json (request, login->user, login->csrf));
}

void
on_session_create (HttpRequest *request)
{
  g_autoptr (Credentials) credentials = NULL;
  /* Another site must not sign a browser in as somebody else. */
  if (!identity_origin_is_ours (request, FALSE)) {
    http_reply_problem (request, HTTP_PROBLEM_ORIGIN);
    return;
  }
  if (!http_request_read (request, &credentials_type, (gpointer *) &credentials, NULL))
    return;
  LoginOrigin origin = { request->source, request->now_ms };
  login_gate_login_async (request->scope->context.logins, credentials->user, credentials->password,
                          &origin, on_login_done, http_request_hold (request));
  password_free (g_steal_pointer (&credentials->password));
}

void
on_session_read (HttpRequest *request)
{
  http_reply_json (request, 200,
                   session_to_json (request, request->session->user, request->session->csrf));
}

void
on_session_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = identity_cookie (request);
  if (token && !session_close (request->scope->context.database, token, &error)) {
    http_reply_error (request, error);
    return;
  }
  identity_set_cookie (request, NULL);
  http_reply_empty (request, 204);
}

static void
on_password_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  gboolean changed = login_gate_change_password_finish (result, &error);
  if (!http_request_resume (request))
    return;
  if (changed)
    http_reply_empty (request, 204);
  else if (g_error_matches (error, AUTH_ERROR, AUTH_ERROR_CREDENTIALS))
    http_reply_problem (request, HTTP_PROBLEM_PASSWORD_WRONG);
  else
    http_reply_error (request, error);
}

void
on_password_change (HttpRequest *request)
{
  g_autoptr (PasswordChange) change = NULL;
  if (!http_request_read (request, &password_change_type, (gpointer *) &change, NULL))
    return;
  LoginNewPassword passwords = { change->current, change->new };
  LoginOrigin origin = { request->source, request->now_ms };
  login_gate_change_password_async (request->scope->context.logins, request->session, &passwords,
                                    &origin, on_password_changed, http_request_hold (request));
  password_free (g_steal_pointer (&change->current));
  password_free (g_steal_pointer (&change->new));
}
