#include "pipelines/elements/elements.h"
#include "pipelines/elements/packet_meta.h"
#include "pipelines/elements/track_fanout.h"
#include "pipelines/elements/track_ingress.h"

#include <gst/check/gstharness.h>

static GstBufferList *
list_of (guint n)
{
  GstBufferList *list = gst_buffer_list_new_sized (n);

  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 100, NULL);
    PacketInfo info = { .extended_seq = i };

    packet_meta_add (buffer, &info);
    gst_buffer_list_add (list, buffer);
  }
  return list;
}

static GstElement *
new_ingress (void)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");

  return track_ingress_new ("track", caps);
}

static void
on_list_count (gpointer user_data, GstBufferList *list)
{
  guint *counts = user_data;

  counts[0]++;
  counts[1] += gst_buffer_list_length (list);
}

static void
on_destroy (gpointer user_data)
{
  ((guint *) user_data)[2]++;
}

static void
test_ingress_events_before_data (void)
{
  GstElement *ingress = gst_object_ref_sink (new_ingress ());
  GstHarness *harness = gst_harness_new_with_element (ingress, NULL, "src");
  static const GstEventType expected[] = { GST_EVENT_STREAM_START, GST_EVENT_CAPS,
                                           GST_EVENT_SEGMENT };

  gst_harness_play (harness);
  g_assert_cmpint (track_ingress_push (TRACK_INGRESS (ingress), list_of (3)), ==, GST_FLOW_OK);
  g_assert_cmpint (track_ingress_push (TRACK_INGRESS (ingress), list_of (2)), ==, GST_FLOW_OK);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    GstEvent *event = gst_harness_pull_event (harness);

    g_assert_cmpint (GST_EVENT_TYPE (event), ==, expected[i]);
    gst_event_unref (event);
  }
  g_assert_cmpuint (gst_harness_events_in_queue (harness), ==, 0);
  g_assert_cmpuint (gst_harness_buffers_in_queue (harness), ==, 5);
  gst_harness_teardown (harness);
  gst_object_unref (ingress);
}

static void
test_fanout_keeps_lists_whole (void)
{
  guint counts[3] = { 0 };
  FanOut fan_out = { on_list_count, counts, on_destroy };
  GstElement *fanout = gst_object_ref_sink (track_fanout_new (&fan_out));
  GstHarness *harness = gst_harness_new_with_element (fanout, "sink", NULL);
  GstPad *sink = gst_element_get_static_pad (fanout, "sink");

  gst_harness_set_src_caps_str (harness, "application/x-rtp");
  gst_harness_play (harness);
  g_assert_cmpint (gst_pad_chain_list (sink, list_of (9)), ==, GST_FLOW_OK);
  g_assert_cmpuint (counts[0], ==, 1);
  g_assert_cmpuint (counts[1], ==, 9);
  g_assert_cmpint (gst_harness_push (harness, gst_buffer_new ()), ==, GST_FLOW_OK);
  g_assert_cmpuint (counts[0], ==, 2);
  g_assert_cmpuint (counts[1], ==, 10);
  gst_object_unref (sink);
  gst_harness_teardown (harness);
  gst_object_unref (fanout);
  g_assert_cmpuint (counts[2], ==, 1);
}

/* The bin as the relay builds it: two fan-outs behind a tee each get every list, untouched. */
static void
test_bin_with_two_fanouts (void)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new (NULL));
  GstElement *ingress = new_ingress ();
  GstElement *tee = gst_element_factory_make ("tee", NULL);
  guint counts[2][3] = { { 0 } };

  gst_bin_add_many (GST_BIN (bin), ingress, tee, NULL);
  g_assert_true (gst_element_link (ingress, tee));
  for (guint i = 0; i < 2; i++) {
    FanOut fan_out = { on_list_count, counts[i], NULL };
    GstElement *fanout = track_fanout_new (&fan_out);

    gst_bin_add (GST_BIN (bin), fanout);
    g_assert_true (gst_element_link (tee, fanout));
  }
  gst_element_set_state (bin, GST_STATE_PLAYING);
  g_assert_cmpint (track_ingress_push (TRACK_INGRESS (ingress), list_of (9)), ==, GST_FLOW_OK);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (counts[i][0], ==, 1);
    g_assert_cmpuint (counts[i][1], ==, 9);
  }
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
}

static void
test_meta_stays_with_its_buffer (void)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 10, NULL);
  PacketInfo info = { .height = 720 };
  GstBuffer *copy;

  g_assert_null (packet_meta_get (buffer));
  packet_meta_add (buffer, &info);
  g_assert_cmpuint (packet_meta_get (buffer)->height, ==, 720);
  copy = gst_buffer_copy_deep (buffer);
  g_assert_null (packet_meta_get (copy));
  gst_buffer_unref (copy);
  gst_buffer_unref (buffer);
}

static void
test_registered_by_name (void)
{
  static const gchar *names[] = { "trackingress", "trackfanout" };

  g_assert_true (elements_register ());
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElement *element = gst_element_factory_make (names[i], NULL);

    g_assert_nonnull (element);
    gst_object_unref (gst_object_ref_sink (element));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/elements/ingress/events-before-data", test_ingress_events_before_data);
  g_test_add_func ("/elements/fanout/keeps-lists-whole", test_fanout_keeps_lists_whole);
  g_test_add_func ("/elements/bin/two-fanouts", test_bin_with_two_fanouts);
  g_test_add_func ("/elements/meta/stays-with-buffer", test_meta_stays_with_its_buffer);
  g_test_add_func ("/elements/registered-by-name", test_registered_by_name);
  return g_test_run ();
}
