/* Templates (mẫu phiên họp): what a booking page fills in at once, kept by a unit.  The body is
 * JSON that the HTTP side has checked; opaque here.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *id;
  char *unit;
  char *name; /* of its own within the unit, also without diacritics */
  char *body; /* JSON text, at most TEMPLATE_BODY_MAX_BYTES */
} Template;

void template_free (Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Template, template_free)

Template *template_store_get (Database *database, const char *id, GError **error);
/* Those of the subtree of @root (NULL: all) and of the units above it, in tree order, then by name.
 * transfer full, of Template. */
GPtrArray *template_store_list (Database *database, const char *root, GError **error);
/* @template->id is left aside; a template of this name in the unit is written anew.  NOT_FOUND
 * names the unknown unit; INVALID.  @ret_id transfer full. */
gboolean template_store_save (Database *database, const Template *template, char **ret_id,
                              GError **error);
gboolean template_store_remove (Database *database, const char *id, GError **error);
