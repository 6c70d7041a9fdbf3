/* Rooms behind lines that block UDP: all their packets go through one TCP connection. */
#include "pipelines/transport/bounds.h"
#include "tests/support/relay_fixture.h"

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer tcp_publisher_offer = { .audio = TRUE, .video = TRUE, .tcp = TRUE };
static const FixtureOffer tcp_viewer_offer = { .audio_slots = 1, .video_slots = 1, .tcp = TRUE };

typedef struct {
  RelayFixture *relay;
  FixtureRoom *publisher, *viewer;
  guint32 audio, video; /* SSRCs of the viewer's slots */
  guint16 audio_seq, video_seq;
  guint frames;
} Fixture;

static void
send_audio (Fixture *f)
{
  fixture_send (f->publisher,
                &FIXTURE_PACKET (.ssrc = 1000, .seq = f->audio_seq, .pt = FIXTURE_PT_OPUS,
                                 .timestamp = f->audio_seq * 960u, .mid = "0"));
  f->audio_seq++;
}

static void
send_frame (Fixture *f, guint n, gboolean keyframe)
{
  for (guint i = 0; i < n; i++)
    fixture_send (f->publisher,
                  &FIXTURE_PACKET (.ssrc = 2000, .seq = f->video_seq++,
                                   .timestamp = f->frames * 3000u, .marker = i + 1 == n,
                                   .keyframe = keyframe && i == 0, .height = 360, .mid = "1",
                                   .size = 1000));
  f->frames++;
}

static void
set_up (Fixture *f, const FixtureOffer *publisher)
{
  f->relay = relay_fixture_new (1);
  f->publisher = relay_fixture_join (f->relay, "p", publisher);
  f->viewer = relay_fixture_join (f->relay, "v", &tcp_viewer_offer);
  f->audio = fixture_ssrc ("v/a0");
  f->video = fixture_ssrc ("v/s0");
  f->audio_seq = f->video_seq = 100;
  relay_fixture_route (f->relay, "v/a0", "p/mic", 0);
  relay_fixture_route (f->relay, "v/s0", "p/camera", 360);
}

static void
tear_down (Fixture *f)
{
  fixture_room_free (f->publisher);
  fixture_room_free (f->viewer);
  relay_fixture_free (f->relay);
}

static guint
count (Fixture *f, guint32 ssrc)
{
  return fixture_count_rtp (f->viewer, ssrc);
}

static void
test_both_ways (gconstpointer offer)
{
  Fixture f = { 0 };
  RtpPacket first, last;

  set_up (&f, offer);
  for (guint i = 0; i < 5; i++)
    send_audio (&f);
  send_frame (&f, 9, TRUE);
  send_frame (&f, 9, FALSE);
  fixture_wait_until (count (&f, f.audio) == 5 && count (&f, f.video) == 18);
  fixture_get_rtp (f.viewer, f.video, 0, &first);
  fixture_get_rtp (f.viewer, f.video, 17, &last);
  g_assert_cmpuint ((guint16) (last.seq - first.seq), ==, 17);
  tear_down (&f);
}

/* What transport.stats last said of @room; NULL: nothing yet. */
static const LineStats *
line_of (Fixture *f, const gchar *room)
{
  const LineStats *found = NULL;

  for (guint i = 0; i < f->relay->events->len; i++) {
    const FixtureEvent *event = g_ptr_array_index (f->relay->events, i);
    const TransportStatsEvent *stats = event->event;

    for (guint j = 0; event->type == CONTROL_TRANSPORT_STATS && j < stats->stats->len; j++) {
      const LineStats *line = g_ptr_array_index (stats->stats, j);
      if (g_str_equal (line->transport, room))
        found = line;
    }
  }
  return found;
}

static void
test_statistics (void)
{
  Fixture f = { 0 };

  set_up (&f, &publisher_offer);
  fixture_wait_until (line_of (&f, "p") != NULL && line_of (&f, "v") != NULL);
  g_assert_false (line_of (&f, "p")->tcp);
  g_assert_true (line_of (&f, "v")->tcp);
  tear_down (&f);
}

