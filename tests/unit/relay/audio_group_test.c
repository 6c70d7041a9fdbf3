/* Groups of open microphones over a real relay: who is heard in which place, on two shards. */
#include "pipelines/rtp/audio_choice.h"
#include "tests/support/relay_fixture.h"

#define N_ROOMS 4
#define N_PLACES 3 /* the lead's and two more */
#define GROUP "g.m1"

static const FixtureOffer room_offer = { .audio = TRUE, .audio_slots = N_PLACES };

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *rooms[N_ROOMS];
  guint16 seqs[N_ROOMS];
} Hall;

static gchar *
room_id (guint k)
{
  return g_strdup_printf ("r%u", k);
}

static gchar *
mic_of (guint k)
{
  return g_strdup_printf ("r%u/mic", k);
}

static guint32
ssrc_of (guint k, guint place)
{
  g_autofree gchar *slot = g_strdup_printf ("r%u/a%u", k, place);

  return fixture_ssrc (slot);
}

/* What room @k heard in @place. */
static guint
heard (const Hall *hall, guint k, guint place)
{
  return fixture_count_rtp (hall->rooms[k], ssrc_of (k, place));
}

static void
route_room (Hall *hall, guint k)
{
  g_autoptr (SlotRouteRequest) request = slot_route_request_new ();

  for (guint place = 0; place < N_PLACES; place++) {
    RouteSpec *route = route_spec_new ();

    route->slot = g_strdup_printf ("r%u/a%u", k, place);
    route->group = g_strdup (GROUP);
    route->place = place;
    route->except = mic_of (k);
    g_ptr_array_add (request->routes, route);
  }
  record_free (control_message_row (CONTROL_SLOT_ROUTE)->reply,
               relay_fixture_request (hall->fixture, CONTROL_SLOT_ROUTE, request, NULL));
}

/* The microphones of the first @n rooms, of which two are heard beside @lead's. */
static void
set_group (Hall *hall, guint n, gint lead)
{
  g_autoptr (AudioGroupRequest) request = audio_group_request_new ();

  g_free (request->group);
  request->group = g_strdup (GROUP);
  request->n = N_PLACES - 1;
  request->lead = lead >= 0 ? mic_of ((guint) lead) : NULL;
  for (guint i = 0; i < n; i++) {
    GroupTrackSpec *track = group_track_spec_new ();

    g_free (track->track);
    track->track = mic_of (i);
    track->always = (gint) i == lead;
    g_ptr_array_add (request->tracks, track);
  }
  record_free (control_message_row (CONTROL_AUDIO_GROUP)->reply,
               relay_fixture_request (hall->fixture, CONTROL_AUDIO_GROUP, request, NULL));
  fixture_settle (20);
}

static void
hall_set_up (Hall *hall, gconstpointer shards)
{
  hall->fixture = relay_fixture_new (GPOINTER_TO_UINT (shards));
  for (guint k = 0; k < N_ROOMS; k++) {
    g_autofree gchar *id = room_id (k);

    hall->rooms[k] = relay_fixture_join (hall->fixture, id, &room_offer);
    hall->seqs[k] = 100;
    route_room (hall, k);
  }
}

static void
hall_tear_down (Hall *hall, gconstpointer shards)
{
  for (guint k = 0; k < N_ROOMS; k++)
    g_clear_pointer (&hall->rooms[k], fixture_room_free);
  relay_fixture_free (hall->fixture);
}

static void
say (Hall *hall, guint k, guint8 level)
{
  guint16 seq = hall->seqs[k]++;

  fixture_send (hall->rooms[k],
                &FIXTURE_PACKET (.ssrc = 0x1001 + k, .seq = seq, .timestamp = seq * 960u,
                                 .pt = FIXTURE_PT_OPUS, .has_level = TRUE, .level = level));
  fixture_settle (2);
}

