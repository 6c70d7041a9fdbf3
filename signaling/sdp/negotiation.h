/* Negotiation: one offer turned into one transport of the relay, and then into one answer.
 *
 *   sdp_offer_parse -> sdp_assign_roles (or by the room's own list) -> sdp_negotiate
 *     -> relay: transport.create -> sdp_negotiation_answer
 *
 * The same path serves the room (sends and receives), WHIP (sends) and WHEP (receives). A line
 * that cannot be used is refused alone (port 0); the offer fails only if none is left or it has no
 * usable transport. A plain value; no thread, no I/O. */
#pragma once

#include "signaling/sdp/offer.h"

/* What an m-line is for. The names are those of the room protocol. */
typedef enum {
  SDP_ROLE_REFUSED,
  SDP_ROLE_MIC, /* published by the peer: */
  SDP_ROLE_CAMERA,
  SDP_ROLE_CONTENT,
  SDP_ROLE_AUDIO, /* received by the peer (slots): */
  SDP_ROLE_MAIN,
  SDP_ROLE_CONTENT_VIEW,
  SDP_ROLE_TILE,
  N_SDP_ROLES
} SdpRole;

extern const char *const sdp_role_names[]; /* NULL-terminated; "refused", "mic", ... "tile" */

static inline gboolean
sdp_role_is_published (SdpRole role)
{
  return role >= SDP_ROLE_MIC && role <= SDP_ROLE_CONTENT;
}

static inline gboolean
sdp_role_is_slot (SdpRole role)
{
  return role >= SDP_ROLE_AUDIO && role <= SDP_ROLE_TILE;
}

/* One m-line of the answer. Exactly one of track and slot is set unless it is refused. */
typedef struct {
  SdpRole role;
  guint index;      /* among the lines of this role: tile 0, 1, ... */
  TrackSpec *track; /* borrowed from the request */
  SlotSpec *slot;
} SdpLine;

typedef struct {
  SdpOffer *offer;
  SdpLine *lines; /* offer->media->len of them */
  TransportCreateRequest *request;
  guint n_accepted;
  guint up_bps; /* what the peer may send in a picture (RFC 3890); 0 = no bound */
} Negotiation;

/* Roles by kind and direction, for peers that do not tell them. @allowed: SDP_SEND for encoders,
 * SDP_RECEIVE for viewers, both for rooms. Sending: microphone, camera, content; receiving: audio
 * lines, then main, content, tiles. @ret_roles has room for all m-lines. */
void sdp_assign_roles (const SdpOffer *offer, SdpDirection allowed, SdpRole *ret_roles);

/* Takes @offer (transfer full, also on failure). @roles: one for each m-line. @transport: id of the
 * relay's transport; tracks and slots are named after it. @preferences: NULL =
 * the defaults. Fails with a PROBLEM_SDP_*. */
gboolean sdp_negotiate (SdpOffer *offer, const SdpRole *roles, const char *transport,
                        const SdpPreferences *preferences, Negotiation **ret_negotiation,
                        GError **error);
void sdp_negotiation_free (Negotiation *negotiation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Negotiation, sdp_negotiation_free)

/* The answer's text (transfer full). @fingerprint: "sha-256 AB:..." of the relay; @version: of the
 * o= line, grows with each answer of a session. */
char *sdp_negotiation_answer (const Negotiation *negotiation, const TransportIceReply *local,
                              const char *fingerprint, guint version);

/* Name of a track or slot within its transport: "mic", "a0", "main", "s3". */
char *sdp_role_suffix (SdpRole role, guint index);
