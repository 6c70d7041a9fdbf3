/* RelayFigures: what the relay counts, as rates since it was asked last. Main thread. */
#pragma once

#include <jansson.h>

#include <glib.h>

typedef struct RelayFigures RelayFigures;

/* Asked again within this, the figures are those of before. */
#define RELAY_FIGURES_FRESH_US G_USEC_PER_SEC

RelayFigures *relay_figures_new (void);
void relay_figures_free (RelayFigures *figures);

/* The relay need not be asked now. */
gboolean relay_figures_is_fresh (const RelayFigures *figures, gint64 now_us);
/* @stats: the relay's reply as JSON (lent), NULL: it did not answer. */
void relay_figures_take (RelayFigures *figures, json_t *stats, gint64 now_us);
/* Transfer full. */
json_t *relay_figures_to_json (const RelayFigures *figures);
