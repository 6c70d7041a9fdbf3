/* The offer has what an answerer needs; an answer is taken apart, a broken one refused. */
#include "pipelines/client/description.h"

#include <gio/gio.h>

#define ANSWER_HEAD                                                                                \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"                              \
  "a=fingerprint:sha-256 AB:CD\r\na=group:BUNDLE 0 1\r\n"
#define ANSWER_AUDIO                                                                               \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:uf\r\n"           \
  "a=ice-pwd:secretsecretsecretsecret\r\na=setup:passive\r\na=recvonly\r\n"                        \
  "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"                                             \
  "a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
#define CANDIDATE "a=candidate:1 1 UDP 2130706431 127.0.0.1 50000 typ host\r\n"
#define ANSWER_VIDEO_REFUSED "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"

static void
test_offer_has_its_lines (void)
{
  const OfferLine lines[] = { { LINE_MIC, 11 }, { LINE_CAMERA, 22 }, { LINE_MAIN, 0 } };
  Offer offer = { "uf", "pw", "sha-256 AA", "room", lines, G_N_ELEMENTS (lines) };
  g_autofree char *text = offer_to_text (&offer);
  g_assert_nonnull (strstr (text, "a=group:BUNDLE 0 1 2\r\n"));
  g_assert_nonnull (strstr (text, "a=ssrc:11 cname:room\r\n"));
  g_assert_nonnull (strstr (text, "a=ssrc:22 cname:room\r\n"));
  g_assert_nonnull (strstr (text, "a=recvonly\r\n"));
  g_assert_null (strstr (text, "a=ssrc:0 "));
}

static void
test_answer_is_taken_apart (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Answer) answer =
      answer_parse (ANSWER_HEAD ANSWER_AUDIO CANDIDATE ANSWER_VIDEO_REFUSED, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer->ufrag, ==, "uf");
  g_assert_cmpstr (answer->fingerprint, ==, "sha-256 AB:CD");
  g_assert_false (answer->peer_is_active);
  g_assert_cmpuint (answer->candidates->len, ==, 1);
  g_assert_cmpuint (g_array_index (answer->candidates, AnswerCandidate, 0).port, ==, 50000);
  g_assert_cmpuint (answer->lines->len, ==, 2);
  AnswerLine *audio = &g_array_index (answer->lines, AnswerLine, 0);
  g_assert_true (audio->accepted);
  g_assert_cmpint (audio->mid_extension, ==, 1);
  g_assert_cmpint (audio->level_extension, ==, 2);
  g_assert_false (g_array_index (answer->lines, AnswerLine, 1).accepted);
}

static void
test_broken_answers_are_refused (void)
{
  static const char *const broken[] = {
    "",
    "nonsense",
    ANSWER_HEAD,
    ANSWER_HEAD ANSWER_AUDIO,
    ANSWER_HEAD ANSWER_AUDIO "a=candidate:1 1 UDP 1 127.0.0.1 70000 typ host\r\n",
    ANSWER_HEAD ANSWER_AUDIO "a=candidate:1 1 TCP 1 127.0.0.1 9 typ host\r\n",
  };
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (answer_parse (broken[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/description/offer", test_offer_has_its_lines);
  g_test_add_func ("/client/description/answer", test_answer_is_taken_apart);
  g_test_add_func ("/client/description/broken", test_broken_answers_are_refused);
  return g_test_run ();
}
