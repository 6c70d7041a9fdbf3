/* Makes a picture smaller: each point of the small one is the mean of what lies under it, and its
 * levels are those of a JPEG (luma 0..255). Pure. */
#pragma once

#include "pipelines/jobs/picture_decoder.h"

typedef struct {
  guint width, height; /* even, at most PICTURE_WIDTH_MAX, PICTURE_HEIGHT_MAX */
  guint8 y[PICTURE_WIDTH_MAX * PICTURE_HEIGHT_MAX];
  guint8 u[PICTURE_WIDTH_MAX * PICTURE_HEIGHT_MAX / 4];
  guint8 v[PICTURE_WIDTH_MAX * PICTURE_HEIGHT_MAX / 4];
} SmallPicture;

/* The largest size of the same shape that fits; never larger than the source. */
void picture_fit (guint width, guint height, guint *ret_width, guint *ret_height);

void picture_scale (const PlanarImage *image, SmallPicture *small);
