#include "server/http/handlers.h"
#include "server/http/identity.h"
#include "server/http/room_socket.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/schedule_store.h"

/* An encoder's or a room's own machine that has no person behind it. */
static gboolean
room_grant_of_token (HttpRequest *request, const char *meeting, RoomGrant *grant)
{
  const AccessToken *token = request->token;
  if (token->kind != ACCESS_ROOM || !g_str_equal (token->meeting, meeting)) {
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
    return FALSE;
  }
  const char *endpoint = http_request_query (request, "endpoint");
  if (endpoint && !g_str_equal (endpoint, token->endpoint)) {
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
    return FALSE;
  }
  *grant = (RoomGrant){ .meeting = meeting,
                        .endpoint = token->endpoint,
                        .role = ROOM_SITE,
                        .actor = token->endpoint,
                        .name = token->endpoint,
                        .source = request->source };
  return TRUE;
}

/* The chair's and a co-chair's tablet: it directs the meeting beside the hall's own computer, whose
 * seat it must not take. */
static gboolean
user_presides (Database *database, const User *user, const char *meeting)
{
  g_autoptr (MeetingRecord) record =
      user->endpoint ? schedule_store_get (database, meeting, NULL) : NULL;
  return record && (g_strcmp0 (record->chair_endpoint, user->endpoint) == 0 ||
                    meeting_record_is_co_chair (record, user->endpoint));
}

static gboolean
room_grant_of_operator (HttpRequest *request, const char *meeting, RoomGrant *grant)
{
  Database *database = request->scope->context.database;
  const User *user = http_request_user (request);
  gboolean runs = auth_can_on_meeting (database, user, RIGHT_MEETING_RUN, meeting) ||
                  user_presides (database, user, meeting);
  if (!runs && !http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, meeting))
    return FALSE;
  *grant = (RoomGrant){ .meeting = meeting,
                        .endpoint = "",
                        .role = runs         ? ROOM_OPERATOR
                                : user->unit ? ROOM_DESK
                                             : ROOM_OBSERVER,
                        .actor = user->login,
                        .name = user->name,
                        .source = request->source,
                        .branch = runs ? NULL : user->unit };
  return TRUE;
}

static gboolean
room_grant_of_user (HttpRequest *request, const char *meeting, RoomGrant *grant)
{
  Database *database = request->scope->context.database;
  const User *user = http_request_user (request);
  const char *role = http_request_query (request, "role");
  const char *endpoint = http_request_query (request, "endpoint");
  if (role) {
    if (g_str_equal (role, "operator"))
      return room_grant_of_operator (request, meeting, grant);
    http_reply_field (request, "role", NULL);
    return FALSE;
  }
  if (!endpoint)
    endpoint = user->endpoint;
  if (!endpoint) {
    http_reply_field (request, "endpoint", NULL);
    return FALSE;
  }
  if (!auth_can_join (database, user, meeting, endpoint)) {
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
    return FALSE;
  }
  *grant = (RoomGrant){ .meeting = meeting,
                        .endpoint = endpoint,
                        .role = ROOM_SITE,
                        .actor = user->login,
                        .name = user->name,
                        .source = request->source };
  return TRUE;
}

void
on_room_connect (HttpRequest *request)
{
  const char *meeting = http_request_param (request, "id");
  RoomGrant grant;
  if (request->token) {
    if (!room_grant_of_token (request, meeting, &grant))
      return;
  } else {
    /* Browsers send the cookie from any page: only our own pages may open a room with it. */
    if (!identity_origin_is_ours (request, TRUE)) {
      http_reply_problem (request, HTTP_PROBLEM_ORIGIN);
      return;
    }
    if (!http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, meeting) ||
        !room_grant_of_user (request, meeting, &grant))
      return;
  }
  room_sockets_accept (request->scope->rooms, request, &grant);
  const HttpContext *context = &request->scope->context;
  if (grant.role == ROOM_SITE && context->desk.joined)
    context->desk.joined (context->desk_data, meeting, grant.endpoint, request->now_ms);
}
