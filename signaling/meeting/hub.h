/* MeetingHub: all running meetings of this controller: rooms, encoders (WHIP) and viewers (WHEP)
 * come in, media events come up, the live meeting comes out.
 *
 * Owner: the main thread; nothing here is thread-safe and nothing blocks but the store's calls.
 * The hub reads no clock and no socket: each entry point takes @now_us (monotonic), the wall clock
 * comes by meeting_hub_set_wall_clock (), timers run from meeting_hub_tick ().
 * Life: new -> start (loads running meetings) -> ... -> free (closes nothing at the relay: the
 * media of a running meeting goes on without a controller). */
#pragma once

#include <glib.h>

#include "signaling/health/board.h"
#include "signaling/meeting/media_port.h"
#include "signaling/meeting/meeting_store.h"
#include "signaling/protocol/ice_servers.h"
#include "signaling/protocol/problem.h"
#include "signaling/schedule/meeting_record.h"
#include "signaling/sdp/offer.h"

typedef struct MeetingHub MeetingHub;
typedef struct RoomConnection RoomConnection;

/* Of cameras that nobody watches. */
typedef enum { CAMERA_PAUSE_OFF, CAMERA_PAUSE_LAYERS, CAMERA_PAUSE_ALL } CameraPause;

typedef struct {
  guint max_connections; /* rooms + encoders + viewers + operators; 0 = 1000 */
  SdpPreferences sdp;
  guint loss_fair_permille; /* from here the line is "fair" (yellow); 0 = 10 */
  guint loss_poor_permille; /* above this "poor" (red); 0 = 50 */
  guint loudest_voices;     /* heard at once beside the lead's; 0 = 3 */
  guint room_down_kbps;     /* of rooms of which nothing else is said; 0 = no bound */
  guint room_up_kbps;
  gint64 line_calm_us; /* a light improves only after this much calm; 0 = 5 s */
  CameraPause
      camera_pause; /* of those that nobody watches: nothing, all but the lowest layer, all */
  IceServersConfig ice_servers; /* that rooms are told of */
} MeetingHubConfig;

/* @store, @media and @config are copied (shallow: strings and user data must outlive the hub). */
MeetingHub *meeting_hub_new (const MeetingHubConfig *config, const MeetingStore *store,
                             gpointer store_data, const MediaPort *media, gpointer media_data);
void meeting_hub_free (MeetingHub *hub);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeetingHub, meeting_hub_free)

/* Wall clock: @wall_ms (UTC ms) is the time at @now_us. Call before start and about each minute. */
void meeting_hub_set_wall_clock (MeetingHub *hub, gint64 wall_ms, gint64 now_us);
/* Loads the open and live meetings. Seats are "reconnecting" until their rooms or transports show.
 */
gboolean meeting_hub_start (MeetingHub *hub, gint64 now_us, GError **error);
/* Timers: batched seat updates, lines, time-outs. Call every 50-100 ms. */
void meeting_hub_tick (MeetingHub *hub, gint64 now_us);

/* How each line is: judged once a second from meeting_hub_tick (); sites come and go with their
 * meetings. */
HealthBoard *meeting_hub_get_health (MeetingHub *hub);

/* --- Meetings (for REST) --- */

typedef struct {
  MeetingState state;
  const char *reason; /* for postponed and cancelled, else NULL */
  const char *actor;  /* user id for the log */
  const char *source; /* numeric address it comes from, for the log; may be NULL */
} StateChange;

/* Opens, starts (live), ends, rehearses, postpones or cancels @meeting, or ends its rehearsal
 * (scheduled; its result is kept; opening the meeting ends it, too): checks, stores, tells all
 * connections (ended, postponed, cancelled: `bye`, transports closed). Times of a postponed meeting
 * are changed by the caller in storage, then meeting_hub_reload (). Blocking (store). */
gboolean meeting_hub_set_meeting_state (MeetingHub *hub, const char *meeting,
                                        const StateChange *change, gint64 now_us, GError **error);
/* Moves the planned end of a running @meeting by @minutes (1 to ROOM_EXTEND_MINUTES_MAX), from now
 * where it is over; of @change only who and from where counts. Blocking (store). */
gboolean meeting_hub_extend (MeetingHub *hub, const char *meeting, guint minutes,
                             const StateChange *change, gint64 now_us, GError **error);
/* After title, times or invited endpoints were changed in storage: takes them over; rooms that are
 * no longer invited get `bye removed`. A meeting that is not running: nothing to do, TRUE. */
gboolean meeting_hub_reload (MeetingHub *hub, const char *meeting, gint64 now_us, GError **error);

/* The same for all that run: what their endpoints' lines may carry was changed in storage. */
void meeting_hub_reload_lines (MeetingHub *hub, gint64 now_us);

/* The seats as the protocol shows them: JSON array text (transfer full), or NULL when the meeting
 * is not running. */
char *meeting_hub_seats_json (MeetingHub *hub, const char *meeting, gint64 now_us);
typedef struct {
  guint meetings, rooms, encoders, viewers, operators, connections, max_connections;
} MeetingHubStats;
void meeting_hub_get_stats (const MeetingHub *hub, MeetingHubStats *stats);

/* --- Rooms (WebSocket) --- */

typedef enum {
  ROOM_SITE,     /* an invited endpoint; becomes chair by itself if it is the chair's endpoint */
  ROOM_OPERATOR, /* secretary or technician: sees all, has no seat */
  ROOM_OBSERVER, /* like an operator without the right to act */
  ROOM_DESK      /* a unit's secretary: sees and leads the rooms of its branch */
} RoomRole;

