/* RtcPeer: a full WebRTC client: ICE (libnice's agent), DTLS, SRTP, the RTCP that a sender owes.
 *
 * It makes one offer with the given lines, takes the answer, connects, and sends RTP packets that
 * it numbers itself. Retransmission: NACKed packets of the last PEER_RESEND_PACKETS are sent again,
 * byte-identical (RTX is not offered). What arrives is decrypted and counted.
 * Owner: the thread of its GMainContext; callbacks come there and may free the peer's owner, not
 * the peer itself.
 *
 *   new -> connecting (answer) -> connected -> failed | closed
 *                            \-> failed
 */
#pragma once

#include "pipelines/client/description.h"
#include "pipelines/transport/dtls.h"

#include <glib.h>

#define PEER_RESEND_PACKETS 512
#define PEER_RTP_MAX 1300

typedef struct _RtcPeer RtcPeer;

typedef enum {
  RTC_PEER_NEW,
  RTC_PEER_CONNECTING,
  RTC_PEER_CONNECTED,
  RTC_PEER_FAILED,
  RTC_PEER_CLOSED,
} RtcPeerState;

typedef struct {
  void (*on_state) (RtcPeer *peer, RtcPeerState state, gpointer user_data);
  /* The receiver of line @line lacks a key frame. */
  void (*on_keyframe_wanted) (RtcPeer *peer, guint line, gpointer user_data);
} RtcPeerEvents;

typedef struct {
  guint64 tx_packets;
  guint64 tx_bytes;
  guint64 resent;
  guint64 rx_packets;
  guint64 rx_bytes;
  guint64 rx_lost; /* gaps in the received sequence numbers */
  guint64 rx_refused;
} RtcPeerCounters;

typedef struct {
  GMainContext *context;
  DtlsContext *dtls;         /* shared by all peers of the process */
  const char *fingerprint;   /* of its certificate */
  const char *local_address; /* NULL: all but loopback */
  const LineRole *roles;
  guint n_roles;
} RtcPeerConfig;

/* (transfer full). NULL with @error when no local address can be used. */
RtcPeer *rtc_peer_new (const RtcPeerConfig *config, const RtcPeerEvents *events, gpointer user_data,
                       GError **error);
void rtc_peer_free (RtcPeer *peer);

/* (transfer full) */
char *rtc_peer_create_offer (RtcPeer *peer);
gboolean rtc_peer_take_answer (RtcPeer *peer, const char *sdp, GError **error);

/* One packet of the sending line @line. @level: RFC 6464 for audio, -1 for video. Dropped unless
 * connected and accepted. */
void rtc_peer_send (RtcPeer *peer, guint line, guint32 rtp_ts, gboolean marker, int level,
                    GBytes *payload);

/* Call about once a second: sender reports (RFC 3550 6.4.1). @ntp: NTP time of @rtp_ts, for each
 * sending line. */
void rtc_peer_send_report (RtcPeer *peer, guint line, guint64 ntp, guint32 rtp_ts);

RtcPeerState rtc_peer_get_state (const RtcPeer *peer);
const RtcPeerCounters *rtc_peer_get_counters (const RtcPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcPeer, rtc_peer_free)