/* All rooms but the speaker hear @n packets of him in @place. */
static void
assert_heard (Hall *hall, guint speaker, guint place, guint n)
{
  for (guint k = 0; k < N_ROOMS; k++)
    if (k != speaker)
      fixture_wait_until (heard (hall, k, place) == n);
  g_assert_cmpuint (heard (hall, speaker, place), ==, 0);
}

/* The numbers that room @k got in @place go on by one. */
static void
assert_continuous (Hall *hall, guint k, guint place)
{
  guint n = heard (hall, k, place);
  RtpPacket before, after;

  for (guint i = 1; i < n; i++) {
    fixture_get_rtp (hall->rooms[k], ssrc_of (k, place), i - 1, &before);
    fixture_get_rtp (hall->rooms[k], ssrc_of (k, place), i, &after);
    g_assert_cmpuint (after.seq, ==, (guint16) (before.seq + 1));
    g_assert_cmpint ((gint32) (after.timestamp - before.timestamp), >, 0);
  }
}

/* The third of two is not heard; nobody hears himself. */
static void
test_loudest (Hall *hall, gconstpointer data)
{
  set_group (hall, N_ROOMS, -1);
  for (guint i = 0; i < 5; i++) {
    say (hall, 0, 30);
    say (hall, 1, 35);
    say (hall, 2, 33);
  }
  assert_heard (hall, 0, 1, 5);
  assert_heard (hall, 1, 2, 5);
  for (guint k = 0; k < N_ROOMS; k++)
    g_assert_cmpuint (heard (hall, k, 0), ==, 0); /* the lead's */
  assert_continuous (hall, 3, 1);
}

/* Who has the floor passes all but silent, beside the others. (Without any sound he would not after
 * AUDIO_CHOICE_SILENCE_US, which a starved machine takes for these packets.) */
static void
test_lead (Hall *hall, gconstpointer data)
{
  set_group (hall, N_ROOMS, 3);
  for (guint i = 0; i < 5; i++) {
    say (hall, 0, 30);
    say (hall, 1, 35);
    say (hall, 3, AUDIO_CHOICE_NO_SOUND - 1);
  }
  assert_heard (hall, 0, 1, 5);
  assert_heard (hall, 1, 2, 5);
  assert_heard (hall, 3, 0, 5);
}

/* A closed microphone: its place is free, and what comes after is no loss for the receivers. */
static void
test_close_and_open (Hall *hall, gconstpointer data)
{
  set_group (hall, N_ROOMS, -1);
  for (guint i = 0; i < 3; i++)
    say (hall, 0, 30);
  assert_heard (hall, 0, 1, 3);
  relay_fixture_mute (hall->fixture, "r0/mic", TRUE);
  for (guint i = 0; i < 3; i++)
    say (hall, 0, 30);
  relay_fixture_mute (hall->fixture, "r0/mic", FALSE);
  for (guint i = 0; i < 2; i++)
    say (hall, 0, 30);
  assert_heard (hall, 0, 1, 5);
  assert_continuous (hall, 2, 1);
}

/* Out of the group (no longer open) and gone with its room. */
static void
test_leave (Hall *hall, gconstpointer data)
{
  set_group (hall, 2, 0);
  say (hall, 0, 30);
  say (hall, 1, 30);
  assert_heard (hall, 0, 0, 1);
  assert_heard (hall, 1, 1, 1);
  say (hall, 2, 20); /* is not in it */
  set_group (hall, 1, 0);
  say (hall, 1, 30);
  say (hall, 0, 30);
  assert_heard (hall, 0, 0, 2);
  fixture_settle (20);
  g_assert_cmpuint (heard (hall, 3, 1), ==, 1);
  g_assert_cmpuint (heard (hall, 3, 2), ==, 0);
  {
    TransportCloseRequest request = { .transport = (char *) "r0" };

    record_free (control_message_row (CONTROL_TRANSPORT_CLOSE)->reply,
                 relay_fixture_request (hall->fixture, CONTROL_TRANSPORT_CLOSE, &request, NULL));
  }
  set_group (hall, 3, 0); /* names one that is gone */
  say (hall, 2, 30);
  fixture_wait_until (heard (hall, 3, 1) == 2);
  assert_continuous (hall, 3, 1);
}

