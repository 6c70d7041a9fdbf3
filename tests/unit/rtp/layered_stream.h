/* LayeredStream: the frames of an encoder with up to three spatial and three temporal layers, as
 * libvpx and libaom make them, and the descriptors that tell of them.
 *
 *   picture mod 4:   0   1   2   3        with n_temporal 3
 *   temporal layer:  0   2   1   2
 *   refers to:       -4  -1  -2  -1
 *
 * With spatial layers each picture has a frame of each; all but the lowest refer to the one below,
 * with is_key_only in key pictures only. */
#pragma once

#include "pipelines/rtp/dependency_descriptor.h"
#include <string.h>

typedef struct {
  guint n_spatial, n_temporal; /* 1 or 3 */
  gboolean is_key_only;
  guint picture; /* the next */
  guint since_key;
} LayeredStream;

typedef struct {
  guint picture;
  guint spatial, temporal;
  guint place;          /* in the group of four */
  gboolean is_key;      /* of a key picture */
  guint back;           /* pictures to the one it refers to; 0: none */
  gboolean inter_layer; /* refers to the spatial layer below */
} LayeredFrame;

typedef struct {
  LayeredFrame frames[3];
  guint n;
} LayeredPicture;

static inline LayeredPicture
layered_stream_next (LayeredStream *stream, gboolean is_key)
{
  static const guint temporal[] = { 0, 2, 1, 2 };
  static const guint back[] = { 4, 1, 2, 1 };
  LayeredPicture picture = { .n = stream->n_spatial };
  stream->since_key = is_key ? 0 : stream->since_key + 1;
  for (guint s = 0; s < stream->n_spatial; s++) {
    guint place = stream->n_temporal == 3 ? stream->since_key % 4 : 0;
    picture.frames[s] = (LayeredFrame){
      .picture = stream->picture,
      .spatial = s,
      .temporal = temporal[place],
      .place = place,
      .is_key = is_key,
      .back = is_key                    ? 0
              : stream->n_temporal == 3 ? back[place]
                                        : 1,
      .inter_layer = s > 0 && (is_key || !stream->is_key_only),
    };
  }
  stream->picture++;
  return picture;
}

/* --- VP8 and VP9 payloads: the descriptor and some bytes --- */

static inline gsize
layered_vp8_payload (const LayeredFrame *frame, gboolean first, guint8 tl0, guint8 *out)
{
  gboolean is_sync = frame->temporal > 0 && frame->place != 3;
  gsize at = 0;
  out[at++] = 0x80 | (first ? 0x10 : 0);
  out[at++] = 0xe0; /* I, L, T */
  out[at++] = 0x80 | (frame->picture >> 8 & 0x7f);
  out[at++] = frame->picture & 0xff;
  out[at++] = tl0;
  out[at++] = frame->temporal << 6 | is_sync << 5;
  memset (out + at, 0, 12);
  if (first)
    out[at] = frame->is_key ? 0x00 : 0x01;
  memcpy (out + at + 3, "\x9d\x01\x2a", 3);
  return at + 12;
}

typedef enum {
  LAYERED_FLEXIBLE,
  LAYERED_GROUP, /* non-flexible, with a group of pictures */
  LAYERED_PLAIN, /* non-flexible, without */
} LayeredVp9;

static inline gsize
layered_vp9_structure (const LayeredStream *stream, gboolean has_group, guint8 *out)
{
  static const guint8 group[] = { 4, 0x04, 4, 0x54, 1, 0x34, 2, 0x54, 1 };
  gsize at = 0;
  out[at++] = (stream->n_spatial - 1) << 5 | 0x10 | (has_group ? 0x08 : 0);
  for (guint s = 0; s < stream->n_spatial; s++) {
    guint height = 720 >> (stream->n_spatial - 1 - s);
    guint width = 1280 >> (stream->n_spatial - 1 - s);
    out[at++] = width >> 8;
    out[at++] = width & 0xff;
    out[at++] = height >> 8;
    out[at++] = height & 0xff;
  }
  if (has_group) {
    memcpy (out + at, group, sizeof group);
    at += sizeof group;
  }
  return at;
}

static inline gsize
layered_vp9_payload (const LayeredStream *stream, const LayeredFrame *frame, LayeredVp9 mode,
                     gboolean first, gboolean last, guint8 *out)
{
  gboolean has_structure = frame->is_key && frame->spatial == 0 && first;
  gboolean not_for_upper = !frame->is_key && (stream->is_key_only || frame->spatial == 2);
  gsize at = 0;
  out[at++] = 0x80 | (frame->back > 0 ? 0x40 : 0) | 0x20 | (mode == LAYERED_FLEXIBLE ? 0x10 : 0) |
              (first ? 0x08 : 0) | (last ? 0x04 : 0) | (has_structure ? 0x02 : 0) |
              (not_for_upper ? 0x01 : 0);
  out[at++] = 0x80 | (frame->picture >> 8 & 0x7f);
  out[at++] = frame->picture & 0xff;
  out[at++] = frame->temporal << 5 | frame->spatial << 1 | frame->inter_layer;
  if (mode != LAYERED_FLEXIBLE)
    out[at++] = 7; /* TL0PICIDX: the tracker does not look at it */
  else if (frame->back > 0)
    out[at++] = frame->back << 1;
  if (has_structure)
    at += layered_vp9_structure (stream, mode == LAYERED_GROUP, out + at);
  memset (out + at, 0xaa, 8);
  return at + 8;
}

