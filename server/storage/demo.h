/* The demonstration province (Thanh Hóa and its 166 communes, unless set otherwise), users, and a
 * meeting in progress.
 *
 * Only in a state directory that `serve --demo` made: one that ever held anything else is refused
 * (STORAGE_ERROR_CONFLICT), for the log-ins are public.  Idempotent: a second call finds what the
 * first made (a province of another code is CONFLICT) and opens the meeting again if it was ended.
 * Main thread, blocking. */
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

typedef struct {
  const char *units_csv; /* text of config/units-vietnam-2025.csv */
  gsize size;
  const char *province;      /* code of the province to load: setting demo.unit */
  const char *password_hash; /* of DEMO_PASSWORD (server/auth/password.h); not needed if
                              * demo_is_seeded () */
  gint64 now_ms;
  const char *state_dir; /* where the file of the paper goes; NULL: no paper */
  GBytes *paper;         /* a PDF; may be NULL */
  int paper_pages;
} DemoOptions;

DemoSeed *storage_seed_demo (Database *database, const DemoOptions *options, GError **error);
gboolean demo_is_seeded (Database *database);
