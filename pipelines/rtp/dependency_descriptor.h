/* DependencyDescriptor: the AV1 dependency descriptor header extension
 * (https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor, appendix A).
 *
 * A structure comes with the first packet of a keyframe and holds for what follows; each packet
 * names one of its templates. Pure but for the structure that the caller keeps: plain data,
 * zero-initialised, one per stream; owner: the shard of the stream.
 *
 * What is kept of a template is what forwarding needs: the layers, the targets of layer_frame.h
 * that it is part of, and the frames that it refers to. Chains are read over: a frame whose own
 * references were all forwarded is decodable, which says more than an intact chain. A receiver of
 * fewer layers looks at the chains of those decode targets that it is told are produced: so it must
 * be told that the others are not, dependency_descriptor_put_active (). Distances within a chain
 * stay as they are, for frame numbers keep theirs. */
#pragma once

#include "pipelines/rtp/layer_frame.h"

#define DEPENDENCY_DESCRIPTOR_URI                                                                  \
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"

/* The mandatory fields: what most packets carry. */
#define DEPENDENCY_DESCRIPTOR_SHORT 3

typedef struct {
  guint64 references;  /* as in LayerFrame */
  guint64 indications; /* two bits per decode target: 0 not present, 1 discardable, 2 switch,
                          3 required */
  guint8 spatial, temporal;
} DependencyTemplate;

typedef struct {
  guint n_templates; /* 0: none received yet */
  guint template_offset;
  guint n_targets;
  guint n_chains;
  guint n_spatial, n_temporal;
  gboolean has_sizes;
  guint16 widths[DEPENDENCY_SPATIAL_MAX], heights[DEPENDENCY_SPATIAL_MAX];
  guint8 by_place[LAYER_TARGETS]; /* the decode target that serves a target of layer_frame.h */
  guint32 active;                 /* decode targets that are being produced, bit by bit */
  DependencyTemplate templates[DEPENDENCY_TEMPLATES_MAX];
} DependencyStructure;

typedef struct {
  gboolean begins_frame, ends_frame;
  guint16 frame_number;
  gboolean has_structure; /* came with this packet, and was taken */
  gboolean has_active;    /* this packet told which decode targets are produced */
  DependencyTemplate frame;
  guint16 targets; /* as in LayerFrame */
} DependencyDescriptor;

/* Reads the @size bytes of an extension; takes over a new @structure from it. FALSE, with
 * @structure unchanged: malformed, or of a template that @structure does not have. */
gboolean dependency_descriptor_parse (DependencyDescriptor *descriptor,
                                      DependencyStructure *structure, const guint8 *data,
                                      gsize size);

/* For each target of layer_frame.h the decode targets that need no more: what a receiver up to
 * there is to be told is produced. All zero: no structure is known. */
typedef struct {
  guint8 n_targets;
  guint32 up_to[LAYER_TARGETS];
} DependencyTargets;

void dependency_targets_fill (DependencyTargets *targets, const DependencyStructure *structure);

/* What put_active () may add: flags, and a bit of each decode target. */
#define DEPENDENCY_ACTIVE_ROOM ((5 + DEPENDENCY_TARGETS_MAX + 7) / 8)
#define DEPENDENCY_DESCRIPTOR_MAX 255 /* RFC 8285, two-byte form */

/* Copies the descriptor @data to @out, which holds DEPENDENCY_ACTIVE_ROOM more, with @active as its
 * active decode targets, but for those that it says itself are none. @n_targets: of the structure
 * that holds, if it brings none. Returns its size, 0: malformed, or longer than can be sent. */
gsize dependency_descriptor_put_active (const guint8 *data, gsize size, guint n_targets,
                                        guint32 active, guint8 *out);

/* Of the extension @data of at least DEPENDENCY_DESCRIPTOR_SHORT bytes. */
guint16 dependency_descriptor_frame_number (const guint8 *data);
void dependency_descriptor_put_frame_number (guint8 *data, guint16 frame_number);
