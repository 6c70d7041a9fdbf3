/* DependencyDescriptor: the AV1 dependency descriptor header extension
 * (https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor, appendix A).
 *
 * A structure comes with the first packet of a keyframe and holds for what follows; each packet
 * names one of its templates. Pure but for the structure that the caller keeps: plain data,
 * zero-initialised, one per stream; owner: the shard of the stream.
 *
 * What is kept of a template is what forwarding needs: the layers, the targets of layer_frame.h
 * that it is part of, and the frames that it refers to. Chains are read over: a frame whose own
 * references were all forwarded is decodable, which says more than an intact chain. */
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

/* Of the extension @data of at least DEPENDENCY_DESCRIPTOR_SHORT bytes. */
guint16 dependency_descriptor_frame_number (const guint8 *data);
void dependency_descriptor_put_frame_number (guint8 *data, guint16 frame_number);
