/* The a= lines of an m-section, one reader per attribute. Internal to sdp/.
 * Pure: no thread, no I/O. */
#pragma once

#include "signaling/sdp/offer.h"

/* Streams of one m-line: 3 layers with RTX and FEC, twice over. */
#define SDP_STREAMS_MAX 16

/* Takes one attribute into @media; one that is unknown or unreadable changes nothing. */
void sdp_media_read_attribute (SdpMedia *media, const char *key, const char *value);
/* After the last attribute: pairs RTX streams, drops simulcast that cannot be told apart. */
void sdp_media_finish (SdpMedia *media);
SdpFormat *sdp_media_find_format (const SdpMedia *media, int pt);

/* TRUE for 4..256 (ufrag) or 22..256 (pwd) ice-chars, RFC 8839 section 5.4. */
gboolean sdp_is_ice_text (const char *text, gsize min_length);
