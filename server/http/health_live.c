#include "server/http/health_live.h"

#include <string.h>

#include "server/alarms/alarm_desk.h"
#include "server/http/handlers.h"
#include "server/http/health_json.h"
#include "server/http/health_tile.h"
#include "server/http/identity.h"
#include "server/http/web_socket.h"
#include "server/snapshot/picture_board.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/schedule_store.h"

/* Boards open at once: a wall, and some technicians; each costs some 60 kB a second at most. */
/* Sites of which a page wants all figures: two that are compared, and some more. */
#define WATCHED_MAX 8
/* What a user may see is asked anew this often. */
#define SIGHT_US (60 * (gint64) G_USEC_PER_SEC)

/* What all boards show of a site. */
typedef struct {
  HealthTile tile;
  char *id;    /* {"endpoint":"e1","meeting":"m1" */
  char *whole; /* the same with name, unit, branch, phone */
  char *delta; /* of this second: a whole object, or NULL */
} TileEntry;

struct HealthLive {
  HttpScope *scope;
  GHashTable *sockets; /* set of LiveSocket, upgraded */
  GHashTable *tiles;   /* HealthSite -> TileEntry */
  gint64 updated_s;    /* UTC: tiles are of this second */
};

typedef struct {
  HealthLive *live;
  User *user;
  char *session; /* Session.token_hash */
  gint64 authorised_us;
  WebSocket *socket; /* NULL until upgraded */
  char *meeting;     /* only its sites, or NULL */
  char **watched;    /* endpoints, or NULL */
  GHashTable *sight; /* HealthSite -> whether it is seen (GINT 1, 0) */
  gint64 sight_us;
  GHashTable *told; /* set of HealthSite that the page has */
  GString *gone;    /* of this second, JSON objects */
  GString *alarms;  /* the same */
  char *counts;     /* as told last */
} LiveSocket;

/* --- tiles --------------------------------------------------------------------------------------
 */

static void
tile_entry_free (gpointer data)
{
  TileEntry *entry = data;

  health_tile_clear (&entry->tile);
  g_free (entry->id);
  g_free (entry->whole);
  g_free (entry->delta);
  g_free (entry);
}

/* The object without its closing brace. */
static char *
take_open_object (json_t *json)
{
  char *text = json_dumps (json, JSON_COMPACT);

  json_decref (json);
  text[strlen (text) - 1] = '\0';
  return text;
}

static TileEntry *
tile_entry_new (HealthLive *live, const HealthSite *site)
{
  TileEntry *entry = g_new0 (TileEntry, 1);
  g_autoptr (Endpoint) endpoint =
      endpoint_store_get (live->scope->context.database, site->endpoint, NULL);
  json_t *id = json_pack ("{s:s, s:s}", "endpoint", site->endpoint, "meeting", site->meeting);
  json_t *whole = json_deep_copy (id);

  json_object_update_new (whole, json_pack ("{s:s?, s:s?, s:s?, s:s}", "name", site->name, "unit",
                                            site->unit_name, "branch", site->branch, "phone",
                                            endpoint != NULL ? endpoint->phone : ""));
  entry->id = take_open_object (id);
  entry->whole = take_open_object (whole);
  entry->tile.score_up = entry->tile.score_down = entry->tile.rtt_ms = -1;
  entry->tile.loss_up = entry->tile.loss_down = -1;
  return entry;
}

static gint64
wall_ms (const HealthLive *live)
{
  return health_board_wall_s (live->scope->context.health) * 1000;
}

static TileEntry *
tile_of (HealthLive *live, HealthSite *site)
{
  TileEntry *entry = g_hash_table_lookup (live->tiles, site);

  if (entry != NULL)
    return entry;
  entry = tile_entry_new (live, site);
  health_tile_update (&entry->tile, site, wall_ms (live));
  g_hash_table_insert (live->tiles, site, entry);
  return entry;
}

static void
append_whole (HealthLive *live, HealthSite *site, GString *json)
{
  TileEntry *entry = tile_of (live, site);

  if (live->updated_s != health_board_wall_s (site->board)) /* nobody looked meanwhile */
    health_tile_update (&entry->tile, site, wall_ms (live));
  if (json->len > 0)
    g_string_append_c (json, ',');
  g_string_append (json, entry->whole);
  health_tile_append (&entry->tile, TILE_ALL, json);
  g_string_append_c (json, '}');
}

