#include "pipelines/elements/packet_meta.h"

#include <string.h>

static gboolean
packet_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  memset (&((PacketMeta *) meta)->info, 0, sizeof (PacketInfo));
  return TRUE;
}

/* PacketInfo.rtp.data points into the buffer it was made for: a copy of the buffer must not inherit
 * it.
 */
static gboolean
packet_meta_transform (GstBuffer *to, GstMeta *meta, GstBuffer *from, GQuark type, gpointer data)
{
  return FALSE;
}

GType
packet_meta_api_get_type (void)
{
  static gsize type;
  static const gchar *tags[] = { GST_META_TAG_MEMORY_STR, NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, gst_meta_api_type_register ("PacketMetaAPI", tags));
  return (GType) type;
}

const GstMetaInfo *
packet_meta_get_info (void)
{
  static gsize info;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *registered =
        gst_meta_register (packet_meta_api_get_type (), "PacketMeta", sizeof (PacketMeta),
                           packet_meta_init, NULL, packet_meta_transform);
    g_once_init_leave (&info, (gsize) registered);
  }
  return (const GstMetaInfo *) info;
}

void
packet_meta_add (GstBuffer *buffer, const PacketInfo *info)
{
  PacketMeta *meta = (PacketMeta *) gst_buffer_add_meta (buffer, packet_meta_get_info (), NULL);

  meta->info = *info;
}

const PacketInfo *
packet_meta_get (GstBuffer *buffer)
{
  PacketMeta *meta = (PacketMeta *) gst_buffer_get_meta (buffer, packet_meta_api_get_type ());

  return meta != NULL ? &meta->info : NULL;
}
