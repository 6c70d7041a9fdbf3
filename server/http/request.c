#include "server/http/request.h"

#include <string.h>

#include "config/log.h"
#include "server/http/upload.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/unit_store.h"

static void
http_request_clear (gpointer data)
{
  HttpRequest *request = data;
  g_signal_handlers_disconnect_by_data (request->message, request);
  g_clear_object (&request->message);
  g_clear_pointer (&request->scope, g_rc_box_release);
  g_clear_pointer (&request->params, g_strfreev);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->upload, upload_free);
  g_clear_pointer (&request->source, g_free);
  g_clear_pointer (&request->session, session_free);
  g_clear_pointer (&request->token, access_token_free);
}

HttpRequest *
http_request_ref (HttpRequest *request)
{
  return g_rc_box_acquire (request);
}

void
http_request_unref (HttpRequest *request)
{
  g_rc_box_release_full (request, http_request_clear);
}

static void
http_request_on_disconnected (SoupServerMessage *message, gpointer user_data)
{
  ((HttpRequest *) user_data)->gone = TRUE;
}

HttpRequest *
http_request_hold (HttpRequest *request)
{
  g_return_val_if_fail (!request->held, NULL);
  request->held = TRUE;
  g_signal_connect (request->message, "disconnected", G_CALLBACK (http_request_on_disconnected),
                    request);
  soup_server_message_pause (request->message);
  return http_request_ref (request);
}

gboolean
http_request_resume (HttpRequest *request)
{
  g_return_val_if_fail (request->held, FALSE);
  request->held = FALSE;
  if (request->scope->closed || request->gone)
    return FALSE;
  soup_server_message_unpause (request->message);
  return TRUE;
}

/* --- What was asked --- */

const char *
http_request_param (const HttpRequest *request, const char *name)
{
  int index = route_param_index (request->route->pattern, name);
  g_assert (index >= 0);
  return request->params[index];
}

const char *
http_request_query (const HttpRequest *request, const char *name)
{
  const char *value = request->query ? g_hash_table_lookup (request->query, name) : NULL;
  return value && *value ? value : NULL;
}

gboolean
http_request_query_int (HttpRequest *request, const char *name, gint64 min, gint64 max,
                        gint64 fallback, gint64 *ret_value)
{
  const char *text = http_request_query (request, name);
  if (!text) {
    *ret_value = fallback;
    return TRUE;
  }
  if (g_ascii_string_to_signed (text, 10, min, max, ret_value, NULL))
    return TRUE;
  http_reply_field (request, name, NULL);
  return FALSE;
}

const char *
http_request_header (const HttpRequest *request, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (request->message),
                                       name);
}

/* The codec's message begins with the path of the member at fault: "endpoints[3]: ...". */
static void
http_reply_record_error (HttpRequest *request, const GError *error)
{
  if (error->code == RECORD_ERROR_SYNTAX) {
    http_reply_problem (request, HTTP_PROBLEM_JSON);
    return;
  }
  const char *colon = strchr (error->message, ':');
  g_autofree char *field = colon ? g_strndup (error->message, colon - error->message) : NULL;
  http_reply_field (request, field, error->message);
}

gboolean
http_request_read (HttpRequest *request, const RecordType *type, gpointer *ret_record,
                   json_t **ret_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (request->body, &size);
  if (!record_parse_text (text ? text : "", size, route_body_max (request->route->body), &json,
                          &error) ||
      !record_decode (type, json, ret_record, &error)) {
    http_reply_record_error (request, error);
    return FALSE;
  }
  if (ret_json)
    *ret_json = g_steal_pointer (&json);
  return TRUE;
}

/* --- Who asks --- */

const User *
http_request_user (const HttpRequest *request)
{
  return request->session ? request->session->user : NULL;
}

const char *
http_request_actor (const HttpRequest *request)
{
  if (request->session)
    return request->session->user->login;
  if (request->token && request->token->kind == ACCESS_ROOM)
    return request->token->endpoint;
  return "viewer";
}

/* Units and rooms are no secret: what does not exist is told from what is not allowed. */
static gboolean
http_request_refuse (HttpRequest *request, gboolean exists)
{
  http_reply_problem (request, exists ? HTTP_PROBLEM_FORBIDDEN : HTTP_PROBLEM_NOT_FOUND);
  return FALSE;
}

gboolean
http_request_may_on_unit (HttpRequest *request, Right right, const char *unit)
{
  Database *database = request->scope->context.database;
  if (auth_can_on_unit (database, http_request_user (request), right, unit))
    return TRUE;
  g_autoptr (Unit) found = unit_store_get (database, unit, NULL);
  return http_request_refuse (request, found != NULL);
}

gboolean
http_request_may_on_endpoint (HttpRequest *request, Right right, const char *endpoint)
{
  Database *database = request->scope->context.database;
  if (auth_can_on_endpoint (database, http_request_user (request), right, endpoint))
    return TRUE;
  g_autoptr (Endpoint) found = endpoint_store_get (database, endpoint, NULL);
  return http_request_refuse (request, found != NULL);
}

gboolean
http_request_may_on_everything (HttpRequest *request)
{
  const User *user = http_request_user (request);
  if (user && !user->unit && auth_can (user, request->route->right))
    return TRUE;
  http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  return FALSE;
}

