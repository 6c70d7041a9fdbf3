#include "pipelines/relay/shard.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/shard_forward.h"
#include "pipelines/relay/shard_receive.h"
#include "pipelines/relay/shard_tcp.h"
#include "pipelines/relay/shard_tick.h"
#include "pipelines/relay/slot_pace.h"
#include "pipelines/relay/sound_gather.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define RECEIVE_BUFFERS 32
#define EPHEMERAL_ATTEMPTS 16

void
shard_emit (Shard *shard, ControlType type, gpointer event, guint32 serial)
{
  shard->config.events.on_event (shard->config.events.user_data, type, event, serial);
}

/* --- forwarding ---------------------------------------------------------------------------------
 */

static void
shard_set_hold_timer (Shard *shard, gint64 due_us)
{
  struct itimerspec spec = { 0 };
  gint64 wait_us = MAX (due_us - shard->now_us, 1);

  if (shard->hold_due_us == due_us)
    return;
  shard->hold_due_us = due_us;
  if (due_us != 0)
    spec.it_value.tv_nsec = MIN (wait_us, MAX (BURST_HOLD_US, SOUND_HOLD_US)) * 1000;
  timerfd_settime (shard->hold_fd, 0, &spec, NULL);
}

/* Lets go the bursts that are due. Returns when the next one is, 0: none is held. */
static gint64
shard_release_held (Shard *shard)
{
  gint64 next_us = 0;
  guint kept = 0;

  for (guint i = 0; i < shard->holding->len; i++) {
    Encoding *encoding = g_ptr_array_index (shard->holding, i);
    gboolean wide = encoding->track->n_slots >= BURST_WIDE_SLOTS;

    if (burst_is_due (&encoding->burst, shard->now_us, wide ? BURST_HOLD_US : 0))
      encoding_release_burst (encoding);
    if (burst_is_empty (&encoding->burst)) {
      encoding->holding = FALSE;
      continue;
    }
    shard->holding->pdata[kept++] = encoding;
    if (next_us == 0 || encoding->burst.since_us + BURST_HOLD_US < next_us)
      next_us = encoding->burst.since_us + BURST_HOLD_US;
  }
  g_ptr_array_set_size (shard->holding, kept);
  return next_us;
}

/* The earlier of two times, of which 0 is none. */
static gint64
earlier_us (gint64 a_us, gint64 b_us)
{
  return a_us == 0 || (b_us != 0 && b_us < a_us) ? b_us : a_us;
}

static void
shard_note_busy (Shard *shard, gint64 start_us)
{
  gint64 spent_us = relay_clock_now_us () - start_us;

  shard->busy_us += spent_us;
  shard->stats.round_worst_us = MAX (shard->stats.round_worst_us, spent_us);
}

static void
shard_set_tick_timer (Shard *shard, gint64 now_us)
{
  struct itimerspec spec = { 0 };

  shard->tick_due_us = shard_tick_due_after (shard->tick_due_us, now_us);
  spec.it_value.tv_nsec = (shard->tick_due_us - now_us) * 1000;
  timerfd_settime (shard->tick_fd, 0, &spec, NULL);
}

static void
shard_run_tick (Shard *shard)
{
  gint64 start_us = relay_clock_now_us ();

  shard->now_us = start_us;
  shard_set_tick_timer (shard, start_us);
  shard_tick (shard);
  send_batch_flush (shard->batch);
  shard_note_busy (shard, start_us);
}

/* Where lines are measured by feedback it comes at its time: what is sent for it is spread over
 * ticks. But not where a clock wakes us twice a tick anyway. */
static gboolean
tick_may_ride (const Shard *shard)
{
  return (shard->clocked->len == 0 || shard->control.is_gathered) &&
         shard_tick_may_ride (shard->tick_due_us, shard->now_us);
}

void
shard_run_round (Shard *shard)
{
  gint64 start_us = relay_clock_now_us ();
  gint64 held_us;
  gboolean more;

  shard->now_us = start_us;
  more = shard_drain_sockets (shard);
  held_us = shard_release_held (shard);
  shard_forward (shard);
  shard_set_hold_timer (shard, earlier_us (held_us, sound_gather_due_us (shard->sounds)));
  shard_poll_lossy (shard);
  send_batch_flush (shard->batch);
  if (shard->tcp != NULL)
    tcp_port_settle (shard->tcp);
  more = more || shard_has_waiting (shard);
  if (more)
    shard_wake (shard);
  shard->stats.rounds++;
  shard_note_busy (shard, start_us);
  if (!more && tick_may_ride (shard))
    shard_run_tick (shard);
}

