/* What a test means, by a table: what the room told, light and advice. */
#include "signaling/meeting/room_test.h"

#include <string.h>

/* As a good room tells it; parts are put in its place. */
#define GOOD_LINE                                                                                  \
  "\"line\":{\"network\":\"ethernet\",\"up_kbps\":1200,\"down_kbps\":1200,\"up_loss\":0,"          \
  "\"down_loss\":0,\"up_jitter_ms\":2,\"down_jitter_ms\":2,\"rtt_ms\":15,\"seconds\":15}"
#define GOOD_MIC "\"mic\":{\"ok\":true,\"level\":18}"
#define GOOD_CAMERA "\"camera\":{\"ok\":true,\"dark\":false,\"height\":720}"
#define GOOD_REST                                                                                  \
  "\"speaker\":\"yes\",\"echo\":{\"ok\":true},\"loop\":{\"seen\":true,\"heard\":true},"            \
  "\"reach\":{\"udp\":true,\"tcp\":true}"
#define WITH_LINE(line) GOOD_MIC "," GOOD_CAMERA "," GOOD_REST ",\"line\":{" line "}"
#define WITH_REST(rest) GOOD_MIC "," GOOD_CAMERA "," GOOD_LINE "," rest

static const RelayLine unknown_relay = { TEST_UNKNOWN, TEST_UNKNOWN, TEST_UNKNOWN, TEST_UNKNOWN };
static const TestTerms usual = { 10, 50, 1200 };

static TestVerdict
judge (const char *parts, const RelayLine *relay, const TestTerms *terms)
{
  g_autofree char *text = g_strconcat ("{\"test\":\"t\",", parts, "}", NULL);
  g_autoptr (TestResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TestVerdict verdict;

  record_decode_text (&test_result_type, text, strlen (text), 4096, (gpointer *) &result, &error);
  g_assert_no_error (error);
  room_test_judge (result, relay, terms, &verdict);
  return verdict;
}

static void
assert_verdict (const TestVerdict *verdict, const char *light, const char *advice)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < verdict->n_advices; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "",
                            test_advice_words (verdict->advices[i])->id);
  g_assert_cmpstr (ids->str, ==, advice);
  g_assert_cmpstr (test_light_names[verdict->light], ==, light);
}

