/* A real encoder with temporal layers, the engine between, a real decoder: what is forwarded under
 * changing limits decodes to the very pictures that the whole stream decodes to. */
#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/layer_tracker.h"
#include "pipelines/rtp/packet.h"
#include "pipelines/rtp/slot_rewriter.h"

#include <gst/app/app.h>
#include <gst/gst.h>
#include <string.h>

#define PICTURES 400
#define SOURCE 1

#define BASE_ONLY "no-ref-golden+no-ref-alt"
#define KEEP_UPPER "+no-upd-last+no-upd-alt+no-upd-entropy"

/* Last belongs to the base layer, golden to the middle one. */
static const char encode[] = "videotestsrc num-buffers=" G_STRINGIFY (
    PICTURES) " pattern=smpte horizontal-speed=3 "
              "! video/x-raw,format=I420,width=160,height=96,framerate=30/1 "
              "! vp8enc name=enc deadline=1 cpu-used=8 target-bitrate=200000 keyframe-max-dist=100 "
              "temporal-scalability-number-layers=3 temporal-scalability-periodicity=4 "
              "temporal-scalability-layer-sync-flags=\"<false,true,true,false>\" "
              "temporal-scalability-layer-flags=\"<" BASE_ONLY
              "+no-upd-golden+no-upd-alt," BASE_ONLY "+no-upd-golden" KEEP_UPPER
              "," BASE_ONLY KEEP_UPPER ","
              "no-ref-alt+no-upd-golden" KEEP_UPPER ">\" "
              "! rtpvp8pay picture-id-mode=15-bit mtu=300 ! appsink name=out sync=false "
              "max-buffers=0";

static const char decode[] =
    "appsrc name=in format=time caps=\"application/x-rtp,media=video,clock-rate=90000,"
    "encoding-name=VP8,payload=96\" ! rtpvp8depay ! vp8dec ! appsink name=out sync=false "
    "max-buffers=0";

/* These properties cannot be written in a launch line. */
static void
set_numbers (GstElement *element, const gchar *property, const gint *numbers, guint n)
{
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  GValueArray *array = g_value_array_new (n);
  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_INT);
    g_value_set_int (&value, numbers[i]);
    g_value_array_append (array, &value);
  }
  g_object_set (element, property, array, NULL);
  g_value_array_free (array);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

static void
set_layers (GstElement *pipeline)
{
  static const gint ids[] = { 0, 2, 1, 2 }, rates[] = { 80000, 120000, 200000 },
                    decimators[] = { 4, 2, 1 };
  g_autoptr (GstElement) encoder = gst_bin_get_by_name (GST_BIN (pipeline), "enc");
  set_numbers (encoder, "temporal-scalability-layer-id", ids, G_N_ELEMENTS (ids));
  set_numbers (encoder, "temporal-scalability-target-bitrate", rates, G_N_ELEMENTS (rates));
  set_numbers (encoder, "temporal-scalability-rate-decimator", decimators,
               G_N_ELEMENTS (decimators));
}

static GPtrArray *
run_encoder (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (encode, &error);
  g_assert_no_error (error);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  GstSample *sample;

  set_layers (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (out))) != NULL) {
    GstBufferList *list = gst_sample_get_buffer_list (sample);
    for (guint i = 0; list != NULL && i < gst_buffer_list_length (list); i++)
      g_ptr_array_add (packets, gst_buffer_ref (gst_buffer_list_get (list, i)));
    if (list == NULL)
      g_ptr_array_add (packets, gst_buffer_ref (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return packets;
}

/* Checksums of the pictures by their time. */
static GHashTable *
run_decoder (GPtrArray *packets)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (decode, &error);
  g_assert_no_error (error);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  GHashTable *pictures = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < packets->len; i++)
    gst_app_src_push_buffer (GST_APP_SRC (in),
                             gst_buffer_copy_deep (g_ptr_array_index (packets, i)));
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (out))) != NULL) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    gint64 at = GST_BUFFER_PTS (buffer);
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    g_hash_table_insert (pictures, g_memdup2 (&at, sizeof at),
                         g_compute_checksum_for_data (G_CHECKSUM_MD5, map.data, map.size));
    gst_buffer_unmap (buffer, &map);
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return pictures;
}

