/* VirtualRoom: a room without people: it offers its lines, sends a picture and a sound at their
 * pace (a Clip encoded once, or Noise), watches what it receives, and tells when that matters.
 *
 * Owner: the media thread; it ticks itself. It makes the peer that carries it and a new one with
 * each virtual_room_restart (). Events come in the media thread and may not free the room.
 *
 *   restart (): offer -> take_answer () -> connecting -> connected -> failed: restart and offer
 * again
 */
#pragma once

#include "pipelines/client/clip.h"
#include "pipelines/client/noise.h"
#include "pipelines/client/rtc_peer.h"

typedef struct _VirtualRoom VirtualRoom;

typedef struct {
  /* The connection stands, or is gone. */
  void (*on_connected) (gpointer user_data, gint64 now_us);
  void (*on_failed) (gpointer user_data);
  /* As PeerReceiverConfig.on_key. */
  void (*on_key) (gpointer user_data, const KeyNews *news);
} VirtualRoomEvents;

typedef struct {
  const RtcPeerConfig *peer; /* lent, must outlive the room */
  gboolean publishes;        /* offers a microphone (line 0) and a camera (line 1) */
  guint audio_slots;         /* lines it receives on */
  guint video_slots;
  Clip *clip;        /* NULL: noise */
  NoiseFormat noise; /* the codec holds for clips too: VP8 */
  guint audio_kbps;  /* of noise */
  guint spread_us;   /* over which the packets of a frame are spread; 0: at once */
} VirtualRoomConfig;

/* (transfer full) */
VirtualRoom *virtual_room_new (const VirtualRoomConfig *config, const VirtualRoomEvents *events,
                               gpointer user_data);
void virtual_room_free (VirtualRoom *room);

/* What was connected before is closed. (transfer full) */
char *virtual_room_restart (VirtualRoom *room);
/* FALSE: the answer does not fit the offer, or no socket can be had. */
gboolean virtual_room_take_answer (VirtualRoom *room, const char *sdp, GError **error);

void virtual_room_set_mic (VirtualRoom *room, gboolean open);
void virtual_room_set_camera (VirtualRoom *room, gboolean on);
/* Of noise, from its next frame on. */
void virtual_room_set_kbps (VirtualRoom *room, guint kbps);
/* Nothing is shown on @line any more, or something else: no freeze until the next picture. */
void virtual_room_pause_line (VirtualRoom *room, guint line);

/* The roles of the offer's lines, line i being mid "i"; @ret_n of them. (transfer none) */
const LineRole *virtual_room_get_roles (const VirtualRoom *room, guint *ret_n);
gboolean virtual_room_is_connected (const VirtualRoom *room);
/* Of the living peer and all before it. */
RtcPeerFigures virtual_room_get_figures (const VirtualRoom *room);
/* (nullable) (transfer none): who carries it now. */
const RtcPeer *virtual_room_get_peer (const VirtualRoom *room);
void virtual_room_reset_worst (VirtualRoom *room);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualRoom, virtual_room_free)
