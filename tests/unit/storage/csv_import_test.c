#include "server/storage/csv.h"
#include "server/storage/csv_import.h"
#include "server/storage/group_store.h"
#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

typedef CsvReport *(*ImportFunc) (Database *database, const CsvImport *import, GError **error);

/* "added changed removed unchanged", then the line of each fault behind a '!'. */
static void
assert_import (Database *database, ImportFunc run, const CsvImport *import, const char *expected)
{
  g_autoptr (GError) error = NULL;
  CsvImport sized = *import;
  sized.size = strlen (import->text);
  g_autoptr (CsvReport) report = run (database, &sized, &error);
  g_assert_no_error (error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "%u %u %u %u", report->added, report->changed, report->removed,
                          report->unchanged);
  for (guint i = 0; i < report->faults->len; i++) {
    const CsvFault *fault = report->faults->pdata[i];
    g_test_message ("line %u: %s / %s", fault->line, fault->vi, fault->en);
    g_assert_true (*fault->vi && *fault->en);
    g_string_append_printf (text, " !%u", fault->line);
  }
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_true (report->stored == (!import->dry_run && report->faults->len == 0));
}

static void
assert_rooms (Database *database, const char *text, const char *expected)
{
  assert_import (database, endpoint_csv_import, &(CsvImport){ .text = text }, expected);
}

static void
assert_groups (Database *database, const char *text, const char *expected)
{
  assert_import (database, group_csv_import, &(CsvImport){ .text = text }, expected);
}

/* --- Writing --- */

static void
test_fields (void)
{
  static const struct {
    const char *field, *written;
  } rows[] = {
    { "Xã Thanh Hà", "Xã Thanh Hà" },
    { "", "" },
    { "a;b", "\"a;b\"" },
    { "a,b", "a,b" },
    { "nói \"có\"", "\"nói \"\"có\"\"\"" },
    { "=1+1", "\"'=1+1\"" },
    { "+84 237", "\"'+84 237\"" },
    { "-x", "\"'-x\"" },
    { "@SUM(A1)", "\"'@SUM(A1)\"" },
    { "\tx", "\"'\tx\"" },
    { "'x", "'x" },
    { " a", "\" a\"" },
    { "dòng\n2", "\"dòng\n2\"" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *const fields[] = { rows[i].field, "z", NULL };
    GString *text = csv_text_new ();
    csv_append_row (text, ';', fields);
    g_autofree char *expected = g_strconcat ("\xef\xbb\xbf", rows[i].written, ";z\r\n", NULL);
    g_assert_cmpstr (text->str, ==, expected);
    g_string_free (text, TRUE);
  }
  g_assert_cmpstr (csv_unguard ("'=x"), ==, "=x");
  g_assert_cmpstr (csv_unguard ("'x"), ==, "'x");
  g_assert_cmpstr (csv_unguard (""), ==, "");
}

/* --- Rooms --- */

static void
test_round_trip (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  assert_works (endpoint_store_update (database, "100-1", "Xã \"Thanh Hà\"; ven biển", "=Tư",
                                       "+84 237 1", error));
  assert_works (endpoint_store_set_email (database, "100-1", "xa@tinh.vn", error));
  for (const char *separator = ";,"; *separator; separator++) {
    g_autofree char *text = endpoint_csv_export (database, "38", *separator, NULL);
    g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf"
                                           "id"));
    assert_rooms (database, text, "0 0 0 4");
  }
  g_autoptr (Endpoint) room = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpstr (room->technician, ==, "=Tư");
  g_assert_cmpstr (room->phone, ==, "+84 237 1");
}