static void
update_tile (HealthLive *live, HealthSite *site)
{
  TileEntry *entry = tile_of (live, site);
  guint changes = health_tile_update (&entry->tile, site, wall_ms (live));
  g_autoptr (GString) json = NULL;

  g_clear_pointer (&entry->delta, g_free);
  if (changes == 0)
    return;
  json = g_string_new (entry->id);
  health_tile_append (&entry->tile, changes, json);
  g_string_append_c (json, '}');
  entry->delta = g_strdup (json->str);
}

json_t *
health_live_site_json (HealthLive *live, HealthSite *site)
{
  g_autoptr (GString) json = g_string_new (NULL);

  append_whole (live, site, json);
  return json_loadb (json->str, json->len, 0, NULL);
}

json_t *
health_counts_to_json (const GPtrArray *sites)
{
  guint n[N_HEALTH_LIGHTS] = { 0 };

  for (guint i = 0; i < sites->len; i++)
    n[((const HealthSite *) g_ptr_array_index (sites, i))->verdict.light]++;
  return json_pack ("{s:i, s:i, s:i, s:i, s:i}", "sites", (int) sites->len, "good",
                    (int) (n[HEALTH_LIGHT_GOOD] + n[HEALTH_LIGHT_UNKNOWN]), "fair",
                    (int) n[HEALTH_LIGHT_FAIR], "poor",
                    (int) (n[HEALTH_LIGHT_POOR] + n[HEALTH_LIGHT_LOST]), "absent",
                    (int) n[HEALTH_LIGHT_ABSENT]);
}

/* --- what one board sees -------------------------------------------------------------------------
 */

static gboolean
sees (LiveSocket *socket, const HealthSite *site)
{
  gpointer seen = NULL;

  if (socket->meeting != NULL && strcmp (socket->meeting, site->meeting) != 0)
    return FALSE;
  if (g_hash_table_lookup_extended (socket->sight, site, NULL, &seen))
    return GPOINTER_TO_INT (seen);
  gboolean may = auth_can_see_site (socket->live->scope->context.database, socket->user,
                                    site->meeting, site->endpoint);
  g_hash_table_insert (socket->sight, (gpointer) site, GINT_TO_POINTER (may));
  return may;
}

static GPtrArray *
list_seen (LiveSocket *socket)
{
  const HealthBoard *board = socket->live->scope->context.health;
  GPtrArray *sites = g_ptr_array_new ();

  for (guint i = 0; i < health_board_n_sites (board); i++) {
    HealthSite *site = health_board_get_site (board, i);

    if (sees (socket, site))
      g_ptr_array_add (sites, site);
  }
  return sites;
}

static json_t *
meetings_to_json (HealthLive *live, const GPtrArray *sites)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  json_t *json = json_array ();

  for (guint i = 0; i < sites->len; i++) {
    const HealthSite *site = g_ptr_array_index (sites, i);

    if (!g_hash_table_add (known, site->meeting))
      continue;
    g_autoptr (MeetingRecord) record =
        schedule_store_get (live->scope->context.database, site->meeting, NULL);
    if (record != NULL)
      json_array_append_new (json,
                             json_pack ("{s:s, s:s, s:s}", "id", record->id, "title", record->title,
                                        "state", meeting_state_to_string (record->state)));
  }
  return json;
}

/* --- frames --------------------------------------------------------------------------------------
 */

static void
send (LiveSocket *socket, const GString *text)
{
  web_socket_send_text (socket->socket, text->str, text->len);
}

static char *
take_dump (json_t *json)
{
  char *text = json_dumps (json, JSON_COMPACT);

  json_decref (json);
  return text;
}

/* --- alarms
 * ---------------------------------------------------------------------------------------- */

static void
append_alarm (LiveSocket *socket, const Alarm *alarm)
{
  const HttpContext *context = &socket->live->scope->context;

  if ((socket->meeting != NULL && strcmp (socket->meeting, alarm->meeting) != 0) ||
      !auth_can_see_site (context->database, socket->user, alarm->meeting, alarm->endpoint))
    return;
  g_autofree char *text = take_dump (alarm_desk_to_json (context->alarms, alarm));
  if (socket->alarms->len > 0)
    g_string_append_c (socket->alarms, ',');
  g_string_append (socket->alarms, text);
}

