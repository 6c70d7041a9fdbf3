/* SoundGather on a clock of the test's: each bound at it and one past it, and what goes along with
 * a picture that takes rests, while rooms come and go, by groups and across shards. No packet is
 * heard twice. */
#include "pipelines/relay/sound_gather.h"

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/transport.h"
#include "tests/unit/relay/bare_shard.h"

#define PICTURE 1 /* track */
#define VOICE 2   /* the first of them */
#define GROUP 7   /* the first of them */
#define N_VIEWERS 80
#define FRAME_PACKETS 3
#define SLICE 32 /* slots of the picture, then it takes a rest */

/* Slots of transport @viewer: what it sees, and what it hears in its @n-th place. */
static guint32
ssrc_of (const Transport *transport, guint n)
{
  return transport->serial * 16 + n;
}

static void
say (Feed *voice, guint64 seq)
{
  bare_deliver (voice, seq, 1, 90, FALSE);
}

static gboolean
is_held (const BareShard *bare)
{
  return sound_gather_due_us (bare->shard.sounds) > bare->shard.now_us;
}

/* @n of them, who hear @voices (NULL-terminated) and are sent nothing. */
static void
add_audience (BareShard *bare, guint n, Feed *const *voices)
{
  for (guint i = 0; i < n; i++) {
    Transport *transport = bare_shard_add_transport (bare, FALSE);

    for (guint j = 0; voices[j] != NULL; j++)
      slot_route (
          bare_transport_add_slot (transport, voices[j]->shape->kind, ssrc_of (transport, j)),
          voices[j], 0);
  }
}

/* --- voices ---------------------------------------------------------------------------------- */

/* Two speak to @n, the second @later_us after the first: it waits for more of it. */
static gboolean
second_is_held (guint n, gint64 later_us)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Feed *voices[] = { bare_shard_add_feed (bare, VOICE, TRACK_AUDIO),
                     bare_shard_add_feed (bare, VOICE + 1, TRACK_AUDIO), NULL };

  add_audience (bare, n, voices);
  say (voices[0], 1);
  g_assert_false (is_held (bare));
  g_assert_true (sound_gather_release (bare->shard.sounds));
  bare->shard.now_us += later_us;
  say (voices[1], 1);
  return is_held (bare);
}

static void
test_wide (void)
{
  g_assert_true (second_is_held (SOUND_WIDE_SLOTS, 0));
  g_assert_false (second_is_held (SOUND_WIDE_SLOTS - 1, 0));
}

static void
test_several (void)
{
  g_assert_true (second_is_held (SOUND_WIDE_SLOTS, SOUND_SEVERAL_US - 1));
  g_assert_false (second_is_held (SOUND_WIDE_SLOTS, SOUND_SEVERAL_US));
}

/* Two of one meeting speak, and one in each of @others between them. */
static gboolean
is_held_after (guint others)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Feed *voices[] = { bare_shard_add_feed (bare, VOICE, TRACK_AUDIO),
                     bare_shard_add_feed (bare, VOICE + 1, TRACK_AUDIO), NULL };

  add_audience (bare, SOUND_WIDE_SLOTS, voices);
  say (voices[0], 1);
  for (guint i = 0; i < others; i++) {
    Feed *other[] = { bare_shard_add_feed (bare, VOICE + 2 + i, TRACK_AUDIO), NULL };

    add_audience (bare, SOUND_WIDE_SLOTS, other);
    bare->shard.now_us++;
    say (other[0], 1);
    g_assert_false (is_held (bare));
  }
  sound_gather_release (bare->shard.sounds);
  g_assert_cmpint (sound_gather_due_us (bare->shard.sounds), ==, 0);
  bare->shard.now_us++;
  say (voices[1], 1);
  return is_held (bare);
}

/* Of one more than it knows, the longest silent is forgotten: nobody waits for it. */
static void
test_voices (void)
{
  g_assert_true (is_held_after (SOUND_VOICES_MAX - 2));
  g_assert_false (is_held_after (SOUND_VOICES_MAX - 1));
}

