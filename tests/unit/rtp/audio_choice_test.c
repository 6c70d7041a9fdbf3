#include "pipelines/rtp/audio_choice.h"

#define MS 1000
#define PACKET_US (20 * MS)
#define N_VOICES 8
#define OFF 255 /* sends nothing */

typedef struct {
  AudioChoice choice;
  AudioVoice voices[N_VOICES];
  gint64 now_us;
  guint passed[N_VOICES];
  guint begun[N_VOICES];
  gint places[N_VOICES]; /* of the last packet */
} Scene;

static void
scene_init (Scene *scene, guint n)
{
  *scene = (Scene){ .now_us = 1000 * MS };
  audio_choice_set_size (&scene->choice, n);
}

static gint
packet (Scene *scene, guint k, guint8 level)
{
  AudioHeard heard = { TRUE, level, scene->now_us };
  gboolean begins;
  gint place = audio_choice_on_packet (&scene->choice, &scene->voices[k], &heard, &begins);

  scene->passed[k] += place != AUDIO_NO_PLACE;
  scene->begun[k] += begins;
  scene->places[k] = place;
  return place;
}

/* All voices at @levels for @ms; counts anew what passes. */
static void
run (Scene *scene, guint ms, const guint8 *levels, guint n)
{
  for (guint i = 0; i < N_VOICES; i++)
    scene->passed[i] = scene->begun[i] = 0;
  for (guint t = 0; t < ms; t += 20) {
    for (guint i = 0; i < n; i++)
      if (levels[i] != OFF)
        packet (scene, i, levels[i]);
    scene->now_us += PACKET_US;
  }
}

#define RUN(scene, ms, ...)                                                                        \
  do {                                                                                             \
    const guint8 levels[] = { __VA_ARGS__ };                                                       \
    run (scene, ms, levels, G_N_ELEMENTS (levels));                                                \
  } while (0)

static void
test_as_many_as_places (void)
{
  Scene scene;

  scene_init (&scene, 3);
  RUN (&scene, 1000, 30, 50, 60);
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (scene.passed[i], ==, 50); /* from the first packet */
    g_assert_cmpint (scene.places[i], ==, 1 + (gint) i);
  }
}

static void
test_more_than_places (void)
{
  Scene scene;
  guint heard = 0;

  scene_init (&scene, 3);
  RUN (&scene, 4000, 30, 32, 34, 50, 28, 55, 36, 60);
  for (guint i = 0; i < N_VOICES; i++)
    heard += scene.places[i] != AUDIO_NO_PLACE;
  g_assert_cmpuint (heard, ==, 3);
  g_assert_cmpint (scene.places[4], !=, AUDIO_NO_PLACE); /* the loudest came in */
  g_assert_cmpint (scene.places[0], ==, 1);              /* who stays keeps its place */
}

/* The word that opens a microphone passes from its first packet, whoever is silent in a place. */
static void
test_first_word (void)
{
  Scene scene;

  scene_init (&scene, 3);
  RUN (&scene, 1000, 30, 30, 30);
  RUN (&scene, 5000, 30, 60, 60);
  RUN (&scene, 400, 30, 60, 60, 45); /* opens, and speaks softly */
  g_assert_cmpuint (scene.passed[3], ==, 20);
  g_assert_cmpuint (scene.passed[0], ==, 20);
}

/* An open microphone without a place that was silent: its first loud packet takes one. */
static void
test_first_word_after_silence (void)
{
  Scene scene;

  scene_init (&scene, 1);
  RUN (&scene, 3000, 30, 62);
  g_assert_cmpuint (scene.passed[1], ==, 0);
  RUN (&scene, 1000, 62, 62);
  RUN (&scene, 200, 62, 30);
  g_assert_cmpuint (scene.passed[1], ==, 10);
}

static void
test_interruption (void)
{
  Scene scene;

  scene_init (&scene, 1);
  RUN (&scene, 3000, 30, OFF);
  RUN (&scene, 200, 30, 26); /* a cough */
  g_assert_cmpuint (scene.passed[1], ==, 0);
  g_assert_cmpuint (scene.passed[0], ==, 10);
  RUN (&scene, 2000, 30, 28); /* as loud: the first goes on */
  g_assert_cmpuint (scene.passed[1], ==, 0);
  RUN (&scene, 2000, 30, 24); /* insists, louder */
  g_assert_cmpuint (scene.passed[1], >=, (2000 - 400) / 20);
  g_assert_cmpint (scene.places[0], ==, AUDIO_NO_PLACE);
}

