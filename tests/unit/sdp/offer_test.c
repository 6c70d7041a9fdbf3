#include "signaling/sdp/offer.h"

#include <string.h>

#include "config/limits.h"
#include "signaling/protocol/problem.h"
#include "tests/unit/sdp/samples.h"

static void
assert_refused (const char *text, gsize length, Problem problem)
{
  g_autoptr (GError) error = NULL;
  SdpOffer *offer = NULL;

  g_assert_false (sdp_offer_parse (text, length, &offer, &error));
  g_assert_error (error, SIGNALING_PROBLEM, (int) problem);
  g_assert_null (offer);
}

static void
test_chromium_room (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("chromium-room");
  const SdpMedia *camera = sdp_offer_get_media (offer, 1);

  g_assert_cmpuint (offer->media->len, ==, 10);
  g_assert_cmpuint (offer->bundle->len, ==, 10);
  g_assert_true (offer->extmap_allow_mixed);
  g_assert_cmpint (camera->kind, ==, SDP_VIDEO);
  g_assert_cmpint (camera->direction, ==, SDP_SEND);
  g_assert_cmpint (camera->setup, ==, SDP_SETUP_ACTPASS);
  g_assert_true (camera->rtcp_mux);
  g_assert_true (camera->rtcp_rsize);
  g_assert_cmpuint (camera->rids->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (camera->rids, 0), ==, "q");
  g_assert_nonnull (camera->ufrag);
  g_assert_true (g_str_has_prefix (camera->fingerprint, "sha-256 "));
  for (guint i = 0; i < offer->media->len; i++)
    g_assert_true (sdp_offer_is_bundled (offer, sdp_offer_get_media (offer, i)));
}

static void
test_firefox_session_fingerprint (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("firefox-room");
  const SdpMedia *camera = sdp_offer_get_media (offer, 1);

  g_assert_nonnull (camera->fingerprint);
  g_assert_true (camera->bundle_only);
  g_assert_true (camera->extmap_allow_mixed);
  g_assert_true (sdp_offer_is_bundled (offer, camera));
  g_assert_cmpuint (camera->rids->len, ==, 3);
  g_assert_cmpuint (camera->ssrcs->len, ==, 3);
  g_assert_cmpuint (g_array_index (camera->rtx_ssrcs, guint32, 0), !=, 0);
}

static void
test_aiortc_rtx_pair (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("aiortc-whip");
  const SdpMedia *video = sdp_offer_get_media (offer, 1);

  g_assert_cmpuint (video->ssrcs->len, ==, 1);
  g_assert_cmpuint (g_array_index (video->ssrcs, guint32, 0), ==, 1450991157);
  g_assert_cmpuint (g_array_index (video->rtx_ssrcs, guint32, 0), ==, 2072292133);
}

/* Both m-lines offer id 2, each for another extension. */
static void
test_extension_collision (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("aiortc-whep");
  const SdpMedia *audio = sdp_offer_get_media (offer, 0);
  const SdpMedia *video = sdp_offer_get_media (offer, 1);

  g_assert_cmpuint (audio->extensions->len, ==, 2);
  g_assert_cmpuint (video->extensions->len, ==, 1);
  const ExtensionSpec *mid = g_ptr_array_index (video->extensions, 0);
  g_assert_cmpint (mid->id, ==, 1);
  g_assert_cmpstr (mid->uri, ==, "urn:ietf:params:rtp-hdrext:sdes:mid");
}

static void
test_mid_missing (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("mid-missing");
  const SdpMedia *media = sdp_offer_get_media (offer, 0);

  g_assert_false (media->has_mid);
  g_assert_cmpstr (media->mid, ==, "m0");
  g_assert_true (sdp_offer_is_bundled (offer, media));
}

static void
test_no_bundle (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("webrtcbin-whip-nobundle");

  g_assert_false (sdp_offer_is_bundled (offer, sdp_offer_get_media (offer, 0)));
}

static void
test_simulcast_alternatives (void)
{
  g_autoptr (SdpOffer) offer = sample_offer ("simulcast-alternatives-paused");
  const SdpMedia *video = sdp_offer_get_media (offer, 1);

  g_assert_cmpuint (video->rids->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (video->rids, 0), ==, "lo");
  g_assert_cmpstr (g_ptr_array_index (video->rids, 1), ==, "hi");
}

