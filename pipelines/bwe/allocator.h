/* Allocator: divides what a line carries among the pictures of one room: a low layer for all before
 * a better one for any, then the important ones first.  Sound is not divided: it is taken off
 * before.
 *
 * Pure but for the memory of its last answers (hysteresis).  Owner: the shard of its transport. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

/* Three encodings that each have all layers: as many steps as a picture can have. Fewer would leave
 * out the best ones. */
#define ALLOCATOR_LAYERS_MAX 26
#define ALLOCATOR_NONE (-1)

/* A picture that is routed to the room. */
typedef struct {
  guint bps[ALLOCATOR_LAYERS_MAX];          /* of its active layers, worst first; ascending */
  gboolean needs_key[ALLOCATOR_LAYERS_MAX]; /* it begins with a key frame after the one below */
  gint n_layers;
  gint wanted;  /* the best that makes sense at its size; index */
  gint current; /* as last answered for this picture, ALLOCATOR_NONE = none or new */
  guint rank;   /* 0 is the most important */
} AllocatorPicture;

typedef struct {
  gint64 worse_us;  /* when something last had to become worse */
  gint64 better_us; /* when something last became better */
  gint64 wait_us;   /* from worse to better; 0: ALLOCATOR_UP_US */
} Allocator;

typedef struct {
  gint layers[ALLOCATOR_SLOTS_MAX]; /* of each picture; ALLOCATOR_NONE = none */
  guint used_bps;
  guint wanted_bps;     /* with every wanted layer */
  guint next_bps;       /* with the next better layer, and room to spare */
  gboolean is_survival; /* something is not shown, or worse than its lowest layer allows */
} AllocatorResult;

/* @budget_bps: without sound; @n beyond ALLOCATOR_SLOTS_MAX get none. The most important picture
 * keeps its lowest layer whatever the budget, unless that is more than twice of it. */
void allocator_divide (Allocator *allocator, const AllocatorPicture *pictures, guint n,
                       guint budget_bps, gint64 now_us, AllocatorResult *ret_result);
