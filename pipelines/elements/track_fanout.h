/* TrackFanout ("trackfanout"): the sink element through which a track leaves its bin towards the
 * slots of one shard. It hands every list to a FanOut and always answers GST_FLOW_OK, so that a
 * branch can never stop the tee in front of it.
 *
 * The FanOut is set at creation and called from the thread that pushes into the track; it either
 * forwards at once (same shard) or passes a reference on (another shard's mailbox).
 */
#pragma once

#include <gst/gst.h>

#define TYPE_TRACK_FANOUT (track_fanout_get_type ())
G_DECLARE_FINAL_TYPE (TrackFanout, track_fanout, TRACK, FANOUT, GstElement)

typedef struct {
  /* @list: (transfer none), immutable; take a reference to keep it. */
  void (*on_list) (gpointer user_data, GstBufferList *list);
  gpointer user_data;
  GDestroyNotify destroy; /* nullable; runs when the element is finalized */
} FanOut;

/* Returns: (transfer floating). */
GstElement *track_fanout_new (const FanOut *fan_out);
