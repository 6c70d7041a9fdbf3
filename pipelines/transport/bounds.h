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

/* One outgoing datagram (RTP 1200 + header extensions + tag, and DTLS, all fit). */
#define SEND_BATCH_SEGMENT_MAX 1472

/* Linux: UDP_MAX_SEGMENTS of the older kernels; the sum below 64 KB with IP and UDP header. */
#define SEND_BATCH_SEGMENTS_MAX 64
#define SEND_BATCH_MESSAGE_BYTES_MAX 65000
