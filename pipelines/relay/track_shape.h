/* TrackShape: what never changes about a published track, shared by every thread that deals with
 * it. TrackSnapshot: what does change, copied by value from the shard that receives the track to
 * the shards that forward it.
 *
 * A shape is immutable and reference counted (atomic).
 */
#pragma once

#include "pipelines/relay/codecs.h"
#include "pipelines/rtp/layer_ladder.h"
#include "pipelines/rtp/layer_selector.h"
#include "pipelines/rtp/sender_clock.h"

typedef struct {
  gint refs;      /* atomic */
  guint32 serial; /* of the track in this run of the relay, never 0 */
  gchar *id;
  TrackKind kind;
  guint n_encodings; /* 1, or the number of rids */
  CodecTable codecs;
} TrackShape;

/* Returns: (transfer full). */
TrackShape *track_shape_new (guint32 serial, const TrackSpec *spec);
TrackShape *track_shape_ref (TrackShape *shape);
void track_shape_unref (TrackShape *shape);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrackShape, track_shape_unref)

typedef struct {
  guint32 source; /* as in PacketInfo; 0: nothing received yet */
  LayerInfo layer;
  LayerLadder ladder; /* of the layers within it */
  StreamClock clock;
} EncodingSnapshot;

typedef struct {
  gboolean muted;
  SenderClock sender;
  EncodingSnapshot encodings[LIMIT_RIDS];
} TrackSnapshot;

/* Streams (each new SSRC begins one) that an encoding may have in its life: caches and slots know a
 * packet by source and number, so a source that came twice could have two packets sealed under one
 * index. A peer that changes its SSRC more often must connect anew. */
#define TRACK_GENERATIONS_MAX 64
/* The source number of the @generation-th stream of an encoding. */
guint32 track_source (guint32 serial, guint encoding, guint generation);
