/* How lines are and were: the sites of running meetings, their series, the relay, saved rings. */
#include "server/http/handlers.h"
#include "server/http/health_json.h"
#include "server/http/health_live.h"
#include "server/http/relay_figures.h"
#include "server/storage/evidence.h"
#include "server/storage/health_store.h"

#include <string.h>

#define EVIDENCE_LISTED_MAX 200
#define EVIDENCE_LISTED 50

/* --- now
 * ------------------------------------------------------------------------------------------ */

static HealthBoard *
board_of (const HttpRequest *request)
{
  return request->scope->context.health;
}

static gboolean
may_see (HttpRequest *request, const HealthSite *site)
{
  return auth_can_see_site (request->scope->context.database, http_request_user (request),
                            site->meeting, site->endpoint);
}

void
on_health_sites (HttpRequest *request)
{
  const HealthBoard *board = board_of (request);
  const char *meeting = http_request_query (request, "meeting");
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  json_t *sites = json_array ();

  for (guint i = 0; board != NULL && i < health_board_n_sites (board); i++) {
    HealthSite *site = health_board_get_site (board, i);

    if ((meeting != NULL && strcmp (site->meeting, meeting) != 0) || !may_see (request, site))
      continue;
    g_ptr_array_add (seen, site);
    json_array_append_new (sites, health_live_site_json (request->scope->health_live, site));
  }
  http_reply_json (request, 200,
                   json_pack ("{s:I, s:o, s:o}", "at", (json_int_t) request->now_ms, "counts",
                              health_counts_to_json (seen), "sites", sites));
}

/* The running site of the route's endpoint, if the user may see it; replies and NULL otherwise. */
static HealthSite *
find_site (HttpRequest *request)
{
  const HealthBoard *board = board_of (request);
  const char *endpoint = http_request_param (request, "endpoint");
  HealthSite *site = board != NULL ? health_board_find (board, endpoint) : NULL;

  if (site != NULL && may_see (request, site))
    return site;
  if (site != NULL || http_request_may_on_endpoint (request, RIGHT_MEETING_WATCH, endpoint))
    http_reply_problem (request, site != NULL ? HTTP_PROBLEM_FORBIDDEN : HTTP_PROBLEM_NOT_FOUND);
  return NULL;
}

static json_t *
transport_to_json (const HealthSite *site)
{
  const LineSample *line = &site->now.line;

  if (site->transport == NULL)
    return json_null ();
  return json_pack ("{s:s, s:s, s:s, s:b}", "id", site->transport, "state",
                    transport_state_names[line->state], "address", line->address, "tcp", line->tcp);
}

static json_t *
candidates_to_json (const HealthSite *site)
{
  json_t *list = json_array ();

  for (guint i = 0; site->candidates != NULL && i < site->candidates->len; i++)
    json_array_append_new (list, json_string (g_ptr_array_index (site->candidates, i)));
  return list;
}

void
on_health_site (HttpRequest *request)
{
  HealthSite *site = find_site (request);

  if (site == NULL)
    return;
  http_reply_json (request, 200,
                   json_pack ("{s:o, s:o, s:o, s:o, s:s?, s:o, s:i}", "site",
                              health_live_site_json (request->scope->health_live, site), "sample",
                              health_sample_to_json (site), "client",
                              health_client_to_json (site, request->now_ms), "transport",
                              transport_to_json (site), "sdp", site->offer, "candidates",
                              candidates_to_json (site), "history_s", RING_SECONDS));
}

/* --- the last ten minutes
 * --------------------------------------------------------------------------- */

static json_t *
ring_rows (const SecondRing *ring, gint64 from_s, gint64 to_s,
           json_t *(*to_json) (gconstpointer point, gint64 at_s))
{
  json_t *rows = json_array ();

  for (gint64 s = MAX (from_s, ring->newest_s - RING_SECONDS + 1); s < to_s && s <= ring->newest_s;
       s++) {
    gconstpointer point = second_ring_get (ring, s);

    if (point != NULL)
      json_array_append_new (rows, to_json (point, s));
  }
  return rows;
}

static json_t *
site_point_row (gconstpointer point, gint64 at_s)
{
  return health_point_to_json (point, at_s);
}

static json_t *
stream_point_row (gconstpointer point, gint64 at_s)
{
  return health_stream_point_to_json (point, at_s);
}

static json_t *
ring_to_json (const char *name, StreamKind kind, guint layer, json_t *rows)
{
  static const char *const kinds[] = { "audio_up", "video_up", "audio_down", "video_down" };

  return json_pack ("{s:s, s:s, s:i, s:o}", "name", name, "kind", kinds[kind], "layer", (int) layer,
                    "rows", rows);
}

