/* WHIP (RFC 9725) and WHEP: encoders and viewers that come by HTTP. */
#include <string.h>

#include "config/limits.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/lobby.h"
#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/offers.h"
#include "signaling/meeting/room_connection.h"
#include "signaling/sdp/fragment.h"

typedef struct {
  SessionCallback callback;
  gpointer user_data;
} Waiter;

static void
refuse (SessionCallback callback, gpointer user_data, Problem problem, const char *detail)
{
  g_autoptr (GError) error = g_error_new_literal (SIGNALING_PROBLEM, problem, detail);

  callback (user_data, NULL, error);
}

static void
answer_waiter (const Waiter *waiter, const MediaSession *session, const char *sdp)
{
  g_autofree char *etag = media_session_etag (session);
  SessionAnswer answer = { session->id, etag, sdp };

  waiter->callback (waiter->user_data, &answer, NULL);
}

static void
on_session_done (MediaSession *session, const char *answer, const GError *error, gpointer user_data)
{
  g_autofree Waiter *waiter = user_data;

  if (answer != NULL)
    answer_waiter (waiter, session, answer);
  else
    waiter->callback (waiter->user_data, NULL, error);
}

static Waiter *
waiter_new (SessionCallback callback, gpointer user_data)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->callback = callback;
  waiter->user_data = user_data;
  return waiter;
}

static Meeting *
find_running (MeetingHub *hub, const char *id, GError **error)
{
  g_autoptr (GError) cause = NULL;
  Meeting *meeting = hub_get_meeting (hub, id, NULL, NULL, &cause);

  if (meeting == NULL && cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else if (meeting == NULL)
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEETING_NOT_OPEN, "not open");
  return meeting;
}

static Negotiation *
negotiate (MeetingHub *hub, const SessionRequest *request, SdpDirection allowed,
           const char *transport, GError **error)
{
  SdpOffer *offer = NULL;
  Negotiation *negotiation = NULL;

  if (!sdp_offer_parse (request->body, request->length, &offer, error))
    return NULL;
  g_autofree SdpRole *roles = g_new0 (SdpRole, offer->media->len);
  sdp_assign_roles (offer, allowed, roles);
  if (!sdp_negotiate (offer, roles, transport, &hub->config.sdp, &negotiation, error))
    return NULL;
  return negotiation;
}

static void
start_session (MediaSession *session, const SessionRequest *request, SdpDirection allowed,
               SessionCallback callback, gpointer user_data)
{
  Meeting *meeting = session->meeting;
  g_autoptr (GError) error = NULL;
  Negotiation *negotiation = negotiate (meeting->hub, request, allowed, session->transport, &error);

  if (negotiation == NULL) {
    meeting_forget_session (meeting, session);
    callback (user_data, NULL, error);
    return;
  }
  if (session->kind == SESSION_ENCODER && session->seat != NULL) {
    g_autofree char *sdp = g_strndup (request->body, request->length);
    health_site_set_offer (session->seat->health, sdp);
  }
  offer_start (session, negotiation, on_session_done, waiter_new (callback, user_data));
}

/* --- WHIP --- */

static Seat *
find_free_seat (MeetingHub *hub, Meeting *meeting, const char *endpoint, GError **error)
{
  Seat *seat = meeting_find_seat (meeting, endpoint);
  Problem problem = N_PROBLEMS;
  RoomBye bye = BYE_REMOVED;

  if (seat == NULL)
    problem = PROBLEM_NOT_INVITED;
  else if (!lobby_may_join (meeting, seat, &bye))
    problem = bye == BYE_LOCKED ? PROBLEM_MEETING_LOCKED : PROBLEM_SEAT_BARRED;
  else if (seat->connection != NULL && seat->session != NULL &&
           seat->session->kind == SESSION_ROOM && media_session_publishes (seat->session))
    problem = PROBLEM_SEAT_TAKEN;
  else if (seat->state == SEAT_ABSENT && !hub_has_room (hub))
    problem = PROBLEM_MEETING_FULL;
  if (problem == N_PROBLEMS)
    return seat;
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, endpoint);
  return NULL;
}

