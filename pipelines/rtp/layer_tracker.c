#include "pipelines/rtp/layer_tracker.h"

#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/payload_private.h"

#define REFERENCES_TRACKED 64
#define BITS_LONG 15
#define BITS_SHORT 7
#define BITS_FRAME_NUMBER 16
/* A spatial layer that so many pictures came without is not produced any more. */
#define SPATIAL_GONE_PICTURES 4

/* Unwraps @value of @bits as seq.h does, and remembers the highest. */
static guint64
unwrap (LayerTracker *tracker, guint value, guint bits)
{
  guint64 cycle = G_GUINT64_CONSTANT (1) << bits;
  guint64 highest = tracker->newest_picture;
  if (highest == 0) {
    tracker->newest_picture = cycle + value;
    return tracker->newest_picture;
  }
  guint64 forward = (value - highest) & (cycle - 1);
  guint64 number = forward < cycle / 2 ? highest + forward : highest + forward - cycle;
  tracker->newest_picture = MAX (highest, number);
  return number;
}

static guint64
reference_bit (guint64 number, guint64 reference)
{
  guint64 distance = number - reference;
  if (reference == 0 || reference >= number || distance > REFERENCES_TRACKED)
    return 0;
  return G_GUINT64_CONSTANT (1) << (distance - 1);
}

/* All targets at or above these layers. */
static guint16
targets_from (guint spatial, guint temporal)
{
  guint16 targets = 0;
  for (guint s = spatial; s < LAYER_SPATIAL_MAX; s++) {
    for (guint t = temporal; t < LAYER_TEMPORAL_MAX; t++)
      targets |= 1 << LAYER_TARGET (s, t);
  }
  return targets;
}

/* Those of @targets with spatial layer @spatial. */
static guint16
targets_at (guint16 targets, guint spatial)
{
  guint16 row = (1 << LAYER_TEMPORAL_MAX) - 1;
  return targets & row << LAYER_TARGET (spatial, 0);
}

/* The last frames of @frame's spatial layer, up to its temporal layer. */
static guint64
usual_references (const LayerTracker *tracker, const LayerFrame *frame)
{
  guint64 references = 0;
  for (guint t = 0; t <= frame->temporal; t++) {
    guint64 last = tracker->last[frame->spatial][t];
    if (last >= frame->number)
      last = tracker->before[frame->spatial][t];
    references |= reference_bit (frame->number, last);
  }
  return references;
}

static void
note_frame (LayerTracker *tracker, const LayerFrame *frame)
{
  guint64 *last = &tracker->last[frame->spatial][frame->temporal];
  if (frame->number <= *last)
    return;
  tracker->before[frame->spatial][frame->temporal] = *last;
  *last = frame->number;
}

/* Nothing refers to what was before this frame. */
static void
note_key_frame (LayerTracker *tracker, const LayerFrame *frame)
{
  for (guint t = 0; t < LAYER_TEMPORAL_MAX; t++) {
    if (tracker->last[frame->spatial][t] < frame->number)
      tracker->last[frame->spatial][t] = frame->number;
    tracker->before[frame->spatial][t] = 0;
  }
}

/* --- VP8 --- */

static void
vp8_on_packet (LayerTracker *tracker, const LayerPacket *packet, LayerFrame *frame)
{
  Vp8Layers layers;
  if (!vp8_read_layers (&layers, packet->payload, packet->size))
    return;
  frame->number = unwrap (tracker, layers.picture_id, layers.is_long ? BITS_LONG : BITS_SHORT);
  frame->temporal = layers.temporal;
  frame->flags = LAYER_FRAME_RENUMBERED;
  frame->targets = targets_from (0, frame->temporal);
  tracker->n_spatial = 1;
  tracker->n_temporal = MAX (tracker->n_temporal, frame->temporal + 1u);
  if (packet->keyframe_start) {
    note_key_frame (tracker, frame);
    return;
  }
  if (frame->temporal > 0 && !layers.is_sync)
    frame->references = usual_references (tracker, frame);
  note_frame (tracker, frame);
}

/* --- VP9 --- */

static void
vp9_note_structure (LayerTracker *tracker, const Vp9Descriptor *descriptor,
                    const LayerPacket *packet, guint64 picture)
{
  Vp9Structure structure;
  if (!vp9_structure_parse (&structure, descriptor, packet->payload, packet->size))
    return;
  tracker->structure = structure;
  tracker->group_start = picture;
  for (guint i = 0; i < LAYER_SPATIAL_MAX; i++)
    tracker->heights[i] = structure.has_sizes && i < structure.n_spatial ? structure.heights[i] : 0;
}

/* How many spatial layers are produced: told by what comes. */
static void
vp9_note_spatial (LayerTracker *tracker, guint spatial, guint64 picture)
{
  guint n = 1;
  tracker->seen[spatial] = MAX (tracker->seen[spatial], picture);
  for (guint i = 1; i < LAYER_SPATIAL_MAX; i++) {
    if (tracker->seen[i] != 0 && tracker->newest_picture - tracker->seen[i] < SPATIAL_GONE_PICTURES)
      n = i + 1;
  }
  tracker->n_spatial = n;
}

static guint64
vp9_picture_bit (guint pictures)
{
  guint distance = pictures * LAYER_SPATIAL_MAX;
  if (pictures == 0 || distance > REFERENCES_TRACKED)
    return 0;
  return G_GUINT64_CONSTANT (1) << (distance - 1);
}