/* --- sources ------------------------------------------------------------------------------------
 */

static gboolean
on_hold_timer (gint fd, GIOCondition condition, gpointer user_data)
{
  Shard *shard = user_data;
  guint64 expirations;

  if (read (fd, &expirations, sizeof expirations) != sizeof expirations)
    return G_SOURCE_CONTINUE;
  shard->hold_due_us = 0;
  shard_run_round (shard);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_tick_timer (gint fd, GIOCondition condition, gpointer user_data)
{
  guint64 expirations;

  if (read (fd, &expirations, sizeof expirations) == sizeof expirations)
    shard_run_tick (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_more (gpointer user_data)
{
  Shard *shard = user_data;

  g_source_set_ready_time (shard->more, -1);
  shard_run_round (shard);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_pace_timer (gpointer user_data)
{
  Shard *shard = user_data;
  gint64 start_us = relay_clock_now_us ();

  shard->now_us = start_us;
  shard_pump_paced (shard);
  send_batch_flush (shard->batch);
  shard_note_busy (shard, start_us);
  return G_SOURCE_CONTINUE;
}

void
shard_wake (Shard *shard)
{
  g_source_set_ready_time (shard->more, 0);
}

static gboolean
dispatch_due (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

GSource *
shard_watch (Shard *shard, gint fd, GUnixFDSourceFunc func)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN);

  g_source_set_callback (source, G_SOURCE_FUNC (func), shard, NULL);
  /* else GLib takes it out of the poll around each call, and wakes itself twice for it */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, shard->context);
  return source;
}

/* Runs when its ready time has come. */
static GSource *
shard_add_source (Shard *shard, GSourceFunc func)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_due };
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_callback (source, func, shard, NULL);
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, shard->context);
  return source;
}

static void
shard_make_sources (Shard *shard)
{
  shard_receive_open (shard);
  if (shard->tcp != NULL)
    shard_watch (shard, tcp_port_get_fd (shard->tcp), shard_tcp_on_ready);
  shard->hold_fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  shard->tick_fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (shard->hold_fd < 0 || shard->tick_fd < 0)
    g_error ("shard: timerfd: %s", g_strerror (errno));
  shard_set_tick_timer (shard, relay_clock_now_us ());
  shard_watch (shard, shard->hold_fd, on_hold_timer);
  shard_watch (shard, shard->tick_fd, on_tick_timer);
  shard->more = shard_add_source (shard, on_more);
  shard->pace_timer = shard_add_source (shard, on_pace_timer);
}

/* --- life cycle ---------------------------------------------------------------------------------
 */

static GstBusSyncReply
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
shard_make_pipeline (Shard *shard)
{
  g_autoptr (GstBus) bus = NULL;

  shard->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  bus = gst_element_get_bus (shard->pipeline);
  gst_bus_set_sync_handler (bus, on_bus_message, NULL, NULL);
  gst_element_set_state (shard->pipeline, GST_STATE_PLAYING);
}

static void
shard_free_objects (Shard *shard)
{
  g_autoptr (GList) transports = g_hash_table_get_values (shard->transports);

  for (GList *l = transports; l != NULL; l = l->next)
    transport_close (l->data, "shutdown");
  send_batch_flush (shard->batch);
  for (GList *l = transports; l != NULL; l = l->next)
    transport_free (l->data);
}

/* The handshake thread closes associations; what it wants to be sent comes through our context. */
static void
shard_say_farewell (Shard *shard)
{
  gint64 until_us = g_get_monotonic_time () + FAREWELL_US;

  while (shard->n_handshakes > 0 && g_get_monotonic_time () < until_us) {
    if (!g_main_context_iteration (shard->context, FALSE))
      g_usleep (1000);
  }
}

static gpointer
shard_thread (gpointer data)
{
  Shard *shard = data;

  g_main_context_push_thread_default (shard->context);
  g_main_loop_run (shard->loop);
  mailbox_close (shard->mailbox);
  shard->now_us = relay_clock_now_us ();
  shard_free_objects (shard);
  shard_say_farewell (shard);
  g_main_context_pop_thread_default (shard->context);
  return NULL;
}