static void
test_simulcast_without_extension_is_one_stream (void)
{
  g_autofree char *text = video_offer_text (
      "96", "a=sendonly\r\na=rtpmap:96 VP8/90000\r\na=simulcast:send q;h\r\na=rid:q send\r\n");
  g_autoptr (SdpOffer) offer = offer_of_text (text);

  g_assert_cmpuint (sdp_offer_get_media (offer, 0)->rids->len, ==, 0);
}

/* At the limit and one past it: what no packet could carry is no stream. */
static void
test_rid_limit (void)
{
  g_autofree char *longest = g_strnfill (LIMIT_RID_BYTES, 'r');
  g_autofree char *attributes = g_strdup_printf (
      "a=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
      "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
      "a=rid:%s send\r\na=rid:%sx send\r\na=rid:f send\r\na=simulcast:send %s;%sx;f\r\n",
      longest, longest, longest, longest);
  g_autofree char *text = video_offer_text ("96", attributes);
  g_autoptr (SdpOffer) offer = offer_of_text (text);
  const SdpMedia *video = sdp_offer_get_media (offer, 0);

  g_assert_cmpuint (LIMIT_RID_BYTES, ==, 16); /* RFC 8285: one-byte header extensions */
  g_assert_cmpuint (video->rids->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (video->rids, 0), ==, longest);
  g_assert_cmpstr (g_ptr_array_index (video->rids, 1), ==, "f");
}

static void
test_ssrc_groups (void)
{
  g_autofree char *text = video_offer_text (
      "96", "a=sendonly\r\na=rtpmap:96 VP8/90000\r\na=ssrc-group:SIM 10 20 30\r\n"
            "a=ssrc-group:FID 10 11\r\na=ssrc-group:FID 30 31\r\na=ssrc-group:FEC-FR 20 25\r\n"
            "a=ssrc:10 cname:x\r\na=ssrc:11 cname:x\r\na=ssrc:25 cname:x\r\n");
  g_autoptr (SdpOffer) offer = offer_of_text (text);
  const SdpMedia *media = sdp_offer_get_media (offer, 0);
  const guint32 ssrcs[] = { 10, 20, 30 }, rtx_ssrcs[] = { 11, 0, 31 };

  g_assert_cmpmem (media->ssrcs->data, media->ssrcs->len * 4, ssrcs, sizeof ssrcs);
  g_assert_cmpmem (media->rtx_ssrcs->data, media->rtx_ssrcs->len * 4, rtx_ssrcs, sizeof rtx_ssrcs);
  g_assert_cmpstr (media->cname, ==, "x");
}

