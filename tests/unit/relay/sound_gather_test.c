/* Sound of several voices to one receiver, over a real relay: one run, each packet bit for bit. */
#include "pipelines/relay/sound_gather.h"
#include "tests/support/relay_fixture.h"

#define N_VOICES 3
#define N_VIEWERS 4
/* many on each shard, of two */
#define VIEWER_SLOTS (N_VOICES * SOUND_WIDE_SLOTS * 2 / N_VIEWERS)
#define GROUP "g.m1"
/* Some mids are longer. */
#define HEADERS_DIFFER 4

static const FixtureOffer voice_offer = { .audio = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = VIEWER_SLOTS };

/* Of a test: how many shards, and whether slots are routed to tracks instead of a group. */
typedef struct {
  guint shards;
  gboolean direct;
} Way;

static const Way ways[] = { { 1, FALSE }, { 2, FALSE }, { 1, TRUE }, { 2, TRUE } };

typedef struct {
  RelayFixture *fixture;
  const Way *way;
  FixtureRoom *voices[N_VOICES];
  FixtureRoom *viewers[N_VIEWERS];
  guint16 seq; /* of the next packet of each voice */
} Hall;

static gchar *
slot_id (guint viewer, guint slot)
{
  return g_strdup_printf ("v%u/a%u", viewer, slot);
}

/* Slot n is in place 1 + n % N_VOICES. */
static guint32
ssrc_of (guint viewer, guint slot)
{
  g_autofree gchar *id = slot_id (viewer, slot);

  return fixture_ssrc (id);
}

static void
route_viewer (Hall *hall, guint viewer)
{
  g_autoptr (SlotRouteRequest) request = slot_route_request_new ();

  for (guint i = 0; i < VIEWER_SLOTS; i++) {
    RouteSpec *route = route_spec_new ();

    route->slot = slot_id (viewer, i);
    if (hall->way->direct) {
      route->track = g_strdup_printf ("r%u/mic", i % N_VOICES);
    } else {
      route->group = g_strdup (GROUP);
      route->place = 1 + i % N_VOICES;
    }
    g_ptr_array_add (request->routes, route);
  }
  record_free (control_message_row (CONTROL_SLOT_ROUTE)->reply,
               relay_fixture_request (hall->fixture, CONTROL_SLOT_ROUTE, request, NULL));
}

static void
open_voices (Hall *hall)
{
  g_autoptr (AudioGroupRequest) request = audio_group_request_new ();

  g_free (request->group);
  request->group = g_strdup (GROUP);
  request->n = N_VOICES;
  for (guint i = 0; i < N_VOICES; i++) {
    GroupTrackSpec *track = group_track_spec_new ();

    g_free (track->track);
    track->track = g_strdup_printf ("r%u/mic", i);
    g_ptr_array_add (request->tracks, track);
  }
  record_free (control_message_row (CONTROL_AUDIO_GROUP)->reply,
               relay_fixture_request (hall->fixture, CONTROL_AUDIO_GROUP, request, NULL));
  fixture_settle (20);
}

static void
hall_set_up (Hall *hall, gconstpointer way)
{
  hall->way = way;
  hall->fixture = relay_fixture_new (hall->way->shards);
  hall->seq = 100;
  for (guint i = 0; i < N_VOICES; i++) {
    g_autofree gchar *id = g_strdup_printf ("r%u", i);

    hall->voices[i] = relay_fixture_join (hall->fixture, id, &voice_offer);
  }
  for (guint i = 0; i < N_VIEWERS; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);

    hall->viewers[i] = relay_fixture_join (hall->fixture, id, &viewer_offer);
    route_viewer (hall, i);
  }
  open_voices (hall);
}

static void
hall_tear_down (Hall *hall, gconstpointer way)
{
  for (guint i = 0; i < N_VOICES; i++)
    g_clear_pointer (&hall->voices[i], fixture_room_free);
  for (guint i = 0; i < N_VIEWERS; i++)
    g_clear_pointer (&hall->viewers[i], fixture_room_free);
  relay_fixture_free (hall->fixture);
}

