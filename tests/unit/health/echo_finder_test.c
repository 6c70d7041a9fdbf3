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

/* Told by a relay: a voice, and a real browser in another room that speaks itself for four seconds,
 * then returns that voice through the air, at a fifth and 300 ms late. */
static const guint8 recorded_hall[] = {
  127, 127, 127, 127, 20,  19,  21,  26,  24,  24,  24,  74,  51,  30,  30,  36,  54,  127, 127,
  127, 24,  127, 127, 127, 19,  19,  21,  41,  27,  26,  27,  27,  127, 127, 25,  22,  24,  36,
  127, 127, 127, 127, 127, 127, 28,  28,  35,  127, 48,  29,  28,  32,  41,  26,  24,  25,  34,
  127, 127, 45,  25,  45,  127, 127, 127, 127, 127, 127, 24,  16,  18,  35,  127, 127, 127, 127,
  127, 127, 127, 127, 127, 127, 127, 127, 20,  19,  21,  33,  27,  28,  34,  127, 51,  30,  30,
  36,  54,  127, 25,  24,  29,  127, 127, 127, 19,  19,  21,  41,  27,  26,  27,  40,  127, 127,
  22,  22,  24,  36,  127, 127, 127, 127, 127, 127, 28,  28,  35,  127, 48,  29,  28,  32,  41,
  26,  24,  27,  34,  127, 45,  25,  26,  45,  127, 127, 127, 127, 127, 127, 24,  16,  18,  46,
  46,  46,  127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 20,  19,  21,  33,  27,  28,  34,
  127, 51,  127, 30,  36,  54,  127, 25,  24,  29,  127, 127, 127, 19,  19,  21,  41,  27,  26,
  27,  40,  127, 30,  22,  22,  24,  36,  127, 127, 127, 127, 127, 127, 28,  28,  35,  127, 48,
  29,  28,  32,  41,  127, 24,  27,  34,  127, 45,  25,  26,  45,  127, 127, 127, 127, 127, 127,
  24,  16,  18,  46,  127, 26,  127, 127, 127, 127, 127, 127, 127, 127, 127, 127, 20,  19,  21,
  33,  27,  28,  34,  127, 51,  127, 127, 127, 127, 127, 32,  24,  29,  127, 127, 127, 22,  19,
  21,  29,  127, 127, 26,  40,  127, 30,  22,  22,  24,  24,  127, 127, 127, 127, 127, 127, 28,
  28,  35,  127, 48,  32,  127, 28,  41,  26,  127, 24,  29,  36,  45,  25,  26,  45,  127, 127,
  127, 127, 127, 127, 24,  16,  18,  46,  127, 127, 127, 127, 127, 127, 127, 127,
};
static const guint8 recorded_room[] = {
  67, 67, 127, 15,  34,  34,  34,  67,  67,  67,  127, 67,  67,  67,  67,  67,  67,  67,  67,  127,
  67, 67, 67,  67,  21,  67,  23,  23,  20,  24,  67,  67,  67,  67,  67,  67,  67,  67,  67,  15,
  15, 15, 15,  127, 67,  127, 21,  20,  67,  67,  127, 18,  18,  67,  67,  67,  67,  17,  16,  16,
  16, 18, 32,  32,  67,  16,  17,  22,  17,  18,  17,  16,  24,  15,  15,  15,  24,  21,  21,  33,
  67, 67, 67,  67,  67,  67,  127, 17,  127, 127, 127, 127, 127, 127, 56,  34,  33,  37,  47,  41,
  44, 56, 127, 47,  44,  44,  55,  127, 101, 38,  40,  52,  127, 127, 49,  33,  34,  38,  84,  40,
  40, 44, 54,  127, 50,  36,  36,  40,  65,  60,  60,  60,  59,  59,  59,  42,  45,  59,  78,  61,
  42, 43, 49,  46,  38,  39,  44,  50,  50,  59,  39,  42,  127, 127, 127, 127, 127, 127, 127, 31,
  31, 35, 55,  127, 55,  127, 60,  127, 127, 127, 127, 127, 127, 127, 56,  33,  34,  37,  47,  41,
  44, 55, 127, 47,  44,  45,  50,  127, 101, 127, 40,  52,  61,  127, 49,  33,  34,  38,  84,  40,
  40, 44, 75,  127, 50,  36,  36,  40,  71,  38,  127, 57,  57,  56,  61,  42,  44,  55,  65,  54,
  42, 43, 57,  40,  38,  40,  44,  102, 127, 127, 39,  49,  59,  59,  57,  57,  57,  57,  127, 31,
  31, 41, 55,  55,  61,  127, 127, 127, 127, 40,  40,  40,  40,  127, 36,  33,  34,  127, 42,  41,
  48, 94, 127, 44,  44,  45,  62,  61,  127, 127, 38,  104, 127, 127, 35,  33,  34,  46,  44,  40,
  40, 47, 127, 58,  49,  36,  38,  44,  127, 127, 127, 58,  59,  127, 127, 42,  51,  57,  56,  42,
  42, 43, 57,  73,  127, 127, 38,  57,  57,  39,  40,  48,  64,  127, 127, 127, 56,  61,  61,  31,
};
#define RECORDED_ECHO_BIN 86

