/* Survival: whether a line carries sound and at most one small picture, told only when it lasts:
 * people are told of it.
 *
 *   well --SURVIVAL_ON_US starved--> survival --SURVIVAL_OFF_US without--> well
 *
 * Plain data, zero-initialised.  No clock inside. */
#pragma once

#include "pipelines/bwe/allocator.h"

#define SURVIVAL_ON_US (2 * G_USEC_PER_SEC)
#define SURVIVAL_OFF_US (5 * G_USEC_PER_SEC)
#define SURVIVAL_PICTURE_BPS 200000 /* the smallest layer of a browser's camera, and some more */

typedef struct {
  gboolean is_on;
  gint64 other_us; /* since when it is otherwise; 0 = it is not */
} Survival;

/* The answer of allocator_divide () for @pictures: more was wanted, and what is shown is at most
 * one small picture. */
gboolean survival_is_starved (const AllocatorPicture *pictures, guint n, const gint *layers);
/* TRUE: survival->is_on has changed. */
gboolean survival_update (Survival *survival, gboolean is_starved, gint64 now_us);
