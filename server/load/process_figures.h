/* What a process costs, from /proc: for the relay under load, where it runs on this machine. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 user_us; /* of all threads, since it started */
  gint64 system_us;
  guint64 rss_bytes;
  guint threads;
} ProcessFigures;

/* FALSE: there is no such process. */
gboolean process_figures_read (int pid, ProcessFigures *ret_figures);

/* The relay of the state folder @state_dir, by its command line; 0: none runs here. */
int process_find_relay (const char *state_dir);

/* Datagrams this machine has thrown away because a socket's buffer was full. */
guint64 process_udp_buffer_errors (void);
