/* What a datagram on the one port is, by its first bytes (RFC 7983, and RFC 5761 for RTCP).
 * Pure, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  DATAGRAM_OTHER, /* drop and count */
  DATAGRAM_STUN,
  DATAGRAM_DTLS,
  DATAGRAM_RTP,
  DATAGRAM_RTCP,
} DatagramKind;

/* Only kinds whose smallest header (20, 13, 12, 8 bytes) is there are told apart from OTHER: more
 * is not checked. */
static inline DatagramKind
datagram_kind (const guint8 *data, gsize len)
{
  if (len < 8)
    return DATAGRAM_OTHER;
  if (data[0] >= 128 && data[0] <= 191) {
    /* RFC 5761 4: payload types 64-95 are not for RTP where RTCP shares the port */
    if (data[1] >= 192 && data[1] <= 223)
      return DATAGRAM_RTCP;
    return len >= 12 ? DATAGRAM_RTP : DATAGRAM_OTHER;
  }
  if (data[0] <= 3)
    return len >= 20 ? DATAGRAM_STUN : DATAGRAM_OTHER;
  if (data[0] >= 20 && data[0] <= 63)
    return len >= 13 ? DATAGRAM_DTLS : DATAGRAM_OTHER;
  return DATAGRAM_OTHER;
}

G_END_DECLS
