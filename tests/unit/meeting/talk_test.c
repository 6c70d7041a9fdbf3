/* Banners on the rooms' screens, and the chat. */
#include <string.h>

#include "signaling/meeting/lobby_state.h"
#include "signaling/meeting/meeting_store.h"
#include "signaling/meeting/seat.h"
#include "signaling/meeting/talk.h"
#include "tests/unit/meeting/world.h"

/* e3 and e4 in the district 380, e5 in 381. */
static World *
world_with_branches (void)
{
  World *world = world_new (5);

  world_set_unit (world, "e3", "VN/38/380/3801/");
  world_set_unit (world, "e4", "VN/38/380/3802/");
  world_set_unit (world, "e5", "VN/38/381/3811/");
  world_restart_controller (world);
  world_link_relay (world);
  return world;
}

static const char *
banner_of (Room *room)
{
  json_t *message = room_last (room, "banner");

  return message != NULL ? json_string_value (json_object_get (message, "text")) : NULL;
}

static const char *
welcome_banner (Room *room)
{
  json_t *banner = json_object_get (room_last (room, "welcome"), "banner");

  return json_string_value (json_object_get (banner, "text"));
}

static void
test_banner (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) a = room_join (world, "e3");
  g_autoptr (Room) c = room_join (world, "e5");

  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"branch\":\"380\"},\"text\":\"nhánh\"}");
  g_assert_cmpstr (banner_of (a), ==, "nhánh");
  g_assert_null (banner_of (c));
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e5\"},\"text\":\"một\"}");
  g_assert_cmpstr (banner_of (c), ==, "một");
  g_assert_cmpstr (banner_of (a), ==, "nhánh");
  g_assert_cmpuint (world_count_events (world, "message e5"), ==, 1);
  /* who comes later reads what stands */
  g_autoptr (Room) b = room_join (world, "e4");
  g_assert_cmpstr (welcome_banner (b), ==, "nhánh");
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"tất cả\","
                          "\"seconds\":30}");
  g_assert_cmpstr (banner_of (a), ==, "tất cả");
  g_assert_cmpstr (json_string_value (json_object_get (room_last (a, "banner"), "from")), ==,
                   "User");
  world_advance (world, 29 * SECOND_US);
  g_autoptr (Room) d = room_join (world, "e2");
  g_assert_cmpstr (welcome_banner (d), ==, "tất cả");
  world_advance (world, 2 * SECOND_US);
  g_autoptr (Room) e = room_join (world, "e1");
  g_assert_null (welcome_banner (e));
}

static void
test_banner_clear (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) a = room_join (world, "e3");

  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"x\"}");
  room_drop (a);
  room_drop (secretary);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_join (world, "e3");
  g_assert_cmpstr (welcome_banner (again), ==, "x");
  g_autoptr (Room) operator= room_join_operator (world);
  room_ask_ok (operator, "{\"type\":\"message.clear\"}");
  g_assert_nonnull (room_last (again, "banner"));
  g_assert_null (banner_of (again));
  room_ask_ok (operator, "{\"type\":\"message.clear\"}");
}

static void
test_banner_refused (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) desk = room_join_desk (world, "380");

  room_ask_error (secretary, "{\"type\":\"message\",\"to\":{},\"text\":\"x\"}",
                  "message.malformed");
  room_ask_error (secretary,
                  "{\"type\":\"message\",\"to\":{\"all\":true,\"branch\":\"380\"},\"text\":\"x\"}",
                  "message.malformed");
  room_ask_error (secretary, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e9\"},\"text\":\"x\"}",
                  "seat.unknown");
  room_ask_error (desk, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"x\"}",
                  "right.missing");
  room_ask_error (desk, "{\"type\":\"message\",\"to\":{\"branch\":\"381\"},\"text\":\"x\"}",
                  "right.missing");
  room_ask_error (desk, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e5\"},\"text\":\"x\"}",
                  "right.missing");
  room_ask_ok (desk, "{\"type\":\"message\",\"to\":{\"branch\":\"380\"},\"text\":\"x\"}");
  room_ask_ok (desk, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e4\"},\"text\":\"x\"}");
  room_ask_error (desk, "{\"type\":\"message.clear\"}", "right.missing");
}

static void
test_banners_max (void)
{
  g_autoptr (World) world = world_new (BANNERS_MAX + 2);
  g_autoptr (Room) secretary = room_join_operator (world);

  for (guint i = 0; i <= BANNERS_MAX; i++) {
    g_autofree char *text = g_strdup_printf (
        "{\"type\":\"message\",\"to\":{\"endpoint\":\"e%u\"},\"text\":\"x\"}", i + 2);
    if (i < BANNERS_MAX)
      room_ask_ok (secretary, text);
    else
      room_ask_error (secretary, text, "message.full");
    world_advance (world, SECOND_US / 4);
  }
  /* for the same room: in place of the other; for all: in place of all */
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e2\"},\"text\":\"y\"}");
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"z\"}");
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"endpoint\":\"e2\"},\"text\":\"y\"}");
}

