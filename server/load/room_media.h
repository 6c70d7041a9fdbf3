/* RoomMedia: a session's end of its VirtualRoom, which lives in the media thread: calls go there
 * and wait (a tick at most); events come back by the main context of the thread that made it.
 */
#pragma once

#include "pipelines/client/virtual_room.h"

typedef struct _RoomMedia RoomMedia;

/* In the owner's thread. Times are when it happened, not when it was told. */
typedef struct {
  void (*on_connected) (gpointer user_data, gint64 at_us);
  void (*on_failed) (gpointer user_data);
  /* Of another room than before. */
  void (*on_key) (gpointer user_data, const KeyNews *news);
} RoomMediaEvents;

/* (transfer full) */
RoomMedia *room_media_new (const VirtualRoomConfig *config, const RoomMediaEvents *events,
                           gpointer user_data);
void room_media_free (RoomMedia *media);

/* As the functions of VirtualRoom. */
char *room_media_restart (RoomMedia *media);
gboolean room_media_take_answer (RoomMedia *media, const char *sdp, GError **error);
void room_media_set_mic (RoomMedia *media, gboolean open);
void room_media_set_camera (RoomMedia *media, gboolean on);
void room_media_pause_line (RoomMedia *media, guint line);
const LineRole *room_media_get_roles (const RoomMedia *media, guint *ret_n);

/* As last told by an event. */
gboolean room_media_is_connected (const RoomMedia *media);

/* For the media thread only (media_loop_call ()). (transfer none) */
VirtualRoom *room_media_get_room (const RoomMedia *media);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomMedia, room_media_free)