gboolean
http_request_may_on_meeting (HttpRequest *request, Right right, const char *meeting)
{
  Database *database = request->scope->context.database;
  const User *user = http_request_user (request);
  if (auth_can_on_meeting (database, user, right, meeting))
    return TRUE;
  /* Whoever may not see it is not told that it exists. */
  http_reply_problem (request, auth_can_on_meeting (database, user, RIGHT_MEETING_VIEW, meeting)
                                   ? HTTP_PROBLEM_FORBIDDEN
                                   : HTTP_PROBLEM_NOT_FOUND);
  return FALSE;
}

/* --- Replies --- */

void
http_reply_header (HttpRequest *request, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), name,
                                value);
}

static void
http_reply_body (HttpRequest *request, guint status, const char *content_type, char *text,
                 gsize length)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  if (!soup_message_headers_get_one (headers, "Cache-Control"))
    http_reply_header (request, "Cache-Control", "no-store");
  soup_server_message_set_status (request->message, status, NULL);
  soup_server_message_set_response (request->message, content_type, SOUP_MEMORY_TAKE, text, length);
}

static void
http_reply_json_as (HttpRequest *request, guint status, const char *content_type, json_t *json)
{
  g_autoptr (json_t) owned = json;
  /* jansson allocates by malloc, as GLib does since 2.46. */
  char *text = json_dumps (owned, JSON_COMPACT);
  g_assert (text);
  http_reply_body (request, status, content_type, text, strlen (text));
}

void
http_reply_json (HttpRequest *request, guint status, json_t *json)
{
  http_reply_json_as (request, status, "application/json", json);
}

void
http_reply_empty (HttpRequest *request, guint status)
{
  http_reply_header (request, "Cache-Control", "no-store");
  if (status != SOUP_STATUS_NO_CONTENT)
    soup_message_headers_set_content_length (
        soup_server_message_get_response_headers (request->message), 0);
  soup_server_message_set_status (request->message, status, NULL);
}

void
http_reply_text (HttpRequest *request, guint status, const char *content_type, const char *text)
{
  http_reply_body (request, status, content_type, g_strdup (text), strlen (text));
}

static void
http_reply_problem_text (HttpRequest *request, const ProblemText *problem, const char *field,
                         const char *detail_en)
{
  if (problem->http_status == 401)
    http_reply_header (request, "WWW-Authenticate",
                       request->token || http_request_header (request, "Authorization")
                           ? "Bearer error=\"invalid_token\""
                           : "Bearer");
  if (problem->http_status == 503)
    http_reply_header (request, "Retry-After", "2");
  if (problem == http_problem_text (HTTP_PROBLEM_LOCKED)) {
    int minutes = request->scope->context.settings->auth.lockout_minutes;
    g_autofree char *seconds = g_strdup_printf ("%d", minutes * 60);
    http_reply_header (request, "Retry-After", seconds);
  } else if (problem->http_status == 429)
    http_reply_header (request, "Retry-After", "10");
  http_reply_json_as (request, problem->http_status, "application/problem+json",
                      http_problem_to_json (problem, field, detail_en));
}

void
http_reply_problem (HttpRequest *request, HttpProblem problem)
{
  http_reply_problem_text (request, http_problem_text (problem), NULL, NULL);
}

void
http_reply_field (HttpRequest *request, const char *field, const char *detail_en)
{
  http_reply_problem_text (request, http_problem_text (HTTP_PROBLEM_FIELD), field, detail_en);
}

void
http_reply_told (HttpRequest *request, HttpProblem problem, const char *field, const char *vi,
                 const char *en, json_t *more)
{
  const ProblemText *text = http_problem_text (problem);
  json_t *json = http_problem_to_json (text, field, en);
  json_object_set_new (json, "detail", json_string (vi));
  if (more)
    json_object_update_new (json, more);
  http_reply_json_as (request, text->http_status, "application/problem+json", json);
}

void
http_reply_error (HttpRequest *request, const GError *error)
{
  const ProblemText *problem = http_problem_of_error (error);
  if (problem->http_status >= 500)
    log_warning ("http", request->route ? request->route->pattern : NULL, "%s", error->message);
  gboolean tells = problem == http_problem_text (HTTP_PROBLEM_FIELD) ||
                   problem == http_problem_text (HTTP_PROBLEM_NOT_FOUND) ||
                   problem == http_problem_text (HTTP_PROBLEM_IN_USE);
  tells = tells && !g_str_has_prefix (error->message, "database:"); /* SQLite's own words */
  http_reply_problem_text (request, problem, NULL, tells ? error->message : NULL);
}

/* --- Times --- */

json_t *
http_time_to_json (gint64 ms)
{
  if (ms == 0)
    return json_null ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *text = time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
  return text ? json_string (text) : json_null ();
}

gboolean
http_time_parse (const char *text, gint64 *ret_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);
  if (!time || g_date_time_get_year (time) < 2000 || g_date_time_get_year (time) > 2199)
    return FALSE;
  *ret_ms = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

gboolean
http_request_read_time (HttpRequest *request, const char *field, const char *text, gint64 *ret_ms)
{
  gint64 ms = 0;
  if (text && !http_time_parse (text, &ms)) {
    http_reply_field (request, field, "not an ISO 8601 time with an offset");
    return FALSE;
  }
  *ret_ms = ms;
  return TRUE;
}
