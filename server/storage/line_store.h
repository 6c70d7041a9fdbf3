/* What the lines of units and endpoints may carry, in kbit/s; 0: as much as there is.  Of an
 * endpoint it is the room's own; of a unit the budget of the line that all rooms of its subtree
 * share, down to the next unit that has one.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/meeting/meeting_store.h"

#define LINE_KBPS_MAX 4000000 /* what 32 bits of bit/s hold */
#define LINE_KBPS_KEPT (-1)   /* stays as it is */

typedef struct {
  int down_kbps; /* towards the rooms */
  int up_kbps;
} LineKbps;

/* NOT_FOUND, INVALID. */
gboolean line_store_set_unit (Database *database, const char *code, const LineKbps *kbps,
                              GError **error);
gboolean line_store_set_endpoint (Database *database, const char *id, const LineKbps *kbps,
                                  GError **error);

/* Fills in what @invited (InvitedEndpoint) may take and the lines that they share. */
gboolean line_store_load (Database *database, const GPtrArray *invited, GError **error);