/* An encoder has no buttons: its microphone is open unless the chair keeps it locked. */
static gboolean
open_seat_of_encoder (Meeting *meeting, Seat *seat, const SessionGrant *grant, GError **error)
{
  g_auto (MeetingAct) act = meeting_act (meeting, grant->actor, grant->source);
  SeatRecord *changed = meeting_act_seat (&act, seat);

  changed->mic_open = !changed->mic_locked;
  changed->camera_on = TRUE;
  meeting_act_log (&act, "encoder.joined", seat->info->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

static void
drop_former (Meeting *meeting, Seat *seat)
{
  meeting_close_sessions_of (meeting, seat, SESSION_ENCODER);
  if (seat->connection == NULL)
    meeting_close_sessions_of (meeting, seat, SESSION_ROOM);
}

void
meeting_hub_publish (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                     gpointer user_data, gint64 now_us)
{
  const SessionGrant *grant = request->grant;
  g_autoptr (GError) error = NULL;

  hub_set_now (hub, now_us);
  Meeting *meeting = find_running (hub, grant->meeting, &error);
  Seat *seat = meeting != NULL ? find_free_seat (hub, meeting, grant->endpoint, &error) : NULL;
  if (seat == NULL) {
    callback (user_data, NULL, error);
    return;
  }
  /* A bad offer must not throw out the encoder that works: look at it first. */
  g_autoptr (Negotiation) trial = negotiate (hub, request, SDP_SEND, "t.trial.0", &error);
  if (trial != NULL)
    drop_former (meeting, seat);
  if (trial == NULL || !open_seat_of_encoder (meeting, seat, grant, &error)) {
    callback (user_data, NULL, error);
    return;
  }
  MediaSession *session = meeting_add_session (meeting, SESSION_ENCODER, seat);
  seat->session = session;
  meeting_seat_enter (meeting, seat, grant->actor);
  start_session (session, request, SDP_SEND, callback, user_data);
}

/* --- WHEP --- */

void
meeting_hub_play (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                  gpointer user_data, gint64 now_us)
{
  const SessionGrant *grant = request->grant;
  g_autoptr (GError) error = NULL;

  hub_set_now (hub, now_us);
  Meeting *meeting = find_running (hub, grant->meeting, &error);
  if (meeting == NULL) {
    callback (user_data, NULL, error);
    return;
  }
  if (request->source != NULL && meeting_find_seat (meeting, request->source) == NULL) {
    refuse (callback, user_data, PROBLEM_SEAT_UNKNOWN, "no such source");
    return;
  }
  if (!hub_has_room_for_viewer (hub)) {
    meeting_log (meeting, "join.refused", grant->actor, "", "full");
    refuse (callback, user_data, PROBLEM_MEETING_FULL, "no place for one more viewer");
    return;
  }
  MediaSession *session = meeting_add_session (meeting, SESSION_VIEWER, NULL);
  session->source = g_strdup (request->source);
  start_session (session, request, SDP_RECEIVE, callback, user_data);
}

/* --- PATCH and DELETE --- */

/* Whoever has the token of the same seat, or any viewer's token of the meeting, and the id. */
static MediaSession *
find_session (MeetingHub *hub, const SessionGrant *grant, const char *id, GError **error)
{
  Meeting *meeting = hub_get_meeting (hub, grant->meeting, NULL, NULL, NULL);
  MediaSession *session = meeting != NULL ? g_hash_table_lookup (meeting->sessions, id) : NULL;
  gboolean is_own = FALSE;

  if (session != NULL && session->kind == SESSION_ENCODER)
    is_own = session->seat != NULL && grant->endpoint != NULL &&
             strcmp (session->seat->info->endpoint, grant->endpoint) == 0;
  else if (session != NULL)
    is_own = session->kind == SESSION_VIEWER;
  if (is_own)
    return session;
  g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SESSION_UNKNOWN, id);
  return NULL;
}

/* RFC 9725 section 4.3.1: trickle needs the current tag; a restart may also come with "*". */
static gboolean
check_etag (const MediaSession *session, const char *if_match, gboolean is_restart, GError **error)
{
  g_autofree char *etag = media_session_etag (session);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", etag);

  if (if_match == NULL) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_ETAG_MISSING, "If-Match is missing");
    return FALSE;
  }
  if (strcmp (if_match, quoted) == 0 || (is_restart && strcmp (if_match, "*") == 0))
    return TRUE;
  g_set_error (error, SIGNALING_PROBLEM, PROBLEM_ETAG_MISMATCH, "If-Match: %.64s", if_match);
  return FALSE;
}

static gboolean
count_candidates (MediaSession *session, const SdpFragment *fragment, GError **error)
{
  session->n_candidates += fragment->n_candidates;
  if (session->n_candidates <= LIMIT_SDP_CANDIDATES)
    return TRUE;
  g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_LIMIT, "%u candidates", session->n_candidates);
  return FALSE;
}

static gboolean
is_restart_of (const MediaSession *session, const SdpFragment *fragment)
{
  return fragment->ufrag != NULL && g_strcmp0 (fragment->ufrag, session->remote_ufrag) != 0;
}

void
meeting_hub_session_patch (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                           gpointer user_data, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SdpFragment) fragment = NULL;

  hub_set_now (hub, now_us);
  MediaSession *session = find_session (hub, request->grant, request->session, &error);
  if (session == NULL || !sdp_fragment_parse (request->body, request->length, &fragment, &error) ||
      !check_etag (session, request->if_match, is_restart_of (session, fragment), &error) ||
      !count_candidates (session, fragment, &error)) {
    callback (user_data, NULL, error);
    return;
  }
  if (session->kind == SESSION_ENCODER && session->seat != NULL) {
    g_autofree char *sdp = g_strndup (request->body, request->length);
    health_site_add_candidates (session->seat->health, sdp);
  }
  if (!is_restart_of (session, fragment)) {
    Waiter waiter = { callback, user_data };
    answer_waiter (&waiter, session, NULL);
    return;
  }
  if (session->is_pending) {
    refuse (callback, user_data, PROBLEM_BUSY, "a restart is under way");
    return;
  }
  session->n_candidates = 0;
  offer_restart_ice (session, fragment, on_session_done, waiter_new (callback, user_data));
}

gboolean
meeting_hub_session_delete (MeetingHub *hub, const SessionGrant *grant, const char *session_id,
                            gint64 now_us, GError **error)
{
  hub_set_now (hub, now_us);
  MediaSession *session = find_session (hub, grant, session_id, error);
  if (session == NULL)
    return FALSE;
  Meeting *meeting = session->meeting;
  Seat *seat = session->seat;
  if (seat != NULL && seat->connection == NULL)
    meeting_seat_leave (meeting, seat, "left");
  else
    meeting_close_session (meeting, session);
  return TRUE;
}
