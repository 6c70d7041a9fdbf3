/* CauseEngine: why each ill site is ill, in one word, from what it measures, what its page says,
 * and how its siblings are: those behind the same address, those of the same branch, all of them.
 *
 * Pure: sites and time in, health_site_set_cause () out. Main thread. */
#pragma once

#include "signaling/health/board.h"

G_BEGIN_DECLS

typedef struct CauseEngine CauseEngine;

CauseEngine *cause_engine_new (void);
void cause_engine_free (CauseEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CauseEngine, cause_engine_free)

void cause_engine_set_relay (CauseEngine *engine, const RelayCondition *condition);

/* A room returns @voice's sound (an endpoint, or NULL), or is a second device beside it; holds for
 * CAUSE_ECHO_US unless said again. */
#define CAUSE_ECHO_US (3 * (gint64) G_USEC_PER_SEC)
void cause_engine_on_echo (CauseEngine *engine, const HealthSite *site, const char *voice,
                           gboolean is_twin, guint confidence, gint64 now_us);

/* Each second, after the verdicts. */
void cause_engine_judge (CauseEngine *engine, HealthSite *const *sites, guint n, gint64 now_us);
/* Before @site goes. */
void cause_engine_forget (CauseEngine *engine, const HealthSite *site);

G_END_DECLS
