#include "tests/line/forwarder.h"

#include "tests/line/line_json.h"
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 2048
#define SOCKET_BUFFER_BYTES (4 << 20)
#define EVENTS_MAX 64
#define READS_MAX 64          /* of one socket before the others */
#define COMMAND_MAX (1 << 16) /* bytes of a line on standard input */

typedef union {
  struct sockaddr base;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

typedef enum { FROM_INPUT, FROM_CLIENTS, FROM_SERVER } SourceType;

/* What an event of epoll points to; first member of who owns the descriptor. */
typedef struct {
  SourceType type;
  int fd;
} Source;

typedef struct {
  Source source; /* connected to the server */
  struct Line *line;
  Address address;
  socklen_t address_size;
  guint64 up_bytes, down_bytes; /* carried */
} Client;

typedef struct Line {
  Source source; /* what clients send to */
  Link *up, *down;
  GPtrArray *clients; /* Client */
} Line;

struct Forwarder {
  int epoll;
  Source input;
  GByteArray *command;
  Address server;
  socklen_t server_size;
  Line *lines;
  guint n_lines;
  gboolean is_over;
  FILE *trace; /* NULL: none */
  gint64 trace_us;
};

static gint64
now_us (void)
{
  return g_get_monotonic_time ();
}

/* --- sockets --- */

static gboolean
watch (Forwarder *forwarder, Source *source)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = source };

  return epoll_ctl (forwarder->epoll, EPOLL_CTL_ADD, source->fd, &event) == 0;
}

static int
open_socket (int family)
{
  int fd = socket (family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int size = SOCKET_BUFFER_BYTES;

  if (fd >= 0) {
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
  return fd;
}

static gboolean
parse_address (const char *text, guint16 port, Address *ret_address, socklen_t *ret_size)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (text, port, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  if (parsed == NULL)
    return FALSE;
  address = g_inet_socket_address_new_from_string (
      g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)),
      g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
  if (address == NULL)
    return FALSE;
  *ret_size = (socklen_t) g_socket_address_get_native_size (address);
  return g_socket_address_to_native (address, ret_address, sizeof *ret_address, NULL);
}

static void
client_free (gpointer data)
{
  Client *client = data;

  close (client->source.fd);
  g_free (client);
}

static Client *
line_add_client (Forwarder *forwarder, Line *line, const Address *address, socklen_t size)
{
  int fd;
  Client *client;

  if (line->clients->len >= FORWARDER_CLIENTS_MAX)
    return NULL;
  fd = open_socket (forwarder->server.base.sa_family);
  if (fd < 0)
    return NULL;
  client = g_new0 (Client, 1);
  client->source = (Source){ FROM_SERVER, fd };
  client->line = line;
  client->address = *address;
  client->address_size = size;
  if (connect (fd, &forwarder->server.base, forwarder->server_size) != 0 ||
      !watch (forwarder, &client->source)) {
    client_free (client);
    return NULL;
  }
  g_ptr_array_add (line->clients, client);
  return client;
}

static Client *
line_find_client (const Line *line, const Address *address, socklen_t size)
{
  for (guint i = 0; i < line->clients->len; i++) {
    Client *client = g_ptr_array_index (line->clients, i);
    if (client->address_size == size && memcmp (&client->address, address, size) == 0)
      return client;
  }
  return NULL;
}

static gboolean
line_open (Forwarder *forwarder, Line *line, const Address *at, socklen_t size, guint32 seed)
{
  line->clients = g_ptr_array_new_with_free_func (client_free);
  line->up = link_new (&LINK_SETTINGS_OPEN, seed);
  line->down = link_new (&LINK_SETTINGS_OPEN, seed + 1);
  line->source = (Source){ FROM_CLIENTS, open_socket (at->base.sa_family) };
  return line->source.fd >= 0 && bind (line->source.fd, &at->base, size) == 0 &&
         watch (forwarder, &line->source);
}

Forwarder *
forwarder_new (const char *listen, const char *to, guint n_lines, guint32 seed, GError **error)
{
  g_autoptr (Forwarder) forwarder = g_new0 (Forwarder, 1);
  Address at;
  socklen_t size;

  forwarder->epoll = epoll_create1 (EPOLL_CLOEXEC);
  forwarder->input = (Source){ FROM_INPUT, STDIN_FILENO };
  forwarder->command = g_byte_array_new ();
  forwarder->lines = g_new0 (Line, n_lines);
  forwarder->n_lines = n_lines;
  for (guint i = 0; i < n_lines; i++)
    forwarder->lines[i].source.fd = -1;
  if (!parse_address (to, 0, &forwarder->server, &forwarder->server_size) ||
      !parse_address (listen, 0, &at, &size)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "not an address: %s, %s", listen,
                 to);
    return NULL;
  }
  for (guint i = 0; i < n_lines; i++) {
    if (!line_open (forwarder, &forwarder->lines[i], &at, size, seed + 2 * i)) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
      return NULL;
    }
  }
  return g_steal_pointer (&forwarder);
}

