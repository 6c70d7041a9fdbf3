#include "server/bus/relay_link.h"

#include "config/log.h"
#include "pipelines/control/unix_link.h"
#include "server/bus/relay_process.h"

#include <signal.h>
#include <sys/types.h>

#define TAG "bus.relay"

/* A relay takes 50-200 ms from exec to listening; looking for it costs a failed connect. */
#define SEARCH_INTERVAL_MS 20
/* One that does not listen after this is taken for dead and another is tried. */
#define START_TIMEOUT_US (10 * G_USEC_PER_SEC)
/* A relay that lived this long is started again at once; one that keeps dying waits longer and
 * longer, so that a bad configuration does not burn a core. */
#define STABLE_US (10 * G_USEC_PER_SEC)
#define BACKOFF_FIRST_MS 200
#define BACKOFF_LAST_MS 5000
#define PING_MS 2000

typedef enum {
  LINK_IDLE,
  LINK_SEARCHING,
  LINK_GREETING,
  LINK_LISTING,
  LINK_UP,
  LINK_STOPPING
} LinkState;
static const char *const state_names[] = { "idle",    "searching", "greeting",
                                           "listing", "up",        "stopping" };

typedef struct {
  ControlType type;
  gpointer event;
} HeldEvent;

struct RelayLink {
  char *socket_path;
  char *program;
  char **arguments;
  guint ping_ms;
  guint reply_ms;
  const RelayLinkEvents *events;
  gpointer user_data;
  LinkState state;
  ControlClient *client; /* from GREETING on */
  RelayProcess *process; /* the relay that we started, while it lives */
  int peer_pid;          /* of the linked relay */
  HelloReply *hello;     /* from LISTING on */
  GPtrArray *survivors;  /* while LISTING */
  GQueue held;           /* HeldEvent, while LISTING */
  guint timer;           /* of the state: next search, next ping, end of the stop */
  gint64 searching_since_us;
  gint64 started_us; /* when the relay was last started by us; 0 = never */
  guint backoff_ms;  /* before the next start */
  gboolean said_waiting;
  GSourceFunc stopped;
  gpointer stopped_data;
};

static gboolean search (gpointer user_data);

/* --- states ---------------------------------------------------------------------------------- */

static void
held_event_free (gpointer data)
{
  HeldEvent *held = data;
  record_free (control_message_row (held->type)->message, held->event);
  g_free (held);
}

static void
set_timer (RelayLink *link, guint interval_ms, GSourceFunc func)
{
  g_clear_handle_id (&link->timer, g_source_remove);
  if (func)
    link->timer = g_timeout_add (interval_ms, func, link);
}

/* Every change of state: what the new one may not have is dropped here. */
static void
set_state (RelayLink *link, LinkState state, const char *reason)
{
  if (state == link->state)
    return;
  log_debug (TAG, NULL, "%s -> %s (%s)", state_names[link->state], state_names[state], reason);
  link->state = state;
  set_timer (link, 0, NULL);
  if (state != LINK_LISTING) {
    g_clear_pointer (&link->survivors, g_ptr_array_unref);
    g_queue_clear_full (&link->held, held_event_free);
  }
  if (state <= LINK_GREETING)
    g_clear_pointer (&link->hello, hello_reply_free);
  if (state <= LINK_SEARCHING)
    g_clear_pointer (&link->client, control_client_free);
}

/* Back to searching; the owner is told if it knew of the relay. */
static void
lose (RelayLink *link, guint delay_ms, const char *reason)
{
  if (link->state == LINK_IDLE || link->state == LINK_STOPPING)
    return;
  gboolean was_up = link->state == LINK_UP;
  if (was_up)
    log_warning (TAG, link->hello->relay, "lost: %s", reason);
  set_state (link, LINK_SEARCHING, reason);
  link->searching_since_us = 0;
  set_timer (link, delay_ms, search);
  if (was_up)
    link->events->on_lost (link->user_data);
}

/* --- up -------------------------------------------------------------------------------------- */

static gboolean ping (gpointer user_data);

static void
on_pong (gconstpointer reply, const GError *error, gpointer user_data)
{
  RelayLink *link = user_data;
  if (link->state != LINK_UP)
    return;
  if (!g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_TIMEOUT)) {
    if (!link->timer)
      set_timer (link, link->ping_ms, ping);
    if (reply && link->events->on_stats)
      link->events->on_stats (reply, link->user_data);
    return;
  }
  /* It hangs: its rooms get nothing.  One of ours is ended, so that a new one can start. */
  log_error (TAG, link->hello->relay, "no sign of life from process %d", link->peer_pid);
  if (link->hello->owned && link->peer_pid > 1)
    kill (link->peer_pid, SIGKILL);
  lose (link, 0, "no sign of life");
}

static gboolean
ping (gpointer user_data)
{
  RelayLink *link = user_data;
  link->timer = 0;
  control_client_request (link->client, CONTROL_RELAY_STATS, NULL, on_pong, link);
  return G_SOURCE_REMOVE;
}

