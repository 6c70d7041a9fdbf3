#include "server/inbox/ringer.h"

typedef struct {
  GString *log; /* what the ringer told */
  Ringer *ringer;
} World;

static void
on_room_over (gpointer user_data, const Ring *ring, const char *endpoint)
{
  g_string_append_printf (((World *) user_data)->log, "%s:%s ", ring->meeting, endpoint);
}

static void
on_ended (gpointer user_data, const Ring *ring, gint64 now_ms)
{
  g_string_append_printf (((World *) user_data)->log, "%s ended %u/%u/%u ", ring->meeting,
                          ring->counts[RING_ANSWERED], ring->counts[RING_DECLINED],
                          ring->counts[RING_MISSED]);
}

static void
world_init (World *world)
{
  static const RingerEvents events = { on_room_over, on_ended };
  world->log = g_string_new (NULL);
  world->ringer = ringer_new (&events, world);
}

static void
world_clear (World *world)
{
  ringer_free (world->ringer);
  g_string_free (world->log, TRUE);
}

static void
assert_log (World *world, const char *expected)
{
  g_assert_cmpstr (world->log->str, ==, expected);
  g_string_truncate (world->log, 0);
}

static const Ring *
call (World *world, const char *meeting, const char *const *endpoints, gint64 now_ms)
{
  RingCall what = { meeting, "Họp gấp", "Tỉnh", "thuky", endpoints };
  return ringer_start (world->ringer, &what, now_ms);
}

static const char *const two[] = { "a", "b", NULL };
static const char *const one[] = { "a", NULL };
static const char *const none[] = { NULL };

static void
test_answers (void)
{
  World world;
  world_init (&world);
  const Ring *ring = call (&world, "m1", two, 1000);
  g_assert_cmpint (ring->until_ms, ==, 1000 + RING_MS);
  g_assert_cmpstr (ring->caller, ==, "thuky");
  g_assert_true (ringer_at (world.ringer, "a", 0) == ring);
  g_assert_null (ringer_at (world.ringer, "a", 1));
  g_assert_null (ringer_at (world.ringer, "c", 0));
  g_assert_true (ringer_answer (world.ringer, "m1", "a", RING_ANSWERED, 2000));
  assert_log (&world, "m1:a ");
  g_assert_null (ringer_at (world.ringer, "a", 0));
  g_assert_false (ringer_answer (world.ringer, "m1", "a", RING_DECLINED, 2000));
  g_assert_false (ringer_answer (world.ringer, "m1", "c", RING_DECLINED, 2000));
  g_assert_false (ringer_answer (world.ringer, "m2", "b", RING_DECLINED, 2000));
  g_assert_true (ringer_answer (world.ringer, "m1", "b", RING_DECLINED, 2000));
  assert_log (&world, "m1:b m1 ended 1/1/0 ");
  g_assert_null (ringer_get (world.ringer, "m1"));
  world_clear (&world);
}

static void
test_gives_up (void)
{
  World world;
  world_init (&world);
  call (&world, "m1", one, 1000);
  call (&world, "m2", two, 1500);
  g_assert_nonnull (ringer_at (world.ringer, "a", 1));
  ringer_tick (world.ringer, 1000 + RING_MS - 1);
  assert_log (&world, "");
  ringer_tick (world.ringer, 1000 + RING_MS);
  assert_log (&world, "m1:a m1 ended 0/0/1 ");
  g_assert_true (ringer_answer (world.ringer, "m2", "b", RING_ANSWERED, 2000));
  assert_log (&world, "m2:b ");
  ringer_tick (world.ringer, 1500 + RING_MS);
  assert_log (&world, "m2:a m2 ended 1/0/1 ");
  world_clear (&world);
}

static void
test_stop_and_call_again (void)
{
  World world;
  world_init (&world);
  call (&world, "m1", one, 1000);
  call (&world, "m1", one, 2000); /* takes the first one's place */
  assert_log (&world, "m1:a m1 ended 0/0/1 ");
  g_assert_cmpint (ringer_get (world.ringer, "m1")->from_ms, ==, 2000);
  ringer_stop (world.ringer, "m1", 3000);
  ringer_stop (world.ringer, "m1", 3000);
  assert_log (&world, "m1:a m1 ended 0/0/1 ");
  call (&world, "m1", none, 1000);
  ringer_tick (world.ringer, 1000 + RING_MS);
  g_assert_null (ringer_get (world.ringer, "m1"));
  world_clear (&world);
}

static void
test_bound (void)
{
  World world;
  world_init (&world);
  for (guint i = 0; i < RINGS_MAX; i++) {
    g_autofree char *meeting = g_strdup_printf ("m%u", i);
    g_assert_nonnull (call (&world, meeting, one, 1000));
  }
  g_assert_null (call (&world, "more", one, 1000));
  g_assert_nonnull (call (&world, "m0", one, 1000)); /* in the place of its own first one */
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ringer/answers", test_answers);
  g_test_add_func ("/ringer/gives-up", test_gives_up);
  g_test_add_func ("/ringer/stop-and-call-again", test_stop_and_call_again);
  g_test_add_func ("/ringer/bound", test_bound);
  return g_test_run ();
}
