/* The messages between a controller and its relay: structs, and one table that both ends are built
 * from.  README.md beside this file is their documentation.
 *
 * Frame: {"type": "transport.create", "id": 7, ...request}; answered by {"type":
 * "transport.create.reply", "id": 7, ...reply} or {"type": "error", "id": 7, "code": ..., "text":
 * ...}. An event has no id.  One frame is one packet of the link, at most
 * LIMIT_CONTROL_MESSAGE_BYTES.
 *
 * Each struct is a record (pipelines/control/record.h): `x_new ()`, `x_free ()`, g_autoptr. Strings
 * are owned by the record (g_strdup what you put in).  Pure data: any thread. */
#pragma once

#include "config/limits.h"
#include "pipelines/control/record.h"
#include "pipelines/control/stream_sample.h"

G_BEGIN_DECLS

/* Raised when a message changes its meaning; a controller and a relay of different versions do not
 * work together, and `hello` says so. */
#define CONTROL_VERSION 1

typedef enum { TRACK_AUDIO, TRACK_VIDEO } TrackKind;
typedef enum { CONTROL_DTLS_SERVER, CONTROL_DTLS_CLIENT } ControlDtlsRole;
typedef enum { CONTROL_IPV4, CONTROL_IPV6 } ControlFamily;
typedef enum {
  TRANSPORT_NEW,          /* created, nothing received */
  TRANSPORT_CHECKING,     /* ICE checks arrive, DTLS is under way */
  TRANSPORT_CONNECTED,    /* media flows */
  TRANSPORT_DISCONNECTED, /* consent expired (30 s); comes back with the next check */
  TRANSPORT_CLOSED,       /* gone for good */
} TransportState;
/* Bit set of CodecSpec.feedback: RFC 4585, RFC 5104, transport-wide-cc, goog-remb. */
typedef enum {
  FEEDBACK_NACK = 1 << 0,
  FEEDBACK_PLI = 1 << 1,
  FEEDBACK_FIR = 1 << 2,
  FEEDBACK_TWCC = 1 << 3,
  FEEDBACK_REMB = 1 << 4,
} CodecFeedback;

extern const char *const track_kind_names[];        /* "audio", "video" */
extern const char *const control_dtls_role_names[]; /* "server", "client" */
extern const char *const control_family_names[];    /* "ipv4", "ipv6" */
extern const char *const transport_state_names[];   /* "new" ... "closed" */
extern const char *const codec_feedback_names[];    /* "nack" ... "remb" */

/* --- parts ---------------------------------------------------------------------------------- */

typedef struct {
  int pt;
  char *name; /* "opus", "VP8", "H264", "VP9", "AV1"; compared without regard to case */
  int clock_rate;
  int channels;   /* 1 unless the SDP says more */
  char *fmtp;     /* NULL = none */
  int rtx_pt;     /* -1 = no retransmission stream (RFC 4588) */
  guint feedback; /* CodecFeedback */
} CodecSpec;
RECORD_DECLARE (CodecSpec, codec_spec)

typedef struct {
  int id; /* RFC 8285 */
  char *uri;
} ExtensionSpec;
RECORD_DECLARE (ExtensionSpec, extension_spec)

/* What a peer publishes in one m-line. */
typedef struct {
  char *track;
  char *mid;
  TrackKind kind;
  gboolean muted;
  GPtrArray *codecs;     /* CodecSpec, in order of preference */
  GPtrArray *extensions; /* ExtensionSpec */
  GArray *ssrcs;         /* guint32; empty = learnt from mid/rid extensions or payload type */
  GArray *rtx_ssrcs;     /* guint32; beside ssrcs, same order */
  char **rids;           /* empty = no simulcast; best first */
} TrackSpec;
RECORD_DECLARE (TrackSpec, track_spec)

