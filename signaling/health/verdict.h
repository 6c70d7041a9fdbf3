/* SiteVerdict: what a site experiences now, in one word each second, with a light and a score for
 * each direction. Conditions have to hold for a moment before they are told and to be gone for a
 * while before they are taken back, so that a tile does not flicker.
 *
 * Pure: samples and time in. Owner: its HealthSite. */
#pragma once

#include "signaling/health/light.h"
#include "signaling/health/sample.h"

G_BEGIN_DECLS

/* Gravest first: the first that holds is what the tile says. */
typedef enum {
  HEALTH_LOST,       /* was there, its line is cut */
  HEALTH_CONNECTING, /* in the meeting, media not yet */
  HEALTH_NO_MEDIA,   /* microphone or camera is on, and nothing arrives */
  HEALTH_NOT_PLAYED, /* sound arrives, its browser does not play it */
  HEALTH_DEAF,       /* somebody speaks, no sound reaches it */
  HEALTH_SILENT,     /* its microphone is open, and there is no sound in it */
  HEALTH_BLACK,
  HEALTH_FROZEN,       /* what it sends stands still */
  HEALTH_FROZEN_HERE,  /* what it is shown stands still */
  HEALTH_CLIPPED,      /* its sound is overdriven */
  HEALTH_WRONG_OUTPUT, /* its loudspeaker is suspected to be another one */
  HEALTH_POOR_LINE,
  HEALTH_OK,
  HEALTH_ABSENT,
  N_HEALTH_STATES
} HealthState;

typedef enum {
  HEALTH_LIGHT_UNKNOWN, /* as LineState */
  HEALTH_LIGHT_GOOD,
  HEALTH_LIGHT_FAIR,
  HEALTH_LIGHT_POOR,
  HEALTH_LIGHT_LOST,
  HEALTH_LIGHT_ABSENT,
  N_HEALTH_LIGHTS
} HealthLight;

typedef enum {
  HEALTH_REASON_NONE,
  HEALTH_REASON_LOSS,
  HEALTH_REASON_DELAY,
  HEALTH_REASON_JITTER,
  HEALTH_REASON_FREEZE,
  HEALTH_REASON_LOW_BITRATE,
  HEALTH_REASON_LOW_RESOLUTION,
  HEALTH_REASON_LOW_FPS,
  HEALTH_REASON_CONCEALMENT,
  HEALTH_REASON_NO_MEDIA,
  N_HEALTH_REASONS
} HealthReason;

extern const char *const health_state_names[];
extern const char *const health_light_names[];
extern const char *const health_reason_names[];

/* One direction. */
typedef struct {
  int score; /* 0..100, -1 = nothing to judge */
  HealthReason reason;
  int sound, picture; /* the same of each, -1 = none flows */
} DirectionScore;

typedef struct {
  gint64 holds_since_us; /* 0 = does not hold */
  gint64 calm_since_us;  /* told, and not there since; 0 = it is there */
  gboolean is_told;
} Condition;

typedef struct {
  LineLight line; /* by loss alone, as rooms are told it */
  HealthLight light;
  HealthState state;
  gint64 state_since_us;
  DirectionScore up, down;
  Condition conditions[N_HEALTH_STATES];
  /* freezes of the last seconds, smoothed: ms of each second */
  guint frozen_up_ms, frozen_down_ms;
} SiteVerdict;

/* Each second. @calm_us: how long a condition must be gone. */
void site_verdict_judge (SiteVerdict *verdict, const SiteSample *sample, gint64 calm_us);

/* The light that a state alone calls for. */
HealthLight health_state_light (HealthState state);

G_END_DECLS
