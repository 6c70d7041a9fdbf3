/* A capture by itself: what it keeps, when it ends, what happens when nobody fetches it. */
#include "pipelines/relay/capture.h"
#include "pipelines/relay/pcapng.h"
#include "tests/support/pcapng_reader.h"

#include <string.h>

#define START_US (100 * (gint64) G_USEC_PER_SEC)
#define WALL_NS (1795000000 * G_GINT64_CONSTANT (1000000000))

typedef struct {
  Capture *capture;
  NetAddress room, relay;
  GByteArray *file;
  CaptureRead last;
} Scene;

static void
scene_begin (Scene *scene, gboolean payload, gint64 seconds, gint64 max_bytes)
{
  CaptureSpec spec = { payload, seconds * G_USEC_PER_SEC, max_bytes, "Xã Thanh Hà" };

  memset (scene, 0, sizeof *scene);
  g_assert_true (net_address_parse ("192.0.2.7", 50012, &scene->room));
  g_assert_true (net_address_parse ("127.0.0.1", 7000, &scene->relay));
  scene->capture = capture_new (&spec, START_US, WALL_NS);
  scene->file = g_byte_array_new ();
}

static void
scene_end (Scene *scene)
{
  capture_free (scene->capture);
  g_byte_array_unref (scene->file);
}

static void
scene_add (Scene *scene, CaptureStream stream, const gchar *name, gsize body_size, gint64 now_us)
{
  static const guint8 header[12] = { 0x80, 96 };
  static const guint8 body[1400] = { 7 };
  CapturePacket packet = { .stream = stream,
                           .name = name,
                           .room = &scene->room,
                           .relay = &scene->relay,
                           .header = header,
                           .header_size = sizeof header,
                           .body = body_size > 0 ? body : NULL,
                           .body_size = body_size };

  capture_add (scene->capture, &packet, now_us);
}

static void
scene_read (Scene *scene, gint64 now_us)
{
  do {
    gsize size;
    gconstpointer data;

    capture_read (scene->capture, now_us, &scene->last);
    if (scene->last.data == NULL)
      continue;
    data = g_bytes_get_data (scene->last.data, &size);
    g_assert_cmpuint (size, <=, CAPTURE_CHUNK_BYTES);
    g_byte_array_append (scene->file, data, (guint) size);
    g_clear_pointer (&scene->last.data, g_bytes_unref);
  } while (scene->last.more);
}

static PcapngFile *
scene_file (const Scene *scene, GBytes **ret_bytes)
{
  *ret_bytes = g_bytes_new (scene->file->data, scene->file->len);
  return pcapng_file_read (*ret_bytes);
}

static void
test_headers_only (void)
{
  g_autoptr (GBytes) bytes = NULL;
  Scene scene;

  scene_begin (&scene, FALSE, 60, LIMIT_CAPTURE_BYTES);
  scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "up mic", 100, START_US + 1500);
  scene_add (&scene, CAPTURE_DOWN (2, FALSE), "down main", 1000, START_US + 2500);
  scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "told before", 90, START_US + 3500);
  scene_add (&scene, CAPTURE_DOWN_RTCP, "down rtcp", 0, START_US + 3500);
  scene_read (&scene, START_US + 4000);
  g_autoptr (PcapngFile) file = scene_file (&scene, &bytes);
  g_assert_cmpstr (file->comment, ==, "Xã Thanh Hà");
  g_assert_true (g_str_has_prefix (file->application, "Diemcau"));
  g_assert_cmpuint (file->interfaces->len, ==, 3);
  g_assert_cmpuint (file->packets->len, ==, 4);
  g_assert_cmpuint (scene.last.packets, ==, 4);
  g_assert_cmpstr (pcapng_file_name (file, 2), ==, "up mic");
  const PcapngBlockView *main = pcapng_file_packet (file, 1);
  g_assert_cmpuint (main->captured, ==, 28 + 12);
  g_assert_cmpuint (main->original, ==, 28 + 1012);
  g_assert_cmpint (main->time_ns, ==, WALL_NS + 2500 * 1000);
  g_assert_cmpuint (main->flags, ==, 2);
  g_assert_cmpuint (main->data[12], ==, 127); /* from the relay */
  g_assert_cmpuint (pcapng_file_packet (file, 0)->data[12], ==, 192);
  scene_end (&scene);
}

static void
test_payload (void)
{
  g_autoptr (GBytes) bytes = NULL;
  Scene scene;
  gsize size;

  scene_begin (&scene, TRUE, 60, LIMIT_CAPTURE_BYTES);
  scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "up mic", 100, START_US);
  scene_read (&scene, START_US);
  g_autoptr (PcapngFile) file = scene_file (&scene, &bytes);
  const guint8 *payload = pcapng_payload (pcapng_file_packet (file, 0), &size);
  g_assert_cmpuint (size, ==, 112);
  g_assert_cmpuint (payload[12], ==, 7);
  scene_end (&scene);
}

