/* ProbeMedia: the media end of a probe: a virtual room that sends noise and gets it back, in a
 * media thread of its own. What is lost stays lost, and its path is checked ten times a second.
 *
 * Owner: one thread, which is not the media thread. Life: probe_media_new () -> a RoomSession on
 * probe_media_get_config () -> look, switch -> the session is freed -> probe_media_free (). */
#pragma once

#include "server/load/room_media.h"
#include "server/probe/line_test.h"

typedef struct _ProbeMedia ProbeMedia;

/* (transfer full) */
ProbeMedia *probe_media_new (guint16 port, gboolean tcp, GError **error);
void probe_media_free (ProbeMedia *media);
/* For the session; lent. */
const VirtualRoomConfig *probe_media_get_config (const ProbeMedia *media);

typedef struct {
  LineLook line;
  guint64 answers; /* of checks so far, and the last one's time */
  gint64 rtt_us;
  gboolean has_remote;
  NetAddress remote;
} MediaLook;

/* @room: of that session. Waits for the media thread. */
void probe_media_look (ProbeMedia *media, const RoomMedia *room, MediaLook *ret_look);
/* The picture's rate from its next frame on. */
void probe_media_set_kbps (ProbeMedia *media, const RoomMedia *room, guint kbps);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProbeMedia, probe_media_free)
