#include "pipelines/relay/track_demand.h"

void
track_demand_init (TrackDemand *demand, guint n_layers, gint64 now_us)
{
  *demand = (TrackDemand){ .all = (1u << n_layers) - 1, .told_us = now_us };
  demand->told = demand->all;
}

static gint
choose_layer (const LayerInfo *layers, guint n_layers, guint height)
{
  LayerInfo all[DEMUX_ENCODINGS_MAX];
  guint n = MIN (n_layers, DEMUX_ENCODINGS_MAX);

  for (guint i = 0; i < n; i++) {
    all[i] = layers[i];
    all[i].active = TRUE;
  }
  return layer_select (all, n, height, LAYER_NONE);
}

guint
track_demand_layers (const LayerInfo *layers, guint n_layers, gint height)
{
  guint set = 0;
  gint best;

  if (height == TRACK_DEMAND_NOBODY || n_layers == 0)
    return 0;
  best = choose_layer (layers, n_layers, height);
  for (guint i = 0; i < n_layers; i++)
    if (layer_height (layers, n_layers, i) <= layer_height (layers, n_layers, best))
      set |= 1u << i;
  return set;
}

guint
track_demand_lowest (const LayerInfo *layers, guint n_layers)
{
  return n_layers == 0 ? 0 : 1u << choose_layer (layers, n_layers, 1);
}

static gboolean
track_demand_tell (TrackDemand *demand, guint told, gint64 now_us)
{
  demand->told = told;
  demand->told_us = now_us;
  demand->less_us = 0;
  return TRUE;
}

/* TRUE: it has been so for long enough. */
static gboolean
note_less (TrackDemand *demand, guint wanted, gint64 now_us)
{
  if (demand->less_us == 0) {
    demand->less_us = now_us;
    demand->less = 0;
  }
  demand->less |= wanted;
  return now_us - demand->less_us >= TRACK_DEMAND_HOLD_US;
}

gboolean
track_demand_update (TrackDemand *demand, guint wanted, gint64 now_us)
{
  if ((wanted & ~demand->told) != 0)
    return track_demand_tell (demand, demand->told | wanted, now_us);
  if (wanted == demand->told)
    demand->less_us = 0;
  else if (note_less (demand, wanted, now_us)) {
    if (demand->less != demand->told)
      return track_demand_tell (demand, demand->less, now_us);
    demand->less_us = 0;
  }
  if (demand->told == demand->all || now_us - demand->told_us < TRACK_DEMAND_REPEAT_US)
    return FALSE;
  demand->told_us = now_us;
  return TRUE;
}
