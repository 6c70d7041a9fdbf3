#include "pipelines/rtp/extension_rewriter.h"

#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/dependency_descriptor.h"
#include <string.h>

#define ONE_BYTE_ID_MAX 14
#define ONE_BYTE_SIZE_MAX 16
#define PROFILE_ONE_BYTE 0xbede
#define PROFILE_TWO_BYTE 0x1000
#define BLOCK_AT (RTP_FIXED_HEADER + 4) /* the first element */
#define SCRATCH_AT RTP_OUT_HEADER_MAX   /* widest value stored: 3 bytes */

G_STATIC_ASSERT (SCRATCH_AT + 3 <= RTP_OUT_HEADER_CAPACITY);

typedef struct {
  ExtensionRewriter *rewriter;
  guint at;
  gboolean two_byte;
} TemplateWriter;

/* Appends an element with @size zero bytes; returns the offset of its value. */
static guint
append_element (TemplateWriter *writer, guint id, guint size)
{
  guint8 *p = writer->rewriter->template + writer->at;
  guint header = writer->two_byte ? 2 : 1;
  if (writer->two_byte) {
    p[0] = id;
    p[1] = size;
  } else {
    p[0] = id << 4 | (size - 1);
  }
  guint value_at = writer->at + header;
  writer->at += header + size;
  return value_at;
}

static void
append_elements (TemplateWriter *writer, const ExtensionMap *ids, const char *mid)
{
  ExtensionRewriter *self = writer->rewriter;
  if (ids->ids[EXTENSION_MID]) {
    guint at = append_element (writer, ids->ids[EXTENSION_MID], strlen (mid));
    memcpy (self->template + at, mid, strlen (mid));
  }
  if (ids->ids[EXTENSION_TRANSPORT_SEQ])
    self->transport_seq_at = append_element (writer, ids->ids[EXTENSION_TRANSPORT_SEQ], 2);
  if (ids->ids[EXTENSION_ABS_SEND_TIME])
    self->abs_send_time_at = append_element (writer, ids->ids[EXTENSION_ABS_SEND_TIME], 3);
  if (ids->ids[EXTENSION_AUDIO_LEVEL]) {
    self->audio_level_at = writer->at;
    append_element (writer, ids->ids[EXTENSION_AUDIO_LEVEL], 1);
    self->audio_level_size = writer->at - self->audio_level_at;
  }
}

/* The ids that are really sent. */
static ExtensionMap
ids_to_send (const ExtensionMap *map, const char *mid, ExtensionRewriterMode mode)
{
  ExtensionMap ids = *map;
  ids.ids[EXTENSION_RID] = 0;
  ids.ids[EXTENSION_REPAIRED_RID] = 0;
  gsize mid_size = mid ? strlen (mid) : 0;
  if (mid_size == 0 || mid_size > RTP_MID_MAX)
    ids.ids[EXTENSION_MID] = 0;
  if (mode == EXTENSION_REWRITER_REPRODUCIBLE) {
    ids.ids[EXTENSION_TRANSPORT_SEQ] = 0;
    ids.ids[EXTENSION_ABS_SEND_TIME] = 0;
  }
  return ids;
}

void
extension_rewriter_init (ExtensionRewriter *self, guint32 ssrc, const ExtensionMap *map,
                         const char *mid, ExtensionRewriterMode mode)
{
  *self = (ExtensionRewriter){ .size = RTP_FIXED_HEADER,
                               .transport_seq_at = SCRATCH_AT,
                               .abs_send_time_at = SCRATCH_AT };
  self->template[0] = 0x80;
  bytes_put_u32 (self->template + 8, ssrc);

  ExtensionMap ids = ids_to_send (map, mid, mode);
  TemplateWriter writer = { .rewriter = self, .at = RTP_FIXED_HEADER + 4 };
  gboolean any = FALSE;
  for (guint i = 0; i < EXTENSION_KIND_COUNT; i++) {
    any |= ids.ids[i] != 0;
    writer.two_byte |= ids.ids[i] > ONE_BYTE_ID_MAX;
  }
  if (!any)
    return;
  self->dependency_id = ids.ids[EXTENSION_DEPENDENCY];
  append_elements (&writer, &ids, mid);
  guint words = (writer.at - RTP_FIXED_HEADER - 4 + 3) / 4;
  self->template[0] |= 0x10;
  bytes_put_u16 (self->template + RTP_FIXED_HEADER,
                 writer.two_byte ? PROFILE_TWO_BYTE : PROFILE_ONE_BYTE);
  bytes_put_u16 (self->template + RTP_FIXED_HEADER + 2, words);
  self->size = RTP_FIXED_HEADER + 4 + words * 4;
  g_assert (self->size <= RTP_OUT_HEADER_MAX);
}

