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
    { "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"a\"}", ROOM_MESSAGE },
    { "{\"type\":\"message\",\"to\":{\"branch\":\"380\"},\"text\":\"a\",\"seconds\":30}",
      ROOM_MESSAGE },
    { "{\"type\":\"message.clear\"}", ROOM_MESSAGE_CLEAR },
    { "{\"type\":\"chat\",\"text\":\"a\"}", ROOM_CHAT },
    { "{\"type\":\"chat.close\",\"closed\":true}", ROOM_CHAT_CLOSE },
    { "{\"type\":\"roll.start\"}", ROOM_ROLL_START },
    { "{\"type\":\"roll.stop\"}", ROOM_ROLL_STOP },
    { "{\"type\":\"roll.mark\",\"endpoint\":\"38-1\",\"mark\":\"excused\",\"reason\":\"bão\"}",
      ROOM_ROLL_MARK },
    { "{\"type\":\"roll.mark\",\"endpoint\":\"38-1\",\"mark\":null}", ROOM_ROLL_MARK },
    { "{\"type\":\"roll.mark\",\"endpoints\":[\"38-1\",\"38-2\"],\"mark\":\"present\"}",
      ROOM_ROLL_MARK },
    { "{\"type\":\"head_count\",\"present\":23,\"expected\":25}", ROOM_HEAD_COUNT },
    { "{\"type\":\"head_count\",\"present\":23,\"expected\":null}", ROOM_HEAD_COUNT },
    { "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":true,\"majority\":\"two_thirds\","
      "\"base\":\"invited\",\"quorum_percent\":100,\"seconds\":60}",
      ROOM_VOTE_OPEN },
    { "{\"type\":\"vote.cast\",\"vote\":\"v1\",\"choice\":9}", ROOM_VOTE_CAST },
    { "{\"type\":\"vote.close\",\"vote\":\"v1\"}", ROOM_VOTE_CLOSE },
    { "{\"type\":\"vote.cancel\",\"vote\":\"v1\"}", ROOM_VOTE_CANCEL },
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
    "{\"type\":\"message\",\"text\":\"a\"}",
    "{\"type\":\"message\",\"to\":\"all\",\"text\":\"a\"}",
    "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"\"}",
    "{\"type\":\"chat\"}",
    "{\"type\":\"roll.mark\",\"endpoint\":\"38-1\",\"mark\":\"late\"}",
    "{\"type\":\"roll.mark\",\"endpoint\":\"38-1\"}",
    "{\"type\":\"roll.mark\",\"endpoints\":\"38-1\",\"mark\":null}",
    "{\"type\":\"head_count\",\"present\":-1}",
    "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":true,\"majority\":\"half\"}",
    "{\"type\":\"vote.cast\",\"vote\":\"v1\",\"choice\":-1}",
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
    { "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"%s\"}", 4 * ROOM_NOTICE_CHARS },
    { "{\"type\":\"chat\",\"text\":\"%s\"}", 4 * ROOM_CHAT_CHARS },
    { "{\"type\":\"roll.mark\",\"endpoint\":\"e\",\"mark\":null,\"reason\":\"%s\"}",
      4 * ROOM_REASON_CHARS },
    { "{\"type\":\"vote.open\",\"question\":\"%s\",\"secret\":false,\"majority\":\"simple\","
      "\"base\":\"present\"}",
      4 * VOTE_QUESTION_CHARS },
    { "{\"type\":\"vote.open\",\"question\":\"?\",\"choices\":[\"a\",\"%s\"],\"secret\":false,"
      "\"majority\":\"simple\",\"base\":\"present\"}",
      4 * VOTE_CHOICE_CHARS },
    { "{\"type\":\"vote.close\",\"vote\":\"%s\"}", LIMIT_ID_BYTES },
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
  static const char *const heads[] = {
    "{\"type\":\"lobby.admit\",\"endpoints\":[",
    "{\"type\":\"roll.mark\",\"mark\":\"present\",\"endpoints\":[",
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    for (guint over = 0; over <= 1; over++) {
      g_autoptr (GString) text = g_string_new (heads[i]);
      for (guint n = 0; n < ROOM_ENDPOINTS_MAX + over; n++) /* of 10 bytes, as they are */
        g_string_append_printf (text, "%s\"14758-%04u\"", n > 0 ? "," : "", n);
      g_string_append (text, "]}");
      g_assert_cmpint (is_good (text->str), ==, !over);
    }
}

static void
test_number_limits (void)
{
  static const struct {
    const char *format;
    int max;
  } rows[] = {
    { "{\"type\":\"head_count\",\"present\":%s}", ROOM_HEAD_COUNT_MAX },
    { "{\"type\":\"head_count\",\"present\":0,\"expected\":%s}", ROOM_HEAD_COUNT_MAX },
    { "{\"type\":\"message\",\"to\":{\"all\":true},\"text\":\"a\",\"seconds\":%s}",
      ROOM_NOTICE_SECONDS },
    { "{\"type\":\"vote.cast\",\"vote\":\"v\",\"choice\":%s}", VOTE_CHOICES_MAX - 1 },
    { "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":false,\"majority\":\"simple\","
      "\"base\":\"present\",\"quorum_percent\":%s}",
      100 },
    { "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":false,\"majority\":\"simple\","
      "\"base\":\"present\",\"seconds\":%s}",
      VOTE_SECONDS_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int over = 0; over <= 1; over++) {
      g_autofree char *value = g_strdup_printf ("%d", rows[i].max + over);
      g_auto (GStrv) parts = g_strsplit (rows[i].format, "%s", 2);
      g_autofree char *text = g_strconcat (parts[0], value, parts[1], NULL);
      g_test_message ("%s", text);
      g_assert_cmpint (is_good (text), ==, !over);
    }
}

static void
test_choice_limit (void)
{
  for (guint over = 0; over <= 1; over++) {
    g_autoptr (GString) text =
        g_string_new ("{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":false,"
                      "\"majority\":\"simple\",\"base\":\"present\",\"choices\":[\"a\"");
    for (guint i = 1; i < VOTE_CHOICES_MAX + over; i++)
      g_string_append (text, ",\"a\"");
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
  g_test_add_func ("/lobby-messages/number-limits", test_number_limits);
  g_test_add_func ("/lobby-messages/choice-limit", test_choice_limit);
  return g_test_run ();
}