static void
test_chat (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (site, "{\"type\":\"chat\",\"text\":\"Xin chào\"}");
  room_ask_ok (secretary, "{\"type\":\"chat\",\"text\":\"Chào điểm cầu\"}");
  world_advance (world, SECOND_US / 10);
  json_t *items = json_object_get (room_last (site, "chat"), "items");
  g_assert_cmpuint (json_array_size (items), ==, 2);
  json_t *first = json_array_get (items, 0), *second = json_array_get (items, 1);
  g_assert_cmpstr (json_string_value (json_object_get (first, "text")), ==, "Xin chào");
  g_assert_cmpstr (json_string_value (json_object_get (first, "endpoint")), ==, "e2");
  g_assert_cmpstr (json_string_value (json_object_get (first, "name")), ==, "Xã 0002");
  g_assert_true (json_is_null (json_object_get (second, "endpoint")));
  g_assert_cmpstr (json_string_value (json_object_get (second, "name")), ==, "User");
  room_drop (secretary);
  room_drop (site);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) later = room_join (world, "e3");
  items = json_object_get (room_last (later, "welcome"), "chat");
  g_assert_cmpuint (json_array_size (items), ==, 2);
}

/* A room that joins reads the last hundred lines. */
static void
test_chat_history (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);

  for (guint i = 0; i < CHAT_LINES_TOLD + 5; i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"chat\",\"text\":\"%u\"}", i);
    room_ask_ok (secretary, text);
    world_advance (world, SECOND_US / 4);
  }
  g_autoptr (Room) site = room_join (world, "e2");
  json_t *items = json_object_get (room_last (site, "welcome"), "chat");
  g_assert_cmpuint (json_array_size (items), ==, CHAT_LINES_TOLD);
  g_assert_cmpstr (json_string_value (json_object_get (json_array_get (items, 0), "text")), ==,
                   "5");
}

static void
test_chat_closed (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, "{\"type\":\"chat.close\",\"closed\":true}");
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"x\"}", "chat.closed");
  room_ask_ok (secretary, "{\"type\":\"chat\",\"text\":\"x\"}");
  room_ask_ok (secretary, "{\"type\":\"chat.close\",\"closed\":false}");
  room_ask_ok (site, "{\"type\":\"chat\",\"text\":\"x\"}");
  world->record->entry.chat = FALSE;
  world_reload (world);
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"x\"}", "chat.closed");
}

static void
test_chat_limits (void)
{
  g_autoptr (World) world = world_new (CHAT_LINES_AT_ONCE + 4);
  g_autoptr (Room) site = room_join (world, "e2");

  for (guint over = 0; over <= 1; over++) {
    g_autofree char *value = g_strnfill (ROOM_CHAT_CHARS + over, 'a');
    g_autofree char *text = g_strdup_printf ("{\"type\":\"chat\",\"text\":\"%s\"}", value);
    if (over)
      room_ask_error (site, text, "text.invalid");
    else
      room_ask_ok (site, text);
  }
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\" \\n \"}", "text.invalid");
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"a\\u0007\"}", "text.invalid");
  for (guint i = 1; i < TALK_LINES_AT_ONCE; i++)
    room_ask_ok (site, "{\"type\":\"chat\",\"text\":\"x\"}");
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"x\"}", "message.too_many");
  /* a reload does not help */
  room_drop (site);
  g_autoptr (Room) again = room_join (world, "e2");
  room_ask_error (again, "{\"type\":\"chat\",\"text\":\"x\"}", "message.too_many");
  world_advance (world, 2 * SECOND_US);
  room_ask_ok (again, "{\"type\":\"chat\",\"text\":\"x\"}");
}

/* All together no faster than can be read. */
static void
test_chat_of_all (void)
{
  g_autoptr (World) world = world_new (CHAT_LINES_AT_ONCE + 4);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);

  for (guint i = 0; i <= CHAT_LINES_AT_ONCE; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i + 2);
    Room *room = room_join (world, endpoint);
    g_ptr_array_add (rooms, room);
    if (i < CHAT_LINES_AT_ONCE)
      room_ask_ok (room, "{\"type\":\"chat\",\"text\":\"x\"}");
    else
      room_ask_error (room, "{\"type\":\"chat\",\"text\":\"x\"}", "message.too_many");
  }
  g_ptr_array_set_size (rooms, 0);
}

/* In the waiting room nobody reads along; let in, one reads what was written. */
static void
test_chat_of_the_waiting (void)
{
  g_autoptr (World) world = world_new (3);

  world->record->entry.waiting_room = TRUE;
  world_reload (world);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");
  room_ask_ok (secretary, "{\"type\":\"chat\",\"text\":\"x\"}");
  world_advance (world, SECOND_US / 10);
  g_assert_null (room_last (site, "chat"));
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"x\"}", "lobby.waiting");
  room_ask_ok (secretary, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"đợi\"}");
  g_assert_cmpstr (banner_of (site), ==, "đợi");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_nonnull (room_last (site, "chat"));
}

static void
test_storage_fails (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  world->is_store_broken = TRUE;
  room_ask_error (site, "{\"type\":\"chat\",\"text\":\"x\"}", "storage");
  room_ask_error (secretary, "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"x\"}",
                  "storage");
  world_advance (world, SECOND_US / 10);
  g_assert_null (room_last (secretary, "chat"));
  g_assert_null (room_last (site, "banner"));
  world->is_store_broken = FALSE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/talk/banner", test_banner);
  g_test_add_func ("/talk/banner-clear", test_banner_clear);
  g_test_add_func ("/talk/banner-refused", test_banner_refused);
  g_test_add_func ("/talk/banners-max", test_banners_max);
  g_test_add_func ("/talk/chat", test_chat);
  g_test_add_func ("/talk/chat-history", test_chat_history);
  g_test_add_func ("/talk/chat-closed", test_chat_closed);
  g_test_add_func ("/talk/chat-limits", test_chat_limits);
  g_test_add_func ("/talk/chat-of-all", test_chat_of_all);
  g_test_add_func ("/talk/chat-of-the-waiting", test_chat_of_the_waiting);
  g_test_add_func ("/talk/storage-fails", test_storage_fails);
  return g_test_run ();
}
