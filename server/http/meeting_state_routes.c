#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/storage/event_store.h"
#include "server/storage/schedule_store.h"

#define EVENTS_LIMIT_MAX 1000
#define EVENTS_LIMIT_DEFAULT 200

/* --- Transitions: signaling checks, stores and tells the rooms --- */

static gboolean
meeting_set_state (HttpRequest *request, MeetingState state, const char *reason)
{
  g_autoptr (GError) error = NULL;
  StateChange change = { state, reason, http_request_actor (request), request->source };
  if (meeting_hub_set_meeting_state (request->scope->context.hub,
                                     http_request_param (request, "id"), &change, request->now_us,
                                     &error))
    return TRUE;
  http_reply_error (request, error);
  return FALSE;
}

static void
meeting_become (HttpRequest *request, MeetingState state)
{
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_RUN, id) ||
      !meeting_set_state (request, state, NULL))
    return;
  announce_tell (request, MEETING_CHANGE_LISTED, id, NULL);
  meeting_reply (request, 200, id);
}

void
on_meeting_open (HttpRequest *request)
{
  meeting_become (request, MEETING_OPEN);
}

void
on_meeting_start (HttpRequest *request)
{
  meeting_become (request, MEETING_LIVE);
}

void
on_meeting_end (HttpRequest *request)
{
  meeting_become (request, MEETING_ENDED);
}

void
on_meeting_rehearse (HttpRequest *request)
{
  meeting_become (request, MEETING_REHEARSAL);
}

void
on_meeting_rehearse_end (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  g_autoptr (GError) error = NULL;
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_RUN, id))
    return;
  g_autoptr (MeetingRecord) record =
      schedule_store_get (request->scope->context.database, id, &error);
  /* Scheduled again: that is what a postponed meeting becomes, too, but not by this. */
  if (record && record->state != MEETING_REHEARSAL)
    g_set_error_literal (&error, SIGNALING_PROBLEM, PROBLEM_STATE_FORBIDDEN, "no rehearsal");
  if (error)
    http_reply_error (request, error);
  else
    meeting_become (request, MEETING_SCHEDULED);
}

void
on_meeting_extend (HttpRequest *request)
{
  g_autoptr (Extension) body = NULL;
  g_autoptr (GError) error = NULL;
  StateChange by = { MEETING_LIVE, NULL, http_request_actor (request), request->source };
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_RUN, id) ||
      !http_request_read (request, &extension_type, (gpointer *) &body, NULL))
    return;
  if (meeting_hub_extend (request->scope->context.hub, id, body->minutes, &by, request->now_us,
                          &error))
    meeting_reply (request, 200, id);
  else
    http_reply_error (request, error);
}

/* --- Seats and log --- */

void
on_meeting_seats (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, id))
    return;
  g_autofree char *text = meeting_hub_seats_json (request->scope->context.hub, id, request->now_us);
  json_t *seats = text ? json_loads (text, 0, NULL) : NULL;
  http_reply_json (request, 200, json_pack ("{s:o}", "seats", seats ? seats : json_array ()));
}

void
on_meeting_events (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 after, limit;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id) ||
      !http_request_query_int (request, "after", 0, G_MAXINT64, 0, &after) ||
      !http_request_query_int (request, "limit", 1, EVENTS_LIMIT_MAX, EVENTS_LIMIT_DEFAULT, &limit))
    return;
  g_autoptr (GPtrArray) events =
      event_store_list (request->scope->context.database, id, after, (guint) limit, &error);
  if (!events) {
    http_reply_error (request, error);
    return;
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "events", events_to_json (events)));
}

/* --- Access tokens --- */

static gboolean
token_request_is_sound (HttpRequest *request, const char *meeting, const TokenRequest *body)
{
  Database *database = request->scope->context.database;
  if ((body->endpoint != NULL) == body->viewer) {
    http_reply_field (request, "endpoint", "either endpoint or viewer:true");
    return FALSE;
  }
  if (body->endpoint && !schedule_store_is_invited (database, meeting, body->endpoint)) {
    http_reply_field (request, "endpoint", "the meeting does not invite this endpoint");
    return FALSE;
  }
  return TRUE;
}

void
on_token_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenRequest) body = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_TOKEN_MAKE, id) ||
      !http_request_read (request, &token_request_type, (gpointer *) &body, NULL) ||
      !token_request_is_sound (request, id, body))
    return;
  const char *subject = body->endpoint ? body->endpoint : "viewer";
  if (!audit_append (request, id, "token.make", subject, NULL, &error)) {
    http_reply_error (request, error);
    return;
  }
  AccessToken token = { .meeting = (char *) id,
                        .endpoint = body->endpoint ? body->endpoint : (char *) "",
                        .kind = body->endpoint ? ACCESS_ROOM : ACCESS_VIEWER,
                        .expires_s = request->now_ms / 1000 + body->ttl_s };
  g_autofree char *text = access_token_sign (&token, request->scope->context.token_key);
  g_autofree char *whip = body->endpoint ? g_strconcat ("/whip/", id, NULL) : NULL;
  g_autofree char *whep = g_strconcat ("/whep/", id, NULL);
  http_reply_json (request, 201,
                   json_pack ("{s:s, s:o, s:s?, s:s}", "token", text, "expires_at",
                              http_time_to_json (token.expires_s * 1000), "whip", whip, "whep",
                              whep));
}
