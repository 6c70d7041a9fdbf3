/* Lights over a span, a character a step for each site: what the board's heat map is drawn from. */
#include "server/http/handlers.h"
#include "server/http/health_json.h"
#include "server/http/http_limits.h"
#include "server/storage/health_store.h"

#include <string.h>

#define HEAT_STEP_LEAST_S 5
#define HEAT_NOTHING '.'

/* By HealthLight. */
static const char light_letters[] = "?gfpl-";

typedef struct {
  char *endpoint, *name;
  char *lights; /* a letter a column */
} HeatRow;

typedef struct {
  HttpRequest *request; /* held */
  gint64 from_s;
  guint step_s, n_columns;
  GPtrArray *rows; /* HeatRow */
} HeatCall;

static void
heat_row_free (gpointer data)
{
  HeatRow *row = data;
  g_free (row->endpoint);
  g_free (row->name);
  g_free (row->lights);
  g_free (row);
}

static void
heat_call_free (HeatCall *call)
{
  g_ptr_array_unref (call->rows);
  g_free (call);
}

/* The worst of a column is what it shows. */
static void
mark (const HeatCall *call, HeatRow *row, gint64 at_s, guint light)
{
  gint64 column = (at_s - call->from_s) / call->step_s;
  if (at_s < call->from_s || column >= call->n_columns || light >= sizeof light_letters - 1)
    return;
  const char *before = strchr (light_letters, row->lights[column]);
  gboolean is_absent = light == HEALTH_LIGHT_ABSENT;
  if (!before || (!is_absent && (light > (guint) (before - light_letters) ||
                                 *before == light_letters[HEALTH_LIGHT_ABSENT])))
    row->lights[column] = light_letters[light];
}

static json_t *
heat_to_json (const HeatCall *call)
{
  json_t *sites = json_array ();
  for (guint i = 0; i < call->rows->len; i++) {
    const HeatRow *row = g_ptr_array_index (call->rows, i);
    json_array_append_new (sites, json_pack ("{s:s, s:s, s:s}", "endpoint", row->endpoint, "name",
                                             row->name, "lights", row->lights));
  }
  return json_pack ("{s:I, s:i, s:o}", "from", (json_int_t) call->from_s * 1000, "step",
                    (int) call->step_s, "sites", sites);
}

/* --- of the last ten minutes: from memory --- */

static void
mark_ring (const HeatCall *call, HeatRow *row, const SecondRing *ring)
{
  for (gint64 s = MAX (call->from_s, ring->newest_s - RING_SECONDS + 1); s <= ring->newest_s; s++) {
    const SitePoint *point = second_ring_get (ring, s);
    if (point)
      mark (call, row, s, point->light);
  }
}

/* --- of before: on the store's thread --- */

static void
read_rows (HealthDb *db, gpointer data)
{
  HeatCall *call = data;
  for (guint i = 0; i < call->rows->len; i++) {
    HeatRow *row = g_ptr_array_index (call->rows, i);
    SeriesQuery query = { row->endpoint, call->step_s, call->from_s,
                          call->from_s + (gint64) call->step_s * call->n_columns };
    g_autoptr (GArray) points = health_db_series (db, &query, NULL);
    for (guint j = 0; points && j < points->len; j++) {
      const SeriesPoint *point = &g_array_index (points, SeriesPoint, j);
      /* steps of the series begin at whole multiples, ours where it was asked */
      mark (call, row, MAX (point->at_s, call->from_s), point->point.light);
    }
  }
}

static void
on_rows_read (gpointer data)
{
  HeatCall *call = data;
  g_autoptr (HttpRequest) request = call->request;
  if (http_request_resume (request))
    http_reply_json (request, 200, heat_to_json (call));
  heat_call_free (call);
}

/* --- the question --- */

/* Whole minutes or tens of seconds, as they are kept; or some seconds of what is in memory. */
static guint
choose_step (gint64 span_s)
{
  gint64 least = (span_s + HTTP_HEAT_COLUMNS_MAX - 1) / HTTP_HEAT_COLUMNS_MAX;
  gint64 unit = least <= HEAT_STEP_LEAST_S     ? HEAT_STEP_LEAST_S
                : least < HEALTH_STEP_COARSE_S ? HEALTH_STEP_FINE_S
                                               : HEALTH_STEP_COARSE_S;
  return (guint) ((least + unit - 1) / unit * unit);
}

static void
add_rows (HttpRequest *request, const HealthBoard *board, HeatCall *call)
{
  const char *meeting = http_request_query (request, "meeting");
  gboolean is_live = call->step_s == HEAT_STEP_LEAST_S;
  for (guint i = 0; board && i < health_board_n_sites (board); i++) {
    const HealthSite *site = health_board_get_site (board, i);
    if ((meeting && strcmp (site->meeting, meeting) != 0) ||
        call->rows->len >= HTTP_HEAT_SITES_MAX ||
        !auth_can_see_site (request->scope->context.database, http_request_user (request),
                            site->meeting, site->endpoint))
      continue;
    HeatRow *row = g_new0 (HeatRow, 1);
    row->endpoint = g_strdup (site->endpoint);
    row->name = g_strdup (site->name);
    row->lights = g_strnfill (call->n_columns, HEAT_NOTHING);
    g_ptr_array_add (call->rows, row);
    if (is_live)
      mark_ring (call, row, &site->points);
  }
}

void
on_health_heat (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  gint64 to_ms, from_ms;
  if (!http_request_query_int (request, "to", 0, G_MAXINT64 / 2, request->now_ms, &to_ms) ||
      !http_request_query_int (request, "from", 0, G_MAXINT64 / 2, to_ms - RING_SECONDS * 1000,
                               &from_ms))
    return;
  gint64 span_s = (to_ms - from_ms) / 1000;
  if (span_s < 1 || span_s > HTTP_HEAT_SPAN_MAX_S) {
    http_reply_field (request, "from", "1 second to 31 days before to");
    return;
  }
  HeatCall *call = g_new0 (HeatCall, 1);
  call->step_s = choose_step (span_s);
  call->from_s = from_ms / 1000;
  call->n_columns = (guint) ((span_s + call->step_s - 1) / call->step_s);
  call->rows = g_ptr_array_new_with_free_func (heat_row_free);
  add_rows (request, context->health, call);
  if (call->step_s == HEAT_STEP_LEAST_S || !context->health_store) {
    http_reply_json (request, 200, heat_to_json (call));
    heat_call_free (call);
    return;
  }
  call->request = http_request_hold (request);
  health_store_run (context->health_store, read_rows, on_rows_read, call);
}
