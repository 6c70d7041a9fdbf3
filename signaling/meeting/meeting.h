/* Meeting: one running meeting: its seats, who is connected, what everyone sees and hears.
 *
 * Owner: the hub, main thread. Changes are stored first, then applied, then told: seats in batches
 * from meeting_tick (), routes as one difference. Internal to meeting/. */
#pragma once

#include "signaling/meeting/hub.h"
#include "signaling/meeting/live_state.h"
#include "signaling/meeting/seat.h"
#include "signaling/protocol/room_messages.h"

struct Meeting {
  MeetingHub *hub;
  MeetingRecord *record;
  char *spotlight;        /* endpoint or NULL */
  char *content;          /* endpoint or NULL */
  LiveState *live;        /* never NULL */
  GHashTable *seats;      /* endpoint -> Seat, owned */
  GPtrArray *seat_list;   /* Seat, borrowed, by name */
  GHashTable *sessions;   /* id -> MediaSession, one reference each */
  GPtrArray *papers;      /* MeetingPaper */
  GPtrArray *connections; /* RoomConnection that joined, borrowed */
  guint serial;           /* of transports */
  guint n_in;             /* seats that are not absent */
  MediaSession *card;     /* of the test card, or NULL; borrowed */
  gint64 card_us;         /* its publisher was started; 0 = there is none */
  guint n_viewers;
  guint n_operators;
  Vote *vote;          /* the last one, or NULL */
  GPtrArray *chat;     /* ChatLine: the last ones, oldest first */
  guint n_chat_untold; /* of them, not told yet */
  TokenBucket talk;    /* of all together */
  gint64 vote_told_us;
  gboolean vote_dirty;   /* ballots came since */
  gboolean census_dirty; /* the count of rooms may be another */
  gint64 census_us;
  char *census;  /* as last told, or NULL */
  char *voices;  /* as last told the relay, or NULL */
  Quorum quorum; /* as last counted */
  gboolean routes_dirty;
  gboolean info_dirty;
  gboolean seats_dirty;
  gboolean queue_dirty;
  gint64 floor_lost_us;  /* the line of who has the floor is cut since, 0 = it is there */
  gboolean is_scan_warm; /* the next one of the scan was warmed up */
  gboolean is_over;      /* its time is over: the hub ends it */
  gint64 desk_left_us;   /* since when a desk that may hold requests is away, 0 = none */
  gint64 seats_sent_us;
  gint64 checked_us;
};

/* Takes @stored. Seats with a session are reconnecting from @now_us on. */
Meeting *meeting_new (MeetingHub *hub, StoredMeeting *stored, gint64 now_us);
/* Its connections and sessions must be gone; see hub_drop_meeting (). */
void meeting_free (Meeting *meeting);

Seat *meeting_find_seat (const Meeting *meeting, const char *endpoint);
guint meeting_count_connections (const Meeting *meeting);

/* An event alone, of the system or of a connection that comes or goes. */
void meeting_log (Meeting *meeting, const char *kind, const char *actor, const char *endpoint,
                  const char *detail);

/* The seat is taken, lost for now, back, or given up. Count it under the cap and log it. */
void meeting_seat_enter (Meeting *meeting, Seat *seat, const char *actor);
void meeting_seat_lose (Meeting *meeting, Seat *seat, const char *reason);
void meeting_seat_leave (Meeting *meeting, Seat *seat, const char *reason);
void meeting_seat_changed (Meeting *meeting, Seat *seat);
/* After meeting->live was replaced: marks the seats whose place in the queue is another. */
void meeting_live_changed (Meeting *meeting, const LiveState *former);

/* A session with a fresh transport id; registered, one reference with the meeting. */
MediaSession *meeting_add_session (Meeting *meeting, SessionKind kind, Seat *seat);
/* Closes the transport and forgets the session, in storage too. */
void meeting_close_session (Meeting *meeting, MediaSession *session);
/* Closes all sessions of @seat that are of @kind. */
void meeting_close_sessions_of (Meeting *meeting, const Seat *seat, SessionKind kind);
/* Forgets it without telling the relay (which lost it). */
void meeting_forget_session (Meeting *meeting, MediaSession *session);
gboolean meeting_store_session (Meeting *meeting, const MediaSession *session, GError **error);

/* Tells the relay what of @seat (NULL: of all seats) is muted now; @is_full: also what it was told
 * before. */
gboolean meeting_wants_muted (const Meeting *meeting, const Seat *seat, SdpRole role);
void meeting_sync_mutes (Meeting *meeting, Seat *seat, gboolean is_full);
/* Plans anew and tells the relay and the rooms what changed. */
void meeting_update_routes (Meeting *meeting);
/* Sends the whole content of the slots of @session to its room. */
void meeting_send_slots (Meeting *meeting, MediaSession *session);

void meeting_broadcast (Meeting *meeting, const char *text);
/* To chair, co-chairs and operators. */
void meeting_tell_directors (Meeting *meeting, const char *text);
/* A desk is connected whose branch @seat is in. */
gboolean meeting_has_desk_for (const Meeting *meeting, const Seat *seat);
char *meeting_info_json (const Meeting *meeting);
char *meeting_seats_json (Meeting *meeting);
/* What changed is told now, not at the next tick: routes, the meeting's fields, seats. */
void meeting_tell_now (Meeting *meeting);
void meeting_tick (Meeting *meeting, gint64 now_us);

/* Takes over changed title, times and invited endpoints. */
void meeting_reload (Meeting *meeting, StoredMeeting *stored);
