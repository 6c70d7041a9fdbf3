/* HttpRequest: one request on its way through a handler, and the replies it may get.
 *
 * Main thread, reference counted.  A handler either replies before it returns, or holds the
 * request, starts something asynchronous, and in its callback:
 *
 *   g_autoptr (HttpRequest) request = user_data;    (from http_request_hold ())
 *   if (!http_request_resume (request)) return;     (client or server gone)
 *   http_reply_... (request, ...);
 */
#pragma once

#include <jansson.h>
#include <libsoup/soup.h>

#include "pipelines/control/record.h"
#include "server/auth/access_token.h"
#include "server/auth/session.h"
#include "server/auth/throttle.h"
#include "server/http/http_limits.h"
#include "server/http/http_problem.h"
#include "server/http/http_server.h"
#include "server/http/route.h"

typedef struct RoomSockets RoomSockets;
typedef struct Upload Upload;
typedef struct DeskSockets DeskSockets;

/* What all requests of one server share; outlives the server for the sake of late callbacks. */
typedef struct {
  HttpContext context;
  RoomSockets *rooms;
  DeskSockets *desks;
  struct HealthLive *health_live;
  struct RelayFigures *relay_figures;
  struct RehearsalBoard *rehearsals;
  Throttle *feed_readers; /* requests of calendar feeds by source */
  guint uploads;          /* under way */
  gboolean closed;        /* the server is gone: nothing of `context` may be touched */
} HttpScope;

struct HttpRequest {
  SoupServerMessage *message;
  HttpScope *scope; /* g_rc_box */
  const Route *route;
  char **params;
  GHashTable *query;  /* char * -> char *, or NULL */
  GBytes *body;       /* never NULL */
  Upload *upload;     /* of a BODY_FILE route; NULL when its sender may not */
  char *source;       /* numeric address of the client */
  Session *session;   /* of the cookie; NULL if there is none */
  AccessToken *token; /* Bearer; NULL if there is none */
  gint64 now_us;      /* monotonic, at arrival */
  gint64 now_ms;      /* UTC since the epoch, at arrival */
  gboolean gone;      /* the client hung up */
  gboolean held;
};

HttpRequest *http_request_ref (HttpRequest *request);
void http_request_unref (HttpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpRequest, http_request_unref)

/* Pauses the message; returns a reference for the callback. */
HttpRequest *http_request_hold (HttpRequest *request);
/* To be called once after a hold, before the reply.  FALSE: nobody waits for the reply; only the
 * reference is left to be dropped. */
gboolean http_request_resume (HttpRequest *request);

/* The value of "{name}" in the route's path; never NULL. */
const char *http_request_param (const HttpRequest *request, const char *name);
/* NULL when it is not there or empty. */
const char *http_request_query (const HttpRequest *request, const char *name);
/* An integer of the query in min..max, @fallback when it is not there; replies and returns FALSE
 * when it is anything else. */
gboolean http_request_query_int (HttpRequest *request, const char *name, gint64 min, gint64 max,
                                 gint64 fallback, gint64 *ret_value);
const char *http_request_header (const HttpRequest *request, const char *name);

/* Decodes the body (RecordType's struct, transfer full); replies and returns FALSE when it cannot
 * be.  @ret_json (may be NULL): the parsed body as well (transfer full). */
gboolean http_request_read (HttpRequest *request, const RecordType *type, gpointer *ret_record,
                            json_t **ret_json);

/* The signed-in user; NULL for a token's holder and the public. */
const User *http_request_user (const HttpRequest *request);
/* Who acts, for logs: login, endpoint of the token, or "viewer". */
const char *http_request_actor (const HttpRequest *request);

/* Checks the user's right on a subject; replies 403 (a meeting the user may not even see: 404) and
 * returns FALSE without it. */
gboolean http_request_may_on_unit (HttpRequest *request, Right right, const char *unit);
gboolean http_request_may_on_endpoint (HttpRequest *request, Right right, const char *endpoint);
/* An administrator of everything, whose role has the route's right. */
gboolean http_request_may_on_everything (HttpRequest *request);
gboolean http_request_may_on_meeting (HttpRequest *request, Right right, const char *meeting);

/* --- Replies: one per request --- */

/* @json: transfer full. */
void http_reply_json (HttpRequest *request, guint status, json_t *json);
void http_reply_empty (HttpRequest *request, guint status);
void http_reply_text (HttpRequest *request, guint status, const char *content_type,
                      const char *text);
void http_reply_problem (HttpRequest *request, HttpProblem problem);
/* 422 that names the field; @detail_en may be NULL. */
void http_reply_field (HttpRequest *request, const char *field, const char *detail_en);
/* A problem in words of its own, which say what to do; @field and @more (further members, transfer
 * full) may be NULL. */
void http_reply_told (HttpRequest *request, HttpProblem problem, const char *field, const char *vi,
                      const char *en, json_t *more);
/* Of storage, auth, signaling or the codec; those that are our own fault are logged. */
void http_reply_error (HttpRequest *request, const GError *error);
void http_reply_header (HttpRequest *request, const char *name, const char *value);

/* --- Times: ISO 8601 outside, UTC milliseconds inside; 0 is null --- */

json_t *http_time_to_json (gint64 ms);
/* FALSE without an offset or Z, or outside 2000..2199. */
gboolean http_time_parse (const char *text, gint64 *ret_ms);
/* Of a field that may be NULL (0); replies and returns FALSE when it is no time. */
gboolean http_request_read_time (HttpRequest *request, const char *field, const char *text,
                                 gint64 *ret_ms);