/* One packet of voice @i with @size bytes; 0: it says nothing. */
static void
say (Hall *hall, guint i, guint size)
{
  guint8 level = 30 + i;

  if (size > 0)
    fixture_send (hall->voices[i],
                  &FIXTURE_PACKET (.ssrc = 0x1001 + i, .seq = hall->seq,
                                   .timestamp = hall->seq * 960u, .pt = FIXTURE_PT_OPUS,
                                   .has_level = TRUE, .level = level, .size = size));
}

/* All voices once; waits until all have heard them. What was heard before is forgotten. */
static void
say_all (Hall *hall, const guint *sizes)
{
  guint n = 0;

  fixture_forget_all (hall->viewers, N_VIEWERS);
  hall->seq++;
  for (guint i = 0; i < N_VOICES; i++) {
    say (hall, i, sizes[i]);
    n += sizes[i] > 0 ? N_VIEWERS * VIEWER_SLOTS / N_VOICES : 0;
  }
  fixture_wait_until (fixture_count_all (hall->viewers, N_VIEWERS) == n);
}

/* The payload is what was sent in that size, whatever is padded behind it. */
static void
assert_exact (const Hall *hall, const RtpPacket *packet, const guint *sizes)
{
  const guint8 *payload = rtp_packet_payload (packet);
  gboolean is_known = FALSE;

  for (guint i = 0; i < N_VOICES; i++)
    is_known = is_known || packet->payload_size == sizes[i];
  g_assert_true (is_known);
  g_assert_cmpuint (packet->payload_type, ==, FIXTURE_PT_OPUS);
  for (guint i = 0; i < packet->payload_size; i++)
    g_assert_cmpuint (payload[i], ==, (guint8) (hall->seq + i));
  for (guint i = 1; i < packet->padding; i++)
    g_assert_cmpuint (payload[packet->payload_size + i - 1], ==, 0);
}

/* Looks at all packets; how many of those with @size bytes were padded. */
static guint
check_packets (const Hall *hall, const guint *sizes, guint size)
{
  guint padded = 0;

  for (guint viewer = 0; viewer < N_VIEWERS; viewer++)
    for (guint slot = 0; slot < VIEWER_SLOTS; slot++) {
      RtpPacket packet;

      if (fixture_count_rtp (hall->viewers[viewer], ssrc_of (viewer, slot)) == 0)
        continue;
      fixture_get_rtp (hall->viewers[viewer], ssrc_of (viewer, slot), 0, &packet);
      assert_exact (hall, &packet, sizes);
      g_assert_cmpuint (packet.padding, <=, SOUND_MAX_PAD_BYTES);
      padded += packet.padding > HEADERS_DIFFER && packet.payload_size == size;
    }
  return padded;
}

/* Packets and messages of all shards since they started. */
static void
count_sent (const Hall *hall, gint64 *ret_packets, gint64 *ret_messages)
{
  g_autoptr (RelayStatsReply) stats =
      relay_fixture_request (hall->fixture, CONTROL_RELAY_STATS, NULL, NULL);

  *ret_packets = *ret_messages = 0;
  for (guint i = 0; i < stats->shards->len; i++) {
    const ShardStats *shard = g_ptr_array_index (stats->shards, i);

    *ret_packets += shard->tx_packets;
    *ret_messages += shard->tx_messages;
  }
}

/* A busy machine may spread packets of one moment over more than they are held: until they were
 * together once. */
static void
test_one_run (Hall *hall, gconstpointer way)
{
  const guint sizes[N_VOICES] = { 90, 100, 70 };
  gboolean was_one_run = FALSE;

  while (!was_one_run) {
    gint64 packets[2], messages[2];

    count_sent (hall, &packets[0], &messages[0]);
    say_all (hall, sizes);
    count_sent (hall, &packets[1], &messages[1]);
    was_one_run = check_packets (hall, sizes, 70) == N_VIEWERS * VIEWER_SLOTS / N_VOICES &&
                  messages[1] - messages[0] < N_VIEWERS * N_VOICES;
  }
}

