#include "signaling/meeting/offers.h"

#include <string.h>

#include "pipelines/control/client.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/line_limits.h"
#include "signaling/sdp/fragment.h"

typedef struct {
  MediaSession *session;
  Negotiation *negotiation; /* NULL: answered by a fragment */
  char *remote_ufrag;       /* of a restart */
  char *remote_pwd;         /* with it; NULL: not told */
  OfferDone done;
  gpointer user_data;
} PendingOffer;

static PendingOffer *
pending_offer_new (MediaSession *session, Negotiation *negotiation, OfferDone done,
                   gpointer user_data)
{
  PendingOffer *pending = g_new0 (PendingOffer, 1);

  pending->session = media_session_ref (session);
  pending->negotiation = negotiation;
  pending->done = done;
  pending->user_data = user_data;
  session->is_pending = TRUE;
  return pending;
}

static void
pending_offer_free (PendingOffer *pending)
{
  media_session_unref (pending->session);
  sdp_negotiation_free (pending->negotiation);
  g_free (pending->remote_ufrag);
  g_free (pending->remote_pwd);
  g_free (pending);
}

static void
pending_offer_finish (PendingOffer *pending, const char *answer, const GError *error)
{
  pending->done (pending->session, answer, error, pending->user_data);
  pending_offer_free (pending);
}

/* What the relay's refusal means to the peer. */
static GError *
problem_of_relay (const GError *cause)
{
  Problem problem = control_error_has_code (cause, "not-found") ? PROBLEM_TRANSPORT_UNKNOWN
                                                                : PROBLEM_MEDIA_UNAVAILABLE;

  if (cause->domain == SIGNALING_PROBLEM)
    return g_error_copy (cause);
  return g_error_new (SIGNALING_PROBLEM, problem, "relay: %s", cause->message);
}

static void
take_local (MediaSession *session, const TransportIceReply *local)
{
  transport_ice_reply_free (session->local);
  session->local = record_copy (&transport_ice_reply_type, local);
}

/* The text that answers @pending, once the relay has spoken. NULL with @error. */
static char *
make_answer (PendingOffer *pending, GError **error)
{
  MediaSession *session = pending->session;
  MeetingHub *hub = session->meeting->hub;
  const char *fingerprint = hub->media.get_fingerprint (hub->media_data);

  if (session->local == NULL || fingerprint == NULL) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEDIA_UNAVAILABLE, "no relay");
    return NULL;
  }
  session->version++;
  if (!meeting_store_session (session->meeting, session, error))
    return NULL;
  if (pending->negotiation == NULL)
    return sdp_fragment_answer (session->media_kind, session->tagged_mid, session->local);
  pending->negotiation->up_bps = line_limits_up_bps (session);
  return sdp_negotiation_answer (pending->negotiation, session->local, fingerprint,
                                 session->version);
}

static void
answer_pending (PendingOffer *pending)
{
  MediaSession *session = pending->session;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = make_answer (pending, &error);

  if (answer != NULL) {
    session->meeting->routes_dirty = TRUE;
    if (session->seat != NULL)
      meeting_seat_changed (session->meeting, session->seat);
  }
  pending_offer_finish (pending, answer, error);
}

static gboolean
is_gone (PendingOffer *pending)
{
  g_autoptr (GError) error = NULL;

  pending->session->is_pending = FALSE;
  if (pending->session->meeting != NULL)
    return FALSE;
  error = g_error_new_literal (SIGNALING_PROBLEM, PROBLEM_SESSION_UNKNOWN, "closed meanwhile");
  pending_offer_finish (pending, NULL, error);
  return TRUE;
}

/* --- a new transport --- */

/* An encoder that never came up leaves no occupied seat behind. */
static void
give_up (MediaSession *session)
{
  Meeting *meeting = session->meeting;
  Seat *seat = session->kind == SESSION_ENCODER ? session->seat : NULL;

  meeting_close_session (meeting, session);
  if (seat != NULL && seat->connection == NULL)
    meeting_seat_leave (meeting, seat, "no media");
}

static void
on_created (gpointer user_data, const TransportIceReply *local, const GError *error)
{
  PendingOffer *pending = user_data;
  MediaSession *session = pending->session;
  g_autoptr (GError) problem = NULL;
  g_autofree char *answer = NULL;

  if (is_gone (pending))
    return;
  if (error != NULL) {
    problem = problem_of_relay (error);
  } else {
    take_local (session, local);
    answer = make_answer (pending, &problem);
  }
  if (answer == NULL) {
    give_up (session);
    pending_offer_finish (pending, NULL, problem);
    return;
  }
  session->meeting->routes_dirty = TRUE;
  line_limits_tell (session, FALSE);
  if (session->seat != NULL) {
    meeting_sync_mutes (session->meeting, session->seat, FALSE);
    meeting_seat_changed (session->meeting, session->seat);
  }
  pending_offer_finish (pending, answer, NULL);
}