static void
test_fingerprints (void)
{
  static const struct {
    const char *value;
    gboolean is_taken;
  } rows[] = {
    { "sha-1 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB", FALSE },
    { "sha-256 AB:AB", FALSE },
    { "SHA-256 ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:"
      "ab:ab:ab:ab:ab",
      TRUE },
    { "sha-256 ZZ:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:"
      "ab:ab:ab:ab:ab",
      FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf (
        "v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
        "a=fingerprint:%s\r\n",
        rows[i].value);
    g_autoptr (SdpOffer) offer = offer_of_text (text);
    g_assert_cmpint (sdp_offer_get_media (offer, 0)->fingerprint != NULL, ==, rows[i].is_taken);
  }
}

static void
test_fmtp_get (void)
{
  static const struct {
    const char *fmtp, *key, *value;
  } rows[] = {
    { "a=1;b=2", "b", "2" },   { "a=1; B = 2 ", "b", "2" }, { "ab=1", "b", NULL },
    { "a;b=3", "b", "3" },     { NULL, "b", NULL },         { "", "b", NULL },
    { "apt=96", "apt", "96" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *value = sdp_fmtp_get (rows[i].fmtp, rows[i].key);
    g_assert_cmpstr (value, ==, rows[i].value);
  }
}

static void
test_malformed (void)
{
  static const char *const texts[] = { "", "v=0\r\n", "hello", "v=0\r\nm=\r\n",
                                       "v=0\r\nm=audio x\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]), PROBLEM_SDP_MALFORMED);
  assert_refused ("v=0\0m=audio", 11, PROBLEM_SDP_MALFORMED);
  assert_refused ("v=0\r\n\xff\xfe", 7, PROBLEM_SDP_MALFORMED);
  g_autofree char *twice = sample_text ("mid-twice");
  assert_refused (twice, strlen (twice), PROBLEM_SDP_MALFORMED);
}

static GString *
base_text (void)
{
  return g_string_new ("v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n");
}

static void
check_limit (const char *line, guint limit, Problem problem)
{
  for (guint n = limit; n <= limit + 1; n++) {
    g_autoptr (GString) text = base_text ();
    g_autoptr (GError) error = NULL;
    g_autoptr (SdpOffer) offer = NULL;

    if (!g_str_has_prefix (line, "m="))
      g_string_append (text, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
    for (guint i = 0; i < n; i++)
      g_string_append (text, line);
    g_assert_cmpint (sdp_offer_parse (text->str, text->len, &offer, &error), ==, n == limit);
    if (n > limit)
      g_assert_error (error, SIGNALING_PROBLEM, (int) problem);
  }
}

static void
test_limits (void)
{
  check_limit ("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", LIMIT_SDP_MEDIA, PROBLEM_SDP_LIMIT);
  check_limit ("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", LIMIT_SDP_CANDIDATES,
               PROBLEM_SDP_LIMIT);
  check_limit ("a=x\r\n", SDP_LINES_MAX - 5, PROBLEM_SDP_LIMIT);
}

static void
test_size_limit (void)
{
  g_autoptr (GString) text = base_text ();
  g_autoptr (SdpOffer) offer = NULL;

  g_string_append (text, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
  while (text->len < LIMIT_SDP_BYTES - 1002)
    g_string_append_printf (text, "a=x:%0995d\r\n", 0);
  while (text->len < LIMIT_SDP_BYTES - 2)
    g_string_append_c (text, 'a');
  g_string_append (text, "\r\n");
  g_assert_cmpuint (text->len, ==, LIMIT_SDP_BYTES);
  g_assert_true (sdp_offer_parse (text->str, text->len, &offer, NULL));
  g_string_append_c (text, '\n');
  assert_refused (text->str, text->len, PROBLEM_SDP_TOO_LARGE);
}

static void
test_line_limit (void)
{
  for (guint n = SDP_LINE_MAX; n <= SDP_LINE_MAX + 1; n++) {
    g_autoptr (GString) text = base_text ();
    g_autofree char *value = g_strnfill (n - strlen ("a=x:\r"), 'y');
    g_autoptr (SdpOffer) offer = NULL;

    g_string_append_printf (text, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=x:%s\r\n", value);
    if (n == SDP_LINE_MAX)
      g_assert_true (sdp_offer_parse (text->str, text->len, &offer, NULL));
    else
      assert_refused (text->str, text->len, PROBLEM_SDP_LIMIT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/offer/chromium-room", test_chromium_room);
  g_test_add_func ("/sdp/offer/firefox-session-fingerprint", test_firefox_session_fingerprint);
  g_test_add_func ("/sdp/offer/aiortc-rtx-pair", test_aiortc_rtx_pair);
  g_test_add_func ("/sdp/offer/extension-collision", test_extension_collision);
  g_test_add_func ("/sdp/offer/mid-missing", test_mid_missing);
  g_test_add_func ("/sdp/offer/no-bundle", test_no_bundle);
  g_test_add_func ("/sdp/offer/simulcast-alternatives", test_simulcast_alternatives);
  g_test_add_func ("/sdp/offer/simulcast-without-extension",
                   test_simulcast_without_extension_is_one_stream);
  g_test_add_func ("/sdp/offer/rid-limit", test_rid_limit);
  g_test_add_func ("/sdp/offer/line-limit", test_line_limit);
  g_test_add_func ("/sdp/offer/ssrc-groups", test_ssrc_groups);
  g_test_add_func ("/sdp/offer/fingerprints", test_fingerprints);
  g_test_add_func ("/sdp/offer/fmtp-get", test_fmtp_get);
  g_test_add_func ("/sdp/offer/malformed", test_malformed);
  g_test_add_func ("/sdp/offer/limits", test_limits);
  g_test_add_func ("/sdp/offer/size-limit", test_size_limit);
  return g_test_run ();
}
