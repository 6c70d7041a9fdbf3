#include "server/storage/notice_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define START_MS (G_GINT64_CONSTANT (1900000000) * 1000)

typedef struct {
  TestStore store;
  gint64 room, other, secretary, stranger;
} World;

/* A meeting m1 of 38, chaired by 38-1, with 100-1 and 101-1. */
static World
world_new (void)
{
  static const char *const rooms[] = { "38-1", "100-1", "101-1" };
  World world = { .store = test_store_with_rooms () };
  Database *database = world.store.database;
  world.room = add_user (database, "xa1", USER_ROLE_ENDPOINT, NULL, "100-1");
  world.other = add_user (database, "xa2", USER_ROLE_ENDPOINT, NULL, "102-1");
  world.secretary = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  world.stranger = add_user (database, "hanoi", USER_ROLE_SECRETARY, "01", NULL);
  g_autoptr (MeetingRecord) meeting = meeting_record_new ("m1");
  meeting->title = g_strdup ("Giao ban");
  meeting->host_unit = g_strdup ("38");
  meeting->chair_endpoint = g_strdup ("38-1");
  meeting->starts_at_ms = START_MS;
  meeting->ends_at_ms = START_MS + 60 * MINUTE_MS;
  meeting->published_at_ms = 5;
  meeting_record_set_endpoints (meeting, rooms, G_N_ELEMENTS (rooms));
  assert_works (schedule_store_add (database, meeting, error));
  return world;
}

