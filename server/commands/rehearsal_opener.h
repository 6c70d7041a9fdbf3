/* RehearsalOpener: opens the rehearsal of each meeting so many minutes before it begins
 * (rehearsal.minutes_before), unless somebody has rehearsed it before. A controller that was down
 * at that moment does it when it is back, until the meeting's beginning.
 *
 * Main thread, blocking (SQLite). No clock inside. */
#pragma once

#include "config/settings.h"
#include "server/storage/database.h"
#include "signaling/meeting/hub.h"

/* A meeting that is booked for the next hour has its rehearsal within this. */
#define REHEARSAL_OPENER_INTERVAL_S 5

/* Lent. */
typedef struct {
  const Settings *settings;
  Database *database;
  MeetingHub *hub;
} RehearsalOpener;

/* Returns how many were opened now. */
guint rehearsal_opener_look (const RehearsalOpener *opener, gint64 wall_ms, gint64 now_us);
