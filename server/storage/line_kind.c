#include "server/storage/line_kind.h"

#include <string.h>

LineKind
line_kind_of (guint cause, guint state)
{
  if (cause != HEALTH_CAUSE_NONE && cause < N_HEALTH_CAUSES)
    return cause;
  return state < N_HEALTH_STATES ? N_HEALTH_CAUSES + state : LINE_KIND_NONE;
}

const HealthWords *
line_kind_words (LineKind kind)
{
  if (kind >= N_HEALTH_CAUSES && kind < N_LINE_KINDS)
    return health_state_words ((HealthState) (kind - N_HEALTH_CAUSES));
  return health_cause_words (kind < N_HEALTH_CAUSES ? (HealthCauseId) kind : HEALTH_CAUSE_NONE);
}

LineKind
line_kind_from_id (const char *id)
{
  for (LineKind kind = LINE_KIND_NONE + 1; id && kind < N_LINE_KINDS; kind++)
    if (strcmp (line_kind_words (kind)->id, id) == 0)
      return kind;
  return LINE_KIND_NONE;
}