static void
enter_up (RelayLink *link)
{
  g_autoptr (GPtrArray) survivors = g_steal_pointer (&link->survivors);
  GQueue held = link->held;
  g_queue_init (&link->held);
  set_state (link, LINK_UP, "state read");
  log_info (TAG, link->hello->relay, "up: process %d, %u transports", link->peer_pid,
            survivors->len);
  link->said_waiting = FALSE;
  set_timer (link, link->ping_ms, ping);
  link->events->on_up (link->hello, survivors, link->user_data);
  for (GList *item = held.head; item && link->state == LINK_UP; item = item->next) {
    HeldEvent *event = item->data;
    link->events->on_event (event->type, event->event, link->user_data);
  }
  g_queue_clear_full (&held, held_event_free);
}

/* --- listing --------------------------------------------------------------------------------- */

static void request_page (RelayLink *link, const char *after);

static void
on_page (gconstpointer reply, const GError *error, gpointer user_data)
{
  RelayLink *link = user_data;
  if (link->state != LINK_LISTING)
    return;
  if (error) {
    lose (link, BACKOFF_FIRST_MS, error->message);
    return;
  }
  const StateListReply *page = reply;
  for (guint i = 0; i < page->transports->len; i++)
    g_ptr_array_add (link->survivors,
                     record_copy (&transport_summary_type, page->transports->pdata[i]));
  if (!page->more || page->transports->len == 0) {
    enter_up (link);
    return;
  }
  const TransportSummary *last = page->transports->pdata[page->transports->len - 1];
  request_page (link, last->transport);
}

static void
request_page (RelayLink *link, const char *after)
{
  StateListRequest request = { .after = (char *) after };
  control_client_request (link->client, CONTROL_STATE_LIST, &request, on_page, link);
}

/* --- greeting -------------------------------------------------------------------------------- */

/* An owned relay of another version makes room for one of ours; media starts anew. */
static void
replace_version (RelayLink *link, const HelloReply *hello)
{
  log_warning (TAG, hello->relay, "speaks version %d of the control messages, this is version %d",
               hello->version, CONTROL_VERSION);
  if (hello->owned)
    control_client_request (link->client, CONTROL_SHUTDOWN, NULL, NULL, NULL);
  lose (link, hello->owned ? BACKOFF_FIRST_MS : BACKOFF_LAST_MS, "another version");
}

static void
on_hello (gconstpointer reply, const GError *error, gpointer user_data)
{
  RelayLink *link = user_data;
  if (link->state != LINK_GREETING)
    return;
  if (error) {
    if (!g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED))
      log_warning (TAG, NULL, "the relay does not greet: %s", error->message);
    lose (link, BACKOFF_FIRST_MS, error->message);
    return;
  }
  const HelloReply *hello = reply;
  if (hello->version != CONTROL_VERSION) {
    replace_version (link, hello);
    return;
  }
  set_state (link, LINK_LISTING, "greeted");
  link->hello = record_copy (&hello_reply_type, hello);
  link->survivors = record_list_new (&transport_summary_type);
  request_page (link, NULL);
}

static void
on_event (ControlType type, gconstpointer event, gpointer user_data)
{
  RelayLink *link = user_data;
  if (link->state == LINK_UP) {
    link->events->on_event (type, event, link->user_data);
  } else if (link->state == LINK_LISTING) {
    HeldEvent *held = g_new0 (HeldEvent, 1);
    held->type = type;
    held->event = record_copy (control_message_row (type)->message, event);
    g_queue_push_tail (&link->held, held);
  }
}

static gboolean
on_stopped (gpointer user_data)
{
  RelayLink *link = user_data;
  link->timer = 0;
  set_state (link, LINK_IDLE, "stopped");
  link->stopped (link->stopped_data);
  return G_SOURCE_REMOVE;
}

static void
on_closed (const GError *reason, gpointer user_data)
{
  RelayLink *link = user_data;
  if (link->state == LINK_STOPPING)
    set_timer (link, 0, on_stopped);
  else
    lose (link, 0, reason->message);
}

static const ControlClientEvents client_events = { on_event, on_closed };

/* --- searching ------------------------------------------------------------------------------- */

/* A relay that we started is gone: the next start waits if it did not live long. */
static void
on_process_exit (const char *how, gpointer user_data)
{
  RelayLink *link = user_data;
  g_clear_pointer (&link->process, relay_process_free);
  if (link->state == LINK_IDLE || link->state == LINK_STOPPING)
    return;
  gboolean was_stable = g_get_monotonic_time () - link->started_us > STABLE_US;
  link->backoff_ms =
      was_stable ? 0 : CLAMP (link->backoff_ms * 2, BACKOFF_FIRST_MS, BACKOFF_LAST_MS);
  log_warning (TAG, NULL, "the relay ended: %s; next start in %u ms", how, link->backoff_ms);
  if (link->state == LINK_SEARCHING)
    set_timer (link, link->backoff_ms, search);
}

