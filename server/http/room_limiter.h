/* RoomLimiter: what one room's WebSocket may do: messages a second, silence, bytes that wait for a
 * slow reader.  Pure: counters and a time that is passed in; owned by the socket's thread. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 window_start_us;
  guint window_messages;
  gint64 heard_us;   /* last message or pong */
  guint64 submitted; /* bytes given to be sent */
} RoomLimiter;

void room_limiter_init (RoomLimiter *limiter, gint64 now_us);
/* Something came from the peer. */
void room_limiter_on_heard (RoomLimiter *limiter, gint64 now_us);
/* FALSE: one message more than ROOM_MESSAGES_PER_SECOND. */
gboolean room_limiter_on_message (RoomLimiter *limiter, gint64 now_us);
/* To be asked whether it is still there. */
gboolean room_limiter_is_quiet (const RoomLimiter *limiter, gint64 now_us);
gboolean room_limiter_is_silent (const RoomLimiter *limiter, gint64 now_us);
/* @length bytes are to be sent, @written went out so far: FALSE when too much would wait. */
gboolean room_limiter_on_send (RoomLimiter *limiter, gsize length, guint64 written);