static void
set_trace (Forwarder *forwarder, const char *path)
{
  g_clear_pointer (&forwarder->trace, fclose);
  if (path != NULL)
    forwarder->trace = fopen (path, "we");
  forwarder->trace_us = now_us ();
}

void
forwarder_free (Forwarder *forwarder)
{
  set_trace (forwarder, NULL);
  for (guint i = 0; i < forwarder->n_lines; i++) {
    Line *line = &forwarder->lines[i];
    g_clear_pointer (&line->up, link_free);
    g_clear_pointer (&line->down, link_free);
    g_clear_pointer (&line->clients, g_ptr_array_unref);
    if (line->source.fd >= 0)
      close (line->source.fd);
  }
  g_free (forwarder->lines);
  g_byte_array_unref (forwarder->command);
  close (forwarder->epoll);
  g_free (forwarder);
}

/* --- datagrams --- */

static gboolean
is_traced (const Forwarder *forwarder, const Line *line)
{
  return forwarder->trace != NULL && line == &forwarder->lines[0];
}

static void
read_clients (Forwarder *forwarder, Line *line)
{
  guint8 data[DATAGRAM_MAX];

  for (guint i = 0; i < READS_MAX; i++) {
    Address from = { 0 };
    socklen_t size = sizeof from;
    ssize_t n = recvfrom (line->source.fd, data, sizeof data, 0, &from.base, &size);
    Client *client;
    if (n < 0)
      return;
    client = line_find_client (line, &from, size);
    if (client == NULL)
      client = line_add_client (forwarder, line, &from, size);
    if (client != NULL)
      link_offer (line->up, client, data, (gsize) n, now_us ());
  }
}

static void
read_server (Forwarder *forwarder, Client *client)
{
  guint8 data[DATAGRAM_MAX];
  gint64 at_us;

  for (guint i = 0; i < READS_MAX; i++) {
    ssize_t n = recv (client->source.fd, data, sizeof data, 0);
    if (n < 0)
      return;
    at_us = now_us ();
    link_offer (client->line->down, client, data, (gsize) n, at_us);
    if (is_traced (forwarder, client->line))
      fprintf (forwarder->trace, "s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %zd\n",
               link_count_offered (client->line->down), at_us - forwarder->trace_us, n);
  }
}

/* What a full socket buffer refuses is lost, as on a line. */
static void
line_deliver (Forwarder *forwarder, Line *line)
{
  gint64 at_us = now_us ();
  LinkPacket *packet;

  while ((packet = link_take (line->up, at_us)) != NULL) {
    Client *client = packet->owner;
    client->up_bytes += packet->size;
    (void) !send (client->source.fd, packet->data, packet->size, 0);
    g_free (packet);
  }
  while ((packet = link_take (line->down, at_us)) != NULL) {
    Client *client = packet->owner;
    client->down_bytes += packet->size;
    if (is_traced (forwarder, line) && packet->offered_us >= forwarder->trace_us)
      fprintf (forwarder->trace, "r %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", packet->number,
               packet->due_us - forwarder->trace_us);
    (void) !sendto (line->source.fd, packet->data, packet->size, 0, &client->address.base,
                    client->address_size);
    g_free (packet);
  }
}

/* --- orders and reports --- */

static guint
port_of (const Address *address)
{
  guint16 port = address->base.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port;

  return g_ntohs (port);
}

json_t *
forwarder_ports (const Forwarder *forwarder)
{
  json_t *ports = json_array ();

  for (guint i = 0; i < forwarder->n_lines; i++) {
    Address at = { 0 };
    socklen_t size = sizeof at;
    getsockname (forwarder->lines[i].source.fd, &at.base, &size);
    json_array_append_new (ports, json_integer (port_of (&at)));
  }
  return ports;
}

static json_t *
report_link (Link *link, gint64 at_us)
{
  LinkStats stats;

  link_get_stats (link, at_us, &stats);
  link_forget (link, at_us);
  return line_json_from_stats (&stats);
}

static json_t *
report_line (Line *line, gint64 at_us)
{
  json_t *clients = json_array ();

  for (guint i = 0; i < line->clients->len; i++) {
    const Client *client = g_ptr_array_index (line->clients, i);
    json_array_append_new (clients,
                           json_pack ("{s:i,s:I,s:I}", "port", (int) port_of (&client->address),
                                      "up_bytes", (json_int_t) client->up_bytes, "down_bytes",
                                      (json_int_t) client->down_bytes));
  }
  return json_pack ("{s:o,s:o,s:o}", "up", report_link (line->up, at_us), "down",
                    report_link (line->down, at_us), "clients", clients);
}

json_t *
forwarder_report (Forwarder *forwarder)
{
  gint64 at_us = now_us ();
  json_t *lines = json_array ();

  for (guint i = 0; i < forwarder->n_lines; i++)
    json_array_append_new (lines, report_line (&forwarder->lines[i], at_us));
  return json_pack ("{s:I,s:o}", "at_ms", (json_int_t) (at_us / 1000), "lines", lines);
}

static void
print_json (json_t *value)
{
  json_dumpf (value, stdout, JSON_COMPACT);
  putchar ('\n');
  fflush (stdout);
  json_decref (value);
}