static void
list_open_alarms (LiveSocket *socket)
{
  AlarmDesk *desk = socket->live->scope->context.alarms;
  const GPtrArray *open = desk != NULL ? alarm_desk_get_open (desk) : NULL;

  g_string_truncate (socket->alarms, 0);
  for (guint i = 0; open != NULL && i < open->len; i++)
    append_alarm (socket, g_ptr_array_index (open, i));
}

/* Told with the next update. */
static void
on_alarms (gpointer user_data, const GPtrArray *alarms)
{
  HealthLive *live = user_data;
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);

  for (GList *l = sockets; l != NULL; l = l->next)
    for (guint i = 0; i < alarms->len; i++)
      append_alarm (l->data, g_ptr_array_index (alarms, i));
}

/* --- whole boards
 * --------------------------------------------------------------------------------- */

static void
send_snapshot (LiveSocket *socket)
{
  HealthLive *live = socket->live;
  const HealthBoard *board = live->scope->context.health;
  g_autoptr (GPtrArray) sites = list_seen (socket);
  g_autoptr (GString) list = g_string_new (NULL), text = g_string_new (NULL);
  g_autofree char *words = take_dump (health_words_to_json ());
  g_autofree char *thresholds = take_dump (health_config_to_json (health_board_get_config (board)));
  g_autofree char *meetings = take_dump (meetings_to_json (live, sites));

  g_hash_table_remove_all (socket->told);
  for (guint i = 0; i < sites->len; i++) {
    HealthSite *site = g_ptr_array_index (sites, i);

    append_whole (live, site, list);
    g_hash_table_add (socket->told, site);
  }
  g_free (socket->counts);
  socket->counts = take_dump (health_counts_to_json (sites));
  g_string_truncate (socket->gone, 0);
  list_open_alarms (socket);
  g_string_printf (text,
                   "{\"type\":\"snapshot\",\"at\":%" G_GINT64_FORMAT
                   ",\"words\":%s,\"thresholds\":%s,\"counts\":%s,\"meetings\":%s,\"sites\":[%s],"
                   "\"alarms\":[%s]}",
                   wall_ms (live), words, thresholds, socket->counts, meetings, list->str,
                   socket->alarms->str);
  g_string_truncate (socket->alarms, 0);
  send (socket, text);
}

/* New ones whole, others as far as they changed. */
static void
append_news (LiveSocket *socket, const GPtrArray *sites, GString *list)
{
  for (guint i = 0; i < sites->len; i++) {
    HealthSite *site = g_ptr_array_index (sites, i);
    const TileEntry *entry = tile_of (socket->live, site);

    if (g_hash_table_add (socket->told, site)) {
      append_whole (socket->live, site, list);
    } else if (entry->delta != NULL) {
      if (list->len > 0)
        g_string_append_c (list, ',');
      g_string_append (list, entry->delta);
    }
  }
}

static void
send_update (LiveSocket *socket)
{
  g_autoptr (GPtrArray) sites = list_seen (socket);
  g_autoptr (GString) list = g_string_new (NULL), text = g_string_new (NULL);
  g_autofree char *counts = take_dump (health_counts_to_json (sites));

  append_news (socket, sites, list);
  g_string_printf (text, "{\"type\":\"update\",\"at\":%" G_GINT64_FORMAT, wall_ms (socket->live));
  if (list->len > 0)
    g_string_append_printf (text, ",\"sites\":[%s]", list->str);
  if (socket->gone->len > 0)
    g_string_append_printf (text, ",\"gone\":[%s]", socket->gone->str);
  if (socket->alarms->len > 0)
    g_string_append_printf (text, ",\"alarms\":[%s]", socket->alarms->str);
  if (g_strcmp0 (counts, socket->counts) != 0) {
    g_string_append_printf (text, ",\"counts\":%s", counts);
    g_free (socket->counts);
    socket->counts = g_steal_pointer (&counts);
  }
  g_string_append_c (text, '}');
  g_string_truncate (socket->gone, 0);
  g_string_truncate (socket->alarms, 0);
  send (socket, text);
}

