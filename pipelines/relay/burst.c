#include "pipelines/relay/burst.h"

#include <string.h>

void
burst_add (Burst *burst, const PacketInfo *info)
{
  PacketInfo *added;
  guint8 *copy;

  g_return_if_fail (!burst_is_full (burst));

  if (burst->packets == NULL)
    burst->packets = g_new (PacketInfo, BURST_MAX_PACKETS);
  added = &burst->packets[burst->n_packets];
  copy = g_malloc (info->rtp.size + BURST_MAX_PAD_BYTES);
  memcpy (copy, info->rtp.data, info->rtp.size);
  *added = *info;
  added->rtp.data = copy;
  if (burst->n_packets++ == 0)
    burst->since_us = info->arrival_us;
  burst->whole = info->rtp.marker;
}

gboolean
burst_is_empty (const Burst *burst)
{
  return burst->n_packets == 0;
}

gboolean
burst_is_full (const Burst *burst)
{
  return burst->n_packets == BURST_MAX_PACKETS;
}

gboolean
burst_is_due (const Burst *burst, gint64 now_us, gint64 hold_us)
{
  if (burst_is_empty (burst))
    return FALSE;
  return burst->whole || burst_is_full (burst) || now_us - burst->since_us >= hold_us;
}

void
burst_pad (Burst *burst)
{
  guint longest = 0;

  for (guint i = 0; i < burst->n_packets; i++)
    longest = MAX (longest, rtp_packet_body_size (&burst->packets[i].rtp));
  for (guint i = 0; i + 1 < burst->n_packets; i++) {
    PacketInfo *info = &burst->packets[i];
    guint missing = longest - rtp_packet_body_size (&info->rtp);

    if (missing > 0 && missing <= BURST_MAX_PAD_BYTES &&
        rtp_packet_pad ((guint8 *) info->rtp.data, info->rtp.size + BURST_MAX_PAD_BYTES, &info->rtp,
                        missing) > 0)
      info->out.padded = TRUE;
  }
}

GstBufferList *
burst_take (Burst *burst)
{
  GstBufferList *list = gst_buffer_list_new_sized (burst->n_packets);

  for (guint i = 0; i < burst->n_packets; i++) {
    const PacketInfo *info = &burst->packets[i];
    gpointer data = (gpointer) info->rtp.data;
    GstBuffer *buffer =
        gst_buffer_new_wrapped_full (0, data, info->rtp.size, 0, info->rtp.size, data, g_free);

    packet_meta_add (buffer, info);
    gst_buffer_list_add (list, buffer);
  }
  burst->n_packets = 0;
  burst->whole = FALSE;
  return list;
}

void
burst_clear (Burst *burst)
{
  for (guint i = 0; i < burst->n_packets; i++)
    g_free ((gpointer) burst->packets[i].rtp.data);
  g_clear_pointer (&burst->packets, g_free);
  burst->n_packets = 0;
  burst->whole = FALSE;
}
