/* The inbox as a whole: storage that is real, pages and a clock that are played. */
#include "server/inbox/inbox.h"
#include "server/inbox/ringer.h"
#include "server/storage/event_store.h"
#include "server/storage/notice_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "tests/unit/inbox/fake_desk.h"
#include "tests/unit/storage/storage_support.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define START_MS (G_GINT64_CONSTANT (1900000000) * 1000)

typedef struct {
  TestStore store;
  Inbox *inbox;
  gint64 now_ms;
  FakeDesk *room, *hall, *secretary, *stranger; /* xa1, chutoa, thuky, hanoi */
  guint letters;                                /* queued by the postman */
  gboolean postman_fails;
} World;

static gboolean
on_queue (gpointer data, const MeetingAnnouncement *what, GError **error)
{
  World *world = data;
  world->letters++;
  if (world->postman_fails)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "no room");
  return !world->postman_fails;
}

static void
open_inbox (World *world)
{
  static const Postman postman = { .queue = on_queue };
  world->inbox = inbox_new (world->store.database, &postman, world);
}

static FakeDesk *
open_desk (World *world, const char *login)
{
  FakeDesk *desk = fake_desk_new ();
  g_autoptr (User) user = user_store_find (world->store.database, login, NULL);
  desk->connection =
      inbox_desk_port ()->open (world->inbox, user, &fake_desk_peer, desk, world->now_ms);
  g_assert_nonnull (desk->connection);
  return desk;
}

static void
book (World *world, const char *id, MeetingState state)
{
  static const char *const rooms[] = { "38-1", "100-1", "101-1" };
  g_autoptr (MeetingRecord) meeting = meeting_record_new (id);
  meeting->title = g_strdup ("Giao ban");
  meeting->host_unit = g_strdup ("38");
  meeting->chair_endpoint = g_strdup ("38-1");
  meeting->starts_at_ms = START_MS;
  meeting->ends_at_ms = START_MS + 60 * MINUTE_MS;
  meeting->published_at_ms = 5;
  meeting->state = state;
  meeting_record_set_endpoints (meeting, rooms, G_N_ELEMENTS (rooms));
  assert_works (schedule_store_add (world->store.database, meeting, error));
}

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  world->store = test_store_with_rooms ();
  world->now_ms = START_MS - 600 * MINUTE_MS;
  add_user (world->store.database, "xa1", USER_ROLE_ENDPOINT, NULL, "100-1");
  add_user (world->store.database, "chutoa", USER_ROLE_ENDPOINT, NULL, "38-1");
  add_user (world->store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  add_user (world->store.database, "hanoi", USER_ROLE_SECRETARY, "01", NULL);
  book (world, "m1", MEETING_SCHEDULED);
  open_inbox (world);
  world->room = open_desk (world, "xa1");
  world->hall = open_desk (world, "chutoa");
  world->secretary = open_desk (world, "thuky");
  world->stranger = open_desk (world, "hanoi");
  return world;
}

static void
world_free (World *world)
{
  inbox_free (world->inbox);
  fake_desk_free (world->room);
  fake_desk_free (world->hall);
  fake_desk_free (world->secretary);
  fake_desk_free (world->stranger);
  test_store_clear (&world->store);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* As a route does: in one transaction with the deed, then told. */
static void
announce (World *world, const char *meeting, MeetingChangeKind kind)
{
  g_autoptr (GError) error = NULL;
  MeetingAnnouncement what = {
    .meeting = meeting, .kind = kind, .actor = "thuky", .now_ms = world->now_ms
  };
  g_autoptr (Transaction) transaction = database_begin (world->store.database, NULL);
  announcer_record (inbox_announcer (), world->inbox, &what, &error);
  g_assert_no_error (error);
  g_assert_true (transaction_commit (transaction, NULL));
  announcer_tell (inbox_announcer (), world->inbox, &what);
  inbox_tick (world->inbox, world->now_ms);
}

static guint
n_notices (World *world, const char *login, const char *kind)
{
  guint n = 0;
  g_autoptr (User) user = user_store_find (world->store.database, login, NULL);
  g_autoptr (GPtrArray) list = notice_store_list (world->store.database, user->id, 0, 99, NULL);
  for (guint i = 0; i < list->len; i++)
    n += strcmp (((Notice *) list->pdata[i])->kind, kind) == 0;
  return n;
}

/* --- Announcements --- */

static void
test_published (void)
{
  g_autoptr (World) world = world_new ();
  announce (world, "m1", MEETING_CHANGE_PUBLISHED);
  g_assert_cmpuint (fake_desk_count (world->room, "\"invitation\""), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->room, "Giấy mời: Giao ban"), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->room, "{\"type\":\"meetings\"}"), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->secretary, "\"invitation\""), ==, 0); /* did it */
  g_assert_cmpuint (fake_desk_count (world->secretary, "{\"type\":\"meetings\"}"), ==, 1);
  g_assert_cmpstr (world->stranger->heard->str, ==, "");
  g_assert_cmpuint (n_notices (world, "xa1", "invitation"), ==, 1);
  g_assert_cmpuint (n_notices (world, "thuky", "invitation"), ==, 0);
  g_assert_cmpuint (world->letters, ==, 1);
}

