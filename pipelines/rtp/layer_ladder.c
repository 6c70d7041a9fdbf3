#include "pipelines/rtp/layer_ladder.h"

#include "pipelines/rtp/layer_selector.h"

void
layer_meter_take (LayerMeter *meter, gint64 window_us, LayerLadder *ladder)
{
  for (guint i = 0; i < LAYER_TARGETS; i++)
    ladder->bps[i] = (guint) (meter->bytes[i] * 8 * G_USEC_PER_SEC / (guint64) MAX (window_us, 1));
  *meter = (LayerMeter){ 0 };
}

static guint
as_written (guint layer, guint n, guint max)
{
  return layer + 1 >= n ? max - 1 : layer;
}

guint
layer_ladder_select (const LayerLadder *ladder, guint asked_height)
{
  guint64 enough = (guint64) asked_height * (100 - LAYER_HEIGHT_TOLERANCE_PERCENT) / 100;
  for (guint i = 0; asked_height > 0 && i + 1u < ladder->n_spatial; i++) {
    if (ladder->heights[i] != 0 && ladder->heights[i] >= enough)
      return LAYER_TARGET (i, LAYER_TEMPORAL_MAX - 1);
  }
  return LAYER_TARGET_ALL;
}

guint
layer_ladder_steps (const LayerLadder *ladder, gboolean is_base, LayerStep steps[LAYER_STEPS_MAX])
{
  guint n_spatial = CLAMP (ladder->n_spatial, 1, LAYER_SPATIAL_MAX);
  guint n_temporal = CLAMP (ladder->n_temporal, 1, LAYER_TEMPORAL_MAX);
  guint n = 0;
  for (guint s = 0; s < n_spatial; s++) {
    gboolean all_rates = is_base && s == 0;
    for (guint t = all_rates || n_temporal < 2 ? 0 : n_temporal - 2; t < n_temporal; t++) {
      guint target = LAYER_TARGET (as_written (s, n_spatial, LAYER_SPATIAL_MAX),
                                   as_written (t, n_temporal, LAYER_TEMPORAL_MAX));
      steps[n++] = (LayerStep){ target, ladder->bps[target] };
    }
  }
  return n;
}