/* Two that shout at each other take turns no faster than the hold. */
static void
test_no_flutter (void)
{
  Scene scene;
  guint changes = 0;
  gint before = AUDIO_NO_PLACE;

  scene_init (&scene, 1);
  for (guint i = 0; i < 50; i++) {
    gboolean odd = i % 2;
    RUN (&scene, 200, odd ? 20 : 34, odd ? 34 : 20);
    changes += scene.places[0] != before;
    before = scene.places[0];
  }
  g_assert_cmpuint (changes, <=, 10);
}

static void
test_lead (void)
{
  Scene scene;

  scene_init (&scene, 1);
  scene.voices[1].is_always = TRUE;
  audio_choice_set_lead (&scene.choice, &scene.voices[1]);
  RUN (&scene, 2000, 20, OFF);
  RUN (&scene, 5000, 20, 80); /* all but silent, yet passing */
  g_assert_cmpuint (scene.passed[0], ==, 250);
  g_assert_cmpuint (scene.passed[1], ==, 250);
  g_assert_cmpint (scene.places[1], ==, 0);
  audio_choice_set_lead (&scene.choice, &scene.voices[0]);
  RUN (&scene, 20, 20, OFF);
  g_assert_cmpint (scene.places[0], ==, 0); /* out of its own place, which is free now */
  RUN (&scene, 20, 20, OFF, 50);
  g_assert_cmpint (scene.places[2], ==, 1);
}

static void
test_always (void)
{
  Scene scene;

  scene_init (&scene, 2);
  scene.voices[3].is_always = TRUE;
  RUN (&scene, 2000, 20, 25, 22);
  RUN (&scene, 100, 20, 25, 22, 70); /* from the quietest of the others, at once */
  g_assert_cmpuint (scene.passed[3], ==, 5);
  g_assert_cmpuint (scene.passed[0], ==, 5);
  g_assert_cmpuint (scene.passed[1], ==, 0);
  RUN (&scene, 5000, 20, 10, 22, 70); /* nobody takes it back */
  g_assert_cmpuint (scene.passed[3], ==, 250);
  RUN (&scene, 5000, 20, 10, 22, 127); /* a dead microphone costs nothing */
  g_assert_cmpuint (scene.passed[3], <=, 76);
}

/* All places held by some that are always to pass: the one unheard the longest gives way to
 * another such, never to the rest. */
static void
test_always_alone (void)
{
  Scene scene;

  scene_init (&scene, 1);
  scene.voices[0].is_always = scene.voices[1].is_always = TRUE;
  RUN (&scene, 1000, 30, OFF, 10);
  g_assert_cmpuint (scene.passed[2], ==, 0);
  RUN (&scene, 2000, 70, OFF, 10);
  RUN (&scene, 20, 70, 50, 10);
  g_assert_cmpint (scene.places[1], ==, 1);
  g_assert_cmpint (scene.places[2], ==, AUDIO_NO_PLACE);
}

/* The hiss of a public address system, some dB up and down, is silence; a voice above it is not. */
static void
test_noise (void)
{
  static const gint8 wave[] = { 0, 2, -1, -3, 1, 3, -2, 0, 3, -1 };
  Scene scene;
  guint passed = 0;

  scene_init (&scene, 3);
  for (guint i = 0; i < 500; i++) {
    passed += packet (&scene, 0, (guint8) (55 + wave[i % G_N_ELEMENTS (wave)])) != AUDIO_NO_PLACE;
    scene.now_us += PACKET_US;
  }
  g_assert_cmpuint (passed, <=, 80); /* what AUDIO_CHOICE_SILENCE_US lets by */
  RUN (&scene, 100, 44);
  g_assert_cmpuint (scene.passed[0], ==, 5);
  g_assert_cmpuint (scene.begun[0], ==, 1);
}

