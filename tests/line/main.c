/* lossy-line: lines with loss, delay, jitter, a rate and a queue, between clients and a server. */
#include "tests/line/forwarder.h"

#include <stdio.h>

int
main (int argc, char **argv)
{
  g_autofree char *to = NULL, *listen = NULL, *first = NULL, *problem = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Forwarder) forwarder = NULL;
  gint lines = 1, seed = 1, report_ms = 0;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, "Where the server is", "ADDRESS:PORT" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "Address of the lines (127.0.0.1)", "ADDRESS" },
    { "lines", 0, 0, G_OPTION_ARG_INT, &lines, "How many, a port each (1)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Of chance (1)", "N" },
    { "report-ms", 0, 0, G_OPTION_ARG_INT, &report_ms, "Figures each N ms (0: if asked)", "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING, &first, "As a line on standard input", "JSON" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  json_t *ports;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("lossy-line: %s\n", error->message);
    return 2;
  }
  if (to == NULL || lines < 1 || lines > FORWARDER_LINES_MAX || report_ms < 0) {
    g_printerr ("lossy-line: --to ADDRESS:PORT, --lines 1..%d\n", FORWARDER_LINES_MAX);
    return 2;
  }
  forwarder = forwarder_new (listen != NULL ? listen : "127.0.0.1", to, (guint) lines,
                             (guint32) seed, &error);
  if (forwarder == NULL) {
    g_printerr ("lossy-line: %s\n", error->message);
    return 1;
  }
  if (first != NULL && !forwarder_obey (forwarder, first, &problem)) {
    g_printerr ("lossy-line: %s\n", problem);
    return 2;
  }
  ports = json_pack ("{s:o}", "ports", forwarder_ports (forwarder));
  json_dumpf (ports, stdout, JSON_COMPACT);
  json_decref (ports);
  putchar ('\n');
  fflush (stdout);
  forwarder_run (forwarder, (guint) report_ms);
  return 0;
}
