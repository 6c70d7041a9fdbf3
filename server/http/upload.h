/* Upload: a file on its way in, written to the disk chunk by chunk, never whole in memory.
 *
 * Main thread.  It begins when the headers are in, and only for a user who may: nobody else's bytes
 * are kept.  What it wrote goes with it unless it is kept (paper_file.h).  Life: upload_begin (from
 * the intake) -> upload_write ... -> upload_take (the handler) -> upload_free. */
#pragma once

#include "server/http/request.h"

/* NULL where @request (its headers only) may not send a file; else an upload that takes the body,
 * one that fails at once included: its problem is told by the handler. */
Upload *upload_begin (HttpRequest *request);
void upload_write (Upload *upload, const guint8 *data, gsize size);
void upload_free (Upload *upload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Upload, upload_free)

/* 0, or why the file is not there: too large, too many at once, no room. */
HttpProblem upload_get_problem (const Upload *upload);
gint64 upload_get_size (const Upload *upload);
/* Of all that was written; lent. */
const char *upload_get_sha256 (const Upload *upload);
/* The file, open for reading and writing; lent. */
int upload_get_fd (const Upload *upload);
const char *upload_get_path (const Upload *upload);
/* The file belongs to somebody else now. */
void upload_release_file (Upload *upload);