/* What a peer receives in one m-line. */
typedef struct {
  char *slot;
  char *mid;
  TrackKind kind;
  guint32 ssrc;
  guint32 rtx_ssrc; /* 0 = none */
  char *cname;
  GPtrArray *codecs;     /* CodecSpec: payload types of this receiver */
  GPtrArray *extensions; /* ExtensionSpec */
} SlotSpec;
RECORD_DECLARE (SlotSpec, slot_spec)

typedef struct {
  char *foundation;
  guint32 priority;
  char *address;
  int port;
  ControlFamily family;
  gboolean tcp; /* passive (RFC 6544) */
} CandidateSpec;
RECORD_DECLARE (CandidateSpec, candidate_spec)

typedef struct {
  char *slot;
  char *track; /* NULL or "" = nothing */
  int height;  /* picture lines wanted; 0 = any */
  char *group; /* instead of a track: whoever has @place in this group of microphones */
  int place;
  char *except; /* with a group: the track that the slot is never to carry, the receiver's own */
} RouteSpec;
RECORD_DECLARE (RouteSpec, route_spec)

typedef struct {
  char *track;
  gboolean muted;
} MuteSpec;
RECORD_DECLARE (MuteSpec, mute_spec)

typedef struct {
  char *track;
  gboolean always; /* passes however quiet it is, among the loudest */
} GroupTrackSpec;
RECORD_DECLARE (GroupTrackSpec, group_track_spec)

/* A living transport, as state.list tells it.  Slots are RouteSpec: what each shows now. */
typedef struct {
  char *transport;
  TransportState state;
  GPtrArray *tracks; /* MuteSpec */
  GPtrArray *slots;  /* RouteSpec */
} TransportSummary;
RECORD_DECLARE (TransportSummary, transport_summary)

typedef struct {
  char *track;
  int level; /* RFC 6464: -dBov, 0 = loudest, 127 = silence */
} LevelSpec;
RECORD_DECLARE (LevelSpec, level_spec)

typedef struct {
  char *transport;
  int rtt_ms; /* -1 = not known yet, here and below */
  int up_loss_permille;
  int down_loss_permille;
  int up_jitter_us;
  gint64 up_bps;
  gint64 down_bps;
  TransportState state;
  char *address;       /* of the peer, "203.0.113.7:50012"; NULL = none yet */
  gboolean tcp;        /* media goes over TCP */
  gint64 estimate_bps; /* what the line towards the peer carries; 0 = not known */
  gint64 target_bps;   /* what its slots would take */
  gint64 at_ms;        /* on the relay's monotonic clock */
  int idle_ms;         /* since anything came from the peer */
  char *samples;       /* of its streams: pipelines/control/stream_sample.h; NULL = none */
} LineStats;
RECORD_DECLARE (LineStats, line_stats)

/* Counters of one shard since its start. */
typedef struct {
  int shard;
  int transports;
  int tracks;
  int slots;
  gint64 rounds;
  gint64 rx_packets;
  gint64 rx_bytes;
  gint64 rx_dropped; /* unknown peer, failed authentication, malformed, over a bound */
  gint64 tx_packets;
  gint64 tx_bytes;
  gint64 tx_dropped; /* refused by the socket */
  gint64 stun_checks;
  gint64 stun_refused;
  gint64 nacks_in;
  gint64 retransmitted;
  gint64 nacks_out;
  gint64 keyframes_asked;
  gint64 keyframes_in;
  gint64 cpu_us;         /* of the shard's thread */
  gint64 round_worst_us; /* longest round since the last relay.stats */
  gint64 starts_cached;  /* slots that started from a keyframe in the cache */
  gint64 pressure;       /* how far pictures are thinned because the shard is late; 0: not */
  gint64 thinned;        /* pictures that are thinned now */
  gint64 handoffs;       /* bursts given to another shard, once for each such shard */
  gint64 wakes;          /* times that other threads woke it */
  gint64 tx_messages;    /* single packets and runs that tx_packets left in */
  gint64 sampling_us;    /* of cpu_us, to tell how lines are (transport.stats) */
} ShardStats;
RECORD_DECLARE (ShardStats, shard_stats)

