#include "server/capture/header_keeper.h"

#include "config/log.h"

/* One room's. */
typedef struct {
  char *endpoint, *transport;
  gint64 saved_ms; /* names the saved rings */
  gint64 due_us;
} Wanted;

/* Lives on in the relay's callback. */
typedef struct {
  HeaderKeeper *keeper; /* NULL: it is gone */
  char *endpoint;
  gint64 saved_ms;
} Fetch;

struct HeaderKeeper {
  HealthStore *store;
  HealthBoard *board;
  const CaptureRelay *relay;
  gpointer relay_data;
  guint wait_ms;
  GQueue waiting; /* Wanted, by due_us */
  Fetch *fetch;   /* under way; the callback's */
  guint timer;
};

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;
  g_free (wanted->endpoint);
  g_free (wanted->transport);
  g_free (wanted);
}

static void next (HeaderKeeper *keeper);

static void
on_headers (gconstpointer reply, const GError *error, gpointer user_data)
{
  Fetch *fetch = user_data;
  HeaderKeeper *keeper = fetch->keeper;
  const CaptureHeadersReply *headers = reply;
  if (keeper && headers && headers->data) {
    gsize size = 0;
    guint8 *data = g_base64_decode (headers->data, &size);
    g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
    health_store_add_headers (keeper->store, fetch->endpoint, fetch->saved_ms, bytes);
  } else if (error)
    log_debug ("capture", fetch->endpoint, "no headers: %s", error->message);
  g_free (fetch->endpoint);
  g_free (fetch);
  if (!keeper)
    return;
  keeper->fetch = NULL;
  next (keeper);
}

static gboolean
on_due (gpointer user_data)
{
  HeaderKeeper *keeper = user_data;
  Wanted *wanted = g_queue_pop_head (&keeper->waiting);
  CaptureTransport request = { wanted->transport };
  keeper->timer = 0;
  keeper->fetch = g_new0 (Fetch, 1);
  keeper->fetch->keeper = keeper;
  keeper->fetch->endpoint = g_strdup (wanted->endpoint);
  keeper->fetch->saved_ms = wanted->saved_ms;
  keeper->relay->request (keeper->relay_data, CONTROL_CAPTURE_HEADERS, &request, on_headers,
                          keeper->fetch);
  wanted_free (wanted);
  return G_SOURCE_REMOVE;
}

/* Waits for the first that is due, unless one is being fetched. */
static void
next (HeaderKeeper *keeper)
{
  const Wanted *first = g_queue_peek_head (&keeper->waiting);
  if (!first || keeper->fetch || keeper->timer)
    return;
  gint64 wait_us = MAX (first->due_us - g_get_monotonic_time (), 0);
  keeper->timer = g_timeout_add ((guint) (wait_us / 1000), on_due, keeper);
}

static void
on_save (gpointer user_data, HealthSite *site, const char *reason)
{
  HeaderKeeper *keeper = user_data;
  if (!site->transport || g_queue_get_length (&keeper->waiting) >= HEADERS_WAITING_MAX)
    return;
  Wanted *wanted = g_new0 (Wanted, 1);
  wanted->endpoint = g_strdup (site->endpoint);
  wanted->transport = g_strdup (site->transport);
  wanted->saved_ms = health_board_wall_s (site->board) * 1000;
  wanted->due_us = g_get_monotonic_time () + keeper->wait_ms * (gint64) 1000;
  g_queue_push_tail (&keeper->waiting, wanted);
  next (keeper);
}

HeaderKeeper *
header_keeper_new (HealthStore *store, HealthBoard *board, const CaptureRelay *relay,
                   gpointer relay_data)
{
  static const HealthObserver observer = { .on_save = on_save };
  HeaderKeeper *keeper = g_new0 (HeaderKeeper, 1);
  keeper->store = store;
  keeper->board = board;
  keeper->relay = relay;
  keeper->relay_data = relay_data;
  keeper->wait_ms = HEADERS_AFTER_MS;
  g_queue_init (&keeper->waiting);
  health_board_add_observer (board, &observer, keeper);
  return keeper;
}

void
header_keeper_free (HeaderKeeper *keeper)
{
  health_board_remove_observer (keeper->board, keeper);
  g_clear_handle_id (&keeper->timer, g_source_remove);
  if (keeper->fetch)
    keeper->fetch->keeper = NULL;
  g_queue_clear_full (&keeper->waiting, wanted_free);
  g_free (keeper);
}

void
header_keeper_set_wait (HeaderKeeper *keeper, guint wait_ms)
{
  keeper->wait_ms = wait_ms;
}