static void
test_ends_by_time (void)
{
  Scene scene;

  scene_begin (&scene, FALSE, 2, LIMIT_CAPTURE_BYTES);
  scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "up mic", 100, START_US + 2 * G_USEC_PER_SEC - 1);
  scene_read (&scene, START_US + 2 * G_USEC_PER_SEC - 1);
  g_assert_cmpint (scene.last.state, ==, CAPTURE_RUNNING);
  scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "up mic", 100, START_US + 2 * G_USEC_PER_SEC);
  scene_read (&scene, START_US + 2 * G_USEC_PER_SEC);
  g_assert_cmpint (scene.last.state, ==, CAPTURE_TIME);
  g_assert_cmpuint (scene.last.packets, ==, 1);
  scene_end (&scene);
}

static void
test_ends_by_size (void)
{
  Scene scene;
  guint n = 0;

  scene_begin (&scene, FALSE, 60, 2000);
  do {
    scene_add (&scene, CAPTURE_UP (0, 0, FALSE), "up mic", 100, START_US);
    scene_read (&scene, START_US);
  } while (scene.last.state == CAPTURE_RUNNING && ++n < 1000);
  g_assert_cmpint (scene.last.state, ==, CAPTURE_SIZE);
  g_assert_cmpuint (scene.file->len, >=, 2000);
  g_assert_cmpuint (scene.file->len, <, 2200);
  scene_end (&scene);
}

/* What is not fetched fills its chunks, no more; then packets are counted, not kept. */
static void
test_nobody_fetches (void)
{
  g_autoptr (GBytes) bytes = NULL;
  Scene scene;
  guint n = 1200;

  scene_begin (&scene, TRUE, 60, LIMIT_CAPTURE_BYTES);
  for (guint i = 0; i < n; i++)
    scene_add (&scene, CAPTURE_UP (1, 0, FALSE), "up camera", 1200, START_US + i);
  scene_read (&scene, START_US + n);
  g_assert_cmpuint (scene.last.dropped, >, 0);
  g_assert_cmpuint (scene.last.packets + scene.last.dropped, ==, n);
  g_assert_cmpuint (scene.file->len, <=, CAPTURE_CHUNKS * CAPTURE_CHUNK_BYTES);
  g_assert_cmpuint (scene.file->len, >, (CAPTURE_CHUNKS - 1) * CAPTURE_CHUNK_BYTES);
  scene_add (&scene, CAPTURE_UP (1, 0, FALSE), "up camera", 1200, START_US + n); /* goes on */
  scene_read (&scene, START_US + n);
  g_autoptr (PcapngFile) file = scene_file (&scene, &bytes);
  g_assert_cmpuint (file->packets->len, ==, scene.last.packets);
  for (guint i = 1; i < file->packets->len; i++) /* in order, across chunks */
    g_assert_cmpint (pcapng_file_packet (file, i)->time_ns, >,
                     pcapng_file_packet (file, i - 1)->time_ns);
  scene_end (&scene);
}

static void
test_is_given_up (void)
{
  Scene scene;

  scene_begin (&scene, FALSE, 60, LIMIT_CAPTURE_BYTES);
  g_assert_false (capture_tick (scene.capture, START_US + CAPTURE_UNREAD_US));
  scene_read (&scene, START_US + CAPTURE_UNREAD_US);
  g_assert_false (capture_tick (scene.capture, START_US + 2 * CAPTURE_UNREAD_US));
  g_assert_true (capture_tick (scene.capture, START_US + 2 * CAPTURE_UNREAD_US + 1));
  scene_end (&scene);
}

static void
test_streams_differ (void)
{
  gboolean seen[CAPTURE_STREAMS] = { FALSE };

  for (guint i = 0; i < LIMIT_TRACKS * LIMIT_RIDS * 2; i++) {
    CaptureStream stream = CAPTURE_UP (i / 2 / LIMIT_RIDS, i / 2 % LIMIT_RIDS, i % 2);

    g_assert_false (seen[stream] || CAPTURE_IS_DOWN (stream));
    seen[stream] = TRUE;
  }
  for (guint i = 0; i < LIMIT_SLOTS * 2; i++) {
    CaptureStream stream = CAPTURE_DOWN (i / 2, i % 2);

    g_assert_true (!seen[stream] && CAPTURE_IS_DOWN (stream));
    seen[stream] = TRUE;
  }
  g_assert_false (seen[CAPTURE_UP_OTHER] || seen[CAPTURE_UP_RTCP] || seen[CAPTURE_DOWN_RTCP]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/capture/headers_only", test_headers_only);
  g_test_add_func ("/relay/capture/payload", test_payload);
  g_test_add_func ("/relay/capture/ends_by_time", test_ends_by_time);
  g_test_add_func ("/relay/capture/ends_by_size", test_ends_by_size);
  g_test_add_func ("/relay/capture/nobody_fetches", test_nobody_fetches);
  g_test_add_func ("/relay/capture/is_given_up", test_is_given_up);
  g_test_add_func ("/relay/capture/streams_differ", test_streams_differ);
  return g_test_run ();
}
