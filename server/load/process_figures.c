#include "server/load/process_figures.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* proc(5): fields of stat behind the name, counted from state = 0 */
enum { STAT_UTIME = 11, STAT_STIME = 12, STAT_THREADS = 17, STAT_RSS = 21 };

gboolean
process_figures_read (int pid, ProcessFigures *ret_figures)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;

  if (pid <= 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  const char *behind = strrchr (text, ')'); /* the name may hold blanks */
  g_auto (GStrv) fields = behind && behind[1] ? g_strsplit (behind + 2, " ", -1) : NULL;
  if (!fields || g_strv_length (fields) <= STAT_RSS)
    return FALSE;
  gint64 tick_us = G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
  *ret_figures = (ProcessFigures){
    .user_us = g_ascii_strtoll (fields[STAT_UTIME], NULL, 10) * tick_us,
    .system_us = g_ascii_strtoll (fields[STAT_STIME], NULL, 10) * tick_us,
    .threads = (guint) g_ascii_strtoull (fields[STAT_THREADS], NULL, 10),
    .rss_bytes = g_ascii_strtoull (fields[STAT_RSS], NULL, 10) * (guint64) sysconf (_SC_PAGESIZE),
  };
  return TRUE;
}

/* "diemcau\0relay\0...\0/state/dir/...\0" */
static gboolean
is_relay_of (const char *pid, const char *state_dir)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "cmdline", NULL);
  g_autofree char *words = NULL;
  gsize size = 0;
  gboolean is_relay = FALSE, is_ours = FALSE;

  if (!g_file_get_contents (path, &words, &size, NULL))
    return FALSE;
  for (gsize at = 0; at < size; at += strlen (words + at) + 1) {
    is_relay |= at > 0 && g_str_equal (words + at, "relay");
    is_ours |= strstr (words + at, state_dir) != NULL;
  }
  return is_relay && is_ours;
}

int
process_find_relay (const char *state_dir)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (proc && (name = g_dir_read_name (proc)))
    if (g_ascii_isdigit (*name) && is_relay_of (name, state_dir))
      return (int) g_ascii_strtoll (name, NULL, 10);
  return 0;
}

guint64
process_udp_buffer_errors (void)
{
  g_autofree char *text = NULL;
  guint64 in, no_port, errors, out, buffer_errors;

  if (!g_file_get_contents ("/proc/net/snmp", &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, "\nUdp: ");
  line = line ? strstr (line + 1, "\nUdp: ") : NULL; /* the first names the columns */
  return line && sscanf (line + 6,
                         "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                         " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                         &in, &no_port, &errors, &out, &buffer_errors) == 5
             ? buffer_errors
             : 0;
}