/* --- requests and replies ------------------------------------------------------------------- */

/* A request or reply without members of its own. */
typedef struct {
  char unused;
} EmptyMessage;
RECORD_DECLARE (EmptyMessage, empty_message)

typedef struct {
  int version; /* CONTROL_VERSION */
} HelloRequest;
RECORD_DECLARE (HelloRequest, hello_request)

typedef struct {
  int version;
  char *relay; /* random id of this run of the relay: another id means that all state is gone */
  int pid;
  gboolean owned;    /* started by a controller: may be told to shut down */
  char *fingerprint; /* "sha-256 AA:BB:...", of its DTLS certificate */
} HelloReply;
RECORD_DECLARE (HelloReply, hello_reply)

typedef struct {
  char *after; /* NULL = from the start; else the last transport of the page before */
} StateListRequest;
RECORD_DECLARE (StateListRequest, state_list_request)

typedef struct {
  GPtrArray *transports; /* TransportSummary, ordered by id, at most LIMIT_CONTROL_PAGE */
  gboolean more;
} StateListReply;
RECORD_DECLARE (StateListReply, state_list_reply)

typedef struct {
  char *transport;
  ControlDtlsRole dtls_role; /* of the relay */
  char *remote_fingerprint;  /* "sha-256 AA:BB:..." */
  char *remote_ufrag;
  GPtrArray *tracks; /* TrackSpec */
  GPtrArray *slots;  /* SlotSpec */
  char *line;        /* as in TransportLimit: those of one line are kept together; or NULL */
  char *remote_pwd;  /* new addresses are asked with it; or NULL: they are taken unproven */
} TransportCreateRequest;
RECORD_DECLARE (TransportCreateRequest, transport_create_request)

/* Reply of transport.create and transport.restart_ice: what an answer's SDP needs. */
typedef struct {
  char *ufrag;
  char *pwd;
  GPtrArray *candidates; /* CandidateSpec */
} TransportIceReply;
RECORD_DECLARE (TransportIceReply, transport_ice_reply)

typedef struct {
  char *transport;
  char *remote_ufrag;
  char *remote_pwd; /* as in TransportCreateRequest */
} TransportRestartIceRequest;
RECORD_DECLARE (TransportRestartIceRequest, transport_restart_ice_request)

/* A full re-offer on a living transport: what is missing is added, what is there stays. */
typedef struct {
  char *transport;
  GPtrArray *tracks; /* TrackSpec */
  GPtrArray *slots;  /* SlotSpec */
} TransportUpdateRequest;
RECORD_DECLARE (TransportUpdateRequest, transport_update_request)

typedef struct {
  char *transport;
} TransportCloseRequest;
RECORD_DECLARE (TransportCloseRequest, transport_close_request)

typedef struct {
  GPtrArray *routes; /* RouteSpec, at most LIMIT_CONTROL_BATCH */
} SlotRouteRequest;
RECORD_DECLARE (SlotRouteRequest, slot_route_request)

typedef struct {
  GPtrArray *mutes; /* MuteSpec, at most LIMIT_CONTROL_BATCH */
} TrackMuteRequest;
RECORD_DECLARE (TrackMuteRequest, track_mute_request)

typedef struct {
  char *track;
} TrackKeyframeRequest;
RECORD_DECLARE (TrackKeyframeRequest, track_keyframe_request)

/* What a transport may take of the network, 0 = as much as there is.  Those that name the same
 * @line share its budget beside their own. */
typedef struct {
  char *transport;
  gint64 down_bps; /* to the peer */
  gint64 up_bps;
  char *line; /* NULL = none */
  gint64 line_down_bps;
  gint64 line_up_bps;
} TransportLimit;
RECORD_DECLARE (TransportLimit, transport_limit)

typedef struct {
  GPtrArray *limits; /* TransportLimit, at most LIMIT_CONTROL_BATCH */
} TransportLimitRequest;
RECORD_DECLARE (TransportLimitRequest, transport_limit_request)

