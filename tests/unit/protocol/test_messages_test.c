/* A room's test in the room protocol: what is taken, each bound at its limit and one past it, what
 * is written back, and the server's three messages. */
#include "signaling/protocol/room_messages.h"

#include <string.h>

#include "config/limits.h"

static gboolean
decode (const char *text, RoomRequest *request)
{
  return room_request_decode (text, strlen (text), request, NULL);
}

static void
test_good (void)
{
  static const struct {
    const char *text;
    RoomRequestType type;
  } rows[] = {
    { "{\"type\":\"test.begin\"}", ROOM_TEST_BEGIN },
    { "{\"type\":\"test.result\",\"test\":\"a1\"}", ROOM_TEST_RESULT },
    { "{\"type\":\"test.result\",\"test\":\"a1\",\"mic\":null,\"line\":{},\"speaker\":\"no\"}",
      ROOM_TEST_RESULT },
    { "{\"type\":\"test.result\",\"test\":\"a1\",\"devices\":{\"camera\":\"C\"},\"mic\":{\"ok\":"
      "true,\"level\":18},\"speaker\":\"yes\",\"camera\":{\"ok\":true,\"dark\":false,\"height\":"
      "720},\"echo\":{\"ok\":true,\"db\":-40},\"loop\":{\"seen\":true,\"heard\":true},\"reach\":{"
      "\"udp\":true,\"tcp\":false},\"line\":{\"network\":\"wifi\",\"up_kbps\":1200,\"down_kbps\":"
      "1150,\"up_loss\":0,\"down_loss\":1000,\"up_jitter_ms\":3,\"down_jitter_ms\":4,\"rtt_ms\":18,"
      "\"seconds\":15}}",
      ROOM_TEST_RESULT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RoomRequest) request = { 0 };
    g_test_message ("%s", rows[i].text);
    g_assert_true (decode (rows[i].text, &request));
    g_assert_cmpint (request.type, ==, rows[i].type);
  }
}

static void
test_bad (void)
{
  static const char *const rows[] = {
    "{\"type\":\"test.result\"}",
    "{\"type\":\"test.result\",\"test\":\"\"}",
    "{\"type\":\"test.result\",\"test\":\"a b\"}",
    "{\"type\":\"test.result\",\"test\":\"a\",\"mic\":true}",
    "{\"type\":\"test.result\",\"test\":\"a\",\"mic\":{\"ok\":1}}",
    "{\"type\":\"test.result\",\"test\":\"a\",\"mic\":{\"level\":1.5}}",
    "{\"type\":\"test.result\",\"test\":\"a\",\"speaker\":\"maybe\"}",
    "{\"type\":\"test.result\",\"test\":\"a\",\"line\":{\"network\":\"4g\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RoomRequest) request = { 0 };
    g_test_message ("%s", rows[i]);
    g_assert_false (decode (rows[i], &request));
  }
}

static void
test_number_limits (void)
{
  static const struct {
    const char *part, *member;
    gint64 max;
  } rows[] = {
    { "mic", "level", 127 },
    { "camera", "height", LIMIT_HEIGHT },
    { "echo", "db", TEST_ECHO_DB_MAX },
    { "line", "up_kbps", TEST_KBPS_MAX },
    { "line", "down_kbps", TEST_KBPS_MAX },
    { "line", "up_loss", 1000 },
    { "line", "down_loss", 1000 },
    { "line", "up_jitter_ms", TEST_DELAY_MS_MAX },
    { "line", "down_jitter_ms", TEST_DELAY_MS_MAX },
    { "line", "rtt_ms", TEST_DELAY_MS_MAX },
    { "line", "seconds", TEST_SECONDS_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gint64 past = 0; past < 2; past++) {
      g_auto (RoomRequest) request = { 0 };
      g_autofree char *text = g_strdup_printf (
          "{\"type\":\"test.result\",\"test\":\"a\",\"%s\":{\"%s\":%" G_GINT64_FORMAT "}}",
          rows[i].part, rows[i].member, rows[i].max + past);
      g_test_message ("%s", text);
      g_assert_true (decode (text, &request) == (past == 0));
    }
}

static void
test_text_limits (void)
{
  static const struct {
    const char *format;
    guint max;
  } rows[] = {
    { "{\"type\":\"test.result\",\"test\":\"%s\"}", LIMIT_ID_BYTES },
    { "{\"type\":\"test.result\",\"test\":\"a\",\"devices\":{\"camera\":\"%s\"}}",
      CLIENT_LABEL_BYTES },
    { "{\"type\":\"test.result\",\"test\":\"a\",\"devices\":{\"speaker\":\"%s\"}}",
      CLIENT_LABEL_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint past = 0; past < 2; past++) {
      g_auto (RoomRequest) request = { 0 };
      g_autofree char *value = g_strnfill (rows[i].max + past, 'a');
      g_auto (GStrv) parts = g_strsplit (rows[i].format, "%s", 2);
      g_autofree char *text = g_strjoinv (value, parts);
      g_assert_true (decode (text, &request) == (past == 0));
    }
}

/* What was not said is told neither as yes nor as no, and is not written. */
static void
test_unsaid (void)
{
  g_auto (RoomRequest) request = { 0 };

  g_assert_true (decode ("{\"type\":\"test.result\",\"test\":\"a\",\"mic\":{\"level\":20},"
                         "\"loop\":{\"seen\":false},\"reach\":{\"udp\":true}}",
                         &request));
  const TestResult *result = request.body;
  g_assert_cmpint (result->mic->ok, ==, TEST_UNKNOWN);
  g_assert_cmpint (result->loop->seen, ==, FALSE);
  g_assert_cmpint (result->loop->heard, ==, TEST_UNKNOWN);
  g_assert_cmpint (result->reach->udp, ==, TRUE);
  g_assert_cmpint (result->speaker, ==, TEST_SPEAKER_UNKNOWN);
  g_assert_null (result->line);
  g_autofree char *text = record_encode_text (&test_result_type, result, NULL);
  g_assert_cmpstr (text, ==,
                   "{\"test\":\"a\",\"mic\":{\"level\":20},\"loop\":{\"seen\":false},"
                   "\"reach\":{\"udp\":true}}");
}

static void
test_replies (void)
{
  g_autofree char *plan = room_message_test_plan ("t1", 1200);
  json_t *advice = json_pack ("[{s:s}]", "id", "echo");
  g_autofree char *verdict = room_message_test_verdict ("t1", "bad", advice);
  g_autofree char *test = room_message_test_ask (TEST_ASK_TEST, TRUE);
  g_autofree char *card = room_message_test_ask (TEST_ASK_CARD, FALSE);

  g_assert_cmpstr (plan, ==,
                   "{\"type\":\"test.plan\",\"test\":\"t1\",\"kbps\":1200,\"seconds\":15}");
  g_assert_cmpstr (verdict, ==,
                   "{\"type\":\"test.verdict\",\"test\":\"t1\",\"light\":\"bad\",\"advice\":[{"
                   "\"id\":\"echo\"}]}");
  g_assert_cmpstr (test, ==, "{\"type\":\"test.ask\",\"act\":\"test\"}");
  g_assert_cmpstr (card, ==, "{\"type\":\"test.ask\",\"act\":\"card\",\"on\":false}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/test-messages/good", test_good);
  g_test_add_func ("/test-messages/bad", test_bad);
  g_test_add_func ("/test-messages/number-limits", test_number_limits);
  g_test_add_func ("/test-messages/text-limits", test_text_limits);
  g_test_add_func ("/test-messages/unsaid", test_unsaid);
  g_test_add_func ("/test-messages/replies", test_replies);
  return g_test_run ();
}
