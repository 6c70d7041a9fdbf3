/* MediaSession: one transport at the relay and what its m-lines are for: a room's, an operator's,
 * an encoder's (WHIP), a viewer's (WHEP), or the test card's. It outlives the WebSocket that made
 * it, and by its SessionRecord also the controller.
 *
 * Owner: its Meeting (main thread); reference-counted because requests to the relay may be
 * answered after it was closed: then @meeting is NULL and nothing may be done with it. */
#pragma once

#include "signaling/meeting/meeting_store.h"
#include "signaling/meeting/router.h"
#include "signaling/sdp/negotiation.h"

typedef struct Meeting Meeting;
typedef struct Seat Seat;
struct RoomConnection;

typedef enum {
  SESSION_ROOM,
  SESSION_OPERATOR,
  SESSION_ENCODER,
  SESSION_VIEWER,
  SESSION_CARD
} SessionKind;

/* One accepted m-line. */
typedef struct {
  char *mid;
  SdpRole role;
  guint index;
  char *name; /* id of the track or slot */
  /* tracks */
  gboolean is_muted;  /* as last told to the relay */
  gboolean is_active; /* packets flow */
  /* cameras: see camera_demand.h */
  char **rids;        /* layers that are wanted; NULL = as offered */
  gboolean is_paused; /* by us: nobody watches */
  gboolean is_silent; /* paused, or a moment ago, and no packets come */
  gint64 resumed_us;  /* when it was asked to come back; 0 = not a moment ago */
  /* slots: what was last routed; shown and track are NULL for nothing */
  Seat *shown;
  char *track;
  int height;
  const char *source;
  gboolean is_voice; /* whoever is heard in place @index, but @except */
  char *except;      /* the own track, or NULL */
} SessionLine;

typedef struct {
  guint refs;
  Meeting *meeting; /* NULL = closed */
  SessionKind kind;
  char *id;
  char *transport;
  Seat *seat;                        /* whose tracks or whose receiver, or NULL */
  struct RoomConnection *connection; /* the WebSocket that it serves now, or NULL */
  char *source;                      /* WHEP of one room: endpoint, or NULL */
  SessionLine *lines;
  guint n_lines;
  char *media_kind; /* "audio": of the tagged m-line, for restarts by fragment */
  char *tagged_mid; /* NULL = the offer had none */
  char *fingerprint;
  char *remote_ufrag;
  TransportIceReply *local; /* of the last answer, or NULL */
  guint version;            /* of the last answer */
  guint etag_serial;
  guint n_candidates;  /* trickled so far */
  gboolean is_pending; /* a request to the relay is under way */
  TransportState state;
  gint64 state_us;
  gint64 line_told_us; /* its room was told of its line */
  gboolean is_starved; /* its line carries sound and little else */
} MediaSession;

MediaSession *media_session_new (Meeting *meeting, SessionKind kind, const char *id,
                                 const char *transport, Seat *seat);
MediaSession *media_session_ref (MediaSession *session);
void media_session_unref (MediaSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaSession, media_session_unref)

/* Takes over the m-lines of @negotiation. Lines that were there before keep what they show. */
void media_session_set_lines (MediaSession *session, const Negotiation *negotiation);
SessionLine *media_session_find_role (MediaSession *session, SdpRole role);
SessionLine *media_session_find_line (MediaSession *session, const char *name);
gboolean media_session_publishes (const MediaSession *session);
/* "<serial>-<hash>", changes with each restart (transfer full). */
char *media_session_etag (const MediaSession *session);

/* The lasting part as a record for the store (transfer full), and back (NULL: unreadable, as after
 * a change of its form: such a session is dropped). */
SessionRecord *media_session_to_record (const MediaSession *session);
MediaSession *media_session_from_record (const SessionRecord *record, Meeting *meeting, Seat *seat);
