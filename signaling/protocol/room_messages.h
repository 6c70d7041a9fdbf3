/* The room protocol, `diemcau.room.v1`: requests of a room or operator as one table of records, and
 * the texts that the server sends. README.md beside this file documents every message; a test
 * holds the two against each other. Pure: no thread, no I/O. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "pipelines/control/record.h"
#include "signaling/health/client_report.h"
#include "signaling/protocol/floor_replies.h"
#include "signaling/protocol/lobby_messages.h"
#include "signaling/protocol/lobby_replies.h"
#include "signaling/protocol/problem.h"
#include "signaling/protocol/test_messages.h"

#define ROOM_PROTOCOL_NAME "diemcau.room.v1"
#define ROOM_PROTOCOL_VERSION 1

/* Close codes of the WebSocket (RFC 6455 section 7.4.1). */
#define ROOM_CLOSE_NORMAL 1000
#define ROOM_CLOSE_POLICY 1008
#define ROOM_CLOSE_TOO_BIG 1009

/* Who may send a request; a bit set per role, see room_role_rights (). */
typedef enum {
  RIGHT_NONE = 0,
  RIGHT_WATCH = 1 << 0,     /* join, receive, choose one's view */
  RIGHT_TAKE_PART = 1 << 1, /* own microphone, camera, hand, content */
  RIGHT_DIRECT = 1 << 2,    /* others' microphones, spotlight, end */
  RIGHT_BRANCH = 1 << 3,    /* a unit's desk: the rooms of its branch */
} RoomRight;

typedef enum {
  ROOM_JOIN,
  ROOM_MEDIA_OFFER,
  ROOM_MEDIA_RESTART,
  ROOM_VIEW,
  ROOM_MIC,
  ROOM_CAMERA,
  ROOM_PICTURE,
  ROOM_HAND,
  ROOM_CONTENT,
  ROOM_LEAVE,
  ROOM_SEAT_MUTE,
  ROOM_MUTE_ALL,
  ROOM_SPOTLIGHT,
  ROOM_HAND_LOWER,
  ROOM_MEETING_END,
  /* who may come in, and how rooms are led: lobby_messages.h */
  ROOM_LOBBY_ADMIT,
  ROOM_LOBBY_RETURN,
  ROOM_LOBBY_MESSAGE,
  ROOM_MEETING_LOCK,
  ROOM_SEAT_REMOVE,
  ROOM_SEAT_UNBAR,
  ROOM_SEAT_CAMERA,
  ROOM_SEAT_RENAME,
  ROOM_MESSAGE,
  ROOM_MESSAGE_CLEAR,
  ROOM_CHAT,
  ROOM_CHAT_CLOSE,
  ROOM_ROLL_START,
  ROOM_ROLL_STOP,
  ROOM_ROLL_MARK,
  ROOM_HEAD_COUNT,
  ROOM_VOTE_OPEN,
  ROOM_VOTE_CAST,
  ROOM_VOTE_CLOSE,
  ROOM_VOTE_CANCEL,
  /* floor */
  ROOM_QUEUE_ORDER,
  ROOM_QUEUE_PASS_UP,
  ROOM_FLOOR_GRANT,
  ROOM_FLOOR_RELEASE,
  ROOM_FLOOR_NEXT,
  ROOM_FLOOR_EXTEND,
  ROOM_FLOOR_ANSWER,
  ROOM_CONSENT,
  ROOM_MIC_ASK,
  /* pictures */
  ROOM_LAYOUT,
  ROOM_PIN,
  ROOM_AUTOSCAN_START,
  ROOM_AUTOSCAN_STOP,
  ROOM_AUTOSCAN_SKIP,
  /* agenda and time */
  ROOM_AGENDA_GO,
  ROOM_PAPER_SHOW,
  ROOM_PAPER_PAGE,
  ROOM_MEETING_EXTEND,
  /* how its line is, as its page sees it: ClientReport */
  ROOM_STATS,
  /* it sees and hears itself through the relay */
  ROOM_TEST_LOOP,
  /* its test of itself and its line: test_messages.h */
  ROOM_TEST_BEGIN,
  ROOM_TEST_RESULT,
  N_ROOM_REQUESTS
} RoomRequestType;

typedef struct {
  char *resume_transport; /* NULL = nothing to resume */
} JoinRequest;
RECORD_DECLARE (JoinRequest, join_request)

typedef struct {
  char *mid;
  char *role; /* of sdp_role_names */
} OfferLine;
RECORD_DECLARE (OfferLine, offer_line)

typedef struct {
  char *sdp;
  GPtrArray *lines; /* OfferLine; empty = by kind and direction */
} MediaOfferRequest;
RECORD_DECLARE (MediaOfferRequest, media_offer_request)

typedef struct {
  char *sdp;
  GPtrArray *lines; /* OfferLine, also of new m-lines; empty = those of the first offer */
} MediaRestartRequest;
RECORD_DECLARE (MediaRestartRequest, media_restart_request)

typedef struct {
  int main_height; /* 0 = as large as there is */
  int tile_height;
  char **tiles; /* endpoints; chair, co-chairs, operators, desks */
  char *main;   /* endpoint; the same; NULL = what all see */
} ViewRequest;
RECORD_DECLARE (ViewRequest, view_request)

/* mic {open}, camera {on}, content {on}, test.loop {on} */
typedef struct {
  gboolean open;
} MicRequest;
RECORD_DECLARE (MicRequest, mic_request)
typedef struct {
  gboolean on;
} SwitchRequest;
RECORD_DECLARE (SwitchRequest, switch_request)

typedef struct {
  gboolean dark;
} PictureRequest;
RECORD_DECLARE (PictureRequest, picture_request)