static TransportState
state_of (Fixture *f, const gchar *room)
{
  const TransportStateEvent *event =
      relay_fixture_last_event (f->relay, CONTROL_TRANSPORT_STATE, room);

  return event->state;
}

/* The connection breaks; the same association goes on over the next one. */
static void
test_connection_breaks (void)
{
  Fixture f = { 0 };

  set_up (&f, &publisher_offer);
  send_audio (&f);
  fixture_wait_until (count (&f, f.audio) == 1);
  fake_peer_move (f.viewer->peer);
  fixture_wait_until (state_of (&f, "v") == TRANSPORT_DISCONNECTED);
  fake_peer_check (f.viewer->peer);
  fixture_wait_until (state_of (&f, "v") == TRANSPORT_CONNECTED);
  send_audio (&f);
  send_frame (&f, 2, TRUE);
  fixture_wait_until (count (&f, f.audio) == 2 && count (&f, f.video) == 2);
  tear_down (&f);
}

static gboolean
video_flows (Fixture *f)
{
  const SlotStateEvent *event = relay_fixture_last_event (f->relay, CONTROL_SLOT_STATE, "v/s0");

  return event != NULL && event->flowing;
}

/* Sends picture and sound that the viewer does not read, until its picture is stopped. */
static void
overfill (Fixture *f)
{
  gint64 until_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  fixture_wait_until (video_flows (f));
  fake_peer_stop_reading (f->viewer->peer);
  while (video_flows (f)) {
    for (guint i = 0; i < 4; i++)
      send_frame (f, 12, FALSE);
    send_audio (f);
    fixture_settle (10);
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  }
}

static void
test_slow_reader (void)
{
  Fixture f = { 0 };
  guint sound;

  set_up (&f, &publisher_offer);
  send_frame (&f, 2, TRUE);
  fixture_wait_until (count (&f, f.video) == 2);
  overfill (&f);
  /* picture has stopped as if it had been routed away; sound goes on */
  sound = f.audio_seq;
  for (guint i = 0; i < 10; i++)
    send_audio (&f);
  fixture_settle (50);
  fake_peer_go_on_reading (f.viewer->peer);
  for (guint i = 0; i < 5; i++) {
    send_audio (&f);
    fixture_settle (20);
  }
  fixture_wait_until (count (&f, f.audio) >= f.audio_seq - sound);
  /* and picture comes back with a keyframe, that the relay has asked for */
  for (guint i = 0; i < 200 && !video_flows (&f); i++) {
    send_frame (&f, 2, TRUE);
    fixture_settle (20);
  }
  fake_peer_forget_received (f.viewer->peer);
  send_frame (&f, 2, FALSE);
  fixture_wait_until (count (&f, f.video) >= 2);
  g_assert_cmpint (state_of (&f, "v"), ==, TRANSPORT_CONNECTED);
  tear_down (&f);
}

/* One room by TCP does not touch what others get by UDP. */
static void
test_slow_reader_beside_others (void)
{
  Fixture f = { 0 };
  FixtureOffer offer = tcp_viewer_offer;
  g_autoptr (FixtureRoom) other = NULL;
  guint32 video = fixture_ssrc ("w/s0");

  set_up (&f, &publisher_offer);
  offer.tcp = FALSE;
  other = relay_fixture_join (f.relay, "w", &offer);
  relay_fixture_route (f.relay, "w/s0", "p/camera", 360);
  send_frame (&f, 2, TRUE);
  fixture_wait_until (count (&f, f.video) == 2 && fixture_count_rtp (other, video) == 2);
  overfill (&f);
  fixture_wait_until (fixture_count_rtp (other, video) == f.video_seq - 100u);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/relay/tcp/udp-to-tcp", &publisher_offer, test_both_ways);
  g_test_add_data_func ("/relay/tcp/tcp-to-tcp", &tcp_publisher_offer, test_both_ways);
  g_test_add_func ("/relay/tcp/statistics", test_statistics);
  g_test_add_func ("/relay/tcp/connection-breaks", test_connection_breaks);
  g_test_add_func ("/relay/tcp/slow-reader", test_slow_reader);
  g_test_add_func ("/relay/tcp/slow-reader-beside-others", test_slow_reader_beside_others);
  return g_test_run ();
}