/* --- pictures that can take it along --------------------------------------------------------- */

static gboolean
rides_with (guint n_viewers)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Feed *feeds[] = { bare_shard_add_feed (bare, PICTURE, TRACK_VIDEO),
                    bare_shard_add_feed (bare, VOICE, TRACK_AUDIO), NULL };

  add_audience (bare, n_viewers, feeds);
  say (feeds[1], 1);
  return sound_gather_suits (bare->shard.sounds, feeds[0], feeds[0]->encodings[0].source);
}

static void
test_ride_slots (void)
{
  g_assert_false (rides_with (SOUND_WIDE_SLOTS - 1));
  g_assert_true (rides_with (SOUND_WIDE_SLOTS));
  g_assert_true (rides_with (SOUND_RIDE_SLOTS));
  g_assert_false (rides_with (SOUND_RIDE_SLOTS + 1));
}

/* The next packet of a voice is expected about a step after the one before. */
static void
test_expected (void)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Feed *feeds[] = { bare_shard_add_feed (bare, PICTURE, TRACK_VIDEO),
                    bare_shard_add_feed (bare, VOICE, TRACK_AUDIO), NULL };
  gint64 said_us = bare->shard.now_us;
  const struct {
    gint64 later_us;
    gboolean expected;
  } rows[] = {
    { SOUND_STEP_US - SOUND_STEP_SLACK_US - 1, FALSE },
    { SOUND_STEP_US - SOUND_STEP_SLACK_US, TRUE },
    { SOUND_STEP_US + SOUND_STEP_SLACK_US, TRUE },
    { SOUND_STEP_US + SOUND_STEP_SLACK_US + 1, FALSE },
  };

  add_audience (bare, SOUND_WIDE_SLOTS, feeds);
  say (feeds[1], 1);
  sound_gather_release (bare->shard.sounds);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    bare->shard.now_us = said_us + rows[i].later_us;
    g_assert_cmpint (
        sound_gather_expects (bare->shard.sounds, feeds[0], feeds[0]->encodings[0].source), ==,
        rows[i].expected);
  }
}

/* --- who hears what -------------------------------------------------------------------------- */

/* A picture and a voice; each viewer has a slot for the picture, and one for the voice in each way
 * that it comes: by itself, by groups. */
typedef struct {
  BareShard *bare;
  Feed *picture, *voice;
  gboolean is_direct; /* the first of the slots that hear */
  guint n_groups;
  guint64 picture_seq, sound_seq; /* of the next packet */
} Hall;

static guint
ways_of (const Hall *hall)
{
  return hall->n_groups + (hall->is_direct ? 1 : 0);
}

static Transport *
hall_join (Hall *hall)
{
  Transport *transport = bare_shard_add_transport (hall->bare, TRUE);
  guint n = 0;

  slot_route (bare_transport_add_slot (transport, TRACK_VIDEO, ssrc_of (transport, n++)),
              hall->picture, 0);
  if (hall->is_direct)
    slot_route (bare_transport_add_slot (transport, TRACK_AUDIO, ssrc_of (transport, n++)),
                hall->voice, 0);
  for (guint i = 0; i < hall->n_groups; i++)
    audio_group_route_slot (
        bare_transport_add_slot (transport, TRACK_AUDIO, ssrc_of (transport, n++)), GROUP + i, 1,
        0);
  return transport;
}

/* As in shard_forward.c. */
static void
go_on (Hall *hall)
{
  Shard *shard = &hall->bare->shard;
  BurstRest rest = shard->rest;

  shard->rest.list = NULL;
  feed_go_on (hall->picture, rest.list, rest.next);
  if (shard->rest.list == NULL)
    sound_gather_alight (shard->sounds);
  gst_buffer_list_unref (rest.list);
}

static void
go_on_to_the_end (Hall *hall)
{
  while (hall->bare->shard.rest.list != NULL)
    go_on (hall);
  sound_gather_release (hall->bare->shard.sounds);
  bare_shard_flush (hall->bare);
}

