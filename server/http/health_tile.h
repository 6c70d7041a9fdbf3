/* HealthTile: what a board shows of one site, in steps coarse enough that a quiet site does not
 * change each second, and what of it has changed since it was told last.
 *
 * Plain data but for the peer's name; main thread. */
#pragma once

#include <jansson.h>

#include "signaling/health/board.h"

typedef enum {
  TILE_LIGHT = 1 << 0,
  TILE_STATE = 1 << 1, /* and since when */
  TILE_SCORE = 1 << 2,
  TILE_REASON = 1 << 3,
  TILE_CAUSE = 1 << 4,
  TILE_VOICE = 1 << 5, /* role, speaking, mic, level */
  TILE_LOSS = 1 << 6,
  TILE_RTT = 1 << 7,
  TILE_KBPS = 1 << 8,
  TILE_NETWORK = 1 << 9, /* network, tcp */
  TILE_STALE = 1 << 10,
  TILE_ALL = (1 << 11) - 1,
} TileChange;

typedef struct {
  HealthLight light;
  HealthState state;
  gint64 since_ms; /* UTC */
  int score_up, score_down;
  HealthReason reason_up, reason_down;
  HealthCauseId cause;
  guint confidence; /* in tens */
  gint64 cause_since_ms;
  char *peer;
  SiteRole role;
  gboolean speaking, mic;
  guint level;            /* 0 silent .. 5 loud */
  int loss_up, loss_down; /* permille, -1 = not known */
  int rtt_ms;
  gint64 kbps_up, kbps_down;
  gboolean tcp, stale;
  ClientNetwork network;
} HealthTile;

void health_tile_clear (HealthTile *tile);

/* The set of TileChange. */
guint health_tile_update (HealthTile *tile, const HealthSite *site, gint64 wall_ms);

/* ,"light":"good",... of the members in @changes. */
void health_tile_append (const HealthTile *tile, guint changes, GString *json);