/* A slot routed to one track and back; a room that was the only one of its shard in the group. */
static void
test_reroute (Hall *hall, gconstpointer data)
{
  set_group (hall, N_ROOMS, -1);
  say (hall, 0, 30);
  assert_heard (hall, 0, 1, 1);
  relay_fixture_route (hall->fixture, "r3/a1", "r2/mic", 0);
  say (hall, 0, 30);
  say (hall, 2, 30);
  fixture_wait_until (heard (hall, 2, 1) == 2);
  fixture_wait_until (heard (hall, 3, 1) == 2); /* one of each */
  for (guint k = 0; k < N_ROOMS; k++)
    for (guint place = 0; place < N_PLACES; place++) {
      g_autofree gchar *slot = g_strdup_printf ("r%u/a%u", k, place);
      relay_fixture_route (hall->fixture, slot, NULL, 0);
    }
  say (hall, 0, 30);
  fixture_settle (20);
  g_assert_cmpuint (heard (hall, 2, 1), ==, 2);
  route_room (hall, 3);
  fixture_settle (20);
  say (hall, 0, 30);
  fixture_wait_until (heard (hall, 3, 1) + heard (hall, 3, 2) == 4); /* places are anew */
  g_assert_null (relay_fixture_last_event (hall->fixture, CONTROL_SLOT_STATE, "r2/a1"));
}

/* The last slot of a group goes to the track of a member, which nobody else holds. */
static void
test_last_one (Hall *hall, gconstpointer data)
{
  set_group (hall, N_ROOMS, -1);
  for (guint k = 0; k < N_ROOMS; k++)
    for (guint place = 0; place < N_PLACES; place++) {
      g_autofree gchar *slot = g_strdup_printf ("r%u/a%u", k, place);
      if (k != 3 || place != 1)
        relay_fixture_route (hall->fixture, slot, NULL, 0);
    }
  relay_fixture_route (hall->fixture, "r3/a1", "r0/mic", 0);
  say (hall, 0, 30);
  fixture_wait_until (heard (hall, 3, 1) == 1);
}

/* Pictures are in no group. */
static void
test_refused (Hall *hall, gconstpointer data)
{
  static const FixtureOffer viewer = { .video_slots = 1 };
  g_autoptr (FixtureRoom) room = relay_fixture_join (hall->fixture, "v", &viewer);
  g_autoptr (SlotRouteRequest) request = slot_route_request_new ();
  RouteSpec *route = route_spec_new ();

  route->slot = g_strdup ("v/s0");
  route->group = g_strdup (GROUP);
  g_ptr_array_add (request->routes, route);
  record_free (control_message_row (CONTROL_SLOT_ROUTE)->reply,
               relay_fixture_request (hall->fixture, CONTROL_SLOT_ROUTE, request, NULL));
  set_group (hall, 1, -1);
  say (hall, 0, 30);
  assert_heard (hall, 0, 1, 1);
  g_assert_cmpuint (fixture_count_rtp (room, fixture_ssrc ("v/s0")), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*run) (Hall *hall, gconstpointer data);
  } rows[] = {
    { "loudest", test_loudest },
    { "lead", test_lead },
    { "close-and-open", test_close_and_open },
    { "leave", test_leave },
    { "reroute", test_reroute },
    { "last-one", test_last_one },
    { "refused", test_refused },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint shards = 1; shards <= 2; shards++)
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
      g_autofree gchar *path = g_strdup_printf ("/audio_group/%s/%u", rows[i].name, shards);

      g_test_add (path, Hall, GUINT_TO_POINTER (shards), hall_set_up, rows[i].run, hall_tear_down);
    }
  return g_test_run ();
}
