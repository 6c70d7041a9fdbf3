/* What bounds a room beside its own line: what it tells by REMB, limits of its own, a line that it
 * shares.  Three layers of the real relay, sent at 100 rounds a second. */
#include "pipelines/relay/transport_limits.h"
#include "tests/support/relay_fixture.h"

static const gchar *const rids[] = { "f", "h", "q", NULL };
static const guint heights[] = { 720, 360, 180 };
static const guint sizes[] = { 1100, 500, 90 }; /* 0.9, 0.4 and 0.07 Mbps */

#define MAX_VIEWERS 2

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *publisher, *viewers[MAX_VIEWERS];
  guint16 seq;
  guint remb_bps; /* told by the first viewer, 0: nothing */
} Scene;

static void
set_up (Scene *scene, gconstpointer shards)
{
  FixtureOffer camera = { .video = TRUE, .rids = rids };
  FixtureOffer view = { .video_slots = 1 };

  scene->fixture = relay_fixture_new (GPOINTER_TO_UINT (shards));
  scene->publisher = relay_fixture_join (scene->fixture, "p", &camera);
  for (guint i = 0; i < MAX_VIEWERS; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);
    g_autofree gchar *slot = g_strdup_printf ("%s/s0", id);

    scene->viewers[i] = relay_fixture_join (scene->fixture, id, &view);
    relay_fixture_route (scene->fixture, slot, "p/camera", 720);
  }
  scene->seq = 1;
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  for (guint i = 0; i < MAX_VIEWERS; i++)
    fixture_room_free (scene->viewers[i]);
  fixture_room_free (scene->publisher);
  relay_fixture_free (scene->fixture);
}

static void
tell_remb (const Scene *scene)
{
  guint8 data[RTCP_COMPOUND_MAX + 64];
  guint32 ssrc = fixture_ssrc ("v0/s0");
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
  rtcp_write_rr (&writer, 7, NULL, 0);
  rtcp_write_remb (&writer, 7, scene->remb_bps, &ssrc, 1);
  fake_peer_send_rtcp (scene->viewers[0]->peer, data, writer.size);
}

static void
run_round (Scene *scene)
{
  for (guint layer = 0; layer < 3; layer++)
    fixture_send (scene->publisher,
                  &FIXTURE_PACKET (.ssrc = 100 + layer, .seq = scene->seq,
                                   .timestamp = scene->seq * 900u, .marker = TRUE, .keyframe = TRUE,
                                   .height = heights[layer], .size = sizes[layer], .mid = "1",
                                   .rid = rids[layer]));
  scene->seq++;
  if (scene->remb_bps > 0 && scene->seq % 20 == 0)
    tell_remb (scene);
  fixture_settle (10);
}

static guint
shown_size (const Scene *scene, guint viewer)
{
  g_autofree gchar *slot = g_strdup_printf ("v%u/s0", viewer);
  guint32 ssrc = fixture_ssrc (slot);
  guint n = fixture_count_rtp (scene->viewers[viewer], ssrc);
  RtpPacket packet;

  if (n == 0)
    return 0;
  fixture_get_rtp (scene->viewers[viewer], ssrc, n - 1, &packet);
  return packet.payload_size;
}

/* Until viewer n shows layer layers[n]. */
static void
run_until_shown (Scene *scene, const guint *layers)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  gboolean is_shown = FALSE;

  while (!is_shown) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    run_round (scene);
    is_shown = TRUE;
    for (guint i = 0; i < MAX_VIEWERS; i++)
      is_shown = is_shown && shown_size (scene, i) == sizes[layers[i]];
  }
}

static void
set_limit (Scene *scene, const TransportLimit *limit)
{
  g_autoptr (TransportLimitRequest) request = transport_limit_request_new ();

  g_ptr_array_add (request->limits, record_copy (&transport_limit_type, limit));
  record_free (&empty_message_type,
               relay_fixture_request (scene->fixture, CONTROL_TRANSPORT_LIMIT, request, NULL));
}

static gboolean
is_in_survival (Scene *scene, const gchar *transport)
{
  const TransportSurvivalEvent *event =
      relay_fixture_last_event (scene->fixture, CONTROL_TRANSPORT_SURVIVAL, transport);

  return event != NULL && event->survival;
}

