#include "tests/unit/sdp/samples.h"

#include <string.h>

char *
sample_text (const char *name)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "tests", "fuzz", "corpus", "sdp_offer", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

SdpOffer *
offer_of_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  SdpOffer *offer = NULL;

  sdp_offer_parse (text, strlen (text), &offer, &error);
  g_assert_no_error (error);
  return offer;
}

SdpOffer *
sample_offer (const char *name)
{
  g_autofree char *text = sample_text (name);

  return offer_of_text (text);
}

char *
video_offer_text (const char *formats, const char *attributes)
{
  return g_strdup_printf (
      "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE v\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\na=mid:v\r\na=rtcp-mux\r\n"
      "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\n"
      "a=fingerprint:sha-256 "
      "AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
      "AB:AB\r\n%s",
      formats, attributes);
}

Negotiation *
negotiate_offer (SdpOffer *offer, SdpDirection allowed, GError **error)
{
  g_autofree SdpRole *roles = g_new0 (SdpRole, offer->media->len);
  Negotiation *negotiation = NULL;

  sdp_assign_roles (offer, allowed, roles);
  if (!sdp_negotiate (offer, roles, "t.m1.38-1.1", NULL, &negotiation, error))
    return NULL;
  return negotiation;
}

Negotiation *
negotiate_sample (const char *name, SdpDirection allowed)
{
  g_autoptr (GError) error = NULL;
  Negotiation *negotiation = negotiate_offer (sample_offer (name), allowed, &error);

  g_assert_no_error (error);
  return negotiation;
}

const CodecSpec *
line_codec (const Negotiation *negotiation, guint line, guint n)
{
  const SdpLine *entry = &negotiation->lines[line];
  const GPtrArray *codecs = entry->track != NULL ? entry->track->codecs : entry->slot->codecs;

  g_assert_cmpuint (n, <, codecs->len);
  return g_ptr_array_index (codecs, n);
}

TransportIceReply *
sample_local (void)
{
  TransportIceReply *local = transport_ice_reply_new ();
  CandidateSpec *candidate = candidate_spec_new ();

  local->ufrag = g_strdup ("relayufrag");
  local->pwd = g_strdup ("relaypasswordrelaypasswo");
  candidate->foundation = g_strdup ("1");
  candidate->priority = 2130706431;
  candidate->address = g_strdup ("192.0.2.10");
  candidate->port = 50000;
  g_ptr_array_add (local->candidates, candidate);
  return local;
}