static gboolean
set_link (Link *link, const json_t *wanted, gboolean really, const char **ret_problem)
{
  LinkSettings settings = *link_get_settings (link);

  if (wanted == NULL)
    return TRUE;
  if (!line_json_read_settings (wanted, &settings, ret_problem))
    return FALSE;
  if (really)
    link_set (link, &settings, now_us ());
  return TRUE;
}

static gboolean
set_line (Line *line, const json_t *order, gboolean really, const char **ret_problem)
{
  return set_link (line->up, json_object_get (order, "up"), really, ret_problem) &&
         set_link (line->down, json_object_get (order, "down"), really, ret_problem);
}

static gboolean
obey_object (Forwarder *forwarder, const json_t *order, const char **ret_problem)
{
  const json_t *which = json_object_get (order, "line");
  json_int_t at = json_integer_value (which);
  guint first = which == NULL ? 0 : (guint) at;
  guint end = which == NULL ? forwarder->n_lines : first + 1;

  *ret_problem = "line";
  if (which != NULL && (!json_is_integer (which) || at < 0 || at >= forwarder->n_lines))
    return FALSE;
  for (guint i = first; i < end; i++)
    if (!set_line (&forwarder->lines[i], order, FALSE, ret_problem))
      return FALSE;
  for (guint i = first; i < end; i++)
    set_line (&forwarder->lines[i], order, TRUE, ret_problem);
  if (json_object_get (order, "trace") != NULL)
    set_trace (forwarder, json_string_value (json_object_get (order, "trace")));
  if (json_is_true (json_object_get (order, "report")))
    print_json (forwarder_report (forwarder));
  return TRUE;
}

gboolean
forwarder_obey (Forwarder *forwarder, const char *text, char **ret_problem)
{
  json_error_t error;
  json_t *order = json_loads (text, JSON_REJECT_DUPLICATES, &error);
  const char *problem = NULL;
  gboolean is_done = FALSE;

  if (!json_is_object (order))
    *ret_problem = g_strdup (order == NULL ? error.text : "not an object");
  else if (!(is_done = obey_object (forwarder, order, &problem)))
    *ret_problem = g_strdup (problem);
  json_decref (order);
  return is_done;
}

static void
obey_line (Forwarder *forwarder, const char *text)
{
  g_autofree char *problem = NULL;

  if (!forwarder_obey (forwarder, text, &problem))
    print_json (json_pack ("{s:s}", "error", problem));
}

static void
read_input (Forwarder *forwarder)
{
  guint8 data[4096];
  ssize_t n = read (STDIN_FILENO, data, sizeof data);
  GByteArray *command = forwarder->command;
  guint8 *end;

  if (n <= 0 || command->len > COMMAND_MAX) {
    forwarder->is_over = TRUE;
    return;
  }
  g_byte_array_append (command, data, (guint) n);
  while (command->len > 0 && (end = memchr (command->data, '\n', command->len)) != NULL) {
    *end = '\0';
    obey_line (forwarder, (const char *) command->data);
    g_byte_array_remove_range (command, 0, (guint) (end - command->data) + 1);
  }
}

/* --- the loop --- */

static void
serve (Forwarder *forwarder, Source *source)
{
  switch (source->type) {
  case FROM_INPUT:
    read_input (forwarder);
    break;
  case FROM_CLIENTS:
    read_clients (forwarder, (Line *) source);
    break;
  case FROM_SERVER:
    read_server (forwarder, (Client *) source);
    break;
  }
}

static gint64
next_us (const Forwarder *forwarder, gint64 report_us)
{
  gint64 next = report_us;

  for (guint i = 0; i < forwarder->n_lines; i++)
    next = MIN (
        next, MIN (link_next_us (forwarder->lines[i].up), link_next_us (forwarder->lines[i].down)));
  return next;
}

static int
wait_until (Forwarder *forwarder, gint64 until_us, struct epoll_event *events)
{
  gint64 left_us = until_us - now_us (); /* once: CLAMP would look at the clock again */
  gint64 wait_us = CLAMP (left_us, 0, G_USEC_PER_SEC);
  struct timespec wait = { wait_us / G_USEC_PER_SEC, (wait_us % G_USEC_PER_SEC) * 1000 };

  return epoll_pwait2 (forwarder->epoll, events, EVENTS_MAX, &wait, NULL);
}

void
forwarder_run (Forwarder *forwarder, guint report_ms)
{
  gint64 report_us = report_ms > 0 ? now_us () : G_MAXINT64;
  struct epoll_event events[EVENTS_MAX];

  if (!watch (forwarder, &forwarder->input))
    return;
  while (!forwarder->is_over) {
    int n = wait_until (forwarder, next_us (forwarder, report_us), events);
    if (n < 0 && errno != EINTR)
      return;
    for (int i = 0; i < n; i++)
      serve (forwarder, events[i].data.ptr);
    for (guint i = 0; i < forwarder->n_lines; i++)
      line_deliver (forwarder, &forwarder->lines[i]);
    if (now_us () >= report_us) {
      print_json (forwarder_report (forwarder));
      report_us += (gint64) report_ms * 1000;
    }
  }
}
