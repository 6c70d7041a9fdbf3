/* diemcau probe: a room's line to the server, tested without a browser. */
#include "config/log.h"
#include "server/auth/access_token.h"
#include "server/commands/command.h"
#include "server/probe/probe_report.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "probe"

enum { EXIT_POOR = 1, EXIT_NO_CONNECTION = 3 };

static struct {
  char *token, *meeting;
  int kbps, seconds;
  char *ca, *lang;
  gboolean insecure, tcp, json;
  int media_port;
} given = { .seconds = PROBE_SECONDS };

static const GOptionEntry entries[] = {
  { "token", 't', 0, G_OPTION_ARG_STRING, &given.token,
    "Of the room (`diemcau token --meeting M --endpoint E`); - reads it from standard input",
    "TOKEN" },
  { "meeting", 'm', 0, G_OPTION_ARG_STRING, &given.meeting, "Another meeting than the token's",
    "MEETING" },
  { "kbps", 0, 0, G_OPTION_ARG_INT, &given.kbps,
    "Send a picture of so much (default: what the meeting needs)", "N" },
  { "seconds", 's', 0, G_OPTION_ARG_INT, &given.seconds, "Measure for so long (default 15)", "N" },
  { "tcp", 0, 0, G_OPTION_ARG_NONE, &given.tcp, "By TCP, without trying UDP", NULL },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &given.ca,
    "Trust these certificates (PEM) in place of the system's", "FILE" },
  { "insecure", 0, 0, G_OPTION_ARG_NONE, &given.insecure,
    "Take any certificate: whoever stands between may read the token", NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &given.json, "Print the result as JSON, no progress", NULL },
  { "lang", 0, 0, G_OPTION_ARG_STRING, &given.lang, "Words (default: as LANG says, else vi)",
    "vi|en" },
  { "media-port", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &given.media_port,
    "Send media to this port: of a line that stands before the server", "PORT" },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = NAME,
  .arguments = "HTTPS-URL",
  .summary = "Tests a room's line to the server on the real media path, without a browser.",
  .description = "Joins the meeting in its rehearsal, or before it is live, as the token's room "
                 "(close the room's page meanwhile),\nsends picture and sound at the meeting's "
                 "bitrate and gets them back through the relay. The board shows the result.\n"
                 "Exit status: 0 good, 1 fair or bad, 2 wrong options, 3 no connection.",
  .entries = entries,
  .min_arguments = 1,
  .max_arguments = 1,
};

static gboolean
is_between (int value, int least, int most)
{
  return value >= least && value <= most;
}

static int
check_options (const char *url)
{
  if (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    return command_usage_error (NAME, "'%s' is no HTTPS-URL", url);
  if (!given.token)
    return command_usage_error (NAME, "--token is missing");
  if (given.kbps != 0 && !is_between (given.kbps, PROBE_KBPS_MIN, PROBE_KBPS_MAX))
    return command_usage_error (NAME, "--kbps must be %d to %d", PROBE_KBPS_MIN, PROBE_KBPS_MAX);
  if (!is_between (given.seconds, PROBE_SECONDS_MIN, PROBE_SECONDS_MAX))
    return command_usage_error (NAME, "--seconds must be %d to %d", PROBE_SECONDS_MIN,
                                PROBE_SECONDS_MAX);
  if (given.lang && !g_str_equal (given.lang, "vi") && !g_str_equal (given.lang, "en"))
    return command_usage_error (NAME, "--lang must be vi or en");
  if (!is_between (given.media_port, 0, G_MAXUINT16))
    return command_usage_error (NAME, "--media-port must be a port");
  return EXIT_DONE;
}

static ProbeLanguage
find_language (void)
{
  const char *lang = given.lang ? given.lang : g_getenv ("LANG");

  return lang && g_str_has_prefix (lang, "en") ? PROBE_WORDS_EN : PROBE_WORDS_VI;
}

/* So that no token need stand on a command line. */
static char *
read_token (void)
{
  char line[ACCESS_TOKEN_MAX_BYTES + 2];

  if (!g_str_equal (given.token, "-"))
    return g_strdup (given.token);
  return g_strdup (fgets (line, sizeof line, stdin) ? g_strstrip (line) : "");
}

static void
show_progress (gpointer user_data, ProbeStage stage, double share, const LineFigures *line)
{
  const ProbeLanguage *language = user_data;
  g_autofree char *text = probe_report_progress (stage, share, line, *language);

  fprintf (stderr, "\r\033[K%s", text);
  fflush (stderr);
}

static void
print_json (const ProbeResult *result, const TestVerdict *verdict)
{
  json_t *json = probe_report_to_json (result, verdict);

  json_dumpf (json, stdout, JSON_INDENT (1) | JSON_REAL_PRECISION (6));
  putchar ('\n');
  json_decref (json);
}

static int
run (ProbeConfig *config)
{
  ProbeLanguage language = find_language ();
  gboolean shows_progress = !given.json && isatty (STDERR_FILENO);
  g_auto (ProbeResult) result = { 0 };
  TestVerdict verdict;

  config->on_progress = shows_progress ? show_progress : NULL;
  config->user_data = &language;
  gboolean is_done = line_probe_run (config, &result);
  if (shows_progress)
    fputs ("\r\033[K", stderr);
  if (is_done)
    probe_report_judge (&result, &verdict);
  if (given.json)
    print_json (&result, &verdict);
  if (!is_done) {
    command_failure (NAME, "%s", result.problem);
    return EXIT_NO_CONNECTION;
  }
  if (!given.json) {
    g_autofree char *text = probe_report_to_text (&result, &verdict, language);
    fputs (text, stdout);
  }
  return verdict.light == TEST_LIGHT_GOOD ? EXIT_DONE : EXIT_POOR;
}

int
command_probe (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  g_autoptr (AccessToken) token = NULL;

  if (!command_parse (&syntax, &argc, &argv, &settings) || check_options (argv[1]) != EXIT_DONE)
    return EXIT_USAGE;
  log_setup (settings->log.level, settings->log.format);
  signal (SIGPIPE, SIG_IGN);
  g_autofree char *text = read_token ();
  token = access_token_read (text);
  if (!token || *token->endpoint == '\0')
    return command_usage_error (NAME, "--token is no token of a room");
  g_autofree char *url = g_strdup (argv[1]);
  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  ProbeConfig config = { .url = url,
                         .token = text,
                         .meeting = given.meeting ? given.meeting : token->meeting,
                         .endpoint = token->endpoint,
                         .kbps = (guint) given.kbps,
                         .seconds = (guint) given.seconds,
                         .ca_file = given.ca,
                         .insecure = given.insecure,
                         .media_port = (guint16) given.media_port,
                         .tcp = given.tcp };
  return run (&config);
}