static void
hall_say (Hall *hall)
{
  say (hall->voice, hall->sound_seq++);
}

static void
hall_show (Hall *hall, gboolean is_keyframe)
{
  bare_deliver (hall->picture, hall->picture_seq, FRAME_PACKETS, 900, is_keyframe);
  hall->picture_seq += FRAME_PACKETS;
}

/* @origin: whose picture and voice they are; NULL: its own. */
static Hall *
hall_new_with (const Hall *origin, gboolean is_direct, guint n_groups)
{
  Hall *hall = g_new0 (Hall, 1);

  hall->bare = bare_shard_new ();
  hall->is_direct = is_direct;
  hall->n_groups = n_groups;
  hall->picture_seq = hall->sound_seq = 1000;
  if (origin != NULL) {
    hall->picture = bare_shard_follow (hall->bare, origin->picture);
    hall->voice = bare_shard_follow (hall->bare, origin->voice);
  } else {
    hall->picture = bare_shard_add_feed (hall->bare, PICTURE, TRACK_VIDEO);
    hall->voice = bare_shard_add_feed (hall->bare, VOICE, TRACK_AUDIO);
  }
  for (guint i = 0; i < N_VIEWERS; i++)
    hall_join (hall);
  for (guint i = 0; i < n_groups; i++)
    bare_group_define (hall->bare, GROUP + i, hall->voice);
  hall_show (hall, TRUE);
  hall_say (hall);
  go_on_to_the_end (hall);
  bare_shard_forget (hall->bare);
  return hall;
}

static Hall *
hall_new (gboolean is_direct, guint n_groups)
{
  return hall_new_with (NULL, is_direct, n_groups);
}

static void
hall_free (Hall *hall)
{
  g_clear_pointer (&hall->bare->shard.rest.list, gst_buffer_list_unref);
  bare_shard_free (hall->bare);
  g_free (hall);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hall, hall_free)

static void
check_viewer (const Hall *hall, const Transport *transport, guint pictures, guint packets)
{
  g_assert_cmpuint (bare_shard_count (hall->bare, ssrc_of (transport, 0)), ==,
                    pictures * FRAME_PACKETS);
  for (guint i = 0; i < ways_of (hall); i++)
    g_assert_cmpuint (bare_shard_count (hall->bare, ssrc_of (transport, 1 + i)), ==, packets);
}

static void
check_all (const Hall *hall, guint pictures, guint packets)
{
  for (guint i = 0; i < hall->bare->transports->len; i++)
    check_viewer (hall, g_ptr_array_index (hall->bare->transports, i), pictures, packets);
}

static Transport *
viewer (const Hall *hall, guint n)
{
  return g_ptr_array_index (hall->bare->transports, n);
}

/* One message to each with both, or one with each. */
static void
check_messages (gboolean is_direct, guint n_groups, gboolean rides, guint per_viewer)
{
  g_autoptr (Hall) hall = hall_new (is_direct, n_groups);

  for (guint n = 1; n <= 3; n++) {
    hall_say (hall);
    g_assert_cmpint (sound_gather_suits (hall->bare->shard.sounds, hall->picture,
                                         hall->picture->encodings[0].source),
                     ==, rides);
    hall_show (hall, FALSE);
    go_on_to_the_end (hall);
    check_all (hall, n, n);
    g_assert_cmpuint (hall->bare->messages, ==, n * N_VIEWERS * per_viewer);
  }
}

/* A voice in more groups than one is not taken along. A picture's message ends with what is
 * shorter: heard twice, the second is one of its own. */
static void
test_groups (void)
{
  check_messages (TRUE, 0, TRUE, 1);
  check_messages (FALSE, 1, TRUE, 1);
  check_messages (TRUE, 1, TRUE, 2);
  check_messages (FALSE, 2, FALSE, 2);
  check_messages (TRUE, 2, FALSE, 2);
}

