/* media.offer and media.restart of the room protocol. */
#include <string.h>

#include "config/limits.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/offers.h"

/* An offer under way; the connection that waits for it may be gone before the relay answers. */
struct RoomOffer {
  RoomConnection *connection; /* NULL = gone */
  RoomRequest request;        /* type and id only */
};

void
room_offer_abandon (RoomOffer *offer)
{
  if (offer != NULL)
    offer->connection = NULL;
}

static gboolean
find_role (const char *name, SdpRole *ret_role)
{
  for (guint i = SDP_ROLE_MIC; i < N_SDP_ROLES; i++) {
    if (strcmp (sdp_role_names[i], name) != 0)
      continue;
    *ret_role = (SdpRole) i;
    return TRUE;
  }
  return FALSE;
}

/* A line that the list does not name is refused. */
static gboolean
read_roles (const SdpOffer *offer, const GPtrArray *lines, SdpRole *ret_roles, GError **error)
{
  for (guint i = 0; i < lines->len; i++) {
    const OfferLine *line = g_ptr_array_index (lines, i);
    const SdpMedia *media = sdp_offer_find_media (offer, line->mid);
    SdpRole role = SDP_ROLE_REFUSED;

    if (media == NULL || !find_role (line->role, &role)) {
      g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_LINES, "mid \"%s\", role \"%s\"",
                   line->mid, line->role);
      return FALSE;
    }
    ret_roles[media->index] = role;
  }
  return TRUE;
}

/* Operators only receive. */
static void
drop_published (const SdpOffer *offer, SdpRole *roles)
{
  for (guint i = 0; i < offer->media->len; i++)
    if (sdp_role_is_published (roles[i]))
      roles[i] = SDP_ROLE_REFUSED;
}

static Negotiation *
negotiate_room (RoomConnection *connection, const char *sdp, const GPtrArray *lines,
                const char *transport, GError **error)
{
  SdpOffer *offer = NULL;
  Negotiation *negotiation = NULL;

  if (!sdp_offer_parse (sdp, strlen (sdp), &offer, error))
    return NULL;
  g_autofree SdpRole *roles = g_new0 (SdpRole, offer->media->len);
  if (lines == NULL || lines->len == 0) {
    sdp_assign_roles (offer, SDP_SEND_RECEIVE, roles);
  } else if (!read_roles (offer, lines, roles, error)) {
    sdp_offer_free (offer);
    return NULL;
  }
  if (connection->seat == NULL)
    drop_published (offer, roles);
  if (!sdp_negotiate (offer, roles, transport, &connection->hub->config.sdp, &negotiation, error))
    return NULL;
  if (connection->seat != NULL)
    health_site_set_offer (connection->seat->health, sdp);
  return negotiation;
}

static const char *
slot_role_name (SdpRole role)
{
  return role == SDP_ROLE_CONTENT_VIEW ? "content" : sdp_role_names[role];
}

static void
send_answer (RoomConnection *connection, MediaSession *session, const RoomRequest *request,
             const char *answer)
{
  RoomSlotLine slots[LIMIT_SLOTS];
  guint n_slots = 0;

  for (guint i = 0; i < session->n_lines && n_slots < LIMIT_SLOTS; i++) {
    const SessionLine *line = &session->lines[i];
    if (sdp_role_is_slot (line->role))
      slots[n_slots++] = (RoomSlotLine){ line->mid, slot_role_name (line->role), line->index };
  }
  room_connection_send (
      connection, room_message_media_answer (request, session->transport, answer, slots, n_slots));
  if (session->meeting != NULL)
    meeting_send_slots (session->meeting, session);
}

static void
on_room_done (MediaSession *session, const char *answer, const GError *error, gpointer user_data)
{
  g_autofree RoomOffer *offer = user_data;
  RoomConnection *connection = offer->connection;

  if (connection == NULL)
    return;
  connection->offer = NULL;
  if (answer != NULL)
    send_answer (connection, session, &offer->request, answer);
  else
    room_connection_send (connection, room_message_error (&offer->request, error));
}

static RoomOffer *
room_offer_new (RoomConnection *connection, const RoomRequest *request)
{
  RoomOffer *offer = g_new0 (RoomOffer, 1);

  offer->connection = connection;
  offer->request =
      (RoomRequest){ .type = request->type, .has_id = request->has_id, .id = request->id };
  connection->offer = offer;
  return offer;
}

static gboolean
check_idle (const RoomConnection *connection, GError **error)
{
  if (connection->offer == NULL)
    return TRUE;
  g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_BUSY, "an offer is under way");
  return FALSE;
}

/* The seat has one publisher: what the room sends takes the place of what was there. */
static void
take_seat (RoomConnection *connection, MediaSession *session, gboolean publishes)
{
  Meeting *meeting = connection->meeting;
  Seat *seat = connection->seat;

  session->connection = connection;
  connection->session = session;
  if (seat == NULL || (!publishes && seat_has_live_encoder (seat)))
    return;
  meeting_close_sessions_of (meeting, seat, SESSION_ENCODER);
  seat->session = session;
}

gboolean
room_on_media_offer (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const MediaOfferRequest *body = request->body;
  Meeting *meeting = connection->meeting;
  SessionKind kind = connection->seat != NULL ? SESSION_ROOM : SESSION_OPERATOR;

  if (!check_idle (connection, error))
    return FALSE;
  if (connection->session != NULL)
    meeting_close_session (meeting, connection->session);
  MediaSession *session = meeting_add_session (meeting, kind, connection->seat);
  Negotiation *negotiation =
      negotiate_room (connection, body->sdp, body->lines, session->transport, error);
  if (negotiation == NULL) {
    meeting_forget_session (meeting, session);
    return FALSE;
  }
  take_seat (connection, session, negotiation->request->tracks->len > 0);
  *ret_is_answered = TRUE;
  offer_start (session, negotiation, on_room_done, room_offer_new (connection, request));
  return TRUE;
}

/* The roles are those of the first offer, by mid. */
static GPtrArray *
roles_of_session (const MediaSession *session)
{
  GPtrArray *lines = record_list_new (&offer_line_type);

  for (guint i = 0; i < session->n_lines; i++) {
    OfferLine *line = offer_line_new ();
    line->mid = g_strdup (session->lines[i].mid);
    line->role = g_strdup (sdp_role_names[session->lines[i].role]);
    g_ptr_array_add (lines, line);
  }
  return lines;
}

gboolean
room_on_media_restart (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  const MediaRestartRequest *body = request->body;
  MediaSession *session = connection->session;

  if (!check_idle (connection, error))
    return FALSE;
  if (session == NULL || session->state == TRANSPORT_CLOSED) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_TRANSPORT_UNKNOWN, "no transport");
    return FALSE;
  }
  g_autoptr (GPtrArray) former = roles_of_session (session);
  const GPtrArray *lines = body->lines->len > 0 ? body->lines : former;
  Negotiation *negotiation =
      negotiate_room (connection, body->sdp, lines, session->transport, error);
  if (negotiation == NULL)
    return FALSE;
  *ret_is_answered = TRUE;
  offer_again (session, negotiation, on_room_done, room_offer_new (connection, request));
  return TRUE;
}
