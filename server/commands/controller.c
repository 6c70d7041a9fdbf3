#include "server/commands/controller.h"

#include "config/log.h"
#include "server/alarms/alarm_desk.h"
#include "server/auth/access_token.h"
#include "server/auth/login.h"
#include "server/bus/media_port_relay.h"
#include "server/bus/relay_condition.h"
#include "server/bus/relay_link.h"
#include "server/capture/capture_desk.h"
#include "server/capture/header_keeper.h"
#include "server/card/card_desk.h"
#include "server/commands/demo.h"
#include "server/commands/rehearsal_opener.h"
#include "server/commands/snapshots.h"
#include "server/http/http_server.h"
#include "server/inbox/desk_hub.h"
#include "server/inbox/inbox.h"
#include "server/mail/post_office.h"
#include "server/metrics/metrics_server.h"
#include "server/reports/line_keeper.h"
#include "server/storage/alarm_store.h"
#include "server/storage/event_store.h"
#include "server/storage/health_store.h"
#include "server/storage/live_store.h"
#include "server/storage/mail_store.h"
#include "server/storage/paper_file.h"
#include "server/storage/state_directory.h"
#include "signaling/meeting/hub.h"

#include <stdio.h>

#define TAG "serve"

/* Seat updates and speaking levels reach the rooms within this. */
#define TICK_MS 50
/* The hub's wall clock follows the machine's; dead log-in sessions are swept. */
#define HOUSEKEEPING_S 60
/* A letter whose time has come is sent within this. */
#define MAIL_TICK_S 2
/* Of meetings that are over, one is looked at for its lines. */
#define LINE_TICK_S 5

struct Controller {
  const Settings *settings;
  StateLock *lock;
  Database *database;
  LoginGate *logins;
  GBytes *token_key;
  char *first_password; /* of the first administrator, until it was shown */
  RelayLink *relay;
  RelayCounts relay_counts;
  MeetingHub *hub;
  CardDesk *card;
  PostOffice *post_office;
  Inbox *inbox;
  AlarmDesk *alarms;
  HealthStore *lines;      /* how they were; NULL: nothing is kept */
  LineKeeper *line_keeper; /* NULL with it */
  CaptureDesk *captures;
  HeaderKeeper *headers; /* NULL: no lines are kept */
  Snapshots *snapshots;
  HttpServer *http;
  MetricsServer *metrics;
  Demo *demo;
  guint tick;
  guint desk_tick;
  guint mail_tick;
  guint line_tick;
  guint rehearsal_tick;
  guint housekeeping;
  GSourceFunc stopped;
  gpointer stopped_data;
};

static gint64
wall_ms (void)
{
  return g_get_real_time () / 1000;
}

/* --- the relay and the meetings -------------------------------------------------------------- */

static void
on_relay_up (const HelloReply *hello, const GPtrArray *survivors, gpointer user_data)
{
  Controller *controller = user_data;
  meeting_hub_on_relay_back (controller->hub, survivors, g_get_monotonic_time ());
}

static void
on_relay_lost (gpointer user_data)
{
  Controller *controller = user_data;
  meeting_hub_on_relay_lost (controller->hub, g_get_monotonic_time ());
}

static void
on_relay_event (ControlType type, gconstpointer event, gpointer user_data)
{
  Controller *controller = user_data;
  meeting_hub_on_media_event (controller->hub, type, event, g_get_monotonic_time ());
  snapshots_on_event (controller->snapshots, type, event);
}

/* A relay that is too busy is why its rooms are ill. */
static void
on_relay_stats (const RelayStatsReply *stats, gpointer user_data)
{
  Controller *controller = user_data;
  RelayCondition condition;
  if (relay_condition_take (&controller->relay_counts, stats, g_get_monotonic_time (), &condition))
    health_board_set_relay (meeting_hub_get_health (controller->hub), &condition);
}

static const RelayLinkEvents relay_events = { on_relay_up, on_relay_lost, on_relay_event,
                                              on_relay_stats };

