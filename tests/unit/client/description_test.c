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
  "a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"                                     \
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
#define CANDIDATE "a=candidate:1 1 UDP 2130706431 127.0.0.1 50000 typ host\r\n"
#define ANSWER_SLOT                                                                                \
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sendonly\r\n"             \
  "a=ssrc-group:FID 1234 5678\r\na=ssrc:1234 cname:c\r\na=ssrc:5678 cname:c\r\n"
#define ANSWER_VIDEO_REFUSED "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"

static const LineRole roles[] = { LINE_MIC, LINE_CAMERA, LINE_MAIN };

static void
test_offer_has_its_lines (void)
{
  g_autoptr (Offer) offer = offer_new (roles, G_N_ELEMENTS (roles), "sha-256 AA", CODEC_VP8);
  g_autofree char *text = offer_to_text (offer);
  g_autofree char *camera =
      g_strdup_printf ("a=ssrc:%u cname:%s\r\n", offer->lines[1].ssrc, offer->cname);
  g_assert_nonnull (strstr (text, "a=group:BUNDLE 0 1 2\r\n"));
  g_assert_nonnull (strstr (text, camera));
  g_assert_nonnull (strstr (text, "a=recvonly\r\n"));
  g_assert_null (strstr (text, "a=ssrc:0 "));
  /* one codec is sent, both are received, with RTX */
  g_assert_nonnull (strstr (text, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"));
  g_assert_nonnull (strstr (text, "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99\r\n"));
  g_assert_cmpuint (offer->lines[2].ssrc, ==, 0);
}

/* On each line, for what it sends or receives; and of nobody who did not ask for it. */
static void
test_feedback_is_offered_when_wanted (void)
{
  g_autoptr (Offer) offer = offer_new (roles, G_N_ELEMENTS (roles), "sha-256 AA", CODEC_VP8);
  g_autofree char *without = offer_to_text (offer);
  g_autofree char *with = NULL;
  g_auto (GStrv) extensions = NULL, feedback = NULL;

  offer->has_feedback = TRUE;
  with = offer_to_text (offer);
  extensions = g_strsplit (with, "transport-wide-cc-extensions-01\r\n", -1);
  feedback = g_strsplit (with, " transport-cc\r\n", -1);
  g_assert_cmpuint (g_strv_length (extensions), ==, G_N_ELEMENTS (roles) + 1);
  g_assert_cmpuint (g_strv_length (feedback), ==, 1 + 1 + 2 + 1); /* of each codec */
  g_assert_null (strstr (without, "transport"));
  g_assert_null (strstr (without, "rsize"));
}

static void
test_offers_differ (void)
{
  g_autoptr (Offer) a = offer_new (roles, G_N_ELEMENTS (roles), "sha-256 AA", CODEC_H264);
  g_autoptr (Offer) b = offer_new (roles, G_N_ELEMENTS (roles), "sha-256 AA", CODEC_H264);
  g_autofree char *text = offer_to_text (a);
  g_assert_cmpstr (a->ufrag, !=, b->ufrag);
  g_assert_cmpstr (a->pwd, !=, b->pwd);
  g_assert_cmpuint (strlen (a->pwd), >=, 22); /* RFC 8839 5.4 */
  g_assert_cmpuint (a->lines[1].ssrc, !=, b->lines[1].ssrc);
  g_assert_nonnull (strstr (text, "m=video 9 UDP/TLS/RTP/SAVPF 98\r\n"));
  g_assert_nonnull (strstr (text, "profile-level-id=42e01f"));
}

static void
test_payload_types (void)
{
  static const struct {
    guint payload_type;
    Codec codec;
    gboolean is_rtx;
  } rows[] = { { 111, CODEC_OPUS, FALSE }, { 96, CODEC_VP8, FALSE }, { 97, CODEC_VP8, TRUE },
               { 98, CODEC_H264, FALSE },  { 99, CODEC_H264, TRUE }, { 0, CODEC_UNKNOWN, FALSE } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean is_rtx = TRUE;
    g_assert_cmpint (description_codec (rows[i].payload_type, &is_rtx), ==, rows[i].codec);
    g_assert_cmpint (is_rtx, ==, rows[i].is_rtx);
  }
}

static void
test_answer_is_taken_apart (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Answer) answer =
      answer_parse (ANSWER_HEAD ANSWER_AUDIO CANDIDATE ANSWER_VIDEO_REFUSED ANSWER_SLOT, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer->ufrag, ==, "uf");
  g_assert_cmpstr (answer->fingerprint, ==, "sha-256 AB:CD");
  g_assert_false (answer->peer_is_active);
  g_assert_cmpuint (answer->candidates->len, ==, 1);
  g_assert_cmpuint (g_array_index (answer->candidates, AnswerCandidate, 0).port, ==, 50000);
  g_assert_cmpuint (answer->lines->len, ==, 3);
  AnswerLine *audio = &g_array_index (answer->lines, AnswerLine, 0);
  g_assert_true (audio->accepted);
  g_assert_cmpint (audio->mid_extension, ==, 1);
  g_assert_cmpint (audio->level_extension, ==, 2);
  g_assert_cmpint (audio->transport_seq_extension, ==, 3);
  g_assert_false (g_array_index (answer->lines, AnswerLine, 1).accepted);
  const AnswerLine *slot = &g_array_index (answer->lines, AnswerLine, 2);
  g_assert_cmpuint (slot->ssrc, ==, 1234);
  g_assert_cmpuint (slot->rtx_ssrc, ==, 5678);
}

/* As many as are taken, and one past them: of candidates the rest is left, of lines none is. */
static void
test_answer_is_bounded (void)
{
  for (guint past = 0; past <= 1; past++) {
    g_autoptr (GString) text = g_string_new (ANSWER_HEAD ANSWER_AUDIO);
    g_autoptr (Answer) answer = NULL;

    for (guint i = 0; i < DESCRIPTION_MAX_CANDIDATES + past; i++)
      g_string_append (text, CANDIDATE);
    answer = answer_parse (text->str, NULL);
    g_assert_cmpuint (answer->candidates->len, ==, DESCRIPTION_MAX_CANDIDATES);
  }
  for (guint past = 0; past <= 1; past++) {
    g_autoptr (GString) text = g_string_new (ANSWER_HEAD ANSWER_AUDIO CANDIDATE);
    g_autoptr (Answer) answer = NULL;

    for (guint i = 1; i < DESCRIPTION_MAX_LINES + past; i++)
      g_string_append (text, ANSWER_SLOT);
    answer = answer_parse (text->str, NULL);
    g_assert_cmpint (answer != NULL, ==, past == 0);
    g_assert_true (answer == NULL || answer->lines->len == DESCRIPTION_MAX_LINES);
  }
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
  g_test_add_func ("/client/description/new", test_offers_differ);
  g_test_add_func ("/client/description/feedback", test_feedback_is_offered_when_wanted);
  g_test_add_func ("/client/description/payload-types", test_payload_types);
  g_test_add_func ("/client/description/answer", test_answer_is_taken_apart);
  g_test_add_func ("/client/description/bounds", test_answer_is_bounded);
  g_test_add_func ("/client/description/broken", test_broken_answers_are_refused);
  return g_test_run ();
}
