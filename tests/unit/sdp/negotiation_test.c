#include "signaling/sdp/fragment.h"
#include "signaling/sdp/negotiation.h"

#include <string.h>

#include "signaling/protocol/problem.h"
#include "signaling/sdp/codec_choice.h"
#include "tests/unit/sdp/samples.h"

#define FINGERPRINT "sha-256 01:02"

static char *
answer_of (const Negotiation *negotiation)
{
  g_autoptr (TransportIceReply) local = sample_local ();

  return sdp_negotiation_answer (negotiation, local, FINGERPRINT, 1);
}

static guint
count_text (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = strstr (text, part); p != NULL; p = strstr (p + 1, part))
    n++;
  return n;
}

/* Every client's offer is accepted with these lines, in order: role and first codec. */
static void
test_clients (void)
{
  static const struct {
    const char *name;
    SdpDirection allowed;
    const char *lines;
  } rows[] = {
    { "chromium-room", SDP_SEND_RECEIVE,
      "mic:red camera:VP8 content:VP8 audio:opus audio:opus audio:opus main:VP8 "
      "content_view:VP8 tile:VP8 tile:VP8" },
    { "firefox-room", SDP_SEND_RECEIVE,
      "mic:opus camera:VP8 content:VP8 audio:opus audio:opus audio:opus main:VP8 "
      "content_view:VP8 tile:VP8 tile:VP8" },
    { "chromium-whip", SDP_SEND, "mic:red camera:VP8" },
    { "chromium-whep", SDP_RECEIVE, "audio:opus main:VP8 refused" },
    { "firefox-whip", SDP_SEND, "mic:opus camera:VP8" },
    { "firefox-whep", SDP_RECEIVE, "audio:opus main:VP8 refused" },
    { "aiortc-whip", SDP_SEND, "mic:opus camera:VP8" },
    { "aiortc-whep", SDP_RECEIVE, "audio:opus main:VP8" },
    { "webrtcbin-whip-vp8", SDP_SEND, "mic:opus camera:VP8" },
    { "webrtcbin-whip-h264", SDP_SEND, "mic:opus camera:H264" },
    { "webrtcbin-whep-h264", SDP_RECEIVE, "audio:opus main:H264" },
    { "webrtcbin-whep-vp8", SDP_RECEIVE, "audio:opus main:VP8" },
    { "load-whip-strict", SDP_SEND, "mic:opus camera:VP8" },
    { "load-whip-chrome", SDP_SEND, "mic:opus camera:VP8" },
    { "load-whep-compat", SDP_RECEIVE, "audio:opus main:VP8" },
    { "mid-missing", SDP_RECEIVE, "audio:opus" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Negotiation) negotiation = negotiate_sample (rows[i].name, rows[i].allowed);
    g_autoptr (GString) lines = g_string_new (NULL);

    for (guint k = 0; k < negotiation->offer->media->len; k++) {
      SdpRole role = negotiation->lines[k].role;
      g_string_append_printf (lines, "%s%s", k > 0 ? " " : "", sdp_role_names[role]);
      if (role != SDP_ROLE_REFUSED)
        g_string_append_printf (lines, ":%s", line_codec (negotiation, k, 0)->name);
    }
    g_assert_cmpstr (lines->str, ==, rows[i].lines);
    g_autofree char *answer = answer_of (negotiation);
    g_autoptr (SdpOffer) read_back = offer_of_text (answer);
    g_assert_cmpuint (read_back->media->len, ==, negotiation->offer->media->len);
    g_assert_cmpuint (count_text (answer, "a=candidate:"), ==, 1);
    g_assert_cmpuint (count_text (answer, "a=setup:passive\r\n"), ==, negotiation->n_accepted);
  }
}

