/* WHIP (RFC 9725) and WHEP over the hub: headers and rights here, SDP and sessions there. */
#include <string.h>

#include "server/http/handlers.h"
#include "server/storage/schedule_store.h"
#include "signaling/protocol/ice_servers.h"

#define SDP_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

/* --- Who takes part --- */

static gboolean
request_is_whip (const HttpRequest *request)
{
  return g_str_has_prefix (request->route->pattern, "/whip/");
}

/* A room's token ends with its invitation, also for looking on. */
static gboolean
token_fits (HttpRequest *request, const char *meeting)
{
  const AccessToken *token = request->token;
  if (!g_str_equal (token->meeting, meeting))
    return FALSE;
  if (token->kind == ACCESS_ROOM)
    return schedule_store_is_invited (request->scope->context.database, meeting, token->endpoint);
  return !request_is_whip (request);
}

static gboolean
session_grant_of_token (HttpRequest *request, const char *meeting, SessionGrant *grant)
{
  if (!token_fits (request, meeting)) {
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
    return FALSE;
  }
  grant->endpoint = request_is_whip (request) ? request->token->endpoint : "";
  return TRUE;
}

static gboolean
session_grant_of_user (HttpRequest *request, const char *meeting, SessionGrant *grant)
{
  const User *user = http_request_user (request);
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, meeting))
    return FALSE;
  grant->endpoint = "";
  if (!request_is_whip (request))
    return TRUE;
  const char *endpoint = http_request_query (request, "endpoint");
  grant->endpoint = endpoint ? endpoint : user->endpoint;
  if (grant->endpoint &&
      auth_can_join (request->scope->context.database, user, meeting, grant->endpoint))
    return TRUE;
  http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  return FALSE;
}

static gboolean
session_grant_read (HttpRequest *request, SessionGrant *grant)
{
  grant->meeting = http_request_param (request, "meeting");
  grant->actor = http_request_actor (request);
  grant->source = request->source;
  return request->token ? session_grant_of_token (request, grant->meeting, grant)
                        : session_grant_of_user (request, grant->meeting, grant);
}

/* --- Offer and answer --- */

static gboolean
request_accepts (const HttpRequest *request, const char *type)
{
  const char *accept = http_request_header (request, "Accept");
  if (!accept || !*accept)
    return TRUE;
  GSList *accepted = soup_header_parse_quality_list (accept, NULL);
  gboolean found = FALSE;
  for (GSList *i = accepted; i && !found; i = i->next) {
    const char *range = i->data;
    gsize length = strcspn (range, "; ");
    found = g_ascii_strncasecmp (range, "*/*", MAX (length, 3)) == 0 ||
            g_ascii_strncasecmp (range, "application/*", MAX (length, 13)) == 0 ||
            g_ascii_strncasecmp (range, type, MAX (length, strlen (type))) == 0;
  }
  soup_header_free_list (accepted);
  return found;
}

static void
media_reply_etag (HttpRequest *request, const SessionAnswer *answer)
{
  if (!answer->etag)
    return;
  g_autofree char *etag = g_strdup_printf ("\"%s\"", answer->etag);
  http_reply_header (request, "ETag", etag);
}

/* RFC 9725, section 4.6. */
static void
media_reply_ice_servers (HttpRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  IceServersConfig config = ice_servers_of_settings (request->scope->context.settings);
  const char *whom =
      request->token && *request->token->endpoint ? request->token->endpoint : "http";
  g_auto (GStrv) links = ice_servers_to_links (&config, whom, g_get_real_time () / G_USEC_PER_SEC);
  for (guint i = 0; links[i]; i++)
    soup_message_headers_append (headers, "Link", links[i]);
}

/* Nobody is left to hang up a session whose offerer went away before the answer. */
static void
media_drop_orphan (HttpRequest *request, const SessionAnswer *answer)
{
  SessionGrant grant = { .meeting = http_request_param (request, "meeting"),
                         .endpoint = request->token ? request->token->endpoint : "",
                         .actor = http_request_actor (request) };
  if (request->scope->closed || !answer)
    return;
  if (!request->token && request_is_whip (request))
    grant.endpoint = http_request_query (request, "endpoint")
                         ? http_request_query (request, "endpoint")
                         : http_request_user (request)->endpoint;
  meeting_hub_session_delete (request->scope->context.hub, &grant, answer->session,
                              g_get_monotonic_time (), NULL);
}