static guint64
vp9_references (const LayerTracker *tracker, const Vp9Descriptor *descriptor,
                const LayerFrame *frame, guint64 picture)
{
  guint64 references = descriptor->inter_layer && frame->spatial > 0 ? 1 : 0;
  guint n_group = tracker->structure.n_group;
  if (!descriptor->predicted)
    return references;
  if (descriptor->flexible) {
    for (guint i = 0; i < descriptor->n_references; i++)
      references |= vp9_picture_bit (descriptor->references[i]);
    return references;
  }
  if (n_group == 0 || n_group > VP9_GROUP_MAX || picture < tracker->group_start)
    return references | usual_references (tracker, frame);
  const Vp9GroupPicture *place =
      &tracker->structure.group[(picture - tracker->group_start) % n_group];
  for (guint i = 0; i < place->n_references; i++)
    references |= vp9_picture_bit (place->references[i]);
  return references;
}

/* A layer that no upper one is predicted from is only for those who see it, unless it is the
 * highest there is. */
static guint16
vp9_targets (const LayerTracker *tracker, const LayerFrame *frame, gboolean not_for_upper)
{
  guint16 targets = targets_from (frame->spatial, frame->temporal);
  if (not_for_upper && frame->spatial + 1u < tracker->n_spatial)
    return targets_at (targets, frame->spatial);
  return targets;
}

static void
vp9_on_packet (LayerTracker *tracker, const LayerPacket *packet, LayerFrame *frame)
{
  Vp9Descriptor descriptor;
  if (!vp9_descriptor_parse (&descriptor, packet->payload, packet->size) ||
      !descriptor.has_picture_id || !descriptor.has_layers ||
      descriptor.spatial >= LAYER_SPATIAL_MAX || descriptor.temporal >= LAYER_TEMPORAL_MAX)
    return;
  guint64 picture =
      unwrap (tracker, descriptor.picture_id, descriptor.is_long ? BITS_LONG : BITS_SHORT);
  vp9_note_structure (tracker, &descriptor, packet, picture);
  vp9_note_spatial (tracker, descriptor.spatial, picture);
  frame->number = picture * LAYER_SPATIAL_MAX + descriptor.spatial;
  frame->spatial = descriptor.spatial;
  frame->temporal = descriptor.temporal;
  frame->targets = vp9_targets (tracker, frame, descriptor.not_for_upper);
  tracker->n_temporal = MAX (tracker->n_temporal, frame->temporal + 1u);
  if (MAX (tracker->n_spatial, tracker->structure.n_spatial) > 1)
    frame->flags = LAYER_FRAME_SPATIAL | (descriptor.ends_frame ? LAYER_FRAME_END : 0);
  frame->references = vp9_references (tracker, &descriptor, frame, picture);
  if (descriptor.predicted)
    note_frame (tracker, frame);
  else
    note_key_frame (tracker, frame);
}

/* --- AV1 --- */

static void
av1_note_structure (LayerTracker *tracker)
{
  const DependencyStructure *dependencies = &tracker->dependencies;
  guint top = dependencies->by_place[LAYER_TARGET_ALL];
  guint n_spatial = 1;
  for (guint i = 0; i < dependencies->n_templates; i++) {
    if (dependencies->templates[i].indications >> (top * 2) & 3)
      n_spatial = MAX (n_spatial, dependencies->templates[i].spatial + 1u);
  }
  tracker->n_spatial = n_spatial;
  for (guint i = 0; i < LAYER_SPATIAL_MAX; i++)
    tracker->heights[i] = dependencies->has_sizes ? dependencies->heights[i] : 0;
}

static void
av1_on_packet (LayerTracker *tracker, const LayerPacket *packet, LayerFrame *frame)
{
  DependencyDescriptor descriptor;
  if (packet->descriptor == NULL ||
      !dependency_descriptor_parse (&descriptor, &tracker->dependencies, packet->descriptor,
                                    packet->descriptor_size) ||
      tracker->dependencies.n_temporal > LAYER_TEMPORAL_MAX)
    return;
  if (descriptor.has_structure || descriptor.has_active)
    av1_note_structure (tracker);
  frame->number = unwrap (tracker, descriptor.frame_number, BITS_FRAME_NUMBER);
  frame->references = descriptor.frame.references;
  frame->spatial = descriptor.frame.spatial;
  frame->temporal = descriptor.frame.temporal;
  frame->targets = descriptor.targets;
  tracker->n_temporal = MAX (tracker->n_temporal, frame->temporal + 1u);
  if (tracker->dependencies.n_spatial > 1)
    frame->flags = LAYER_FRAME_SPATIAL | (descriptor.ends_frame ? LAYER_FRAME_END : 0);
}

void
layer_tracker_on_packet (LayerTracker *tracker, Codec codec, const LayerPacket *packet,
                         LayerFrame *frame)
{
  *frame = (LayerFrame){ 0 };
  if (codec == CODEC_VP8)
    vp8_on_packet (tracker, packet, frame);
  else if (codec == CODEC_VP9)
    vp9_on_packet (tracker, packet, frame);
  else if (codec == CODEC_AV1)
    av1_on_packet (tracker, packet, frame);
}
