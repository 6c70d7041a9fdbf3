/* RoomConnection: one WebSocket of a room or operator. Internal to meeting/.
 *
 *   connected --join--> joined --(bye)--> over      connected --(bye)--> over
 *
 * Owner: the hub, main thread; freed by room_connection_closed () or with the hub. After `bye` it
 * belongs to no meeting and answers nothing. */
#pragma once

#include "signaling/meeting/meeting.h"
#include "signaling/protocol/rate_limit.h"
#include "signaling/protocol/token_bucket.h"

typedef struct RoomOffer RoomOffer;

struct RoomConnection {
  MeetingHub *hub;
  Meeting *meeting; /* NULL until joined and after bye */
  char *meeting_id;
  char *endpoint;
  RoomRole role;
  char *actor;
  char *name;   /* of the user */
  char *branch; /* of a desk, else NULL */
  char *source;
  RoomPeer peer;
  gpointer peer_data;
  RateLimit rate;
  TokenBucket changes;
  gint64 opened_us;
  Seat *seat;            /* NULL for operators */
  MediaSession *session; /* what it receives by and, with a seat, sends by; borrowed */
  RoomOffer *offer;      /* being answered by the relay, or NULL; owned by that request */
  GPtrArray *known; /* Seat that it was told of, beside its branch; NULL = all; see audience.h */
  gboolean is_over;
  int main_height;
  int tile_height;
  char **tiles;                  /* own picks, NULL = by the plan */
  char *main;                    /* own large picture, NULL = what all see */
  guint told_place, told_length; /* of the queue, as last told to a site */
};

guint room_connection_rights (const RoomConnection *connection);
void room_connection_free (RoomConnection *connection);
/* Sends @text (transfer full) unless the connection is over. */
void room_connection_send (RoomConnection *connection, char *text);
/* Sends `bye`, takes it out of its meeting and closes the socket. The seat is not touched. */
void room_connection_bye (RoomConnection *connection, RoomBye bye, const char *reason);
/* Closes a socket that has not joined in time. */
void room_connection_check (RoomConnection *connection, gint64 now_us);
/* Takes it out of its meeting. */
void room_connection_detach (RoomConnection *connection);

/* Finds the handler of @request (handlers.h) and calls it. */
gboolean room_handle (RoomConnection *connection, const RoomRequest *request,
                      gboolean *ret_is_answered, GError **error);
/* The connection goes: the answer to @offer (may be NULL) finds nobody. */
void room_offer_abandon (RoomOffer *offer);