/* Silence between words is short: not worth so much padding, and the end of a run. */
static void
test_short_is_not_padded (Hall *hall, gconstpointer way)
{
  const guint sizes[N_VOICES] = { 160, 3, 160 };

  for (guint i = 0; i < 10; i++) {
    say_all (hall, sizes);
    g_assert_cmpuint (check_packets (hall, sizes, 3), ==, 0);
  }
}

/* At the bound, and one byte past it. */
static void
test_bound_of_padding (Hall *hall, gconstpointer way)
{
  const guint at[N_VOICES] = { 100 + SOUND_MAX_PAD_BYTES - HEADERS_DIFFER, 100, 0 };
  const guint past[N_VOICES] = { 101 + SOUND_MAX_PAD_BYTES, 100, 0 };

  while (say_all (hall, at), check_packets (hall, at, 100) == 0)
    ;
  for (guint i = 0; i < 10; i++) {
    say_all (hall, past);
    g_assert_cmpuint (check_packets (hall, past, 100), ==, 0);
  }
}

/* Numbers go on by one, in order, while voices come and go. */
static void
test_order (Hall *hall, gconstpointer way)
{
  static const guint both[N_VOICES] = { 120, 110, 0 }, one[N_VOICES] = { 60, 0, 0 };
  RtpPacket before, after;

  say_all (hall, one); /* it has the first place on all shards */
  for (guint i = 0; i < 20; i++) {
    guint32 ssrc = ssrc_of (0, 0);

    fixture_get_rtp (hall->viewers[0], ssrc, 0, &before);
    guint16 seq = before.seq;
    guint32 timestamp = before.timestamp;

    say_all (hall, i % 3 == 0 ? one : both);
    fixture_get_rtp (hall->viewers[0], ssrc, 0, &after);
    g_assert_cmpuint (after.seq, ==, (guint16) (seq + 1));
    g_assert_cmpuint (after.timestamp, ==, timestamp + 960);
  }
}

/* What waits when its microphone is closed is not heard, and nobody is left to send it to. */
static void
test_closed (Hall *hall, gconstpointer way)
{
  static const guint sizes[N_VOICES] = { 100, 100, 100 };

  for (guint i = 0; i < 3; i++)
    say_all (hall, sizes);
  hall->seq++;
  for (guint i = 0; i < N_VOICES; i++)
    say (hall, i, 100);
  relay_fixture_mute (hall->fixture, "r1/mic", TRUE);
  for (guint i = 0; i < N_VIEWERS; i++)
    g_clear_pointer (&hall->viewers[i], fixture_room_free);
  g_clear_pointer (&hall->voices[0], fixture_room_free);
  fixture_settle (20);
}

/* More packets at once than can be held: those before them go first, and all are heard. */
static void
test_more_than_held (Hall *hall, gconstpointer way)
{
  const guint sizes[N_VOICES] = { 100, 90, 80 };

  say_all (hall, sizes);
  for (guint n = SOUND_PACKETS_MAX; n <= SOUND_PACKETS_MAX + 1; n++) {
    fixture_forget_all (hall->viewers, N_VIEWERS);
    for (guint i = 0; i < n; i++) {
      hall->seq += i % N_VOICES == 0;
      say (hall, i % N_VOICES, sizes[i % N_VOICES]);
    }
    fixture_wait_until (fixture_count_all (hall->viewers, N_VIEWERS) ==
                        n * N_VIEWERS * VIEWER_SLOTS / N_VOICES);
    hall->seq++;
    say_all (hall, sizes);
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*run) (Hall *hall, gconstpointer way);
  } rows[] = {
    { "one-run", test_one_run },        { "short", test_short_is_not_padded },
    { "bound", test_bound_of_padding }, { "order", test_order },
    { "closed", test_closed },          { "more-than-held", test_more_than_held },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint n = 0; n < G_N_ELEMENTS (ways); n++)
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
      g_autofree gchar *path =
          g_strdup_printf ("/sound_gather/%s/%s/%u", rows[i].name,
                           ways[n].direct ? "tracks" : "group", ways[n].shards);

      g_test_add (path, Hall, &ways[n], hall_set_up, rows[i].run, hall_tear_down);
    }
  return g_test_run ();
}
