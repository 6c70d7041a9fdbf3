#include "server/storage/template_store.h"

#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

static char *
save (Database *database, const char *unit, const char *name, const char *body)
{
  char *id = NULL;
  Template template = { NULL, (char *) unit, (char *) name, (char *) body };
  assert_works (template_store_save (database, &template, &id, error));
  return id;
}

static void
test_save (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  g_autofree char *first = save (store.database, "38", "Giao ban tuần", "{\"a\":1}");
  g_autofree char *again = save (store.database, "38", "GIAO BAN TUAN", "{\"a\":2}");
  g_autofree char *other = save (store.database, "100", "Giao ban tuần", "{}");
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
  g_autoptr (Template) stored = template_store_get (store.database, first, NULL);
  g_assert_cmpstr (stored->name, ==, "GIAO BAN TUAN");
  g_assert_cmpstr (stored->body, ==, "{\"a\":2}");
  static const struct {
    const char *root;
    guint n;
  } rows[] = { { NULL, 2 }, { "38", 2 }, { "100", 2 }, { "101", 1 }, { "01", 0 } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) found = template_store_list (store.database, rows[i].root, NULL);
    g_assert_cmpuint (found->len, ==, rows[i].n);
  }
  assert_works (template_store_remove (store.database, first, error));
  assert_fails (template_store_remove (store.database, first, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (template_store_get (store.database, first, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_bounds (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  g_autofree char *largest = g_strnfill (TEMPLATE_BODY_MAX_BYTES, 'x');
  g_autofree char *too_large = g_strnfill (TEMPLATE_BODY_MAX_BYTES + 1, 'x');
  Template bad = { NULL, (char *) "38", (char *) "A", too_large };
  assert_fails (template_store_save (store.database, &bad, NULL, error), STORAGE_ERROR_INVALID);
  bad.body = largest;
  assert_works (template_store_save (store.database, &bad, NULL, error));
  bad.name = (char *) "  ";
  assert_fails (template_store_save (store.database, &bad, NULL, error), STORAGE_ERROR_INVALID);
  bad.name = (char *) "A";
  bad.unit = (char *) "99";
  assert_fails (template_store_save (store.database, &bad, NULL, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_how_many (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  for (guint i = 0; i < TEMPLATES_PER_UNIT_MAX; i++) {
    g_autofree char *name = g_strdup_printf ("Mẫu %u", i);
    g_autofree char *id = save (store.database, "38", name, "{}");
  }
  Template more = { NULL, (char *) "38", (char *) "một mẫu nữa", (char *) "{}" };
  assert_fails (template_store_save (store.database, &more, NULL, error), STORAGE_ERROR_INVALID);
  g_autofree char *known = save (store.database, "38", "Mẫu 1", "{\"a\":1}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/save", test_save);
  g_test_add_func ("/template/bounds", test_bounds);
  g_test_add_func ("/template/how-many", test_how_many);
  return g_test_run ();
}
