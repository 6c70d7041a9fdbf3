#include "pipelines/elements/packet_meta.h"

#include <string.h>

static gboolean
packet_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  memset ((guint8 *) meta + sizeof (GstMeta), 0, sizeof (PacketMeta) - sizeof (GstMeta));
  ((PacketMeta *) meta)->audio_level = PACKET_META_NO_LEVEL;
  return TRUE;
}

/* @data points into the buffer it was made for: a copy of the buffer must not inherit it. */
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

PacketMeta *
packet_meta_add (GstBuffer *buffer)
{
  return (PacketMeta *) gst_buffer_add_meta (buffer, packet_meta_get_info (), NULL);
}

const PacketMeta *
packet_meta_get (GstBuffer *buffer)
{
  return (const PacketMeta *) gst_buffer_get_meta (buffer, packet_meta_api_get_type ());
}