typedef struct {
  char *endpoint;
  gboolean locked;
} SeatMuteRequest;
RECORD_DECLARE (SeatMuteRequest, seat_mute_request)

typedef struct {
  char *endpoint; /* NULL = back to the chair */
} EndpointRequest;
RECORD_DECLARE (EndpointRequest, spotlight_request)
extern const RecordType hand_lower_request_type; /* EndpointRequest, endpoint required */

typedef struct {
  char unused;
} NoRequest;
RECORD_DECLARE (NoRequest, no_request)

typedef struct {
  const char *name;
  const RecordType *body;
  guint right;          /* RoomRight: one of these */
  gboolean before_join; /* allowed on a connection that has not joined */
} RoomRequestRow;

const RoomRequestRow *room_request_row (RoomRequestType type);

typedef struct {
  RoomRequestType type;
  gboolean has_id;
  gint64 id;
  gpointer body; /* struct of the row's body type */
} RoomRequest;
void room_request_clear (RoomRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RoomRequest, room_request_clear)

/* Decodes one text frame. Fails with PROBLEM_MESSAGE_TOO_LARGE, _MALFORMED or _UNKNOWN; then
 * ret_request has the id as far as it could be read, and no body. */
gboolean room_request_decode (const char *text, gsize length, RoomRequest *ret_request,
                              GError **error);

/* --- what the server sends; all texts (transfer full) --- */

char *room_message_ok (const RoomRequest *request);
char *room_message_error (const RoomRequest *request, const GError *error);

typedef enum {
  BYE_LEFT,
  BYE_ENDED,
  BYE_REPLACED,
  BYE_REMOVED,   /* not, or no longer, invited */
  BYE_TAKEN_OUT, /* code "removed" too: the secretary took it out */
  BYE_FULL,
  BYE_POSTPONED,
  BYE_CANCELLED,
  BYE_NOT_OPEN,
  BYE_LOCKED, /* no new rooms */
  BYE_BARRED, /* taken out, and may not come back */
  BYE_REHEARSAL_OVER,
  N_BYES
} RoomBye;
const char *room_bye_code (RoomBye bye);
/* @reason: of a postponed or cancelled meeting, put behind the text; or NULL. */
char *room_message_bye (RoomBye bye, const char *reason);
/* @seconds: how long it goes on at most, 0 when it is off. */
char *room_message_test_loop (gboolean is_on, int seconds);
char *room_message_notice (const char *vi, const char *en);
char *room_message_media_reset (const char *reason);

typedef struct {
  const char *mid;
  const char *role; /* "audio", "main", "content", "tile" */
  guint index;
} RoomSlotLine;
char *room_message_media_answer (const RoomRequest *request, const char *transport, const char *sdp,
                                 const RoomSlotLine *slots, gsize n_slots);

typedef struct {
  const char *mid;
  const char *endpoint; /* NULL = nothing */
  const char *source;   /* "camera", "content", "mic" or NULL */
} RoomSlotContent;
char *room_message_slots (const RoomSlotContent *slots, gsize n_slots);

/* What is wanted of a line that the room sends: @rids, none where not @is_sent; without simulcast
 * there are no rids. */
char *room_message_demand (const char *mid, const char *const *rids, gboolean is_sent);

typedef struct {
  guint up_loss_permille;
  guint down_loss_permille;
  int rtt_ms; /* -1 = not known */
  const char *state;
} RoomLine;
char *room_message_line (const RoomLine *line);

typedef struct {
  const char *endpoint;
  int level;
} RoomLevel;
char *room_message_levels (const RoomLevel *levels, gsize n_levels);

/* One seat as it stands in `welcome` and `seats`. Times are UTC ms, 0 = null. */
typedef struct {
  const char *endpoint, *code, *name, *unit_name;
  const char *role, *state, *line; /* line NULL = not known */
  gboolean mic_open, mic_locked, camera_on, content, spotlight, video_active, dark;
  gint64 hand_at_ms, joined_at_ms;
  /* the lobby's and the roll call's part */
  const char *shown_name, *level, *branch; /* NULL = none */
  gboolean camera_locked, barred, sound, moving;
  gboolean paused;                            /* its camera, by us: nobody watches */
  gboolean survival;                          /* its line carries sound and little else */
  int head_count, head_expected;              /* -1 = not told */
  const char *mark, *roll_auto, *roll_reason; /* mark NULL = not called; reason NULL = "" */
  /* its request for the floor */
  const char *topic; /* "" = none */
  gboolean consent, held;
  guint queue; /* place, from 1; 0 = not there */
} RoomSeat;
char *room_seat_json (const RoomSeat *seat);

/* The meeting's own fields. */
typedef struct {
  const char *id, *title, *state, *host_unit, *chair_endpoint, *spotlight, *content_endpoint;
  gint64 starts_at_ms, ends_at_ms, started_at_ms;
  const RoomStage *stage; /* or NULL */
  const RoomLobby *lobby; /* or NULL */
} RoomMeetingInfo;
char *room_meeting_json (const RoomMeetingInfo *meeting);

/* These take ready JSON texts, so that a welcome to 600 rooms encodes each seat once. */
char *room_message_seats (const char *seats_json);
char *room_message_meeting (const char *meeting_json);

typedef struct {
  const char *role;     /* "site", "chair", "cochair", "operator", "observer", "desk" */
  const char *endpoint; /* NULL for those without a seat */
  const char *meeting_json;
  const char *seats_json; /* array */
  json_t *more;           /* object of further members (lent), or NULL */
  gboolean resumed;
  gint64 server_time_ms;
  const json_t *ice_servers; /* array (lent), or NULL: none */
} RoomWelcome;
char *room_message_welcome (const RoomWelcome *welcome);