static void
test_chromium_room (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("chromium-room", SDP_SEND_RECEIVE);
  const TransportCreateRequest *request = negotiation->request;
  const TrackSpec *camera = g_ptr_array_index (request->tracks, 1);
  const SlotSpec *main_slot = negotiation->lines[6].slot;

  g_assert_cmpint (request->dtls_role, ==, CONTROL_DTLS_SERVER);
  g_assert_cmpuint (request->tracks->len, ==, 3);
  g_assert_cmpuint (request->slots->len, ==, 7);
  g_assert_cmpstr (camera->track, ==, "t.m1.38-1.1/camera");
  g_assert_cmpuint (camera->codecs->len, ==, 1);
  g_assert_cmpuint (g_strv_length (camera->rids), ==, 3);
  g_assert_cmpuint (camera->ssrcs->len, ==, 0);
  g_assert_cmpint (line_codec (negotiation, 1, 0)->rtx_pt, ==, 97);
  g_assert_cmpuint (line_codec (negotiation, 1, 0)->feedback, ==,
                    FEEDBACK_NACK | FEEDBACK_PLI | FEEDBACK_FIR | FEEDBACK_TWCC);
  g_assert_cmpstr (main_slot->slot, ==, "t.m1.38-1.1/main");
  g_assert_cmpuint (main_slot->codecs->len, ==, 4);
  g_assert_cmpstr (line_codec (negotiation, 6, 3)->name, ==, "AV1");
  g_assert_cmpuint (main_slot->ssrc, !=, 0);
  g_assert_cmpuint (main_slot->rtx_ssrc, !=, 0);
  g_assert_cmpstr (main_slot->cname, ==, "hall");
  g_assert_cmpstr (negotiation->lines[3].slot->cname, ==, "hall");
  g_assert_cmpstr (negotiation->lines[4].slot->cname, ==, "a1");
  /* the highest H.264 profile that it decodes, in packetization mode 1 */
  g_autofree char *mode = sdp_fmtp_get (line_codec (negotiation, 6, 1)->fmtp, "packetization-mode");
  g_assert_cmpstr (mode, ==, "1");
}

/* RFC 6544 4.5: behind those by UDP, with its type. */
static void
test_tcp_candidate (void)
{
  g_autoptr (TransportIceReply) local = sample_local ();
  g_autoptr (GString) sdp = g_string_new (NULL);
  CandidateSpec *passive = candidate_spec_new ();

  passive->foundation = g_strdup ("2");
  passive->priority = 1518280447;
  passive->address = g_strdup ("192.0.2.10");
  passive->port = 50000;
  passive->tcp = TRUE;
  g_ptr_array_add (local->candidates, passive);
  sdp_append_candidates (sdp, local);
  g_assert_cmpstr (sdp->str, ==,
                   "a=candidate:1 1 udp 2130706431 192.0.2.10 50000 typ host\r\n"
                   "a=candidate:2 1 tcp 1518280447 192.0.2.10 50000 typ host tcptype passive\r\n"
                   "a=end-of-candidates\r\n");
}

static void
test_chromium_answer (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("chromium-room", SDP_SEND_RECEIVE);
  g_autofree char *answer = answer_of (negotiation);

  g_assert_nonnull (strstr (answer, "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9\r\na=ice-lite\r\n"));
  g_assert_nonnull (strstr (answer, "a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\n"
                                    "a=simulcast:recv q;h;f\r\n"));
  g_assert_nonnull (strstr (answer, "a=fmtp:111 minptime=10;useinbandfec=1\r\n"));
  g_assert_nonnull (strstr (answer, "m=audio 50000 UDP/TLS/RTP/SAVPF 63 111\r\n"
                                    "c=IN IP4 192.0.2.10\r\n"));
  g_assert_nonnull (strstr (answer, "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"));
  g_assert_nonnull (strstr (answer, "m=audio 50000 UDP/TLS/RTP/SAVPF 111 63\r\n")); /* a slot */
  g_assert_nonnull (strstr (answer, "a=candidate:1 1 udp 2130706431 192.0.2.10 50000 typ host\r\n"
                                    "a=end-of-candidates\r\n"));
  g_assert_nonnull (strstr (answer, "a=msid:hall main\r\n"));
  g_assert_cmpuint (count_text (answer, "a=recvonly\r\n"), ==, 3);
  g_assert_cmpuint (count_text (answer, "a=sendonly\r\n"), ==, 7);
  g_assert_cmpuint (count_text (answer, "goog-remb"), ==, 0);
  g_assert_cmpuint (count_text (answer, "rtp-stream-id\r\n"), ==, 4);
}

