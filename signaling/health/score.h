/* Scores 0..100 of sound and picture, with the reason of what is missing.
 *
 * Sound: the E-model (ITU-T G.107) without terminal noise: R = 93.2 - Idd - Ie,eff, on a scale
 * where 93.2 is 100. Picture: what a viewer minds, in order: standing still, few lines, few frames,
 * few bits. Pure. */
#pragma once

#include "signaling/health/verdict.h"

G_BEGIN_DECLS

typedef struct {
  double loss;        /* 0..1, after what the line lost */
  double burst_ratio; /* BurstR of G.107: 1 = lost at random */
  double delay_ms;    /* mouth to ear, one way */
  double concealed;   /* 0..1 of what was played; < 0 = not known */
  double jitter_ms;   /* to name the reason; its effect is in the delay */
} SoundInput;

typedef struct {
  double frozen; /* 0..1 of the time */
  guint height;  /* 0 = not known */
  guint wanted;  /* lines that it should have, 0 = as it is */
  guint fps;
  guint kbps;
} PictureInput;

/* The transmission rating, 0..93.2. */
double score_sound_rating (const SoundInput *input);
int score_sound (const SoundInput *input, HealthReason *ret_reason);
int score_picture (const PictureInput *input, HealthReason *ret_reason);

/* BurstR from counts: @lost packets in @runs gaps of @expected. */
double score_burst_ratio (guint lost, guint runs, guint expected);

/* Both directions of one second. */
void score_site (const SiteSample *sample, const SiteVerdict *verdict, DirectionScore *ret_up,
                 DirectionScore *ret_down);

G_END_DECLS
