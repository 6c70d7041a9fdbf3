/* A relay that captures what a publisher sends and what a viewer gets, asked as a controller asks.
 */
#include "pipelines/relay/clock.h"
#include "pipelines/relay/header_ring.h"
#include "tests/support/pcapng_reader.h"
#include "tests/support/relay_fixture.h"

#include <gst/gst.h>
#include <string.h>

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 1 };

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *room, *viewer;
} Scene;

static void
scene_begin (Scene *scene)
{
  scene->fixture = relay_fixture_new (1);
  scene->room = relay_fixture_join (scene->fixture, "p", &publisher_offer);
  scene->viewer = relay_fixture_join (scene->fixture, "v", &viewer_offer);
  relay_fixture_route (scene->fixture, "v/s0", "p/camera", 720);
}

static void
scene_end (Scene *scene)
{
  fixture_room_free (scene->room);
  fixture_room_free (scene->viewer);
  relay_fixture_free (scene->fixture);
}

static void
start (Scene *scene, const gchar *transport, gboolean payload)
{
  CaptureStartRequest request = { .transport = (gchar *) transport,
                                  .payload = payload,
                                  .seconds = 60,
                                  .max_bytes = LIMIT_CAPTURE_BYTES,
                                  .comment = (gchar *) "Xã Thanh Hà" };

  record_free (&empty_message_type,
               relay_fixture_request (scene->fixture, CONTROL_CAPTURE_START, &request, NULL));
}

/* The reply to a request about @transport; NULL: refused as not found. */
static gpointer
ask (Scene *scene, ControlType type, const gchar *transport)
{
  CaptureTransport request = { (gchar *) transport };
  g_autofree gchar *code = NULL;
  gpointer reply = relay_fixture_request (scene->fixture, type, &request, &code);

  g_assert_true (reply != NULL || g_str_has_prefix (code, "not-found"));
  return reply;
}

/* Appends all that waits. */
static CaptureState
read_all (Scene *scene, const gchar *transport, GByteArray *file)
{
  for (;;) {
    g_autoptr (CaptureReadReply) reply = ask (scene, CONTROL_CAPTURE_READ, transport);
    gsize size = 0;

    g_assert_nonnull (reply);
    if (reply->data != NULL) {
      g_autofree guint8 *data = g_base64_decode (reply->data, &size);
      g_byte_array_append (file, data, (guint) size);
    }
    if (!reply->more)
      return reply->state;
  }
}

static void
send_pictures (Scene *scene, guint16 first, guint n)
{
  for (guint i = 0; i < n; i++)
    fixture_send (scene->room, &FIXTURE_PACKET (.ssrc = 5, .seq = (guint16) (first + i), .mid = "1",
                                                .timestamp = 3600 * (first + i), .keyframe = TRUE,
                                                .height = 720, .marker = TRUE, .size = 300));
  fixture_wait_until (fixture_count_rtp (scene->viewer, fixture_ssrc ("v/s0")) >= first - 1 + n);
}

static void
test_both_ways (void)
{
  g_autoptr (GByteArray) up = g_byte_array_new (), down = g_byte_array_new ();
  RtpPacket packet;
  Scene scene;
  gsize size;

  scene_begin (&scene);
  start (&scene, "p", FALSE);
  start (&scene, "v", TRUE);
  send_pictures (&scene, 1, 3);
  fixture_wait_until (fixture_count_rtcp (scene.viewer, RTCP_SR, -1) > 0);
  g_assert_cmpint (read_all (&scene, "p", up), ==, CAPTURE_RUNNING);
  read_all (&scene, "v", down);

  g_autoptr (GBytes) up_bytes = g_bytes_new (up->data, up->len);
  g_autoptr (PcapngFile) sent = pcapng_file_read (up_bytes);
  g_assert_cmpstr (sent->comment, ==, "Xã Thanh Hà");
  g_assert_cmpuint (pcapng_file_count (sent, "up camera"), ==, 3);
  guint index = 0;
  while (g_strcmp0 (pcapng_file_name (sent, index), "up camera") != 0)
    index++;
  const PcapngBlockView *first = pcapng_file_packet (sent, index);
  const guint8 *payload = pcapng_payload (first, &size);
  g_assert_cmpuint (payload[3], ==, 1);                          /* its number */
  g_assert_cmpuint (payload[11], ==, 5);                         /* its SSRC: not encrypted */
  g_assert_cmpuint (first->original - first->captured, >=, 290); /* no payload of VP8 */
  g_assert_cmpuint (first->flags, ==, 1);

  g_autoptr (GBytes) down_bytes = g_bytes_new (down->data, down->len);
  g_autoptr (PcapngFile) got = pcapng_file_read (down_bytes);
  g_assert_cmpuint (pcapng_file_count (got, "down s0"), ==, 3);
  g_assert_cmpuint (pcapng_file_count (got, "down rtcp"), >, 0);
  index = 0;
  while (g_strcmp0 (pcapng_file_name (got, index), "down s0") != 0)
    index++;
  fixture_get_rtp (scene.viewer, fixture_ssrc ("v/s0"), 0, &packet);
  payload = pcapng_payload (pcapng_file_packet (got, index), &size);
  g_assert_cmpmem (payload, size, packet.data, packet.size); /* as it was decrypted there */
  scene_end (&scene);
}

