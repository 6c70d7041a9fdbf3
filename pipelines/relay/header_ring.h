/* HeaderRing: the RTP headers of what a transport received and sent of late, so that an alarm can
 * be looked into afterwards. A row each: packets of one picture that are sent in a row share one.
 *
 * header_ring_add_*() are on the packet path: one store of 16 bytes next to the one before, which
 * for what is sent is mostly added to. The newest rows lie beside the transport, and go to the ring
 * a block at a time: with hundreds of rings the processor has to look up the page of each.
 * 128 KiB a transport, mapped when it connects and taken up as rows are added: 15 s or more of a
 * room that sends three layers, a minute of one that listens.
 * Owner: the shard of the transport. A snapshot is plain bytes, for any thread. */
#pragma once

#include "pipelines/relay/capture.h"
#include "pipelines/transport/cache_line.h"
#include <string.h>

#define HEADER_ROWS 8192
#define HEADER_BLOCK 16
/* Older ones are not told. */
#define HEADER_KEPT_US (60 * G_USEC_PER_SEC)
/* Of one row, so that its bytes fit. */
#define HEADER_ROW_PACKETS 40

typedef struct {
  guint32 time_us; /* low 32 bits of the clock */
  guint32 timestamp;
  guint16 seq;   /* of the first packet */
  guint16 bytes; /* of all their payloads */
  guint8 packets;
  guint8 marker_pt; /* as on the wire; the marker is the last packet's */
  CaptureStream stream;
  guint8 unused;
} HeaderRow;

G_STATIC_ASSERT (sizeof (HeaderRow) == 16);
G_STATIC_ASSERT (HEADER_ROWS % HEADER_BLOCK == 0);

typedef struct {
  HeaderRow *rows; /* but for the block that the newest is in; NULL: nothing is kept */
  guint32 n;       /* added since start, modulo 2^32 */
  guint32 *ssrcs;  /* of what is received, by stream */
  HeaderRow newest[HEADER_BLOCK];
} HeaderRing;

/* @ring: zero-initialised. */
void header_ring_start (HeaderRing *ring);
void header_ring_clear (HeaderRing *ring);

/* One will be added in a moment. Inlined in any case: pipelines/transport/cache_line.h. */
G_ALWAYS_INLINE static inline void
header_ring_prefetch (const HeaderRing *ring)
{
  if (ring->rows == NULL)
    return;
  if (ring->n % HEADER_BLOCK != 0) {
    __builtin_prefetch (&ring->newest[(ring->n - 1) % HEADER_BLOCK], 1);
    return;
  }
  cache_line_prefetch (ring->newest, sizeof ring->newest);
  cache_line_prefetch (&ring->rows[(ring->n - HEADER_BLOCK) % HEADER_ROWS], sizeof ring->newest);
}

/* Where the next row goes. */
static inline HeaderRow *
header_ring_append (HeaderRing *ring)
{
  guint at = ring->n % HEADER_BLOCK;

  if (at == 0 && ring->newest[HEADER_BLOCK - 1].packets > 0)
    memcpy (&ring->rows[(ring->n - HEADER_BLOCK) % HEADER_ROWS], ring->newest, sizeof ring->newest);
  ring->n++;
  return &ring->newest[at];
}

static inline void
header_ring_add_received (HeaderRing *ring, const RtpPacket *packet, CaptureStream stream,
                          gint64 now_us)
{
  if (ring->rows == NULL)
    return;
  ring->ssrcs[stream] = packet->ssrc;
  *header_ring_append (ring) = (HeaderRow){
    .time_us = (guint32) now_us,
    .timestamp = packet->timestamp,
    .seq = packet->seq,
    .bytes = packet->payload_size,
    .packets = 1,
    .marker_pt = (guint8) ((packet->marker ? 0x80 : 0) | packet->payload_type),
    .stream = stream,
  };
}

/* @header: as it is sent. */
static inline void
header_ring_add_sent (HeaderRing *ring, const guint8 *header, guint bytes, CaptureStream stream,
                      gint64 now_us)
{
  guint16 seq = (guint16) (header[2] << 8 | header[3]);
  guint32 timestamp;
  HeaderRow *last;

  if (ring->rows == NULL)
    return;
  memcpy (&timestamp, header + 4, sizeof timestamp);
  timestamp = GUINT32_FROM_BE (timestamp);
  last = &ring->newest[(ring->n - 1) % HEADER_BLOCK];
  if (last->stream == stream && last->timestamp == timestamp && last->time_us == (guint32) now_us &&
      (guint16) (last->seq + last->packets) == seq && last->packets < HEADER_ROW_PACKETS) {
    last->packets++;
    last->bytes = (guint16) (last->bytes + bytes);
    last->marker_pt |= header[1] & 0x80;
    return;
  }
  *header_ring_append (ring) = (HeaderRow){
    .time_us = (guint32) now_us,
    .timestamp = timestamp,
    .seq = seq,
    .bytes = (guint16) bytes,
    .packets = 1,
    .marker_pt = header[1],
    .stream = stream,
  };
}

/* The one added @back before the newest, less than HEADER_ROWS. */
static inline const HeaderRow *
header_ring_row (const HeaderRing *ring, guint back)
{
  guint32 i = ring->n - 1 - back;

  if (back <= (ring->n - 1) % HEADER_BLOCK)
    return &ring->newest[i % HEADER_BLOCK];
  return &ring->rows[i % HEADER_ROWS];
}

/* What a snapshot says beside the rows. */
typedef struct {
  CaptureStream stream;
  guint32 ssrc;
  gchar name[24];
} HeaderStream;

typedef struct {
  gint64 now_us, wall_ns;
  NetAddress room, relay;
  GArray *streams; /* HeaderStream */
} HeaderContext;

/* Bytes of this machine's order, at most LIMIT_HEADERS_BYTES; NULL: nothing was kept. transfer full
 */
GBytes *header_ring_snapshot (const HeaderRing *ring, const HeaderContext *context);

/* A snapshot as pcapng: packets with their headers and lengths, no payload. NULL: it is none.
 * Those that share a row have its time and the mean of their lengths. transfer full */
GBytes *header_snapshot_to_pcapng (GBytes *snapshot, const gchar *comment);
