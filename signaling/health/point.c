#include "signaling/health/point.h"

#include <stddef.h>
#include <string.h>

static guint16
cut_16 (guint64 value)
{
  return (guint16) MIN (value, G_MAXUINT16);
}

static guint8
cut_8 (guint64 value)
{
  return (guint8) MIN (value, G_MAXUINT8);
}

void
stream_point_from_sample (StreamPoint *point, const StreamSample *sample)
{
  guint64 expected = (guint64) sample->packets + sample->lost;

  *point = (StreamPoint){
    .kbps = cut_16 (stream_sample_rate (sample, sample->bytes) * 8ull / 1000),
    .pps = cut_16 (stream_sample_rate (sample, sample->packets)),
    .loss_permille = expected > 0 ? (guint16) (sample->lost * 1000ull / expected) : 0,
    .jitter_100us = cut_16 (sample->jitter_us / 100),
    .frozen_ms = cut_16 (stream_sample_rate (sample, sample->frozen_ms)),
    .gap_ms = cut_16 (sample->gap_ms),
    .height = cut_16 (sample->height),
    .fps = cut_8 (stream_sample_rate (sample, sample->frames)),
    .flags = cut_8 (sample->flags),
    .layer = cut_8 (sample->layer),
    .level = cut_8 (sample->level),
    .loudest = cut_8 (sample->loudest),
    .keyframes = cut_8 (sample->keyframes),
    .nacks = cut_8 (sample->nacks),
    .plis = cut_8 (sample->plis),
    .rtx = cut_8 (sample->rtx),
    .clipped = cut_8 (sample->clipped),
  };
}

/* --- steps ------------------------------------------------------------------------------------ */

/* Means over the step, in the order of PointMerge.sums. */
static const guint16 mean_fields[] = {
  offsetof (SitePoint, loss_up),
  offsetof (SitePoint, loss_down),
  offsetof (SitePoint, rtt_ms),
  offsetof (SitePoint, jitter_up_100us),
  offsetof (SitePoint, jitter_down_100us),
  offsetof (SitePoint, kbps_up),
  offsetof (SitePoint, kbps_down),
  offsetof (SitePoint, estimate_kbps),
  offsetof (SitePoint, frozen_up_ms),
  offsetof (SitePoint, frozen_down_ms),
  offsetof (SitePoint, concealed_permille),
};

#define MEAN(point, i) G_STRUCT_MEMBER (guint16, point, mean_fields[i])

/* Graver first: lost, poor, fair, good, unknown, absent. */
static int
light_gravity (guint8 light)
{
  return light == HEALTH_LIGHT_ABSENT ? -1 : light;
}

static void
take_worst (SitePoint *worst, const SitePoint *point)
{
  if (light_gravity (point->light) > light_gravity (worst->light) || point->state < worst->state) {
    worst->state = MIN (worst->state, point->state);
    worst->light =
        light_gravity (point->light) > light_gravity (worst->light) ? point->light : worst->light;
  }
  if (worst->cause == 0)
    worst->cause = point->cause;
  worst->score_up = MIN (worst->score_up, point->score_up); /* unknown is the largest */
  worst->score_down = MIN (worst->score_down, point->score_down);
  worst->level = MIN (worst->level, point->level);
  worst->worst_loss_up = MAX (worst->worst_loss_up, point->worst_loss_up);
  worst->worst_loss_down = MAX (worst->worst_loss_down, point->worst_loss_down);
  worst->height_up = MAX (worst->height_up, point->height_up);
  worst->height_down = MAX (worst->height_down, point->height_down);
  worst->fps_up = MAX (worst->fps_up, point->fps_up);
  worst->fps_down = MAX (worst->fps_down, point->fps_down);
}

void
point_merge_add (PointMerge *merge, const SitePoint *point)
{
  G_STATIC_ASSERT (G_N_ELEMENTS (mean_fields) <= G_N_ELEMENTS (merge->sums));
  if (merge->n == 0)
    merge->worst = *point;
  else
    take_worst (&merge->worst, point);
  for (guint i = 0; i < G_N_ELEMENTS (mean_fields); i++)
    merge->sums[i] += MEAN (point, i);
  merge->n++;
}

gboolean
point_merge_take (PointMerge *merge, SitePoint *ret_point)
{
  if (merge->n == 0)
    return FALSE;
  *ret_point = merge->worst;
  for (guint i = 0; i < G_N_ELEMENTS (mean_fields); i++)
    MEAN (ret_point, i) = (guint16) ((merge->sums[i] + merge->n / 2) / merge->n);
  memset (merge, 0, sizeof *merge);
  return TRUE;
}
