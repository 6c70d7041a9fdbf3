/* TrackDemand: which layers of a track anybody wants, and what its publisher was told.  It is told
 * at once when more is wanted, and after a while when less would do: a layer that is switched off
 * and on again costs a keyframe.
 *
 *   all --TRACK_DEMAND_HOLD_US with less--> less --wanted--> more, at once
 *
 * Plain data, owner: the shard of its track.  No clock inside. */
#pragma once

#include "pipelines/rtp/layer_selector.h"

#define TRACK_DEMAND_HOLD_US (10 * G_USEC_PER_SEC)
/* A controller that was started anew hears of it this late. */
#define TRACK_DEMAND_REPEAT_US (30 * G_USEC_PER_SEC)
/* As the height that is asked for: nobody asks. */
#define TRACK_DEMAND_NOBODY (-1)

typedef struct {
  guint all;      /* bit n: layer n; what a publisher sends that was told nothing */
  guint told;     /* 0: nobody watches */
  guint less;     /* all that was wanted since @less_us */
  gint64 less_us; /* since when less would do; 0: not so */
  gint64 told_us;
} TrackDemand;

void track_demand_init (TrackDemand *demand, guint n_layers, gint64 now_us);

/* The layers that serve who asks for @height (0: the best, TRACK_DEMAND_NOBODY: none) on a good
 * line or a bad one, whether they flow or not: the smallest that reaches it and all below. */
guint track_demand_layers (const LayerInfo *layers, guint n_layers, gint height);
/* The lowest layer, as a set. */
guint track_demand_lowest (const LayerInfo *layers, guint n_layers);

/* TRUE: the publisher is to be told of demand->told (again). */
gboolean track_demand_update (TrackDemand *demand, guint wanted, gint64 now_us);