static void
on_answer (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  g_autoptr (HttpRequest) request = user_data;
  if (!http_request_resume (request)) {
    media_drop_orphan (request, answer);
    return;
  }
  if (!answer) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location =
      g_strdup_printf ("/%s/%s/%s", request_is_whip (request) ? "whip" : "whep",
                       http_request_param (request, "meeting"), answer->session);
  http_reply_header (request, "Location", location);
  http_reply_header (request, "Accept-Patch", FRAGMENT_TYPE);
  media_reply_etag (request, answer);
  media_reply_ice_servers (request);
  http_reply_text (request, 201, SDP_TYPE, answer->sdp);
}

static gboolean
media_begin (HttpRequest *request, SessionGrant *grant)
{
  if (!request_accepts (request, SDP_TYPE)) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_ACCEPTABLE);
    return FALSE;
  }
  return session_grant_read (request, grant);
}

static SessionRequest
session_request_read (const HttpRequest *request, const SessionGrant *grant)
{
  SessionRequest wanted = { .grant = grant };
  const char *body = g_bytes_get_data (request->body, &wanted.length);
  wanted.body = body ? body : "";
  return wanted;
}

void
on_whip_create (HttpRequest *request)
{
  SessionGrant grant;
  if (!media_begin (request, &grant))
    return;
  SessionRequest wanted = session_request_read (request, &grant);
  meeting_hub_publish (request->scope->context.hub, &wanted, on_answer, http_request_hold (request),
                       request->now_us);
}

void
on_whep_create (HttpRequest *request)
{
  SessionGrant grant;
  if (!media_begin (request, &grant))
    return;
  SessionRequest wanted = session_request_read (request, &grant);
  wanted.source = http_request_query (request, "source");
  meeting_hub_play (request->scope->context.hub, &wanted, on_answer, http_request_hold (request),
                    request->now_us);
}

/* --- The session --- */

static void
on_patched (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  g_autoptr (HttpRequest) request = user_data;
  if (!http_request_resume (request))
    return;
  if (!answer) {
    http_reply_error (request, error);
    return;
  }
  media_reply_etag (request, answer);
  if (answer->sdp)
    http_reply_text (request, 200, FRAGMENT_TYPE, answer->sdp);
  else
    http_reply_empty (request, 204);
}

void
on_media_patch (HttpRequest *request)
{
  SessionGrant grant;
  if (!session_grant_read (request, &grant))
    return;
  SessionRequest wanted = session_request_read (request, &grant);
  wanted.session = http_request_param (request, "session");
  wanted.if_match = http_request_header (request, "If-Match");
  meeting_hub_session_patch (request->scope->context.hub, &wanted, on_patched,
                             http_request_hold (request), request->now_us);
}

void
on_media_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  SessionGrant grant;
  if (!session_grant_read (request, &grant))
    return;
  if (meeting_hub_session_delete (request->scope->context.hub, &grant,
                                  http_request_param (request, "session"), request->now_us, &error))
    http_reply_empty (request, 200);
  else
    http_reply_error (request, error);
}

void
on_media_options (HttpRequest *request)
{
  gboolean is_session = strstr (request->route->pattern, "{session}") != NULL;
  if (is_session)
    http_reply_header (request, "Accept-Patch", FRAGMENT_TYPE);
  else
    http_reply_header (request, "Accept-Post", SDP_TYPE);
  const char *methods = is_session ? "PATCH, DELETE, OPTIONS" : "POST, OPTIONS";
  http_reply_header (request, "Allow", methods);
  http_reply_header (request, "Access-Control-Allow-Methods", methods);
  http_reply_header (request, "Access-Control-Allow-Headers",
                     "Authorization, Content-Type, If-Match");
  http_reply_header (request, "Access-Control-Max-Age", "86400");
  http_reply_empty (request, 204);
}