static void
send_detail (LiveSocket *socket)
{
  const HealthBoard *board = socket->live->scope->context.health;
  json_t *list = json_array ();

  for (guint i = 0; socket->watched[i] != NULL; i++) {
    const HealthSite *site = health_board_find (board, socket->watched[i]);

    if (site == NULL || !sees (socket, site))
      continue;
    json_array_append_new (list, json_pack ("{s:s, s:s, s:o, s:o}", "endpoint", site->endpoint,
                                            "meeting", site->meeting, "sample",
                                            health_sample_to_json (site), "client",
                                            health_client_to_json (site, wall_ms (socket->live))));
  }
  g_autofree char *text =
      take_dump (json_pack ("{s:s, s:I, s:o}", "type", "detail", "at",
                            (json_int_t) wall_ms (socket->live), "sites", list));
  web_socket_send_text (socket->socket, text, strlen (text));
}

/* --- the board of health
 * --------------------------------------------------------------------------- */

static void
socket_second (LiveSocket *socket, gint64 now_us)
{
  if (web_socket_is_closing (socket->socket))
    return;
  if (now_us - socket->sight_us >= SIGHT_US) {
    g_hash_table_remove_all (socket->sight);
    socket->sight_us = now_us;
  }
  send_update (socket);
  if (socket->watched != NULL)
    send_detail (socket);
}

static void
on_second (gpointer user_data, HealthBoard *board, gint64 now_us)
{
  HealthLive *live = user_data;
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);

  if (sockets == NULL)
    return; /* nobody looks: the next snapshot is made from what is there then */
  live->updated_s = health_board_wall_s (board);
  for (guint i = 0; i < health_board_n_sites (board); i++)
    update_tile (live, health_board_get_site (board, i));
  for (GList *l = sockets; l != NULL; l = l->next)
    socket_second (l->data, now_us);
}

static void
on_closed (gpointer user_data, HealthSite *site)
{
  HealthLive *live = user_data;
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);
  const TileEntry *entry = g_hash_table_lookup (live->tiles, site);

  for (GList *l = sockets; l != NULL; l = l->next) {
    LiveSocket *socket = l->data;

    g_hash_table_remove (socket->sight, site);
    if (g_hash_table_remove (socket->told, site))
      g_string_append_printf (socket->gone, "%s%s}", socket->gone->len > 0 ? "," : "", entry->id);
  }
  g_hash_table_remove (live->tiles, site);
}

static const HealthObserver observer = { .on_second = on_second, .on_closed = on_closed };

/* --- what a page asks
 * -------------------------------------------------------------------------------- */

typedef struct {
  char *type;
  char **endpoints;
  char *id;
} BoardRequest;

