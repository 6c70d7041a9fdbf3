/* Audit: what a user did over HTTP goes into the log in the same transaction as the deed.
 * Main thread, blocking (SQLite). */
#pragma once

#include "server/http/request.h"

/* @meeting and @detail may be NULL; @detail never holds a secret. */
gboolean audit_append (HttpRequest *request, const char *meeting, const char *action,
                       const char *subject, const char *detail, GError **error);
