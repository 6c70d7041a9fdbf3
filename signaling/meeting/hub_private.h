/* What the files of meeting/ share of the hub. Internal. Main thread. */
#pragma once

#include "signaling/meeting/hub.h"
#include "signaling/meeting/meeting.h"

/* A room may be away this long and finds its seat, transport and routes as they were; then the
 * seat counts as absent and its place under the cap is free. DOMAIN: a cut line is back in 10 s, a
 * restarted server has its rooms back in 30 s; twice that. */
#define SEAT_GRACE_US (60 * (gint64) G_USEC_PER_SEC)
/* Encoders and viewers have no other sign of life than their transport. The relay reports a lost
 * one after 30 s (RFC 7675); after this much more it is closed. */
#define SESSION_GRACE_US (30 * (gint64) G_USEC_PER_SEC)
/* At most ten batches of seats a second. */
#define SEATS_INTERVAL_US (100 * (gint64) 1000)
/* A voice louder than this (-dBov) speaks, and until this long after. */
#define SPEAKING_LEVEL 50
#define SPEAKING_HOLD_US (2 * (gint64) G_USEC_PER_SEC)
/* Of those who speak at once, so many are told to rooms that do not know all seats. */
#define VOICES_TOLD_MAX 8
/* Requests held at a desk that does not come back are passed up. */
#define DESK_GRACE_US (60 * (gint64) G_USEC_PER_SEC)

/* A page joins in its first second; a socket that never does holds a connection for nothing. */
#define JOIN_TIMEOUT_US (30 * (gint64) G_USEC_PER_SEC)

struct MeetingHub {
  MeetingHubConfig config;
  HealthBoard *health;
  gint64 health_us; /* the board was judged last */
  MeetingStore store;
  gpointer store_data;
  MediaPort media;
  gpointer media_data;
  CardPort card; /* start NULL: none */
  gpointer card_data;
  GHashTable *meetings;    /* id -> Meeting, owned */
  GHashTable *transports;  /* id -> MediaSession, borrowed from its meeting */
  GHashTable *connections; /* set of RoomConnection, owned */
  gint64 now_us;           /* of the last entry: for answers that carry no time */
  gint64 wall_offset_ms;   /* wall clock minus now_us / 1000 */
  gint64 checked_us;       /* connections for JOIN_TIMEOUT_US */
  gboolean is_relay_up;
};

gint64 hub_wall_ms (const MeetingHub *hub);
/* @now_us never runs backwards. */
void hub_set_now (MeetingHub *hub, gint64 now_us);

/* The running meeting; one that storage has open or live is loaded. Else NULL, with
 * *@ret_state and *@ret_reason (transfer full, may be NULL) of a meeting that exists, or with
 * @error when it does not or storage fails. */
Meeting *hub_get_meeting (MeetingHub *hub, const char *id, MeetingState *ret_state,
                          char **ret_reason, GError **error);
/* The session that @name (a track or slot: "<transport>/<suffix>") belongs to, and its line. */
MediaSession *hub_find_line (MeetingHub *hub, const char *name, SessionLine **ret_line);
/* All connections below the cap: one more may come in. */
gboolean hub_has_room (const MeetingHub *hub);
/* The same for a viewer, of whom one token brings any number: it takes no place that an invited
 * endpoint may still come for. When as many are invited as the cap allows, or more, that
 * would leave viewers nothing: then they have half of what all others leave. */
gboolean hub_has_room_for_viewer (const MeetingHub *hub);
/* Stores the new state of @meeting (running or not) with its event; nothing is told yet. */
gboolean hub_store_state (MeetingHub *hub, Meeting *meeting, const StateChange *change,
                          GError **error);
/* Ends @meeting for all, closes its transports and frees it. */
void hub_drop_meeting (MeetingHub *hub, Meeting *meeting, RoomBye bye, const char *reason);
/* What a room is told that comes to a meeting in @state. */
RoomBye hub_bye_of_state (MeetingState state);