/* The relay gets the settings that we have, whatever its file says by then. */
static RelayLink *
new_relay_link (Controller *controller)
{
  g_auto (GStrv) assignments = settings_to_assignments (controller->settings);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_ptr_array_add (arguments, (gpointer) "relay");
  g_ptr_array_add (arguments, (gpointer) "--owned");
  for (char **item = assignments; *item; item++) {
    g_ptr_array_add (arguments, (gpointer) "--set");
    g_ptr_array_add (arguments, *item);
  }
  g_ptr_array_add (arguments, NULL);
  g_autofree char *path = settings_relay_socket (controller->settings);
  RelayLinkConfig config = { .socket_path = path,
                             .program = controller->settings->relay.start ? "/proc/self/exe" : NULL,
                             .arguments = (const char *const *) arguments->pdata };
  return relay_link_new (&config, &relay_events, controller);
}

static MeetingHub *
new_hub (Controller *controller)
{
  const Settings *settings = controller->settings;
  MeetingHubConfig config = {
    .max_connections = (guint) settings->meetings.max_connections,
    .sdp = { .video_codecs = (const char *const *) settings->meetings.video_codecs,
             .no_red = !settings->meetings.audio_red,
             .dtx = settings->meetings.audio_dtx },
    .loss_fair_permille = (guint) settings->meetings.line_fair_permille,
    .loss_poor_permille = (guint) settings->meetings.line_poor_permille,
    .loudest_voices = (guint) settings->meetings.loudest_voices,
    .line_calm_us = settings->meetings.line_calm_s * G_USEC_PER_SEC,
    .camera_pause = (CameraPause) settings->meetings.camera_pause,
    .room_down_kbps = (guint) settings->meetings.room_down_kbps,
    .room_up_kbps = (guint) settings->meetings.room_up_kbps,
    .ice_servers = ice_servers_of_settings (settings),
  };
  MeetingHub *hub = meeting_hub_new (&config, live_store_callbacks (), controller->database,
                                     media_port_relay (), controller->relay);
  meeting_hub_set_wall_clock (hub, wall_ms (), g_get_monotonic_time ());
  return hub;
}

