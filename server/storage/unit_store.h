/* Units (đơn vị): the administrative tree.  Levels are data; a unit's path of codes is kept, so
 * that a subtree is one range of an index.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *code;      /* "38", "VN", "14758": 1..32 of [A-Za-z0-9._] */
  char *parent;    /* NULL at the top */
  char *level;     /* "central", "province", "commune", ...: [a-z_]+ */
  char *name;      /* "Xã Mường Lát" */
  guint endpoints; /* rooms of this unit itself */
  guint children;
  guint down_kbps; /* see line_store.h; filled on reading */
  guint up_kbps;
} Unit;

void unit_free (Unit *unit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Unit, unit_free)

/* STORAGE_ERROR_NOT_FOUND. */
Unit *unit_store_get (Database *database, const char *code, GError **error);

/* The subtree of @root (itself first; NULL: everything), only @level if not NULL; in tree order,
 * siblings by code.  transfer full, of Unit. */
GPtrArray *unit_store_list (Database *database, const char *root, const char *level,
                            GError **error);

/* Best @limit matches of what someone typed (fold.h) in the subtree of @root (NULL: everything);
 * also by code.  At one rank the higher level first, then the name. */
GPtrArray *unit_store_search (Database *database, const char *query, const char *root, guint limit,
                              GError **error);

/* Whether @code is @root or below it; a NULL @root holds every unit.  FALSE also for unknown
 * units and when the database cannot be read: rights hang on it. */
gboolean unit_store_is_within (Database *database, const char *code, const char *root);

/* INVALID, EXISTS; an unknown parent is NOT_FOUND. */
gboolean unit_store_add (Database *database, const Unit *unit, GError **error);
/* A NULL field stays as it is.  Moving a unit under itself is INVALID. */
gboolean unit_store_update (Database *database, const char *code, const char *parent,
                            const char *name, GError **error);
/* IN_USE while it has children, endpoints, users or meetings. */
gboolean unit_store_remove (Database *database, const char *code, GError **error);

/* Import of CSV with the columns code, parent_code, level, name, found by the header line.
 * One transaction: nothing is stored unless all is; the error names line and reason.  Units
 * known already are updated; none is removed.  With @root only that unit and those below it are
 * taken, @root under its present parent if it has one. */
typedef struct {
  guint rows; /* taken from the file */
  guint added;
  guint updated;
  guint unchanged;
} UnitImportSummary;
typedef void (*UnitImportProgress) (guint rows_done, guint rows, gpointer user_data);

typedef struct {
  const char *root;            /* NULL: the whole file */
  UnitImportProgress progress; /* NULL: none */
  gpointer user_data;
} UnitImportOptions;

/* @ret_summary may be NULL. */
gboolean unit_store_import (Database *database, const char *text, gsize size,
                            const UnitImportOptions *options, UnitImportSummary *ret_summary,
                            GError **error);
