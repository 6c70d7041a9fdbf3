/* Who watches a track: what its publisher need send is told to the controller. */
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

static DemandSpec *
describe_demand (const Track *track, guint layers)
{
  DemandSpec *spec = demand_spec_new ();
  g_autoptr (GStrvBuilder) rids = g_strv_builder_new ();

  spec->track = g_strdup (track->shape->id);
  spec->watched = track->demand.told != 0;
  for (guint i = 0; track->rids != NULL && i < track->shape->n_encodings; i++)
    if ((layers & 1u << i) != 0)
      g_strv_builder_add (rids, track->rids[i]);
  g_strfreev (spec->rids);
  spec->rids = g_strv_builder_end (rids);
  return spec;
}

void
track_check_demand (Track *track)
{
  LayerInfo layers[LIMIT_RIDS];
  guint n = track->shape->n_encodings;
  gint height = track->shard->now_us < track->warm_us ? 0 : track->wanted_height;
  guint wanted, told;

  if (track->shape->kind != TRACK_VIDEO)
    return;
  for (guint i = 0; i < n; i++)
    layers[i] = (LayerInfo){ .height = track->encodings[i].height,
                             .bitrate_bps = track->encodings[i].bitrate_bps };
  wanted = track_demand_layers (layers, n, height);
  if (track->shard->now_us < track->awake_us)
    wanted |= track_demand_lowest (layers, n);
  if (!track_demand_update (&track->demand, wanted, track->shard->now_us))
    return;
  told = track->demand.told != 0 ? track->demand.told : track_demand_lowest (layers, n);
  shard_tell_demand (track->shard, describe_demand (track, told));
}

void
track_set_wanted (Track *track, gint height)
{
  track->wanted_height = height;
  track_check_demand (track);
}

void
track_wake (Track *track, gint64 for_us)
{
  track->awake_us = track->shard->now_us + for_us;
  track_check_demand (track);
}