/* --- AV1: the dependency descriptor --- */

typedef struct {
  guint8 *data;
  gsize bits;
} BitWriter;

static inline void
bit_writer_put (BitWriter *writer, guint32 value, guint n)
{
  for (guint i = n; i-- > 0; writer->bits++) {
    guint8 *byte = &writer->data[writer->bits / 8];
    if (writer->bits % 8 == 0)
      *byte = 0;
    *byte |= (value >> i & 1) << (7 - writer->bits % 8);
  }
}

/* Templates of spatial layer s: key, T0, T1, T2 after T0, T2 after T1. */
#define LAYERED_TEMPLATES 5

static inline guint
layered_template (const LayeredFrame *frame)
{
  if (frame->is_key)
    return 0;
  return frame->place == 3 ? 4 : 1 + frame->temporal;
}

/* Decode target s * 3 + t. */
static inline guint
layered_indication (const LayeredStream *stream, guint s, guint template, guint target)
{
  guint temporal = template == 0 ? 0 : MIN (template - 1, 2);
  gboolean same = target / 3 == s;
  gboolean above = target / 3 > s && (!stream->is_key_only || template == 0);
  if (!(same || above) || temporal > target % 3)
    return 0;
  return temporal == 2 ? 1 : temporal == target % 3 ? 2 : 3;
}

static inline void
layered_put_structure (const LayeredStream *stream, BitWriter *writer)
{
  static const guint8 back[LAYERED_TEMPLATES] = { 0, 4, 2, 1, 1 };
  guint n = stream->n_spatial;
  guint targets = n * 3;
  bit_writer_put (writer, 11, 6); /* template_id_offset */
  bit_writer_put (writer, targets - 1, 5);
  for (guint s = 0; s < n; s++) {
    static const guint8 next[LAYERED_TEMPLATES] = { 0, 1, 1, 0, 2 };
    for (guint i = 0; i < LAYERED_TEMPLATES; i++)
      bit_writer_put (writer, i + 1 == LAYERED_TEMPLATES && s + 1 == n ? 3 : next[i], 2);
  }
  for (guint i = 0; i < n * LAYERED_TEMPLATES; i++) {
    for (guint target = 0; target < targets; target++)
      bit_writer_put (
          writer, layered_indication (stream, i / LAYERED_TEMPLATES, i % LAYERED_TEMPLATES, target),
          2);
  }
  for (guint i = 0; i < n * LAYERED_TEMPLATES; i++) {
    guint distance = back[i % LAYERED_TEMPLATES] * n;
    gboolean inter_layer =
        i >= LAYERED_TEMPLATES && (!stream->is_key_only || i % LAYERED_TEMPLATES == 0);
    if (distance > 0) {
      bit_writer_put (writer, 1, 1);
      bit_writer_put (writer, distance - 1, 4);
    }
    if (inter_layer) {
      bit_writer_put (writer, 1, 1);
      bit_writer_put (writer, 0, 4);
    }
    bit_writer_put (writer, 0, 1);
  }
  /* chains: ns (targets + 1), one per spatial layer */
  if (n == 1) {
    bit_writer_put (writer, 1, 2);
  } else {
    bit_writer_put (writer, 3, 3); /* 3 of 10: below 2^4 - 10 */
    static const guint8 chains[3][2] = { { 0, 1 }, { 2, 2 }, { 3, 2 } }; /* ns (3): 0, 10, 11 */
    for (guint target = 0; target < targets; target++)
      bit_writer_put (writer, chains[target / 3][0], chains[target / 3][1]);
  }
  for (guint i = 0; i < n * LAYERED_TEMPLATES * n; i++)
    bit_writer_put (writer, 0, 4);
  bit_writer_put (writer, 1, 1); /* sizes */
  for (guint s = 0; s < n; s++) {
    bit_writer_put (writer, (1280 >> (n - 1 - s)) - 1, 16);
    bit_writer_put (writer, (720 >> (n - 1 - s)) - 1, 16);
  }
}

static inline gsize
layered_av1_descriptor (const LayeredStream *stream, const LayeredFrame *frame, gboolean first,
                        gboolean last, guint8 *out)
{
  BitWriter writer = { out, 0 };
  guint number = frame->picture * stream->n_spatial + frame->spatial;
  guint template = (11 + frame->spatial * LAYERED_TEMPLATES + layered_template (frame)) % 64;
  bit_writer_put (&writer, first, 1);
  bit_writer_put (&writer, last, 1);
  bit_writer_put (&writer, template, 6);
  bit_writer_put (&writer, number & 0xffff, 16);
  if (!frame->is_key || frame->spatial > 0 || !first)
    return 3;
  bit_writer_put (&writer, 0x10, 5);
  layered_put_structure (stream, &writer);
  return (writer.bits + 7) / 8;
}
