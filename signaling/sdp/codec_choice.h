/* Which of the offered payload types, feedback messages and header extensions we agree on.
 * Pure; internal to sdp/ but for its tests. */
#pragma once

#include "signaling/sdp/offer.h"

#define SDP_URI_MID "urn:ietf:params:rtp-hdrext:sdes:mid"
#define SDP_URI_RID "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
#define SDP_URI_REPAIRED_RID "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
#define SDP_URI_ABS_SEND_TIME "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
#define SDP_URI_TRANSPORT_CC                                                                       \
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define SDP_URI_AUDIO_LEVEL "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
#define SDP_URI_DEPENDENCY                                                                         \
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"

extern const char *const sdp_default_video_codecs[]; /* VP8, H264, VP9, AV1, NULL */
extern const SdpPreferences sdp_default_preferences;

/* The agreed codecs as CodecSpec, transfer full, possibly empty. What the peer publishes gets one
 * codec, the first of our order that it has, so that every room sees the same stream; where it
 * receives, it gets all that it can, so that any track may be routed there. Opus comes with RED
 * around it (RFC 2198) where offered: first for what is published, so that browsers send it. */
GPtrArray *sdp_choose_codecs (const SdpMedia *media, const SdpPreferences *preferences,
                              gboolean is_published);
/* The agreed extensions as ExtensionSpec, with the ids offered; transfer full. Ids above 14 need
 * two-byte headers: only towards us, and only if the peer may mix them (RFC 8285). The dependency
 * descriptor only where AV1 is among @codecs: the layers of others are told by their payloads. */
GPtrArray *sdp_choose_extensions (const SdpMedia *media, const GPtrArray *codecs,
                                  gboolean is_published);
