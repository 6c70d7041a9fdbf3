/* The media thread: calls run there, tickers when they asked to, watches when something came. */
#include "pipelines/client/media_loop.h"

#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  MediaLoop *loop;
  GThread *thread;
  MediaWatch watch;
  int ends[2];
  gboolean is_scanned, is_quiet;
  gint reads, ticks, other_ticks; /* atomic */
  gint64 wait_us;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->loop = media_loop_new (0, NULL);
  g_assert_nonnull (f->loop);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  media_loop_free (f->loop);
}

static void
take_thread (gpointer data)
{
  ((Fixture *) data)->thread = g_thread_self ();
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  media_loop_call (f->loop, take_thread, f);
  g_assert_nonnull (f->thread);
  g_assert_true (f->thread != g_thread_self ());
}

static gint64
on_tick (gpointer user_data, gint64 now_us)
{
  Fixture *f = user_data;
  g_assert_true (g_thread_self () == f->thread);
  g_atomic_int_inc (&f->ticks);
  return now_us + f->wait_us;
}

static gint64
on_last_tick (gpointer user_data, gint64 now_us)
{
  Fixture *f = (Fixture *) ((char *) user_data - G_STRUCT_OFFSET (Fixture, other_ticks));
  g_atomic_int_inc (&f->other_ticks);
  media_loop_remove_ticker (f->loop, user_data);
  return now_us;
}

static void
add_tickers (gpointer data)
{
  Fixture *f = data;
  f->thread = g_thread_self ();
  media_loop_add_ticker (f->loop, on_tick, f);
  media_loop_add_ticker (f->loop, on_last_tick, &f->other_ticks);
}

static void
remove_ticker (gpointer data)
{
  media_loop_remove_ticker (((Fixture *) data)->loop, data);
}

/* Waits without a sleep of its own: each call takes at most a tick of the media thread. */
static void
wait_until (Fixture *f, gint *count, gint at_least)
{
  while (g_atomic_int_get (count) < at_least)
    media_loop_call (f->loop, take_thread, f);
}

static void
test_tickers (Fixture *f, gconstpointer data)
{
  f->wait_us = 2000;
  media_loop_call (f->loop, add_tickers, f);
  wait_until (f, &f->ticks, 20);
  media_loop_call (f->loop, remove_ticker, f);
  gint ticks = g_atomic_int_get (&f->ticks);
  for (guint i = 0; i < 100; i++)
    media_loop_call (f->loop, take_thread, f);
  g_assert_cmpint (g_atomic_int_get (&f->ticks), ==, ticks);
  g_assert_cmpint (f->other_ticks, ==, 1);
}

static void
on_readable (gpointer user_data, gint64 now_us)
{
  Fixture *f = user_data;
  char byte;
  gssize n = recv (f->watch.fd, &byte, 1, MSG_DONTWAIT);
  g_assert_true (n == 1 || f->is_scanned);
  if (n == 1)
    g_atomic_int_inc (&f->reads);
}

static void
add_watch (gpointer data)
{
  Fixture *f = data;
  media_loop_add_watch (f->loop, &f->watch);
}

static void
remove_watch (gpointer data)
{
  Fixture *f = data;
  media_loop_remove_watch (f->loop, &f->watch);
}

static void
test_watches (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_DGRAM, 0, f->ends), ==, 0);
  f->watch = (MediaWatch){ on_readable, f, f->ends[0], f->is_quiet };
  media_loop_call (f->loop, add_watch, f);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (write (f->ends[1], "x", 1), ==, 1);
  wait_until (f, &f->reads, 10);
  media_loop_call (f->loop, remove_watch, f);
  close (f->ends[0]);
  close (f->ends[1]);
}

/* Read all the same, without an epoll; nothing may be there. */
static void
test_scan (Fixture *f, gconstpointer data)
{
  f->is_scanned = TRUE;
  media_loop_scan (f->loop, 2000);
  test_watches (f, data);
}

/* One that is quiet waits for no scan, and is called only when something is there. */
static void
test_quiet (Fixture *f, gconstpointer data)
{
  media_loop_scan (f->loop, 3600u * G_USEC_PER_SEC);
  f->is_quiet = TRUE;
  test_watches (f, data);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/media-loop/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("calls", test_calls);
  ADD ("tickers", test_tickers);
  ADD ("watches", test_watches);
  ADD ("scan", test_scan);
  ADD ("quiet", test_quiet);
  return g_test_run ();
}
