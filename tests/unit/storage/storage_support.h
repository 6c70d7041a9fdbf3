/* A database in a directory of its own that goes with it, and a small tree to work on:
 *
 *   VN - 38 Tỉnh Thanh Hóa - 100 Xã Thanh Hà, 101 Phường Ba Đình, 102 Xã Đông Thành
 *      - 01 Thành phố Hà Nội - 200 Phường Ba Đình */
#pragma once
#include "server/storage/endpoint_store.h"
#include "server/storage/unit_store.h"
#include "server/storage/user_store.h"

#include <glib/gstdio.h>

static inline char *
temporary_directory (void)
{
  char *path = g_dir_make_tmp ("diemcau-test-XXXXXX", NULL);
  g_assert_nonnull (path);
  return path;
}

static inline void
remove_directory (const char *path)
{
  GDir *directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory && (name = g_dir_read_name (directory))) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    if (g_file_test (file, G_FILE_TEST_IS_DIR))
      remove_directory (file);
    else
      g_unlink (file);
  }
  g_clear_pointer (&directory, g_dir_close);
  g_rmdir (path);
}

typedef struct {
  char *directory;
  Database *database;
} TestStore;

static inline void
test_store_clear (TestStore *store)
{
  database_close (store->database);
  remove_directory (store->directory);
  g_free (store->directory);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestStore, test_store_clear)

static inline TestStore
test_store_empty (void)
{
  g_autoptr (GError) error = NULL;
  TestStore store = { .directory = temporary_directory () };
  store.database = database_open_in (store.directory, &error);
  g_assert_no_error (error);
  return store;
}

static const char test_tree_csv[] = "code,parent_code,level,name\n"
                                    "VN,,central,Trung ương\n"
                                    "38,VN,province,Tỉnh Thanh Hóa\n"
                                    "100,38,commune,Xã Thanh Hà\n"
                                    "101,38,commune,Phường Ba Đình\n"
                                    "102,38,commune,Xã Đông Thành\n"
                                    "01,VN,province,Thành phố Hà Nội\n"
                                    "200,01,commune,Phường Ba Đình\n";

static inline gboolean
import_text (Database *database, const char *text, GError **error)
{
  UnitImportOptions options = { 0 };
  return unit_store_import (database, text, strlen (text), &options, NULL, error);
}

static inline TestStore
test_store_with_tree (void)
{
  g_autoptr (GError) error = NULL;
  TestStore store = test_store_empty ();
  import_text (store.database, test_tree_csv, &error);
  g_assert_no_error (error);
  return store;
}

/* The tree with one room in each of 38, 100, 101, 102, 200. */
static inline TestStore
test_store_with_rooms (void)
{
  static const char *const rooms[][2] = { { "38", "Hội trường UBND tỉnh" },
                                          { "100", "Xã Thanh Hà" },
                                          { "101", "Phường Ba Đình" },
                                          { "102", "Xã Đông Thành" },
                                          { "200", "Phường Ba Đình" } };
  TestStore store = test_store_with_tree ();
  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (Endpoint) endpoint =
        endpoint_store_add (store.database, rooms[i][0], rooms[i][1], NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (endpoint->unit, ==, rooms[i][0]);
  }
  return store;
}

static inline gint64
add_user (Database *database, const char *login, UserRole role, const char *unit,
          const char *endpoint)
{
  g_autoptr (GError) error = NULL;
  User user = { .login = (char *) login,
                .name = (char *) login,
                .role = role,
                .unit = (char *) unit,
                .endpoint = (char *) endpoint };
  gint64 id = 0;
  user_store_add (database, &user, "no hash", 1, &id, &error);
  g_assert_no_error (error);
  return id;
}

#define assert_fails(call, code)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) error_ = NULL;                                                              \
    GError **error = &error_;                                                                      \
    g_assert_false (!!(call));                                                                     \
    g_assert_error (error_, STORAGE_ERROR, code);                                                  \
  }                                                                                                \
  G_STMT_END

#define assert_works(call)                                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) error_ = NULL;                                                              \
    GError **error = &error_;                                                                      \
    gboolean worked_ = !!(call);                                                                   \
    g_assert_no_error (error_);                                                                    \
    g_assert_true (worked_);                                                                       \
  }                                                                                                \
  G_STMT_END
