/* What can be wrong with a line, as one number: a cause where one was named, else the state that
 * the room was in.  Kept on the disk by its id.  Pure. */
#pragma once

#include "signaling/health/words.h"

typedef guint LineKind;
#define LINE_KIND_NONE 0
/* Causes, then states. */
#define N_LINE_KINDS ((guint) N_HEALTH_CAUSES + (guint) N_HEALTH_STATES)

LineKind line_kind_of (guint cause, guint state);
/* LINE_KIND_NONE where it is not known. */
LineKind line_kind_from_id (const char *id);
/* Never NULL. */
const HealthWords *line_kind_words (LineKind kind);
