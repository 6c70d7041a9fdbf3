/* Writing rows of the unit tree and keeping its paths (folder-private).  Only inside of a
 * transaction: paths are right again after unit_tree_refresh (). */
#pragma once
#include "server/storage/database.h"

typedef struct {
  const char *code;
  const char *parent; /* NULL at the top */
  const char *level;
  const char *name; /* cleaned by field_clean_text () */
} UnitRow;

typedef enum { UNIT_ADDED, UNIT_UPDATED, UNIT_UNCHANGED } UnitChange;

/* Adds the unit or makes it so; @ret_change may be NULL.  The parent may come later. */
gboolean unit_tree_put (Database *database, const UnitRow *row, UnitChange *ret_change,
                        GError **error);
/* Writes all paths anew.  INVALID names a unit that hangs in a circle or too deep. */
gboolean unit_tree_refresh (Database *database, GError **error);
