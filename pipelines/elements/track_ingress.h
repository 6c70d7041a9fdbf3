/* TrackIngress ("trackingress"): the source element at the head of a track's bin. It has no thread
 * and no clock: whoever owns the track pushes its packets with track_ingress_push().
 *
 * Owner: one thread at a time pushes (the shard of the track). The element is not live in
 * GStreamer's sense and never pre-rolls; stream-start, caps and segment go out before the first
 * list.
 */
#pragma once

#include <gst/gst.h>

#define TYPE_TRACK_INGRESS (track_ingress_get_type ())
G_DECLARE_FINAL_TYPE (TrackIngress, track_ingress, TRACK, INGRESS, GstElement)

/* Returns: (transfer floating). @caps is what the track carries; a reference is kept. */
GstElement *track_ingress_new (const gchar *stream_id, GstCaps *caps);

/* Pushes one burst. @list: (transfer full), its buffers are read-only from here on. */
GstFlowReturn track_ingress_push (TrackIngress *ingress, GstBufferList *list);