gboolean
extension_rewriter_has_transport_seq (const ExtensionRewriter *self)
{
  return self->transport_seq_at != SCRATCH_AT;
}

void
rtp_out_fields_from_packet (RtpOutFields *fields, const RtpPacket *packet,
                            const ExtensionValues *values)
{
  *fields = (RtpOutFields){
    .marker = packet->marker,
    .padded = packet->padding > 0,
    .has_audio_level = values->has_audio_level,
    .audio_level = values->audio_level,
  };
}

gsize
extension_rewriter_write (const ExtensionRewriter *self, const RtpOutFields *fields, guint8 *out)
{
  memcpy (out, self->template, RTP_OUT_HEADER_CAPACITY);
  out[0] |= (guint8) ((fields->padded != 0) << 5);
  out[1] = (guint8) ((fields->marker != 0) << 7 | fields->payload_type);
  bytes_put_u16 (out + 2, fields->seq);
  bytes_put_u32 (out + 4, fields->timestamp);
  bytes_put_u16 (out + self->transport_seq_at, fields->transport_seq);
  bytes_put_u24 (out + self->abs_send_time_at, fields->abs_send_time);
  if (self->audio_level_at) {
    if (fields->has_audio_level)
      out[self->audio_level_at + self->audio_level_size - 1] = fields->audio_level;
    else
      memset (out + self->audio_level_at, 0, self->audio_level_size);
  }
  return self->size;
}

/* Writes the elements of a one-byte block anew in the two-byte form; returns where they end. */
static gsize
widen_block (guint8 *out, gsize size)
{
  guint8 narrow[RTP_OUT_HEADER_MAX];
  gsize n = size - BLOCK_AT, at = 0, to = BLOCK_AT;
  memcpy (narrow, out + BLOCK_AT, n);
  while (at < n) {
    if (narrow[at] == 0) { /* padding */
      at++;
      continue;
    }
    guint value_size = (narrow[at] & 0x0f) + 1u;
    out[to++] = narrow[at] >> 4;
    out[to++] = value_size;
    memcpy (out + to, narrow + at + 1, value_size);
    to += value_size;
    at += 1 + value_size;
  }
  bytes_put_u16 (out + RTP_FIXED_HEADER, PROFILE_TWO_BYTE);
  return to;
}

gsize
extension_rewriter_append_dependency (const ExtensionRewriter *self, const guint8 *data,
                                      gsize data_size, guint16 frame_number, guint8 *out,
                                      gsize size)
{
  gboolean is_narrow = bytes_get_u16 (out + RTP_FIXED_HEADER) == PROFILE_ONE_BYTE;
  if (is_narrow && data_size > ONE_BYTE_SIZE_MAX) {
    size = widen_block (out, size);
    is_narrow = FALSE;
  }
  if (is_narrow) {
    out[size++] = self->dependency_id << 4 | (data_size - 1);
  } else {
    out[size++] = self->dependency_id;
    out[size++] = data_size;
  }
  memcpy (out + size, data, data_size);
  dependency_descriptor_put_frame_number (out + size, frame_number);
  size += data_size;
  while ((size - BLOCK_AT) % 4 != 0)
    out[size++] = 0;
  bytes_put_u16 (out + RTP_FIXED_HEADER + 2, (size - BLOCK_AT) / 4);
  return size;
}
