#include "pipelines/rtp/layer_filter.h"

static gboolean
is_in_target (const LayerFrame *frame, guint target)
{
  return frame->targets >> target & 1;
}

/* Was nothing that @frame refers to left out? @age: how far it lies behind the newest. */
static gboolean
has_references (const LayerFilter *filter, const LayerFrame *frame, guint age)
{
  return age >= LAYER_FILTER_WINDOW - 1 || (frame->references & filter->dropped >> (age + 1)) == 0;
}

/* A picture begins: the frame rate can change. */
static void
switch_temporal (LayerFilter *filter, guint wanted)
{
  guint spatial = layer_target_spatial (filter->target);
  guint temporal = layer_target_temporal (wanted);
  if (layer_target_spatial (wanted) < spatial) {
    if (!filter->needs_keyframe)
      return; /* with the wanted layer's next frame, if it can be */
    temporal = 0;
  }
  filter->target = LAYER_TARGET (spatial, temporal);
}

static void
switch_spatial (LayerFilter *filter, const LayerFrame *frame, guint wanted)
{
  guint from = layer_target_spatial (filter->target), to = layer_target_spatial (wanted);
  if (to > from) {
    filter->needs_keyframe = TRUE;
    return;
  }
  if (frame->spatial != to || !is_in_target (frame, wanted))
    return;
  if (has_references (filter, frame, 0))
    filter->target = wanted;
  else
    filter->needs_keyframe = TRUE;
}

static void
advance (LayerFilter *filter, guint64 number)
{
  guint64 by = number - filter->newest;
  filter->decided = by < LAYER_FILTER_WINDOW ? filter->decided << by : 0;
  filter->dropped = by < LAYER_FILTER_WINDOW ? filter->dropped << by : 0;
  filter->newest = number;
}

/* A frame that all others rest on. */
static void
note_base (LayerFilter *filter, guint wanted, gboolean passes)
{
  if (!passes)
    filter->needs_keyframe = TRUE;
  else if (layer_target_spatial (filter->target) == layer_target_spatial (wanted))
    filter->needs_keyframe = FALSE;
}

/* The newest frame: where the target changes. */
static gboolean
decide (LayerFilter *filter, const LayerFrame *frame, gboolean keyframe_start, guint wanted)
{
  advance (filter, frame->number);
  if (keyframe_start) {
    filter->target = wanted;
    filter->needs_keyframe = FALSE;
  } else if (filter->target != wanted) {
    if (frame->spatial == 0)
      switch_temporal (filter, wanted);
    if (layer_target_spatial (filter->target) != layer_target_spatial (wanted))
      switch_spatial (filter, frame, wanted);
  }
  gboolean is_wanted = is_in_target (frame, filter->target);
  gboolean passes = is_wanted && has_references (filter, frame, 0);
  if (is_wanted && frame->temporal == 0)
    note_base (filter, wanted, passes);
  filter->decided |= 1;
  if (!passes) {
    filter->dropped |= 1;
    filter->n_dropped++;
  }
  return passes;
}

/* A frame that came after later ones: numbers were left for it, so it is sent if it is of use. */
static gboolean
is_useful_late (const LayerFilter *filter, const LayerFrame *frame, guint age)
{
  return frame->spatial <= layer_target_spatial (filter->target) &&
         has_references (filter, frame, age);
}

static gboolean
decide_late (LayerFilter *filter, const LayerFrame *frame, guint age)
{
  if (!is_useful_late (filter, frame, age))
    return FALSE;
  filter->decided |= G_GUINT64_CONSTANT (1) << age;
  return TRUE;
}

gboolean
layer_filter_pass (LayerFilter *filter, const LayerFrame *frame, gboolean keyframe_start,
                   guint wanted)
{
  if (frame->number > filter->newest)
    return decide (filter, frame, keyframe_start, wanted);
  guint64 age = filter->newest - frame->number;
  if (age >= LAYER_FILTER_WINDOW)
    return FALSE;
  if (filter->decided >> age & 1)
    return (filter->dropped >> age & 1) == 0;
  return decide_late (filter, frame, (guint) age);
}

gboolean
layer_filter_dropped_before (const LayerFilter *filter, const LayerFrame *frame, guint *ret_dropped)
{
  guint64 age = filter->newest - frame->number;
  if (frame->number > filter->newest || age >= LAYER_FILTER_WINDOW)
    return FALSE;
  guint64 later = filter->dropped & ((G_GUINT64_CONSTANT (1) << age) - 1);
  *ret_dropped = filter->n_dropped - (guint) __builtin_popcountll (later);
  return TRUE;
}

gboolean
layer_filter_was_passed (const LayerFilter *filter, const LayerFrame *frame)
{
  guint64 age = filter->newest - frame->number;
  if (frame->number > filter->newest || age >= LAYER_FILTER_WINDOW)
    return FALSE;
  if (filter->decided >> age & 1)
    return (filter->dropped >> age & 1) == 0;
  return is_useful_late (filter, frame, (guint) age);
}
