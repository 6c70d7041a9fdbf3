/* The sender against a small mail server of the test's own, and against none. */
#include "server/mail/smtp.h"

#include <gio/gio.h>
#include <string.h>

#define WAIT_US (10 * G_USEC_PER_SEC)

typedef struct {
  GSocketService *service;
  guint16 port;
  GString *heard;
  const char *rcpt_reply; /* to RCPT TO */
  GPtrArray *connections;
  gboolean silent; /* takes the connection and says nothing */
} Server;

typedef struct {
  gboolean done;
  SmtpOutcome outcome;
  char *reason;
} Answer;

typedef struct {
  Server *server;
  GSocketConnection *connection;
  GDataInputStream *input;
  gboolean in_data;
} Talk;

static void read_line (Talk *talk);

static void
say (Talk *talk, const char *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (talk->connection)), text,
                             strlen (text), NULL, NULL, NULL);
}

static void
on_command (Talk *talk, const char *line)
{
  if (talk->in_data) {
    talk->in_data = strcmp (line, ".") != 0;
    if (!talk->in_data)
      say (talk, "250 taken\r\n");
  } else if (g_str_has_prefix (line, "EHLO"))
    say (talk, "250-test\r\n250 8BITMIME\r\n");
  else if (g_str_has_prefix (line, "RCPT"))
    say (talk, talk->server->rcpt_reply);
  else if (g_str_has_prefix (line, "DATA")) {
    talk->in_data = TRUE;
    say (talk, "354 go on\r\n");
  } else
    say (talk, g_str_has_prefix (line, "QUIT") ? "221 bye\r\n" : "250 ok\r\n");
}

static void
talk_free (Talk *talk)
{
  g_object_unref (talk->input);
  g_object_unref (talk->connection);
  g_free (talk);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (talk->input, result, NULL, NULL);
  if (!line) {
    talk_free (talk);
    return;
  }
  g_strchomp (line);
  g_string_append_printf (talk->server->heard, "%s\n", line);
  on_command (talk, line);
  read_line (talk);
}

static void
read_line (Talk *talk)
{
  g_data_input_stream_read_line_async (talk->input, G_PRIORITY_DEFAULT, NULL, on_line, talk);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  Server *server = user_data;
  if (server->silent) {
    g_ptr_array_add (server->connections, g_object_ref (connection));
    return TRUE;
  }
  Talk *talk = g_new0 (Talk, 1);
  talk->server = server;
  talk->connection = g_object_ref (connection);
  talk->input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  say (talk, "220 test\r\n");
  read_line (talk);
  return TRUE;
}

static void
server_init (Server *server)
{
  *server = (Server){ .rcpt_reply = "250 ok\r\n", .heard = g_string_new (NULL) };
  server->connections = g_ptr_array_new_with_free_func (g_object_unref);
  server->service = g_socket_service_new ();
  server->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (server->service), NULL, NULL);
  g_assert_cmpuint (server->port, >, 0);
  g_signal_connect (server->service, "incoming", G_CALLBACK (on_incoming), server);
}

static void
server_clear (Server *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (server->service);
  g_ptr_array_unref (server->connections);
  g_string_free (server->heard, TRUE);
}

static void
on_done (gpointer user_data, SmtpOutcome outcome, const char *reason)
{
  Answer *answer = user_data;
  answer->done = TRUE;
  answer->outcome = outcome;
  g_free (answer->reason);
  answer->reason = g_strdup (reason);
}

static SmtpOutcome
send (Smtp *smtp, Answer *answer, guint16 port, gboolean require_tls)
{
  g_autofree char *url = g_strdup_printf ("smtp://127.0.0.1:%u", port);
  SmtpServer server = { url, (char *) "", (char *) "", (char *) "", require_tls };
  gint64 deadline_us = g_get_monotonic_time () + WAIT_US;
  answer->done = FALSE;
  smtp_send (smtp, &server, "hop@tinh.gov.vn", "xa@tinh.gov.vn",
             "Subject: a\r\n\r\nXin chao\r\n.dot\r\n");
  while (!answer->done && g_get_monotonic_time () < deadline_us)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (answer->done);
  g_test_message ("%d %s", answer->outcome, answer->reason);
  return answer->outcome;
}

