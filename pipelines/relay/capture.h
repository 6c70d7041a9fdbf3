/* Capture: what one transport sends and receives, decrypted, as pcapng for somebody who asked:
 * headers of RTP and all of RTCP, with payloads only where that was asked for. It ends by itself.
 *
 *   running --time | size | nobody reads--> ended, until it is freed
 *
 * The packet path asks only whether the transport has one. What is captured waits in chunks until
 * the controller fetches it; when it does not come, packets are left out and counted.
 * Owner: the shard of the transport; no clock inside. It allocates at its start alone. */
#pragma once

#include "pipelines/control/messages.h"
#include "pipelines/rtp/packet.h"
#include "pipelines/transport/net_address.h"

/* One answer of capture.read; so many wait: half a second of a room that gets 16 Mbps. */
#define CAPTURE_CHUNK_BYTES LIMIT_CAPTURE_CHUNK_BYTES
#define CAPTURE_CHUNKS 8
/* Whoever does not read for so long does not want it any more. */
#define CAPTURE_UNREAD_US (10 * G_USEC_PER_SEC)

/* A stream of a transport: what it publishes, what it is sent, and both ways of RTCP. */
typedef guint8 CaptureStream;
#define CAPTURE_STREAMS 256
#define CAPTURE_UP(track, encoding, rtx)                                                           \
  ((CaptureStream) ((track) % 8 << 3 | (encoding) % 4 << 1 | ((rtx) ? 1 : 0)))
#define CAPTURE_DOWN(slot, rtx) ((CaptureStream) (0x80 | ((rtx) ? 0x40 : 0) | (slot) % 64))
#define CAPTURE_UP_OTHER 0x7d /* of no track that we know */
#define CAPTURE_UP_RTCP 0x7e
#define CAPTURE_DOWN_RTCP 0xff
#define CAPTURE_IS_DOWN(stream) (((stream) &0x80) != 0)

typedef struct {
  gboolean payload;
  gint64 duration_us;
  gint64 max_bytes;
  const gchar *comment; /* of the file */
} CaptureSpec;

typedef struct {
  CaptureStream stream;
  const gchar *name; /* of the stream: "up camera", told once to the file */
  const NetAddress *room, *relay;
  const guint8 *header;
  gsize header_size;
  const guint8 *body; /* NULL: all is in the header */
  gsize body_size;
} CapturePacket;

typedef struct Capture Capture;

/* @wall_ns: UTC at @now_us. */
Capture *capture_new (const CaptureSpec *spec, gint64 now_us, gint64 wall_ns);
void capture_free (Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Capture, capture_free)

/* TRUE: packets of @stream come with a name already. */
gboolean capture_knows (const Capture *capture, CaptureStream stream);
void capture_add (Capture *capture, const CapturePacket *packet, gint64 now_us);

/* Once a second: TRUE if it is to be freed, because nobody reads it. */
gboolean capture_tick (Capture *capture, gint64 now_us);

typedef struct {
  GBytes *data; /* (transfer full), NULL: nothing waits */
  gboolean more;
  CaptureState state;
  guint64 packets, dropped;
} CaptureRead;

/* The oldest that waits, a chunk at most. */
void capture_read (Capture *capture, gint64 now_us, CaptureRead *ret_read);
