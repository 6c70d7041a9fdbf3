/* Reads a pcapng file back, block by block, as far as our writer goes; and asks tshark, where it is
 * installed, whether it reads the file too. */
#pragma once

#include <glib.h>

typedef struct {
  guint32 interface;
  gint64 time_ns;
  guint32 captured, original;
  const guint8 *data; /* from the IP header on */
  guint32 flags;
} PcapngBlockView;

typedef struct {
  gchar *comment, *application; /* of the section */
  GPtrArray *interfaces;        /* names */
  GArray *packets;              /* PcapngBlockView */
} PcapngFile;

/* Fails the test when a block is malformed. @bytes must outlive it. */
PcapngFile *pcapng_file_read (GBytes *bytes);
void pcapng_file_free (PcapngFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PcapngFile, pcapng_file_free)

const PcapngBlockView *pcapng_file_packet (const PcapngFile *file, guint index);
const gchar *pcapng_file_name (const PcapngFile *file, guint index);
/* Packets of the interface named @name. */
guint pcapng_file_count (const PcapngFile *file, const gchar *name);
/* What lies behind IP and UDP; @ret_size: of what was kept. */
const guint8 *pcapng_payload (const PcapngBlockView *packet, gsize *ret_size);

/* Lines of `tshark -r FILE ARGUMENTS` over @bytes; NULL where tshark is not installed. Fails when
 * it does not read the file. transfer full */
gchar *pcapng_ask_tshark (GBytes *bytes, const gchar *arguments);
