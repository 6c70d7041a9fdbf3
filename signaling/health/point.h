/* Points: one second of a stream and of a site as it is kept; small, since there are many.
 *
 * A site's points are merged into longer steps for storage (health_point_merge) and packed in
 * columns (point_pack.h). Plain data. */
#pragma once

#include "signaling/health/verdict.h"

G_BEGIN_DECLS

/* 24 bytes: 600 rooms with ten streams each keep ten minutes in 90 MB. What is larger is cut. */
typedef struct {
  guint16 kbps, pps;
  guint16 loss_permille;
  guint16 jitter_100us;
  guint16 frozen_ms, gap_ms;
  guint16 height;
  guint8 fps;
  guint8 flags; /* StreamFlags */
  guint8 layer;
  guint8 level, loudest;
  guint8 keyframes, nacks, plis, rtx;
  guint8 clipped;
} StreamPoint;

/* Of a site, also of longer steps. Fields that are rates or figures are means over the step, and
 * 0 where nothing was measured; those named worst_ are the worst second. */
typedef struct {
  guint8 light;                /* HealthLight */
  guint8 state;                /* HealthState: the gravest of the step */
  guint8 score_up, score_down; /* HEALTH_SCORE_UNKNOWN; the least of the step */
  guint8 cause;                /* HealthCauseId: of the gravest second */
  guint8 level;                /* -dBov, the loudest second */
  guint8 fps_up, fps_down;
  guint16 worst_loss_up, worst_loss_down; /* permille */
  guint16 loss_up, loss_down;
  guint16 rtt_ms;
  guint16 jitter_up_100us, jitter_down_100us;
  guint16 kbps_up, kbps_down, estimate_kbps;
  guint16 frozen_up_ms, frozen_down_ms; /* of each second */
  guint16 concealed_permille;
  guint16 height_up, height_down;
} SitePoint;

#define HEALTH_SCORE_UNKNOWN 255

void stream_point_from_sample (StreamPoint *point, const StreamSample *sample);

/* Gathers points of one step; zero-initialised. */
typedef struct {
  SitePoint worst;
  guint32 sums[16];
  guint n;
} PointMerge;

void point_merge_add (PointMerge *merge, const SitePoint *point);
/* FALSE: there was none. Starts anew. */
gboolean point_merge_take (PointMerge *merge, SitePoint *ret_point);

G_END_DECLS
