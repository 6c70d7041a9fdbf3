#include "pipelines/rtp/extension.h"

#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/dependency_descriptor.h"

#define ONE_BYTE_ID_RESERVED 15

static const char *const extension_uris[EXTENSION_KIND_COUNT] = {
  [EXTENSION_MID] = "urn:ietf:params:rtp-hdrext:sdes:mid",
  [EXTENSION_RID] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  [EXTENSION_REPAIRED_RID] = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  [EXTENSION_AUDIO_LEVEL] = "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  [EXTENSION_ABS_SEND_TIME] = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  [EXTENSION_TRANSPORT_SEQ] =
      "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  [EXTENSION_DEPENDENCY] = DEPENDENCY_DESCRIPTOR_URI,
};

ExtensionKind
extension_kind_from_uri (const char *uri)
{
  guint kind = 0;
  while (kind < EXTENSION_KIND_COUNT && g_strcmp0 (uri, extension_uris[kind]) != 0)
    kind++;
  return kind;
}

const char *
extension_kind_uri (ExtensionKind kind)
{
  g_return_val_if_fail (kind < EXTENSION_KIND_COUNT, NULL);
  return extension_uris[kind];
}

gboolean
extension_map_set (ExtensionMap *map, ExtensionKind kind, guint id)
{
  g_return_val_if_fail (kind < EXTENSION_KIND_COUNT, FALSE);
  if (id == 0 || id == ONE_BYTE_ID_RESERVED || id > G_MAXUINT8)
    return FALSE;
  for (guint i = 0; i < EXTENSION_KIND_COUNT; i++) {
    if (i != kind && map->ids[i] == id)
      return FALSE;
  }
  map->ids[kind] = id;
  return TRUE;
}

static void
read_text (const RtpExtension *extension, gsize max, const char **ret_text, guint8 *ret_size)
{
  if (*ret_text || extension->size == 0 || extension->size > max)
    return;
  *ret_text = (const char *) extension->data;
  *ret_size = extension->size;
}

static void
read_dependency (ExtensionValues *values, const RtpPacket *packet, const RtpExtension *extension)
{
  if (values->dependency_size > 0 || extension->size < DEPENDENCY_DESCRIPTOR_SHORT)
    return;
  values->dependency_at = extension->data - packet->data;
  values->dependency_size = extension->size;
}

static void
read_value (ExtensionValues *values, ExtensionKind kind, const RtpPacket *packet,
            const RtpExtension *extension)
{
  switch (kind) {
  case EXTENSION_MID:
    read_text (extension, RTP_MID_MAX, &values->mid, &values->mid_size);
    break;
  case EXTENSION_RID:
    read_text (extension, RTP_RID_MAX, &values->rid, &values->rid_size);
    break;
  case EXTENSION_REPAIRED_RID:
    read_text (extension, RTP_RID_MAX, &values->repaired_rid, &values->repaired_rid_size);
    break;
  case EXTENSION_AUDIO_LEVEL:
    if (extension->size == 1 && !values->has_audio_level) {
      values->has_audio_level = TRUE;
      values->audio_level = extension->data[0];
    }
    break;
  case EXTENSION_ABS_SEND_TIME:
    if (extension->size == 3 && !values->has_abs_send_time) {
      values->has_abs_send_time = TRUE;
      values->abs_send_time = bytes_get_u24 (extension->data);
    }
    break;
  case EXTENSION_TRANSPORT_SEQ:
    if (extension->size == 2 && !values->has_transport_seq) {
      values->has_transport_seq = TRUE;
      values->transport_seq = bytes_get_u16 (extension->data);
    }
    break;
  case EXTENSION_DEPENDENCY:
    read_dependency (values, packet, extension);
    break;
  case EXTENSION_KIND_COUNT:
    break;
  }
}

void
extension_values_read (ExtensionValues *values, const ExtensionMap *map, const RtpPacket *packet)
{
  RtpExtensionIter iter;
  RtpExtension extension;
  *values = (ExtensionValues){ 0 };
  rtp_extension_iter_init (&iter, packet);
  while (rtp_extension_iter_next (&iter, &extension)) {
    guint kind = 0;
    while (kind < EXTENSION_KIND_COUNT && map->ids[kind] != extension.id)
      kind++;
    read_value (values, kind, packet, &extension);
  }
}

guint32
extension_abs_send_time (gint64 now_us)
{
  /* 6 bits of seconds, 18 of fraction. */
  guint64 seconds = (guint64) now_us / G_USEC_PER_SEC;
  guint64 fraction = (((guint64) now_us % G_USEC_PER_SEC) << 18) / G_USEC_PER_SEC;
  return (guint32) ((seconds << 18 | fraction) & 0xffffff);
}
