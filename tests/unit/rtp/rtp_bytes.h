/* Helpers of the RTP tests: bytes from hexadecimal text, and simple packets. */
#pragma once

#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/packet.h"
#include <string.h>

/* Spaces are ignored. Returns the number of bytes. */
static inline gsize
bytes_from_hex (const char *hex, guint8 *out, gsize capacity)
{
  gsize n = 0;
  for (const char *p = hex; *p;) {
    if (*p == ' ') {
      p++;
      continue;
    }
    g_assert_cmpuint (n, <, capacity);
    g_assert_true (g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]));
    out[n++] = g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]);
    p += 2;
  }
  return n;
}

typedef struct {
  guint16 seq;
  guint32 timestamp;
  guint32 ssrc;
  guint8 payload_type;
  gboolean marker;
  const char *extension; /* hexadecimal, profile included; NULL: none */
  const char *payload;   /* hexadecimal; NULL: empty */
} PacketSpec;

static inline gsize
build_packet (const PacketSpec *spec, guint8 *out, gsize capacity)
{
  memset (out, 0, RTP_FIXED_HEADER);
  out[0] = 0x80 | (spec->extension ? 0x10 : 0);
  out[1] = (spec->marker ? 0x80 : 0) | spec->payload_type;
  bytes_put_u16 (out + 2, spec->seq);
  bytes_put_u32 (out + 4, spec->timestamp);
  bytes_put_u32 (out + 8, spec->ssrc);
  gsize size = RTP_FIXED_HEADER;
  if (spec->extension)
    size += bytes_from_hex (spec->extension, out + size, capacity - size);
  if (spec->payload)
    size += bytes_from_hex (spec->payload, out + size, capacity - size);
  return size;
}
