/* Intake: the reading of one request's headers and body within bounds, before its handler runs.
 *
 * Main thread.  Attached to the message when its headers are in; what comes past a bound is
 * dropped, and a peer that goes on sending regardless is cut off. */
#pragma once

#include <libsoup/soup.h>

#include "server/http/http_problem.h"

/* To be called from the server's early handler. */
void intake_attach (SoupServerMessage *message);
/* The body (transfer full), or NULL with *@ret_problem when a bound was broken. */
GBytes *intake_take (SoupServerMessage *message, HttpProblem *ret_problem);
