/* Offers of real clients, kept in tests/fuzz/corpus/sdp_offer, and small ones made here. */
#pragma once

#include "signaling/sdp/negotiation.h"

char *sample_text (const char *name);
/* Asserts that it parses. */
SdpOffer *sample_offer (const char *name);
SdpOffer *offer_of_text (const char *text);
/* One video line with @attributes (lines ending in \r\n) in a complete offer. */
char *video_offer_text (const char *formats, const char *attributes);

/* Parsed, roles by kind and direction, negotiated. NULL with @error. */
Negotiation *negotiate_offer (SdpOffer *offer, SdpDirection allowed, GError **error);
Negotiation *negotiate_sample (const char *name, SdpDirection allowed);
const CodecSpec *line_codec (const Negotiation *negotiation, guint line, guint n);
TransportIceReply *sample_local (void);
