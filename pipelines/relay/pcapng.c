#include "pipelines/relay/pcapng.h"

#include <string.h>

/* Block types, and options of them (draft-ietf-opsawg-pcapng-03, sections 3.5 and 4). */
#define BLOCK_SECTION 0x0A0D0D0Au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define LINKTYPE_RAW 101 /* begins with an IP header */
#define OPTION_END 0
#define OPTION_COMMENT 1
#define OPTION_APPLICATION 4 /* of a section */
#define OPTION_NAME 2        /* of an interface, as the two below */
#define OPTION_DESCRIPTION 3
#define OPTION_RESOLUTION 9
#define OPTION_FLAGS 2 /* of a packet */
#define FLAG_INBOUND 1u
#define FLAG_OUTBOUND 2u
#define RESOLUTION_NS 9 /* 10^-9 s */

#define IPV4_BYTES 20
#define IPV6_BYTES 40
#define UDP_BYTES 8
#define PROTOCOL_UDP 17
#define HOP_LIMIT 64

/* The block that is being written; it knows only its end, whoever writes has seen to the room. */
typedef struct {
  guint8 *start, *at;
} Block;

static void
put_16 (Block *block, guint16 value)
{
  memcpy (block->at, &value, sizeof value); /* the section tells its byte order */
  block->at += sizeof value;
}

static void
put_32 (Block *block, guint32 value)
{
  memcpy (block->at, &value, sizeof value);
  block->at += sizeof value;
}

static void
put_bytes (Block *block, gconstpointer data, gsize size)
{
  if (size > 0)
    memcpy (block->at, data, size);
  block->at += size;
}

static void
pad (Block *block)
{
  while ((block->at - block->start) % 4 != 0)
    *block->at++ = 0;
}

static Block
block_begin (guint8 *out, guint32 type)
{
  Block block = { out, out };

  put_32 (&block, type);
  put_32 (&block, 0);
  return block;
}

static gsize
block_end (Block *block)
{
  guint32 size = (guint32) (block->at - block->start) + 4;

  memcpy (block->start + 4, &size, sizeof size);
  put_32 (block, size);
  return size;
}

/* Of @text what PCAPNG_TEXT_BYTES hold, in whole characters. */
static gsize
text_size (const gchar *text)
{
  gsize size = text != NULL ? strlen (text) : 0;

  if (size <= PCAPNG_TEXT_BYTES)
    return size;
  size = PCAPNG_TEXT_BYTES;
  while (size > 0 && ((guint8) text[size] & 0xc0) == 0x80)
    size--;
  return size;
}

static void
put_option (Block *block, guint16 code, gconstpointer data, gsize size)
{
  if (size == 0)
    return;
  put_16 (block, code);
  put_16 (block, (guint16) size);
  put_bytes (block, data, size);
  pad (block);
}

static void
end_options (Block *block)
{
  put_16 (block, OPTION_END);
  put_16 (block, 0);
}

gsize
pcapng_write_section (guint8 *out, gsize capacity, const gchar *application, const gchar *comment)
{
  gsize application_size = text_size (application), comment_size = text_size (comment);
  Block block;

  if (capacity < PCAPNG_BLOCK_BYTES + application_size + comment_size)
    return 0;
  block = block_begin (out, BLOCK_SECTION);
  put_32 (&block, BYTE_ORDER_MAGIC);
  put_16 (&block, 1); /* version 1.0 */
  put_16 (&block, 0);
  put_32 (&block, G_MAXUINT32); /* its length is not known */
  put_32 (&block, G_MAXUINT32);
  put_option (&block, OPTION_COMMENT, comment, comment_size);
  put_option (&block, OPTION_APPLICATION, application, application_size);
  end_options (&block);
  return block_end (&block);
}

gsize
pcapng_write_interface (guint8 *out, gsize capacity, const gchar *name, const gchar *description)
{
  static const guint8 resolution = RESOLUTION_NS;
  gsize name_size = text_size (name), description_size = text_size (description);
  Block block;

  if (capacity < PCAPNG_BLOCK_BYTES + name_size + description_size)
    return 0;
  block = block_begin (out, BLOCK_INTERFACE);
  put_16 (&block, LINKTYPE_RAW);
  put_16 (&block, 0);
  put_32 (&block, 0); /* packets of any length */
  put_option (&block, OPTION_NAME, name, name_size);
  put_option (&block, OPTION_DESCRIPTION, description, description_size);
  put_option (&block, OPTION_RESOLUTION, &resolution, sizeof resolution);
  end_options (&block);
  return block_end (&block);
}

/* --- the headers made for a packet --------------------------------------------------------------
 */

