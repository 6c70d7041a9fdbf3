#include "pipelines/elements/track_fanout.h"

struct _TrackFanout {
  GstElement parent;
  FanOut fan_out; /* read-only after new */
};

G_DEFINE_TYPE (TrackFanout, track_fanout, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstFlowReturn
track_fanout_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  FanOut *fan_out = &TRACK_FANOUT (parent)->fan_out;

  fan_out->on_list (fan_out->user_data, list);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static GstFlowReturn
track_fanout_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, buffer);
  return track_fanout_chain_list (pad, parent, list);
}

static gboolean
track_fanout_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static void
track_fanout_finalize (GObject *object)
{
  FanOut *fan_out = &TRACK_FANOUT (object)->fan_out;

  if (fan_out->destroy != NULL)
    fan_out->destroy (fan_out->user_data);
  G_OBJECT_CLASS (track_fanout_parent_class)->finalize (object);
}

static void
track_fanout_class_init (TrackFanoutClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = track_fanout_finalize;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Track fan-out", "Sink/Network",
                                         "Hands a track's packets to one shard", "Diemcau");
}

static void
track_fanout_init (TrackFanout *fanout)
{
  GstPad *sink = gst_pad_new_from_static_template (&sink_template, "sink");

  gst_pad_set_chain_function (sink, track_fanout_chain);
  gst_pad_set_chain_list_function (sink, track_fanout_chain_list);
  gst_pad_set_event_function (sink, track_fanout_event);
  gst_element_add_pad (GST_ELEMENT (fanout), sink);
  GST_OBJECT_FLAG_SET (fanout, GST_ELEMENT_FLAG_SINK);
}

GstElement *
track_fanout_new (const FanOut *fan_out)
{
  TrackFanout *fanout = g_object_new (TYPE_TRACK_FANOUT, NULL);

  fanout->fan_out = *fan_out;
  return GST_ELEMENT (fanout);
}
