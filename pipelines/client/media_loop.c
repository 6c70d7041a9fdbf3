#include "pipelines/client/media_loop.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_MAX 256
#define SCAN_BETWEEN_TICKS 32
/* Rounds of one tick: whatever comes, closures and handshakes get their turn. */
#define ROUNDS_MAX 8

typedef struct {
  MediaTick tick; /* NULL: removed */
  gpointer user_data;
  gint64 due_us;
} Ticker;

struct _MediaLoop {
  GThread *thread;
  GMainContext *context;
  GMainLoop *main_loop;
  int epoll;
  int timer;
  guint scan_us; /* 0: all by epoll */
  GSource *source;
  UdpReceiver *receiver; /* media thread, as all below */
  GArray *tickers;       /* of Ticker */
  GPtrArray *scanned;    /* of MediaWatch: those that are in no epoll */
  gint64 scan_due_us;
  gboolean has_removed;
  gint64 last_tick_us;
  gint64 worst_us;
};

static void
read_sockets (MediaLoop *loop)
{
  struct epoll_event events[EVENTS_MAX];
  int n = EVENTS_MAX;

  for (guint round = 0; round < ROUNDS_MAX && n == EVENTS_MAX; round++) {
    n = epoll_wait (loop->epoll, events, EVENTS_MAX, 0);
    gint64 now_us = g_get_monotonic_time ();
    for (int i = 0; i < n; i++) {
      MediaWatch *watch = events[i].data.ptr;
      watch->on_readable (watch->user_data, now_us);
    }
  }
}

static void
run_tickers (MediaLoop *loop, gint64 now_us)
{
  if (loop->last_tick_us != 0)
    loop->worst_us = MAX (loop->worst_us, now_us - loop->last_tick_us);
  loop->last_tick_us = now_us;
  /* a call may add tickers, and so move the array */
  for (guint i = 0; i < loop->tickers->len; i++) {
    Ticker ticker = g_array_index (loop->tickers, Ticker, i);
    if (!ticker.tick || ticker.due_us > now_us)
      continue;
    gint64 due_us = ticker.tick (ticker.user_data, now_us);
    g_array_index (loop->tickers, Ticker, i).due_us = due_us;
  }
  for (guint i = loop->tickers->len; loop->has_removed && i-- > 0;)
    if (!g_array_index (loop->tickers, Ticker, i).tick)
      g_array_remove_index_fast (loop->tickers, i);
  loop->has_removed = FALSE;
}

/* Who sends is on time although reading hundreds of sockets takes milliseconds. A ticker may take
 * watches out; one that is passed over so is read the next time. */
static void
scan_sockets (MediaLoop *loop, gint64 now_us)
{
  if (now_us < loop->scan_due_us)
    return;
  loop->scan_due_us = now_us + loop->scan_us;
  for (guint i = 0; i < loop->scanned->len; i++) {
    MediaWatch *watch = g_ptr_array_index (loop->scanned, i);
    watch->on_readable (watch->user_data, now_us);
    if (i % SCAN_BETWEEN_TICKS == SCAN_BETWEEN_TICKS - 1)
      run_tickers (loop, g_get_monotonic_time ());
  }
}

static gboolean
on_timer (int fd, GIOCondition condition, gpointer user_data)
{
  MediaLoop *loop = user_data;
  guint64 expirations;
  gint64 now_us = g_get_monotonic_time ();

  (void) condition;
  if (read (fd, &expirations, sizeof expirations) < 0)
    return G_SOURCE_CONTINUE;
  read_sockets (loop);
  if (loop->scan_us > 0)
    scan_sockets (loop, now_us);
  run_tickers (loop, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static gpointer
run_thread (gpointer data)
{
  MediaLoop *loop = data;

  prctl (PR_SET_TIMERSLACK, 20000UL);
  g_main_context_push_thread_default (loop->context);
  g_main_loop_run (loop->main_loop);
  g_main_context_pop_thread_default (loop->context);
  return NULL;
}

static gboolean
open_timer (MediaLoop *loop, guint tick_us)
{
  struct itimerspec each = { .it_interval = { tick_us / G_USEC_PER_SEC,
                                              tick_us % G_USEC_PER_SEC * 1000 } };

  each.it_value = each.it_interval;
  loop->epoll = epoll_create1 (EPOLL_CLOEXEC);
  loop->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  return loop->epoll >= 0 && loop->timer >= 0 && timerfd_settime (loop->timer, 0, &each, NULL) == 0;
}

MediaLoop *
media_loop_new (guint tick_us, GError **error)
{
  g_autoptr (MediaLoop) loop = g_new0 (MediaLoop, 1);

  loop->context = g_main_context_new ();
  loop->main_loop = g_main_loop_new (loop->context, FALSE);
  loop->receiver = udp_receiver_new (MEDIA_LOOP_READ_MAX);
  loop->tickers = g_array_new (FALSE, FALSE, sizeof (Ticker));
  loop->scanned = g_ptr_array_new ();
  if (!open_timer (loop, tick_us > 0 ? tick_us : MEDIA_LOOP_TICK_US)) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "no timer for media: %s",
                 g_strerror (errno));
    return NULL;
  }
  loop->source = g_unix_fd_source_new (loop->timer, G_IO_IN);
  g_source_set_callback (loop->source, G_SOURCE_FUNC (on_timer), loop, NULL);
  g_source_attach (loop->source, loop->context);
  loop->thread = g_thread_try_new ("media", run_thread, loop, error);
  return loop->thread ? g_steal_pointer (&loop) : NULL;
}