typedef struct {
  LayerTracker tracker;
  SlotRewriter slot;
  GRand *rand;
  GPtrArray *sent;
  guint pictures;
  GstClockTime last;
  guint of_layer[3];
} Engine;

static void
engine_take (Engine *engine, GstBuffer *buffer)
{
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (buffer);
  GstMapInfo map;
  RtpPacket packet;
  PayloadNumbers numbers;
  LayerFrame frame;
  SlotOutput output;

  gst_buffer_map (copy, &map, GST_MAP_READWRITE);
  g_assert_true (rtp_packet_parse (&packet, map.data, map.size));
  guint8 *payload = map.data + packet.payload_offset;
  LayerPacket view = { .payload = payload, .size = packet.payload_size };
  view.keyframe_start = payload_is_keyframe_start (CODEC_VP8, payload, packet.payload_size);
  payload_read_numbers (&numbers, CODEC_VP8, payload, packet.payload_size);
  layer_tracker_on_packet (&engine->tracker, CODEC_VP8, &view, &frame);
  g_assert_cmpuint (frame.number, !=, 0);
  SlotInput input = { .source = SOURCE,
                      .source_seq = 0x10000 + packet.seq,
                      .timestamp = packet.timestamp,
                      .keyframe_start = view.keyframe_start,
                      .numbers = &numbers,
                      .frame = &frame };
  if (slot_rewriter_map (&engine->slot, &input, &output) != SLOT_FORWARD) {
    gst_buffer_unmap (copy, &map);
    return;
  }
  bytes_put_u16 (map.data + 2, output.seq);
  payload_lower_numbers (payload, &numbers, output.lowering.pictures, output.lowering.tl0);
  gst_buffer_unmap (copy, &map);
  if (GST_BUFFER_PTS (copy) != engine->last) {
    engine->last = GST_BUFFER_PTS (copy);
    engine->pictures++;
    engine->of_layer[frame.temporal]++;
  }
  g_ptr_array_add (engine->sent, g_steal_pointer (&copy));
}

/* The limit changes at any packet. */
static void
thin (GPtrArray *packets, Engine *engine, guint change_one_in)
{
  slot_rewriter_init (&engine->slot, SLOT_KIND_VIDEO, 90000, 1000, 0);
  slot_rewriter_select (&engine->slot, SOURCE);
  for (guint i = 0; i < packets->len; i++) {
    if (change_one_in == 1 || g_rand_int_range (engine->rand, 0, (gint) change_one_in) == 0)
      slot_rewriter_set_target (&engine->slot,
                                LAYER_TARGET (3, g_rand_int_range (engine->rand, 0, 4)));
    engine_take (engine, g_ptr_array_index (packets, i));
  }
}

static void
test_vp8 (void)
{
  g_autoptr (GPtrArray) packets = run_encoder ();
  g_autoptr (GHashTable) whole = run_decoder (packets);
  g_assert_cmpuint (g_hash_table_size (whole), ==, PICTURES);
  for (guint seed = 1; seed <= 4; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (GPtrArray) sent = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
    Engine engine = { .rand = rand, .sent = sent, .last = GST_CLOCK_TIME_NONE };
    thin (packets, &engine, seed * 8);
    g_autoptr (GHashTable) thinned = run_decoder (sent);
    GHashTableIter iter;
    gpointer at, checksum;
    g_test_message ("%u pictures of %u: %u %u %u", engine.pictures, PICTURES, engine.of_layer[0],
                    engine.of_layer[1], engine.of_layer[2]);
    g_assert_cmpuint (engine.of_layer[0], ==, PICTURES / 4);
    g_assert_cmpuint (engine.of_layer[1], >, PICTURES / 16);
    g_assert_cmpuint (engine.of_layer[2], >, PICTURES / 16);
    g_assert_cmpuint (engine.pictures, <, PICTURES);
    g_assert_cmpuint (g_hash_table_size (thinned), ==, engine.pictures);
    g_hash_table_iter_init (&iter, thinned);
    while (g_hash_table_iter_next (&iter, &at, &checksum))
      g_assert_cmpstr (checksum, ==, g_hash_table_lookup (whole, at));
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/layer-decode/vp8", test_vp8);
  return g_test_run ();
}