static void
test_sends (void)
{
  Server server;
  Answer answer = { 0 };
  server_init (&server);
  Smtp *smtp = smtp_new ();
  smtp_set_callback (smtp, on_done, &answer);
  g_assert_cmpint (send (smtp, &answer, server.port, FALSE), ==, SMTP_SENT);
  g_assert_cmpstr (answer.reason, ==, "");
  g_assert_nonnull (strstr (server.heard->str, "EHLO tinh.gov.vn\n"));
  g_assert_nonnull (strstr (server.heard->str, "MAIL FROM:<hop@tinh.gov.vn>"));
  g_assert_nonnull (strstr (server.heard->str, "RCPT TO:<xa@tinh.gov.vn>\n"));
  g_assert_nonnull (strstr (server.heard->str, "\n..dot\n.\n")); /* stuffed */
  g_assert_cmpint (send (smtp, &answer, server.port, FALSE), ==, SMTP_SENT);
  /* both over one connection */
  const char *first = strstr (server.heard->str, "EHLO");
  g_assert_null (strstr (first + 1, "EHLO"));
  smtp_free (smtp);
  g_free (answer.reason);
  server_clear (&server);
}

static void
test_outcomes (void)
{
  static const struct {
    const char *reply;
    SmtpOutcome outcome;
    const char *word;
  } rows[] = {
    { "550 no such mailbox\r\n", SMTP_REFUSED, "550" },
    { "551 not here\r\n", SMTP_REFUSED, "551" },
    { "450 greylisted\r\n", SMTP_LATER, "450" },
    { "421 closing\r\n", SMTP_LATER, "" },
  };
  Server server;
  Answer answer = { 0 };
  server_init (&server);
  Smtp *smtp = smtp_new ();
  smtp_set_callback (smtp, on_done, &answer);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    server.rcpt_reply = rows[i].reply;
    g_assert_cmpint (send (smtp, &answer, server.port, FALSE), ==, rows[i].outcome);
    g_assert_nonnull (strstr (answer.reason, rows[i].word));
  }
  smtp_free (smtp);
  g_free (answer.reason);
  server_clear (&server);
}

/* A server that offers no encryption gets nothing when it is asked for; one that is not there may
 * be so later. */
static void
test_no_server_no_tls (void)
{
  Server server;
  Answer answer = { 0 };
  server_init (&server);
  Smtp *smtp = smtp_new ();
  smtp_set_callback (smtp, on_done, &answer);
  g_assert_cmpint (send (smtp, &answer, server.port, TRUE), ==, SMTP_LATER);
  g_assert_null (strstr (server.heard->str, "MAIL"));
  guint16 port = server.port;
  server_clear (&server);
  g_assert_cmpint (send (smtp, &answer, port, FALSE), ==, SMTP_LATER);
  g_assert_cmpuint (strlen (answer.reason), >, 0);
  smtp_free (smtp);
  g_free (answer.reason);
}

/* The end of the program does not wait for a server that hangs. */
static void
test_ends_at_once (void)
{
  Server server;
  Answer answer = { 0 };
  server_init (&server);
  server.silent = TRUE;
  Smtp *smtp = smtp_new ();
  smtp_set_callback (smtp, on_done, &answer);
  g_autofree char *url = g_strdup_printf ("smtp://127.0.0.1:%u", server.port);
  SmtpServer where = { url, (char *) "", (char *) "", (char *) "", FALSE };
  smtp_send (smtp, &where, "a@b", "c@d", "x");
  smtp_send (smtp, &where, "a@b", "c@d", "x");
  gint64 deadline_us = g_get_monotonic_time () + WAIT_US;
  while (server.connections->len == 0 && g_get_monotonic_time () < deadline_us)
    g_main_context_iteration (NULL, FALSE);
  gint64 before_us = g_get_monotonic_time ();
  smtp_free (smtp);
  g_assert_cmpint (g_get_monotonic_time () - before_us, <, 3 * G_USEC_PER_SEC);
  server_clear (&server);
  g_assert_false (answer.done);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/sends", test_sends);
  g_test_add_func ("/smtp/outcomes", test_outcomes);
  g_test_add_func ("/smtp/no-server-no-tls", test_no_server_no_tls);
  g_test_add_func ("/smtp/ends-at-once", test_ends_at_once);
  return g_test_run ();
}
