/* LineLight: the state of an endpoint's line as technicians know it: green, yellow, red by loss.
 * It worsens at once and improves only after a calm, so that it does not flicker.
 * Pure: samples and time in, state out. */
#pragma once

#include <glib.h>

/* In order of severity. LINE_UNKNOWN: no measurement yet. */
typedef enum { LINE_UNKNOWN, LINE_GOOD, LINE_FAIR, LINE_POOR, LINE_LOST } LineState;

typedef struct {
  guint fair_permille; /* loss from here is fair (yellow) */
  guint poor_permille; /* loss above this is poor (red) */
  gint64 calm_us;      /* how long it must be better before the light is */
} LineThresholds;

typedef struct {
  LineState state;
  LineState calm_worst; /* worst sample of the calm under way */
  gint64 calm_since_us; /* 0 = no calm under way */
} LineLight;

/* "good", "fair", "poor", "lost"; NULL for unknown. */
const char *line_state_to_string (LineState state);

/* A measurement: the worse of both directions' losses. TRUE when the light changed. */
gboolean line_light_on_loss (LineLight *light, const LineThresholds *thresholds,
                             guint loss_permille, gint64 now_us);
/* The transport is gone, or (@is_lost FALSE) there again: then the next sample decides at once. */
gboolean line_light_set_lost (LineLight *light, gboolean is_lost);