static void
test_ssrcs_are_stable_and_unique (void)
{
  g_autoptr (Negotiation) a = negotiate_sample ("chromium-room", SDP_SEND_RECEIVE);
  g_autoptr (Negotiation) b = negotiate_sample ("firefox-room", SDP_SEND_RECEIVE);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < a->request->slots->len; i++) {
    const SlotSpec *first = g_ptr_array_index (a->request->slots, i);
    const SlotSpec *second = g_ptr_array_index (b->request->slots, i);
    g_assert_cmpuint (first->ssrc, ==, second->ssrc);
    g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (first->ssrc)));
    if (first->rtx_ssrc != 0)
      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (first->rtx_ssrc)));
  }
}

static void
test_refused_line_of_data_channel (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("chromium-whep", SDP_RECEIVE);
  g_autofree char *answer = answer_of (negotiation);

  g_assert_nonnull (strstr (answer, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                                    "c=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:2\r\n"));
  g_assert_nonnull (strstr (answer, "a=group:BUNDLE 0 1\r\n"));
}

static void
test_mid_missing_stays_missing (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("mid-missing", SDP_RECEIVE);
  g_autofree char *answer = answer_of (negotiation);

  g_assert_null (strstr (answer, "a=mid:"));
  g_assert_null (strstr (answer, "a=group:"));
}

static void
test_two_byte_ids (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("extmap-two-byte-ids", SDP_SEND);
  const TrackSpec *mic = negotiation->lines[0].track;
  gboolean has_30 = FALSE;

  for (guint i = 0; i < mic->extensions->len; i++)
    has_30 |= ((const ExtensionSpec *) g_ptr_array_index (mic->extensions, i))->id == 30;
  g_assert_true (has_30);
  g_autofree char *answer = answer_of (negotiation);
  g_assert_nonnull (strstr (answer, "a=extmap-allow-mixed\r\n"));
}

/* Which H.264 payload type is taken: published by the peer, and received by it. */
static void
test_h264_choice (void)
{
  static const struct {
    const char *fmtps[3];    /* of payload types 96, 97, 98 */
    int published, received; /* -1 = none */
  } rows[] = {
    { { "packetization-mode=1;profile-level-id=42e01f" }, 96, 96 },
    { { "packetization-mode=0;profile-level-id=42e01f" }, -1, -1 },
    { { "packetization-mode=0;profile-level-id=42e01f",
        "packetization-mode=1;profile-level-id=640c1f",
        "packetization-mode=1;profile-level-id=42e01f" },
      98,
      97 },
    { { "packetization-mode=1;profile-level-id=42001f",
        "packetization-mode=1;profile-level-id=4d001f" },
      96,
      97 },
    { { "profile-level-id=42e01f" }, 96, 96 },
    { { "" }, 96, 96 },
    { { "packetization-mode=1" }, 96, 96 },
    { { "packetization-mode=1;profile-level-id=f4001f" }, -1, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) attributes = g_string_new ("a=sendrecv\r\n");
    for (guint k = 0; k < 3 && rows[i].fmtps[k] != NULL; k++) {
      g_string_append_printf (attributes, "a=rtpmap:%u H264/90000\r\n", 96 + k);
      if (*rows[i].fmtps[k] != '\0')
        g_string_append_printf (attributes, "a=fmtp:%u %s\r\n", 96 + k, rows[i].fmtps[k]);
    }
    g_autofree char *text = video_offer_text ("96 97 98", attributes->str);
    g_autoptr (SdpOffer) offer = offer_of_text (text);
    for (int is_published = 0; is_published <= 1; is_published++) {
      g_autoptr (GPtrArray) codecs = sdp_choose_codecs (sdp_offer_get_media (offer, 0),
                                                        &sdp_default_preferences, is_published);
      int wanted = is_published ? rows[i].published : rows[i].received;
      int chosen = codecs->len > 0 ? ((CodecSpec *) g_ptr_array_index (codecs, 0))->pt : -1;
      g_assert_cmpint (chosen, ==, wanted);
    }
  }
}

