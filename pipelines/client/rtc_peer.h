/* RtcPeer: one WebRTC association of a client with an ICE-lite server: a socket of its own, ICE
 * (IceClient), DTLS (on the Handshaker's thread), SRTP, RTP out and in, the RTCP that both owe.
 *
 * It begins with an offer that was answered. It numbers what it sends; NACKed packets of the last
 * PEER_RESEND_PACKETS pictures' packets are sent again, byte-identical (RTX is offered for
 * receiving only). Owner: the media thread; callbacks come there and may not free the peer.
 *
 *   connecting -> connected -> failed        a failed peer is not repaired: offer again
 *        '--------------------->'
 */
#pragma once

#include "pipelines/client/media_loop.h"
#include "pipelines/client/peer_receiver.h"
#include "pipelines/transport/handshaker.h"

#define PEER_RESEND_PACKETS 512
#define PEER_RTP_MAX 1300

typedef struct _RtcPeer RtcPeer;

typedef enum {
  RTC_PEER_CONNECTING,
  RTC_PEER_CONNECTED,
  RTC_PEER_FAILED,
} RtcPeerState;

typedef struct {
  void (*on_state) (gpointer user_data, RtcPeerState state);
  /* The receiver of line @line lacks a key frame. */
  void (*on_keyframe_wanted) (gpointer user_data, guint line);
  /* As PeerReceiverConfig.on_key. */
  void (*on_key) (gpointer user_data, const KeyNews *news);
} RtcPeerEvents;

/* What all peers of a process have in common; lent, must outlive them. */
typedef struct {
  MediaLoop *loop;
  Handshaker *handshaker;
  const char *fingerprint;   /* of our certificate */
  const char *local_address; /* NULL: any */
  gboolean tcp; /* by TCP to the address of the first candidate, as behind a blocked line */
  gboolean gro; /* receive coalesced: cheaper, but a loopback then costs less too */
  gboolean decrypt_all;
  guint loss_permille;
  gboolean has_feedback; /* transport-wide, both ways, as browsers have it */
  Histogram *latency;    /* (nullable) */
  Histogram *stun;       /* (nullable): from a check to its answer */
  gboolean is_raw;       /* what is lost, either way, stays lost: a line is measured */
  gint64 check_us;       /* as IceClientConfig */
  guint16 port;          /* of the server in place of the answer's; 0: as it says */
  gboolean deaf; /* the kernel throws away the RTP that comes: a receiver that costs nothing */
} RtcPeerConfig;

typedef struct {
  guint64 tx_packets;
  guint64 tx_bytes;
  guint64 resent;
  guint64 checks, answers; /* of consent */
  gint64 rtt_us;           /* from the last check that was answered to its answer */
  guint64 failed;          /* peers that lost it */
  guint64 unheard;         /* RTP that came to a deaf peer's socket (counted by the kernel) */
  PeerReceiverFigures rx;
} RtcPeerFigures;

/* What the peer reports of a line that we send on, and what we sent on it. */
typedef struct {
  guint64 packets, bytes; /* sent, without the network's headers */
  guint reports;          /* that came; below: of the last one */
  gint64 report_us;
  guint32 highest_seq; /* extended */
  gint32 lost;
  gint64 jitter_us;
  gint64 rtt_us; /* -1: it does not tell */
} LineSending;

/* (transfer full). NULL with @error if no socket can be had or no candidate be used. */
RtcPeer *rtc_peer_new (const RtcPeerConfig *config, const Offer *offer, const Answer *answer,
                       const RtcPeerEvents *events, gpointer user_data, GError **error);
void rtc_peer_free (RtcPeer *peer);

/* One packet of the sending line @line. @level: RFC 6464 for audio, -1 for video. Dropped unless
 * connected and accepted. */
typedef struct {
  guint32 rtp_ts;
  gboolean marker;
  int level;
  const guint8 *payload;
  gsize size;
} RtcPeerPacket;

void rtc_peer_send (RtcPeer *peer, guint line, const RtcPeerPacket *packet);

/* Call about once a second: sender reports (RFC 3550 6.4.1). @ntp: NTP time of @rtp_ts, for each
 * sending line. */
void rtc_peer_send_report (RtcPeer *peer, guint line, guint64 ntp, guint32 rtp_ts);

void rtc_peer_pause_line (RtcPeer *peer, guint line);

RtcPeerState rtc_peer_get_state (const RtcPeer *peer);
RtcPeerFigures rtc_peer_get_figures (const RtcPeer *peer);
/* FALSE: @line is none of these. */
gboolean rtc_peer_get_sending (const RtcPeer *peer, guint line, LineSending *ret_sending);
gboolean rtc_peer_get_reception (const RtcPeer *peer, guint line, LineReception *ret_reception);
/* (nullable) (transfer none): the address that answered. */
const NetAddress *rtc_peer_get_remote (const RtcPeer *peer);
/* Counts add up, the longest gap is the longer one. */
void rtc_peer_figures_add (RtcPeerFigures *sum, const RtcPeerFigures *one);
void rtc_peer_reset_worst (RtcPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcPeer, rtc_peer_free)
