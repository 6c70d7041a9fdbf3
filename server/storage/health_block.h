/* Blocks of points, packed: columns apart, each byte plane behind the other, then deflated: much of
 * a block is the same number sixty times. Pure. */
#pragma once

#include "signaling/health/point.h"

#define HEALTH_BLOCK_POINTS 60
/* Of a packed block that is read: what it can be at most, and some. */
#define HEALTH_BLOCK_MAX_BYTES 8192

typedef struct {
  guint64 has; /* bit n: point n is there */
  SitePoint points[HEALTH_BLOCK_POINTS];
} HealthBlock;

/* transfer full */
GBytes *health_block_pack (const HealthBlock *block);
/* FALSE: @data is none, or of a form that is not known. */
gboolean health_block_unpack (gconstpointer data, gsize size, HealthBlock *ret_block);
