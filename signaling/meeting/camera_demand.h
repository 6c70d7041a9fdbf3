/* CameraDemand: cameras that nobody watches send nothing, or their smallest picture alone, and come
 * back at once when somebody does.  The relay tells who watches; the rooms' pages switch.
 *
 *   sending --nobody watches for 10 s--> paused by us --watched--> resuming --packets--> sending
 *                                                         resuming --3 s without--> not active
 *
 * A camera that we paused counts as one that flows: it is routed like any other, which resumes it.
 * Owner: the hub, main thread. */
#pragma once

#include "signaling/meeting/hub_private.h"

/* A page switches a layer on within a second; one that does not answer has lost its camera. */
#define CAMERA_RESUME_US (3 * (gint64) G_USEC_PER_SEC)

void camera_demand_on_event (MeetingHub *hub, const TrackDemandEvent *event);
/* What is wanted of the cameras of @session, again: its page may have missed it. */
void camera_demand_tell (const MediaSession *session);
/* The relay says that packets of @line flow, or do not.  TRUE: we asked for that, or for more a
 * moment ago, and @line stays active. */
gboolean camera_demand_takes_state (SessionLine *line, gboolean is_flowing);
/* Each half second: a camera that was asked for and did not come is not active. */
void camera_demand_check (Meeting *meeting, Seat *seat, gint64 now_us);
