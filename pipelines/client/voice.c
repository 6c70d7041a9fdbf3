#include "pipelines/client/voice.h"

#include <math.h>

#define TAU (2 * G_PI)
#define SYLLABLES_PER_S 4
#define HARMONICS 8
#define PEAK 9000

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
  guint number;
  double begin, end; /* of its quarter of a second, 0..1 */
  double loud;       /* 0: a breath */
  double gains[HARMONICS + 1];
} Syllable;

/* 0..1: what seems to be chance is the same each time. */
static double
chance (guint32 seed, guint number)
{
  guint32 mixed = (seed * 2654435761u) ^ (number * 2246822519u);
  mixed = (mixed ^ (mixed >> 15)) * 2246822519u;
  mixed = (mixed ^ (mixed >> 13)) * 3266489917u;
  return (mixed ^ (mixed >> 16)) / (double) G_MAXUINT32;
}

/* No two are alike, as when somebody speaks: a voice that went like a clock could not be told from
 * itself a moment later. */
static void
syllable_set (Syllable *syllable, guint number)
{
  guint32 seed = syllable->seed;
  syllable->number = number;
  syllable->begin = .3 * chance (seed, 4 * number);
  syllable->end = syllable->begin + .45 + .25 * chance (seed, 4 * number + 1);
  syllable->loud = pow (10, -.8 * chance (seed, 4 * number + 2));
  if (number % 7 == 6 || chance (seed, 4 * number + 3) < .12)
    syllable->loud = 0;
  for (int h = 1; h <= HARMONICS; h++)
    syllable->gains[h] = harmonic_gain (syllable->pitch * h, number + seed);
}

/* Up quickly, down slowly, silent between syllables. */
static double
syllable_envelope (const Syllable *syllable, double part)
{
  if (part <= syllable->begin || part >= syllable->end)
    return 0;
  return syllable->loud *
         sin (G_PI * pow ((part - syllable->begin) / (syllable->end - syllable->begin), .6));
}

static double
vowel_at (const Syllable *syllable, double t)
{
  double sum = 0;
  for (int h = 1; h <= HARMONICS; h++)
    sum += syllable->gains[h] * sin (TAU * syllable->pitch * h * t);
  return sum;
}

void
voice_fill (guint32 seed, guint first, guint period, gint16 *samples, guint count)
{
  /* whole cycles in a period, else the loop clicks */
  double seconds = (double) period / VOICE_RATE_HZ;
  Syllable syllable = { .pitch = floor ((115 + seed % 97) * seconds) / seconds, .seed = seed };
  syllable_set (&syllable, 0);
  for (guint i = 0; i < count; i++) {
    double t = (double) ((first + i) % period) / VOICE_RATE_HZ;
    guint number = (guint) (t * SYLLABLES_PER_S);
    if (number != syllable.number)
      syllable_set (&syllable, number);
    double envelope = syllable_envelope (&syllable, t * SYLLABLES_PER_S - number);
    double value = envelope > 0 ? vowel_at (&syllable, t) * envelope : 0;
    samples[i] = (gint16) CLAMP (value * PEAK * .6, -PEAK * 2, PEAK * 2);
  }
}
