/* SdpOffer: a peer's offer (RFC 8866, RFC 8829), parsed once, checked against our bounds.
 *
 * The text is cut by gst-sdp after own checks of length and numbers; what is kept are the
 * attributes that a forwarding relay needs. An attribute that we do not know is passed over; one
 * that we know but cannot read makes the offer malformed only if the session could not work
 * without it. A plain value; no thread, no I/O. */
#pragma once

#include <glib.h>

#include "pipelines/control/messages.h"

#define SDP_LINE_MAX 4096  /* bytes; Chromium's longest is 160, an sprop of HEVC 600 */
#define SDP_LINES_MAX 4000 /* Chromium's offer of 40 m-lines has 3,500 */

typedef enum { SDP_OTHER, SDP_AUDIO, SDP_VIDEO } SdpKind;
/* What of all that is offered we would like; zero-initialised: the defaults. */
typedef struct {
  const char *const *video_codecs; /* in order, NULL-terminated; NULL = VP8, H264, VP9, AV1 */
  gboolean no_red;                 /* no redundant audio */
  gboolean dtx;                    /* microphones send next to nothing in silence */
} SdpPreferences;
/* As the offerer sees it; bits so that they can be turned and intersected. */
typedef enum {
  SDP_INACTIVE = 0,
  SDP_SEND = 1 << 0,
  SDP_RECEIVE = 1 << 1,
  SDP_SEND_RECEIVE = SDP_SEND | SDP_RECEIVE,
} SdpDirection;
typedef enum {
  SDP_SETUP_NONE, /* not given */
  SDP_SETUP_ACTPASS,
  SDP_SETUP_ACTIVE,
  SDP_SETUP_PASSIVE,
  SDP_SETUP_INVALID,
} SdpSetup;

/* One payload type. RTX formats are there too (name "rtx", apt set). */
typedef struct {
  int pt;
  char *name; /* as offered; "" when there is no rtpmap */
  int clock_rate;
  int channels;
  char *fmtp;     /* NULL = none */
  int apt;        /* rtx: the payload type that it repairs, else -1 */
  guint feedback; /* CodecFeedback */
} SdpFormat;

typedef struct {
  guint index; /* of the m-line */
  SdpKind kind;
  char *media;   /* "audio", "video", "application", ... */
  char *proto;   /* "UDP/TLS/RTP/SAVPF" */
  char *formats; /* as offered, for the m-line of a refusal */
  char *mid;     /* offered, or made here ("m0") when there is none */
  gboolean has_mid;
  guint port;
  gboolean bundle_only;
  gboolean rtcp_mux;
  gboolean rtcp_rsize;
  gboolean extmap_allow_mixed; /* here or on session level */
  SdpDirection direction;
  SdpSetup setup;
  char *ufrag; /* NULL = none, neither here nor on session level */
  char *pwd;
  char *fingerprint;     /* "sha-256 AB:...", SHA-256 if offered */
  GPtrArray *codecs;     /* SdpFormat, in order of preference */
  GPtrArray *extensions; /* ExtensionSpec */
  GPtrArray *rids;       /* char *: streams of a=simulcast:send, first alternative of each */
  GArray *ssrcs;         /* guint32, primary streams */
  GArray *rtx_ssrcs;     /* guint32, beside ssrcs; 0 = none */
  char *cname;
} SdpMedia;

typedef struct {
  GPtrArray *media;  /* SdpMedia */
  GPtrArray *bundle; /* char *: mids of the first BUNDLE group, in order */
  gboolean has_bundle;
  gboolean extmap_allow_mixed;
  gboolean ice_lite;
  guint n_candidates;
} SdpOffer;

/* Parses @length bytes. Fails with PROBLEM_SDP_TOO_LARGE, _LIMIT or _MALFORMED. */
gboolean sdp_offer_parse (const char *text, gsize length, SdpOffer **ret_offer, GError **error);
void sdp_offer_free (SdpOffer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SdpOffer, sdp_offer_free)

SdpMedia *sdp_offer_get_media (const SdpOffer *offer, guint index);
SdpMedia *sdp_offer_find_media (const SdpOffer *offer, const char *mid);
/* The m-line shares the one transport: in the BUNDLE group (or alone in the offer), with a port or
 * bundle-only. */
gboolean sdp_offer_is_bundled (const SdpOffer *offer, const SdpMedia *media);

/* The value of @key in @fmtp ("a=1;b=2", any spaces; keys without regard to case), or NULL.
 * (transfer full) */
char *sdp_fmtp_get (const char *fmtp, const char *key);
