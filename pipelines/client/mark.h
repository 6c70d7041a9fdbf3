/* Mark: who sent a packet and when, at the end of a payload that nobody decodes.
 *
 * A relay rewrites the header and a descriptor in front, and may pad behind, but leaves the
 * payload's end alone. Pure, any thread. The time is the sender's monotonic clock: it means
 * something only to a receiver on the same machine, which `clock` tells.
 */
#pragma once

#include <glib.h>

#define MARK_BYTES 24

typedef struct {
  guint32 room; /* of the sender: mark_room () of its endpoint's id */
  guint32 counter;
  gint64 sent_us;
  gboolean is_same_clock; /* the reader may subtract sent_us from its own clock */
} Mark;

guint32 mark_room (const char *endpoint);

/* Writes the last MARK_BYTES of @payload. */
void mark_write (const Mark *mark, guint8 *payload, gsize size);
/* FALSE: @payload (without RTP padding) bears none. */
gboolean mark_read (Mark *mark, const guint8 *payload, gsize size);
