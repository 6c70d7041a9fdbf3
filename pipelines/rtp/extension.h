/* The header extensions we know: their URIs, the ids agreed with a peer, their values in a packet.
 *
 * An ExtensionMap is plain data, zero-initialised (nothing agreed); read-only after negotiation.
 * Ids 1..14 fit the one-byte form, 16..255 the two-byte form (RFC 8285). Any thread. */
#pragma once

#include "pipelines/rtp/packet.h"

typedef enum {
  EXTENSION_MID,           /* RFC 8843 */
  EXTENSION_RID,           /* RFC 8852 */
  EXTENSION_REPAIRED_RID,  /* RFC 8852 */
  EXTENSION_AUDIO_LEVEL,   /* RFC 6464 */
  EXTENSION_ABS_SEND_TIME, /* 24 bits, 6.18 fixed-point seconds */
  EXTENSION_TRANSPORT_SEQ, /* draft-holmer-rmcat-transport-wide-cc-extensions-01 */
  EXTENSION_DEPENDENCY,    /* dependency_descriptor.h */
  EXTENSION_KIND_COUNT
} ExtensionKind;

#define EXTENSION_NONE EXTENSION_KIND_COUNT

typedef struct {
  guint8 ids[EXTENSION_KIND_COUNT]; /* 0: not agreed */
} ExtensionMap;

typedef struct {
  const char *mid; /* in the packet, not terminated; NULL: none */
  const char *rid;
  const char *repaired_rid;
  guint8 mid_size;
  guint8 rid_size;
  guint8 repaired_rid_size;
  gboolean has_audio_level;
  gboolean has_abs_send_time;
  gboolean has_transport_seq;
  guint8 audio_level; /* the byte as sent: V bit (0x80) and 0..127 -dBov */
  guint16 transport_seq;
  guint32 abs_send_time;
  guint16 dependency_at;  /* offset in the packet */
  guint8 dependency_size; /* 0: none */
} ExtensionValues;

/* EXTENSION_NONE for a URI we do not know. */
ExtensionKind extension_kind_from_uri (const char *uri);
const char *extension_kind_uri (ExtensionKind kind);

/* FALSE if @id is 0, 15 (reserved) or already stands for another kind. */
gboolean extension_map_set (ExtensionMap *map, ExtensionKind kind, guint id);

/* Reads all agreed extensions in one walk. Values of a wrong size are left out; of a value sent
 * twice the first counts. */
void extension_values_read (ExtensionValues *values, const ExtensionMap *map,
                            const RtpPacket *packet);

/* The 24 bits of abs-send-time at @now_us; once per burst is exact enough. */
guint32 extension_abs_send_time (gint64 now_us);
