/* Resources (hội trường, thiết bị): what a meeting books beside rooms, kept by a unit.  One that
 * was ever booked is only marked as removed: the record of the meeting names it for ever.  Main
 * thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *id;
  char *unit;
  char *name; /* of its own within the unit, also without diacritics */
  char *kind; /* "hall", "equipment" or "other" */
  char *note; /* "sức chứa 200", "" */
} Resource;

void resource_free (Resource *resource);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Resource, resource_free)

/* One that was removed as well; NOT_FOUND. */
Resource *resource_store_get (Database *database, const char *id, GError **error);
/* Those of the subtree of @root (NULL: all) that were not removed, in tree order, then by name;
 * and those of the units above @root, whose halls a lower unit may use.  transfer full, of
 * Resource. */
GPtrArray *resource_store_list (Database *database, const char *root, GError **error);

/* @resource->id is left aside; @ret_id transfer full.  NOT_FOUND names the unknown unit; EXISTS;
 * INVALID. */
gboolean resource_store_add (Database *database, const Resource *resource, char **ret_id,
                             GError **error);
/* NULL members stay as they are; the unit always does. */
gboolean resource_store_update (Database *database, const Resource *resource, GError **error);
/* IN_USE while a meeting that is not over has booked it. */
gboolean resource_store_remove (Database *database, const char *id, GError **error);
