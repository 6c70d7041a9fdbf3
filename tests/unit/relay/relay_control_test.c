/* A relay seen by its controller: requests, events, states, and what outlives a link. */
#include "pipelines/relay/clock.h"
#include "tests/support/relay_fixture.h"

#include <gst/gst.h>

#define AUDIO_SSRC 0x1001

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 2 };

static void
send_audio (FixtureRoom *room, guint16 seq)
{
  fixture_send (room, &FIXTURE_PACKET (.ssrc = AUDIO_SSRC, .seq = seq, .timestamp = seq * 960u,
                                       .pt = FIXTURE_PT_OPUS, .mid = "0", .has_level = TRUE,
                                       .level = 20));
}

static TransportState
state_of (RelayFixture *fixture, const gchar *id)
{
  const TransportStateEvent *event =
      relay_fixture_last_event (fixture, CONTROL_TRANSPORT_STATE, id);

  return event != NULL ? event->state : TRANSPORT_NEW;
}

static StateListReply *
list_state (RelayFixture *fixture, const gchar *after)
{
  StateListRequest request = { .after = (gchar *) after };
  StateListReply *reply = relay_fixture_request (fixture, CONTROL_STATE_LIST, &request, NULL);

  g_assert_nonnull (reply);
  return reply;
}

static void
close_transport (RelayFixture *fixture, const gchar *id)
{
  TransportCloseRequest request = { .transport = (gchar *) id };

  record_free (control_message_row (CONTROL_TRANSPORT_CLOSE)->reply,
               relay_fixture_request (fixture, CONTROL_TRANSPORT_CLOSE, &request, NULL));
}

/* Fails with an error that begins with @code. */
static void
assert_refused (RelayFixture *fixture, ControlType type, gconstpointer request, const gchar *code)
{
  g_autofree gchar *text = NULL;
  gpointer reply = relay_fixture_request (fixture, type, request, &text);

  g_assert_null (reply);
  g_assert_nonnull (text);
  g_assert_true (g_str_has_prefix (text, code));
}

static void
test_refusals (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("p", &publisher_offer, peer);
  TransportCloseRequest close = { .transport = (gchar *) "nobody" };
  TransportRestartIceRequest restart = { .transport = (gchar *) "nobody",
                                         .remote_ufrag = (gchar *) "abcd" };
  HelloRequest hello = { .version = CONTROL_VERSION + 1 };

  g_assert_cmpstr (request->transport, ==, room->id);
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "exists");
  g_free (request->transport);
  request->transport = g_strdup ("q"); /* its tracks are still called p/... */
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "exists");
  assert_refused (fixture, CONTROL_TRANSPORT_CLOSE, &close, "not-found");
  assert_refused (fixture, CONTROL_TRANSPORT_RESTART_ICE, &restart, "not-found");
  assert_refused (fixture, CONTROL_HELLO, &hello, "version");
}

static void
test_bad_transport_leaves_nothing (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("p", &publisher_offer, peer);
  g_autoptr (StateListReply) list = NULL;
  g_autoptr (FixtureRoom) room = NULL;

  g_free (request->remote_fingerprint);
  request->remote_fingerprint = g_strdup ("sha-256 00:11");
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "bad-request");
  list = list_state (fixture, NULL);
  g_assert_cmpuint (list->transports->len, ==, 0);
  room = relay_fixture_join (fixture, "p", &publisher_offer);
}

/* One SSRC twice is one key stream twice. */
static void
test_ssrc_twice (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("v", &viewer_offer, peer);
  SlotSpec *first = g_ptr_array_index (request->slots, 1);
  SlotSpec *second = g_ptr_array_index (request->slots, 2);

  second->ssrc = first->rtx_ssrc;
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "bad-request");
  second->ssrc = first->ssrc;
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "bad-request");
}

static void
test_limit_of_transports (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) one = NULL, two = NULL;
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("three", &viewer_offer, peer);

  fixture->settings->relay.max_transports = 2;
  one = relay_fixture_join (fixture, "one", &viewer_offer);
  two = relay_fixture_join (fixture, "two", &viewer_offer);
  assert_refused (fixture, CONTROL_TRANSPORT_CREATE, request, "limit");
}

