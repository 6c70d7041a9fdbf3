#include "signaling/health/light.h"

const char *
line_state_to_string (LineState state)
{
  static const char *const names[] = {
    [LINE_UNKNOWN] = NULL, [LINE_GOOD] = "good", [LINE_FAIR] = "fair",
    [LINE_POOR] = "poor",  [LINE_LOST] = "lost",
  };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), NULL);
  return names[state];
}

static LineState
state_of_loss (const LineThresholds *thresholds, guint loss_permille)
{
  if (loss_permille < thresholds->fair_permille)
    return LINE_GOOD;
  return loss_permille <= thresholds->poor_permille ? LINE_FAIR : LINE_POOR;
}

gboolean
line_light_on_loss (LineLight *light, const LineThresholds *thresholds, guint loss_permille,
                    gint64 now_us)
{
  LineState sample = state_of_loss (thresholds, loss_permille), before = light->state;

  if (sample >= light->state) { /* worse, or as before: no calm */
    light->state = sample;
    light->calm_since_us = 0;
    return light->state != before;
  }
  if (light->calm_since_us == 0) {
    light->calm_since_us = now_us;
    light->calm_worst = sample;
  }
  light->calm_worst = MAX (light->calm_worst, sample);
  if (now_us - light->calm_since_us < thresholds->calm_us)
    return FALSE;
  light->state = light->calm_worst;
  light->calm_since_us = 0;
  return TRUE;
}

gboolean
line_light_set_lost (LineLight *light, gboolean is_lost)
{
  LineState before = light->state;

  if (is_lost)
    light->state = LINE_LOST;
  else if (light->state == LINE_LOST)
    light->state = LINE_UNKNOWN;
  light->calm_since_us = 0;
  return light->state != before;
}