void
on_health_streams (HttpRequest *request)
{
  const HealthSite *site = find_site (request);
  json_t *streams;

  if (site == NULL)
    return;
  streams = json_array ();
  for (guint i = 0; i < site->n_rings; i++) {
    const StreamRing *ring = site->rings[i];

    json_array_append_new (
        streams, ring_to_json (ring->name, (StreamKind) ring->kind, ring->layer,
                               ring_rows (&ring->points, 0, G_MAXINT64, stream_point_row)));
  }
  http_reply_json (request, 200,
                   json_pack ("{s:s, s:o, s:o}", "endpoint", site->endpoint, "columns",
                              health_stream_columns_to_json (), "streams", streams));
}

/* --- series
 * ------------------------------------------------------------------------------------------- */

static void
reply_series (HttpRequest *request, guint step_s, json_t *rows)
{
  http_reply_json (request, 200,
                   json_pack ("{s:s, s:i, s:o, s:o}", "endpoint",
                              http_request_param (request, "endpoint"), "step", (int) step_s,
                              "columns", health_columns_to_json (), "rows", rows));
}

typedef struct {
  HttpRequest *request;
  guint step_s;
} SeriesCall;

static void
on_series (gpointer user_data, const GArray *points, const GError *error)
{
  g_autofree SeriesCall *call = user_data;
  g_autoptr (HttpRequest) request = call->request;

  if (!http_request_resume (request))
    return;
  if (points == NULL) {
    http_reply_error (request, error);
    return;
  }
  json_t *rows = json_array ();
  for (guint i = 0; i < points->len; i++) {
    const SeriesPoint *point = &g_array_index (points, SeriesPoint, i);

    json_array_append_new (rows, health_point_to_json (&point->point, point->at_s));
  }
  reply_series (request, call->step_s, rows);
}

/* What was measured of it: whoever may see the room now; past meetings belong to the room. */
static gboolean
may_see_past (HttpRequest *request)
{
  const HealthBoard *board = board_of (request);
  const char *endpoint = http_request_param (request, "endpoint");
  const HealthSite *site = board != NULL ? health_board_find (board, endpoint) : NULL;

  return (site != NULL && may_see (request, site)) ||
         http_request_may_on_endpoint (request, RIGHT_MEETING_WATCH, endpoint);
}

/* The finest that the span still has. */
static guint
choose_step (gint64 asked, gint64 from_s, gint64 now_s)
{
  if (asked != 0)
    return (guint) asked;
  if (now_s - from_s <= RING_SECONDS)
    return 1;
  return now_s - from_s <= HEALTH_KEEP_FINE_S ? HEALTH_STEP_FINE_S : HEALTH_STEP_COARSE_S;
}

void
on_health_series (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  const char *endpoint = http_request_param (request, "endpoint");
  gint64 now_s = request->now_ms / 1000, from_ms, to_ms, asked;

  if (!may_see_past (request) ||
      !http_request_query_int (request, "to", 0, G_MAXINT64 / 2, request->now_ms + 1000, &to_ms) ||
      !http_request_query_int (request, "from", 0, G_MAXINT64 / 2, to_ms - RING_SECONDS * 1000,
                               &from_ms) ||
      !http_request_query_int (request, "step", 1, 86400, 0, &asked))
    return;
  guint step_s = choose_step (asked, from_ms / 1000, now_s);
  const HealthSite *site =
      context->health != NULL ? health_board_find (context->health, endpoint) : NULL;
  if (step_s < HEALTH_STEP_FINE_S || context->health_store == NULL) {
    reply_series (request, 1,
                  site != NULL
                      ? ring_rows (&site->points, from_ms / 1000, to_ms / 1000, site_point_row)
                      : json_array ());
    return;
  }
  SeriesQuery query = { endpoint, step_s, from_ms / 1000, to_ms / 1000 };
  SeriesCall *call = g_new (SeriesCall, 1);
  *call = (SeriesCall){ http_request_hold (request), step_s };
  health_store_series (context->health_store, &query, on_series, call);
}

/* --- saved rings
 * ---------------------------------------------------------------------------------------- */

static json_t *
evidence_head (const Evidence *evidence)
{
  return json_pack ("{s:I, s:s, s:s, s:s, s:I, s:b}", "id", (json_int_t) evidence->id, "endpoint",
                    evidence->endpoint, "meeting", evidence->meeting, "reason", evidence->reason,
                    "at", (json_int_t) evidence->at_ms, "headers", evidence->has_headers);
}