typedef struct {
  const char *meeting;
  const char *endpoint; /* "" for operators and observers */
  RoomRole role;
  const char *actor;  /* user id for the log */
  const char *name;   /* shown name of the user */
  const char *source; /* numeric address of the client, for the log; may be NULL */
  const char *branch; /* unit code of a desk, else NULL */
} RoomGrant;

/* Towards the WebSocket. Neither may call back into the hub; close () is asynchronous: the caller
 * still calls room_connection_closed () when the socket is gone, exactly once in every case. */
typedef struct {
  void (*send_text) (gpointer peer_data, const char *text, gsize length);
  void (*close) (gpointer peer_data, guint16 code, const char *reason);
} RoomPeer;

/* The caller has authenticated the user and his right on @grant. Refused: unknown meeting
 * (PROBLEM_MEETING_UNKNOWN). What a room should read in words (not open yet, full, not invited)
 * comes as `bye` after its `join`. The connection belongs to the hub; valid until
 * room_connection_closed () or meeting_hub_free (). */
RoomConnection *meeting_hub_connect_room (MeetingHub *hub, const RoomGrant *grant,
                                          const RoomPeer *peer, gpointer peer_data, gint64 now_us,
                                          GError **error);
/* One text frame (need not be NUL-terminated). A breach of limits closes with 1008 / 1009. */
void room_connection_receive (RoomConnection *connection, const char *text, gsize length,
                              gint64 now_us);
/* The WebSocket is gone; frees @connection. The seat and its media stay for a reconnect. */
void room_connection_closed (RoomConnection *connection, gint64 now_us);

/* --- Encoders and viewers (WHIP, WHEP) --- */

typedef struct {
  const char *meeting;
  const char *endpoint; /* the seat an encoder takes; "" for viewers */
  const char *actor;    /* for the log */
  const char *source;   /* numeric address of the client, for the log; may be NULL */
} SessionGrant;

/* One HTTP request on media, lent; what a call does not use may be NULL. */
typedef struct {
  const SessionGrant *grant;
  const char *source;   /* play: endpoint, NULL = the hall */
  const char *session;  /* patch: id */
  const char *if_match; /* patch: the header's value, quotes and all, or NULL */
  const char *body;     /* offer or fragment; need not be NUL-terminated */
  gsize length;
} SessionRequest;

typedef struct {
  const char *session; /* id for the Location */
  const char *etag;    /* without quotes; changes with each ICE restart */
  const char *sdp;     /* answer, or for a PATCH the answer fragment; NULL = nothing to say (204) */
} SessionAnswer;

/* Exactly one call, possibly before the function that took it returns. @answer is NULL exactly when
 * @error is set; both are only lent. */
typedef void (*SessionCallback) (gpointer user_data, const SessionAnswer *answer,
                                 const GError *error);

/* WHIP: offer of an encoder that takes the seat of grant->endpoint. A new encoder of the same
 * endpoint replaces an older one; a room with media on the seat: PROBLEM_SEAT_TAKEN. */
void meeting_hub_publish (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                          gpointer user_data, gint64 now_us);
/* WHEP: what the hall sees and hears, or only the source. */
void meeting_hub_play (MeetingHub *hub, const SessionRequest *request, SessionCallback callback,
                       gpointer user_data, gint64 now_us);
/* PATCH with application/trickle-ice-sdpfrag (RFC 8840): candidates (no answer) or ICE restart
 * (answer fragment, new ETag). Without If-Match: PROBLEM_ETAG_MISSING; no match:
 * PROBLEM_ETAG_MISMATCH; "*" matches for a restart. */
void meeting_hub_session_patch (MeetingHub *hub, const SessionRequest *request,
                                SessionCallback callback, gpointer user_data, gint64 now_us);
gboolean meeting_hub_session_delete (MeetingHub *hub, const SessionGrant *grant,
                                     const char *session, gint64 now_us, GError **error);

/* --- The test card (test_card.h) --- */

/* Whoever makes it: a picture and a tone, offered by meeting_hub_offer_card () as soon as they are
 * there. Neither may call back into the hub. */
typedef struct {
  void (*start) (gpointer card_data, const char *meeting);
  void (*stop) (gpointer card_data, const char *meeting);
} CardPort;

typedef struct {
  const char *sdp; /* sends one microphone and one camera; need not be NUL-terminated */
  gsize length;
  gint64 now_us;
} CardOffer;

/* Copied; before it is set there is no card. */
void meeting_hub_set_card_port (MeetingHub *hub, const CardPort *port, gpointer card_data);
/* PROBLEM_MEETING_NOT_OPEN: nobody asks for it any more. */
void meeting_hub_offer_card (MeetingHub *hub, const char *meeting, const CardOffer *offer,
                             SessionCallback callback, gpointer user_data);
/* --- Media (from the relay link) --- */

/* An event of the relay: @event is the struct of @type (CONTROL_TRANSPORT_STATE and following),
 * lent. Other types are passed over. */
void meeting_hub_on_media_event (MeetingHub *hub, ControlType type, gconstpointer event,
                                 gint64 now_us);
/* The link to the relay broke (process dead or restarting). Nothing is told to the rooms yet. */
void meeting_hub_on_relay_lost (MeetingHub *hub, gint64 now_us);
/* The link is up (again): @survivors are all transports that the relay has (TransportSummary *,
 * the pages of state.list joined; lent). Sessions whose transport survived resume, with mutes and
 * routes sent again in full; the others get `media.reset`; transports that nobody owns are closed.
 * Also called at the first start. */
void meeting_hub_on_relay_back (MeetingHub *hub, const GPtrArray *survivors, gint64 now_us);