static void
test_codec_order (void)
{
  static const char *const order[] = { "H264", "VP8", NULL };
  static const SdpPreferences h264_first = { .video_codecs = order };
  g_autoptr (SdpOffer) offer = sample_offer ("chromium-whip");
  g_autoptr (GPtrArray) codecs =
      sdp_choose_codecs (sdp_offer_get_media (offer, 1), &h264_first, TRUE);

  g_assert_cmpuint (codecs->len, ==, 1);
  g_assert_cmpstr (((CodecSpec *) g_ptr_array_index (codecs, 0))->name, ==, "H264");
}

static char *
audio_offer_text (const char *attributes)
{
  g_autofree char *all =
      g_strconcat ("a=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n", attributes, NULL);
  g_autofree char *video = video_offer_text ("111 63", all);
  g_auto (GStrv) parts = g_strsplit (video, "m=video", 2);

  return g_strjoinv ("m=audio", parts);
}

/* Redundant sound is agreed on where all its blocks are the Opus of the line. */
static void
test_red (void)
{
  static const struct {
    const char *attributes;
    gboolean agreed;
  } rows[] = {
    { "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n", TRUE },
    { "a=rtpmap:63 RED/48000/2\r\na=fmtp:63 111/111/111\r\n", TRUE },
    { "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/9\r\n", FALSE },
    { "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111;x\r\n", FALSE },
    { "a=rtpmap:63 red/48000/2\r\n", FALSE },
    { "a=rtpmap:63 red/8000\r\na=fmtp:63 111/111\r\n", FALSE },
    { "", FALSE },
  };
  static const SdpPreferences without = { .no_red = TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = audio_offer_text (rows[i].attributes);
    g_autoptr (SdpOffer) offer = offer_of_text (text);
    const SdpMedia *media = sdp_offer_get_media (offer, 0);
    for (int is_published = 0; is_published <= 1; is_published++) {
      g_autoptr (GPtrArray) codecs =
          sdp_choose_codecs (media, &sdp_default_preferences, is_published);
      g_autoptr (GPtrArray) plain = sdp_choose_codecs (media, &without, is_published);
      g_assert_cmpuint (codecs->len, ==, 1 + rows[i].agreed);
      g_assert_cmpuint (plain->len, ==, 1);
      if (!rows[i].agreed)
        continue;
      const CodecSpec *red = g_ptr_array_index (codecs, is_published ? 0 : 1);
      g_assert_cmpstr (red->name, ==, "red");
      g_assert_cmpint (red->pt, ==, 63);
      g_assert_cmpstr (red->fmtp, ==, "111/111");
      g_assert_cmpint (red->rtx_pt, ==, -1);
    }
  }
}

/* In-band FEC both ways; silence suppression of microphones where configured. */
static void
test_opus_parameters (void)
{
  static const SdpPreferences with_dtx = { .dtx = TRUE };
  g_autofree char *text = audio_offer_text ("a=fmtp:111 minptime=10;useinbandfec=1\r\n");
  g_autoptr (SdpOffer) offer = offer_of_text (text);
  const SdpMedia *media = sdp_offer_get_media (offer, 0);

  for (guint i = 0; i < 4; i++) {
    gboolean is_published = (i & 1) != 0, dtx = (i & 2) != 0;
    g_autoptr (GPtrArray) codecs =
        sdp_choose_codecs (media, dtx ? &with_dtx : &sdp_default_preferences, is_published);
    const CodecSpec *opus = g_ptr_array_index (codecs, 0);
    g_assert_cmpstr (opus->fmtp, ==,
                     is_published && dtx ? "minptime=10;useinbandfec=1;usedtx=1"
                                         : "minptime=10;useinbandfec=1");
  }
}

static void
test_vp9_profile (void)
{
  g_autofree char *text =
      video_offer_text ("98 99", "a=recvonly\r\na=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=2\r\n"
                                 "a=rtpmap:99 VP9/90000\r\na=fmtp:99 profile-id=0\r\n");
  g_autoptr (SdpOffer) offer = offer_of_text (text);
  g_autoptr (GPtrArray) codecs =
      sdp_choose_codecs (sdp_offer_get_media (offer, 0), &sdp_default_preferences, FALSE);

  g_assert_cmpuint (codecs->len, ==, 1);
  g_assert_cmpint (((CodecSpec *) g_ptr_array_index (codecs, 0))->pt, ==, 99);
}

