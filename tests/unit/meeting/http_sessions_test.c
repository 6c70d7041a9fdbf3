#include <string.h>

#include "tests/unit/meeting/world.h"

typedef struct {
  guint n_calls;
  char *session, *etag, *sdp;
  GError *error;
} Reply;

static void
reply_clear (Reply *reply)
{
  g_free (reply->session);
  g_free (reply->etag);
  g_free (reply->sdp);
  g_clear_error (&reply->error);
  memset (reply, 0, sizeof *reply);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

static void
on_reply (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  Reply *reply = user_data;

  g_assert_true ((answer == NULL) == (error != NULL));
  reply->n_calls++;
  if (error != NULL) {
    reply->error = g_error_copy (error);
    return;
  }
  reply->session = g_strdup (answer->session);
  reply->etag = g_strdup_printf ("\"%s\"", answer->etag);
  reply->sdp = g_strdup (answer->sdp);
}

static void
publish (World *world, const char *endpoint, Reply *reply)
{
  SessionGrant grant = { "m1", endpoint, "encoder" };
  g_autofree char *offer = offer_text (TRUE, FALSE, "abcd");
  SessionRequest request = { .grant = &grant, .body = offer, .length = strlen (offer) };

  meeting_hub_publish (world->hub, &request, on_reply, reply, world->now_us);
}

static void
play (World *world, const char *source, Reply *reply)
{
  SessionGrant grant = { "m1", "", "viewer" };
  g_autofree char *offer = offer_text (FALSE, TRUE, "abcd");
  SessionRequest request = {
    .grant = &grant, .source = source, .body = offer, .length = strlen (offer)
  };

  meeting_hub_play (world->hub, &request, on_reply, reply, world->now_us);
}

static void
patch (World *world, const char *endpoint, const char *session, const char *if_match,
       const char *fragment, Reply *reply)
{
  SessionGrant grant = { "m1", endpoint, "x" };
  SessionRequest request = { .grant = &grant,
                             .session = session,
                             .if_match = if_match,
                             .body = fragment,
                             .length = strlen (fragment) };

  meeting_hub_session_patch (world->hub, &request, on_reply, reply, world->now_us);
}

static void
assert_problem (Reply *reply, Problem problem, guint http_status)
{
  g_assert_cmpuint (reply->n_calls, ==, 1);
  g_assert_error (reply->error, SIGNALING_PROBLEM, (int) problem);
  g_assert_cmpuint (problem_describe (reply->error)->http_status, ==, http_status);
}

static void
test_encoder (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) site = room_join_with_media (world, "e3");
  g_auto (Reply) reply = { 0 };

  publish (world, "e2", &reply);
  g_assert_no_error (reply.error);
  g_assert_nonnull (strstr (reply.sdp, "a=recvonly\r\n"));
  g_assert_nonnull (world_transport (world, "t.m1.e2.2"));
  g_assert_false (world_is_muted (world, "t.m1.e2.2", "mic")); /* it has no button */
  world_transport_state (world, "t.m1.e2.2", TRANSPORT_CONNECTED);
  world_flow (world, "t.m1.e2.2", "camera", TRUE);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (room_seat_state (site, "e2"), ==, "connected");
  g_assert_cmpstr (world_route (world, site->transport, "main"), ==, "t.m1.e2.2/camera@720");
  SessionGrant grant = { "m1", "e2", "x" };
  g_assert_true (
      meeting_hub_session_delete (world->hub, &grant, reply.session, world->now_us, NULL));
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (room_seat_state (site, "e2"), ==, "absent");
  /* whoever sits down next does not find an open microphone */
  g_assert_true (json_is_false (room_seat (site, "e2", "mic_open")));
}

static void
test_locked_encoder (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_auto (Reply) reply = { 0 };

  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  publish (world, "e2", &reply);
  g_assert_true (world_is_muted (world, "t.m1.e2.1", "mic"));
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":false}");
  g_assert_false (world_is_muted (world, "t.m1.e2.1", "mic"));
  room_ask_ok (chair, "{\"type\":\"mute.all\"}");
  g_assert_true (world_is_muted (world, "t.m1.e2.1", "mic"));
  g_assert_cmpint (((SeatRecord *) g_hash_table_lookup (world->seats, "e2"))->mic_locked, ==, TRUE);
}