static void
on_evidence_listed (gpointer user_data, const GPtrArray *list, const GError *error)
{
  g_autoptr (HttpRequest) request = user_data;
  json_t *rows;

  if (!http_request_resume (request))
    return;
  if (list == NULL) {
    http_reply_error (request, error);
    return;
  }
  rows = json_array ();
  for (guint i = 0; i < list->len; i++) {
    const Evidence *evidence = g_ptr_array_index (list, i);

    if (auth_can_see_site (request->scope->context.database, http_request_user (request),
                           evidence->meeting, evidence->endpoint))
      json_array_append_new (rows, evidence_head (evidence));
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "evidence", rows));
}

void
on_evidence_list (HttpRequest *request)
{
  HealthStore *store = request->scope->context.health_store;
  gint64 limit;

  if (!http_request_query_int (request, "limit", 1, EVIDENCE_LISTED_MAX, EVIDENCE_LISTED, &limit))
    return;
  if (store == NULL) {
    http_reply_json (request, 200, json_pack ("{s:[]}", "evidence"));
    return;
  }
  const char *endpoint = http_request_query (request, "endpoint");
  HttpRequest *held = http_request_hold (request);
  health_store_list_evidence (store, endpoint, (guint) limit, on_evidence_listed, held);
}

typedef struct {
  json_t *streams, *site_rows, *rows; /* rows: of the ring that is read */
} EvidenceJson;

static void
on_ring (gpointer user_data, const char *name, StreamKind kind, guint layer)
{
  EvidenceJson *json = user_data;

  if (name[0] == '\0') {
    json->rows = json->site_rows;
    return;
  }
  json->rows = json_array ();
  json_array_append_new (json->streams, ring_to_json (name, kind, layer, json->rows));
}

static void
on_stream_point (gpointer user_data, gint64 at_s, const StreamPoint *point)
{
  json_array_append_new (((EvidenceJson *) user_data)->rows,
                         health_stream_point_to_json (point, at_s));
}

static void
on_site_point (gpointer user_data, gint64 at_s, const SitePoint *point)
{
  json_array_append_new (((EvidenceJson *) user_data)->rows, health_point_to_json (point, at_s));
}

static json_t *
evidence_to_json (const Evidence *evidence)
{
  EvidenceJson rings = { json_array (), json_array (), NULL };
  EvidenceReader reader = { &rings, on_ring, on_stream_point, on_site_point };
  json_t *json = evidence_head (evidence);

  evidence_read (evidence->rings, &reader);
  json_object_set_new (json, "columns", health_columns_to_json ());
  json_object_set_new (json, "rows", rings.site_rows);
  json_object_set_new (json, "stream_columns", health_stream_columns_to_json ());
  json_object_set_new (json, "streams", rings.streams);
  return json;
}

static void
on_evidence_got (gpointer user_data, const Evidence *evidence, const GError *error)
{
  g_autoptr (HttpRequest) request = user_data;

  if (!http_request_resume (request))
    return;
  if (error != NULL)
    http_reply_error (request, error);
  else if (evidence == NULL)
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
  else if (!auth_can_see_site (request->scope->context.database, http_request_user (request),
                               evidence->meeting, evidence->endpoint))
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  else
    http_reply_json (request, 200, evidence_to_json (evidence));
}

void
on_evidence_read (HttpRequest *request)
{
  HealthStore *store = request->scope->context.health_store;
  gint64 id = 0;

  if (store == NULL || !g_ascii_string_to_signed (http_request_param (request, "id"), 10, 1,
                                                  G_MAXINT64, &id, NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
    return;
  }
  health_store_get_evidence (store, id, on_evidence_got, http_request_hold (request));
}

/* --- the relay
 * -------------------------------------------------------------------------------------------- */

static void
on_relay_figures (json_t *stats, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;

  if (!http_request_resume (request))
    return;
  RelayFigures *figures = request->scope->relay_figures;
  relay_figures_take (figures, stats, g_get_monotonic_time ());
  http_reply_json (request, 200, relay_figures_to_json (figures));
}

void
on_health_relay (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  const RelayFigures *figures = request->scope->relay_figures;

  if (!auth_can (http_request_user (request), RIGHT_RELAY_VIEW))
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  else if (relay_figures_is_fresh (figures, request->now_us))
    http_reply_json (request, 200, relay_figures_to_json (figures));
  else
    context->relay.get_stats (context->relay_data, on_relay_figures, http_request_hold (request));
}
