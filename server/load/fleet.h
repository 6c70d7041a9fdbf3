/* Fleet: many virtual rooms in one meeting: the demonstration's rooms, and load.
 *
 * The rooms speak the room protocol in the thread that made the fleet (its thread-default main
 * context), their media runs in one media thread (MediaLoop), handshakes in a third. Rooms join at
 * most `joins_per_s` a second; with clips, as soon as their clip is encoded (in a worker).
 * Owner: the thread that made it; callbacks come there.
 */
#pragma once

#include "server/load/room_session.h"

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
  guint publishers; /* the first so many send, the others only watch */
  guint deaf;       /* the last so many throw away the RTP that comes, in the kernel */
  guint joins_per_s;
  guint audio_slots; /* what each room receives */
  guint video_slots;

  gboolean with_clips; /* real pictures and voices instead of noise */
  ClipFormat format;
  guint clips;       /* how many different pictures; 0 = one for each room */
  NoiseFormat noise; /* but for its room */
  guint first_kbps;  /* of the first room's picture; 0: as the others' */
  guint audio_kbps;
  guint spread_us; /* as VirtualRoomConfig */

  const char *local_address; /* NULL = any */
  gboolean tcp;
  const char *suites; /* of SRTP, as dtls_context_set_suites (); NULL: both */
  gboolean gro;
  guint scan_us; /* as media_loop_scan (); 0: not */
  gboolean decrypt_all;
  guint loss_permille;
  gboolean has_feedback; /* transport-wide, as browsers have it; not of those that are deaf */
  EventLog *log;         /* (nullable), lent */
} FleetConfig;

typedef struct {
  guint rooms;
  guint started;
  guint in_meeting;
  guint connected; /* media */
  guint watching;  /* a picture stood */
  guint over;      /* left for good: the meeting ended, or the seat was taken */
  RtcPeerFigures media;
  gint64 late_us; /* the media thread's longest tick since the last summary */
} FleetSummary;

typedef struct _Fleet Fleet;

/* (transfer full). NULL with @error when there is no DTLS certificate to be had. */
Fleet *fleet_new (const FleetConfig *config, GError **error);
void fleet_free (Fleet *fleet);

FleetSummary fleet_get_summary (Fleet *fleet);
/* Freezes, gaps and latencies count from here. */
void fleet_begin_window (Fleet *fleet);
/* Of marks, and of checks of consent, since fleet_begin_window (); copied. */
void fleet_get_times (Fleet *fleet, Histogram *ret_latency, Histogram *ret_stun);
/* (element-type RoomSession) (transfer none): those that started, in order. */
const GPtrArray *fleet_get_sessions (const Fleet *fleet);

/* Sends @message as the room @endpoint would, NULL: as all do. Returns by how many it was sent. */
guint fleet_send (Fleet *fleet, const char *endpoint, json_t *message);

/* Reads {"url", "meeting", "rooms": [{"endpoint", "name", "token", "mic_open"}]}: what the
 * controller hands over a pipe, so that no token stands on a command line. @ret_url and
 * @ret_meeting (transfer full). NULL with @error in G_IO_ERROR_INVALID_DATA. (transfer full) */
GPtrArray *fleet_rooms_parse (const char *text, gsize size, char **ret_url, char **ret_meeting,
                              GError **error);

#define FLEET_ROOMS_MAX 5000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fleet, fleet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FleetRoom, fleet_room_free)
