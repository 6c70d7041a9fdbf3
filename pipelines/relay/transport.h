/* Transport: one ICE + DTLS + SRTP association with a room, an encoder or a viewer; its tracks and
 * slots.
 *
 *   new --check--> checking --nominated and keys--> connected <--check-- disconnected
 *    |                |                                 |  --30 s without a check-->  |
 *    +--- 60 s -------+---------------- close, DTLS alert, 30 s disconnected ---------+--> closed
 *
 * Owner: one shard. Life cycle: transport_new() by command; when it closes by itself it says so in
 * a transport.state event and stays, dead, until the command that frees it.
 */
#pragma once

#include "pipelines/relay/header_ring.h"
#include "pipelines/relay/line_share.h"
#include "pipelines/relay/shard.h"
#include "pipelines/relay/track_shape.h"
#include "pipelines/relay/transport_limits.h"
#include "pipelines/rtp/demux.h"
#include "pipelines/rtp/red.h"
#include "pipelines/rtp/resend.h"
#include "pipelines/rtp/twcc.h"
#include "pipelines/transport/rtcp_sealer.h"
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/srtp_opener.h"

struct Transport {
  /* read for every burst, kept together: TRANSPORT_HOT_BYTES */
  Shard *shard;
  Sealer *sealer;
  gboolean sendable; /* path, keys and consent are there */
  gboolean has_path;
  gboolean is_calm;        /* nothing is due at its slow ticks; transport_stir () */
  gboolean holds_video;    /* a slow TCP reader: none is sent until it has caught up */
  gboolean gives_feedback; /* transport-wide, at least once: its LineShare has a clock */
  guint32 serial;
  NetPath path;          /* valid when has_path */
  guint16 transport_seq; /* of the next packet sent, for the receiver's feedback */
  LineShare *share;      /* NULL: nothing is known of what its line carries */
  guint64 down_bytes;    /* since start, as up_bytes */
  Capture *capture;      /* NULL: nobody asked for what goes through it */
  RedNeed red;
  HeaderRing headers; /* of late */

  /* read for every report that comes, kept together: transport_prefetch () */
  SrtpOpener *opener;   /* what comes in */
  GPtrArray *slots;     /* Slot, owned */
  gint64 heard_us;      /* anything came from the peer; 0: nothing yet */
  gint64 rtt_us;        /* of its reports; -1: not known */
  guint32 down_lost_q8; /* worst fraction lost that they told, since the last transport.stats */
  gboolean down_known;

  gchar *remote_text; /* of path; NULL: there was none yet */

  gchar *id;
  TransportState state;
  gint64 since_us; /* of the state */
  DtlsRole dtls_role;
  gchar *remote_fingerprint;
  IceSession *ice;
  Handshake *handshake;
  gpointer dtls_owner; /* user data of the handshake, which frees it */
  RtcpSealer *rtcp_sealer;
  RtpDemux *demux;
  ExtensionMap extensions; /* of what it publishes */
  GPtrArray *tracks;       /* Track, owned; same numbers as in the demux */
  guint32 rtcp_ssrc;       /* of our reports and feedback */
  SenderClock sender;
  gboolean twcc_agreed;
  TwccReceiver *twcc; /* NULL: not agreed, or nothing came yet */
  ResendBudget resends;
  TransportLimits limits;
  guint64 up_bytes; /* since start */
  /* at the last transport.stats */
  guint64 up_expected, up_received;
  guint64 told_up_bytes, told_down_bytes;
  gint64 told_us;
};

#define TRANSPORT_REPORT_BYTES                                                                     \
  (G_STRUCT_OFFSET (Transport, remote_text) - G_STRUCT_OFFSET (Transport, opener))
#define TRANSPORT_HOT_BYTES G_STRUCT_OFFSET (Transport, headers.newest)

/* What a packet has beside its payload: headers of RTP, UDP and IP, and the tag. */
#define PACKET_OVERHEAD_BYTES 64

/* The transport-wide number of a packet that is sent now, with @payload_len bytes. */
static inline guint16
transport_next_seq (Transport *transport, guint payload_len)
{
  guint16 seq = transport->transport_seq++;

  if (transport->share != NULL)
    estimator_on_sent (&transport->share->estimator, seq, payload_len + PACKET_OVERHEAD_BYTES,
                       transport->shard->now_us);
  return seq;
}

/* Something has changed that a slow tick looks at: routes, pictures, what bounds its line. */
static inline void
transport_stir (Transport *transport)
{
  transport->is_calm = FALSE;
}

/* What the receiver's line carries, 0: not known. */
static inline guint
transport_line_bps (const Transport *transport)
{
  const LineShare *share = transport->share;

  return share != NULL && estimator_is_told (&share->estimator)
             ? estimator_get_bps (&share->estimator)
             : 0;
}

/* What a controller says about a transport, checked. */
typedef struct {
  guint32 serial;
  TransportCreateRequest *request; /* owned */
  GPtrArray *shapes;               /* TrackShape, one per track of the request */
} TransportPlan;

void transport_plan_free (TransportPlan *plan);

/* NULL and @error if the fingerprint or an m-line cannot be used. */
Transport *transport_new (Shard *shard, const TransportPlan *plan, GError **error);
void transport_free (Transport *transport);

/* Adds the tracks and slots of @plan that are not there yet; slots keep their order. */
gboolean transport_update (Transport *transport, const TransportPlan *plan, GError **error);

/* Ends it: BYE, DTLS close; emits transport.state. */
void transport_close (Transport *transport, const gchar *reason);

/* By UDP or by TCP, as nominated. */
static inline gboolean
transport_is_tcp (const Transport *transport)
{
  return transport->has_path && transport->path.connection != 0;
}

/* Stops all video, or lets it start again with a keyframe. */
void transport_hold_video (Transport *transport, gboolean hold);

/* The TCP connection of its path has closed: nothing can be sent until the next check. */
void transport_on_path_lost (Transport *transport);

void transport_on_check (Transport *transport, const IceCheck *check);
void transport_on_dtls (Transport *transport, const guint8 *data, gsize len);
void transport_on_rtp (Transport *transport, guint8 *data, gsize len);
void transport_on_rtcp (Transport *transport, guint8 *data, gsize len);

/* What is going to be read for a datagram of RTP or RTCP is fetched while those before it are read.
 * One thing leads to the next, so there are some datagrams between these three. */
void transport_prefetch (const Transport *transport);
void transport_prefetch_opener (const Transport *transport, gboolean is_rtcp);
void transport_prefetch_keys (const Transport *transport, gboolean is_rtcp);

/* Before it first gives or is given transport-wide feedback: the shard's clock looks at it. */
void transport_begin_feedback (Transport *transport);

/* Once a second: consent, reports. */
void transport_tick (Transport *transport);

#define RTCP_BUFFER_BYTES (RTCP_COMPOUND_MAX + SRTCP_TRAILER_BYTES_MAX)
/* transport_rtcp.c: protects and sends one compound; @data needs SRTCP_TRAILER_BYTES_MAX more. */
void transport_send_rtcp (Transport *transport, guint8 *data, gsize len);
void transport_send_reports (Transport *transport);
void transport_send_twcc (Transport *transport);
void transport_send_bye (Transport *transport);

Slot *transport_find_slot (Transport *transport, guint32 ssrc);

/* The entry of transport.stats for the time since the last one; (transfer full). */
LineStats *transport_take_stats (Transport *transport);