/* The dependency descriptor: with AV1 only, and where two-byte headers are allowed. */
static void
test_dependency_descriptor (void)
{
  static const struct {
    const char *codec, *mixed;
    gboolean wanted;
  } rows[] = { { "AV1", "a=extmap-allow-mixed\r\n", TRUE },
               { "AV1", "", FALSE },
               { "VP9", "a=extmap-allow-mixed\r\n", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *attributes =
        g_strdup_printf ("a=sendonly\r\na=rtpmap:98 %s/90000\r\n%sa=extmap:9 %s\r\n", rows[i].codec,
                         rows[i].mixed, SDP_URI_DEPENDENCY);
    g_autofree char *text = video_offer_text ("98", attributes);
    g_autoptr (SdpOffer) offer = offer_of_text (text);
    const SdpMedia *media = sdp_offer_get_media (offer, 0);
    for (int is_published = 0; is_published <= 1; is_published++) {
      g_autoptr (GPtrArray) codecs =
          sdp_choose_codecs (media, &sdp_default_preferences, is_published);
      g_autoptr (GPtrArray) extensions = sdp_choose_extensions (media, codecs, is_published);
      g_assert_cmpuint (extensions->len, ==, rows[i].wanted);
    }
  }
}

static char *
replace (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  return g_strjoinv (to, parts);
}

/* What makes an offer unusable, and by which problem. */
static void
test_refusals (void)
{
  static const struct {
    const char *from, *to;
    Problem problem;
  } rows[] = {
    { "a=ice-ufrag:", "a=x-ice-ufrag:", PROBLEM_SDP_NO_ICE },
    { "a=ice-pwd:abcdefghijklmnopqrstuv", "a=ice-pwd:short", PROBLEM_SDP_NO_ICE },
    { "a=fingerprint:sha-256", "a=fingerprint:md5", PROBLEM_SDP_NO_FINGERPRINT },
    { "a=setup:actpass", "a=setup:holdconn", PROBLEM_SDP_SETUP },
    { "a=rtcp-mux", "a=x", PROBLEM_SDP_NO_RTCP_MUX },
    { "VP8/90000", "FOO/90000", PROBLEM_SDP_NO_CODEC },
    { "a=sendonly", "a=recvonly", PROBLEM_SDP_DIRECTION },
    { "BUNDLE v", "BUNDLE w", PROBLEM_SDP_DIRECTION },
    { "t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n", PROBLEM_SDP_NO_ICE },
  };
  g_autofree char *good = video_offer_text ("96", "a=sendonly\r\na=rtpmap:96 VP8/90000\r\n");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = replace (good, rows[i].from, rows[i].to);
    g_autoptr (GError) error = NULL;
    g_autoptr (Negotiation) negotiation = negotiate_offer (offer_of_text (text), SDP_SEND, &error);
    g_assert_null (negotiation);
    g_assert_error (error, SIGNALING_PROBLEM, (int) rows[i].problem);
    const ProblemText *problem = problem_describe (error);
    g_assert_cmpuint (problem->http_status, ==, 422);
  }
}

static void
test_no_bundle_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  SdpRole roles[] = { SDP_ROLE_MIC, SDP_ROLE_CAMERA };
  Negotiation *negotiation = NULL;

  g_assert_false (sdp_negotiate (sample_offer ("webrtcbin-whip-nobundle"), roles, "t.m.1.1", NULL,
                                 &negotiation, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_NO_BUNDLE);
}

static void
test_passive_peer_makes_us_active (void)
{
  g_autofree char *good = video_offer_text ("96", "a=sendonly\r\na=rtpmap:96 VP8/90000\r\n");
  g_autofree char *text = replace (good, "a=setup:actpass", "a=setup:passive");
  g_autoptr (Negotiation) negotiation = negotiate_offer (offer_of_text (text), SDP_SEND, NULL);
  g_autofree char *answer = answer_of (negotiation);

  g_assert_cmpint (negotiation->request->dtls_role, ==, CONTROL_DTLS_CLIENT);
  g_assert_nonnull (strstr (answer, "a=setup:active\r\n"));
}

