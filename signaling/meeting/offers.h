/* Offers: from a peer's SDP to the relay's transport and back to an answer; one path for rooms,
 * encoders and viewers. Internal to meeting/; main thread. */
#pragma once

#include "signaling/meeting/meeting.h"
#include "signaling/sdp/fragment.h"
#include "signaling/sdp/negotiation.h"

/* Exactly one call per request. @answer: SDP or fragment, lent, NULL exactly when @error is set. If
 * the session was closed meanwhile, @session->meeting is NULL and @error says so. */
typedef void (*OfferDone) (MediaSession *session, const char *answer, const GError *error,
                           gpointer user_data);

/* Makes the transport of a fresh @session for @negotiation (transfer full) and stores it. On
 * failure the session is closed and forgotten before @done is called. */
void offer_start (MediaSession *session, Negotiation *negotiation, OfferDone done,
                  gpointer user_data);
/* A later offer on the same transport (transfer full): ICE restart when its ufrag is new, new
 * m-lines are added. Another certificate is another transport: PROBLEM_TRANSPORT_UNKNOWN. */
void offer_again (MediaSession *session, Negotiation *negotiation, OfferDone done,
                  gpointer user_data);
/* ICE restart by fragment (RFC 9725); the answer is a fragment. */
void offer_restart_ice (MediaSession *session, const SdpFragment *fragment, OfferDone done,
                        gpointer user_data);
