#include "tests/support/fake_peer.h"

#include "pipelines/rtp/bytes.h"
#include "pipelines/transport/demux.h"
#include "pipelines/transport/net_address.h"
#include "pipelines/transport/tcp_framing.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <sys/socket.h>
#include <unistd.h>

#define PASSWORD "fake-peer-password-0123"
#define MIN_SEALED_BYTES (12 + 10) /* header and the shorter tag */

struct FakePeer {
  int fd;
  GSource *source;
  NetAddress remote;
  gchar *ufrag;
  gchar *username; /* of our checks */
  gchar *remote_pwd;
  gchar *remote_fingerprint;
  StunAgent stun;
  guint n_answered;
  DtlsCertificate *certificate;
  DtlsContext *context;
  DtlsEndpoint *dtls;
  SrtpSession *srtp;
  GPtrArray *rtp, *rtcp, *sealed;
  GHashTable *nonces;  /* SSRC and number of what came -> the end of its tag */
  TcpFraming *framing; /* NULL: by UDP */
};

static gboolean on_readable (gint fd, GIOCondition condition, gpointer user_data);

static void
peer_watch_socket (FakePeer *peer)
{
  peer->source = g_unix_fd_source_new (peer->fd, G_IO_IN);
  g_source_set_callback (peer->source, G_SOURCE_FUNC (on_readable), peer, NULL);
  g_source_attach (peer->source, g_main_context_get_thread_default ());
}

