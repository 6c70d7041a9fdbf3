/* Sound that goes along with a picture to the same receivers, over a real relay: one message to
 * each, every packet bit for bit, once and in order. */
#include "pipelines/relay/sound_gather.h"
#include "tests/support/relay_fixture.h"

/* More than a slice of the picture, so that it takes a rest. */
#define N_VIEWERS (SOUND_WIDE_SLOTS + 8)
#define FRAME_PACKETS 3
#define FRAME_BYTES 900
#define SOUND_BYTES 90
#define TRIES 20

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *hall;
  FixtureRoom *viewers[N_VIEWERS];
  guint16 picture_seq, sound_seq; /* of the next packet */
} Hall;

static void
route_all (Hall *hall)
{
  g_autoptr (SlotRouteRequest) request = slot_route_request_new ();

  for (guint i = 0; i < 2 * N_VIEWERS; i++) {
    RouteSpec *route = route_spec_new ();

    route->slot = g_strdup_printf ("v%u/%s", i / 2, i % 2 ? "a0" : "s0");
    route->track = g_strdup (i % 2 ? "h/mic" : "h/camera");
    g_ptr_array_add (request->routes, route);
  }
  record_free (control_message_row (CONTROL_SLOT_ROUTE)->reply,
               relay_fixture_request (hall->fixture, CONTROL_SLOT_ROUTE, request, NULL));
}

static void
say (Hall *hall)
{
  fixture_send (hall->hall,
                &FIXTURE_PACKET (.ssrc = 0x1001, .seq = hall->sound_seq, .mid = "0",
                                 .timestamp = hall->sound_seq * 960u, .pt = FIXTURE_PT_OPUS,
                                 .has_level = TRUE, .level = 30, .size = SOUND_BYTES));
  hall->sound_seq++;
}

static void
show (Hall *hall, gboolean keyframe)
{
  for (guint i = 0; i < FRAME_PACKETS; i++) {
    fixture_send (hall->hall,
                  &FIXTURE_PACKET (.ssrc = 5, .seq = hall->picture_seq, .mid = "1",
                                   .timestamp = hall->picture_seq / FRAME_PACKETS * 3600u,
                                   .keyframe = keyframe && i == 0, .size = FRAME_BYTES,
                                   .marker = i + 1 == FRAME_PACKETS));
    hall->picture_seq++;
  }
}

static void
hall_set_up (Hall *hall, gconstpointer data)
{
  static const FixtureOffer hall_offer = { .audio = TRUE, .video = TRUE };
  static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 1 };

  hall->fixture = relay_fixture_new (1);
  hall->picture_seq = 300; /* a frame begins at a multiple of its packets */
  hall->sound_seq = 100;
  hall->hall = relay_fixture_join (hall->fixture, "h", &hall_offer);
  for (guint i = 0; i < N_VIEWERS; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);

    hall->viewers[i] = relay_fixture_join (hall->fixture, id, &viewer_offer);
  }
  route_all (hall);
  show (hall, TRUE);
  say (hall);
  fixture_wait_until (fixture_count_all (hall->viewers, N_VIEWERS) ==
                      N_VIEWERS * (FRAME_PACKETS + 1));
  fixture_forget_all (hall->viewers, N_VIEWERS);
}

static void
hall_tear_down (Hall *hall, gconstpointer data)
{
  g_clear_pointer (&hall->hall, fixture_room_free);
  for (guint i = 0; i < N_VIEWERS; i++)
    g_clear_pointer (&hall->viewers[i], fixture_room_free);
  relay_fixture_free (hall->fixture);
}

static gint64
count_messages (const Hall *hall)
{
  g_autoptr (RelayStatsReply) stats =
      relay_fixture_request (hall->fixture, CONTROL_RELAY_STATS, NULL, NULL);
  gint64 messages = 0;

  for (guint i = 0; i < stats->shards->len; i++)
    messages += ((const ShardStats *) g_ptr_array_index (stats->shards, i))->tx_messages;
  return messages;
}

/* @payload is what fixture_send () makes of @seq. */
static void
assert_exact (const RtpPacket *packet, guint16 seq, guint from)
{
  const guint8 *payload = rtp_packet_payload (packet);

  for (guint i = from; i < packet->payload_size; i++)
    g_assert_cmpuint (payload[i], ==, (guint8) (seq + i));
}

