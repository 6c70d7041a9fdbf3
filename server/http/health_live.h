/* HealthLive: the WebSockets of open boards (diemcau.health.v1): a snapshot of the sites that the
 * user may see, then once a second what has changed; README.md has the frames.
 *
 * Main thread.  It watches the board of health between new and free. A socket ends with its
 * session, and when its user's role or place changes. */
#pragma once

#include "server/http/request.h"
#include "signaling/health/board.h"

#define HEALTH_SUBPROTOCOL "diemcau.health.v1"

typedef struct HealthLive HealthLive;

/* @scope is lent and must outlive it; its context's health may be NULL: nobody is let in. */
HealthLive *health_live_new (HttpScope *scope);
/* Cuts all that are left. */
void health_live_free (HealthLive *live);

/* Answers @request (of a session) with the upgrade, or with a problem. */
void health_live_accept (HealthLive *live, HttpRequest *request);
/* Call about each second. */
void health_live_tick (HealthLive *live, gint64 now_us);
void health_live_close_all (HealthLive *live, guint16 code, const char *reason);
guint health_live_get_count (const HealthLive *live);

/* The whole of a site as the frames have it, for REST: NULL, it is not judged yet. transfer full */
json_t *health_live_site_json (HealthLive *live, HealthSite *site);
/* {"sites": n, "good": ...} of @sites (HealthSite); transfer full. */
json_t *health_counts_to_json (const GPtrArray *sites);
