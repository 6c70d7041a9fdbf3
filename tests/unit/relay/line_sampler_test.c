/* What a relay tells each second of a room that publishes and of one that watches it. */
#include "pipelines/relay/clock.h"
#include "tests/support/relay_fixture.h"

#include <gst/gst.h>
#include <string.h>

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 1 };

/* The last stats of @transport in which stream @name stands; FALSE: none. */
static gboolean
find_sample (RelayFixture *fixture, const gchar *transport, const gchar *name, StreamSample *ret)
{
  StreamSample samples[STREAM_SAMPLES_MAX];

  for (guint i = fixture->events->len; i > 0; i--) {
    const FixtureEvent *event = g_ptr_array_index (fixture->events, i - 1);
    const TransportStatsEvent *stats = event->event;

    for (guint j = 0; event->type == CONTROL_TRANSPORT_STATS && j < stats->stats->len; j++) {
      const LineStats *line = g_ptr_array_index (stats->stats, j);
      guint n = stream_samples_read (line->samples, samples, STREAM_SAMPLES_MAX);

      for (guint k = 0; g_str_equal (line->transport, transport) && k < n; k++)
        if (g_str_equal (samples[k].name, name)) {
          *ret = samples[k];
          return TRUE;
        }
    }
  }
  return FALSE;
}

static const LineStats *
last_line (RelayFixture *fixture, const gchar *transport)
{
  for (guint i = fixture->events->len; i > 0; i--) {
    const FixtureEvent *event = g_ptr_array_index (fixture->events, i - 1);
    const TransportStatsEvent *stats = event->event;

    for (guint j = 0; event->type == CONTROL_TRANSPORT_STATS && j < stats->stats->len; j++) {
      const LineStats *line = g_ptr_array_index (stats->stats, j);

      if (g_str_equal (line->transport, transport))
        return line;
    }
  }
  return NULL;
}

static void
send_second (FixtureRoom *room, guint16 first)
{
  for (guint i = 0; i < 20; i++) {
    fixture_send (room, &FIXTURE_PACKET (.ssrc = 5, .seq = first + i, .mid = "1",
                                         .timestamp = 1000 + 3600 * (first + i), .keyframe = i == 0,
                                         .height = 720, .marker = TRUE));
    fixture_send (room,
                  &FIXTURE_PACKET (.ssrc = 6, .seq = first + i, .mid = "0", .pt = FIXTURE_PT_OPUS,
                                   .timestamp = 960 * (first + i), .has_level = TRUE, .level = 30));
  }
}

static void
test_streams (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  StreamSample sample;

  relay_fixture_route (fixture, "v/s0", "p/camera", 720);
  send_second (room, 1);
  fixture_wait_until (find_sample (fixture, "p", "camera", &sample) && sample.packets > 0);
  g_assert_cmpuint (sample.kind, ==, STREAM_VIDEO_UP);
  g_assert_cmpuint (sample.height, ==, 720);
  g_assert_true (sample.flags & STREAM_ACTIVE);
  g_assert_cmpuint (sample.frames, ==, sample.packets);
  g_assert_cmpuint (sample.keyframes, ==, 1);

  fixture_wait_until (find_sample (fixture, "p", "mic", &sample));
  g_assert_cmpuint (sample.kind, ==, STREAM_AUDIO_UP);
  g_assert_cmpuint (sample.loudest, ==, 30);

  fixture_wait_until (find_sample (fixture, "v", "s0", &sample));
  g_assert_cmpuint (sample.kind, ==, STREAM_VIDEO_DOWN);
  g_assert_cmpuint (sample.layer, ==, 0);
  g_assert_cmpuint (sample.wanted, ==, 720);
  g_assert_false (find_sample (fixture, "v", "a0", &sample)); /* nothing is routed there */
}

static gboolean
line_is_connected (RelayFixture *fixture, const char *id)
{
  const LineStats *line = last_line (fixture, id);
  return line && line->state == TRANSPORT_CONNECTED;
}

static void
test_line (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "p", &publisher_offer);

  send_second (room, 1);
  /* The first may be of the moment when its address was still being checked. */
  fixture_wait_until (line_is_connected (fixture, "p"));
  const LineStats *line = last_line (fixture, "p");
  g_assert_true (g_str_has_prefix (line->address, "127.0.0.1:"));
  g_assert_false (line->tcp);
  g_assert_cmpint (line->idle_ms, <, 5000);
  relay_clock_advance (20 * G_USEC_PER_SEC); /* nothing came meanwhile */
  fixture_wait_until (last_line (fixture, "p")->idle_ms >= 20000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/relay/line_sampler/streams", test_streams);
  g_test_add_func ("/relay/line_sampler/line", test_line);
  return g_test_run ();
}
