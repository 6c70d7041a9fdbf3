/* The way of a datagram from the open port: demux, then the ICE-lite agent.
 *
 * Input: one byte of flags, then the datagram. So that the fuzzer gets past authentication:
 *   1  USERNAME starts with the living session's ufrag
 *   2  MESSAGE-INTEGRITY and FINGERPRINT at the end are made good with its password
 *   4  there is a nominated path and a restart under way
 *   8  it came by a TCP connection, which closes afterwards */
#include "pipelines/transport/demux.h"
#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/udp_socket.h"
#include <string.h>

#define HEADER_BYTES 20
#define UFRAG_BYTES 8
#define INTEGRITY_BYTES 20
#define TRAILER_BYTES (4 + INTEGRITY_BYTES + 8)
#define USERNAME 0x0006

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint
read_u16 (const guint8 *at)
{
  return (guint) at[0] << 8 | at[1];
}

static void
put_u16 (guint8 *at, guint value)
{
  at[0] = value >> 8;
  at[1] = (guint8) value;
}

static guint32
crc32 (const guint8 *data, gsize len)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < len; i++) {
    crc ^= data[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

static void
set_username (guint8 *stun, gsize len, const gchar *ufrag)
{
  for (gsize at = HEADER_BYTES; at + 4 + UFRAG_BYTES <= len;) {
    if (read_u16 (stun + at) == USERNAME) {
      memcpy (stun + at + 4, ufrag, UFRAG_BYTES);
      return;
    }
    at += 4 + ((read_u16 (stun + at + 2) + 3) & ~3u);
  }
}

/* RFC 5389 15.4, 15.5: the last 32 bytes become the two attributes. */
static void
authenticate (guint8 *stun, gsize len, const gchar *pwd)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) pwd, strlen (pwd));
  guint8 *integrity = stun + len - TRAILER_BYTES;
  guint8 *fingerprint = stun + len - 8;
  gsize digest_len = INTEGRITY_BYTES;
  guint length = read_u16 (stun + 2);
  guint32 crc;

  put_u16 (stun + 2, length - 8);
  put_u16 (integrity, 0x0008);
  put_u16 (integrity + 2, INTEGRITY_BYTES);
  g_hmac_update (hmac, stun, integrity - stun);
  g_hmac_get_digest (hmac, integrity + 4, &digest_len);
  put_u16 (stun + 2, length);
  put_u16 (fingerprint, 0x8028);
  put_u16 (fingerprint + 2, 4);
  crc = crc32 (stun, len - 8) ^ 0x5354554e;
  put_u16 (fingerprint + 4, crc >> 16);
  put_u16 (fingerprint + 6, crc & 0xffff);
}

static void
nominate_and_restart (IceLite *ice, IceSession *session, const NetPath *from)
{
  /* a minimal authentic check with USE-CANDIDATE */
  guint8 stun[HEADER_BYTES + 12 + 4 + TRAILER_BYTES + UDP_RECEIVER_SLACK] = {
    0,
    1,
    0,
    48,
    0x21,
    0x12,
    0xa4,
    0x42,
    [HEADER_BYTES + 1] = USERNAME,
    [HEADER_BYTES + 3] = UFRAG_BYTES + 1,
    [HEADER_BYTES + 12] = ':',
  };
  gsize len = HEADER_BYTES + 16 + 4 + TRAILER_BYTES;
  IceCheck check;

  put_u16 (stun + 2, len - HEADER_BYTES);
  put_u16 (stun + HEADER_BYTES + 16, 0x0025);
  set_username (stun, len, ice_session_get_ufrag (session));
  authenticate (stun, len, ice_session_get_pwd (session));
  g_assert (ice_lite_on_stun (ice, stun, len, from, 0, &check) && check.path_changed);
  ice_session_restart (session, "new");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (IceLite) ice = ice_lite_new ();
  IceSession *session = ice_session_new (ice, NULL, NULL);
  guint8 datagram[ICE_LITE_REQUEST_MAX + 100 + UDP_RECEIVER_SLACK] = { 0 };
  guint8 flags = size > 0 ? data[0] : 0;
  gsize len = size > 0 ? MIN (size - 1, (gsize) ICE_LITE_REQUEST_MAX + 100) : 0;
  NetPath from;
  IceCheck check;

  g_assert (net_address_parse ("192.0.2.1", 1, &from.remote));
  memset (&from.local, 0, sizeof from.local);
  from.socket_index = 0;
  from.connection = flags & 8 ? 7 : 0;
  if (flags & 4)
    nominate_and_restart (ice, session, &from);
  if (len > 0)
    memcpy (datagram, data + 1, len);
  if (flags & 1)
    set_username (datagram, len, ice_session_get_ufrag (session));
  if ((flags & 2) && len >= HEADER_BYTES + TRAILER_BYTES)
    authenticate (datagram, len, ice_session_get_pwd (session));
  if (datagram_kind (datagram, len) != DATAGRAM_STUN)
    return 0;
  net_address_set_port (&from.remote, 2);
  if (!ice_lite_on_stun (ice, datagram, len, &from, G_USEC_PER_SEC, &check))
    g_assert (!check.session && check.reply_len == 0);
  g_assert (check.reply_len <= ICE_LITE_REPLY_MAX);
  if (from.connection != 0) {
    ice_lite_forget_connection (ice, &from);
    g_assert (!ice_lite_find_by_path (ice, &from) && !ice_session_get_path (session));
  }
  ice_session_tick (session, 2 * ICE_LITE_CONSENT_US);
  return 0;
}
