/* The echo finder among fifty rooms: synthetic speech (talk spurts of syllables), an echo with its
 * delay and attenuation, noise, own words; fixed seeds. */
#include "signaling/health/echo_finder.h"

#include <math.h>

#define ROOMS 50
#define BINS_PER_SECOND (1000 / ECHO_BIN_MS)

/* Somebody who speaks: spurts of one to four seconds, pauses, syllables of 120 to 260 ms. */
typedef struct {
  gboolean is_talking;
  gint spurt_bins, syllable_bins, syllable_at;
  double loud; /* of this syllable, dBov */
} Speaker;

static gint
next_level (Speaker *speaker, GRand *rand)
{
  if (speaker->spurt_bins-- <= 0) {
    speaker->is_talking = !speaker->is_talking;
    speaker->spurt_bins =
        speaker->is_talking ? g_rand_int_range (rand, 20, 80) : g_rand_int_range (rand, 5, 25);
  }
  if (!speaker->is_talking)
    return 127;
  if (speaker->syllable_at >= speaker->syllable_bins) {
    speaker->syllable_at = 0;
    speaker->syllable_bins = g_rand_int_range (rand, 2, 6);
    speaker->loud = g_rand_double_range (rand, 18, 36);
  }
  double phase = (speaker->syllable_at++ + 0.5) / speaker->syllable_bins;
  return (gint) (speaker->loud + 16 * (1 - sin (G_PI * phase)));
}

typedef struct {
  EchoFinder *finder;
  GRand *rand;
  char names[ROOMS][8];
  guint8 now[ROOMS][BINS_PER_SECOND]; /* what each tells this second */
  gint history[64 * BINS_PER_SECOND]; /* of the hall, ring */
  gint64 bin;
  Speaker hall;
} Scene;

static void
scene_init (Scene *scene, guint32 seed)
{
  *scene =
      (Scene){ .finder = echo_finder_new (), .rand = g_rand_new_with_seed (seed), .bin = 5000 };
  for (guint i = 0; i < ROOMS; i++)
    g_snprintf (scene->names[i], sizeof scene->names[i], "r%u", i);
  for (guint i = 0; i < G_N_ELEMENTS (scene->history); i++)
    scene->history[i] = 127;
}

static void
scene_clear (Scene *scene)
{
  echo_finder_free (scene->finder);
  g_rand_free (scene->rand);
}

/* The louder of two sounds in one microphone. */
static guint8
mix (gint a, gint b)
{
  return (guint8) CLAMP (MIN (a, b), 0, 127);
}

static gint
hall_ago (const Scene *scene, gint64 bin, gint delay)
{
  return scene->history[(bin - delay) % G_N_ELEMENTS (scene->history)];
}

/* One second: room 0 is the hall; @echo returns it @delay bins later, weaker by @weaker dB (0:
 * nobody does); the rooms' noise is @noise dBov. */
static void
scene_second (Scene *scene, guint echo, gint delay, gint weaker, gint noise)
{
  for (guint b = 0; b < BINS_PER_SECOND; b++) {
    gint hall = next_level (&scene->hall, scene->rand);
    scene->history[(scene->bin + b) % G_N_ELEMENTS (scene->history)] = hall;
    for (guint i = 0; i < ROOMS; i++) {
      gint hum = noise + g_rand_int_range (scene->rand, -3, 4);
      gint level = i == 0 ? hall : 127;
      if (i == echo && echo != 0) {
        gint back = hall_ago (scene, scene->bin + b, delay);
        level = back < 127 ? back + weaker + g_rand_int_range (scene->rand, -3, 4) : 127;
      }
      scene->now[i][b] = mix (level, hum);
    }
  }
}

static void
scene_tell (Scene *scene)
{
  for (guint i = 0; i < ROOMS; i++)
    echo_finder_add (scene->finder, scene->names[i], scene->bin, scene->now[i], BINS_PER_SECOND);
  scene->bin += BINS_PER_SECOND;
}

/* Ten scenes, each with another room, delay and attenuation: at least nine right within ten
 * seconds of speech, and nobody else named. */
static void
test_right_room (void)
{
  guint right = 0, wrong = 0;

  for (guint32 seed = 1; seed <= 10; seed++) {
    Scene scene;
    EchoFinding found[4];
    guint n = 0;
    scene_init (&scene, seed);
    guint echo = (guint) g_rand_int_range (scene.rand, 1, ROOMS);
    gint delay = g_rand_int_range (scene.rand, 3, 20);
    gint weaker = g_rand_int_range (scene.rand, 4, 18);
    for (guint s = 0; s < 10 && n == 0; s++) {
      scene_second (&scene, echo, delay, weaker, 58);
      scene_tell (&scene);
      n = echo_finder_judge (scene.finder, found, G_N_ELEMENTS (found));
    }
    right += n > 0 && g_str_equal (found[0].room, scene.names[echo]);
    for (guint i = 0; i < n; i++)
      wrong += !g_str_equal (found[i].room, scene.names[echo]);
    if (n > 0) {
      g_test_message (
          "seed %u: delay %d -> %u, weaker %d, confidence %u, twin %d, room %s (%u), n %u", seed,
          delay * ECHO_BIN_MS, found[0].delay_ms, weaker, found[0].confidence, found[0].is_twin,
          found[0].room, echo, n);
      g_assert_cmpstr (found[0].voice, ==, "r0");
      if (found[0].confidence >= 80)
        g_assert_cmpint (ABS ((gint) found[0].delay_ms - delay * ECHO_BIN_MS), <=, ECHO_BIN_MS);
      g_assert_false (found[0].is_twin);
    }
    scene_clear (&scene);
  }
  g_test_message ("right in %u of 10", right);
  g_assert_cmpuint (right, >=, 9);
  g_assert_cmpuint (wrong, ==, 0);
}

