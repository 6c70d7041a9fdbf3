/* What a meeting tells the board of health of its seats, and what the board tells its rooms: the
 * light of their line.
 *
 * Main thread; internal to meeting/. */
#pragma once

#include "signaling/meeting/hub_private.h"

/* A room is told how its line is so often, at once when its light changes. */
#define LINE_TOLD_US (2 * (gint64) G_USEC_PER_SEC)

/* A page's reports are taken this often at most. */
#define REPORT_INTERVAL_US (800 * (gint64) 1000)

/* The site of @seat, which goes with the seat. */
void meeting_health_open (Meeting *meeting, Seat *seat);
/* From the relay, of some transports. */
void meeting_health_on_stats (MeetingHub *hub, const TransportStatsEvent *event);
/* Once a second all sites are judged. */
void meeting_health_tick (MeetingHub *hub);