/* Who does not tell of every packet may tell the sum. */
static void
test_remb_where_there_is_no_better (void)
{
  g_autofree char *text = video_offer_text ("96", "a=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
                                                  "a=rtcp-fb:96 goog-remb\r\n"
                                                  "a=rtcp-fb:96 nack pli\r\n");
  g_autoptr (Negotiation) negotiation = negotiate_offer (offer_of_text (text), SDP_SEND, NULL);
  g_autofree char *answer = answer_of (negotiation);

  g_assert_nonnull (strstr (answer, "a=rtcp-fb:96 goog-remb\r\n"));
  g_assert_null (strstr (answer, "transport-cc"));
}

static void
test_bound_of_what_is_sent (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("chromium-room", SDP_SEND_RECEIVE);

  negotiation->up_bps = 640000;
  g_autofree char *answer = answer_of (negotiation);
  const char *camera = strstr (answer, "m=video");
  const char *received = strstr (answer, "a=sendonly");
  /* camera and content; not the microphone, not what it receives */
  g_assert_cmpuint (count_text (answer, "b=TIAS:640000\r\n"), ==, 2);
  g_assert_true (strstr (answer, "b=TIAS") > camera);
  g_assert_null (strstr (received, "b=TIAS"));
}

static void
test_tagged_section_is_the_first_bundled (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("aiortc-whip", SDP_SEND);

  g_assert_cmpstr (negotiation->request->remote_ufrag, ==, "lsKu");
}

/* The relay's own table takes what was negotiated. */
static void
test_request_encodes (void)
{
  g_autoptr (Negotiation) negotiation = negotiate_sample ("chromium-room", SDP_SEND_RECEIVE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame =
      control_frame_encode (CONTROL_TRANSPORT_CREATE, FALSE, 1, negotiation->request, &error);
  g_auto (ControlFrame) read_back = { 0 };

  g_assert_no_error (error);
  g_assert_true (control_frame_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame),
                                       &read_back, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/negotiation/clients", test_clients);
  g_test_add_func ("/sdp/negotiation/chromium-room", test_chromium_room);
  g_test_add_func ("/sdp/negotiation/chromium-answer", test_chromium_answer);
  g_test_add_func ("/sdp/answer/tcp-candidate", test_tcp_candidate);
  g_test_add_func ("/sdp/answer/remb", test_remb_where_there_is_no_better);
  g_test_add_func ("/sdp/answer/bound", test_bound_of_what_is_sent);
  g_test_add_func ("/sdp/negotiation/ssrcs", test_ssrcs_are_stable_and_unique);
  g_test_add_func ("/sdp/negotiation/data-channel", test_refused_line_of_data_channel);
  g_test_add_func ("/sdp/negotiation/mid-missing", test_mid_missing_stays_missing);
  g_test_add_func ("/sdp/negotiation/two-byte-ids", test_two_byte_ids);
  g_test_add_func ("/sdp/negotiation/h264-choice", test_h264_choice);
  g_test_add_func ("/sdp/negotiation/codec-order", test_codec_order);
  g_test_add_func ("/sdp/negotiation/red", test_red);
  g_test_add_func ("/sdp/negotiation/opus-parameters", test_opus_parameters);
  g_test_add_func ("/sdp/negotiation/vp9-profile", test_vp9_profile);
  g_test_add_func ("/sdp/negotiation/dependency-descriptor", test_dependency_descriptor);
  g_test_add_func ("/sdp/negotiation/refusals", test_refusals);
  g_test_add_func ("/sdp/negotiation/no-bundle", test_no_bundle_is_refused);
  g_test_add_func ("/sdp/negotiation/passive-peer", test_passive_peer_makes_us_active);
  g_test_add_func ("/sdp/negotiation/tagged-section", test_tagged_section_is_the_first_bundled);
  g_test_add_func ("/sdp/negotiation/request-encodes", test_request_encodes);
  return g_test_run ();
}
