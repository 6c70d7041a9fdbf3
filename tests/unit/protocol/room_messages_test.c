#include "signaling/protocol/room_messages.h"

#include <string.h>

#include "config/limits.h"
#include "tests/unit/control/record_bounds.h"

static void
test_good (void)
{
  static const struct {
    const char *text;
    RoomRequestType type;
  } rows[] = {
    { "{\"type\":\"join\"}", ROOM_JOIN },
    { "{\"type\":\"join\",\"resume_transport\":null}", ROOM_JOIN },
    { "{\"type\":\"join\",\"resume_transport\":\"t.m.e.1\",\"newer\":{}}", ROOM_JOIN },
    { "{\"type\":\"media.offer\",\"sdp\":\"v=0\",\"lines\":[{\"mid\":\"0\",\"role\":\"mic\"}]}",
      ROOM_MEDIA_OFFER },
    { "{\"type\":\"media.offer\",\"sdp\":\"v=0\"}", ROOM_MEDIA_OFFER },
    { "{\"type\":\"media.restart\",\"sdp\":\"v=0\"}", ROOM_MEDIA_RESTART },
    { "{\"type\":\"view\"}", ROOM_VIEW },
    { "{\"type\":\"view\",\"main_height\":0,\"tile_height\":4320,\"tiles\":[\"38-1\"]}",
      ROOM_VIEW },
    { "{\"type\":\"mic\",\"open\":true}", ROOM_MIC },
    { "{\"type\":\"camera\",\"on\":false}", ROOM_CAMERA },
    { "{\"type\":\"picture\",\"dark\":true}", ROOM_PICTURE },
    { "{\"type\":\"test.loop\",\"on\":true}", ROOM_TEST_LOOP },
    { "{\"type\":\"hand\",\"raised\":true}", ROOM_HAND },
    { "{\"type\":\"content\",\"on\":true}", ROOM_CONTENT },
    { "{\"type\":\"leave\"}", ROOM_LEAVE },
    { "{\"type\":\"seat.mute\",\"endpoint\":\"38-1\",\"locked\":true}", ROOM_SEAT_MUTE },
    { "{\"type\":\"mute.all\"}", ROOM_MUTE_ALL },
    { "{\"type\":\"spotlight\",\"endpoint\":null}", ROOM_SPOTLIGHT },
    { "{\"type\":\"hand.lower\",\"endpoint\":\"38-1\"}", ROOM_HAND_LOWER },
    { "{\"type\":\"meeting.end\"}", ROOM_MEETING_END },
    { "{\"type\":\"view\",\"main\":\"38-1\"}", ROOM_VIEW },
    { "{\"type\":\"hand\",\"raised\":true,\"topic\":\"Đê điều\"}", ROOM_HAND },
    { "{\"type\":\"queue.order\",\"endpoints\":[\"a\",\"b\"]}", ROOM_QUEUE_ORDER },
    { "{\"type\":\"queue.pass_up\",\"endpoint\":\"a\",\"up\":false}", ROOM_QUEUE_PASS_UP },
    { "{\"type\":\"floor.grant\",\"endpoint\":\"a\"}", ROOM_FLOOR_GRANT },
    { "{\"type\":\"floor.grant\",\"endpoint\":\"a\",\"seconds\":86400,\"cut\":true,"
      "\"picture\":false}",
      ROOM_FLOOR_GRANT },
    { "{\"type\":\"floor.release\"}", ROOM_FLOOR_RELEASE },
    { "{\"type\":\"floor.next\",\"seconds\":0}", ROOM_FLOOR_NEXT },
    { "{\"type\":\"floor.extend\",\"seconds\":1}", ROOM_FLOOR_EXTEND },
    { "{\"type\":\"floor.answer\",\"accept\":false}", ROOM_FLOOR_ANSWER },
    { "{\"type\":\"consent\",\"standing\":true}", ROOM_CONSENT },
    { "{\"type\":\"mic.ask\",\"endpoint\":\"a\"}", ROOM_MIC_ASK },
    { "{\"type\":\"layout\",\"kind\":\"grid16\"}", ROOM_LAYOUT },
    { "{\"type\":\"pin\",\"role\":\"cochair\",\"endpoint\":null}", ROOM_PIN },
    { "{\"type\":\"autoscan.start\",\"seconds\":3}", ROOM_AUTOSCAN_START },
    { "{\"type\":\"autoscan.start\",\"seconds\":600,\"endpoints\":[],\"branch\":\"38\"}",
      ROOM_AUTOSCAN_START },
    { "{\"type\":\"autoscan.stop\"}", ROOM_AUTOSCAN_STOP },
    { "{\"type\":\"autoscan.skip\"}", ROOM_AUTOSCAN_SKIP },
    { "{\"type\":\"agenda.go\",\"item\":null}", ROOM_AGENDA_GO },
    { "{\"type\":\"paper.show\",\"paper\":\"p1\",\"page\":10000}", ROOM_PAPER_SHOW },
    { "{\"type\":\"paper.page\",\"page\":1}", ROOM_PAPER_PAGE },
    { "{\"type\":\"meeting.extend\",\"minutes\":240}", ROOM_MEETING_EXTEND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RoomRequest) request = { 0 };
    g_autoptr (GError) error = NULL;
    room_request_decode (rows[i].text, strlen (rows[i].text), &request, &error);
    g_assert_no_error (error);
    g_assert_cmpint (request.type, ==, rows[i].type);
    g_assert_nonnull (request.body);
    g_assert_false (request.has_id);
  }
}

