/* SlotRewriter: maps the packets of changing sources onto one outgoing RTP stream.
 *
 * Plain data inside a slot (about 1.2 kB), owner: the slot's shard. Nothing allocates.
 *
 * A *source* is one encoding of one track, told apart by a number that the relay never reuses
 * while slots may remember it. A *segment* is a stretch of one source in the slot, in which the
 * mapping is linear: index = extended source seq - a, timestamp = source timestamp - b, the frame
 * numbers of VP8, VP9 and AV1 likewise. So a packet maps to the same numbers whenever it comes:
 * late, or asked for again by NACK.
 *
 * Layers that the slot does not carry (set_target ()) close up: a packet left out takes its number
 * with it, which is remembered for SEAL_WINDOW packets (and LAYER_FILTER_WINDOW frames), so that
 * what came before it still maps as it did. What is not known to be left out when later packets are
 * sent keeps its number; it may stay a gap.
 *
 *            select ()                keyframe start (audio: any packet)
 *   idle ---------------> waiting ----------------------------------------> flowing
 *    ^                       ^                                                |
 *    +------- stop () -------+--- source jumps by > SLOT_GAP_MAX (video) -----+
 *
 * select () while flowing keeps the old source until the new one's keyframe starts; the switch is
 * seamless: the index goes on by one, the timestamp by the time elapsed. Packets of the new source
 * from before that keyframe are dropped, late ones of the old source still fit their segment.
 *
 * The 48-bit index (ROC << 16 | seq) is what SRTP seals with (RFC 3711). map () hands out an index
 * once; the SealGuard inside refuses it for anything else. Only remap () returns it again, for the
 * same source packet, thus (with a reproducible header) the same bytes. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include "pipelines/rtp/layer_filter.h"
#include "pipelines/rtp/payload.h"
#include <glib.h>

/* --- SealGuard: an index is sealed once --- */
typedef struct {
  guint64 highest;
  gboolean started;
  guint64 bits[SEAL_WINDOW / 64];
} SealGuard;

/* TRUE the first time; FALSE if @index was admitted before or is older than the window. */
gboolean seal_guard_admit (SealGuard *guard, guint64 index);
/* TRUE only if @index was admitted and is still in the window. */
gboolean seal_guard_was_admitted (const SealGuard *guard, guint64 index);

/* --- SlotRewriter --- */
typedef enum {
  SLOT_KIND_AUDIO,
  SLOT_KIND_VIDEO,
} SlotKind;

typedef enum {
  SLOT_FORWARD,
  SLOT_DROP_UNROUTED,  /* not this slot's source (any more) */
  SLOT_DROP_WAITING,   /* no keyframe yet */
  SLOT_DROP_LATE,      /* before the segment's first packet, or after its end, or too old */
  SLOT_DROP_DUPLICATE, /* was forwarded already */
  SLOT_DROP_LAYER,     /* of a layer that the slot does not carry */
} SlotVerdict;

typedef struct {
  guint64 source_seq; /* extended */
  guint32 timestamp;
  guint32 source;
  gboolean keyframe_start;
  gint64 arrival_us;
  const PayloadNumbers *numbers; /* NULL: none */
  const LayerFrame *frame;       /* NULL, or number 0: no layers */
} SlotInput;

/* What is to be taken off the frame numbers of the payload, so that they go on over a switch: see
 * payload_lower_numbers (). All zero (nothing to do) until the slot first switches. */
typedef struct {
  guint16 pictures;
  guint8 tl0;
} SlotLowering;

static inline gboolean
slot_lowering_is_any (SlotLowering lowering)
{
  return lowering.pictures != 0 || lowering.tl0 != 0;
}

typedef struct {
  guint64 index; /* for the sealer; its low 16 bits are the seq */
  guint16 seq;
  guint32 timestamp;
  gboolean switched;     /* first packet of a new segment: a fresh sender report helps lip sync */
  gboolean ends_picture; /* the marker must be set: what followed it is left out */
  SlotLowering lowering;
} SlotOutput;

typedef struct {
  guint32 source;
  guint32 ts_offset; /* source timestamp - out timestamp */
  guint64 first_seq; /* extended source seq of the first packet */
  guint64 first;     /* out index of it */
  guint64 last;      /* highest out index */
  SlotLowering lowering;
  guint64 highest;   /* source seq that was forwarded or left out */
  guint64 n_dropped; /* packets left out */
  LayerFilter filter;
} SlotSegment;

/* Bits by number modulo SEAL_WINDOW. */
typedef guint64 SlotBits[SEAL_WINDOW / 64];