static void
start_relay (RelayLink *link)
{
  g_autoptr (GError) error = NULL;
  link->started_us = g_get_monotonic_time ();
  link->process = relay_process_spawn (link->program, (const char *const *) link->arguments,
                                       on_process_exit, link, &error);
  if (link->process)
    log_info (TAG, NULL, "started a relay: process %d", relay_process_get_pid (link->process));
  else
    log_error (TAG, NULL, "a relay cannot be started: %s", error->message);
}

/* Time to wait before the next start, by what the last one came to. */
static guint
start_delay_ms (const RelayLink *link, gint64 now_us)
{
  if (!link->started_us)
    return 0;
  gint64 due_us = link->started_us + link->backoff_ms * (gint64) 1000;
  return now_us >= due_us ? 0 : (guint) ((due_us - now_us) / 1000 + 1);
}

static void
greet (RelayLink *link, ControlLink *control)
{
  link->peer_pid = unix_link_get_peer_pid (control);
  set_state (link, LINK_GREETING, "connected");
  link->client = control_client_new (control, &client_events, link);
  control_client_set_timeout (link->client, link->reply_ms);
  HelloRequest hello = { .version = CONTROL_VERSION };
  control_client_request (link->client, CONTROL_HELLO, &hello, on_hello, link);
}

static void
search_again (RelayLink *link, const GError *reason)
{
  gint64 now_us = g_get_monotonic_time ();
  if (!link->searching_since_us)
    link->searching_since_us = now_us;
  guint delay_ms = SEARCH_INTERVAL_MS;
  if (!link->program) {
    delay_ms = BACKOFF_FIRST_MS;
    if (!link->said_waiting)
      log_warning (TAG, NULL, "waiting for a relay: %s", reason->message);
    link->said_waiting = TRUE;
  } else if (!link->process) {
    guint wait_ms = start_delay_ms (link, now_us);
    if (wait_ms == 0)
      start_relay (link);
    delay_ms = wait_ms ? wait_ms : link->process ? SEARCH_INTERVAL_MS : BACKOFF_LAST_MS;
  } else if (now_us - link->started_us > START_TIMEOUT_US &&
             now_us - link->searching_since_us > START_TIMEOUT_US) {
    log_error (TAG, NULL, "process %d does not listen", relay_process_get_pid (link->process));
    kill (relay_process_get_pid (link->process), SIGKILL);
    link->searching_since_us = now_us;
  }
  set_timer (link, delay_ms, search);
}

static gboolean
search (gpointer user_data)
{
  RelayLink *link = user_data;
  link->timer = 0;
  g_autoptr (GError) error = NULL;
  ControlLink *control = unix_link_connect (link->socket_path, &error);
  if (control)
    greet (link, control);
  else
    search_again (link, error);
  return G_SOURCE_REMOVE;
}

/* --- the interface --------------------------------------------------------------------------- */

RelayLink *
relay_link_new (const RelayLinkConfig *config, const RelayLinkEvents *events, gpointer user_data)
{
  RelayLink *link = g_new0 (RelayLink, 1);
  link->socket_path = g_strdup (config->socket_path);
  link->program = g_strdup (config->program);
  link->arguments = g_strdupv ((char **) config->arguments);
  link->ping_ms = config->ping_ms ? config->ping_ms : PING_MS;
  link->reply_ms = config->reply_ms ? config->reply_ms : LIMIT_CONTROL_REPLY_MS;
  link->events = events;
  link->user_data = user_data;
  g_queue_init (&link->held);
  return link;
}

void
relay_link_free (RelayLink *link)
{
  set_state (link, LINK_IDLE, "freed");
  g_clear_pointer (&link->process, relay_process_free);
  g_free (link->socket_path);
  g_free (link->program);
  g_strfreev (link->arguments);
  g_free (link);
}

void
relay_link_start (RelayLink *link)
{
  g_return_if_fail (link->state == LINK_IDLE);
  set_state (link, LINK_SEARCHING, "started");
  search (link);
}

void
relay_link_stop (RelayLink *link, GSourceFunc done, gpointer user_data)
{
  gboolean owned = link->state == LINK_UP && link->hello->owned;
  gboolean starting = link->process && !owned;
  link->stopped = done;
  link->stopped_data = user_data;
  set_state (link, LINK_STOPPING, "asked to");
  set_timer (link, owned ? RELAY_STOP_MS : 0, on_stopped);
  if (owned)
    control_client_request (link->client, CONTROL_SHUTDOWN, NULL, NULL, NULL);
  else if (starting)
    kill (relay_process_get_pid (link->process), SIGTERM);
}

gboolean
relay_link_is_up (const RelayLink *link)
{
  return link->state == LINK_UP;
}

const HelloReply *
relay_link_get_hello (const RelayLink *link)
{
  return link->state == LINK_UP ? link->hello : NULL;
}

void
relay_link_request (RelayLink *link, ControlType type, gconstpointer request,
                    ControlReplyFunc callback, gpointer user_data)
{
  if (link->state == LINK_UP) {
    control_client_request (link->client, type, request, callback, user_data);
    return;
  }
  if (!callback)
    return;
  g_autoptr (GError) error =
      g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED, "there is no relay now");
  callback (NULL, error, user_data);
}
