/* Intake: the reading of one request's headers and body within bounds, before its handler runs.
 *
 * Main thread.  Attached to the message when its headers are in; what comes past a bound is
 * dropped, and a peer that goes on sending regardless is cut off. */
#pragma once

#include <libsoup/soup.h>

#include "server/http/http_problem.h"
#include "server/http/upload.h"

/* To be called from the server's early handler. */
void intake_attach (SoupServerMessage *message);
/* The body goes to @upload (transfer full) instead of memory; NULL: it is dropped without a
 * problem of its own, and may be HTTP_BODY_CUT_BYTES long. */
void intake_set_upload (SoupServerMessage *message, Upload *upload);
/* transfer full, or NULL. */
Upload *intake_take_upload (SoupServerMessage *message);
/* The body (transfer full), or NULL with *@ret_problem when a bound was broken. */
GBytes *intake_take (SoupServerMessage *message, HttpProblem *ret_problem);