/* Thirty minutes of a meeting without an echo: the hall speaks, rooms answer in turn, two talk at
 * once now and then, microphones hum. Nobody is named. */
static void
test_clean_meeting (void)
{
  Scene scene;
  Speaker guest = { 0 }, other = { 0 };
  guint named = 0;

  scene_init (&scene, 99);
  for (guint s = 0; s < 30 * 60; s++) {
    guint speaker = 1 + s / 40 % (ROOMS - 1);
    scene_second (&scene, 0, 0, 0, 60);
    for (guint b = 0; b < BINS_PER_SECOND; b++) {
      gint guest_level = next_level (&guest, scene.rand),
           other_level = next_level (&other, scene.rand);
      if (s % 40 >= 20) {
        scene.now[speaker][b] = mix (scene.now[speaker][b], guest_level);
        if (s % 40 < 35) /* the hall listens, then talks into it */
          scene.now[0][b] = 70;
      }
      if (s % 200 >= 180)
        scene.now[7][b] = mix (scene.now[7][b], other_level);
    }
    scene_tell (&scene);
    EchoFinding found[4];
    named += echo_finder_judge (scene.finder, found, G_N_ELEMENTS (found));
  }
  g_assert_cmpuint (named, ==, 0);
  scene_clear (&scene);
}

/* Two devices in the hall: what the second hears is not late. */
static void
test_two_devices (void)
{
  Scene scene;
  EchoFinding found[4];
  guint n = 0;

  scene_init (&scene, 4);
  for (guint s = 0; s < 12; s++) {
    scene_second (&scene, 3, 0, 8, 60);
    scene_tell (&scene);
    n = echo_finder_judge (scene.finder, found, G_N_ELEMENTS (found));
  }
  g_assert_cmpuint (n, >=, 1);
  for (guint i = 0; i < n; i++) {
    g_assert_true (found[i].is_twin);
    g_assert_true (g_str_equal (found[i].room, "r3") || g_str_equal (found[i].room, "r0"));
  }
  scene_clear (&scene);
}

/* The echo ends, or its microphone is shut: it is not named any more. */
static void
test_goes_away (void)
{
  Scene scene;
  EchoFinding found[4];

  scene_init (&scene, 5);
  for (guint s = 0; s < 12; s++) {
    scene_second (&scene, 9, 6, 8, 60);
    scene_tell (&scene);
  }
  g_assert_cmpuint (echo_finder_judge (scene.finder, found, 4), ==, 1);
  echo_finder_remove (scene.finder, "r9");
  g_assert_cmpuint (echo_finder_judge (scene.finder, found, 4), ==, 0);
  scene_clear (&scene);
}

static void
test_bad_input (void)
{
  g_autoptr (EchoFinder) finder = echo_finder_new ();
  guint8 levels[ECHO_BATCH_MAX + 1] = { 0 };
  EchoFinding found[2];

  echo_finder_add (finder, "a", -1, levels, 4);
  echo_finder_add (finder, "a", 0, levels, 0);
  echo_finder_add (finder, "a", 0, levels, ECHO_BATCH_MAX + 1);
  echo_finder_add (finder, "a", G_MAXINT64, levels, 4);
  g_assert_cmpuint (echo_finder_judge (finder, found, 2), ==, 0);
  echo_finder_add (finder, "a", 1000000000, levels, ECHO_BATCH_MAX);
  echo_finder_add (finder, "b", 3, levels, 10); /* a relay that started anew */
  echo_finder_add (finder, "a", 5, levels, 10);
  echo_finder_add (finder, "a", 4, levels, 10); /* again, or out of order */
  levels[0] = 255;
  echo_finder_add (finder, "b", 13, levels, 1);
  g_assert_cmpuint (echo_finder_judge (finder, found, 2), ==, 0);
  echo_finder_remove (finder, "nobody");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/echo/right-room", test_right_room);
  g_test_add_func ("/health/echo/clean-meeting", test_clean_meeting);
  g_test_add_func ("/health/echo/two-devices", test_two_devices);
  g_test_add_func ("/health/echo/goes-away", test_goes_away);
  g_test_add_func ("/health/echo/bad-input", test_bad_input);
  return g_test_run ();
}
