/* Snapshots: the pictures of sites, composed: the board of the last ones, the job that makes them,
 * the relay that has the frames. Main thread. */
#pragma once

#include "config/settings.h"
#include "server/bus/relay_link.h"
#include "server/snapshot/picture_board.h"

typedef struct Snapshots Snapshots;

/* All are lent and outlive it; @settings are looked at each second. */
Snapshots *snapshots_new (const Settings *settings, HealthBoard *health, RelayLink *relay);
void snapshots_free (Snapshots *snapshots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Snapshots, snapshots_free)

PictureBoard *snapshots_get_board (Snapshots *snapshots);
PictureWorker *snapshots_get_worker (Snapshots *snapshots);
/* An event of the relay; those that are none of its are passed over. */
void snapshots_on_event (Snapshots *snapshots, ControlType type, gconstpointer event);
