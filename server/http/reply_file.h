/* Replies that are files: bytes of a type, to be kept under a name.  Main thread. */
#pragma once

#include "server/http/request.h"

/* 200 with @bytes (lent).  @name, in any script, is what a browser offers to save it as (RFC 6266,
 * RFC 8187); nothing in it is taken for markup or run. */
void http_reply_file (HttpRequest *request, const char *content_type, const char *name,
                      GBytes *bytes);
/* Makes it from @job, on a worker thread; NULL: @error is set. */
typedef GBytes *(*HttpFileMaker) (gpointer job, GError **error);
/* As http_reply_file () once @make is done, or the problem of its error.  @name and @job are
 * taken. */
void http_reply_made_file (HttpRequest *request, const char *content_type, char *name,
                           HttpFileMaker make, gpointer job, GDestroyNotify job_free);
/* The value of Content-Disposition alone; @is_inline: shown rather than saved.  (transfer full) */
char *http_content_disposition (const char *name, gboolean is_inline);
