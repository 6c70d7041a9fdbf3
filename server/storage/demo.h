/* The demonstration province: Thanh Hóa, its 166 communes, users, and a meeting in progress.
 *
 * Only in a state directory that `serve --demo` made: one that ever held anything else is refused
 * (STORAGE_ERROR_CONFLICT), for the log-ins are public.  Idempotent: a second call finds what the
 * first made and opens the meeting again if it was ended.  Main thread, blocking. */
#pragma once
#include "server/storage/database.h"

#define DEMO_PASSWORD "diemcau-demo"

typedef struct {
  char *login;
  char *name;     /* "Thư ký Văn phòng UBND tỉnh" */
  char *role;     /* user_role_name () */
  char *endpoint; /* its room, or NULL */
} DemoLogin;

typedef struct {
  char *meeting;        /* id of the live meeting */
  char *chair_endpoint; /* "38-1" */
  char **endpoints;     /* those invited: the hall first, then 13 communes; the rooms of the users
                         * xa1 and xa2 last */
  DemoLogin *logins;    /* thuky, kythuat, chutoa, xa1, xa2 */
  guint n_logins;
} DemoSeed;

void demo_seed_free (DemoSeed *seed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemoSeed, demo_seed_free)

/* @units_csv: text of config/units-vietnam-2025.csv.  @password_hash: of DEMO_PASSWORD, or NULL if
 * demo_is_seeded () (server/auth/password.h makes it). */
DemoSeed *storage_seed_demo (Database *database, const char *units_csv, gsize size,
                             const char *password_hash, gint64 now_ms, GError **error);
gboolean demo_is_seeded (Database *database);