static void
test_change_and_add (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  static const char text[] = "id;unit;name;technician;phone;email\n"
                             "100-1;100;Xã Thanh Hà;Anh Tư;0237 1;xa@tinh.vn\n"
                             ";101;phuong ba dinh;;;\n"
                             ";102;Hội trường 2;Chị Năm;;\n";
  CsvImport dry = { .text = text, .dry_run = TRUE };
  assert_import (database, endpoint_csv_import, &dry, "1 2 0 0");
  g_autoptr (Endpoint) before = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpstr (before->phone, ==, "");
  assert_rooms (database, text, "1 2 0 0");
  assert_rooms (database, text, "0 0 0 3"); /* the same list again changes nothing */
  g_autoptr (Endpoint) after = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpstr (after->email, ==, "xa@tinh.vn");
  g_autoptr (Endpoint) added = endpoint_store_get (database, "102-2", NULL);
  g_assert_cmpstr (added->technician, ==, "Chị Năm");
}

/* What lines carry goes out and comes in; a file without the columns leaves it as it is. */
static void
test_line_budgets (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  assert_rooms (database,
                "id;unit;name;down_kbps;up_kbps\n"
                "100-1;100;Xã Thanh Hà;4000;0\n"
                ";102;Hội trường 2;;2000\n",
                "1 1 0 0");
  g_autoptr (Endpoint) room = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpuint (room->down_kbps, ==, 4000);
  g_assert_cmpuint (room->up_kbps, ==, 0);
  g_autoptr (Endpoint) added = endpoint_store_get (database, "102-2", NULL);
  g_assert_cmpuint (added->up_kbps, ==, 2000);
  assert_rooms (database, "id;unit;name\n100-1;100;Xã Thanh Hà\n", "0 0 0 1");
  assert_rooms (database, "id;unit;name;down_kbps\n100-1;100;Xã Thanh Hà;\n", "0 0 0 1");
  g_autofree char *text = endpoint_csv_export (database, "38", ';', NULL);
  g_assert_nonnull (strstr (text, ";4000;0"));
  assert_rooms (database, text, "0 0 0 5");
  assert_rooms (database, "id;unit;name;down_kbps\n100-1;100;Xã Thanh Hà;0\n", "0 1 0 0");
  g_autoptr (Endpoint) freed = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpuint (freed->down_kbps, ==, 0);

  static const char wrong[] = "id;unit;name;down_kbps\n100-1;100;Xã Thanh Hà;4000001\n"
                              "100-1;100;Xã Thanh Hà;nhanh\n";
  CsvImport bad = { .text = wrong, .size = sizeof wrong - 1, .dry_run = TRUE };
  g_autoptr (CsvReport) report = endpoint_csv_import (database, &bad, NULL);
  g_assert_cmpuint (report->faults->len, ==, 2);
}

static void
test_faults (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  static const char text[] = "id,unit,name,technician,phone,email\n"
                             "100-1,100,Đổi tên,,,\n"
                             "9-9,100,x,,,\n"
                             "100-1,101,x,,,\n"
                             ",99,x,,,\n"
                             "100-1,100,x,,,\n"
                             ",100,,,,\n"
                             ",100,x,,,không phải\n"
                             ",100,y,,12345678901234567890123456789012345678901,\n";
  assert_rooms (store.database, text, "0 1 0 0 !3 !4 !5 !6 !7 !8 !9");
  g_autoptr (Endpoint) room = endpoint_store_get (store.database, "100-1", NULL);
  g_assert_cmpstr (room->name, ==, "Xã Thanh Hà"); /* nothing is stored */
  assert_rooms (store.database, "", "0 0 0 0 !0");
  assert_rooms (store.database, "id,name\n", "0 0 0 0 !1");
  assert_rooms (store.database, "unit,name\n100,\"x\n", "0 0 0 0 !2");
  assert_rooms (store.database, "unit,name\n100,\xff\n", "0 0 0 0 !2");
}

static void
test_scope (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  CsvImport own = { .text = "unit,name\n100,Xã Thanh Hà\n200,Phường Ba Đình\n", .root = "38" };
  assert_import (store.database, endpoint_csv_import, &own, "0 0 0 1 !3");
}

