/* pcapng: writes capture files that Wireshark opens (draft-ietf-opsawg-pcapng): one section,
 * interfaces as they are needed, enhanced packet blocks with times in nanoseconds.
 *
 * What we have was decrypted: each packet is put behind an IP and a UDP header made for it, with
 * the addresses of the path that it took. What was cut off counts in the original length.
 *
 * Pure: bytes and times in, bytes out. Each function returns the size of the block, a multiple of
 * four, or 0 if it does not fit into @capacity; nothing is written then. Any thread. */
#pragma once

#include "pipelines/transport/net_address.h"

/* What a block has beside names, comments and packets. */
#define PCAPNG_BLOCK_BYTES 80
/* IPv6 and UDP. */
#define PCAPNG_HEADERS_BYTES 48
/* Longer names and comments are cut, at a whole character. */
#define PCAPNG_TEXT_BYTES 1000

/* @application and @comment: UTF-8, of the whole file. */
gsize pcapng_write_section (guint8 *out, gsize capacity, const gchar *application,
                            const gchar *comment);

/* The first one of a section is interface 0, the next 1. @name and @description: UTF-8. */
gsize pcapng_write_interface (guint8 *out, gsize capacity, const gchar *name,
                              const gchar *description);

typedef struct {
  guint32 interface;
  gint64 time_ns; /* UTC */
  gboolean outbound;
  const NetAddress *from, *to; /* of one family */
  const guint8 *header;        /* kept whole */
  gsize header_size;
  const guint8 *body; /* NULL: it is not there at all */
  gsize body_size;    /* as it was */
  gsize body_kept;    /* of it, from its start */
} PcapngPacket;

gsize pcapng_write_packet (guint8 *out, gsize capacity, const PcapngPacket *packet);
