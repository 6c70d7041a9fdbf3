/* Groups (nhóm điểm cầu): rooms that are often invited together, named by a unit ("Các xã miền
 * núi").  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *id;
  char *unit;     /* code of the unit that keeps the group */
  char *name;     /* of its own within the unit, also without diacritics */
  char **members; /* ids of rooms, in the order given */
  guint n_members;
} Group;

void group_free (Group *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Group, group_free)

/* NOT_FOUND. */
Group *group_store_get (Database *database, const char *id, GError **error);
/* Those of the subtree of @root (NULL: all), in tree order, then by name.  transfer full, of Group.
 */
GPtrArray *group_store_list (Database *database, const char *root, GError **error);

/* Stores a new group; @ret_id transfer full.  @members: NULL-terminated, doubles count once.
 * NOT_FOUND names the unknown unit or room; EXISTS if the unit has a group of this name; INVALID.
 */
gboolean group_store_add (Database *database, const char *unit, const char *name,
                          const char *const *members, char **ret_id, GError **error);
/* A NULL @name or @members stays as it is. */
gboolean group_store_update (Database *database, const char *id, const char *name,
                             const char *const *members, GError **error);
gboolean group_store_remove (Database *database, const char *id, GError **error);

/* The rooms of all of @ids (NULL-terminated), once each, those removed left out.  transfer full
 * (g_strfreev).  NOT_FOUND names an unknown group. */
char **group_store_expand (Database *database, const char *const *ids, GError **error);
