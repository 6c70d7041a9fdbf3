/* The rows of running meetings behind signaling's MeetingStore: seats, sessions, spotlight, events.
 *
 * What signaling acknowledges to a room stands here first; a restarted controller reads it back.
 * Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/meeting/meeting_store.h"

/* The callbacks; their user_data is the Database, which must outlive whoever calls them. */
const MeetingStore *live_store_callbacks (void);