/* Steady and loud is no noise. */
static void
test_anthem (void)
{
  Scene scene;

  scene_init (&scene, 3);
  RUN (&scene, 60000, AUDIO_CHOICE_NOISE_MAX);
  g_assert_cmpuint (scene.passed[0], ==, 3000);
  RUN (&scene, 60000, AUDIO_CHOICE_NOISE_MAX + 1);
  g_assert_cmpuint (scene.passed[0], <, 200);
}

/* Pauses within speech are passed, so that the room behind the voice does not come and go. */
static void
test_pauses (void)
{
  Scene scene;

  scene_init (&scene, 3);
  for (guint i = 0; i < 10; i++) {
    RUN (&scene, 2000, 30);
    g_assert_cmpuint (scene.passed[0], ==, 100);
    g_assert_cmpuint (scene.begun[0], ==, i == 0);
    RUN (&scene, 1200, 60);
    g_assert_cmpuint (scene.passed[0], ==, 60);
    g_assert_cmpuint (scene.begun[0], ==, 0);
  }
}

static void
test_without_levels (void)
{
  Scene scene;
  gboolean begins;

  scene_init (&scene, 1);
  for (guint i = 0; i < 500; i++) {
    AudioHeard heard = { FALSE, 0, scene.now_us };
    g_assert_cmpint (audio_choice_on_packet (&scene.choice, &scene.voices[0], &heard, &begins), ==,
                     1);
    g_assert_cmpint (begins, ==, i == 0);
    scene.now_us += PACKET_US;
  }
}

static void
test_remove (void)
{
  Scene scene;

  scene_init (&scene, 1);
  audio_choice_set_lead (&scene.choice, &scene.voices[1]);
  RUN (&scene, 1000, 30, 30, 30);
  g_assert_cmpint (scene.places[2], ==, AUDIO_NO_PLACE);
  audio_choice_close (&scene.choice, &scene.voices[1]); /* and opens again: still the lead */
  RUN (&scene, 20, 30, 30);
  g_assert_cmpint (scene.places[1], ==, 0);
  g_assert_cmpuint (scene.begun[1], ==, 1);
  audio_choice_remove (&scene.choice, &scene.voices[0]);
  audio_choice_remove (&scene.choice, &scene.voices[1]);
  g_assert_null (scene.choice.lead);
  g_assert_null (scene.choice.places[0]);
  RUN (&scene, 20, OFF, OFF, 30);
  g_assert_cmpint (scene.places[2], ==, 1);
}

static void
test_size (void)
{
  static const struct {
    guint asked, size;
  } rows[] = { { 0, 1 },
               { 1, 1 },
               { AUDIO_CHOICE_PLACES_MAX, AUDIO_CHOICE_PLACES_MAX },
               { AUDIO_CHOICE_PLACES_MAX + 1, AUDIO_CHOICE_PLACES_MAX } };
  Scene scene;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    scene_init (&scene, rows[i].asked);
    g_assert_cmpuint (scene.choice.n, ==, rows[i].size);
  }
  RUN (&scene, 20, 30, 30, 30);
  audio_choice_set_size (&scene.choice, 2);
  g_assert_true (scene.voices[1].has_place);
  g_assert_false (scene.voices[2].has_place);
  g_assert_null (scene.choice.places[3]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio_choice/as_many_as_places", test_as_many_as_places);
  g_test_add_func ("/audio_choice/more_than_places", test_more_than_places);
  g_test_add_func ("/audio_choice/first_word", test_first_word);
  g_test_add_func ("/audio_choice/first_word_after_silence", test_first_word_after_silence);
  g_test_add_func ("/audio_choice/interruption", test_interruption);
  g_test_add_func ("/audio_choice/no_flutter", test_no_flutter);
  g_test_add_func ("/audio_choice/lead", test_lead);
  g_test_add_func ("/audio_choice/always", test_always);
  g_test_add_func ("/audio_choice/always_alone", test_always_alone);
  g_test_add_func ("/audio_choice/noise", test_noise);
  g_test_add_func ("/audio_choice/anthem", test_anthem);
  g_test_add_func ("/audio_choice/pauses", test_pauses);
  g_test_add_func ("/audio_choice/without_levels", test_without_levels);
  g_test_add_func ("/audio_choice/remove", test_remove);
  g_test_add_func ("/audio_choice/size", test_size);
  return g_test_run ();
}
