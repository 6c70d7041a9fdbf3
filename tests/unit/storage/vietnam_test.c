/* Search over the real tree of 3,356 units, as a secretary uses it. */
#include "server/storage/fold.h"
#include "tests/unit/storage/storage_support.h"

typedef struct {
  TestStore store;
  GPtrArray *units;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "config", "units-vietnam-2025.csv", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fixture->store = test_store_empty ();
  assert_works (import_text (fixture->store.database, text, error));
  fixture->units = unit_store_list (fixture->store.database, NULL, NULL, NULL);
  g_assert_cmpuint (fixture->units->len, ==, 3356);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->units);
  test_store_clear (&fixture->store);
}

/* Folding is the same for both normal forms and changes nothing the second time. */
static void
test_fold_every_name (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < fixture->units->len; i++) {
    const Unit *unit = fixture->units->pdata[i];
    g_autofree char *apart = g_utf8_normalize (unit->name, -1, G_NORMALIZE_DEFAULT);
    g_autofree char *folded = fold_text (unit->name);
    g_autofree char *folded_apart = fold_text (apart);
    g_autofree char *again = fold_text (folded);
    g_assert_cmpstr (folded_apart, ==, folded);
    g_assert_cmpstr (again, ==, folded);
    g_assert_true (g_str_is_ascii (folded));
  }
}

static gboolean
found_among_first (Database *database, const char *query, const Unit *unit, guint limit)
{
  g_autoptr (GPtrArray) found = unit_store_search (database, query, NULL, limit, NULL);
  g_assert_nonnull (found);
  for (guint i = 0; i < found->len; i++)
    if (strcmp (((Unit *) found->pdata[i])->code, unit->code) == 0)
      return TRUE;
  return FALSE;
}

#define SAMPLE 37 /* every so many units: the whole would take seconds */

/* Typed in full without diacritics, with or without its type word, a unit is on the first page. */
static void
test_find_by_name (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < fixture->units->len; i += SAMPLE) {
    const Unit *unit = fixture->units->pdata[i];
    g_autofree char *folded = fold_text (unit->name);
    g_test_message ("%s", folded);
    g_assert_true (found_among_first (fixture->store.database, folded, unit, 20));
    g_assert_true (found_among_first (fixture->store.database, unit->name, unit, 20));
    const char *behind_type = strchr (folded, ' ');
    if (behind_type && g_str_has_prefix (folded, "xa "))
      g_assert_true (found_among_first (fixture->store.database, behind_type + 1, unit, 20));
  }
}

/* In its province three letters are enough for the first two dozen. */
static void
test_three_letters (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *query;
    const char *first;
  } rows[] = {
    { "muong lat", "Xã Mường Lát" },
    { "sam son", "Phường Sầm Sơn" },
    { "x. bim", NULL },
    { "p. bỉm", "Phường Bỉm Sơn" },
    { "ham rong", "Phường Hàm Rồng" },
    { "hac", "Phường Hạc Thành" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) found =
        unit_store_search (fixture->store.database, rows[i].query, "38", 24, NULL);
    g_test_message ("%s", rows[i].query);
    g_assert_cmpint (found->len > 0, ==, rows[i].first != NULL);
    if (found->len > 0)
      g_assert_cmpstr (((Unit *) found->pdata[0])->name, ==, rows[i].first);
  }
}

/* The range of paths and the walk over the parents say the same. */
static void
test_within_agrees_with_parents (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) parents = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < fixture->units->len; i++) {
    const Unit *unit = fixture->units->pdata[i];
    g_hash_table_insert (parents, unit->code, unit->parent);
  }
  const char *const roots[] = { "VN", "38", "01", "14758" };
  for (guint i = 0; i < fixture->units->len; i += SAMPLE) {
    const Unit *unit = fixture->units->pdata[i];
    for (gsize r = 0; r < G_N_ELEMENTS (roots); r++) {
      gboolean below = FALSE;
      for (const char *code = unit->code; code; code = g_hash_table_lookup (parents, code))
        below |= strcmp (code, roots[r]) == 0;
      g_assert_cmpint (unit_store_is_within (fixture->store.database, unit->code, roots[r]), ==,
                       below);
    }
  }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/vietnam/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("fold-every-name", test_fold_every_name);
  ADD ("find-by-name", test_find_by_name);
  ADD ("three-letters", test_three_letters);
  ADD ("within-agrees-with-parents", test_within_agrees_with_parents);
  return g_test_run ();
}
