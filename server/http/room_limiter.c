#include "server/http/room_limiter.h"

#include "server/http/http_limits.h"

void
room_limiter_init (RoomLimiter *limiter, gint64 now_us)
{
  *limiter = (RoomLimiter){ .window_start_us = now_us, .heard_us = now_us };
}

void
room_limiter_on_heard (RoomLimiter *limiter, gint64 now_us)
{
  limiter->heard_us = now_us;
}

gboolean
room_limiter_on_message (RoomLimiter *limiter, gint64 now_us)
{
  room_limiter_on_heard (limiter, now_us);
  if (now_us - limiter->window_start_us >= G_USEC_PER_SEC) {
    limiter->window_start_us = now_us;
    limiter->window_messages = 0;
  }
  return ++limiter->window_messages <= ROOM_MESSAGES_PER_SECOND;
}

gboolean
room_limiter_is_quiet (const RoomLimiter *limiter, gint64 now_us)
{
  return now_us - limiter->heard_us >= ROOM_QUIET_US;
}

gboolean
room_limiter_is_silent (const RoomLimiter *limiter, gint64 now_us)
{
  return now_us - limiter->heard_us >= ROOM_SILENCE_US;
}

gboolean
room_limiter_on_send (RoomLimiter *limiter, gsize length, guint64 written)
{
  limiter->submitted += length;
  /* Frame headers and pings are in @written only: a few bytes in the peer's favour. */
  guint64 waiting = limiter->submitted > written ? limiter->submitted - written : 0;
  return waiting <= ROOM_QUEUE_MAX_BYTES;
}