static void
shard_close_sockets (Shard *shard)
{
  g_clear_pointer (&shard->tcp, tcp_port_free);
  g_clear_pointer (&shard->batch, send_batch_free);
  g_clear_pointer (&shard->socket, udp_socket_free);
}

static gboolean
shard_open_sockets (Shard *shard, GError **error)
{
  UdpSocketConfig config = { .addresses = shard->config.addresses,
                             .port = shard->config.port,
                             .apart = TRUE };

  shard->socket = udp_socket_new (&config, error);
  if (shard->socket == NULL)
    return FALSE;
  shard->batch = send_batch_new (shard->socket, NULL);
  if (!shard->config.tcp || shard_tcp_open (shard, error))
    return TRUE;
  shard_close_sockets (shard);
  return FALSE;
}

/* Any free port of UDP may be taken by TCP. */
static gboolean
shard_open_any_port (Shard *shard, GError **error)
{
  for (guint i = 0; shard->config.port == 0 && i < EPHEMERAL_ATTEMPTS; i++)
    if (shard_open_sockets (shard, NULL))
      return TRUE;
  return shard_open_sockets (shard, error);
}

Shard *
shard_new (const ShardConfig *config, GError **error)
{
  g_autofree gchar *name = g_strdup_printf ("shard-%u", config->index);
  Shard *shard = g_new0 (Shard, 1);

  shard->config = *config;
  if (!shard_open_any_port (shard, error)) {
    g_free (shard);
    return NULL;
  }
  shard->port = udp_socket_get_port (shard->socket);
  shard->context = g_main_context_new ();
  shard->loop = g_main_loop_new (shard->context, FALSE);
  shard->mailbox = mailbox_new (shard->context);
  shard->receiver = udp_receiver_new (RECEIVE_BUFFERS);
  shard->ice = ice_lite_new ();
  shard->transports = g_hash_table_new (NULL, NULL);
  shard->clocked = g_ptr_array_new ();
  shard->tracks = g_hash_table_new (NULL, NULL);
  shard->feeds = g_hash_table_new (NULL, NULL);
  shard->groups = g_hash_table_new (NULL, NULL);
  shard->ready = media_queue_new (shard_on_burst_dropped, shard);
  shard->sounds = sound_gather_new (shard);
  shard->holding = g_ptr_array_new ();
  shard->lossy = g_ptr_array_new ();
  shard->starting = g_ptr_array_new ();
  shard->paced = g_ptr_array_new ();
  shard_make_sources (shard);
  shard_make_pipeline (shard);
  shard->thread = g_thread_new (name, shard_thread, shard);
  return shard;
}

static void
on_quit (gpointer data)
{
  g_main_loop_quit (data);
}

void
shard_stop (Shard *shard)
{
  mailbox_post (shard->mailbox, on_quit, shard->loop, NULL);
  g_thread_join (g_steal_pointer (&shard->thread));
}

void
shard_free (Shard *shard)
{
  if (shard->thread != NULL)
    shard_stop (shard);
  track_demand_event_free (shard->demands);
  transport_stats_event_free (shard->told.event);
  g_clear_pointer (&shard->lines, g_hash_table_unref);
  gst_element_set_state (shard->pipeline, GST_STATE_NULL);
  gst_object_unref (shard->pipeline);
  g_clear_pointer (&shard->rest.list, gst_buffer_list_unref);
  media_queue_free (shard->ready);
  sound_gather_free (shard->sounds);
  g_ptr_array_unref (shard->holding);
  g_ptr_array_unref (shard->lossy);
  g_ptr_array_unref (shard->starting);
  g_ptr_array_unref (shard->paced);
  g_hash_table_unref (shard->feeds);
  g_hash_table_unref (shard->groups);
  g_hash_table_unref (shard->tracks);
  g_hash_table_unref (shard->transports);
  turns_clear (&shard->turns);
  g_ptr_array_unref (shard->clocked);
  ice_lite_free (shard->ice);
  udp_receiver_free (shard->receiver);
  shard_close_sockets (shard);
  g_source_destroy (shard->more);
  g_source_unref (shard->more);
  g_source_destroy (shard->pace_timer);
  g_source_unref (shard->pace_timer);
  shard_receive_close (shard);
  close (shard->hold_fd);
  close (shard->tick_fd);
  mailbox_unref (shard->mailbox);
  g_main_loop_unref (shard->loop);
  g_main_context_unref (shard->context);
  g_free (shard);
}
