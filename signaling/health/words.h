/* The sentences of states, reasons and causes, in the user's words and with what to do next: one
 * table for pages, e-mails and reports. Pure. */
#pragma once

#include "signaling/health/board.h"

G_BEGIN_DECLS

typedef struct {
  const char *id;
  const char *vi, *en;
} HealthWords;

const HealthWords *health_state_words (HealthState state);
const HealthWords *health_reason_words (HealthReason reason);
const HealthWords *health_cause_words (HealthCauseId cause);

G_END_DECLS
