#include "pipelines/bwe/line_budget.h"

typedef guint (*NeedFunc) (const LineDemand *demand);

static guint
bounded (const LineDemand *demand, guint64 bps)
{
  guint64 most = demand->carries_bps > 0 ? demand->carries_bps : G_MAXUINT;

  return (guint) MIN (bps, most);
}

static guint
need_sound (const LineDemand *demand)
{
  return bounded (demand, demand->sound_bps);
}

static guint
need_low (const LineDemand *demand)
{
  return bounded (demand, (guint64) demand->sound_bps + demand->low_bps);
}

static guint
need_wanted (const LineDemand *demand)
{
  return bounded (demand, (guint64) demand->sound_bps + MAX (demand->low_bps, demand->wanted_bps));
}

static guint
need_all (const LineDemand *demand)
{
  return G_MAXUINT;
}

/* Gives @share to all that need as much, and to the others what they need; what was given. */
static guint
give (const LineDemand *demands, guint n, NeedFunc need, guint share, guint *bps)
{
  guint given = 0;

  for (guint i = 0; i < n; i++) {
    guint more = MIN (need (&demands[i]) - MIN (need (&demands[i]), bps[i]), share);

    bps[i] += more;
    given += more;
  }
  return given;
}

static guint
count_needy (const LineDemand *demands, guint n, NeedFunc need, const guint *bps)
{
  guint needy = 0;

  for (guint i = 0; i < n; i++)
    needy += need (&demands[i]) > bps[i];
  return needy;
}

/* What is left of @left_bps when all have what they need by @need, or nothing is left. */
static guint
fill (const LineDemand *demands, guint n, NeedFunc need, guint left_bps, guint *bps)
{
  guint needy;

  while (left_bps > 0 && (needy = count_needy (demands, n, need, bps)) > 0) {
    guint share = left_bps / needy;

    if (share == 0)
      break; /* less than a bit for each */
    left_bps -= give (demands, n, need, share, bps);
  }
  return left_bps;
}

void
line_budget_divide (guint budget_bps, const LineDemand *demands, guint n, guint *ret_bps)
{
  static const NeedFunc steps[] = { need_sound, need_low, need_wanted, need_all };
  guint left_bps = budget_bps;

  for (guint i = 0; i < n; i++)
    ret_bps[i] = 0;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    left_bps = fill (demands, n, steps[i], left_bps, ret_bps);
}
