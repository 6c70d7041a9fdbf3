/* VirtualRoom: a clip that is sent through an RtcPeer in a loop, at its own pace.
 *
 * Driven by virtual_room_tick (); keeps no clock. Owner: the peer's thread. It makes the peer that
 * carries it and replaces it by virtual_room_restart ().
 */
#pragma once

#include "pipelines/client/clip.h"
#include "pipelines/client/rtc_peer.h"

#include <glib.h>

typedef struct _VirtualRoom VirtualRoom;

typedef struct {
  GMainContext *context;
  DtlsContext *dtls;
  const char *fingerprint;
  const char *local_address; /* NULL: all but loopback */
  guint audio_slots;         /* lines it receives on */
  guint video_slots;
} VirtualRoomConfig;

/* @on_failed: the connection is gone; restart and offer again. (transfer full) */
VirtualRoom *virtual_room_new (const VirtualRoomConfig *config, Clip *clip,
                               void (*on_failed) (VirtualRoom *room, gpointer user_data),
                               gpointer user_data);
void virtual_room_free (VirtualRoom *room);

/* A new peer and its offer; what was connected before is closed. (transfer full) (nullable) */
char *virtual_room_restart (VirtualRoom *room, GError **error);
gboolean virtual_room_take_answer (VirtualRoom *room, const char *sdp, GError **error);

void virtual_room_set_mic (VirtualRoom *room, gboolean open);
void virtual_room_set_camera (VirtualRoom *room, gboolean on);

/* Sends what is due at @now_us; call every 10 to 40 ms. */
void virtual_room_tick (VirtualRoom *room, gint64 now_us);

/* The roles of the offer's lines, line i being mid "i"; @ret_n of them. (transfer none) */
const LineRole *virtual_room_get_roles (const VirtualRoom *room, guint *ret_n);
gboolean virtual_room_is_connected (const VirtualRoom *room);
/* Of the living peer and all before it. */
RtcPeerCounters virtual_room_get_counters (const VirtualRoom *room);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualRoom, virtual_room_free)
