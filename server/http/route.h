/* Route: one operation of the HTTP surface: method, path, right, handler.  The table (routes.c)
 * is the only place where operations exist; openapi.json and it are held together by a test.
 *
 * Read-only after start, main thread. */
#pragma once

#include <glib.h>

#include "server/auth/rights.h"

typedef struct HttpRequest HttpRequest;

/* What a route asks of its caller before the handler runs: a Right of server/auth (of a user: the
 * role must have it at all; on which subject the handler checks), or one of these. */
#define ROUTE_PUBLIC (-1)
#define ROUTE_SESSION (-2) /* anyone signed in */

typedef enum {
  BODY_NONE,     /* a body is read and passed over */
  BODY_JSON,     /* application/json, HTTP_BODY_MAX_BYTES */
  BODY_LIST,     /* application/json with lists, HTTP_LIST_BODY_MAX_BYTES */
  BODY_CSV,      /* text/csv, HTTP_CSV_BODY_MAX_BYTES */
  BODY_FILE,     /* a file of any type, written to the disk as it comes (upload.h) */
  BODY_SDP,      /* application/sdp */
  BODY_FRAGMENT, /* application/trickle-ice-sdpfrag */
} RouteBody;

/* Replies (request.h), now or after http_request_hold (). */
typedef void (*RouteHandler) (HttpRequest *request);

typedef struct {
  const char *method;
  const char *pattern; /* "/api/v1/units/{code}": a parameter is a whole segment */
  int right;
  RouteBody body;
  gboolean tokens; /* access tokens (Bearer) are taken as well as sessions */
  RouteHandler handler;
} Route;

const Route *route_table (gsize *ret_n);

/* "public", "session", "units.view", ...: as openapi.json's x-right. */
const char *route_right_name (int right);

/* The values of @pattern's parameters in @path, decoded (transfer full, g_strfreev), or NULL when
 * it does not match.  A parameter is never empty and holds no '/' and no control character. */
char **route_match (const char *pattern, const char *path);
/* The index of parameter @name in @pattern, or -1. */
int route_param_index (const char *pattern, const char *name);

/* The route of @method and @path, with its parameters (transfer full); HEAD finds GET.  When only
 * other methods are here, NULL with *@ret_allow = "GET, POST" (transfer full); else both NULL. */
const Route *route_find (const char *method, const char *path, char ***ret_params,
                         char **ret_allow);

/* Bytes a body of this kind may have, and its content type (NULL: any). */
gsize route_body_max (RouteBody body);
const char *route_body_type (RouteBody body);
