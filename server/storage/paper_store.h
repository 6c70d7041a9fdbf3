/* Papers (tài liệu): what was uploaded for a meeting.  The rows here; the bytes are files of
 * paper_file.h, named by the paper's id.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *id;
  char *meeting;
  char *item; /* of the agenda, or NULL */
  char *name; /* what people see and a browser saves it as */
  char *type; /* media type */
  gint64 bytes;
  gint64 pages; /* of a PDF; -1: not known */
  char *sha256; /* hexadecimal */
  gint64 added_at_ms;
  char *added_by; /* login */
} Paper;

void paper_free (Paper *paper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paper, paper_free)

/* NOT_FOUND unless @meeting has it. */
Paper *paper_store_get (Database *database, const char *meeting, const char *id, GError **error);
/* As they were added.  transfer full, of Paper. */
GPtrArray *paper_store_list (Database *database, const char *meeting, GError **error);
/* Bytes and number of all papers of @meeting. */
gboolean paper_store_total (Database *database, const char *meeting, gint64 *ret_bytes,
                            gint64 *ret_n, GError **error);

/* A name without folders, cleaned; transfer full.  INVALID. */
char *paper_clean_name (const char *name, GError **error);

/* NOT_FOUND names an unknown meeting or item; INVALID: the name, or PAPERS_PER_MEETING_MAX. */
gboolean paper_store_add (Database *database, const Paper *paper, GError **error);
/* Writes name and item. */
gboolean paper_store_update (Database *database, const Paper *paper, GError **error);
gboolean paper_store_remove (Database *database, const char *meeting, const char *id,
                             GError **error);
/* Ids of all papers there are; transfer full, a set of char *. */
GHashTable *paper_store_all_ids (Database *database, GError **error);
