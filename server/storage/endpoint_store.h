/* Endpoints (điểm cầu): the rooms of a unit.  The id is `<unit code>-<n>` and never used again for
 * another room.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *id;         /* "38-1" */
  char *unit;       /* code of its unit */
  char *unit_name;  /* filled on reading */
  char *name;       /* "Hội trường UBND tỉnh" */
  char *technician; /* who answers the phone, "" if not known */
  char *phone;      /* "" if not known */
  char *email;      /* where invitations go, "" if nowhere */
  guint down_kbps;  /* see line_store.h; filled on reading */
  guint up_kbps;
} Endpoint;

void endpoint_free (Endpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Endpoint, endpoint_free)

Endpoint *endpoint_store_get (Database *database, const char *id, GError **error);
/* Those of the subtree of @root (NULL: all) in tree order; with @query the best matches first,
 * by name, unit name or id.  At most @limit.  transfer full, of Endpoint. */
GPtrArray *endpoint_store_list (Database *database, const char *root, const char *query,
                                guint limit, GError **error);
/* Makes the next room of @unit; NULL technician or phone is "".  Errors: NOT_FOUND (unit), INVALID.
 */
Endpoint *endpoint_store_add (Database *database, const char *unit, const char *name,
                              const char *technician, const char *phone, GError **error);
/* A NULL field stays as it is. */
gboolean endpoint_store_update (Database *database, const char *id, const char *name,
                                const char *technician, const char *phone, GError **error);
/* "" takes the address away. */
gboolean endpoint_store_set_email (Database *database, const char *id, const char *email,
                                   GError **error);
/* IN_USE while a meeting invites it or a user belongs to it. */
gboolean endpoint_store_remove (Database *database, const char *id, GError **error);