static void
test_every_kind (void)
{
  static const struct {
    MeetingChangeKind kind;
    const char *name; /* NULL: only the list */
  } rows[] = {
    { MEETING_CHANGE_CHANGED, "changed" },     { MEETING_CHANGE_POSTPONED, "postponed" },
    { MEETING_CHANGE_CANCELLED, "cancelled" }, { MEETING_CHANGE_PAPERS, "papers" },
    { MEETING_CHANGE_LISTED, NULL },
  };
  g_autoptr (World) world = world_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    world->now_ms += 1000;
    announce (world, "m1", rows[i].kind);
    g_assert_cmpuint (fake_desk_count (world->room, "{\"type\":\"meetings\"}"), ==, i + 1);
    if (rows[i].name)
      g_assert_cmpuint (n_notices (world, "xa1", rows[i].name), ==, 1);
  }
  g_assert_cmpuint (world->letters, ==, 4);
  g_assert_cmpuint (fake_desk_count (world->room, "\"notice\":"), ==, 4);
}

/* A deed whose letters cannot be stored is not done. */
static void
test_postman_fails (void)
{
  g_autoptr (World) world = world_new ();
  MeetingAnnouncement what = { .meeting = "m1", .actor = "thuky", .now_ms = world->now_ms };
  world->postman_fails = TRUE;
  {
    g_autoptr (Transaction) transaction = database_begin (world->store.database, NULL);
    assert_fails (announcer_record (inbox_announcer (), world->inbox, &what, error),
                  STORAGE_ERROR_FAILED);
  }
  g_assert_cmpuint (n_notices (world, "xa1", "invitation"), ==, 0);
  what.meeting = "unknown";
  assert_fails (announcer_record (inbox_announcer (), world->inbox, &what, error),
                STORAGE_ERROR_NOT_FOUND);
}

/* --- A call --- */

static void
test_call (void)
{
  g_autoptr (World) world = world_new ();
  const DeskPort *port = inbox_desk_port ();
  book (world, "m2", MEETING_OPEN);
  announce (world, "m2", MEETING_CHANGE_CALLED);
  g_assert_cmpuint (fake_desk_count (world->room, "\"type\":\"ring\""), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->hall, "\"type\":\"ring\""), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->secretary, "\"type\":\"ring\""), ==, 0);
  g_assert_cmpuint (fake_desk_count (world->room, "\"host\":\"Tỉnh Thanh Hóa\""), ==, 1);
  g_autoptr (FakeDesk) late = open_desk (world, "xa1");
  g_assert_cmpuint (fake_desk_count (late, "\"type\":\"ring\""), ==, 1);

  CallAnswer answer = { "m2", "100-1", FALSE, "xa1", "127.0.0.1", world->now_ms };
  assert_works (port->answer (world->inbox, &answer, error));
  g_assert_cmpuint (fake_desk_count (world->room, "ring.over"), ==, 1);
  g_assert_cmpuint (fake_desk_count (late, "ring.over"), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->secretary, "Xã Thanh Hà từ chối"), ==, 1);
  assert_fails (port->answer (world->inbox, &answer, error), STORAGE_ERROR_CONFLICT);
  port->joined (world->inbox, "m2", "38-1", world->now_ms);
  port->joined (world->inbox, "m2", "38-1", world->now_ms);
  g_assert_cmpuint (fake_desk_count (world->hall, "ring.over"), ==, 1);

  g_autoptr (GPtrArray) events = event_store_list (world->store.database, "m2", 0, 9, NULL);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpstr (((Event *) events->pdata[0])->action, ==, "call.declined");
  g_assert_cmpstr (((Event *) events->pdata[0])->source, ==, "127.0.0.1");

  inbox_tick (world->inbox, world->now_ms + RING_MS - 1);
  g_assert_cmpuint (fake_desk_count (world->secretary, "không trả lời"), ==, 0);
  inbox_tick (world->inbox, world->now_ms + RING_MS);
  g_assert_cmpuint (
      fake_desk_count (world->secretary, "1 điểm cầu trả lời, 1 từ chối, 1 không trả lời."), ==, 1);
  g_assert_cmpuint (n_notices (world, "thuky", "call"), ==, 2);
}

static void
test_call_ends_with_its_meeting (void)
{
  g_autoptr (World) world = world_new ();
  book (world, "m2", MEETING_OPEN);
  announce (world, "m2", MEETING_CHANGE_CALLED);
  announce (world, "m2", MEETING_CHANGE_LISTED); /* still open */
  g_assert_cmpuint (fake_desk_count (world->room, "ring.over"), ==, 0);
  assert_works (statement_run (world->store.database, error, NULL,
                               "UPDATE meetings SET state = 'ended' WHERE id = 'm2'", ""));
  announce (world, "m2", MEETING_CHANGE_LISTED);
  g_assert_cmpuint (fake_desk_count (world->room, "ring.over"), ==, 1);
}