static void
test_remb (Scene *scene, gconstpointer data)
{
  run_until_shown (scene, (const guint[]){ 0, 0 });
  scene->remb_bps = 500000;
  run_until_shown (scene, (const guint[]){ 1, 0 });
  g_assert_false (is_in_survival (scene, "v0"));
  scene->remb_bps = 100000;
  run_until_shown (scene, (const guint[]){ 2, 0 });
  while (!is_in_survival (scene, "v0"))
    run_round (scene);
  g_assert_false (is_in_survival (scene, "v1"));
  scene->remb_bps = 3000000;
  run_until_shown (scene, (const guint[]){ 0, 0 });
}

static void
test_own_limit (Scene *scene, gconstpointer data)
{
  run_until_shown (scene, (const guint[]){ 0, 0 });
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "v1", .down_bps = 500000 });
  run_until_shown (scene, (const guint[]){ 0, 1 });
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "v1" });
  run_until_shown (scene, (const guint[]){ 0, 0 });
}

/* 1.2 Mbps for two rooms, wherever they live: 0.6 each; alone on it one has it all. */
static void
test_shared_line (Scene *scene, gconstpointer data)
{
  run_until_shown (scene, (const guint[]){ 0, 0 });
  for (guint i = 0; i < MAX_VIEWERS; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);
    set_limit (scene, &(TransportLimit){
                          .transport = id, .line = (gchar *) "u.38", .line_down_bps = 1200000 });
  }
  run_until_shown (scene, (const guint[]){ 1, 1 });
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "v1" });
  run_until_shown (scene, (const guint[]){ 0, 0 });
}

/* The last REMB that the publisher was sent; 0: none. */
static guint64
told_publisher (const Scene *scene)
{
  GPtrArray *received = fake_peer_get_rtcp (scene->publisher->peer);
  guint64 bps = 0;

  for (guint i = 0; i < received->len; i++) {
    gsize size = 0;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (received, i), &size);
    RtcpPacket packet;
    RtcpRemb remb;
    RtcpIter iter;

    rtcp_iter_init (&iter, data, size);
    while (rtcp_iter_next (&iter, &packet))
      if (rtcp_read_remb (&packet, &remb))
        bps = remb.bitrate_bps;
  }
  return bps;
}

static void
test_up (Scene *scene, gconstpointer data)
{
  run_until_shown (scene, (const guint[]){ 0, 0 });
  g_assert_cmpuint (told_publisher (scene), ==, 0);
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "p", .up_bps = 640000 });
  fixture_wait_until (told_publisher (scene) / 1000 == 640);
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "p",
                                       .up_bps = 640000,
                                       .line = (gchar *) "u.38",
                                       .line_up_bps = 320000 });
  fixture_wait_until (told_publisher (scene) / 1000 == 320);
  /* nothing bounds it any more: it is told that too */
  set_limit (scene, &(TransportLimit){ .transport = (gchar *) "p" });
  fixture_wait_until (told_publisher (scene) > 10000000);
}

static void
test_bounds (void)
{
  static const struct {
    TransportLimits limits;
    guint down_bps, up_bps;
  } rows[] = {
    { { 0 }, 0, 0 },
    { { .down_bps = 5, .up_bps = 7 }, 5, 7 },
    { { .line_down_bps = 5, .line_up_bps = 7 }, 5, 7 },
    { { .down_bps = 5, .up_bps = 7, .line_down_bps = 6, .line_up_bps = 6 }, 5, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpuint (transport_limits_down (&rows[i].limits), ==, rows[i].down_bps);
    g_assert_cmpuint (transport_limits_up (&rows[i].limits), ==, rows[i].up_bps);
  }
}

static void
add (const gchar *path, guint shards, void (*func) (Scene *scene, gconstpointer data))
{
  g_test_add (path, Scene, GUINT_TO_POINTER (shards), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/limits/bounds", test_bounds);
  add ("/relay/limits/remb", 1, test_remb);
  add ("/relay/limits/own", 1, test_own_limit);
  add ("/relay/limits/shared-line", 1, test_shared_line);
  add ("/relay/limits/shared-line-on-two-shards", 2, test_shared_line);
  add ("/relay/limits/up", 1, test_up);
  return g_test_run ();
}