static void
test_encoder_refused (void)
{
  g_autoptr (World) world = world_new_with_cap (4, 2);
  g_autoptr (Room) room G_GNUC_UNUSED = room_join_with_media (world, "e2");
  g_auto (Reply) taken = { 0 }, stranger = { 0 }, first = { 0 }, full = { 0 }, replaced = { 0 };

  publish (world, "e2", &taken);
  assert_problem (&taken, PROBLEM_SEAT_TAKEN, 409);
  publish (world, "e9", &stranger);
  assert_problem (&stranger, PROBLEM_NOT_INVITED, 403);
  publish (world, "e3", &first);
  g_assert_no_error (first.error);
  publish (world, "e4", &full);
  assert_problem (&full, PROBLEM_MEETING_FULL, 503);
  publish (world, "e3", &replaced); /* the same encoder again, after a crash */
  g_assert_no_error (replaced.error);
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 2);
}

static void
test_bad_offer_spares_the_encoder (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) good = { 0 }, bad = { 0 };
  SessionGrant grant = { "m1", "e2", "x" };
  g_autofree char *offer = offer_text (FALSE, TRUE, "abcd");

  publish (world, "e2", &good);
  SessionRequest request = { .grant = &grant, .body = offer, .length = strlen (offer) };
  meeting_hub_publish (world->hub, &request, on_reply, &bad, world->now_us);
  assert_problem (&bad, PROBLEM_SDP_DIRECTION, 422);
  g_assert_nonnull (world_transport (world, "t.m1.e2.1"));
}

static void
test_room_takes_seat_from_encoder (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) reply = { 0 };

  publish (world, "e2", &reply);
  world_transport_state (world, "t.m1.e2.1", TRANSPORT_CONNECTED);
  g_autoptr (Room) room = room_join (world, "e2"); /* beside it: to look and to direct */
  g_assert_nonnull (world_transport (world, "t.m1.e2.1"));
  room_offer (room, FALSE);
  g_assert_nonnull (world_transport (world, "t.m1.e2.1"));
  room_offer (room, TRUE);
  g_assert_null (world_transport (world, "t.m1.e2.1"));
  g_assert_true (world_is_muted (world, room->transport, "mic"));
}

static void
test_encoder_gone (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_auto (Reply) reply = { 0 };

  publish (world, "e2", &reply);
  world_transport_state (world, "t.m1.e2.1", TRANSPORT_CONNECTED);
  world_transport_state (world, "t.m1.e2.1", TRANSPORT_DISCONNECTED);
  world_advance (world, SECOND_US);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "reconnecting");
  world_advance (world, 31 * SECOND_US);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "absent");
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 0);
}

static void
test_viewer (void)
{
  g_autoptr (World) world = world_new_with_cap (4, 3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site G_GNUC_UNUSED = room_join_with_media (world, "e2");
  g_auto (Reply) hall = { 0 }, full = { 0 };
  MeetingHubStats stats;

  play (world, NULL, &hall);
  g_assert_no_error (hall.error);
  world_advance (world, SECOND_US / 5);
  g_autofree char *transport = g_strdup_printf ("t.m1.%s.3", hall.session);
  g_autofree char *expected = g_strdup_printf ("%s/camera@1080", chair->transport);
  g_assert_cmpstr (world_route (world, transport, "main"), ==, expected);
  play (world, NULL, &full);
  assert_problem (&full, PROBLEM_MEETING_FULL, 503);
  meeting_hub_get_stats (world->hub, &stats);
  g_assert_cmpuint (stats.viewers, ==, 1);
  world_advance (world, 31 * SECOND_US); /* never connected */
  g_assert_null (world_transport (world, transport));
  meeting_hub_get_stats (world->hub, &stats);
  g_assert_cmpuint (stats.viewers, ==, 0);
}

/* The places of the endpoints that have not come yet are theirs, however many viewers ask. */
static void
test_viewers_leave_places (void)
{
  g_autoptr (World) world = world_new_with_cap (4, 6);
  g_autoptr (Room) chair G_GNUC_UNUSED = room_join (world, "e1");
  g_autoptr (GPtrArray) sites = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);

  for (guint i = 0; i < 5; i++) {
    g_auto (Reply) reply = { 0 };
    play (world, NULL, &reply);
    if (i < 2)
      g_assert_no_error (reply.error);
    else
      assert_problem (&reply, PROBLEM_MEETING_FULL, 503);
  }
  for (guint i = 2; i <= 4; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    Room *site = room_join (world, endpoint);
    g_ptr_array_add (sites, site);
    g_assert_cmpuint (site->close_code, ==, 0);
  }
  room_send (g_ptr_array_index (sites, 0), "{\"type\":\"leave\"}");
  g_auto (Reply) late = { 0 };
  play (world, NULL, &late); /* who left may come back */
  assert_problem (&late, PROBLEM_MEETING_FULL, 503);
}

