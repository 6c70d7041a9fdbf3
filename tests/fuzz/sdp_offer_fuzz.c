/* An offer through the whole path: parse, roles, negotiation, answer; and the same bytes as a
 * trickle fragment. */
#include <stdint.h>

#include "signaling/sdp/fragment.h"
#include "signaling/sdp/negotiation.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
answer_offer (SdpOffer *offer)
{
  g_autofree SdpRole *roles = g_new0 (SdpRole, offer->media->len);
  g_autoptr (Negotiation) negotiation = NULL;
  g_autoptr (TransportIceReply) local = transport_ice_reply_new ();

  sdp_assign_roles (offer, SDP_SEND_RECEIVE, roles);
  if (!sdp_negotiate (offer, roles, "t.fuzz.1.1", NULL, &negotiation, NULL))
    return;
  local->ufrag = g_strdup ("ufrag");
  local->pwd = g_strdup ("password-of-22-letters");
  g_autofree char *answer = sdp_negotiation_answer (negotiation, local, "sha-256 00", 1);
  g_assert (g_str_has_prefix (answer, "v=0\r\n"));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SdpOffer *offer = NULL;
  g_autoptr (SdpFragment) fragment = NULL;

  if (sdp_offer_parse ((const char *) data, size, &offer, NULL))
    answer_offer (offer);
  sdp_fragment_parse ((const char *) data, size, &fragment, NULL);
  return 0;
}