/* The chair's join, or the planned end: no route tells of it. */
static void
test_states_that_change_by_themselves (void)
{
  static const struct {
    const char *state;
    guint lists; /* said so far */
  } rows[] = { { "scheduled", 0 }, { "open", 1 }, { "open", 1 }, { "live", 2 }, { "ended", 3 } };
  g_autoptr (World) world = world_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    assert_works (statement_run (world->store.database, error, NULL,
                                 "UPDATE meetings SET state = ?", "t", rows[i].state));
    world->now_ms += 2000;
    inbox_tick (world->inbox, world->now_ms);
    inbox_tick (world->inbox, world->now_ms + DESK_TICK_MS);
    g_assert_cmpuint (fake_desk_count (world->room, "{\"type\":\"meetings\"}"), ==, rows[i].lists);
    g_assert_cmpuint (fake_desk_count (world->stranger, "meetings"), ==, 0);
  }
}

/* --- Reminders --- */

static guint
n_reminders (FakeDesk *desk)
{
  return fake_desk_count (desk, "\"type\":\"reminder\"");
}

static void
run_to (World *world, int minutes_before)
{
  for (; world->now_ms < START_MS - minutes_before * MINUTE_MS; world->now_ms += 30 * 1000)
    inbox_tick (world->inbox, world->now_ms);
}

static void
test_reminders (void)
{
  g_autoptr (World) world = world_new ();
  run_to (world, 60);
  g_assert_cmpuint (n_reminders (world->room), ==, 0);
  run_to (world, 58);
  g_assert_cmpuint (n_reminders (world->room), ==, 1);
  g_assert_cmpuint (fake_desk_count (world->room, "\"minutes\":60"), ==, 1);
  run_to (world, 1);
  g_assert_cmpuint (n_reminders (world->room), ==, 2);
  g_assert_cmpuint (fake_desk_count (world->room, "\"minutes\":15"), ==, 1);
  g_assert_cmpuint (n_reminders (world->secretary), ==, 2);
  g_assert_cmpuint (n_reminders (world->stranger), ==, 0);
  g_assert_cmpuint (n_notices (world, "xa1", "reminder"), ==, 2);
}

/* A controller that starts again says nothing twice. */
static void
test_reminders_after_a_restart (void)
{
  g_autoptr (World) world = world_new ();
  run_to (world, 50);
  g_assert_cmpuint (n_reminders (world->room), ==, 1);
  inbox_free (world->inbox);
  open_inbox (world);
  g_autoptr (FakeDesk) again = open_desk (world, "xa1");
  run_to (world, 20);
  g_assert_cmpuint (n_reminders (again), ==, 0);
  run_to (world, 10);
  g_assert_cmpuint (n_reminders (again), ==, 1);
}

static void
test_reminders_of_a_new_time (void)
{
  g_autoptr (World) world = world_new ();
  run_to (world, 10);
  g_assert_cmpuint (n_reminders (world->room), ==, 2);
  assert_works (statement_run (world->store.database, error, NULL,
                               "UPDATE meetings SET starts_ms = starts_ms + 7200000", ""));
  run_to (world, -119);
  g_assert_cmpuint (n_reminders (world->room), ==, 4);
}

static void
test_sweep (void)
{
  g_autoptr (World) world = world_new ();
  announce (world, "m1", MEETING_CHANGE_PUBLISHED);
  assert_works (inbox_sweep (world->inbox, world->now_ms + NOTICES_KEPT_MS, error));
  g_assert_cmpuint (n_notices (world, "xa1", "invitation"), ==, 1);
  assert_works (inbox_sweep (world->inbox, world->now_ms + NOTICES_KEPT_MS + 1, error));
  g_assert_cmpuint (n_notices (world, "xa1", "invitation"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inbox/published", test_published);
  g_test_add_func ("/inbox/every-kind", test_every_kind);
  g_test_add_func ("/inbox/postman-fails", test_postman_fails);
  g_test_add_func ("/inbox/call", test_call);
  g_test_add_func ("/inbox/call-ends-with-its-meeting", test_call_ends_with_its_meeting);
  g_test_add_func ("/inbox/states-that-change-by-themselves",
                   test_states_that_change_by_themselves);
  g_test_add_func ("/inbox/reminders", test_reminders);
  g_test_add_func ("/inbox/reminders-after-a-restart", test_reminders_after_a_restart);
  g_test_add_func ("/inbox/reminders-of-a-new-time", test_reminders_of_a_new_time);
  g_test_add_func ("/inbox/sweep", test_sweep);
  return g_test_run ();
}
