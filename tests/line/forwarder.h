/* Forwarder: UDP lines between clients and one server address.  Each line is a port that clients
 * send to in the server's stead; behind it stand two Links, which all clients of that port share.
 * To the server each client has an address of its own, so that it can tell them apart.
 *
 *   client <--UDP--> port of the line [ Link up, Link down ] <--UDP, a socket per client--> server
 *
 * One thread; forwarder_run () blocks. */
#pragma once

#include "tests/line/link.h"
#include <jansson.h>

#define FORWARDER_LINES_MAX 1024
#define FORWARDER_CLIENTS_MAX 64 /* of a line; what comes from more is dropped */

typedef struct Forwarder Forwarder;

/* (transfer full) (nullable): @listen is an address, @to an address and port. Sets errno's text. */
Forwarder *forwarder_new (const char *listen, const char *to, guint n_lines, guint32 seed,
                          GError **error);
void forwarder_free (Forwarder *forwarder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Forwarder, forwarder_free)

/* (transfer full): the lines' ports, an array. */
json_t *forwarder_ports (const Forwarder *forwarder);
/* (transfer full): figures of all lines; extremes begin anew. */
json_t *forwarder_report (Forwarder *forwarder);
/* A line of JSON: { "line": 3, "up": {...}, "down": {...} } sets (without "line": all);
 * { "report": true } prints; { "trace": FILE } writes what goes down the first line from now on,
 * null ends it: "s NUMBER US BYTES" when sent, "r NUMBER US" when it arrives.  FALSE: *@ret_problem
 * says what is wrong with it; (transfer full). */
gboolean forwarder_obey (Forwarder *forwarder, const char *text, char **ret_problem);

/* Until standard input ends. A report each @report_ms on standard output; 0: only when asked. */
void forwarder_run (Forwarder *forwarder, guint report_ms);