static gboolean
on_tick (gpointer user_data)
{
  Controller *controller = user_data;
  meeting_hub_tick (controller->hub, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static gboolean
on_desk_tick (gpointer user_data)
{
  Controller *controller = user_data;
  inbox_tick (controller->inbox, wall_ms ());
  return G_SOURCE_CONTINUE;
}

static gboolean
on_mail_tick (gpointer user_data)
{
  post_office_tick (((Controller *) user_data)->post_office, wall_ms ());
  return G_SOURCE_CONTINUE;
}

static gboolean
on_line_tick (gpointer user_data)
{
  line_keeper_tick (((Controller *) user_data)->line_keeper, wall_ms ());
  return G_SOURCE_CONTINUE;
}

static gboolean
on_rehearsal_tick (gpointer user_data)
{
  const Controller *controller = user_data;
  RehearsalOpener opener = { controller->settings, controller->database, controller->hub };
  rehearsal_opener_look (&opener, wall_ms (), g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static gboolean
on_housekeeping (gpointer user_data)
{
  Controller *controller = user_data;
  g_autoptr (GError) error = NULL;
  meeting_hub_set_wall_clock (controller->hub, wall_ms (), g_get_monotonic_time ());
  if (!session_remove_dead (controller->database, wall_ms (), &error))
    log_warning (TAG, NULL, "dead sessions cannot be removed: %s", error->message);
  g_clear_error (&error);
  if (!event_store_remove_before (controller->database, wall_ms () - EVENTS_KEPT_MS, NULL, &error))
    log_warning (TAG, NULL, "old events cannot be removed: %s", error->message);
  g_clear_error (&error);
  if (!inbox_sweep (controller->inbox, wall_ms (), &error))
    log_warning (TAG, NULL, "old notices cannot be removed: %s", error->message);
  g_clear_error (&error);
  if (!post_office_sweep (controller->post_office, wall_ms (), &error))
    log_warning (TAG, NULL, "old letters cannot be removed: %s", error->message);
  g_clear_error (&error);
  if (!alarm_store_remove_before (controller->database, wall_ms () - ALARMS_KEPT_MS, &error))
    log_warning (TAG, NULL, "old alarms cannot be removed: %s", error->message);
  return G_SOURCE_CONTINUE;
}

/* --- what HTTP tells of the relay ------------------------------------------------------------ */

typedef struct {
  HttpRelayStatsFunc callback;
  gpointer user_data;
} StatsCall;

static void
on_stats (gconstpointer reply, const GError *error, gpointer user_data)
{
  g_autofree StatsCall *call = user_data;
  g_autoptr (json_t) stats = reply ? record_encode (&relay_stats_reply_type, reply) : NULL;
  call->callback (stats, call->user_data);
}

static void
get_stats (gpointer relay_data, HttpRelayStatsFunc callback, gpointer user_data)
{
  StatsCall *call = g_new (StatsCall, 1);
  *call = (StatsCall){ callback, user_data };
  relay_link_request (relay_data, CONTROL_RELAY_STATS, NULL, on_stats, call);
}

static gboolean
is_connected (gpointer relay_data)
{
  return relay_link_is_up (relay_data);
}

/* --- alarms ---------------------------------------------------------------------------------- */

static void
send_alarm_letter (gpointer data, const char *const *addresses, const char *subject,
                   const char *text)
{
  Controller *controller = data;
  g_autoptr (GError) error = NULL;
  Letter letter = { .subject = subject, .text = text, .at_ms = wall_ms () };
  if (!mail_store_queue (controller->database, &letter, addresses, NULL, &error))
    log_warning (TAG, NULL, "a letter about alarms is not written: %s", error->message);
  else
    post_office_tick (controller->post_office, wall_ms ());
}

static AlarmDesk *
new_alarms (Controller *controller)
{
  static const AlarmMailer mailer = { send_alarm_letter };
  return alarm_desk_new (controller->database, controller->settings,
                         meeting_hub_get_health (controller->hub), &mailer, controller);
}

/* A meeting goes on without a record of its lines. */
static HealthStore *
new_lines (Controller *controller)
{
  g_autoptr (GError) error = NULL;
  HealthStore *store = health_store_open (controller->settings->storage.state_dir, &error);
  if (store)
    health_store_watch (store, meeting_hub_get_health (controller->hub));
  else
    log_warning (TAG, NULL, "how lines are is not kept: %s", error->message);
  return store;
}

/* --- captures -------------------------------------------------------------------------------- */

static void
ask_relay (gpointer relay_data, ControlType type, gconstpointer request, ControlReplyFunc callback,
           gpointer user_data)
{
  relay_link_request (relay_data, type, request, callback, user_data);
}

static const CaptureRelay capture_relay = { ask_relay };

static void
start_captures (Controller *controller)
{
  controller->captures =
      capture_desk_new (controller->settings->storage.state_dir, &capture_relay, controller->relay);
  if (controller->lines)
    controller->headers =
        header_keeper_new (controller->lines, meeting_hub_get_health (controller->hub),
                           &capture_relay, controller->relay);
}

static HttpServer *
new_http (Controller *controller)
{
  HttpContext context = {
    .settings = controller->settings,
    .database = controller->database,
    .logins = controller->logins,
    .token_key = controller->token_key,
    .hub = controller->hub,
    .relay = { .is_connected = is_connected, .get_stats = get_stats },
    .relay_data = controller->relay,
    .announcer = *inbox_announcer (),
    .announcer_data = controller->inbox,
    .desk = *inbox_desk_port (),
    .desk_data = controller->inbox,
    .mail = *post_office_mail_port (),
    .mail_data = controller->post_office,
    .alarms = controller->alarms,
    .health = meeting_hub_get_health (controller->hub),
    .health_store = controller->lines,
    .captures = controller->captures,
    .pictures = snapshots_get_board (controller->snapshots),
  };
  return http_server_new (&context);
}

static MetricsServer *
new_metrics (Controller *controller)
{
  MetricsContext context = { .settings = controller->settings,
                             .hub = controller->hub,
                             .relay = { .is_connected = is_connected, .get_stats = get_stats },
                             .relay_data = controller->relay,
                             .pictures = snapshots_get_worker (controller->snapshots) };
  return metrics_server_new (&context);
}

/* A meeting goes on without it: a port that is taken is only said. */
static void
start_metrics (Controller *controller)
{
  g_autoptr (GError) error = NULL;
  if (!metrics_server_start (controller->metrics, &error))
    log_warning (TAG, NULL, "no /metrics: %s", error->message);
}

/* --- life ------------------------------------------------------------------------------------ */

static LoginGate *
new_logins (Controller *controller)
{
  const Settings *settings = controller->settings;
  LoginPolicy policy = {
    .failures_max = (guint) settings->auth.lockout_attempts,
    .lock_ms = settings->auth.lockout_minutes * G_GINT64_CONSTANT (60) * 1000,
    .session_idle_ms = settings->auth.session_hours * G_GINT64_CONSTANT (3600) * 1000,
  };
  LoginGate *logins = login_gate_new (controller->database);
  login_gate_set_policy (logins, &policy);
  return logins;
}

/* What a crash left of uploads; under the lock, before any comes in. */
static void
sweep_papers (Controller *controller)
{
  g_autoptr (GError) error = NULL;
  int n = paper_file_sweep (controller->database, controller->settings->storage.state_dir, &error);
  if (n < 0)
    log_warning (TAG, NULL, "papers cannot be looked through: %s", error->message);
  else if (n > 0)
    log_info (TAG, NULL, "%d files that are no meeting's papers were removed", n);
}

/* The demonstration's meeting comes before the hub reads the running ones. */
static gboolean
open_state (Controller *controller, gboolean with_demo, GError **error)
{
  const Settings *settings = controller->settings;
  const char *state_dir = settings->storage.state_dir;
  if (!settings_make_dirs (settings, error) || !state_directory_ensure (state_dir, error))
    return FALSE;
  if (!(controller->lock = state_lock_acquire (state_dir, error)) ||
      !(controller->database = database_open_in (state_dir, error)))
    return FALSE;
  sweep_papers (controller);
  if (with_demo &&
      !(controller->demo = demo_new (controller->database, settings, wall_ms (), error)))
    return FALSE;
  controller->token_key = access_token_key_load (state_dir, error);
  return controller->token_key != NULL;
}

Controller *
controller_new (const Settings *settings, gboolean with_demo, GError **error)
{
  g_autoptr (Controller) controller = g_new0 (Controller, 1);
  controller->settings = settings;
  if (!open_state (controller, with_demo, error))
    return NULL;
  controller->logins = new_logins (controller);
  controller->relay = new_relay_link (controller);
  controller->hub = new_hub (controller);
  controller->card = card_desk_new (controller->hub, "/proc/self/exe");
  if (!meeting_hub_start (controller->hub, g_get_monotonic_time (), error))
    return NULL;
  controller->post_office = post_office_new (controller->database, settings);
  controller->inbox =
      inbox_new (controller->database, post_office_postman (), controller->post_office);
  controller->alarms = new_alarms (controller);
  controller->lines = new_lines (controller);
  if (controller->lines)
    controller->line_keeper = line_keeper_new (controller->database, controller->lines);
  start_captures (controller);
  controller->snapshots = snapshots_new (
      controller->settings, meeting_hub_get_health (controller->hub), controller->relay);
  controller->http = new_http (controller);
  controller->metrics = new_metrics (controller);
  return g_steal_pointer (&controller);
}

void
controller_free (Controller *controller)
{
  g_clear_handle_id (&controller->tick, g_source_remove);
  g_clear_handle_id (&controller->desk_tick, g_source_remove);
  g_clear_handle_id (&controller->mail_tick, g_source_remove);
  g_clear_handle_id (&controller->line_tick, g_source_remove);
  g_clear_handle_id (&controller->rehearsal_tick, g_source_remove);
  g_clear_handle_id (&controller->housekeeping, g_source_remove);
  g_clear_pointer (&controller->demo, demo_free);
  g_clear_pointer (&controller->http, http_server_free);
  g_clear_pointer (&controller->metrics, metrics_server_free);
  g_clear_pointer (&controller->alarms, alarm_desk_free);
  g_clear_pointer (&controller->line_keeper, line_keeper_free);
  g_clear_pointer (&controller->captures, capture_desk_free);
  g_clear_pointer (&controller->headers, header_keeper_free);
  g_clear_pointer (&controller->lines, health_store_close);
  g_clear_pointer (&controller->inbox, inbox_free);
  g_clear_pointer (&controller->post_office, post_office_free);
  /* Requests under way are answered, to the hub and to who reads figures, when the link goes: the
   * link first. */
  g_clear_pointer (&controller->relay, relay_link_free);
  g_clear_pointer (&controller->snapshots, snapshots_free);
  g_clear_pointer (&controller->card, card_desk_free);
  g_clear_pointer (&controller->hub, meeting_hub_free);
  g_clear_pointer (&controller->logins, login_gate_free);
  g_clear_pointer (&controller->token_key, g_bytes_unref);
  g_clear_pointer (&controller->database, database_close);
  g_clear_pointer (&controller->lock, state_lock_free);
  g_clear_pointer (&controller->first_password, password_free);
  g_free (controller);
}

static void
print_addresses (Controller *controller)
{
  const Settings *settings = controller->settings;
  printf ("Diemcau %s\n", DIEMCAU_VERSION);
  printf ("  https://localhost:%u/\n", http_server_get_https_port (controller->http));
  if (settings->http.http)
    printf ("  http://localhost:%u/   (chỉ trên máy này / this machine only)\n",
            http_server_get_http_port (controller->http));
  if (controller->first_password)
    printf ("\nQuản trị viên đầu tiên: admin, mật khẩu chỉ hiện một lần này:\n"
            "The first administrator: admin; the password is shown this once:\n\n  %s\n\n",
            controller->first_password);
  fflush (stdout);
  g_clear_pointer (&controller->first_password, password_free);
}

gboolean
controller_start (Controller *controller, GError **error)
{
  /* A password is made only once it can be shown: behind all that may fail. */
  if (!http_server_start (controller->http, error) ||
      !login_ensure_administrator (controller->database, wall_ms (), &controller->first_password,
                                   error))
    return FALSE;
  controller->tick = g_timeout_add (TICK_MS, on_tick, controller);
  controller->desk_tick = g_timeout_add (DESK_TICK_MS, on_desk_tick, controller);
  controller->mail_tick = g_timeout_add_seconds (MAIL_TICK_S, on_mail_tick, controller);
  if (controller->line_keeper)
    controller->line_tick = g_timeout_add_seconds (LINE_TICK_S, on_line_tick, controller);
  controller->rehearsal_tick =
      g_timeout_add_seconds (REHEARSAL_OPENER_INTERVAL_S, on_rehearsal_tick, controller);
  controller->housekeeping = g_timeout_add_seconds (HOUSEKEEPING_S, on_housekeeping, controller);
  relay_link_start (controller->relay);
  start_metrics (controller);
  print_addresses (controller);
  return !controller->demo || demo_start (controller->demo, error);
}

static gboolean
on_relay_stopped (gpointer user_data)
{
  Controller *controller = user_data;
  return controller->stopped (controller->stopped_data);
}

static void
on_http_stopped (gpointer user_data)
{
  Controller *controller = user_data;
  relay_link_stop (controller->relay, on_relay_stopped, controller);
}

void
controller_stop (Controller *controller, GSourceFunc done, gpointer user_data)
{
  controller->stopped = done;
  controller->stopped_data = user_data;
  g_clear_pointer (&controller->demo, demo_free);
  http_server_stop (controller->http, on_http_stopped, controller);
}