static void
world_clear (World *world)
{
  test_store_clear (&world->store);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
assert_ids (GArray *ids, const gint64 *expected, guint n)
{
  g_assert_nonnull (ids);
  g_assert_cmpuint (ids->len, ==, n);
  for (guint i = 0; i < n; i++) {
    gboolean found = FALSE;
    for (guint j = 0; j < n; j++)
      found |= g_array_index (ids, gint64, j) == expected[i];
    g_assert_true (found);
  }
  g_array_unref (ids);
}

static gint64
add (World *world, const char *kind, gint64 at_ms, const gint64 *users, guint n_users)
{
  Notice notice = { .at_ms = at_ms,
                    .kind = (char *) kind,
                    .meeting = (char *) "m1",
                    .title_vi = (char *) "Giấy mời",
                    .title_en = (char *) "Invitation",
                    .text_vi = (char *) "a",
                    .text_en = (char *) "b" };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (ids, users, n_users);
  assert_works (notice_store_add (world->store.database, &notice, ids, error));
  return notice.id;
}

static guint
count (World *world, gint64 user, gint64 after, guint limit)
{
  g_autoptr (GPtrArray) list = notice_store_list (world->store.database, user, after, limit, NULL);
  return list->len;
}

static void
test_audience (void)
{
  g_auto (World) world = world_new ();
  Database *database = world.store.database;
  const gint64 both[] = { world.room, world.secretary },
               all[] = { world.room, world.secretary, world.stranger };
  assert_ids (notice_store_audience (database, "m1", NULL, NULL, NULL), both, 2);
  assert_ids (notice_store_audience (database, "m1", NULL, "thuky", NULL), both, 1);
  assert_ids (notice_store_audience (database, "m1", "hanoi", NULL, NULL), all, 3);
  assert_works (statement_run (database, error, NULL,
                               "UPDATE users SET disabled = 1 WHERE login = 'xa1'", ""));
  assert_ids (notice_store_audience (database, "m1", NULL, NULL, NULL), &world.secretary, 1);
}

static void
test_list_and_read (void)
{
  g_auto (World) world = world_new ();
  Database *database = world.store.database;
  const gint64 users[] = { world.room, world.secretary };
  gint64 first = add (&world, "invitation", 1000, users, 2);
  gint64 second = add (&world, "postponed", 2000, users, 1);
  g_autoptr (GPtrArray) list = notice_store_list (database, world.room, 0, 10, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  const Notice *newest = list->pdata[0];
  g_assert_cmpint (newest->id, ==, second);
  g_assert_cmpstr (newest->kind, ==, "postponed");
  g_assert_cmpstr (newest->title_en, ==, "Invitation");
  g_assert_false (newest->read);
  g_assert_cmpuint (count (&world, world.room, first, 10), ==, 1);
  g_assert_cmpuint (count (&world, world.room, 0, 1), ==, 1);
  g_assert_cmpuint (count (&world, world.secretary, 0, 10), ==, 1);
  g_assert_cmpuint (count (&world, world.other, 0, 10), ==, 0);

  const gint64 ids[] = { second, 9999 };
  assert_works (notice_store_mark_read (database, world.room, ids, 2, error));
  assert_works (notice_store_mark_read (database, world.other, ids, 2, error));
  g_autoptr (GPtrArray) after = notice_store_list (database, world.room, 0, 10, NULL);
  g_assert_true (((Notice *) after->pdata[0])->read);
  g_assert_false (((Notice *) after->pdata[1])->read);
}

static void
test_newest_and_told (void)
{
  g_auto (World) world = world_new ();
  Database *database = world.store.database;
  const gint64 users[] = { world.room, world.secretary };
  GArray *recipients = NULL;
  g_assert_null (notice_store_newest (database, "m1", &recipients, NULL));
  add (&world, "invitation", 1000, users, 1);
  gint64 last = add (&world, "changed", 2000, users + 1, 1);
  g_autoptr (Notice) newest = notice_store_newest (database, "m1", &recipients, NULL);
  g_assert_cmpint (newest->id, ==, last);
  assert_ids (recipients, users + 1, 1);
  assert_ids (notice_store_told (database, "m1", NULL), users, 2);
}

/* Ten papers in a row are one notice; two invitations are two. */
static void
test_joined (void)
{
  g_auto (World) world = world_new ();
  const gint64 *user = &world.room;
  for (guint i = 0; i < 10; i++)
    add (&world, "papers", 1000 + i, user, 1);
  g_assert_cmpuint (count (&world, *user, 0, 99), ==, 1);
  add (&world, "papers", 1009 + NOTICES_JOINED_MS - 1, user, 1);
  g_assert_cmpuint (count (&world, *user, 0, 99), ==, 1);
  add (&world, "papers", 1009 + 2 * NOTICES_JOINED_MS, user, 1);
  g_assert_cmpuint (count (&world, *user, 0, 99), ==, 2);
  add (&world, "call", 1, user, 1);
  add (&world, "call", 2, user, 1);
  g_assert_cmpuint (count (&world, *user, 0, 99), ==, 4);
}

static void
test_removed (void)
{
  g_auto (World) world = world_new ();
  Database *database = world.store.database;
  add (&world, "invitation", 1000, &world.room, 1);
  add (&world, "invitation", 2000, &world.room, 1);
  assert_works (notice_store_remove_before (database, 2000, error));
  g_assert_cmpuint (count (&world, world.room, 0, 9), ==, 1);
  assert_works (user_store_remove (database, world.room, error));
  assert_works (statement_run (database, error, NULL, "DELETE FROM meetings", ""));
  gint64 left = -1;
  assert_works (statement_number (database, error, &left,
                                  "SELECT (SELECT count(*) FROM notices)"
                                  " + (SELECT count(*) FROM notice_users)",
                                  ""));
  g_assert_cmpint (left, ==, 0);
}

/* --- Reminders --- */

static void
assert_upcoming (World *world, gint64 from_ms, gint64 to_ms, int said)
{
  g_autoptr (GPtrArray) found = notice_store_upcoming (world->store.database, from_ms, to_ms, NULL);
  g_assert_cmpuint (found->len, ==, said >= 0);
  if (said < 0)
    return;
  const UpcomingMeeting *upcoming = found->pdata[0];
  g_assert_cmpstr (upcoming->meeting, ==, "m1");
  g_assert_cmpint (upcoming->starts_ms, ==, START_MS);
  g_assert_cmpint (upcoming->booked_ms, ==, 5);
  g_assert_cmpuint (upcoming->said, ==, said);
}

static void
test_upcoming (void)
{
  g_auto (World) world = world_new ();
  Database *database = world.store.database;
  UpcomingMeeting said = { (char *) "m1", START_MS, 0, 0 };
  assert_upcoming (&world, START_MS, START_MS + 1, 0);
  assert_upcoming (&world, START_MS + 1, START_MS + 9, -1);
  assert_upcoming (&world, START_MS - 9, START_MS, -1);
  assert_works (notice_store_note_reminder (database, &said, 60, error));
  assert_upcoming (&world, START_MS, START_MS + 1, 60);
  assert_works (notice_store_note_reminder (database, &said, 15, error));
  assert_works (notice_store_note_reminder (database, &said, 15, error));
  assert_upcoming (&world, START_MS, START_MS + 1, 15);
  said.starts_ms = START_MS + 1; /* another beginning of the same meeting */
  assert_works (statement_run (database, error, NULL, "DELETE FROM reminders", ""));
  assert_works (notice_store_note_reminder (database, &said, 15, error));
  assert_upcoming (&world, START_MS, START_MS + 1, 0);
  assert_works (
      statement_run (database, error, NULL, "UPDATE meetings SET state = 'cancelled'", ""));
  assert_upcoming (&world, START_MS, START_MS + 1, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notice/audience", test_audience);
  g_test_add_func ("/notice/list-and-read", test_list_and_read);
  g_test_add_func ("/notice/newest-and-told", test_newest_and_told);
  g_test_add_func ("/notice/joined", test_joined);
  g_test_add_func ("/notice/removed", test_removed);
  g_test_add_func ("/notice/upcoming", test_upcoming);
  return g_test_run ();
}