typedef struct {
  /* read for every packet, kept together: hundreds of these are cold when their turn comes */
  SlotKind kind;
  guint32 clock_rate;
  guint segment_count;
  gboolean flowing;
  gboolean has_pending;
  guint32 pending;
  guint64 next_index;     /* one past the highest used */
  gint64 last_us;         /* arrival of the packet that bore last_timestamp */
  guint32 last_timestamp; /* highest sent */
  guint8 target;          /* LAYER_TARGET () that is wanted */
  PayloadNumbers newest;  /* as sent: highest picture id and TL0PICIDX */
  SealGuard guard;
  SlotSegment segments[SLOT_SEGMENTS]; /* the newest first, which is the current one */

  /* only where there are layers */
  SlotBits ends; /* by index: sent with ends_picture; of spatial layers */
  guint64 ends_highest;
  SlotBits
      dropped[SLOT_SEGMENTS]; /* by source seq: left out. Of each segment with n_dropped > 0. */
} SlotRewriter;

/* Bytes from its start that each packet reads, as long as there are no layers. */
#define SLOT_REWRITER_HOT_BYTES G_STRUCT_OFFSET (SlotRewriter, segments[1])

/* Where an outgoing packet came from. */
typedef struct {
  guint32 source;
  guint64 source_seq;
  guint64 index;
  guint32 ts_offset;
  guint segment; /* its age */
  gboolean ends_picture;
  SlotLowering lowering;
} SlotOrigin;

/* @first_seq should be random below 2^15, so that a receiver that misses the first packets still
 * guesses roll-over 0 (RFC 3711 3.3.1); @first_timestamp random. */
void slot_rewriter_init (SlotRewriter *self, SlotKind kind, guint32 clock_rate, guint16 first_seq,
                         guint32 first_timestamp);

/* Route @source into the slot. No effect if it flows already (a pending switch is given up). */
void slot_rewriter_select (SlotRewriter *self, guint32 source);

/* The layers to carry of whatever flows: LAYER_TARGET_ALL at first. */
void slot_rewriter_set_target (SlotRewriter *self, guint target);

/* Nothing flows any more (unrouted, or muted). What follows, the same source too, is a new
 * segment, so that the receiver sees no loss for the time between. */
void slot_rewriter_stop (SlotRewriter *self);

/* TRUE: a keyframe of *ret_source is needed (a video slot that waits, or wants to switch to another
 * source or spatial layer). */
gboolean slot_rewriter_wants_keyframe (const SlotRewriter *self, guint32 *ret_source);

/* TRUE: it waits for nothing: no keyframe, and no layer that is on its way. */
gboolean slot_rewriter_is_settled (const SlotRewriter *self);

/* TRUE: packets of *ret_source flow. */
gboolean slot_rewriter_flowing (const SlotRewriter *self, guint32 *ret_source);

/* TRUE if @source flows: *ret_target is that up to which it is forwarded now, which comes nearer to
 * the wanted one as the stream allows. */
gboolean slot_rewriter_followed_target (const SlotRewriter *self, guint32 source,
                                        guint *ret_target);

/* TRUE if packets of @source may pass map () now: flowing, pending, or a known late segment. */
gboolean slot_rewriter_is_interested (const SlotRewriter *self, guint32 source);

/* Maps a packet to be sent for the first time. @ret_output is set on SLOT_FORWARD only. The caller
 * then seals and sends it; one that it drops instead (no room) stays a gap. */
SlotVerdict slot_rewriter_map (SlotRewriter *self, const SlotInput *input, SlotOutput *ret_output);

/* The source of out seq @out_seq: FALSE if never used, forgotten, or older than SEAL_WINDOW.
 * For NACK: look source_seq up in the cache of the source's track. */
gboolean slot_rewriter_find_source (const SlotRewriter *self, guint16 out_seq,
                                    SlotOrigin *ret_origin);

/* Completes @origin by the packet's @frame, once it is found. FALSE: its numbers are not known any
 * more, or it was left out. */
gboolean slot_rewriter_complete (const SlotRewriter *self, SlotOrigin *origin,
                                 const LayerFrame *frame);

/* The numbers under which the source packet at @origin is to be sent again (or for the first time,
 * if the slot missed it), byte-identical: FALSE if it no longer may. Where RTX was agreed the
 * original seq for the RTX payload is (guint16) origin->index, and this call is not needed unless
 * the timestamp is wanted. */
gboolean slot_rewriter_remap (SlotRewriter *self, const SlotOrigin *origin,
                              guint32 source_timestamp, SlotOutput *ret_output);

/* The slot's timestamp for a timestamp of the source that flows, for sender reports; FALSE if
 * @source is not the one. */
gboolean slot_rewriter_map_timestamp (const SlotRewriter *self, guint32 source,
                                      guint32 source_timestamp, guint32 *ret_timestamp);
