#include "pipelines/bwe/survival.h"

gboolean
survival_is_starved (const AllocatorPicture *pictures, guint n, const gint *layers)
{
  guint n_shown = 0;
  gboolean is_less = FALSE;

  for (guint i = 0; i < MIN (n, ALLOCATOR_SLOTS_MAX); i++) {
    if (pictures[i].n_layers == 0)
      continue;
    if (layers[i] > 0 && pictures[i].bps[layers[i]] > SURVIVAL_PICTURE_BPS)
      return FALSE;
    n_shown += layers[i] >= 0;
    is_less = is_less || layers[i] < MIN (pictures[i].wanted, pictures[i].n_layers - 1);
  }
  return is_less && n_shown <= 1;
}

gboolean
survival_update (Survival *survival, gboolean is_starved, gint64 now_us)
{
  gint64 patience_us = survival->is_on ? SURVIVAL_OFF_US : SURVIVAL_ON_US;

  if (is_starved == survival->is_on) {
    survival->other_us = 0;
    return FALSE;
  }
  if (survival->other_us == 0)
    survival->other_us = now_us;
  if (now_us - survival->other_us < patience_us)
    return FALSE;
  survival->other_us = 0;
  survival->is_on = is_starved;
  return TRUE;
}