/* More are invited than may come: viewers have half of what the rooms leave. */
static void
test_viewers_of_a_crowd (void)
{
  g_autoptr (World) world = world_new_with_cap (20, 9);
  g_autoptr (Room) chair G_GNUC_UNUSED = room_join (world, "e1");

  for (guint i = 0; i < 8; i++) {
    g_auto (Reply) reply = { 0 };
    play (world, NULL, &reply);
    if (i < 4)
      g_assert_no_error (reply.error);
    else
      assert_problem (&reply, PROBLEM_MEETING_FULL, 503);
  }
  g_autoptr (Room) site = room_join (world, "e2");
  g_assert_cmpuint (site->close_code, ==, 0);
}

static void
test_viewer_of_one_room (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair G_GNUC_UNUSED = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_auto (Reply) reply = { 0 }, unknown = { 0 };

  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  play (world, "e2", &reply);
  world_advance (world, SECOND_US / 5);
  g_autofree char *transport = g_strdup_printf ("t.m1.%s.3", reply.session);
  g_autofree char *camera = g_strdup_printf ("%s/camera@1080", site->transport);
  g_autofree char *mic = g_strdup_printf ("%s/mic@0", site->transport);
  g_assert_cmpstr (world_route (world, transport, "main"), ==, camera);
  g_assert_cmpstr (world_route (world, transport, "a0"), ==, mic);
  g_assert_cmpstr (world_route (world, transport, "s0"), ==, "");
  play (world, "e9", &unknown);
  assert_problem (&unknown, PROBLEM_SEAT_UNKNOWN, 404);
}

#define CANDIDATE "a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\n"
#define RESTART "a=ice-ufrag:efgh\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n"

static void
test_patch (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) reply = { 0 }, trickle = { 0 }, restart = { 0 }, stale = { 0 }, any = { 0 };

  publish (world, "e2", &reply);
  patch (world, "e2", reply.session, reply.etag, CANDIDATE, &trickle);
  const HealthSite *site = health_board_find (meeting_hub_get_health (world->hub), "e2");
  g_assert_nonnull (strstr (site->offer, "m=video")); /* what the technician looks at */
  g_assert_null (strstr (site->offer, "a=ice-pwd"));
  const char *last = g_ptr_array_index (site->candidates, site->candidates->len - 1);
  g_assert_true (g_str_has_prefix (last, "candidate:"));
  g_assert_no_error (trickle.error);
  g_assert_null (trickle.sdp);
  g_assert_cmpstr (trickle.etag, ==, reply.etag);
  patch (world, "e2", reply.session, reply.etag, RESTART CANDIDATE, &restart);
  g_assert_no_error (restart.error);
  g_assert_nonnull (strstr (restart.sdp, "a=ice-ufrag:restartedufrag\r\n"));
  g_assert_nonnull (strstr (restart.sdp, "a=mid:mic\r\n"));
  g_assert_cmpstr (restart.etag, !=, reply.etag);
  patch (world, "e2", reply.session, reply.etag, CANDIDATE, &stale);
  assert_problem (&stale, PROBLEM_ETAG_MISMATCH, 412);
  patch (world, "e2", reply.session, "*",
         "a=ice-ufrag:ijkl\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n", &any);
  g_assert_no_error (any.error);
}

static void
test_patch_refused (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) reply = { 0 };
  static const struct {
    const char *endpoint, *session, *if_match, *fragment;
    Problem problem;
    guint http_status;
  } rows[] = {
    { "e2", NULL, NULL, CANDIDATE, PROBLEM_ETAG_MISSING, 428 },
    { "e2", NULL, "*", CANDIDATE, PROBLEM_ETAG_MISMATCH, 412 },
    { "e2", "nosuch", "*", CANDIDATE, PROBLEM_SESSION_UNKNOWN, 404 },
    { "e3", NULL, "*", RESTART, PROBLEM_SESSION_UNKNOWN, 404 },
    { "", NULL, "*", RESTART, PROBLEM_SESSION_UNKNOWN, 404 },
    { "e2", NULL, "*", "nonsense", PROBLEM_SDP_MALFORMED, 400 },
  };

  publish (world, "e2", &reply);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Reply) refused = { 0 };
    patch (world, rows[i].endpoint, rows[i].session != NULL ? rows[i].session : reply.session,
           rows[i].if_match, rows[i].fragment, &refused);
    assert_problem (&refused, rows[i].problem, rows[i].http_status);
  }
}

