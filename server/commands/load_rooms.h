/* The list of rooms of `diemcau load`: from a file, from standard input, or made here, where the
 * state folder can be read. Blocking. */
#pragma once

#include "config/settings.h"
#include "server/load/fleet.h"

/* (transfer full): of FleetRoom; the strings too. @path "-" reads standard input up to its end. */
GPtrArray *load_rooms_read (const char *path, char **ret_url, char **ret_meeting, GError **error);

typedef struct {
  guint count;    /* 0: every one */
  guint speakers; /* the first so many open their microphones */
} LoadRoomsWanted;

/* (transfer full): of FleetRoom: the chair's room first, then the others that the meeting invites,
 * each with a token signed here. */
GPtrArray *load_rooms_make (const Settings *settings, const char *meeting,
                            const LoadRoomsWanted *wanted, GError **error);
