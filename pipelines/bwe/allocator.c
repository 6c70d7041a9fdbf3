#include "pipelines/bwe/allocator.h"

typedef struct {
  const AllocatorPicture *pictures;
  guint n;
  guint order[ALLOCATOR_SLOTS_MAX];
  gint *layers;
  double left_bps;
  gint64 calm_us; /* since something became worse */
  gint64 wait_us; /* that a better small one waits for then */
} Division;

/* Few, and mostly in order: insertion. */
static void
sort_by_rank (Division *division)
{
  for (guint i = 0; i < division->n; i++) {
    guint k = i;
    while (k > 0 && division->pictures[division->order[k - 1]].rank > division->pictures[i].rank) {
      division->order[k] = division->order[k - 1];
      k--;
    }
    division->order[k] = i;
  }
}

static void
give_lowest (Division *division)
{
  for (guint i = 0; i < division->n; i++) {
    guint at = division->order[i];
    const AllocatorPicture *picture = &division->pictures[at];
    gboolean is_first = i == 0;
    double need_bps;

    division->layers[at] = ALLOCATOR_NONE;
    if (picture->n_layers == 0)
      continue;
    need_bps = picture->bps[0];
    if (need_bps <= division->left_bps || (is_first && need_bps <= 2 * division->left_bps)) {
      division->layers[at] = 0;
      division->left_bps -= need_bps;
    }
  }
}

/* What must be there for a step up to @layer, beyond what it takes itself. */
static double
spare_bps (const AllocatorPicture *picture, gint layer)
{
  double bps = picture->bps[layer] * (ALLOCATOR_UP - 1);

  return picture->needs_key[layer] ? bps + MIN (bps, ALLOCATOR_UP_KEY_BPS) : bps;
}

/* What goes up must have room to spare, and some time after the last fall. */
static gboolean
may_have (const Division *division, const AllocatorPicture *picture, gint layer)
{
  double more_bps = (double) picture->bps[layer] - picture->bps[layer - 1];
  double larger = MAX ((double) picture->bps[layer] / ALLOCATOR_UP_BPS, 1);

  if (layer <= picture->current)
    return more_bps <= division->left_bps;
  return division->calm_us >= MIN (division->wait_us * larger, ALLOCATOR_UP_MAX_US) &&
         spare_bps (picture, layer) + more_bps <= division->left_bps;
}

static void
give_better (Division *division)
{
  for (guint i = 0; i < division->n; i++) {
    guint at = division->order[i];
    const AllocatorPicture *picture = &division->pictures[at];

    while (division->layers[at] >= 0 && division->layers[at] < picture->wanted) {
      gint next = division->layers[at] + 1;
      if (!may_have (division, picture, next))
        break;
      division->left_bps -= (double) picture->bps[next] - picture->bps[next - 1];
      division->layers[at] = next;
    }
  }
}

/* A fall in several steps is one. */
static void
note_change (Allocator *allocator, gboolean is_worse, gboolean is_better, gint64 now_us)
{
  if (is_worse && allocator->worse_us <= allocator->better_us) {
    gboolean was_vain =
        allocator->better_us > 0 && now_us - allocator->better_us < ALLOCATOR_VAIN_US;
    allocator->wait_us =
        was_vain ? MIN (2 * MAX (allocator->wait_us, ALLOCATOR_UP_US), ALLOCATOR_UP_MAX_US)
                 : ALLOCATOR_UP_US;
  }
  if (is_worse)
    allocator->worse_us = now_us;
  if (is_better)
    allocator->better_us = now_us;
}

/* What is missing for the first that may become better. */
static double
next_bps (const Division *division)
{
  for (guint i = 0; i < division->n; i++) {
    guint at = division->order[i];
    const AllocatorPicture *picture = &division->pictures[at];
    gint layer = division->layers[at];

    if (picture->n_layers == 0 || layer >= MIN (picture->wanted, picture->n_layers - 1))
      continue;
    return picture->bps[layer + 1] + spare_bps (picture, layer + 1) -
           (layer < 0 ? 0.0 : picture->bps[layer]);
  }
  return 0;
}

void
allocator_divide (Allocator *allocator, const AllocatorPicture *pictures, guint n, guint budget_bps,
                  gint64 now_us, AllocatorResult *ret_result)
{
  Division division = { .pictures = pictures,
                        .n = MIN (n, ALLOCATOR_SLOTS_MAX),
                        .layers = ret_result->layers,
                        .left_bps = budget_bps,
                        .calm_us =
                            allocator->worse_us == 0 ? G_MAXINT64 : now_us - allocator->worse_us,
                        .wait_us = MAX (allocator->wait_us, ALLOCATOR_UP_US) };
  gboolean is_worse = FALSE, is_better = FALSE;

  ret_result->used_bps = ret_result->wanted_bps = 0;
  ret_result->is_survival = FALSE;
  sort_by_rank (&division);
  give_lowest (&division);
  give_better (&division);
  for (guint i = 0; i < division.n; i++) {
    const AllocatorPicture *picture = &pictures[i];
    gint layer = division.layers[i];
    if (picture->n_layers == 0)
      continue;
    ret_result->used_bps += layer >= 0 ? picture->bps[layer] : 0;
    ret_result->wanted_bps += picture->bps[MIN (picture->wanted, picture->n_layers - 1)];
    ret_result->is_survival = ret_result->is_survival || layer == ALLOCATOR_NONE;
    is_worse = is_worse || layer < MIN (picture->current, picture->wanted);
    is_better = is_better || (picture->current != ALLOCATOR_NONE && layer > picture->current);
  }
  ret_result->next_bps = ret_result->used_bps + (guint) next_bps (&division);
  note_change (allocator, is_worse, is_better, now_us);
}
