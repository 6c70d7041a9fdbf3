#include "signaling/meeting/test_card.h"

#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/loop.h"
#include "signaling/meeting/offers.h"

gboolean
test_card_is_on (const Seat *seat)
{
  return seat->card_until_us != 0;
}

/* --- the publisher --- */

static void
start_publisher (Meeting *meeting)
{
  MeetingHub *hub = meeting->hub;

  if (meeting->card_us != 0)
    return;
  meeting->card_us = hub->now_us;
  hub->card.start (hub->card_data, meeting->record->id);
}

static gboolean
is_needed (const Meeting *meeting)
{
  for (guint i = 0; i < meeting->seat_list->len; i++)
    if (test_card_is_on (g_ptr_array_index (meeting->seat_list, i)))
      return TRUE;
  return FALSE;
}

void
test_card_stop (Meeting *meeting)
{
  MeetingHub *hub = meeting->hub;

  if (meeting->card_us == 0)
    return;
  meeting->card_us = 0;
  if (hub->card.stop != NULL)
    hub->card.stop (hub->card_data, meeting->record->id);
}

void
test_card_forget_session (Meeting *meeting, const MediaSession *session)
{
  if (meeting->card == session)
    meeting->card = NULL;
}

/* --- who is shown it --- */

static void
tell (const Seat *seat, gboolean on)
{
  if (seat->connection != NULL)
    room_connection_send (seat->connection, room_message_test_ask (TEST_ASK_CARD, on));
}

void
test_card_end (Meeting *meeting, Seat *seat)
{
  if (!test_card_is_on (seat))
    return;
  seat->card_until_us = 0;
  meeting->routes_dirty = TRUE;
  tell (seat, FALSE);
  if (is_needed (meeting))
    return;
  test_card_stop (meeting);
  if (meeting->card != NULL)
    meeting_close_session (meeting, meeting->card); /* forgets it */
}

gboolean
test_card_show (Meeting *meeting, Seat *seat, gboolean on, GError **error)
{
  MeetingHub *hub = meeting->hub;

  if (!on) {
    test_card_end (meeting, seat);
    return TRUE;
  }
  if (seat->connection == NULL)
    return room_refuse (PROBLEM_SEAT_ABSENT, error);
  if (!loop_is_allowed (meeting, seat))
    return room_refuse (PROBLEM_TEST_BUSY, error);
  if (hub->card.start == NULL || !hub->is_relay_up)
    return room_refuse (PROBLEM_MEDIA_UNAVAILABLE, error);
  seat->card_until_us = hub->now_us + TEST_CARD_US;
  meeting->routes_dirty = TRUE;
  start_publisher (meeting);
  tell (seat, TRUE);
  return TRUE;
}

void
test_card_check (Meeting *meeting)
{
  gint64 now_us = meeting->hub->now_us;
  gboolean is_lost = meeting->card_us != 0 && meeting->card == NULL &&
                     now_us - meeting->card_us > TEST_CARD_START_US;

  for (guint i = 0; meeting->card_us != 0 && i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);

    if (test_card_is_on (seat) &&
        (is_lost || now_us >= seat->card_until_us || !loop_is_allowed (meeting, seat)))
      test_card_end (meeting, seat);
  }
}

static void
show (const Meeting *meeting, SdpRole role, RouterChoice *choice)
{
  const SessionLine *line = media_session_find_role (meeting->card, role);

  *choice = (RouterChoice){ 0 };
  if (line == NULL)
    return;
  choice->track = line->name;
  choice->source = "card";
}

void
test_card_choose (const Meeting *meeting, const RouterSlot *slots, gsize n_slots,
                  RouterChoice *choices)
{
  gsize voice = loop_find_voice (slots, n_slots);

  if (meeting->card == NULL || meeting->card->local == NULL)
    return; /* it is being made */
  for (gsize i = 0; i < n_slots; i++)
    if (slots[i].role == SDP_ROLE_MAIN)
      show (meeting, SDP_ROLE_CAMERA, &choices[i]);
  if (voice < n_slots)
    show (meeting, SDP_ROLE_MIC, &choices[voice]);
}

/* --- its offer --- */

typedef struct {
  SessionCallback callback;
  gpointer user_data;
} Waiter;

static void
on_done (MediaSession *session, const char *answer, const GError *error, gpointer user_data)
{
  g_autofree Waiter *waiter = user_data;
  SessionAnswer reply = { session->id, NULL, answer };

  waiter->callback (waiter->user_data, answer != NULL ? &reply : NULL, error);
}

static Negotiation *
negotiate (MeetingHub *hub, const char *sdp, gsize length, const char *transport, GError **error)
{
  SdpOffer *offer = NULL;
  Negotiation *negotiation = NULL;

  if (!sdp_offer_parse (sdp, length, &offer, error))
    return NULL;
  g_autofree SdpRole *roles = g_new0 (SdpRole, offer->media->len);
  sdp_assign_roles (offer, SDP_SEND, roles);
  if (!sdp_negotiate (offer, roles, transport, &hub->config.sdp, &negotiation, error))
    return NULL;
  return negotiation;
}

void
meeting_hub_offer_card (MeetingHub *hub, const char *id, const CardOffer *offer,
                        SessionCallback callback, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);
  Negotiation *negotiation = NULL;

  hub_set_now (hub, offer->now_us);
  if (meeting == NULL || meeting->card_us == 0 || meeting->card != NULL) {
    room_refuse (PROBLEM_MEETING_NOT_OPEN, &error); /* nobody asks for it any more */
    callback (user_data, NULL, error);
    return;
  }
  MediaSession *session = meeting_add_session (meeting, SESSION_CARD, NULL);
  negotiation = negotiate (hub, offer->sdp, offer->length, session->transport, &error);
  if (negotiation == NULL) {
    meeting_forget_session (meeting, session);
    callback (user_data, NULL, error);
    return;
  }
  Waiter *waiter = g_new0 (Waiter, 1);
  *waiter = (Waiter){ callback, user_data };
  meeting->card = session;
  offer_start (session, negotiation, on_done, waiter);
}

void
meeting_hub_set_card_port (MeetingHub *hub, const CardPort *port, gpointer card_data)
{
  hub->card = *port;
  hub->card_data = card_data;
}
