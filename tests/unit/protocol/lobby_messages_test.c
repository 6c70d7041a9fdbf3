/* The requests of the lobby, of messages, the roll call and votes: each at its limit and one past
 * it. */
#include "signaling/protocol/room_messages.h"

#include <string.h>

#include "config/limits.h"

static gboolean
is_good (const char *text)
{
  g_auto (RoomRequest) request = { 0 };

  return room_request_decode (text, strlen (text), &request, NULL);
}

static void
test_good (void)
{
  static const struct {
    const char *text;
    RoomRequestType type;
  } rows[] = {
    { "{\"type\":\"mute.all\",\"except\":[\"38-1\"],\"branch\":\"14758\"}", ROOM_MUTE_ALL },
    { "{\"type\":\"lobby.admit\",\"endpoints\":[\"38-1\"]}", ROOM_LOBBY_ADMIT },
    { "{\"type\":\"lobby.admit\",\"branch\":\"14758\"}", ROOM_LOBBY_ADMIT },
    { "{\"type\":\"lobby.admit\",\"all\":true}", ROOM_LOBBY_ADMIT },
    { "{\"type\":\"lobby.return\",\"endpoint\":\"38-1\"}", ROOM_LOBBY_RETURN },
    { "{\"type\":\"lobby.message\",\"text\":\"Xin đợi\"}", ROOM_LOBBY_MESSAGE },
    { "{\"type\":\"lobby.message\",\"text\":null}", ROOM_LOBBY_MESSAGE },
    { "{\"type\":\"meeting.lock\",\"locked\":true}", ROOM_MEETING_LOCK },
    { "{\"type\":\"seat.remove\",\"endpoint\":\"38-1\",\"bar\":true,\"reason\":null}",
      ROOM_SEAT_REMOVE },
    { "{\"type\":\"seat.unbar\",\"endpoint\":\"38-1\"}", ROOM_SEAT_UNBAR },
    { "{\"type\":\"seat.camera\",\"endpoint\":\"38-1\",\"off\":true}", ROOM_SEAT_CAMERA },
    { "{\"type\":\"seat.rename\",\"endpoint\":\"38-1\",\"name\":null}", ROOM_SEAT_RENAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RoomRequest) request = { 0 };
    g_autoptr (GError) error = NULL;
    room_request_decode (rows[i].text, strlen (rows[i].text), &request, &error);
    g_assert_no_error (error);
    g_assert_cmpint (request.type, ==, rows[i].type);
  }
}

static void
test_bad (void)
{
  static const char *const rows[] = {
    "{\"type\":\"lobby.return\"}",
    "{\"type\":\"lobby.message\"}",
    "{\"type\":\"lobby.admit\",\"branch\":\"a b\"}",
    "{\"type\":\"meeting.lock\"}",
    "{\"type\":\"seat.remove\",\"endpoint\":\"38-1\"}",
    "{\"type\":\"seat.camera\",\"endpoint\":\"38-1\",\"off\":1}",
    "{\"type\":\"seat.rename\",\"endpoint\":\"38-1\"}",
    "{\"type\":\"seat.rename\",\"endpoint\":\"38-1\",\"name\":\"\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i]);
    g_assert_false (is_good (rows[i]));
  }
}

/* Texts are bounded in bytes here: four times their characters. */
static void
test_text_limits (void)
{
  static const struct {
    const char *format;
    guint max;
  } rows[] = {
    { "{\"type\":\"lobby.message\",\"text\":\"%s\"}", 4 * ROOM_NOTICE_CHARS },
    { "{\"type\":\"seat.remove\",\"endpoint\":\"e\",\"bar\":false,\"reason\":\"%s\"}",
      4 * ROOM_REASON_CHARS },
    { "{\"type\":\"seat.rename\",\"endpoint\":\"e\",\"name\":\"%s\"}", 4 * ROOM_NAME_CHARS },
    { "{\"type\":\"lobby.return\",\"endpoint\":\"%s\"}", LIMIT_ID_BYTES },
    { "{\"type\":\"lobby.admit\",\"branch\":\"%s\"}", LIMIT_ID_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint over = 0; over <= 1; over++) {
      g_autofree char *value = g_strnfill (rows[i].max + over, 'a');
      g_auto (GStrv) parts = g_strsplit (rows[i].format, "%s", 2);
      g_autofree char *text = g_strconcat (parts[0], value, parts[1], NULL);
      g_test_message ("%s + %u", rows[i].format, over);
      g_assert_cmpint (is_good (text), ==, !over);
    }
}

static void
test_list_limits (void)
{
  for (guint over = 0; over <= 1; over++) {
    g_autoptr (GString) text = g_string_new ("{\"type\":\"lobby.admit\",\"endpoints\":[\"e\"");
    for (guint i = 1; i < ROOM_ENDPOINTS_MAX + over; i++)
      g_string_append (text, ",\"e\"");
    g_string_append (text, "]}");
    g_assert_cmpint (is_good (text->str), ==, !over);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lobby-messages/good", test_good);
  g_test_add_func ("/lobby-messages/bad", test_bad);
  g_test_add_func ("/lobby-messages/text-limits", test_text_limits);
  g_test_add_func ("/lobby-messages/list-limits", test_list_limits);
  return g_test_run ();
}
