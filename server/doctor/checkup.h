/* Checkup: what MachineFacts mean for a meeting of hundreds of rooms, in words, with what to do.
 * Pure; any thread. */
#pragma once

#include "server/doctor/facts.h"

typedef enum { FINDING_GOOD, FINDING_FAIR, FINDING_BAD } FindingLight;

extern const char *const finding_light_names[]; /* "good", "fair", "bad" */

typedef struct {
  const char *id; /* "buffers" */
  FindingLight light;
  char *vi, *en;               /* what was found */
  char *advice_vi, *advice_en; /* what to do; NULL: nothing */
} Finding;

void finding_free (Finding *finding);

/* (element-type Finding) (transfer full): in the order in which an administrator would look. */
GPtrArray *checkup (const MachineFacts *facts);
