/* What the lines of units and endpoints may carry. */
#include "server/storage/line_store.h"
#include "tests/unit/storage/meeting_support.h"

static const LineKbps budget = { 20000, 4000 };

static GPtrArray *
invite (const char *const *paths)
{
  GPtrArray *invited = g_ptr_array_new_with_free_func ((GDestroyNotify) invited_endpoint_free);

  for (guint i = 0; paths[i] != NULL; i += 2) {
    InvitedEndpoint *endpoint = invited_endpoint_new (paths[i], "", "", "");
    invited_endpoint_set_unit (endpoint, "commune", paths[i + 1], NULL);
    g_ptr_array_add (invited, endpoint);
  }
  return invited;
}

static const InvitedLine *
line_of (const GPtrArray *invited, guint index)
{
  return &((InvitedEndpoint *) g_ptr_array_index (invited, index))->line;
}

static void
test_kept_and_set (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;

  assert_works (line_store_set_unit (database, "38", &budget, error));
  assert_works (line_store_set_unit (database, "38", &(LineKbps){ LINE_KBPS_KEPT, 0 }, error));
  g_autoptr (Unit) unit = unit_store_get (database, "38", NULL);
  g_assert_cmpuint (unit->down_kbps, ==, 20000);
  g_assert_cmpuint (unit->up_kbps, ==, 0);
  assert_works (line_store_set_endpoint (database, "100-1",
                                         &(LineKbps){ LINE_KBPS_MAX, LINE_KBPS_KEPT }, error));
  g_autoptr (Endpoint) room = endpoint_store_get (database, "100-1", NULL);
  g_assert_cmpuint (room->down_kbps, ==, LINE_KBPS_MAX);
  g_assert_cmpuint (room->up_kbps, ==, 0);
  assert_fails (
      line_store_set_endpoint (database, "100-1", &(LineKbps){ LINE_KBPS_MAX + 1, 0 }, error),
      STORAGE_ERROR_INVALID);
  assert_fails (line_store_set_unit (database, "38", &(LineKbps){ 0, -2 }, error),
                STORAGE_ERROR_INVALID);
  assert_fails (line_store_set_unit (database, "39", &budget, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (line_store_set_endpoint (database, "39-1", &budget, error),
                STORAGE_ERROR_NOT_FOUND);
}

/* A file of units that is read again leaves budgets as they are. */
static void
test_import_keeps_it (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();

  assert_works (line_store_set_unit (store.database, "38", &budget, error));
  assert_works (import_text (store.database, test_tree_csv, error));
  g_autoptr (Unit) unit = unit_store_get (store.database, "38", NULL);
  g_assert_cmpuint (unit->down_kbps, ==, 20000);
}

static void
test_nearest_unit_counts (void)
{
  static const char *const paths[] = { "100-1",  "VN/38/100/", "101-1",      "VN/38/101/", "38-1",
                                       "VN/38/", "200-1",      "VN/01/200/", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GPtrArray) invited = invite (paths);

  assert_works (line_store_load (store.database, invited, error));
  g_assert_null (line_of (invited, 0)->shared);
  assert_works (line_store_set_unit (store.database, "38", &budget, error));
  assert_works (line_store_set_unit (store.database, "100", &(LineKbps){ 0, 900 }, error));
  assert_works (line_store_set_endpoint (store.database, "101-1", &(LineKbps){ 700, 0 }, error));
  assert_works (line_store_load (store.database, invited, error));
  g_assert_cmpstr (line_of (invited, 0)->shared, ==, "u.100");
  g_assert_cmpuint (line_of (invited, 0)->shared_down_kbps, ==, 0);
  g_assert_cmpuint (line_of (invited, 0)->shared_up_kbps, ==, 900);
  g_assert_cmpstr (line_of (invited, 1)->shared, ==, "u.38");
  g_assert_cmpuint (line_of (invited, 1)->shared_down_kbps, ==, 20000);
  g_assert_cmpuint (line_of (invited, 1)->down_kbps, ==, 700);
  g_assert_cmpstr (line_of (invited, 2)->shared, ==, "u.38");
  g_assert_null (line_of (invited, 3)->shared);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/line/kept-and-set", test_kept_and_set);
  g_test_add_func ("/storage/line/import", test_import_keeps_it);
  g_test_add_func ("/storage/line/nearest-unit", test_nearest_unit_counts);
  return g_test_run ();
}
