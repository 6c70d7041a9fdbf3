/* LineLimits: what a room's transport may take of the network, told to the relay: the endpoint's
 * own bounds, else those of the settings; and the budget of its unit's line.
 *
 * Owner: the hub, main thread. */
#pragma once

#include "signaling/meeting/hub_private.h"

/* Strings lent by @session.  FALSE: nothing bounds it; all fields are as of nothing then. */
gboolean line_limits_of (const MediaSession *session, TransportLimit *ret_limit);
/* What it may send in all, for its answer; 0: no bound. */
guint line_limits_up_bps (const MediaSession *session);
/* Told at once.  @is_full: also that nothing bounds it (any more). */
void line_limits_tell (const MediaSession *session, gboolean is_full);
void line_limits_tell_all (Meeting *meeting, gboolean is_full);