static void
quit (gpointer data)
{
  MediaLoop *loop = data;

  g_main_loop_quit (loop->main_loop);
}

void
media_loop_free (MediaLoop *loop)
{
  if (loop->thread) {
    media_loop_call (loop, quit, loop);
    g_thread_join (loop->thread);
  }
  if (loop->source)
    g_source_destroy (loop->source);
  g_clear_pointer (&loop->source, g_source_unref);
  if (loop->timer > 0)
    close (loop->timer);
  if (loop->epoll > 0)
    close (loop->epoll);
  while (g_main_context_iteration (loop->context, FALSE)) /* posts that nobody waits for */
    ;
  udp_receiver_free (loop->receiver);
  g_array_unref (loop->tickers);
  g_ptr_array_unref (loop->scanned);
  g_main_loop_unref (loop->main_loop);
  g_main_context_unref (loop->context);
  g_free (loop);
}

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  GMutex mutex;
  GCond cond;
  gboolean is_done;   /* LOCK: mutex; atomic, as ThreadSanitizer does not see GLib's lock ... */
  gboolean is_handed; /* ... nor its sources: they hand over what comes before */
} Call;

static gboolean
run_call (gpointer data)
{
  Call *call = data;

  g_assert (g_atomic_int_get (&call->is_handed));
  call->func (call->data);
  g_mutex_lock (&call->mutex);
  g_atomic_int_set (&call->is_done, TRUE);
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->mutex);
  return G_SOURCE_REMOVE;
}

void
media_loop_call (MediaLoop *loop, void (*func) (gpointer data), gpointer data)
{
  Call call = { .func = func, .data = data };
  g_autoptr (GSource) source = g_idle_source_new ();

  g_mutex_init (&call.mutex);
  g_cond_init (&call.cond);
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, run_call, &call, NULL);
  g_atomic_int_set (&call.is_handed, TRUE);
  g_source_attach (source, loop->context);
  g_mutex_lock (&call.mutex);
  while (!g_atomic_int_get (&call.is_done))
    g_cond_wait (&call.cond, &call.mutex);
  g_mutex_unlock (&call.mutex);
  g_mutex_clear (&call.mutex);
  g_cond_clear (&call.cond);
}

typedef struct {
  MediaLoop *loop;
  guint every_us;
} Scan;

static void
set_scan (gpointer data)
{
  const Scan *scan = data;

  scan->loop->scan_us = scan->every_us;
}

void
media_loop_scan (MediaLoop *loop, guint every_us)
{
  media_loop_call (loop, set_scan, &(Scan){ loop, every_us });
}

/* --- media thread --- */

void
media_loop_add_watch (MediaLoop *loop, MediaWatch *watch)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

  if (loop->scan_us > 0 && !watch->is_quiet)
    g_ptr_array_add (loop->scanned, watch);
  else if (epoll_ctl (loop->epoll, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    g_critical ("media loop: descriptor %d: %s", watch->fd, g_strerror (errno));
}

void
media_loop_remove_watch (MediaLoop *loop, MediaWatch *watch)
{
  if (!g_ptr_array_remove (loop->scanned, watch))
    epoll_ctl (loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
}

void
media_loop_add_ticker (MediaLoop *loop, MediaTick tick, gpointer user_data)
{
  Ticker ticker = { .tick = tick, .user_data = user_data };

  g_array_append_val (loop->tickers, ticker);
}

void
media_loop_remove_ticker (MediaLoop *loop, gpointer user_data)
{
  for (guint i = 0; i < loop->tickers->len; i++) {
    Ticker *ticker = &g_array_index (loop->tickers, Ticker, i);
    if (ticker->user_data == user_data)
      ticker->tick = NULL;
  }
  loop->has_removed = TRUE;
}

GMainContext *
media_loop_get_context (const MediaLoop *loop)
{
  return loop->context;
}

UdpReceiver *
media_loop_get_receiver (const MediaLoop *loop)
{
  return loop->receiver;
}

gint64
media_loop_take_worst_us (MediaLoop *loop)
{
  gint64 worst_us = loop->worst_us;

  loop->worst_us = 0;
  return worst_us;
}
