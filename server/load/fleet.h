/* Fleet: many virtual rooms in one meeting, in one thread: the demonstration's rooms, and load.
 *
 * Clips are encoded one after the other in a worker thread; each room joins as soon as its clip is
 * there, at most `joins_per_s` a second. Owner: the thread that made it (its thread-default main
 * context); callbacks come there.
 */
#pragma once

#include "pipelines/client/clip.h"

#include <glib.h>

typedef struct {
  char *endpoint;
  char *name;
  char *token;
  gboolean mic_open;
} FleetRoom;

FleetRoom *fleet_room_new (const char *endpoint, const char *name, const char *token,
                           gboolean mic_open);
void fleet_room_free (FleetRoom *room);

typedef struct {
  const char *url; /* http(s)://host:port of the controller */
  const char *meeting;
  GPtrArray *rooms; /* of FleetRoom; referenced */
  ClipFormat format;
  guint clips; /* how many different pictures; 0 = one for each room */
  guint joins_per_s;
  guint audio_slots; /* what each room receives */
  guint video_slots;
  const char *local_address; /* NULL = all but loopback */
} FleetConfig;

typedef struct {
  guint rooms;
  guint started;
  guint in_meeting;
  guint connected; /* media */
  guint over;      /* left for good: the meeting ended, or the seat was taken */
  guint64 tx_packets;
  guint64 rx_packets;
  guint64 rx_lost;
} FleetSummary;

typedef struct _Fleet Fleet;

/* (transfer full). NULL with @error when there is no DTLS certificate to be had. */
Fleet *fleet_new (const FleetConfig *config, GError **error);
void fleet_free (Fleet *fleet);

FleetSummary fleet_get_summary (const Fleet *fleet);

/* Reads {"url", "meeting", "rooms": [{"endpoint", "name", "token", "mic_open"}]}: what the
 * controller hands over a pipe, so that no token stands on a command line. @ret_url and
 * @ret_meeting (transfer full). NULL with @error in G_IO_ERROR_INVALID_DATA. (transfer full) */
GPtrArray *fleet_rooms_parse (const char *text, gsize size, char **ret_url, char **ret_meeting,
                              GError **error);

#define FLEET_ROOMS_MAX 5000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fleet, fleet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FleetRoom, fleet_room_free)
