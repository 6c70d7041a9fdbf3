/* The pages: the built files of server/web from the web root, index.html for every path that is a
 * page's, and a plain page that says so when the build is missing.
 *
 * Main thread; files are mapped, not read.  Nothing outside the root is ever served. */
#pragma once

#include "server/http/request.h"

/* What every reply carries: no sniffing, no framing, no referrer, devices only for ourselves. */
void pages_set_security_headers (SoupServerMessage *message);

/* The file under @root that @path (as in the request line) names, decoded: transfer full; NULL if
 * there is none or the path leads elsewhere. */
char *pages_find_file (const char *root, const char *path);
/* By the file's name; "application/octet-stream" when unknown. */
const char *pages_content_type (const char *file);

/* Answers GET and HEAD of @path. */
void pages_reply (HttpRequest *request, const char *path);
