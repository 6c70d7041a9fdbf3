#include "pipelines/elements/track_ingress.h"

struct _TrackIngress {
  GstElement parent;
  GstPad *src;
  gchar *stream_id; /* read-only after new */
  GstCaps *caps;    /* read-only after new */
  gboolean started; /* pushing thread */
};

G_DEFINE_TYPE (TrackIngress, track_ingress, GST_TYPE_ELEMENT)

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void
track_ingress_finalize (GObject *object)
{
  TrackIngress *ingress = TRACK_INGRESS (object);

  g_free (ingress->stream_id);
  gst_clear_caps (&ingress->caps);
  G_OBJECT_CLASS (track_ingress_parent_class)->finalize (object);
}

static GstStateChangeReturn
track_ingress_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    TRACK_INGRESS (element)->started = FALSE;
  return GST_ELEMENT_CLASS (track_ingress_parent_class)->change_state (element, transition);
}

static void
track_ingress_class_init (TrackIngressClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = track_ingress_finalize;
  element_class->change_state = track_ingress_change_state;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Track ingress", "Source/Network",
                                         "Packets of a published track", "Diemcau");
}

static void
track_ingress_init (TrackIngress *ingress)
{
  ingress->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (ingress->src);
  gst_element_add_pad (GST_ELEMENT (ingress), ingress->src);
  GST_OBJECT_FLAG_SET (ingress, GST_ELEMENT_FLAG_SOURCE);
}

GstElement *
track_ingress_new (const gchar *stream_id, GstCaps *caps)
{
  TrackIngress *ingress = g_object_new (TYPE_TRACK_INGRESS, NULL);

  ingress->stream_id = g_strdup (stream_id);
  ingress->caps = gst_caps_ref (caps);
  return GST_ELEMENT (ingress);
}

static void
track_ingress_start (TrackIngress *ingress)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (ingress->src, gst_event_new_stream_start (ingress->stream_id));
  gst_pad_push_event (ingress->src, gst_event_new_caps (ingress->caps));
  gst_pad_push_event (ingress->src, gst_event_new_segment (&segment));
  ingress->started = TRUE;
}

GstFlowReturn
track_ingress_push (TrackIngress *ingress, GstBufferList *list)
{
  g_return_val_if_fail (list != NULL, GST_FLOW_ERROR);

  if (!ingress->started)
    track_ingress_start (ingress);
  return gst_pad_push_list (ingress->src, list);
}
