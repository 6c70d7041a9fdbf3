/* ExtensionRewriter: writes the RTP header of one slot: fixed 12 bytes and an extension block of
 * constant size, made once as a template; per packet only the numbers are patched in.
 *
 * Plain data inside a slot (or two: one for the slot's RTX stream, with its SSRC); owner: the
 * slot's shard. Init again when the negotiation changes. Nothing here allocates.
 *
 * The header's size never depends on the packet, so bodies of equal size stay one GSO run. An audio
 * level that the source did not send leaves its element as zero bytes (RFC 8285: padding).
 *
 * With REPRODUCIBLE the header is a pure function of (source packet, segment of the slot):
 * transport-wide numbers and abs-send-time are left out. That is what a slot without RTX must use,
 * as its retransmissions have to be byte-identical to the first sending (one SRTP index, one
 * plaintext). */
#pragma once

#include "pipelines/rtp/extension.h"

typedef enum {
  EXTENSION_REWRITER_STAMPED,      /* retransmissions go by RTX */
  EXTENSION_REWRITER_REPRODUCIBLE, /* retransmissions repeat the packet */
} ExtensionRewriterMode;

/* What one packet puts into the header. The first group is the same for all slots: fill it once
 * per packet with rtp_out_fields_from_packet (); the second is patched per slot. */
typedef struct {
  /* of the source packet */
  gboolean marker;
  gboolean padded; /* the body ends in padding */
  gboolean has_audio_level;
  guint8 audio_level;
  /* of the burst */
  guint32 abs_send_time;
  /* of the slot */
  guint8 payload_type;
  guint16 seq;
  guint32 timestamp;
  guint16 transport_seq;
} RtpOutFields;

typedef struct {
  guint8 template[RTP_OUT_HEADER_CAPACITY];
  guint8 size;
  /* Offsets of the values; those not agreed point past the header, into scratch. */
  guint8 transport_seq_at;
  guint8 abs_send_time_at;
  guint8 audio_level_at; /* of the element, its header included; 0: not agreed */
  guint8 audio_level_size;
  guint8 dependency_id; /* 0: not agreed */
} ExtensionRewriter;

/* @map: ids agreed with the receiver; @mid: of the slot's m-line, "" or NULL: not sent. A mid
 * longer than RTP_MID_MAX is not sent either: the slot's SSRC is in the answer. */
void extension_rewriter_init (ExtensionRewriter *self, guint32 ssrc, const ExtensionMap *map,
                              const char *mid, ExtensionRewriterMode mode);

/* TRUE: every packet must be given a fresh transport_seq (a counter per transport). */
gboolean extension_rewriter_has_transport_seq (const ExtensionRewriter *self);

/* Appends a dependency descriptor (its @data as received, @data_size of 3 to 255 bytes) to the
 * header of @size bytes at @out, which must hold EXTENSION_DEPENDENCY_ROOM (@data_size) more;
 * returns the new size. One longer than 16 bytes turns the block into the two-byte form (RFC 8285
 * 4.3). The extension must have been agreed: dependency_id. */
gsize extension_rewriter_append_dependency (const ExtensionRewriter *self, const guint8 *data,
                                            gsize data_size, guint16 frame_number, guint8 *out,
                                            gsize size);

/* Its header and padding, and a byte more for each element before it. */
#define EXTENSION_DEPENDENCY_ROOM(data_size) ((data_size) + 2 + 3 + RTP_OUT_HEADER_MAX / 2)

/* The shared part of @fields from the packet (as it is cached, padding included). */
void rtp_out_fields_from_packet (RtpOutFields *fields, const RtpPacket *packet,
                                 const ExtensionValues *values);

/* Writes the header to @out, which must hold RTP_OUT_HEADER_CAPACITY bytes (up to
 * RTP_OUT_HEADER_CAPACITY are overwritten, so write the header before the body); returns its size,
 * at most RTP_OUT_HEADER_MAX. */
gsize extension_rewriter_write (const ExtensionRewriter *self, const RtpOutFields *fields,
                                guint8 *out);