static void
test_state_list_pages (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_peer_free);
  guint n = LIMIT_CONTROL_PAGE + 5, seen = 0;
  g_autofree gchar *after = NULL;
  gboolean more = TRUE;

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *id = g_strdup_printf ("t%03u", i);
    FakePeer *peer = fake_peer_new (NULL);
    g_autoptr (TransportCreateRequest) request = fixture_make_request (id, &viewer_offer, peer);

    g_ptr_array_add (peers, peer);
    record_free (&transport_ice_reply_type,
                 relay_fixture_request (fixture, CONTROL_TRANSPORT_CREATE, request, NULL));
  }
  while (more) {
    g_autoptr (StateListReply) list = list_state (fixture, after);

    for (guint i = 0; i < list->transports->len; i++, seen++) {
      TransportSummary *summary = g_ptr_array_index (list->transports, i);
      g_autofree gchar *expected = g_strdup_printf ("t%03u", seen);

      g_assert_cmpstr (summary->transport, ==, expected);
      g_assert_cmpuint (summary->slots->len, ==, 3);
      g_free (after);
      after = g_strdup (summary->transport);
    }
    more = list->more;
  }
  g_assert_cmpuint (seen, ==, n);
  g_ptr_array_unref (peers);
}

/* The link goes, media goes on, the next controller finds everything as it was. */
static void
test_controller_comes_back (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  g_autoptr (StateListReply) list = NULL;
  TransportSummary *summary;
  RouteSpec *route;

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  relay_fixture_mute (fixture, "p/camera", TRUE);
  g_clear_pointer (&fixture->client, control_client_free);
  fixture_settle (20);
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  relay_fixture_connect (fixture);
  list = list_state (fixture, NULL);
  g_assert_cmpuint (list->transports->len, ==, 2);
  summary = g_ptr_array_index (list->transports, 0);
  g_assert_cmpstr (summary->transport, ==, "p");
  g_assert_cmpint (summary->state, ==, TRANSPORT_CONNECTED);
  g_assert_false (((MuteSpec *) summary->tracks->pdata[0])->muted);
  g_assert_true (((MuteSpec *) summary->tracks->pdata[1])->muted);
  summary = g_ptr_array_index (list->transports, 1);
  route = g_ptr_array_index (summary->slots, 1);
  g_assert_cmpstr (route->slot, ==, "v/s0");
  g_assert_cmpstr (route->track, ==, "p/camera");
  g_assert_cmpint (route->height, ==, 360);
}

static void
test_ice_restart (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  g_autoptr (TransportIceReply) reply = NULL;
  TransportRestartIceRequest request = { .transport = (gchar *) "v" };
  guint answered = fake_peer_get_n_checks_answered (viewer->peer);

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  request.remote_ufrag = (gchar *) fake_peer_get_ufrag (viewer->peer);
  reply = relay_fixture_request (fixture, CONTROL_TRANSPORT_RESTART_ICE, &request, NULL);
  g_assert_cmpstr (reply->ufrag, !=, viewer->ufrag);
  /* until the new credentials are used the old path serves */
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  fake_peer_move (viewer->peer);
  fake_peer_restart (viewer->peer, reply->ufrag, reply->pwd);
  fixture_wait_until (fake_peer_get_n_checks_answered (viewer->peer) > answered);
  send_audio (publisher, 2);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 2);
  g_assert_cmpint (state_of (fixture, "v"), ==, TRANSPORT_CONNECTED);
}

/* From Wi-Fi to 4G: another address, the same session, in both directions. */
static void
test_changed_address (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  fake_peer_move (viewer->peer);
  fake_peer_check (viewer->peer);
  fake_peer_move (publisher->peer);
  fake_peer_check (publisher->peer);
  fixture_settle (20);
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
}

static void
test_consent (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  g_autoptr (StateListReply) list = NULL;
  gint64 half_us = 20 * G_USEC_PER_SEC;

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  relay_clock_advance (half_us);
  fake_peer_check (publisher->peer);
  fixture_settle (20);
  relay_clock_advance (half_us);
  fixture_wait_until (state_of (fixture, "v") == TRANSPORT_DISCONNECTED);
  g_assert_cmpint (state_of (fixture, "p"), ==, TRANSPORT_CONNECTED);
  send_audio (publisher, 1);
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")), ==, 0);
  /* the same session goes on with the next check */
  fake_peer_check (viewer->peer);
  fixture_wait_until (state_of (fixture, "v") == TRANSPORT_CONNECTED);
  send_audio (publisher, 2);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  /* gone for good */
  for (guint i = 0; i < 4; i++) {
    relay_clock_advance (half_us);
    fake_peer_check (publisher->peer);
    fixture_settle (1100);
  }
  g_assert_cmpint (state_of (fixture, "v"), ==, TRANSPORT_CLOSED);
  list = list_state (fixture, NULL);
  g_assert_cmpuint (list->transports->len, ==, 1);
}

