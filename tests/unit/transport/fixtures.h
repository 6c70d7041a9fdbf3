/* Shared by the tests of pipelines/transport: keys of two ends, RTP packets, loopback paths. */
#pragma once

#include "pipelines/transport/net_address.h"
#include "pipelines/transport/srtp_keys.h"
#include <glib.h>
#include <string.h>

static inline NetPath
fixture_path (const gchar *host, guint16 port)
{
  NetPath path = { 0 };

  g_assert_true (net_address_parse (host, port, &path.remote));
  return path;
}

/* Valid until four more were asked for. */
static inline const NetAddress *
fixture_address (const gchar *host, guint16 port)
{
  static NetAddress ring[4];
  static guint next;
  NetAddress *address = &ring[next++ % G_N_ELEMENTS (ring)];

  g_assert_true (net_address_parse (host, port, address));
  return address;
}

/* Keys of two ends that talk to each other. */
static inline void
fixture_keys (SrtpSuite suite, SrtpKeys *ours, SrtpKeys *theirs)
{
  memset (ours, 0, sizeof *ours);
  ours->suite = suite;
  for (guint i = 0; i < SRTP_MASTER_BYTES_MAX; i++) {
    ours->local[i] = 3 + 7 * i;
    ours->remote[i] = 200 - 5 * i;
  }
  *theirs = *ours;
  memcpy (theirs->local, ours->remote, sizeof ours->remote);
  memcpy (theirs->remote, ours->local, sizeof ours->local);
}

/* An RTP header with @csrcs and, if wanted, an extension of two words. Returns its length. */
static inline gsize
fixture_rtp_header (guint8 *out, guint16 seq, guint32 ssrc, guint csrcs, gboolean extension)
{
  gsize len = 12;

  memset (out, 0, 12 + 4 * csrcs + 12);
  out[0] = 0x80 | (extension ? 0x10 : 0) | csrcs;
  out[1] = 96;
  out[2] = seq >> 8;
  out[3] = (guint8) seq;
  for (guint i = 0; i < 4; i++) {
    out[4 + i] = seq * 31 >> (i * 4);
    out[8 + i] = ssrc >> (24 - 8 * i);
  }
  for (guint i = 0; i < csrcs; i++, len += 4)
    out[len + 3] = i;
  if (extension) {
    static const guint8 words[12] = { 0xbe, 0xde, 0, 2, 0x10, 0x30, 0x22, 1, 2, 3, 0, 0 };
    memcpy (out + len, words, sizeof words);
    len += sizeof words;
  }
  return len;
}