/* 200 candidates in all, over any number of PATCHes. */
static void
test_candidate_limit (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) reply = { 0 };

  publish (world, "e2", &reply);
  for (guint i = 1; i <= 101; i++) {
    g_auto (Reply) patched = { 0 };
    patch (world, "e2", reply.session, reply.etag, CANDIDATE CANDIDATE, &patched);
    if (i <= 100)
      g_assert_no_error (patched.error);
    else
      assert_problem (&patched, PROBLEM_SDP_LIMIT, 422);
  }
}

static void
test_meeting_not_open (void)
{
  g_autoptr (World) world = world_new (2);
  g_auto (Reply) encoder = { 0 }, viewer = { 0 };

  world->record->state = MEETING_SCHEDULED;
  world_restart_controller (world);
  publish (world, "e2", &encoder);
  assert_problem (&encoder, PROBLEM_MEETING_NOT_OPEN, 409);
  play (world, NULL, &viewer);
  assert_problem (&viewer, PROBLEM_MEETING_NOT_OPEN, 409);
}

static void
test_no_relay_leaves_no_seat (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_auto (Reply) reply = { 0 };

  world_kill_relay (world);
  publish (world, "e2", &reply);
  assert_problem (&reply, PROBLEM_MEDIA_UNAVAILABLE, 503);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "absent");
}

/* The controller restarts: the encoder stays, in its seat, and may still be patched. */
static void
test_controller_killed (void)
{
  g_autoptr (World) world = world_new (4);
  g_auto (Reply) reply = { 0 }, restart = { 0 };

  publish (world, "e2", &reply);
  world_transport_state (world, "t.m1.e2.1", TRANSPORT_CONNECTED);
  world_restart_controller (world);
  world_link_relay (world);
  world_advance (world, 100 * SECOND_US);
  g_assert_nonnull (world_transport (world, "t.m1.e2.1"));
  g_autoptr (Room) chair = room_join (world, "e1");
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "connected");
  patch (world, "e2", reply.session, reply.etag, RESTART, &restart);
  g_assert_no_error (restart.error);
}

/* A slow answer finds no hub any more: the caller hears once, of an error. */
static void
test_hub_gone (void)
{
  World *world = world_new (4);
  g_auto (Reply) reply = { 0 };

  world->is_relay_slow = TRUE;
  publish (world, "e2", &reply);
  g_assert_cmpuint (reply.n_calls, ==, 0);
  world_free (world);
  assert_problem (&reply, PROBLEM_SESSION_UNKNOWN, 404);
}

/* Uninvited while no controller ran: the encoder's transport is nobody's. */
static void
test_uninvited_while_away (void)
{
  g_autoptr (World) world = world_new (3);
  g_auto (Reply) reply = { 0 };

  publish (world, "e2", &reply);
  world_transport_state (world, "t.m1.e2.1", TRANSPORT_CONNECTED);
  world_remove_endpoint (world, "e2");
  world_restart_controller (world);
  world_link_relay (world);
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/http/encoder", test_encoder);
  g_test_add_func ("/meeting/http/locked-encoder", test_locked_encoder);
  g_test_add_func ("/meeting/http/encoder-refused", test_encoder_refused);
  g_test_add_func ("/meeting/http/bad-offer", test_bad_offer_spares_the_encoder);
  g_test_add_func ("/meeting/http/room-takes-seat", test_room_takes_seat_from_encoder);
  g_test_add_func ("/meeting/http/encoder-gone", test_encoder_gone);
  g_test_add_func ("/meeting/http/viewer", test_viewer);
  g_test_add_func ("/meeting/http/viewer-of-one-room", test_viewer_of_one_room);
  g_test_add_func ("/meeting/http/viewers-leave-places", test_viewers_leave_places);
  g_test_add_func ("/meeting/http/viewers-of-a-crowd", test_viewers_of_a_crowd);
  g_test_add_func ("/meeting/http/patch", test_patch);
  g_test_add_func ("/meeting/http/patch-refused", test_patch_refused);
  g_test_add_func ("/meeting/http/candidate-limit", test_candidate_limit);
  g_test_add_func ("/meeting/http/meeting-not-open", test_meeting_not_open);
  g_test_add_func ("/meeting/http/no-relay", test_no_relay_leaves_no_seat);
  g_test_add_func ("/meeting/http/controller-killed", test_controller_killed);
  g_test_add_func ("/meeting/http/uninvited-while-away", test_uninvited_while_away);
  g_test_add_func ("/meeting/http/hub-gone", test_hub_gone);
  return g_test_run ();
}
