#include "pipelines/client/voice.h"

#include <math.h>

#define TAU (2 * G_PI)
#define SYLLABLES_PER_S 4
#define HARMONICS 8
#define PEAK 9000

/* How loud a syllable is at @part (0..1) of it: up quickly, down slowly, silent at its end. */
static double
syllable_envelope (double part)
{
  if (part > .8)
    return 0;
  return sin (G_PI * pow (part / .8, .6));
}

/* Two formants that move from syllable to syllable: which vowel it sounds like. */
static double
harmonic_gain (double hz, guint syllable)
{
  double first = 350 + 120 * (syllable % 4), second = 1100 + 350 * ((syllable * 7) % 3);
  double a = (hz - first) / 180, b = (hz - second) / 260;
  return exp (-a * a) + .5 * exp (-b * b) + .03;
}

typedef struct {
  double pitch;
  guint32 seed;
  guint syllable;
  double gains[HARMONICS + 1];
} Vowel;

static void
vowel_set (Vowel *vowel, guint syllable)
{
  vowel->syllable = syllable;
  for (int h = 1; h <= HARMONICS; h++)
    vowel->gains[h] = harmonic_gain (vowel->pitch * h, syllable + vowel->seed);
}

static double
vowel_at (const Vowel *vowel, double t)
{
  double sum = 0;
  for (int h = 1; h <= HARMONICS; h++)
    sum += vowel->gains[h] * sin (TAU * vowel->pitch * h * t);
  return sum;
}

void
voice_fill (guint32 seed, guint first, guint period, gint16 *samples, guint count)
{
  /* whole cycles in a period, else the loop clicks */
  double seconds = (double) period / VOICE_RATE_HZ;
  Vowel vowel = { .pitch = floor ((115 + seed % 97) * seconds) / seconds, .seed = seed };
  vowel_set (&vowel, 0);
  for (guint i = 0; i < count; i++) {
    double t = (double) ((first + i) % period) / VOICE_RATE_HZ;
    guint syllable = (guint) (t * SYLLABLES_PER_S);
    double envelope = syllable_envelope (t * SYLLABLES_PER_S - syllable);
    if (syllable != vowel.syllable)
      vowel_set (&vowel, syllable);
    /* every seventh syllable is a breath */
    double value = envelope > 0 && syllable % 7 != 6 ? vowel_at (&vowel, t) * envelope : 0;
    samples[i] = (gint16) CLAMP (value * PEAK * .6, -PEAK * 2, PEAK * 2);
  }
}