/* Open microphones of which the lead and the loudest few are heard, in places 0 and 1..n. */
typedef struct {
  char *group;
  int n;
  char *lead;        /* NULL = none; one of the tracks */
  GPtrArray *tracks; /* GroupTrackSpec, the whole new list; empty = the group ends */
} AudioGroupRequest;
RECORD_DECLARE (AudioGroupRequest, audio_group_request)

/* Tap one transport, decrypted: pipelines/relay/capture.h. */
typedef struct {
  char *transport;
  gboolean payload; /* FALSE: headers of RTP, and RTCP */
  int seconds;
  gint64 max_bytes;
  char *comment; /* for the file; NULL = none */
} CaptureStartRequest;
RECORD_DECLARE (CaptureStartRequest, capture_start_request)

/* capture.read, capture.stop, capture.headers. */
typedef struct {
  char *transport;
} CaptureTransport;
RECORD_DECLARE (CaptureTransport, capture_transport)

typedef enum { CAPTURE_RUNNING, CAPTURE_TIME, CAPTURE_SIZE } CaptureState;
extern const char *const capture_state_names[]; /* "running", "time", "size": why it ended */

typedef struct {
  char *data;    /* base64 of the next bytes of a pcapng file; NULL = none now */
  gboolean more; /* there are some at once */
  CaptureState state;
  gint64 packets, dropped;
} CaptureReadReply;
RECORD_DECLARE (CaptureReadReply, capture_read_reply)

typedef struct {
  char *data; /* base64 of a snapshot (pipelines/relay/header_ring.h); NULL = nothing was kept */
} CaptureHeadersReply;
RECORD_DECLARE (CaptureHeadersReply, capture_headers_reply)
/* A keyframe of their lowest layer is wanted, for a picture of what they show: it comes as
 * `track.frame` when there is one, soon or not at all. */
typedef struct {
  char **tracks; /* at most LIMIT_CONTROL_BATCH; those that are not there are passed over */
  int wake_s;    /* so long their lowest layers are wanted as if somebody watched; 0: not so */
} TrackPictureRequest;
RECORD_DECLARE (TrackPictureRequest, track_picture_request)

typedef struct {
  GPtrArray *shards; /* ShardStats */
  gint64 uptime_s;
  gint64 rss_bytes;
} RelayStatsReply;
RECORD_DECLARE (RelayStatsReply, relay_stats_reply)

/* --- events --------------------------------------------------------------------------------- */

typedef struct {
  char *transport;
  TransportState state;
  char *reason; /* NULL = none; "consent", "dtls", "closed", "limit" */
} TransportStateEvent;
RECORD_DECLARE (TransportStateEvent, transport_state_event)

typedef struct {
  char *track;
  gboolean active; /* packets flow; FALSE after 2 s without */
  int width;       /* 0 = not known */
  int height;
} TrackStateEvent;
RECORD_DECLARE (TrackStateEvent, track_state_event)

typedef struct {
  GPtrArray *levels; /* LevelSpec: those that changed in the last 250 ms */
} AudioLevelsEvent;
RECORD_DECLARE (AudioLevelsEvent, audio_levels_event)

typedef struct {
  GPtrArray *stats; /* LineStats, at most LIMIT_CONTROL_BATCH; every second in batches */
} TransportStatsEvent;
RECORD_DECLARE (TransportStatsEvent, transport_stats_event)

typedef struct {
  char *slot;
  char *track; /* NULL = nothing */
  gboolean flowing;
  gboolean unsupported; /* the receiver did not agree on the track's codec */
} SlotStateEvent;
RECORD_DECLARE (SlotStateEvent, slot_state_event)

/* What its publisher need send: more at once, less when it was too much for a while. */
typedef struct {
  char *track;
  gboolean watched; /* by anybody */
  char **rids;      /* the layers wanted; of a track that nobody watches the lowest one */
} DemandSpec;
RECORD_DECLARE (DemandSpec, demand_spec)