static void
test_never_connected (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("v", &viewer_offer, peer);

  record_free (&transport_ice_reply_type,
               relay_fixture_request (fixture, CONTROL_TRANSPORT_CREATE, request, NULL));
  relay_clock_advance (61 * G_USEC_PER_SEC);
  fixture_wait_until (state_of (fixture, "v") == TRANSPORT_CLOSED);
}

static void
test_dtls_close (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "v", &viewer_offer);
  const TransportStateEvent *event;

  fake_peer_close_dtls (room->peer);
  fixture_wait_until (state_of (fixture, "v") == TRANSPORT_CLOSED);
  event = relay_fixture_last_event (fixture, CONTROL_TRANSPORT_STATE, "v");
  g_assert_cmpstr (event->reason, ==, "dtls");
}

/* Who is closed hears it: BYE for what it was sent, and the end of DTLS. */
static void
test_farewell (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  close_transport (fixture, "v");
  fixture_wait_until (fake_peer_was_closed (viewer->peer));
  g_assert_cmpuint (fixture_count_rtcp (viewer, RTCP_BYE, -1), ==, 1);
  g_assert_false (fake_peer_was_closed (publisher->peer));
  g_clear_pointer (&fixture->client, control_client_free);
  g_clear_pointer (&fixture->relay, relay_free);
  fixture_wait_until (fake_peer_was_closed (publisher->peer));
}

static void
test_wrong_fingerprint (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FakePeer) peer = fake_peer_new (NULL);
  g_autoptr (FakePeer) other = fake_peer_new (NULL);
  g_autoptr (TransportCreateRequest) request = fixture_make_request ("v", &viewer_offer, peer);
  g_autoptr (TransportIceReply) reply = NULL;
  FakePeerRemote remote = { .fingerprint = fixture->fingerprint };

  g_free (request->remote_fingerprint);
  request->remote_fingerprint = g_strdup (fake_peer_get_fingerprint (other));
  reply = relay_fixture_request (fixture, CONTROL_TRANSPORT_CREATE, request, NULL);
  remote.ufrag = reply->ufrag;
  remote.pwd = reply->pwd;
  remote.port = ((CandidateSpec *) reply->candidates->pdata[0])->port;
  fake_peer_connect (peer, &remote);
  fixture_wait_until (state_of (fixture, "v") == TRANSPORT_CLOSED);
}

/* A publisher that leaves: its viewers stay, and show the next one in the same slot. */
static void
test_publisher_is_replaced (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  g_autoptr (FixtureRoom) first = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  g_autoptr (FixtureRoom) second = NULL;
  RtpPacket before, after;
  guint32 audio = fixture_ssrc ("v/a0");

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  send_audio (first, 1);
  fixture_wait_until (fixture_count_rtp (viewer, audio) == 1);
  close_transport (fixture, "p");
  second = relay_fixture_join (fixture, "p", &publisher_offer);
  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  send_audio (second, 7000);
  fixture_wait_until (fixture_count_rtp (viewer, audio) == 2);
  fixture_get_rtp (viewer, audio, 0, &before);
  fixture_get_rtp (viewer, audio, 1, &after);
  g_assert_cmpuint ((guint16) (after.seq - before.seq), ==, 1);
}

