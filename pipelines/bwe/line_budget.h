/* LineBudget: divides the budget of one line among the rooms that share it: the sound of all first,
 * then a low picture for all, then better ones; in each step equal shares, and what one does not
 * need goes to the others.  Nobody is given more than its own line was seen to carry before all
 * others have what they want.
 *
 * Pure. */
#pragma once

#include <glib.h>

typedef struct {
  guint sound_bps;
  guint low_bps;     /* the lowest layer of every picture */
  guint wanted_bps;  /* all pictures as they are wanted, at least @low_bps */
  guint carries_bps; /* its own line; 0 = not known */
} LineDemand;

/* *@ret_bps: @n shares; their sum is @budget_bps, so that who begins to want something has room. */
void line_budget_divide (guint budget_bps, const LineDemand *demands, guint n, guint *ret_bps);
