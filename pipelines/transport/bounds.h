/* Bounds on all that a peer controls in pipelines/transport, with their reasons. */
#pragma once

#include <glib.h>

/* A STUN check of a browser has 100-130 bytes; anything near the MTU is no check. */
#define ICE_LITE_REQUEST_MAX 1200

/* "our ufrag:their ufrag". RFC 8445 5.3 allows 256 characters each; ours has 8. */
#define ICE_LITE_USERNAME_MAX 272
#define ICE_LITE_UFRAG_MAX 256

/* libnice aborts when a reply does not fit; with the USERNAME bound above 2048 bytes always do. */
#define ICE_LITE_REPLY_MAX 2048

/* Remote addresses remembered for one session: a host with Wi-Fi, cable, VPN, IPv4 and IPv6. */
#define ICE_LITE_ADDRESSES_MAX 8

/* RFC 7675 5.1: consent expires 30 seconds after the last authenticated check. */
#define ICE_LITE_CONSENT_US (30 * G_USEC_PER_SEC)

/* A path without a check for so long yields to any authenticated one (NAT rebinding, Wi-Fi to 4G
 * without a new nomination). Clients check every 2.5 s (Chromium) to 6 s (libnice, at most). */
#define ICE_LITE_SILENT_PATH_US (7 * G_USEC_PER_SEC)

/* A new address is asked so often, 100 ms, 200 ms, ... apart: 6 s in all. A line that has just
 * changed loses packets. */
#define ICE_RETURN_TRIES 6
#define ICE_RETURN_FIRST_US (100 * 1000)

/* Candidates of an ICE-lite peer that a client tries: its addresses of both families. */
#define ICE_CLIENT_CANDIDATES_MAX 8

/* No candidate answers for so long: the peer cannot be reached. */
#define ICE_CLIENT_CONNECT_US (20 * G_USEC_PER_SEC)

/* UDP payload of a DTLS record we send: fits IPv6's minimum MTU with room for a tunnel. */
#define DTLS_MTU 1200

/* One DTLS datagram: a record holds at most 2^14 bytes, a UDP datagram on our links far less. */
#define DTLS_DATAGRAM_MAX 4096

/* Datagrams of one endpoint waiting for the handshake thread: two flights of fragments. */
#define HANDSHAKE_QUEUE_MAX 32

/* A handshake that takes longer has lost its peer. */
#define HANDSHAKE_TIMEOUT_US (30 * G_USEC_PER_SEC)

/* SSRCs one peer may use in the life of its transport: libsrtp keeps a stream for each. */
#define SRTP_SESSION_SSRC_MAX 256

/* Packets that may overtake each other: 0.5 s at 2000 packets/s. */
#define SRTP_SESSION_REPLAY_WINDOW 1024

/* Under one key, so that no nonce comes twice (RFC 3711 9.2): RTP has 2^48 packets, RTCP 2^31. */
#define SRTP_INDEX_MAX ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define SRTCP_INDEX_MAX 0x7fffffffu

/* One outgoing datagram (RTP 1200 + header extensions + tag, and DTLS, all fit). */
#define SEND_BATCH_SEGMENT_MAX 1472

/* Linux: UDP_MAX_SEGMENTS of the older kernels; the sum below 64 KB with IP and UDP header. */
#define SEND_BATCH_SEGMENTS_MAX 64
#define SEND_BATCH_MESSAGE_BYTES_MAX 65000

/* One frame of RFC 4571: what a datagram of DTLS or RTP may have. Longer: no peer of ours. */
#define TCP_FRAME_MAX 4096

/* Connections of one port that have not proven themselves: the first check follows the connection
 * within a round trip. Beyond the one the newest of that source is refused (a NAT hides a commune's
 * rooms), beyond the other the oldest of all goes. */
#define TCP_PENDING_PER_SOURCE_MAX 32
#define TCP_PENDING_MAX 256
#define TCP_PENDING_US (5 * G_USEC_PER_SEC)

/* Proven connections of one port: every transport with a second one. */
#define TCP_CONNECTIONS_MAX 4096

/* A connection without an authenticated check for so long serves nobody (RFC 7675: 30 s). */
#define TCP_IDLE_US (45 * G_USEC_PER_SEC)

/* Of a connection whose transport is gone: what is still to be said. */
#define TCP_FAREWELL_US G_USEC_PER_SEC

/* Accepted in one go, before media has its turn. */
#define TCP_ACCEPTS_MAX 64

/* What waits for a slow reader: a second of picture, keyframe and all, and more of sound than is
 * worth sending. */
#define TCP_QUEUE_VIDEO_BYTES (256 * 1024)
#define TCP_QUEUE_URGENT_BYTES (32 * 1024)
#define TCP_QUEUE_FRAMES 1024

/* Picture that waits so long: the line is slower than what it is sent. Sound: it is of no use. */
#define TCP_QUEUE_SLOW_US G_USEC_PER_SEC
#define TCP_QUEUE_STALE_US G_USEC_PER_SEC
/* Nothing taken for so long: it does not read at all. */
#define TCP_STUCK_US (10 * G_USEC_PER_SEC)
/* Video starts again when nothing has waited for so long; twice that after each vain attempt. */
#define TCP_RECOVERY_US (250 * 1000)
#define TCP_RECOVERY_MAX_US (8 * G_USEC_PER_SEC)
/* Slow again sooner than this: the attempt was vain. */
#define TCP_RECOVERED_US (10 * G_USEC_PER_SEC)

/* What the kernel may hold: not sent yet, and in all (a line of 5 Mbps and 400 ms). */
#define TCP_NOTSENT_BYTES (16 * 1024)
#define TCP_SNDBUF_BYTES (256 * 1024)
