/* Burst: the packets of one encoding that wait to be pushed together, at best a whole frame.
 *
 * The size of a burst decides what forwarding costs: to each receiver it leaves as one UDP_SEGMENT
 * message if its packets are equally long. So a burst is held until the frame's marker bit or
 * BURST_HOLD_US, and shorter packets of a frame get RTP padding (RFC 3550, section 5.1), once, in
 * the plaintext that all receivers share.
 *
 * Owner: the shard of the track. burst_clear() frees what waits; the struct may be embedded.
 */
#pragma once

#include "pipelines/elements/packet_meta.h"
#include "pipelines/relay/limits.h"

typedef struct {
  /* BURST_MAX_PACKETS; rtp.data is owned, with room for padding. NULL until a packet came: most
   * encodings of a room never send. */
  PacketInfo *packets;
  guint n_packets;
  gint64 since_us; /* arrival of the first packet */
  gboolean whole;  /* the last packet ended a frame */
} Burst;

/* Copies @info and its packet into the burst, which must not be full. */
void burst_add (Burst *burst, const PacketInfo *info);
gboolean burst_is_empty (const Burst *burst);
gboolean burst_is_full (const Burst *burst);

/* TRUE if the burst should leave now: full, a whole frame, or held for @hold_us. */
gboolean burst_is_due (const Burst *burst, gint64 now_us, gint64 hold_us);

/* Pads the packets' bodies towards the longest one: slots replace the headers by ones of constant
 * size. The last packet may stay shorter (UDP_SEGMENT). */
void burst_pad (Burst *burst);

/* Returns: (transfer full): the packets as buffers with PacketMeta; the burst is empty then. */
GstBufferList *burst_take (Burst *burst);

void burst_clear (Burst *burst);
