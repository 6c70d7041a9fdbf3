/* FakePeer: a small WebRTC client for tests: one socket on the loopback (UDP or TCP, IPv4 or IPv6),
 * ICE checks on libnice's STUN usages, DTLS client, SRTP. It lives in the thread-default main
 * context of its creator and keeps what it receives, decrypted, until a test looks at it. It fails
 * at once when two different RTP packets were sealed under one nonce.
 */
#pragma once

#include "pipelines/transport/dtls.h"
#include "pipelines/transport/srtp_session.h"

typedef struct FakePeer FakePeer;

typedef struct {
  const gchar *ufrag; /* of the relay */
  const gchar *pwd;
  const gchar *fingerprint;
  const gchar *address; /* NULL: 127.0.0.1 */
  guint16 port;
} FakePeerRemote;

/* @suites: as dtls_context_set_suites(), NULL: both. */
FakePeer *fake_peer_new (const gchar *suites);
void fake_peer_free (FakePeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakePeer, fake_peer_free)

const gchar *fake_peer_get_ufrag (const FakePeer *peer);
const gchar *fake_peer_get_fingerprint (const FakePeer *peer);

/* By a TCP connection instead (RFC 4571); before fake_peer_connect(). */
void fake_peer_use_tcp (FakePeer *peer);

/* Sends a check; DTLS starts at its answer. */
void fake_peer_connect (FakePeer *peer, const FakePeerRemote *remote);
gboolean fake_peer_is_connected (const FakePeer *peer);
/* The relay ended the DTLS association. */
gboolean fake_peer_was_closed (const FakePeer *peer);
guint fake_peer_get_n_checks_answered (const FakePeer *peer);

/* Another check, with USE-CANDIDATE. */
void fake_peer_check (FakePeer *peer);
/* New credentials of the relay, after its ICE restart. */
void fake_peer_restart (FakePeer *peer, const gchar *ufrag, const gchar *pwd);
/* Goes on from another local port, as after a change of network. */
void fake_peer_move (FakePeer *peer);
/* Ends the DTLS association. */
void fake_peer_close_dtls (FakePeer *peer);

/* Reads again what it left. */
void fake_peer_go_on_reading (FakePeer *peer);

/* Leaves what comes in its socket: one of many receivers of a measurement. */
void fake_peer_stop_reading (FakePeer *peer);

/* Protects and sends a plaintext packet. */
void fake_peer_send_rtp (FakePeer *peer, const guint8 *data, gsize len);
void fake_peer_send_rtcp (FakePeer *peer, const guint8 *data, gsize len);
/* Sends bytes as they are. */
void fake_peer_send_raw (FakePeer *peer, const guint8 *data, gsize len);

/* (element-type GBytes) (transfer none): plaintext received so far. */
GPtrArray *fake_peer_get_rtp (FakePeer *peer);
GPtrArray *fake_peer_get_rtcp (FakePeer *peer);
/* (element-type GBytes) (transfer none): the same RTP packets as they came, sealed. */
GPtrArray *fake_peer_get_sealed (FakePeer *peer);
void fake_peer_forget_received (FakePeer *peer);
