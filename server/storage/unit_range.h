/* The range of units.path that is one subtree (folder-private):
 *   ... WHERE u.path >= ? AND u.path < ?      bound to low, high */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *low;
  char *high;
} UnitRange;

void unit_range_free (UnitRange *range);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UnitRange, unit_range_free)

/* NULL @root is everything.  STORAGE_ERROR_NOT_FOUND. */
UnitRange *unit_range_new (Database *database, const char *root, GError **error);