/* All that can wait, of a voice that comes in more ways than can be gone through at once. */
static void
test_ways (void)
{
  for (guint n_groups = 0; n_groups <= 4; n_groups++) {
    g_autoptr (Hall) hall = hall_new (TRUE, n_groups);

    for (guint i = 0; i < SOUND_PACKETS_MAX; i++)
      hall_say (hall);
    go_on_to_the_end (hall);
    check_all (hall, 0, SOUND_PACKETS_MAX);
    for (guint i = 0; i <= SOUND_PACKETS_MAX; i++)
      hall_say (hall);
    hall_show (hall, FALSE);
    go_on_to_the_end (hall);
    check_all (hall, 1, 2 * SOUND_PACKETS_MAX + 1);
  }
}

/* --- rests ----------------------------------------------------------------------------------- */

static const guint group_counts[] = { 0, 1, 2 };

static Hall *
hall_at_rest (gconstpointer n_groups, gboolean is_said_before)
{
  guint n = *(const guint *) n_groups;
  Hall *hall = hall_new (n == 0, n);

  hall->bare->shard.slice_until_us = 0;
  if (is_said_before)
    hall_say (hall);
  hall_show (hall, FALSE);
  g_assert_cmpuint (hall->bare->shard.rest.next, ==, SLICE);
  return hall;
}

/* It comes aboard in a rest; who had the picture gets it at the end. */
static void
test_boards_late (gconstpointer n_groups)
{
  g_autoptr (Hall) hall = hall_at_rest (n_groups, FALSE);

  go_on (hall);
  g_assert_cmpuint (hall->bare->shard.rest.next, ==, 2 * SLICE);
  hall_say (hall);
  go_on_to_the_end (hall);
  check_all (hall, 1, 1);
}

/* Another packet comes while one is on its way: all alight, and none overtakes. */
static void
test_another (gconstpointer n_groups)
{
  g_autoptr (Hall) hall = hall_at_rest (n_groups, TRUE);

  hall_say (hall);
  sound_gather_release (hall->bare->shard.sounds);
  bare_shard_flush (hall->bare);
  check_viewer (hall, viewer (hall, 0), 1, 2);
  check_viewer (hall, viewer (hall, N_VIEWERS - 1), 0, 2);
  hall_say (hall);
  go_on_to_the_end (hall);
  check_all (hall, 1, 3);
}

/* Rooms leave and come: before where the picture is, and behind it. */
static void
test_leave_and_join (gconstpointer n_groups)
{
  static const guint leaving[] = { 0, SLICE - 1, SLICE, N_VIEWERS - 1 };

  for (guint said_before = 0; said_before <= 1; said_before++) {
    g_autoptr (Hall) hall = hall_at_rest (n_groups, said_before);

    for (guint i = 0; i < G_N_ELEMENTS (leaving); i++)
      g_ptr_array_set_size (viewer (hall, leaving[i])->slots, 0);
    hall_join (hall);
    if (!said_before)
      hall_say (hall);
    go_on_to_the_end (hall);
    for (guint i = 1; i < N_VIEWERS; i++) {
      const Transport *transport = viewer (hall, i);
      guint heard = bare_shard_count (hall->bare, ssrc_of (transport, 1));

      if (transport->slots->len > 0)
        g_assert_cmpuint (heard, ==, 1);
      else
        g_assert_cmpuint (heard, <=, 1);
    }
  }
}

/* The microphone is closed on the way: who has not heard it does not. The next one goes to all. */
static void
test_muted (gconstpointer n_groups)
{
  g_autoptr (Hall) hall = hall_at_rest (n_groups, TRUE);
  TrackSnapshot snapshot = { .muted = TRUE,
                             .encodings[0].source = hall->voice->encodings[0].source };

  feed_on_snapshot (hall->voice, &snapshot);
  go_on_to_the_end (hall);
  g_assert_cmpuint (bare_shard_count (hall->bare, ssrc_of (viewer (hall, N_VIEWERS - 1), 1)), ==,
                    0);
  snapshot.muted = FALSE;
  feed_on_snapshot (hall->voice, &snapshot);
  bare_shard_forget (hall->bare);
  hall_say (hall);
  hall_show (hall, FALSE);
  go_on_to_the_end (hall);
  check_all (hall, 1, 1);
}