static void
mute_tracks (const MediaSession *session, const Negotiation *negotiation)
{
  for (guint i = 0; i < negotiation->offer->media->len; i++) {
    const SdpLine *line = &negotiation->lines[i];
    if (line->track != NULL)
      line->track->muted = session->seat != NULL
                               ? meeting_wants_muted (session->meeting, session->seat, line->role)
                               : session->kind != SESSION_CARD;
  }
}

void
offer_start (MediaSession *session, Negotiation *negotiation, OfferDone done, gpointer user_data)
{
  MeetingHub *hub = session->meeting->hub;
  TransportCreateRequest *request = negotiation->request;
  PendingOffer *pending = pending_offer_new (session, negotiation, done, user_data);

  mute_tracks (session, negotiation);
  if (session->seat != NULL)
    request->line = g_strdup (session->seat->info->line.shared);
  media_session_set_lines (session, negotiation);
  session->fingerprint = g_strdup (request->remote_fingerprint);
  session->remote_ufrag = g_strdup (request->remote_ufrag);
  hub->media.create_transport (hub->media_data, request, on_created, pending);
}

/* --- the same transport again --- */

static void
on_restarted (gpointer user_data, const TransportIceReply *local, const GError *error)
{
  PendingOffer *pending = user_data;
  MediaSession *session = pending->session;

  if (is_gone (pending))
    return;
  if (error != NULL) {
    g_autoptr (GError) problem = problem_of_relay (error);
    pending_offer_finish (pending, NULL, problem);
    return;
  }
  take_local (session, local);
  session->etag_serial++;
  g_free (session->remote_ufrag);
  session->remote_ufrag = g_steal_pointer (&pending->remote_ufrag);
  answer_pending (pending);
}

static void
request_restart (PendingOffer *pending)
{
  MeetingHub *hub = pending->session->meeting->hub;
  TransportRestartIceRequest request = { .transport = pending->session->transport,
                                         .remote_ufrag = pending->remote_ufrag,
                                         .remote_pwd = pending->remote_pwd };

  pending->session->is_pending = TRUE;
  hub->media.restart_ice (hub->media_data, &request, on_restarted, pending);
}

static void
continue_offer (PendingOffer *pending)
{
  const char *ufrag = pending->negotiation->request->remote_ufrag;

  if (g_strcmp0 (pending->session->remote_ufrag, ufrag) == 0) {
    answer_pending (pending);
    return;
  }
  pending->remote_ufrag = g_strdup (ufrag);
  pending->remote_pwd = g_strdup (pending->negotiation->request->remote_pwd);
  request_restart (pending);
}

static void
on_updated (gpointer user_data, const TransportIceReply *local, const GError *error)
{
  PendingOffer *pending = user_data;

  if (is_gone (pending))
    return;
  if (error != NULL) {
    g_autoptr (GError) problem = problem_of_relay (error);
    pending_offer_finish (pending, NULL, problem);
    return;
  }
  media_session_set_lines (pending->session, pending->negotiation);
  continue_offer (pending);
}

static gboolean
has_new_lines (MediaSession *session, const Negotiation *negotiation)
{
  for (guint i = 0; i < negotiation->offer->media->len; i++) {
    const SdpLine *line = &negotiation->lines[i];
    const char *name = line->track != NULL  ? line->track->track
                       : line->slot != NULL ? line->slot->slot
                                            : NULL;
    if (name != NULL && media_session_find_line (session, name) == NULL)
      return TRUE;
  }
  return FALSE;
}

void
offer_again (MediaSession *session, Negotiation *negotiation, OfferDone done, gpointer user_data)
{
  MeetingHub *hub = session->meeting->hub;
  PendingOffer *pending = pending_offer_new (session, negotiation, done, user_data);

  if (g_strcmp0 (session->fingerprint, negotiation->request->remote_fingerprint) != 0) {
    g_autoptr (GError) error =
        g_error_new_literal (SIGNALING_PROBLEM, PROBLEM_TRANSPORT_UNKNOWN, "another certificate");
    session->is_pending = FALSE;
    pending_offer_finish (pending, NULL, error);
    return;
  }
  if (!has_new_lines (session, negotiation)) {
    session->is_pending = FALSE;
    continue_offer (pending);
    return;
  }
  mute_tracks (session, negotiation);
  TransportUpdateRequest request = { .transport = session->transport,
                                     .tracks = negotiation->request->tracks,
                                     .slots = negotiation->request->slots };
  hub->media.update_transport (hub->media_data, &request, on_updated, pending);
}

void
offer_restart_ice (MediaSession *session, const SdpFragment *fragment, OfferDone done,
                   gpointer user_data)
{
  PendingOffer *pending = pending_offer_new (session, NULL, done, user_data);

  pending->remote_ufrag = g_strdup (fragment->ufrag);
  pending->remote_pwd = g_strdup (fragment->pwd);
  request_restart (pending);
}
