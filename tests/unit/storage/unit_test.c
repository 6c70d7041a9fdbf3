#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

#include <string.h>

static char *
codes (GPtrArray *units)
{
  GString *text = g_string_new (NULL);
  g_assert_nonnull (units);
  for (guint i = 0; i < units->len; i++)
    g_string_append_printf (text, "%s ", ((Unit *) units->pdata[i])->code);
  return g_string_free (text, FALSE);
}

static void
assert_search (Database *database, const char *query, const char *root, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = unit_store_search (database, query, root, 10, &error);
  g_assert_no_error (error);
  g_autofree char *text = codes (found);
  g_test_message ("search %s", query);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_list (Database *database, const char *root, const char *level, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = unit_store_list (database, root, level, &error);
  g_assert_no_error (error);
  g_autofree char *text = codes (found);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_tree (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  assert_list (store.database, NULL, NULL, "VN 01 200 38 100 101 102 ");
  assert_list (store.database, "38", NULL, "38 100 101 102 ");
  assert_list (store.database, NULL, "province", "01 38 ");
  g_autoptr (Unit) unit = unit_store_get (store.database, "38", NULL);
  g_assert_cmpstr (unit->name, ==, "Tỉnh Thanh Hóa");
  g_assert_cmpstr (unit->parent, ==, "VN");
  g_assert_cmpuint (unit->children, ==, 3);
  assert_fails (unit_store_get (store.database, "99", error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (unit_store_list (store.database, "99", NULL, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_within (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  static const struct {
    const char *code;
    const char *root;
    gboolean within;
  } rows[] = {
    { "100", "38", TRUE },  { "38", "38", TRUE },   { "100", "VN", TRUE }, { "100", NULL, TRUE },
    { "38", "100", FALSE }, { "200", "38", FALSE }, { "99", NULL, FALSE }, { "100", "99", FALSE },
    { "VN", "38", FALSE },  { NULL, NULL, FALSE },  { "100", "3", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (unit_store_is_within (store.database, rows[i].code, rows[i].root), ==,
                     rows[i].within);
}

static void
test_search (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  assert_search (store.database, "thanh ha", NULL, "100 01 "); /* Thành phố Hà Nội */
  assert_search (store.database, "Thành", NULL, "38 100 102 01 ");
  assert_search (store.database, "ba đình", NULL, "101 200 ");
  assert_search (store.database, "p. ba dinh", "38", "101 ");
  assert_search (store.database, "dong", NULL, "102 ");
  assert_search (store.database, "38", NULL, "38 ");
  assert_search (store.database, "10", NULL, "101 102 100 ");
  assert_search (store.database, "xyz", NULL, "");
  assert_search (store.database, "  ", NULL, "");
  g_autofree char *long_query = g_strnfill (SEARCH_QUERY_MAX_CHARS + 1, 'a');
  assert_fails (unit_store_search (store.database, long_query, NULL, 10, error),
                STORAGE_ERROR_INVALID);
}

static void
test_change (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  Database *database = store.database;
  Unit unit = { "103", "38", "commune", "Xã Mới" };
  assert_works (unit_store_add (database, &unit, error));
  assert_fails (unit_store_add (database, &unit, error), STORAGE_ERROR_EXISTS);
  assert_search (database, "moi", NULL, "103 ");
  assert_works (unit_store_update (database, "103", "01", "Xã Mới Hơn", error));
  assert_list (database, "01", NULL, "01 103 200 ");
  assert_fails (unit_store_update (database, "01", "103", NULL, error), STORAGE_ERROR_INVALID);
  assert_fails (unit_store_update (database, "01", "01", NULL, error), STORAGE_ERROR_INVALID);
  assert_fails (unit_store_update (database, "01", "77", NULL, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (unit_store_update (database, "01", NULL, "", error), STORAGE_ERROR_INVALID);
  assert_fails (unit_store_remove (database, "01", error), STORAGE_ERROR_IN_USE);
  assert_works (unit_store_remove (database, "103", error));
  assert_fails (unit_store_remove (database, "103", error), STORAGE_ERROR_NOT_FOUND);
  Unit bad[] = { { "10/4", "38", "commune", "x" },
                 { "", "38", "commune", "x" },
                 { "104", "38", "Xã", "x" },
                 { "104", "38", "commune", "a\nb" } };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_fails (unit_store_add (database, &bad[i], error), STORAGE_ERROR_INVALID);
  Unit orphan = { "104", "77", "commune", "x" };
  assert_fails (unit_store_add (database, &orphan, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_import_again (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  const char *text = "name;level;code;parent_code\r\n"
                     "Xã Thanh Hà Mới;commune;100;38\r\n"
                     "Xã Thêm;commune;105;38\r\n"
                     "Tỉnh Thanh Hóa;province;38;VN\r\n";
  UnitImportOptions options = { 0 };
  UnitImportSummary summary;
  assert_works (unit_store_import (store.database, text, strlen (text), &options, &summary, error));
  g_assert_cmpuint (summary.rows, ==, 3);
  g_assert_cmpuint (summary.added, ==, 1);
  g_assert_cmpuint (summary.updated, ==, 1);
  g_assert_cmpuint (summary.unchanged, ==, 1);
  assert_search (store.database, "thanh ha moi", NULL, "100 ");
}

static void
test_import_root (void)
{
  g_auto (TestStore) store = test_store_empty ();
  UnitImportOptions options = { .root = "38" };
  assert_works (unit_store_import (store.database, test_tree_csv, strlen (test_tree_csv), &options,
                                   NULL, error));
  assert_list (store.database, NULL, NULL, "38 100 101 102 ");
  options.root = "99";
  assert_fails (unit_store_import (store.database, test_tree_csv, strlen (test_tree_csv), &options,
                                   NULL, error),
                STORAGE_ERROR_NOT_FOUND);
}

static void
test_import_child_first (void)
{
  g_auto (TestStore) store = test_store_empty ();
  assert_works (import_text (store.database,
                             "code,parent_code,level,name\nb,a,x,B\nc,b,x,C\na,,x,A\n", error));
  assert_list (store.database, NULL, NULL, "a b c ");
}

static void
test_import_bad (void)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
    { "", "line 1: the file is empty" },
    { "code,level,name\n", "line 1: the header has no column parent_code (it must be "
                           "code,parent_code,level,name)" },
    { "code,parent_code,level,name\nx,,y,\n", "line 2: name must have 1 to 200 characters" },
    { "code,parent_code,level,name\nx,,y,Z\nx y,,y,Z\n",
      "line 3: code must be 1 to 32 letters, digits, dots or _" },
    { "code,parent_code,level,name\nx,,y,Z\nx,,y,Z\n", "line 3: code x stands in line 2 already" },
    { "code,parent_code,level,name\nx,,y,Z\n\nq,w,y,Z\n",
      "line 4: its parent unit w is not known" },
    { "code,parent_code,level,name\nx,,y,Z\nq\n", "line 3: the field parent_code is missing" },
    { "code,parent_code,level,name\na,b,y,Z\nb,a,y,Z\n",
      "line 2: unit a is above itself or more than 8 levels deep" },
    { "code,parent_code,level,name\na,,y,\"Z\n", "line 2: a quotation mark is not closed" },
    { "code,parent_code,level,name\n100,,y,Z\n38,100,y,Z\n01,38,,Z\n",
      "line 4: level must be 1 to 32 small letters, digits or _" },
  };
  g_auto (TestStore) store = test_store_with_tree ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (import_text (store.database, rows[i].text, &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, ==, rows[i].message);
    assert_list (store.database, NULL, NULL, "VN 01 200 38 100 101 102 ");
  }
}

/* A circle that only stored and new rows together make. */
static void
test_import_circle_with_stored (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  assert_fails (import_text (store.database,
                             "code,parent_code,level,name\n38,100,province,Thanh Hóa\n", error),
                STORAGE_ERROR_INVALID);
  assert_list (store.database, "38", NULL, "38 100 101 102 ");
}

static void
test_import_depth (void)
{
  g_auto (TestStore) store = test_store_empty ();
  GString *text = g_string_new ("code,parent_code,level,name\nd1,,x,N\n");
  for (int i = 2; i <= UNIT_DEPTH_MAX; i++)
    g_string_append_printf (text, "d%d,d%d,x,N\n", i, i - 1);
  assert_works (import_text (store.database, text->str, error));
  g_string_append_printf (text, "d%d,d%d,x,N\n", UNIT_DEPTH_MAX + 1, UNIT_DEPTH_MAX);
  g_autoptr (GError) failure = NULL;
  g_assert_false (import_text (store.database, text->str, &failure));
  g_assert_cmpstr (failure->message, ==,
                   "line 10: unit d9 is above itself or more than 8 levels deep");
  g_string_free (text, TRUE);
}

static void
count_progress (guint rows_done, guint rows, gpointer user_data)
{
  g_assert_cmpuint (rows_done, <=, rows);
  *(guint *) user_data = rows_done;
}

/* The whole of Vietnam. How long it took is told, not asserted: 2 s for the import and 5 ms for a
 * search are the product's bars. */
static void
test_import_vietnam (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "config/units-vietnam-2025.csv", NULL);
  g_autofree char *text = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_auto (TestStore) store = test_store_empty ();
  guint done = 0;
  UnitImportOptions options = { .progress = count_progress, .user_data = &done };
  UnitImportSummary summary;
  gint64 start = g_get_monotonic_time ();
  assert_works (unit_store_import (store.database, text, size, &options, &summary, error));
  double import_ms = (g_get_monotonic_time () - start) / 1000.0;
  g_assert_cmpuint (summary.added, ==, 3356);
  g_assert_cmpuint (done, ==, 3356);
  g_test_minimized_result (import_ms, "import of 3356 units: %.0f ms", import_ms);

  start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) found = unit_store_search (store.database, "thanh ha", NULL, 20, NULL);
  double search_ms = (g_get_monotonic_time () - start) / 1000.0;
  g_test_minimized_result (search_ms, "search: %.2f ms", search_ms);
  g_assert_cmpuint (found->len, >, 0);
  g_assert_true (g_str_has_suffix (((Unit *) found->pdata[0])->name, "Thanh Hà"));

  g_autoptr (GPtrArray) province = unit_store_list (store.database, "38", "commune", NULL);
  g_assert_cmpuint (province->len, ==, 166);
  assert_works (unit_store_import (store.database, text, size, &options, &summary, error));
  g_assert_cmpuint (summary.unchanged, ==, 3356);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit/tree", test_tree);
  g_test_add_func ("/unit/within", test_within);
  g_test_add_func ("/unit/search", test_search);
  g_test_add_func ("/unit/change", test_change);
  g_test_add_func ("/unit/import-again", test_import_again);
  g_test_add_func ("/unit/import-root", test_import_root);
  g_test_add_func ("/unit/import-child-first", test_import_child_first);
  g_test_add_func ("/unit/import-bad", test_import_bad);
  g_test_add_func ("/unit/import-circle-with-stored", test_import_circle_with_stored);
  g_test_add_func ("/unit/import-depth", test_import_depth);
  g_test_add_func ("/unit/import-vietnam", test_import_vietnam);
  return g_test_run ();
}