typedef struct {
  GPtrArray *demands; /* DemandSpec, at most LIMIT_CONTROL_BATCH */
} TrackDemandEvent;
RECORD_DECLARE (TrackDemandEvent, track_demand_event)

/* The line to the peer carries sound and little else, or again more. */
typedef struct {
  char *transport;
  gboolean survival;
} TransportSurvivalEvent;
RECORD_DECLARE (TransportSurvivalEvent, transport_survival_event)

/* What `track.picture` asked for. */
typedef struct {
  char *track;
  char *codec; /* "VP8", "H264", "VP9", "AV1" */
  char *data;  /* the frame as its decoder takes it, in base64 */
} TrackFrameEvent;
RECORD_DECLARE (TrackFrameEvent, track_frame_event)

typedef struct {
  char *code; /* "bad-request", "unknown-type", "not-found", "exists", "limit", "version", ... */
  char *text; /* for a log, English */
} ErrorMessage;
RECORD_DECLARE (ErrorMessage, error_message)

/* --- the table ------------------------------------------------------------------------------ */

typedef enum {
  /* requests, controller -> relay */
  CONTROL_HELLO,
  CONTROL_STATE_LIST,
  CONTROL_TRANSPORT_CREATE,
  CONTROL_TRANSPORT_RESTART_ICE,
  CONTROL_TRANSPORT_UPDATE,
  CONTROL_TRANSPORT_CLOSE,
  CONTROL_SLOT_ROUTE,
  CONTROL_TRACK_MUTE,
  CONTROL_TRACK_KEYFRAME,
  CONTROL_AUDIO_GROUP,
  CONTROL_RELAY_STATS,
  CONTROL_SHUTDOWN,
  CONTROL_TRANSPORT_LIMIT,
  CONTROL_CAPTURE_START,
  CONTROL_CAPTURE_READ,
  CONTROL_CAPTURE_STOP,
  CONTROL_CAPTURE_HEADERS,
  CONTROL_TRACK_PICTURE,
  /* events, relay -> controller */
  CONTROL_TRANSPORT_STATE,
  CONTROL_TRACK_STATE,
  CONTROL_AUDIO_LEVELS,
  CONTROL_TRANSPORT_STATS,
  CONTROL_SLOT_STATE,
  CONTROL_TRACK_DEMAND,
  CONTROL_TRANSPORT_SURVIVAL,
  CONTROL_TRACK_FRAME,
  CONTROL_N_TYPES
} ControlType;

typedef struct {
  const char *name;          /* "transport.create" */
  const RecordType *message; /* of the request or the event */
  const RecordType *reply;   /* NULL for an event */
} ControlMessageRow;

/* The row of @type. */
const ControlMessageRow *control_message_row (ControlType type);
/* FALSE if there is no such message. */
gboolean control_message_find (const char *name, ControlType *ret_type);

typedef enum { FRAME_MESSAGE, FRAME_REPLY, FRAME_ERROR } FrameKind;

/* A decoded frame.  Fields by kind: message: type, id (0 = event), body of row->message;
 * reply: type, id, body of row->reply; error: id, body of ErrorMessage. */
typedef struct {
  FrameKind kind;
  ControlType type;
  gint64 id;
  const RecordType *body_type;
  gpointer body;
} ControlFrame;

void control_frame_clear (ControlFrame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ControlFrame, control_frame_clear)

/* Decodes one packet of the link.  On failure @ret_frame has kind and id as far as they could be
 * read (id 0 = not readable) and no body, so that a request can be answered with an error. */
gboolean control_frame_decode (const char *text, gsize len, ControlFrame *ret_frame,
                               GError **error);

/* Texts of frames, (transfer full).  NULL with @error if longer than LIMIT_CONTROL_MESSAGE_BYTES.
 * @body may be NULL where the message has no members. */
GBytes *control_frame_encode (ControlType type, gboolean is_reply, gint64 id, gconstpointer body,
                              GError **error);
GBytes *control_frame_encode_error (gint64 id, const char *code, const char *text);

G_END_DECLS