/* The picture ends: what it took along is heard all the same. */
static void
test_picture_ends (gconstpointer n_groups)
{
  g_autoptr (Hall) hall = hall_at_rest (n_groups, TRUE);

  for (guint i = SLICE; i < N_VIEWERS; i++)
    slot_route (g_ptr_array_index (viewer (hall, i)->slots, 0), NULL, 0);
  go_on_to_the_end (hall);
  for (guint i = 0; i < N_VIEWERS; i++)
    check_viewer (hall, viewer (hall, i), i < SLICE ? 1 : 0, 1);
}

/* --- two shards ------------------------------------------------------------------------------ */

#define N_ROUNDS 20

typedef struct {
  Hall *hall;
  GstBufferList *pictures[N_ROUNDS], *sounds[N_ROUNDS];
} Share;

/* GThreadFunc */
static gpointer
forward_all (gpointer data)
{
  Share *share = data;

  for (guint i = 0; i < N_ROUNDS; i++) {
    feed_on_list (share->hall->voice, share->sounds[i]);
    feed_on_list (share->hall->picture, share->pictures[i]);
    go_on_to_the_end (share->hall);
  }
  return NULL;
}

/* The same buffers are sealed by two threads at once; nothing is written into them. */
static void
test_two_shards (gconstpointer n_groups)
{
  guint n = *(const guint *) n_groups;
  g_autoptr (Hall) origin = hall_new (TRUE, 0);
  g_autoptr (Hall) other = hall_new_with (origin, n == 0, n);
  Share here = { .hall = origin }, there;
  GThread *thread;

  for (guint i = 0; i < N_ROUNDS; i++) {
    here.sounds[i] = bare_packets (origin->voice, origin->sound_seq + i, 1, 90 + i, FALSE);
    here.pictures[i] =
        bare_packets (origin->picture, origin->picture_seq + (guint64) i * FRAME_PACKETS,
                      FRAME_PACKETS, 900, FALSE);
  }
  there = here;
  there.hall = other;
  other->bare->shard.slice_until_us = 0;
  thread = g_thread_new ("other", forward_all, &there);
  forward_all (&here);
  g_thread_join (thread);
  check_all (origin, N_ROUNDS, N_ROUNDS);
  check_all (other, N_ROUNDS, N_ROUNDS);
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_assert_cmpmem (packet_meta_get (gst_buffer_list_get (here.sounds[i], 0))->rtp.data + 12, 1,
                     &(guint8){ (guint8) (origin->sound_seq + i) }, 1);
    gst_buffer_list_unref (here.sounds[i]);
    gst_buffer_list_unref (here.pictures[i]);
  }
}

static void
add_for_groups (const gchar *name, GTestDataFunc test)
{
  for (guint i = 0; i < G_N_ELEMENTS (group_counts); i++) {
    g_autofree gchar *path = g_strdup_printf ("/relay/sound-bounds/%s/%u", name, group_counts[i]);

    g_test_add_data_func (path, &group_counts[i], test);
  }
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/sound-bounds/wide", test_wide);
  g_test_add_func ("/relay/sound-bounds/several", test_several);
  g_test_add_func ("/relay/sound-bounds/voices", test_voices);
  g_test_add_func ("/relay/sound-bounds/ride-slots", test_ride_slots);
  g_test_add_func ("/relay/sound-bounds/expected", test_expected);
  g_test_add_func ("/relay/sound-bounds/groups", test_groups);
  g_test_add_func ("/relay/sound-bounds/ways", test_ways);
  add_for_groups ("boards-late", test_boards_late);
  add_for_groups ("another", test_another);
  add_for_groups ("leave-and-join", test_leave_and_join);
  add_for_groups ("muted", test_muted);
  add_for_groups ("picture-ends", test_picture_ends);
  add_for_groups ("two-shards", test_two_shards);
  return g_test_run ();
}