/* With a small window, so that one who does not read is felt soon. */
static void
peer_connect_socket (FakePeer *peer)
{
  struct pollfd writable = { peer->fd, POLLOUT, 0 };
  int small = 4096;

  setsockopt (peer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  connect (peer->fd, &peer->remote.any, net_address_get_len (&peer->remote));
  g_assert_cmpint (poll (&writable, 1, 5000), ==, 1);
  memset (peer->framing, 0, sizeof *peer->framing);
}

/* On the loopback of the remote's family. */
static void
peer_open_socket (FakePeer *peer)
{
  gboolean is_ipv6 = peer->remote.any.sa_family == AF_INET6;
  NetAddress any;
  int big = 1 << 20;

  g_assert_true (net_address_parse (is_ipv6 ? "::1" : "127.0.0.1", 0, &any));
  peer->fd = socket (any.any.sa_family,
                     (peer->framing ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  g_assert_cmpint (peer->fd, >=, 0);
  g_assert_cmpint (bind (peer->fd, &any.any, net_address_get_len (&any)), ==, 0);
  if (peer->framing)
    peer_connect_socket (peer);
  else
    setsockopt (peer->fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
  peer_watch_socket (peer);
}

static void
peer_close_socket (FakePeer *peer)
{
  if (peer->fd < 0)
    return;
  g_source_destroy (peer->source);
  g_clear_pointer (&peer->source, g_source_unref);
  close (peer->fd);
}

FakePeer *
fake_peer_new (const gchar *suites)
{
  static const uint16_t known[] = {
    STUN_ATTRIBUTE_USERNAME,        STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
    STUN_ATTRIBUTE_ERROR_CODE,      STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
    STUN_ATTRIBUTE_PRIORITY,        STUN_ATTRIBUTE_USE_CANDIDATE,
    STUN_ATTRIBUTE_FINGERPRINT,     STUN_ATTRIBUTE_ICE_CONTROLLED,
    STUN_ATTRIBUTE_ICE_CONTROLLING, 0
  };
  FakePeer *peer = g_new0 (FakePeer, 1);
  g_autoptr (GError) error = NULL;

  peer->ufrag = g_strdup_printf ("p%08x", g_random_int ());
  stun_agent_init (&peer->stun, known, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
  peer->certificate = dtls_certificate_new (g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  peer->context = dtls_context_new (peer->certificate, &error);
  g_assert_no_error (error);
  if (suites != NULL)
    g_assert_true (dtls_context_set_suites (peer->context, suites, &error));
  peer->rtp = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  peer->rtcp = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  peer->sealed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  peer->nonces = g_hash_table_new (NULL, NULL);
  peer->fd = -1;
  return peer;
}

void
fake_peer_free (FakePeer *peer)
{
  peer_close_socket (peer);
  g_clear_pointer (&peer->dtls, dtls_endpoint_free);
  g_clear_pointer (&peer->srtp, srtp_session_free);
  dtls_context_unref (peer->context);
  dtls_certificate_unref (peer->certificate);
  g_ptr_array_unref (peer->rtp);
  g_ptr_array_unref (peer->rtcp);
  g_ptr_array_unref (peer->sealed);
  g_hash_table_unref (peer->nonces);
  g_free (peer->framing);
  g_free (peer->ufrag);
  g_free (peer->username);
  g_free (peer->remote_pwd);
  g_free (peer->remote_fingerprint);
  g_free (peer);
}

void
fake_peer_stop_reading (FakePeer *peer)
{
  int small = 1;

  g_source_destroy (peer->source);
  if (!peer->framing) /* a window that was told must not shrink */
    setsockopt (peer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
}

void
fake_peer_go_on_reading (FakePeer *peer)
{
  g_source_unref (peer->source);
  peer_watch_socket (peer);
}

const gchar *
fake_peer_get_ufrag (const FakePeer *peer)
{
  return peer->ufrag;
}

const gchar *
fake_peer_get_fingerprint (const FakePeer *peer)
{
  return dtls_certificate_get_fingerprint (peer->certificate);
}

static void
peer_send_frame (FakePeer *peer, const guint8 *data, gsize len)
{
  guint8 frame[2048 + TCP_FRAMING_HEADER_BYTES];

  tcp_framing_write_header (frame, (guint16) len);
  memcpy (frame + TCP_FRAMING_HEADER_BYTES, data, len);
  send (peer->fd, frame, len + TCP_FRAMING_HEADER_BYTES, MSG_NOSIGNAL);
}

void
fake_peer_use_tcp (FakePeer *peer)
{
  peer->framing = g_new0 (TcpFraming, 1);
}

void
fake_peer_send_raw (FakePeer *peer, const guint8 *data, gsize len)
{
  if (peer->framing)
    peer_send_frame (peer, data, len);
  else
    sendto (peer->fd, data, len, 0, &peer->remote.any, net_address_get_len (&peer->remote));
}

void
fake_peer_check (FakePeer *peer)
{
  StunMessage message;
  guint8 buffer[1024];
  size_t len = stun_usage_ice_conncheck_create (
      &peer->stun, &message, buffer, sizeof buffer, (const uint8_t *) peer->username,
      strlen (peer->username), (const uint8_t *) peer->remote_pwd, strlen (peer->remote_pwd), true,
      true, 0x6e001eff, 0x1234567890abcdef, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);

  g_assert_cmpuint (len, >, 0);
  fake_peer_send_raw (peer, buffer, len);
}

void
fake_peer_restart (FakePeer *peer, const gchar *ufrag, const gchar *pwd)
{
  g_free (peer->username);
  g_free (peer->remote_pwd);
  peer->username = g_strdup_printf ("%s:%s", ufrag, peer->ufrag);
  peer->remote_pwd = g_strdup (pwd);
  fake_peer_check (peer);
}

void
fake_peer_connect (FakePeer *peer, const FakePeerRemote *remote)
{
  const gchar *address = remote->address != NULL ? remote->address : "127.0.0.1";

  g_assert_true (net_address_parse (address, remote->port, &peer->remote));
  peer_open_socket (peer);
  peer->remote_fingerprint = g_strdup (remote->fingerprint);
  fake_peer_restart (peer, remote->ufrag, remote->pwd);
}

void
fake_peer_move (FakePeer *peer)
{
  peer_close_socket (peer);
  peer_open_socket (peer);
}

static void
peer_flush_dtls (FakePeer *peer)
{
  GBytes *bytes;

  while ((bytes = dtls_endpoint_take_outgoing (peer->dtls)) != NULL) {
    fake_peer_send_raw (peer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_bytes_unref (bytes);
  }
}

static void
peer_start_dtls (FakePeer *peer)
{
  g_autoptr (GError) error = NULL;

  peer->dtls =
      dtls_endpoint_new (peer->context, DTLS_ROLE_CLIENT, peer->remote_fingerprint, &error);
  g_assert_no_error (error);
  dtls_endpoint_start (peer->dtls);
  peer_flush_dtls (peer);
}

void
fake_peer_close_dtls (FakePeer *peer)
{
  dtls_endpoint_close (peer->dtls);
  peer_flush_dtls (peer);
}

gboolean
fake_peer_is_connected (const FakePeer *peer)
{
  return peer->srtp != NULL;
}

gboolean
fake_peer_was_closed (const FakePeer *peer)
{
  return peer->dtls != NULL && dtls_endpoint_get_state (peer->dtls) == DTLS_STATE_CLOSED;
}

guint
fake_peer_get_n_checks_answered (const FakePeer *peer)
{
  return peer->n_answered;
}

static void
on_stun (FakePeer *peer, const guint8 *data, gsize len)
{
  StunMessage message;
  StunDefaultValidaterData password[] = {
    { (guint8 *) peer->username, strlen (peer->username), (guint8 *) peer->remote_pwd,
      strlen (peer->remote_pwd) },
    { NULL, 0, NULL, 0 },
  };

  if (stun_agent_validate (&peer->stun, &message, data, len, stun_agent_default_validater,
                           password) != STUN_VALIDATION_SUCCESS ||
      stun_message_get_class (&message) != STUN_RESPONSE)
    return;
  peer->n_answered++;
  if (peer->dtls == NULL)
    peer_start_dtls (peer);
}

static void
on_dtls (FakePeer *peer, const guint8 *data, gsize len)
{
  SrtpKeys keys;

  if (peer->dtls == NULL)
    return;
  dtls_endpoint_feed (peer->dtls, data, len);
  peer_flush_dtls (peer);
  if (peer->srtp == NULL && dtls_endpoint_take_keys (peer->dtls, &keys)) {
    peer->srtp = srtp_session_new (&keys, NULL);
    srtp_keys_clear (&keys);
  }
}

/* Two packets under one nonce give the key away. Numbers do not come round in a test. */
static void
check_nonce (FakePeer *peer, const guint8 *data, gsize len)
{
  gsize ssrc = bytes_get_u32 (data + 8);
  gpointer nonce = GSIZE_TO_POINTER (ssrc << 16 | bytes_get_u16 (data + 2));
  gpointer tag = GSIZE_TO_POINTER (bytes_get_u64 (data + len - 8));
  gpointer before = g_hash_table_lookup (peer->nonces, nonce);

  g_assert_true (before == NULL || before == tag);
  g_hash_table_insert (peer->nonces, nonce, tag);
}

static void
on_rtp (FakePeer *peer, guint8 *data, gsize len)
{
  GBytes *sealed = g_bytes_new (data, len);

  if (len >= MIN_SEALED_BYTES)
    check_nonce (peer, data, len);
  g_ptr_array_add (peer->sealed, sealed);
  if (srtp_session_unprotect_rtp (peer->srtp, data, &len) == SRTP_OK)
    g_ptr_array_add (peer->rtp, g_bytes_new (data, len));
}

static void
on_packet (FakePeer *peer, guint8 *data, gsize len)
{
  switch (datagram_kind (data, len)) {
  case DATAGRAM_STUN:
    on_stun (peer, data, len);
    break;
  case DATAGRAM_DTLS:
    on_dtls (peer, data, len);
    break;
  case DATAGRAM_RTP:
    if (peer->srtp != NULL)
      on_rtp (peer, data, len);
    break;
  case DATAGRAM_RTCP:
    if (peer->srtp != NULL && srtp_session_unprotect_rtcp (peer->srtp, data, &len) == SRTP_OK)
      g_ptr_array_add (peer->rtcp, g_bytes_new (data, len));
    break;
  default:
    break;
  }
}

/* FALSE: the relay has closed the connection. */
static gboolean
read_stream (FakePeer *peer)
{
  gsize room, len;
  guint8 *frame, *to = tcp_framing_reserve (peer->framing, &room);
  ssize_t n = recv (peer->fd, to, room, 0);

  if (n <= 0)
    return n < 0 && errno == EAGAIN;
  tcp_framing_commit (peer->framing, n);
  while (tcp_framing_next (peer->framing, &frame, &len) == TCP_FRAMING_FRAME)
    on_packet (peer, frame, len);
  return TRUE;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  FakePeer *peer = user_data;
  guint8 data[2048 + 64];
  ssize_t n;

  if (peer->framing)
    return read_stream (peer);
  n = recv (fd, data, 2048, 0);
  if (n > 0)
    on_packet (peer, data, n);
  return G_SOURCE_CONTINUE;
}

void
fake_peer_send_rtp (FakePeer *peer, const guint8 *data, gsize len)
{
  guint8 packet[2048];

  memcpy (packet, data, len);
  g_assert_true (srtp_session_protect_rtp (peer->srtp, packet, &len));
  fake_peer_send_raw (peer, packet, len);
}

void
fake_peer_send_rtcp (FakePeer *peer, const guint8 *data, gsize len)
{
  guint8 packet[2048];

  memcpy (packet, data, len);
  g_assert_true (srtp_session_protect_rtcp (peer->srtp, packet, &len));
  fake_peer_send_raw (peer, packet, len);
}

GPtrArray *
fake_peer_get_rtp (FakePeer *peer)
{
  return peer->rtp;
}

GPtrArray *
fake_peer_get_rtcp (FakePeer *peer)
{
  return peer->rtcp;
}

GPtrArray *
fake_peer_get_sealed (FakePeer *peer)
{
  return peer->sealed;
}

void
fake_peer_forget_received (FakePeer *peer)
{
  g_ptr_array_set_size (peer->rtp, 0);
  g_ptr_array_set_size (peer->rtcp, 0);
  g_ptr_array_set_size (peer->sealed, 0);
}