RECORD_DECLARE (BoardRequest, board_request)
static const RecordField board_request_fields[] = {
  RECORD_FIELD_STRING (BoardRequest, type, RECORD_REQUIRED, 1, 16),
  RECORD_FIELD_STRING_LIST (BoardRequest, endpoints, RECORD_OPTIONAL, WATCHED_MAX, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (BoardRequest, id, RECORD_OPTIONAL, 0, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (BoardRequest, board_request);

#define BOARD_REQUEST_MAX_BYTES 4096

static void
watch (LiveSocket *socket, char **endpoints)
{
  g_strfreev (socket->watched);
  socket->watched = endpoints[0] != NULL ? g_strdupv (endpoints) : NULL;
  if (socket->watched != NULL)
    send_detail (socket);
}

static void
choose_meeting (LiveSocket *socket, const char *id)
{
  g_free (socket->meeting);
  socket->meeting = id != NULL && *id != '\0' ? g_strdup (id) : NULL;
  send_snapshot (socket);
}

static void
on_text (gpointer owner, const char *text, gsize length)
{
  LiveSocket *socket = owner;
  gpointer record = NULL;

  if (!record_decode_text (&board_request_type, text, length, BOARD_REQUEST_MAX_BYTES, &record,
                           NULL)) {
    web_socket_close (socket->socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "malformed");
    return;
  }
  g_autoptr (BoardRequest) request = record;
  if (strcmp (request->type, "watch") == 0)
    watch (socket, request->endpoints);
  else if (strcmp (request->type, "meeting") == 0)
    choose_meeting (socket, request->id);
}

/* --- sockets
 * ------------------------------------------------------------------------------------------ */

static void
on_open (gpointer owner, WebSocket *web_socket)
{
  LiveSocket *socket = owner;

  socket->socket = web_socket;
  g_hash_table_add (socket->live->sockets, socket);
  send_snapshot (socket);
}

static void
on_gone (gpointer owner)
{
  LiveSocket *socket = owner;

  if (socket->socket != NULL)
    g_hash_table_remove (socket->live->sockets, socket);
  user_free (socket->user);
  g_hash_table_unref (socket->sight);
  g_hash_table_unref (socket->told);
  g_string_free (socket->gone, TRUE);
  g_string_free (socket->alarms, TRUE);
  g_strfreev (socket->watched);
  g_free (socket->meeting);
  g_free (socket->counts);
  g_free (socket->session);
  g_free (socket);
}

void
health_live_accept (HealthLive *live, HttpRequest *request)
{
  static const WebSocketKind kind = { HEALTH_SUBPROTOCOL, "http.health" };
  static const WebSocketEvents events = { on_open, on_text, on_gone };

  if (live->scope->context.health == NULL ||
      g_hash_table_size (live->sockets) >= HTTP_HEALTH_LIVE_MAX) {
    http_reply_problem (request, HTTP_PROBLEM_BUSY);
    return;
  }
  LiveSocket *socket = g_new0 (LiveSocket, 1);
  socket->live = live;
  socket->user = user_copy (http_request_user (request));
  socket->session = g_strdup (request->session->token_hash);
  socket->authorised_us = socket->sight_us = request->now_us;
  socket->sight = g_hash_table_new (NULL, NULL);
  socket->told = g_hash_table_new (NULL, NULL);
  socket->gone = g_string_new (NULL);
  socket->alarms = g_string_new (NULL);
  if (!web_socket_accept (request, &kind, socket->user->login, &events, socket))
    on_gone (socket);
}

void
on_health_live (HttpRequest *request)
{
  if (!identity_origin_is_ours (request, TRUE))
    http_reply_problem (request, HTTP_PROBLEM_ORIGIN);
  else
    health_live_accept (request->scope->health_live, request);
}

/* --- all of them
 * ---------------------------------------------------------------------------------------- */

HealthLive *
health_live_new (HttpScope *scope)
{
  HealthLive *live = g_new0 (HealthLive, 1);

  live->scope = scope;
  live->sockets = g_hash_table_new (NULL, NULL);
  live->tiles = g_hash_table_new_full (NULL, NULL, NULL, tile_entry_free);
  if (scope->context.health != NULL)
    health_board_add_observer (scope->context.health, &observer, live);
  if (scope->context.alarms != NULL)
    alarm_desk_watch (scope->context.alarms, on_alarms, live);
  return live;
}

void
health_live_free (HealthLive *live)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);

  for (GList *i = sockets; i; i = i->next)
    web_socket_destroy (((LiveSocket *) i->data)->socket);
  if (live->scope->context.health != NULL)
    health_board_remove_observer (live->scope->context.health, live);
  if (live->scope->context.alarms != NULL)
    alarm_desk_watch (live->scope->context.alarms, NULL, NULL);
  g_hash_table_unref (live->sockets);
  g_hash_table_unref (live->tiles);
  g_free (live);
}

static void
check_rights (LiveSocket *socket, gint64 now_us)
{
  if (web_socket_is_closing (socket->socket) ||
      now_us - socket->authorised_us < ROOM_RIGHTS_INTERVAL_US)
    return;
  socket->authorised_us = now_us;
  g_autoptr (User) user = session_hold (socket->live->scope->context.database, socket->session,
                                        g_get_real_time () / 1000);
  if (!user || user->role != socket->user->role || g_strcmp0 (user->unit, socket->user->unit) != 0)
    web_socket_close (socket->socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "signed out");
}

void
health_live_tick (HealthLive *live, gint64 now_us)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);

  if (sockets != NULL && live->scope->context.pictures != NULL)
    picture_board_watch (live->scope->context.pictures, now_us);
  for (GList *i = sockets; i; i = i->next) {
    check_rights (i->data, now_us);
    web_socket_tick (((LiveSocket *) i->data)->socket, now_us);
  }
}

void
health_live_close_all (HealthLive *live, guint16 code, const char *reason)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (live->sockets);

  for (GList *i = sockets; i; i = i->next)
    web_socket_close (((LiveSocket *) i->data)->socket, code, reason);
}

guint
health_live_get_count (const HealthLive *live)
{
  return g_hash_table_size (live->sockets);
}