static void
test_bad (void)
{
  static const struct {
    const char *text;
    Problem problem;
  } rows[] = {
    { "", PROBLEM_MESSAGE_MALFORMED },
    { "[]", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"mic\"", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"mic\",\"open\":1}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"mic\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"picture\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"picture\",\"dark\":\"yes\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"spotlight\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"spotlight\",\"endpoint\":\"a b\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"hand.lower\",\"endpoint\":null}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"view\",\"main_height\":-1}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"view\",\"main_height\":4321}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"join\",\"resume_transport\":\"\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"media.offer\",\"sdp\":\"v=0\",\"lines\":[{\"mid\":\"0\"}]}",
      PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"floor.grant\",\"endpoint\":\"a\",\"seconds\":86401}",
      PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"floor.grant\",\"endpoint\":\"a\",\"seconds\":-1}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"floor.grant\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"floor.extend\",\"seconds\":0}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"layout\",\"kind\":\"grid5\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"pin\",\"role\":\"operator\",\"endpoint\":null}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"pin\",\"role\":\"site\"}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"autoscan.start\",\"seconds\":2}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"autoscan.start\",\"seconds\":601}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"paper.page\",\"page\":0}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"paper.page\",\"page\":10001}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"meeting.extend\",\"minutes\":0}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"meeting.extend\",\"minutes\":241}", PROBLEM_MESSAGE_MALFORMED },
    { "{\"type\":\"nothing\"}", PROBLEM_MESSAGE_UNKNOWN },
    { "{\"type\":7}", PROBLEM_MESSAGE_UNKNOWN },
    { "{}", PROBLEM_MESSAGE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RoomRequest) request = { 0 };
    g_autoptr (GError) error = NULL;
    g_assert_false (room_request_decode (rows[i].text, strlen (rows[i].text), &request, &error));
    g_assert_error (error, SIGNALING_PROBLEM, (int) rows[i].problem);
  }
}

static void
test_id_of_a_bad_message (void)
{
  g_auto (RoomRequest) request = { 0 };
  g_autoptr (GError) error = NULL;
  const char *text = "{\"type\":\"mic\",\"id\":12}";

  g_assert_false (room_request_decode (text, strlen (text), &request, &error));
  g_autofree char *reply = room_message_error (&request, error);
  g_autoptr (json_t) json = json_loads (reply, 0, NULL);
  g_assert_cmpint (json_integer_value (json_object_get (json, "id")), ==, 12);
  g_assert_cmpstr (json_string_value (json_object_get (json, "code")), ==, "message.malformed");
}

static void
test_limits (void)
{
  g_autoptr (GString) tiles = g_string_new ("{\"type\":\"view\",\"tiles\":[\"e\"");

  for (guint i = 1; i < 64; i++)
    g_string_append (tiles, ",\"e\"");
  for (guint over = 0; over <= 1; over++) {
    g_auto (RoomRequest) request = { 0 };
    g_autofree char *text = g_strconcat (tiles->str, over ? ",\"e\"]}" : "]}", NULL);
    g_assert_cmpint (room_request_decode (text, strlen (text), &request, NULL), ==, !over);
  }
  for (guint over = 0; over <= 1; over++) {
    g_auto (RoomRequest) request = { 0 };
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strnfill (LIMIT_ROOM_MESSAGE_BYTES + over, ' ');
    memcpy (text, "{\"type\":\"leave\"}", 16);
    g_assert_cmpint (room_request_decode (text, strlen (text), &request, &error), ==, !over);
    if (over)
      g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MESSAGE_TOO_LARGE);
  }
}

