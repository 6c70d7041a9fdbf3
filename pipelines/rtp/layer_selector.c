#include "pipelines/rtp/layer_selector.h"

/* Best layer of a camera whose keyframes were not seen yet. */
#define NOMINAL_HEIGHT 720

guint
layer_height (const LayerInfo *layers, guint n_layers, guint at)
{
  if (layers[at].height > 0)
    return layers[at].height;
  for (guint distance = 1; distance < n_layers; distance++) {
    if (at >= distance && layers[at - distance].height > 0)
      return MAX (1, layers[at - distance].height >> distance);
    if (at + distance < n_layers && layers[at + distance].height > 0)
      return layers[at + distance].height << distance;
  }
  return MAX (1, NOMINAL_HEIGHT >> at);
}

/* TRUE if layer @a is smaller than @b. */
static gboolean
is_smaller (const LayerInfo *layers, guint n_layers, guint a, guint b)
{
  guint height_a = layer_height (layers, n_layers, a);
  guint height_b = layer_height (layers, n_layers, b);
  if (height_a != height_b)
    return height_a < height_b;
  return layers[a].bitrate_bps < layers[b].bitrate_bps;
}

gint
layer_select (const LayerInfo *layers, guint n_layers, guint asked_height, gint current)
{
  g_return_val_if_fail (n_layers <= DEMUX_ENCODINGS_MAX, LAYER_NONE);
  gint largest = LAYER_NONE, smallest = LAYER_NONE;
  guint64 enough = (guint64) asked_height * (100 - LAYER_HEIGHT_TOLERANCE_PERCENT) / 100;
  for (guint i = 0; i < n_layers; i++) {
    if (!layers[i].active)
      continue;
    if (largest == LAYER_NONE || is_smaller (layers, n_layers, largest, i))
      largest = i;
    gboolean reaches = asked_height > 0 && layer_height (layers, n_layers, i) >= enough;
    if (reaches && (smallest == LAYER_NONE || is_smaller (layers, n_layers, i, smallest)))
      smallest = i;
  }
  gint choice = smallest != LAYER_NONE ? smallest : largest;
  gboolean current_lives = current >= 0 && (guint) current < n_layers && layers[current].active;
  if (choice == LAYER_NONE || !current_lives)
    return choice;
  /* Same height: not worth a switch. */
  return layer_height (layers, n_layers, current) == layer_height (layers, n_layers, choice)
             ? current
             : choice;
}
