/* Who is behind a request: the session of the cookie or the holder of an access token; and whether
 * the request may count as that person's will (CSRF token, Origin).
 *
 * Main thread; one indexed read of storage. */
#pragma once

#include "server/http/request.h"

#define SESSION_COOKIE "diemcau_session"
#define CSRF_HEADER "X-CSRF-Token"

/* Fills request->session or request->token; replies and returns FALSE when a token was given that
 * is not good, or one where only sessions count.  A stale cookie is as none. */
gboolean identity_read (HttpRequest *request);

/* The route's right, as far as it hangs on no subject; and for a cookie that changes something the
 * CSRF token.  Replies and returns FALSE. */
gboolean identity_authorise (HttpRequest *request);

/* The same for a request whose body is still to come: TRUE where both would be; never replies. */
gboolean identity_is_good (HttpRequest *request);

/* The Origin header names this server (or there is none and @required is FALSE). */
gboolean identity_origin_is_ours (const HttpRequest *request, gboolean required);

/* Set-Cookie; @token NULL: forget it. */
void identity_set_cookie (HttpRequest *request, const char *token);
/* The cookie's value (transfer full) or NULL. */
char *identity_cookie (const HttpRequest *request);