static void
test_update_adds (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  FixtureOffer little = { .audio = TRUE, .audio_slots = 1 };
  FixtureOffer more = { .audio = TRUE, .video = TRUE, .audio_slots = 1, .video_slots = 1 };
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "r", &little);
  g_autoptr (TransportCreateRequest) full = fixture_make_request ("r", &more, room->peer);
  TransportUpdateRequest update = { .transport = (gchar *) "r",
                                    .tracks = full->tracks,
                                    .slots = full->slots };
  g_autoptr (StateListReply) list = NULL;
  TransportSummary *summary;

  record_free (control_message_row (CONTROL_TRANSPORT_UPDATE)->reply,
               relay_fixture_request (fixture, CONTROL_TRANSPORT_UPDATE, &update, NULL));
  list = list_state (fixture, NULL);
  summary = g_ptr_array_index (list->transports, 0);
  g_assert_cmpuint (summary->tracks->len, ==, 2);
  g_assert_cmpuint (summary->slots->len, ==, 2);
  relay_fixture_route (fixture, "r/s0", "r/camera", 0);
  fixture_send (room, &FIXTURE_PACKET (.ssrc = 5, .seq = 1, .mid = "1", .keyframe = TRUE,
                                       .height = 360, .marker = TRUE));
  fixture_wait_until (fixture_count_rtp (room, fixture_ssrc ("r/s0")) == 1);
}

static gboolean
level_was_told (RelayFixture *fixture, const gchar *track)
{
  for (guint i = 0; i < fixture->events->len; i++) {
    const FixtureEvent *event = g_ptr_array_index (fixture->events, i);
    const AudioLevelsEvent *levels = event->event;

    if (event->type != CONTROL_AUDIO_LEVELS)
      continue;
    for (guint j = 0; j < levels->levels->len; j++) {
      const LevelSpec *level = g_ptr_array_index (levels->levels, j);

      if (g_str_equal (level->track, track) && level->level < 100)
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
track_is_active (RelayFixture *fixture, const gchar *track)
{
  const TrackStateEvent *event = relay_fixture_last_event (fixture, CONTROL_TRACK_STATE, track);

  return event != NULL && event->active;
}

static void
test_events_about_tracks (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "p", &publisher_offer);
  const TrackStateEvent *event;
  guint16 seq = 1;

  fixture_send (room, &FIXTURE_PACKET (.ssrc = 5, .seq = 1, .mid = "1", .keyframe = TRUE,
                                       .height = 720, .marker = TRUE));
  fixture_wait_until (track_is_active (fixture, "p/camera"));
  event = relay_fixture_last_event (fixture, CONTROL_TRACK_STATE, "p/camera");
  g_assert_cmpint (event->height, ==, 720);
  while (!level_was_told (fixture, "p/mic")) {
    g_assert_cmpuint (seq, <, 500);
    send_audio (room, seq++);
    fixture_settle (5);
  }
  fixture_wait_until (track_is_active (fixture, "p/mic"));
  relay_clock_advance (3 * G_USEC_PER_SEC);
  fixture_wait_until (!track_is_active (fixture, "p/mic"));
  fixture_wait_until (relay_fixture_last_event (fixture, CONTROL_TRANSPORT_STATS, NULL) != NULL);
}

static void
on_shutdown (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_shutdown (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  gboolean asked = FALSE;

  relay_set_shutdown_func (fixture->relay, on_shutdown, &asked);
  record_free (control_message_row (CONTROL_SHUTDOWN)->reply,
               relay_fixture_request (fixture, CONTROL_SHUTDOWN, NULL, NULL));
  g_assert_true (asked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/relay/control/refusals", test_refusals);
  g_test_add_func ("/relay/control/bad-transport", test_bad_transport_leaves_nothing);
  g_test_add_func ("/relay/control/ssrc-twice", test_ssrc_twice);
  g_test_add_func ("/relay/control/limit", test_limit_of_transports);
  g_test_add_func ("/relay/control/state-list", test_state_list_pages);
  g_test_add_func ("/relay/control/controller-comes-back", test_controller_comes_back);
  g_test_add_func ("/relay/control/update", test_update_adds);
  g_test_add_func ("/relay/control/events", test_events_about_tracks);
  g_test_add_func ("/relay/control/shutdown", test_shutdown);
  g_test_add_func ("/relay/transport/ice-restart", test_ice_restart);
  g_test_add_func ("/relay/transport/changed-address", test_changed_address);
  g_test_add_func ("/relay/transport/consent", test_consent);
  g_test_add_func ("/relay/transport/never-connected", test_never_connected);
  g_test_add_func ("/relay/transport/dtls-close", test_dtls_close);
  g_test_add_func ("/relay/transport/farewell", test_farewell);
  g_test_add_func ("/relay/transport/wrong-fingerprint", test_wrong_fingerprint);
  g_test_add_func ("/relay/transport/publisher-is-replaced", test_publisher_is_replaced);
  return g_test_run ();
}
