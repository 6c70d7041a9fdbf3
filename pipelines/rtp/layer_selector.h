/* LayerSelector: the simulcast layer that fits an asked height. Pure function; any thread. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

typedef struct {
  gboolean active; /* packets flow */
  guint height;    /* measured at keyframes; 0: not yet known */
  guint bitrate_bps;
} LayerInfo;

#define LAYER_NONE (-1)

/* The measured height of layer @at, or a guess: each layer halves the one before. */
guint layer_height (const LayerInfo *layers, guint n_layers, guint at);

/* @layers best first, as the rids were offered (order is corrected by measured heights, then by
 * bitrates). Returns the smallest active layer that reaches @asked_height within
 * LAYER_HEIGHT_TOLERANCE_PERCENT, else the largest active one; LAYER_NONE if none is active.
 * @asked_height 0: the largest. @current (or LAYER_NONE) is kept while it serves as well, so that
 * a picture that changes size does not swing the slots. */
gint layer_select (const LayerInfo *layers, guint n_layers, guint asked_height, gint current);

/* A tile of 360 lines is well served by 352 or 340. */
#define LAYER_HEIGHT_TOLERANCE_PERCENT 10
