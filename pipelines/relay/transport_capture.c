#include "pipelines/relay/transport_capture.h"

#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"

#include <string.h>

#define NAME_BYTES 64

/* The part of @id behind the transport's. */
static const gchar *
short_name (const Transport *transport, const gchar *id)
{
  gsize len = strlen (transport->id);

  return g_str_has_prefix (id, transport->id) && id[len] == '/' ? id + len + 1 : id;
}

static void
name_received (const Transport *transport, const RtpDemuxTarget *target, gchar *name, gsize size)
{
  const Track *track = g_ptr_array_index (transport->tracks, target->track);
  const gchar *id = short_name (transport, track->shape->id);

  if (track->shape->n_encodings > 1)
    g_snprintf (name, size, "up %s %u%s", id, target->encoding + 1u, target->rtx ? " rtx" : "");
  else
    g_snprintf (name, size, "up %s%s", id, target->rtx ? " rtx" : "");
}

static void
name_sent (const Slot *slot, gboolean is_rtx, gchar *name, gsize size)
{
  g_snprintf (name, size, "down %s%s", short_name (slot->transport, slot->id),
              is_rtx ? " rtx" : "");
}

/* Where a socket is bound to all addresses, and the kernel did not say which: none of that family.
 */
static void
find_addresses (const Transport *transport, NetAddress *room, NetAddress *relay)
{
  memset (room, 0, sizeof *room);
  room->v4.sin_family = AF_INET;
  if (transport->has_path)
    *room = transport->path.remote;
  *relay = transport->path.local;
  if (relay->any.sa_family != room->any.sa_family) {
    memset (relay, 0, sizeof *relay);
    relay->any.sa_family = room->any.sa_family;
  }
  net_address_set_port (relay, transport->shard->port);
}

static void
add (Transport *transport, const CapturePacket *packet)
{
  CapturePacket whole = *packet;
  NetAddress room, relay;

  find_addresses (transport, &room, &relay);
  whole.room = &room;
  whole.relay = &relay;
  capture_add (transport->capture, &whole, transport->shard->now_us);
}

void
transport_capture_received (Transport *transport, const RtpPacket *packet,
                            const RtpDemuxTarget *target)
{
  gchar name[NAME_BYTES] = "up, of no track";
  CapturePacket captured = { .stream = CAPTURE_UP_OTHER,
                             .name = name,
                             .header = packet->data,
                             .header_size = packet->payload_offset,
                             .body = packet->data + packet->payload_offset,
                             .body_size = packet->size - packet->payload_offset };

  if (target != NULL) {
    captured.stream = CAPTURE_UP (target->track, target->encoding, target->rtx);
    if (!capture_knows (transport->capture, captured.stream))
      name_received (transport, target, name, sizeof name);
  }
  add (transport, &captured);
}

void
transport_capture_sent (const Slot *slot, gboolean is_rtx, const guint8 *packet, gsize header_len,
                        const guint8 *body, gsize body_len)
{
  Transport *transport = slot->transport;
  gchar name[NAME_BYTES] = "";
  CapturePacket captured = { .stream = CAPTURE_DOWN (slot->index, is_rtx),
                             .name = name,
                             .header = packet,
                             .header_size = header_len,
                             .body = body,
                             .body_size = body_len };

  if (!capture_knows (transport->capture, captured.stream))
    name_sent (slot, is_rtx, name, sizeof name);
  add (transport, &captured);
}

void
transport_capture_rtcp (Transport *transport, gboolean is_sent, const guint8 *data, gsize len)
{
  CapturePacket captured = { .stream = is_sent ? CAPTURE_DOWN_RTCP : CAPTURE_UP_RTCP,
                             .name = is_sent ? "down rtcp" : "up rtcp",
                             .header = data,
                             .header_size = len };

  add (transport, &captured);
}

void
transport_start_capture (Transport *transport, const CaptureSpec *spec, gint64 wall_ns)
{
  transport_stop_capture (transport);
  transport->capture = capture_new (spec, transport->shard->now_us, wall_ns);
}

void
transport_stop_capture (Transport *transport)
{
  g_clear_pointer (&transport->capture, capture_free);
}

/* --- headers of late ----------------------------------------------------------------------------
 */

static void
add_stream (GArray *streams, CaptureStream stream, guint32 ssrc, const gchar *name)
{
  HeaderStream entry = { .stream = stream, .ssrc = ssrc };

  g_strlcpy (entry.name, name, sizeof entry.name);
  g_array_append_val (streams, entry);
}

static void
add_track (GArray *streams, const Transport *transport, guint index)
{
  const Track *track = g_ptr_array_index (transport->tracks, index);
  gchar name[NAME_BYTES];

  for (guint i = 0; i < 2 * track->shape->n_encodings; i++) {
    RtpDemuxTarget target = { .track = index, .encoding = i / 2, .rtx = i % 2 };

    name_received (transport, &target, name, sizeof name);
    add_stream (streams, CAPTURE_UP (index, i / 2, i % 2), 0, name);
  }
}

static void
add_slot (GArray *streams, const Slot *slot)
{
  gchar name[NAME_BYTES];

  for (guint rtx = 0; rtx < 2; rtx++) {
    name_sent (slot, rtx, name, sizeof name);
    add_stream (streams, CAPTURE_DOWN (slot->index, rtx), rtx ? slot->rtx_ssrc : slot->ssrc, name);
  }
}

GBytes *
transport_recall_headers (Transport *transport, gint64 wall_ns)
{
  g_autoptr (GArray) streams = g_array_new (FALSE, FALSE, sizeof (HeaderStream));
  HeaderContext context = { .now_us = transport->shard->now_us,
                            .wall_ns = wall_ns,
                            .streams = streams };

  find_addresses (transport, &context.room, &context.relay);
  for (guint i = 0; i < transport->tracks->len; i++)
    add_track (streams, transport, i);
  for (guint i = 0; i < transport->slots->len; i++)
    add_slot (streams, g_ptr_array_index (transport->slots, i));
  return header_ring_snapshot (&transport->headers, &context);
}