static void
test_table (void)
{
  static const struct {
    const char *parts, *light, *advice;
  } rows[] = {
    { GOOD_MIC "," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "good", "" },
    /* loss, at each threshold and one past it */
    { WITH_LINE ("\"up_loss\":9,\"down_loss\":9"), "good", "" },
    { WITH_LINE ("\"up_loss\":10,\"down_loss\":0"), "fair", "loss_up" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":50"), "fair", "loss_down" },
    { WITH_LINE ("\"up_loss\":51,\"down_loss\":10"), "bad", "loss_up loss_down" },
    { WITH_LINE ("\"up_loss\":10,\"down_loss\":51"), "bad", "loss_down loss_up" },
    /* Wi-Fi is named with the fault, and is none by itself */
    { WITH_LINE ("\"network\":\"wifi\",\"up_loss\":0,\"down_loss\":0"), "good", "" },
    { WITH_LINE ("\"network\":\"wifi\",\"up_loss\":20,\"down_loss\":0"), "fair",
      "use_cable loss_up" },
    { WITH_LINE ("\"network\":\"wifi\",\"up_loss\":60,\"down_loss\":0"), "bad",
      "use_cable loss_up" },
    { WITH_LINE ("\"network\":\"cellular\",\"up_loss\":60,\"down_loss\":0"), "bad", "loss_up" },
    /* throughput */
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"up_kbps\":1080,\"down_kbps\":1080"), "good", "" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"up_kbps\":1079"), "fair", "narrow_up" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"down_kbps\":384"), "fair", "narrow_down" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"down_kbps\":383"), "bad", "narrow_down" },
    /* jitter and delay */
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"up_jitter_ms\":40"), "good", "" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"down_jitter_ms\":41"), "fair", "jitter" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"down_jitter_ms\":101"), "bad", "jitter" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"rtt_ms\":150"), "good", "" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"rtt_ms\":151"), "fair", "far" },
    { WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"rtt_ms\":251"), "bad", "far" },
    { WITH_LINE ("\"network\":\"wifi\",\"up_loss\":0,\"down_loss\":0,\"up_jitter_ms\":200"), "bad",
      "use_cable jitter" },
    { WITH_LINE (""), "fair", "line_unknown" },
    { WITH_LINE ("\"up_loss\":0"), "fair", "line_unknown" },
    /* reach */
    { WITH_REST ("\"speaker\":\"yes\",\"reach\":{\"udp\":false,\"tcp\":true}"), "fair",
      "tcp_only" },
    { WITH_REST ("\"speaker\":\"yes\",\"reach\":{\"udp\":false}"), "fair", "tcp_only" },
    { WITH_REST ("\"speaker\":\"yes\",\"reach\":{\"udp\":true,\"tcp\":false}"), "good", "" },
    { WITH_REST ("\"speaker\":\"yes\",\"reach\":{\"udp\":false,\"tcp\":false}"), "bad", "no_udp" },
    /* the loop and the loudspeaker */
    { WITH_REST ("\"speaker\":\"yes\",\"loop\":{\"seen\":false,\"heard\":true}"), "bad",
      "loop_not_seen" },
    { WITH_REST ("\"speaker\":\"yes\",\"loop\":{\"seen\":true,\"heard\":false}"), "bad",
      "loop_not_heard" },
    { WITH_REST ("\"speaker\":\"yes\",\"loop\":{}"), "good", "" },
    { WITH_REST ("\"speaker\":\"no\""), "bad", "speaker_not_heard" },
    { WITH_REST ("\"speaker\":\"skipped\""), "fair", "speaker_not_answered" },
    { WITH_REST ("\"echo\":{\"ok\":true}"), "fair", "speaker_not_answered" },
    { WITH_REST ("\"speaker\":\"yes\",\"echo\":{\"ok\":false,\"db\":6}"), "bad", "echo" },
    /* devices */
    { "\"mic\":{\"ok\":false}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "bad", "mic_silent" },
    { "\"mic\":{\"ok\":false,\"level\":127}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "bad",
      "mic_silent" },
    { "\"mic\":{\"level\":59}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "fair", "mic_low" },
    { "\"mic\":{\"level\":60}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "bad", "mic_silent" },
    { "\"mic\":{\"ok\":true,\"level\":40}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "good", "" },
    { "\"mic\":{\"ok\":true,\"level\":41}," GOOD_CAMERA "," GOOD_REST "," GOOD_LINE, "fair",
      "mic_low" },
    { GOOD_MIC ",\"camera\":{\"ok\":false}," GOOD_REST "," GOOD_LINE, "bad", "no_camera" },
    { GOOD_MIC ",\"camera\":{\"ok\":true,\"dark\":true}," GOOD_REST "," GOOD_LINE, "fair",
      "camera_dark" },
    { GOOD_MIC ",\"camera\":{\"ok\":false,\"dark\":true}," GOOD_REST "," GOOD_LINE, "fair",
      "camera_dark" },
    /* what was not tried is never green */
    { GOOD_REST "," GOOD_LINE, "fair", "not_complete" },
    { "\"speaker\":\"unknown\"", "fair", "speaker_not_answered line_unknown not_complete" },
    /* all at once: red first, each in the order of the table */
    { "\"mic\":{\"ok\":false},\"camera\":{\"ok\":true,\"dark\":true},\"speaker\":\"skipped\","
      "\"echo\":{\"ok\":false},\"line\":{\"network\":\"wifi\",\"up_loss\":60,\"down_loss\":12}",
      "bad", "use_cable loss_up mic_silent echo loss_down camera_dark speaker_not_answered" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TestVerdict verdict = judge (rows[i].parts, &unknown_relay, &usual);
    g_test_message ("%u: %s", i, rows[i].parts);
    assert_verdict (&verdict, rows[i].light, rows[i].advice);
  }
}

/* The relay's figure counts where the page has none. */
static void
test_relay (void)
{
  static const RelayLine relay = { 60, 20, 300, TEST_UNKNOWN };
  TestVerdict none = judge (WITH_LINE (""), &relay, &usual);
  TestVerdict page =
      judge (WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"rtt_ms\":10"), &relay, &usual);
  TestVerdict part = judge (WITH_LINE ("\"up_loss\":0"), &relay, &usual);
  TestVerdict no_line = judge (GOOD_MIC "," GOOD_CAMERA "," GOOD_REST, &relay, &usual);

  assert_verdict (&none, "bad", "loss_up far loss_down");
  assert_verdict (&page, "good", "");
  assert_verdict (&part, "bad", "far loss_down");
  assert_verdict (&no_line, "bad", "loss_up far loss_down");
}

/* A camera that sends little is no narrow line, if the relay carried all of it. */
static void
test_little_comes_back (void)
{
  static const RelayLine wide = { 0, 0, 10, TRUE }, narrow = { 0, 0, 10, FALSE };
  TestVerdict little = judge (WITH_LINE ("\"down_kbps\":300"), &wide, &usual);
  TestVerdict less = judge (WITH_LINE ("\"down_kbps\":300"), &narrow, &usual);
  TestVerdict up = judge (WITH_LINE ("\"up_kbps\":300"), &wide, &usual);

  assert_verdict (&little, "good", "");
  assert_verdict (&less, "bad", "narrow_down");
  assert_verdict (&up, "bad", "narrow_up");
}

static void
test_terms (void)
{
  static const TestTerms strict = { 1, 5, 4000 }, narrow = { 10, 50, 200 };
  TestVerdict verdict =
      judge (WITH_LINE ("\"up_loss\":1,\"down_loss\":6"), &unknown_relay, &strict);

  assert_verdict (&verdict, "bad", "loss_down loss_up");
  verdict =
      judge (WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"up_kbps\":3000"), &unknown_relay, &strict);
  assert_verdict (&verdict, "fair", "narrow_up");
  /* a line that is bound lower has to carry no more than that */
  verdict = judge (WITH_LINE ("\"up_loss\":0,\"down_loss\":0,\"up_kbps\":190,\"down_kbps\":150"),
                   &unknown_relay, &narrow);
  assert_verdict (&verdict, "bad", "narrow_down");
}

/* Each has a sentence in both languages that can be told apart, and its id finds it. */
static void
test_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < N_TEST_ADVICES; i++) {
    const TestWords *words = test_advice_words ((TestAdvice) i);
    TestAdvice advice = N_TEST_ADVICES;
    g_assert_true (g_hash_table_add (seen, (char *) words->id));
    g_assert_true (g_hash_table_add (seen, (char *) words->vi));
    g_assert_true (g_hash_table_add (seen, (char *) words->en));
    g_assert_true (test_advice_from_id (words->id, &advice));
    g_assert_cmpint (advice, ==, i);
  }
  TestAdvice advice = N_TEST_ADVICES;
  g_assert_false (test_advice_from_id ("other", &advice));
  g_assert_false (test_advice_from_id (NULL, &advice));
}

static void
test_light_names_find (void)
{
  TestLight light = TEST_LIGHT_NONE;

  g_assert_true (test_light_from_string ("bad", &light));
  g_assert_cmpint (light, ==, TEST_LIGHT_BAD);
  g_assert_false (test_light_from_string ("red", &light));
  g_assert_false (test_light_from_string (NULL, &light));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/room-test/table", test_table);
  g_test_add_func ("/room-test/relay", test_relay);
  g_test_add_func ("/room-test/little-comes-back", test_little_comes_back);
  g_test_add_func ("/room-test/terms", test_terms);
  g_test_add_func ("/room-test/words", test_words);
  g_test_add_func ("/room-test/lights", test_light_names_find);
  return g_test_run ();
}
