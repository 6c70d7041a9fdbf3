#include "server/inbox/desk_hub.h"
#include "tests/unit/inbox/fake_desk.h"

static FakeDesk *
open_desk (DeskHub *hub, gint64 id, const char *endpoint)
{
  FakeDesk *desk = fake_desk_new ();
  User user = {
    .id = id, .login = (char *) "x", .name = (char *) "x", .endpoint = (char *) endpoint
  };
  desk->connection = desk_hub_open (hub, &user, &fake_desk_peer, desk);
  return desk;
}

static GArray *
ids_of (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (ids, id);
  return ids;
}

static void
test_sending (void)
{
  g_autoptr (DeskHub) hub = desk_hub_new ();
  g_autoptr (FakeDesk) room = open_desk (hub, 1, "100-1"), tab = open_desk (hub, 1, "100-1");
  g_autoptr (FakeDesk) other = open_desk (hub, 2, NULL);
  g_autoptr (GArray) users = ids_of (1);
  desk_hub_send_users (hub, users, json_pack ("{s:s}", "type", "a"));
  g_assert_cmpstr (room->heard->str, ==, "{\"type\":\"a\"}\n");
  g_assert_cmpstr (tab->heard->str, ==, room->heard->str);
  g_assert_cmpstr (other->heard->str, ==, "");
  desk_connection_closed (tab->connection);
  desk_hub_send_endpoint (hub, "100-1", json_pack ("{s:s}", "type", "b"));
  g_assert_cmpuint (fake_desk_count (room, "\"b\""), ==, 1);
  g_assert_cmpuint (fake_desk_count (tab, "\"b\""), ==, 0);
  g_assert_cmpuint (desk_hub_get_count (hub), ==, 2);
}

static void
test_receiving (void)
{
  static const struct {
    const char *text;
    guint16 code;
    guint pongs;
  } rows[] = {
    { "{\"type\":\"ping\"}", 0, 1 },
    { "{\"type\":\"later\"}", 0, 0 },
    { "{}", 0, 0 },
    { "", 1008, 0 },
    { "ping", 1008, 0 },
    { "[1]", 1008, 0 },
    { "{\"type\":\"ping\"", 1008, 0 },
  };
  g_autoptr (DeskHub) hub = desk_hub_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (FakeDesk) desk = open_desk (hub, 1, NULL);
    desk_connection_receive (desk->connection, rows[i].text, strlen (rows[i].text));
    g_test_message ("%s", rows[i].text);
    g_assert_cmpuint (desk->close_code, ==, rows[i].code);
    g_assert_cmpuint (fake_desk_count (desk, "pong"), ==, rows[i].pongs);
    desk_connection_closed (desk->connection);
  }
  /* at the limit and one past it */
  g_autoptr (FakeDesk) desk = open_desk (hub, 1, NULL);
  g_autofree char *text = g_strnfill (1025, ' ');
  text[0] = '{';
  text[1] = '}';
  desk_connection_receive (desk->connection, text, 1024);
  g_assert_cmpuint (desk->close_code, ==, 0);
  desk_connection_receive (desk->connection, text, 1025);
  g_assert_cmpuint (desk->close_code, ==, 1008);
}

static void
test_bound (void)
{
  g_autoptr (DeskHub) hub = desk_hub_new ();
  g_autoptr (GPtrArray) desks = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_desk_free);
  for (guint i = 0; i < DESKS_PER_USER_MAX; i++) {
    g_ptr_array_add (desks, open_desk (hub, 1, NULL));
    g_assert_nonnull (((FakeDesk *) desks->pdata[i])->connection);
  }
  g_autoptr (FakeDesk) more = open_desk (hub, 1, NULL), other = open_desk (hub, 2, NULL);
  g_assert_null (more->connection);
  g_assert_nonnull (other->connection);
}

/* --- The list of meetings --- */

static gboolean
is_user (gpointer data, const User *user)
{
  return GPOINTER_TO_INT (data) == 0 || user->id == GPOINTER_TO_INT (data);
}

static guint
meetings_of (FakeDesk *desk)
{
  return fake_desk_count (desk, "{\"type\":\"meetings\"}");
}

static void
test_meetings_once_a_second (void)
{
  g_autoptr (DeskHub) hub = desk_hub_new ();
  g_autoptr (FakeDesk) one = open_desk (hub, 1, NULL), two = open_desk (hub, 2, NULL);
  gint64 now_ms = 1000000;
  desk_hub_mark_meetings (hub, is_user, GINT_TO_POINTER (1));
  desk_hub_tick (hub, now_ms);
  g_assert_cmpuint (meetings_of (one), ==, 1);
  g_assert_cmpuint (meetings_of (two), ==, 0);
  for (guint i = 0; i < 5; i++)
    desk_hub_mark_meetings (hub, is_user, GINT_TO_POINTER (0));
  desk_hub_tick (hub, now_ms + DESK_MEETINGS_INTERVAL_MS - 1);
  g_assert_cmpuint (meetings_of (one), ==, 1);
  g_assert_cmpuint (meetings_of (two), ==, 1);
  desk_hub_tick (hub, now_ms + DESK_MEETINGS_INTERVAL_MS);
  g_assert_cmpuint (meetings_of (one), ==, 2);
  desk_hub_tick (hub, now_ms + 9 * DESK_MEETINGS_INTERVAL_MS);
  g_assert_cmpuint (meetings_of (one), ==, 2);
}

/* Six hundred desks are told within a second, a part in each tick. */
static void
test_meetings_are_spread (void)
{
  g_autoptr (DeskHub) hub = desk_hub_new ();
  g_autoptr (GPtrArray) desks = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_desk_free);
  for (guint i = 0; i < 600; i++)
    g_ptr_array_add (desks, open_desk (hub, i, NULL));
  desk_hub_mark_meetings (hub, is_user, NULL);
  for (guint tick = 0; tick < 10; tick++) {
    guint told = 0;
    desk_hub_tick (hub, 1000000 + tick * DESK_TICK_MS);
    for (guint i = 0; i < 600; i++)
      told += meetings_of (desks->pdata[i]);
    g_assert_cmpuint (told, ==, (tick + 1) * DESK_MEETINGS_PER_TICK);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-hub/sending", test_sending);
  g_test_add_func ("/desk-hub/receiving", test_receiving);
  g_test_add_func ("/desk-hub/bound", test_bound);
  g_test_add_func ("/desk-hub/meetings-once-a-second", test_meetings_once_a_second);
  g_test_add_func ("/desk-hub/meetings-are-spread", test_meetings_are_spread);
  return g_test_run ();
}