/* Every problem has a code of its own, both texts and a status. */
static void
test_problems (void)
{
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < N_PROBLEMS; i++) {
    const ProblemText *text = problem_text ((Problem) i);
    g_assert_true (g_hash_table_add (codes, (gpointer) text->code));
    g_assert_cmpuint (text->http_status, >=, 400);
    g_assert_cmpuint (strlen (text->vi), >, 10);
    g_assert_cmpuint (strlen (text->en), >, 10);
    g_assert_true (g_utf8_validate (text->vi, -1, NULL));
  }
  g_autoptr (GError) other = g_error_new_literal (G_FILE_ERROR, 0, "x");
  g_assert_cmpstr (problem_describe (other)->code, ==, "internal");
  g_assert_cmpstr (problem_describe (NULL)->code, ==, "internal");
}

static void
test_bye (void)
{
  g_autofree char *text = room_message_bye (BYE_POSTPONED, "bão \"số 9\"");
  g_autoptr (json_t) json = json_loads (text, 0, NULL);
  const char *vi = json_string_value (json_object_get (json_object_get (json, "text"), "vi"));

  g_assert_cmpstr (json_string_value (json_object_get (json, "code")), ==, "postponed");
  g_assert_cmpstr (vi, ==, "Phiên họp đã hoãn. Lý do: bão \"số 9\"");
}

static void
test_seat (void)
{
  RoomSeat seat = { .endpoint = "38-1",
                    .code = "38",
                    .name = "Hội trường",
                    .unit_name = "Thanh Hóa",
                    .role = "site",
                    .state = "connected",
                    .mic_open = TRUE,
                    .level = "xa",
                    .branch = "38",
                    .topic = "",
                    .queue = 3,
                    .hand_at_ms = G_GINT64_CONSTANT (1800000000000) };
  g_autofree char *text = room_seat_json (&seat);
  g_autoptr (json_t) json = json_loads (text, 0, NULL);

  g_assert_cmpuint (json_object_size (json), ==, 32);
  g_assert_cmpint (json_integer_value (json_object_get (json, "queue")), ==, 3);
  g_assert_true (json_is_true (json_object_get (json, "mic_open")));
  g_assert_cmpint (json_integer_value (json_object_get (json, "hand_at")), ==,
                   G_GINT64_CONSTANT (1800000000000));
  g_assert_true (json_is_false (json_object_get (json, "dark")));
  g_assert_true (json_is_null (json_object_get (json, "joined_at")));
  g_assert_true (json_is_null (json_object_get (json, "line")));
}

static char *
read_manual (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "signaling", "protocol", "README.md", NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_documented (const char *manual, const char *name)
{
  g_autofree char *quoted = g_strdup_printf ("`%s`", name);

  if (strstr (manual, quoted) == NULL)
    g_error ("signaling/protocol/README.md does not tell of %s", quoted);
}

/* The manual names every request with its members, every message of the server, every code. */
static void
test_manual (void)
{
  static const char *const from_server[] = {
    "ok",           "error",       "welcome",     "seats",     "meeting",       "media.answer",
    "slots",        "queue",       "media.reset", "line",      "levels",        "notice",
    "bye",          "queue_place", "agenda",      "floor.ask", "floor.warning", "census",
    "chat",         "banner",      "vote",        "demand",    "test.loop",     "test.plan",
    "test.verdict", "test.ask",
  };
  g_autofree char *manual = read_manual ();

  for (guint i = 0; i < N_ROOM_REQUESTS; i++) {
    const RoomRequestRow *row = room_request_row ((RoomRequestType) i);
    assert_documented (manual, row->name);
    for (const RecordField *field = row->body->fields; field->name != NULL; field++)
      assert_documented (manual, field->name);
  }
  for (guint i = 0; i < G_N_ELEMENTS (from_server); i++)
    assert_documented (manual, from_server[i]);
  for (guint i = 0; i < N_BYES; i++)
    assert_documented (manual, room_bye_code ((RoomBye) i));
  for (guint i = 0; i < N_PROBLEMS; i++)
    assert_documented (manual, problem_text ((Problem) i)->code);
}

/* Of every request, and of what a page reports of its own. */
static void
test_bounds (void)
{
  g_autoptr (GHashTable) checked = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < N_ROOM_REQUESTS; i++)
    record_check_bounds (room_request_row ((RoomRequestType) i)->body, checked);
  record_check_bounds (&client_report_type, checked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/room-messages/good", test_good);
  g_test_add_func ("/protocol/room-messages/bad", test_bad);
  g_test_add_func ("/protocol/room-messages/id-of-a-bad-message", test_id_of_a_bad_message);
  g_test_add_func ("/protocol/room-messages/limits", test_limits);
  g_test_add_func ("/protocol/room-messages/bounds", test_bounds);
  g_test_add_func ("/protocol/room-messages/problems", test_problems);
  g_test_add_func ("/protocol/room-messages/bye", test_bye);
  g_test_add_func ("/protocol/room-messages/seat", test_seat);
  g_test_add_func ("/protocol/room-messages/manual", test_manual);
  return g_test_run ();
}
