#include "server/storage/resource_store.h"

#include "server/storage/storage_limits.h"
#include "tests/unit/storage/meeting_support.h"

static char *
add_resource (Database *database, const char *unit, const char *name, const char *kind)
{
  char *id = NULL;
  Resource resource = { .unit = (char *) unit, .name = (char *) name, .kind = (char *) kind };
  assert_works (resource_store_add (database, &resource, &id, error));
  return id;
}

static char *
names_of (Database *database, const char *root)
{
  g_autoptr (GPtrArray) found = resource_store_list (database, root, NULL);
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (names, "%s;", ((Resource *) found->pdata[i])->name);
  return g_string_free (names, FALSE);
}

/* A lower unit sees the halls of the units above it, not those beside it. */
static void
test_list (void)
{
  static const struct {
    const char *root, *names;
  } rows[] = { { NULL, "Phòng A;Hội trường A;Máy chiếu;Phòng họp 2;" },
               { "38", "Hội trường A;Máy chiếu;Phòng họp 2;" },
               { "100", "Hội trường A;Máy chiếu;Phòng họp 2;" },
               { "101", "Hội trường A;Máy chiếu;" },
               { "01", "Phòng A;" } };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autofree char *projector = add_resource (store.database, "38", "Máy chiếu", "equipment");
  g_autofree char *hall = add_resource (store.database, "38", "  Hội trường A ", "hall");
  g_autofree char *room = add_resource (store.database, "100", "Phòng họp 2", "hall");
  g_autofree char *other = add_resource (store.database, "01", "Phòng A", "hall");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *names = names_of (store.database, rows[i].root);
    g_assert_cmpstr (names, ==, rows[i].names);
  }
}

static void
test_bad_input (void)
{
  g_autofree char *longest = g_strnfill (NAME_MAX_CHARS, 'x');
  g_autofree char *too_long = g_strnfill (NAME_MAX_CHARS + 1, 'x');
  g_autofree char *note = g_strnfill (RESOURCE_NOTE_MAX_CHARS, 'x');
  g_autofree char *long_note = g_strnfill (RESOURCE_NOTE_MAX_CHARS + 1, 'x');
  const struct {
    const char *unit, *name, *kind, *note;
    int code; /* -1: works */
  } rows[] = {
    { "38", longest, "hall", note, -1 },
    { "38", too_long, "hall", "", STORAGE_ERROR_INVALID },
    { "38", "A", "hall", long_note, STORAGE_ERROR_INVALID },
    { "38", "A", "boat", "", STORAGE_ERROR_INVALID },
    { "38", " ", "hall", "", STORAGE_ERROR_INVALID },
    { "99", "A", "hall", "", STORAGE_ERROR_NOT_FOUND },
    { "38", "Hội trường A", "hall", NULL, -1 },
    { "38", "HOI TRUONG A", "other", NULL, STORAGE_ERROR_EXISTS },
    { "01", "Hội trường A", "hall", NULL, -1 },
  };
  g_auto (TestStore) store = test_store_with_rooms ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Resource resource = { NULL, (char *) rows[i].unit, (char *) rows[i].name, (char *) rows[i].kind,
                          (char *) rows[i].note };
    if (rows[i].code < 0)
      assert_works (resource_store_add (store.database, &resource, NULL, error));
    else
      assert_fails (resource_store_add (store.database, &resource, NULL, error), rows[i].code);
  }
}

static void
test_change (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autofree char *a = add_resource (store.database, "38", "A", "hall");
  g_autofree char *b = add_resource (store.database, "38", "B", "hall");
  Resource change = { .id = a, .name = (char *) "Á", .note = (char *) "200 chỗ" };
  assert_works (resource_store_update (store.database, &change, error));
  change.name = (char *) "b";
  assert_fails (resource_store_update (store.database, &change, error), STORAGE_ERROR_EXISTS);
  change.id = (char *) "none";
  assert_fails (resource_store_update (store.database, &change, error), STORAGE_ERROR_NOT_FOUND);
  g_autoptr (Resource) stored = resource_store_get (store.database, a, NULL);
  g_assert_cmpstr (stored->name, ==, "Á");
  g_assert_cmpstr (stored->kind, ==, "hall");
  g_assert_cmpstr (stored->note, ==, "200 chỗ");
}

/* Booked, it stays; once its meetings are over it is only marked. */
static void
test_remove (void)
{
  static const char *const endpoints[] = { "38-1", "100-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autofree char *id = add_resource (store.database, "38", "A", "hall");
  const char *const ids[] = { id };
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", endpoints);
  meeting_record_set_resources (meeting, ids, 1);
  assert_works (schedule_store_add (store.database, meeting, error));
  assert_fails (resource_store_remove (store.database, id, error), STORAGE_ERROR_IN_USE);
  meeting->state = MEETING_CANCELLED;
  assert_works (schedule_store_save_state (store.database, meeting, MEETING_SCHEDULED, error));
  assert_works (resource_store_remove (store.database, id, error));
  assert_fails (resource_store_remove (store.database, id, error), STORAGE_ERROR_NOT_FOUND);
  g_autofree char *names = names_of (store.database, NULL);
  g_assert_cmpstr (names, ==, "");
  g_autoptr (Resource) still = resource_store_get (store.database, id, NULL);
  g_assert_cmpstr (still->name, ==, "A");
  /* Its name is free again; nobody can book it anew. */
  g_autofree char *again = add_resource (store.database, "38", "A", "hall");
  g_autoptr (MeetingRecord) other = test_meeting ("m2", endpoints);
  meeting_record_set_resources (other, ids, 1);
  assert_fails (schedule_store_add (store.database, other, error), STORAGE_ERROR_NOT_FOUND);
  assert_works (resource_store_remove (store.database, again, error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resource/list", test_list);
  g_test_add_func ("/resource/bad-input", test_bad_input);
  g_test_add_func ("/resource/change", test_change);
  g_test_add_func ("/resource/remove", test_remove);
  return g_test_run ();
}