static void
test_recorded (void)
{
  g_autoptr (EchoFinder) finder = echo_finder_new ();
  guint found_at = 0;

  G_STATIC_ASSERT (sizeof recorded_hall == sizeof recorded_room);
  for (guint bin = 0; bin < sizeof recorded_hall; bin += BINS_PER_SECOND) {
    EchoFinding found[2];
    echo_finder_add (finder, "hall", 5000 + bin, recorded_hall + bin, BINS_PER_SECOND);
    echo_finder_add (finder, "room", 5000 + bin, recorded_room + bin, BINS_PER_SECOND);
    guint n = echo_finder_judge (finder, found, G_N_ELEMENTS (found));
    if (n == 0)
      continue;
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpstr (found[0].room, ==, "room");
    g_assert_cmpstr (found[0].voice, ==, "hall");
    g_assert_cmpuint (found[0].delay_ms, >=, 500); /* and the line's and the buffer's */
    g_assert_cmpuint (found[0].delay_ms, <=, 600);
    found_at = found_at ? found_at : bin + BINS_PER_SECOND;
  }
  g_assert_cmpuint (found_at, >, RECORDED_ECHO_BIN);
  g_assert_cmpuint (found_at, <=, RECORDED_ECHO_BIN + 9 * BINS_PER_SECOND);
}

/* Two who talk at the same time for two hours without a pause, as nobody does: chance alone makes
 * one an echo for a few seconds at most. */
static void
test_double_talk (void)
{
  g_autoptr (EchoFinder) finder = echo_finder_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  Speaker speakers[2] = { 0 };
  guint named = 0;

  for (guint s = 0; s < 2 * 3600; s++) {
    EchoFinding found[2];
    guint8 levels[2][BINS_PER_SECOND];
    for (guint b = 0; b < BINS_PER_SECOND; b++)
      for (guint i = 0; i < 2; i++)
        levels[i][b] = mix (next_level (&speakers[i], rand), 60 + g_rand_int_range (rand, -3, 4));
    echo_finder_add (finder, "a", 5000 + s * BINS_PER_SECOND, levels[0], BINS_PER_SECOND);
    echo_finder_add (finder, "b", 5000 + s * BINS_PER_SECOND, levels[1], BINS_PER_SECOND);
    named += echo_finder_judge (finder, found, G_N_ELEMENTS (found));
  }
  g_test_message ("named in %u seconds of two hours", named);
  g_assert_cmpuint (named, <=, 4);
}

/* A relay tells each second and a little: a bin is left out each time. */
static void
test_gaps (void)
{
  enum { STEP = BINS_PER_SECOND + 1, DELAY = 6 };
  g_autoptr (EchoFinder) finder = echo_finder_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  Speaker speaker = { 0 };
  guint8 hall[DELAY + 12 * STEP], room[G_N_ELEMENTS (hall)];
  EchoFinding found[2];

  for (guint i = 0; i < G_N_ELEMENTS (hall); i++) {
    hall[i] = mix (next_level (&speaker, rand), 62);
    room[i] = i < DELAY ? 62 : (guint8) MIN (hall[i - DELAY] + 10, 62);
  }
  for (guint bin = 0; bin + STEP <= G_N_ELEMENTS (hall); bin += STEP) {
    echo_finder_add (finder, "hall", 5000 + bin, hall + bin, BINS_PER_SECOND);
    echo_finder_add (finder, "room", 5000 + bin, room + bin, BINS_PER_SECOND);
  }
  g_assert_cmpuint (echo_finder_judge (finder, found, G_N_ELEMENTS (found)), ==, 1);
  g_assert_cmpstr (found[0].room, ==, "room");
  g_assert_cmpuint (found[0].confidence, >=, 90);
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

/* The last room that there is place for is judged as any other; one past it waits until one goes.
 */
static void
test_many_rooms (void)
{
  enum { DELAY = 6, N = 12 * BINS_PER_SECOND };
  g_autoptr (EchoFinder) finder = echo_finder_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  Speaker speaker = { 0 };
  guint8 hall[N], back[N], hum = 62;
  EchoFinding found[4];

  for (guint i = 0; i < N; i++) {
    hall[i] = mix (next_level (&speaker, rand), hum);
    back[i] = i < DELAY ? hum : (guint8) MIN (hall[i - DELAY] + 10, hum);
  }
  for (guint i = 0; i < ECHO_ROOMS_MAX - 2; i++) {
    g_autofree char *name = g_strdup_printf ("r%u", i);
    echo_finder_add (finder, name, 5000 + N - 1, &hum, 1);
  }
  for (guint round = 0; round < 2; round++) {
    for (guint bin = 0; bin < N; bin += BINS_PER_SECOND) {
      echo_finder_add (finder, "hall", 5000 + bin, hall + bin, BINS_PER_SECOND);
      echo_finder_add (finder, "last", 5000 + bin, back + bin, BINS_PER_SECOND);
      echo_finder_add (finder, "past", 5000 + bin, back + bin, BINS_PER_SECOND);
    }
    guint n = echo_finder_judge (finder, found, G_N_ELEMENTS (found));
    g_assert_cmpuint (n, ==, 1 + round);
    g_assert_cmpstr (found[0].voice, ==, "hall");
    g_assert_true (g_str_equal (found[0].room, "last") || round == 1);
    echo_finder_remove (finder, "r0");
  }
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
  g_test_add_func ("/health/echo/recorded", test_recorded);
  g_test_add_func ("/health/echo/double-talk", test_double_talk);
  g_test_add_func ("/health/echo/gaps", test_gaps);
  g_test_add_func ("/health/echo/two-devices", test_two_devices);
  g_test_add_func ("/health/echo/goes-away", test_goes_away);
  g_test_add_func ("/health/echo/many-rooms", test_many_rooms);
  g_test_add_func ("/health/echo/bad-input", test_bad_input);
  return g_test_run ();
}