static void
test_tshark (void)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  Scene scene;

  scene_begin (&scene);
  start (&scene, "v", TRUE);
  send_pictures (&scene, 1, 2);
  read_all (&scene, "v", file);
  g_autoptr (GBytes) bytes = g_bytes_new (file->data, file->len);
  g_autofree gchar *lines = pcapng_ask_tshark (
      bytes, "--enable-heuristic rtp_udp -Y rtp -T fields -e rtp.p_type -e frame.interface_name");
  if (lines != NULL)
    g_assert_cmpstr (lines, ==, "96\tdown s0\n96\tdown s0\n");
  else
    g_test_skip ("tshark is not installed");
  scene_end (&scene);
}

static void
test_ends (void)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  Scene scene;

  scene_begin (&scene);
  g_assert_null (ask (&scene, CONTROL_CAPTURE_READ, "p"));
  g_assert_null (ask (&scene, CONTROL_CAPTURE_READ, "nobody"));
  g_assert_null (ask (&scene, CONTROL_CAPTURE_STOP, "nobody"));
  start (&scene, "p", FALSE);
  record_free (&empty_message_type, ask (&scene, CONTROL_CAPTURE_STOP, "p"));
  g_assert_null (ask (&scene, CONTROL_CAPTURE_READ, "p"));
  start (&scene, "p", FALSE);
  start (&scene, "p", FALSE); /* anew */
  relay_clock_advance (5 * G_USEC_PER_SEC);
  g_assert_cmpint (read_all (&scene, "p", file), ==, CAPTURE_RUNNING);
  relay_clock_advance (9 * G_USEC_PER_SEC);
  g_assert_cmpint (read_all (&scene, "p", file), ==, CAPTURE_RUNNING);
  scene_end (&scene);
}

/* Nobody asked beforehand. */
static void
test_headers_of_late (void)
{
  Scene scene;
  gsize size;

  scene_begin (&scene);
  g_assert_null (ask (&scene, CONTROL_CAPTURE_HEADERS, "nobody"));
  send_pictures (&scene, 1, 4);
  g_autoptr (CaptureHeadersReply) up = ask (&scene, CONTROL_CAPTURE_HEADERS, "p");
  g_autoptr (CaptureHeadersReply) down = ask (&scene, CONTROL_CAPTURE_HEADERS, "v");
  const CaptureHeadersReply *replies[] = { up, down };
  static const gchar *const names[] = { "up camera", "down s0" };
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    g_assert_true (replies[i] != NULL && replies[i]->data != NULL);
    guint8 *data = g_base64_decode (replies[i]->data, &size);
    g_autoptr (GBytes) snapshot = g_bytes_new_take (data, size);
    g_autoptr (GBytes) bytes = header_snapshot_to_pcapng (snapshot, NULL);
    g_autoptr (PcapngFile) file = pcapng_file_read (bytes);

    g_assert_cmpuint (pcapng_file_count (file, names[i]), ==, 4);
    g_assert_cmpuint (file->packets->len, ==, 4);
  }
  scene_end (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/relay/transport_capture/both_ways", test_both_ways);
  g_test_add_func ("/relay/transport_capture/tshark", test_tshark);
  g_test_add_func ("/relay/transport_capture/ends", test_ends);
  g_test_add_func ("/relay/transport_capture/headers_of_late", test_headers_of_late);
  return g_test_run ();
}