/* RFC 1071, over bytes in the order of the network; @size may be odd at the end only. */
static guint32
sum_add (guint32 sum, const guint8 *data, gsize size)
{
  for (gsize i = 0; i + 1 < size; i += 2)
    sum += (guint32) (data[i] << 8 | data[i + 1]);
  return size % 2 != 0 ? sum + (guint32) (data[size - 1] << 8) : sum;
}

static guint16
sum_fold (guint32 sum)
{
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16) ~sum;
}

static void
set_16 (guint8 *at, guint16 value)
{
  at[0] = (guint8) (value >> 8);
  at[1] = (guint8) value;
}

static gsize
packet_size (const PcapngPacket *packet)
{
  return packet->header_size + packet->body_size;
}

static gsize
write_udp (guint8 *out, const PcapngPacket *packet)
{
  set_16 (out, net_address_get_port (packet->from));
  set_16 (out + 2, net_address_get_port (packet->to));
  set_16 (out + 4, (guint16) (UDP_BYTES + packet_size (packet)));
  set_16 (out + 6, 0); /* none: allowed by IPv4 */
  return UDP_BYTES;
}

static gsize
write_ipv4 (guint8 *out, const PcapngPacket *packet)
{
  memset (out, 0, IPV4_BYTES);
  out[0] = 0x45;
  set_16 (out + 2, (guint16) (IPV4_BYTES + UDP_BYTES + packet_size (packet)));
  out[6] = 0x40; /* not to be fragmented */
  out[8] = HOP_LIMIT;
  out[9] = PROTOCOL_UDP;
  memcpy (out + 12, &packet->from->v4.sin_addr, 4);
  memcpy (out + 16, &packet->to->v4.sin_addr, 4);
  set_16 (out + 10, sum_fold (sum_add (0, out, IPV4_BYTES)));
  return IPV4_BYTES + write_udp (out + IPV4_BYTES, packet);
}

/* RFC 8200: UDP needs its checksum here. Of a packet that is cut nobody can check it. */
static gsize
write_ipv6 (guint8 *out, const PcapngPacket *packet)
{
  guint8 *udp = out + IPV6_BYTES;
  guint32 sum;
  guint16 folded;

  memset (out, 0, IPV6_BYTES);
  out[0] = 0x60;
  set_16 (out + 4, (guint16) (UDP_BYTES + packet_size (packet)));
  out[6] = PROTOCOL_UDP;
  out[7] = HOP_LIMIT;
  memcpy (out + 8, &packet->from->v6.sin6_addr, 16);
  memcpy (out + 24, &packet->to->v6.sin6_addr, 16);
  write_udp (udp, packet);
  sum = sum_add (PROTOCOL_UDP + UDP_BYTES + (guint32) packet_size (packet), out + 8, 32);
  sum = sum_add (sum, udp, UDP_BYTES);
  sum = sum_add (sum, packet->header, packet->header_size);
  if (packet->body != NULL)
    sum = sum_add (sum, packet->body, packet->body_size);
  folded = sum_fold (sum);
  set_16 (udp + 6, folded != 0 ? folded : 0xffff);
  return IPV6_BYTES + UDP_BYTES;
}

gsize
pcapng_write_packet (guint8 *out, gsize capacity, const PcapngPacket *packet)
{
  gboolean is_ipv6 = packet->from->any.sa_family == AF_INET6;
  gsize headers = UDP_BYTES + (is_ipv6 ? IPV6_BYTES : IPV4_BYTES);
  gsize kept = packet->body != NULL ? MIN (packet->body_kept, packet->body_size) : 0;
  guint64 time_ns = (guint64) MAX (packet->time_ns, 0);
  guint32 flags = packet->outbound ? FLAG_OUTBOUND : FLAG_INBOUND;
  Block block;

  if (packet_size (packet) > G_MAXUINT16 - headers ||
      capacity < PCAPNG_BLOCK_BYTES + headers + packet->header_size + kept)
    return 0;
  block = block_begin (out, BLOCK_PACKET);
  put_32 (&block, packet->interface);
  put_32 (&block, (guint32) (time_ns >> 32));
  put_32 (&block, (guint32) time_ns);
  put_32 (&block, (guint32) (headers + packet->header_size + kept));
  put_32 (&block, (guint32) (headers + packet_size (packet)));
  block.at += is_ipv6 ? write_ipv6 (block.at, packet) : write_ipv4 (block.at, packet);
  put_bytes (&block, packet->header, packet->header_size);
  put_bytes (&block, packet->body, kept);
  pad (&block);
  put_option (&block, OPTION_FLAGS, &flags, sizeof flags);
  end_options (&block);
  return block_end (&block);
}
