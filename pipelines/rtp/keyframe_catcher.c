#include "pipelines/rtp/keyframe_catcher.h"

typedef struct {
  gboolean is_there;
  guint at; /* in bytes */
  guint size;
} CaughtPart;

struct KeyframeCatcher {
  gboolean is_catching;
  gboolean has_end;
  guint64 first_seq;
  guint64 end_seq;
  guint32 timestamp;
  gint64 since_us;
  guint n; /* parts that are there */
  CaughtPart parts[FRAME_PARTS_MAX];
  GByteArray *bytes; /* of all parts, as they came */
};

KeyframeCatcher *
keyframe_catcher_new (void)
{
  KeyframeCatcher *catcher = g_new0 (KeyframeCatcher, 1);

  catcher->bytes = g_byte_array_new ();
  return catcher;
}

void
keyframe_catcher_free (KeyframeCatcher *catcher)
{
  if (catcher == NULL)
    return;
  g_byte_array_unref (catcher->bytes);
  g_free (catcher);
}

static void
catcher_let_go (KeyframeCatcher *catcher)
{
  catcher->is_catching = catcher->has_end = FALSE;
  catcher->n = 0;
  g_byte_array_set_size (catcher->bytes, 0);
  for (guint i = 0; i < FRAME_PARTS_MAX; i++)
    catcher->parts[i].is_there = FALSE;
}

static void
catcher_begin (KeyframeCatcher *catcher, const CatchPacket *packet, gint64 now_us)
{
  catcher_let_go (catcher);
  catcher->is_catching = TRUE;
  catcher->first_seq = packet->seq;
  catcher->timestamp = packet->timestamp;
  catcher->since_us = now_us;
}

/* FALSE: it does not fit. */
static gboolean
catcher_put (KeyframeCatcher *catcher, const CatchPacket *packet)
{
  guint64 index = packet->seq - catcher->first_seq;
  CaughtPart *part;

  if (index >= FRAME_PARTS_MAX || catcher->bytes->len + packet->size > KEYFRAME_CATCH_BYTES_MAX)
    return FALSE;
  part = &catcher->parts[index];
  if (part->is_there)
    return TRUE;
  *part = (CaughtPart){ TRUE, catcher->bytes->len, (guint) packet->size };
  g_byte_array_append (catcher->bytes, packet->payload, part->size);
  catcher->n++;
  return TRUE;
}

gboolean
keyframe_catcher_on_packet (KeyframeCatcher *catcher, const CatchPacket *packet, gint64 now_us)
{
  if (packet->starts && (!catcher->is_catching || packet->seq > catcher->first_seq))
    catcher_begin (catcher, packet, now_us);
  if (!catcher->is_catching || packet->seq < catcher->first_seq ||
      packet->timestamp != catcher->timestamp)
    return FALSE;
  if (!catcher_put (catcher, packet)) {
    catcher_let_go (catcher);
    return FALSE;
  }
  if (packet->ends) {
    catcher->has_end = TRUE;
    catcher->end_seq = packet->seq;
  }
  return catcher->has_end && catcher->n >= catcher->end_seq - catcher->first_seq + 1;
}

gboolean
keyframe_catcher_tick (KeyframeCatcher *catcher, gint64 now_us)
{
  if (!catcher->is_catching || now_us - catcher->since_us < KEYFRAME_CATCH_US)
    return FALSE;
  catcher_let_go (catcher);
  return TRUE;
}

gboolean
keyframe_catcher_assemble (const KeyframeCatcher *catcher, Codec codec, GByteArray *frame)
{
  FramePart parts[FRAME_PARTS_MAX];
  guint n = 0;

  if (!catcher->has_end)
    return FALSE;
  for (; n <= catcher->end_seq - catcher->first_seq; n++) {
    const CaughtPart *part = &catcher->parts[n];

    if (!part->is_there)
      return FALSE;
    parts[n] = (FramePart){ catcher->bytes->data + part->at, part->size };
  }
  return frame_assemble (frame, codec, parts, n);
}