static void
test_remove (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  CsvImport import = { .text = "unit,name\n38,Hội trường UBND tỉnh\n100,Xã Thanh Hà\n",
                       .root = "38",
                       .remove = TRUE };
  add_user (database, "xa", USER_ROLE_ENDPOINT, NULL, "102-1");
  assert_import (database, endpoint_csv_import, &import, "0 0 1 2 !0");
  g_autoptr (Endpoint) there = endpoint_store_get (database, "101-1", NULL);
  g_assert_nonnull (there);
  import.root = "101";
  import.text = "unit,name\n";
  assert_import (database, endpoint_csv_import, &import, "0 0 1 0");
  g_autoptr (Endpoint) gone = endpoint_store_get (database, "101-1", NULL);
  g_assert_null (gone);
}

static void
test_bounds (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GString) most = g_string_new ("unit,name\n");
  for (guint i = 0; i < CSV_FAULTS_MAX + 1; i++)
    g_string_append (most, "99,x\n");
  CsvImport import = { .text = most->str, .size = most->len };
  g_autoptr (CsvReport) report = endpoint_csv_import (store.database, &import, NULL);
  g_assert_cmpuint (report->faults->len, ==, CSV_FAULTS_MAX);
  g_autoptr (GString) rows = g_string_new ("unit,group,endpoint\n");
  for (guint i = 0; i < LIST_LIMIT_MAX; i++)
    g_string_append (rows, "100,x,\n");
  assert_groups (store.database, rows->str, "1 0 0 0");
  g_string_append (rows, "100,x,\n");
  g_autofree char *fault = g_strdup_printf ("0 0 0 0 !%d", LIST_LIMIT_MAX + 2);
  assert_groups (store.database, rows->str, fault);
}

/* --- Groups --- */

static void
test_groups (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  static const char text[] = "unit;group;endpoint\n38;Miền núi;102-1\n38;Miền núi;100-1\n"
                             "38;Trống;\n";
  assert_groups (database, text, "2 0 0 0");
  assert_groups (database, text, "0 0 0 2");
  assert_groups (database, "unit;group;endpoint\n38;MIỀN NÚI;100-1\n", "0 1 0 0");
  g_autofree char *exported = group_csv_export (database, NULL, ';', NULL);
  g_assert_cmpstr (exported, ==,
                   "\xef\xbb\xbfunit;group;endpoint;endpoint_name\r\n"
                   "38;MIỀN NÚI;100-1;Xã Thanh Hà\r\n38;Trống;;\r\n");
  assert_groups (database, exported, "0 0 0 2");
  assert_groups (database, "unit;group;endpoint\n38;x;9-9\n38;;100-1\n38;y;100-1\n38;y;100-1\n",
                 "0 0 0 0 !2 !3 !5");
  CsvImport fewer = { .text = "unit;group;endpoint\n38;Trống;\n", .root = "38", .remove = TRUE };
  assert_import (database, group_csv_import, &fewer, "0 0 1 1");
}

static void
test_groups_scope (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  CsvImport import = { .text = "unit,group,endpoint\n38,x,200-1\n", .root = "38" };
  assert_import (store.database, group_csv_import, &import, "0 0 0 0 !2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-import/fields", test_fields);
  g_test_add_func ("/csv-import/round-trip", test_round_trip);
  g_test_add_func ("/csv-import/change-and-add", test_change_and_add);
  g_test_add_func ("/csv-import/line-budgets", test_line_budgets);
  g_test_add_func ("/csv-import/faults", test_faults);
  g_test_add_func ("/csv-import/scope", test_scope);
  g_test_add_func ("/csv-import/remove", test_remove);
  g_test_add_func ("/csv-import/bounds", test_bounds);
  g_test_add_func ("/csv-import/groups", test_groups);
  g_test_add_func ("/csv-import/groups-scope", test_groups_scope);
  return g_test_run ();
}