/* Sequence numbers of each slot before the frame that is looked at; first, they are learnt. */
typedef struct {
  gboolean known;
  guint16 picture, sound;
} Before;

static void
check_viewer (const Hall *hall, guint viewer, Before *before)
{
  g_autofree gchar *picture_slot = g_strdup_printf ("v%u/s0", viewer);
  g_autofree gchar *sound_slot = g_strdup_printf ("v%u/a0", viewer);
  FixtureRoom *room = hall->viewers[viewer];
  RtpPacket packet;

  for (guint i = 0; i < FRAME_PACKETS; i++) {
    fixture_get_rtp (room, fixture_ssrc (picture_slot), i, &packet);
    g_assert_cmpuint (packet.payload_size, ==, FRAME_BYTES);
    assert_exact (&packet, hall->picture_seq - FRAME_PACKETS + i, 16);
    g_assert_true (!before->known || packet.seq == (guint16) (before->picture + 1 + i));
  }
  before->picture = packet.seq;
  fixture_get_rtp (room, fixture_ssrc (sound_slot), 0, &packet);
  g_assert_cmpuint (packet.payload_size, ==, SOUND_BYTES);
  assert_exact (&packet, hall->sound_seq - 1, 0);
  g_assert_true (!before->known || packet.seq == (guint16) (before->sound + 1));
  before->sound = packet.seq;
  before->known = TRUE;
}

/* Each viewer has got the frame and the packet of sound, once. */
static void
check_all (Hall *hall, Before *before)
{
  fixture_wait_until (fixture_count_all (hall->viewers, N_VIEWERS) ==
                      N_VIEWERS * (FRAME_PACKETS + 1));
  for (guint i = 0; i < N_VIEWERS; i++)
    check_viewer (hall, i, &before[i]);
  fixture_forget_all (hall->viewers, N_VIEWERS);
}

/* A busy machine may take what was sent in one moment apart: until it was together once.
 * sound_bounds_test.c does not depend on that. */
static void
test_one_message (Hall *hall, gconstpointer data)
{
  Before before[N_VIEWERS] = { 0 };
  gint64 messages = G_MAXINT64;

  for (guint i = 0; messages >= N_VIEWERS + N_VIEWERS / 2; i++) {
    gint64 sent = count_messages (hall);

    if (i == TRIES) {
      g_test_skip ("the machine is too busy to send two packets in one moment");
      return;
    }

    say (hall);
    show (hall, FALSE);
    check_all (hall, before);
    messages = count_messages (hall) - sent;
  }
}

/* The picture goes when sound is expected, which comes a little later each time: before it, while
 * it rests, when it is through. */
static void
test_order (Hall *hall, gconstpointer data)
{
  Before before[N_VIEWERS] = { 0 };
  gint64 said_us = 0;

  for (guint i = 0; i < 24; i++) {
    gint64 wait_us = said_us + SOUND_STEP_US - g_get_monotonic_time ();

    if (wait_us > 0)
      g_usleep ((gulong) wait_us);
    show (hall, FALSE);
    g_usleep (i % 12 * 50);
    said_us = g_get_monotonic_time ();
    say (hall);
    check_all (hall, before);
  }
}

/* Rooms and the speaker leave while it is under way. */
static void
test_leave (Hall *hall, gconstpointer data)
{
  for (guint i = 0; i < 4; i++) {
    show (hall, FALSE);
    say (hall);
    for (guint j = i; j < N_VIEWERS; j += 5)
      g_clear_pointer (&hall->viewers[j], fixture_room_free);
  }
  show (hall, FALSE);
  say (hall);
  relay_fixture_mute (hall->fixture, "h/mic", TRUE);
  show (hall, FALSE);
  say (hall);
  g_clear_pointer (&hall->hall, fixture_room_free);
  fixture_settle (20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/sound_ride/" name, Hall, NULL, hall_set_up, function, hall_tear_down)
  ADD ("one-message", test_one_message);
  ADD ("order", test_order);
  ADD ("leave", test_leave);
#undef ADD
  return g_test_run ();
}
