/* Vp9Descriptor: the VP9 payload descriptor (RFC 9628 4.2), scalability structure included.
 *
 * Pure functions over the bytes of one payload; any thread. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

/* One picture of the group that a non-flexible stream repeats. */
typedef struct {
  guint8 temporal;
  gboolean switching_up;
  guint8 n_references;
  guint8 references[VP9_REFERENCES_MAX]; /* pictures back */
} Vp9GroupPicture;

typedef struct {
  guint n_spatial;
  gboolean has_sizes;
  guint16 widths[VP9_SPATIAL_MAX], heights[VP9_SPATIAL_MAX];
  guint n_group; /* pictures; 0: none told. Those beyond VP9_GROUP_MAX are not kept. */
  Vp9GroupPicture group[VP9_GROUP_MAX];
  gsize size; /* of it in the payload */
} Vp9Structure;

typedef struct {
  gboolean predicted;      /* P: from another picture */
  gboolean flexible;       /* F */
  gboolean begins_frame;   /* B */
  gboolean ends_frame;     /* E */
  gboolean not_for_upper;  /* Z: no upper spatial layer is predicted from it */
  gboolean has_picture_id; /* I */
  gboolean is_long;        /* picture id of 15 bits, else of 7 */
  guint16 picture_id;
  gboolean has_layers; /* L; what follows is 0 without */
  guint8 temporal, spatial;
  gboolean switching_up; /* U */
  gboolean inter_layer;  /* D: predicted from the spatial layer below */
  gboolean has_tl0;
  guint8 tl0;
  guint8 n_references;                   /* flexible and predicted */
  guint8 references[VP9_REFERENCES_MAX]; /* pictures back */
  gsize picture_id_at, tl0_at;           /* offsets in the payload */
  gsize structure_at;                    /* V; 0: none */
  gsize size;                            /* of the descriptor, without the structure */
} Vp9Descriptor;

/* FALSE: does not fit, or leaves nothing behind it. */
gboolean vp9_descriptor_parse (Vp9Descriptor *descriptor, const guint8 *payload, gsize size);

/* The structure at @descriptor->structure_at; FALSE: there is none, or it does not fit. */
gboolean vp9_structure_parse (Vp9Structure *structure, const Vp9Descriptor *descriptor,
                              const guint8 *payload, gsize size);
