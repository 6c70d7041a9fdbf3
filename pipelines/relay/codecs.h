/* CodecTable: the codecs that one m-line agreed on, and which of them another can take over.
 *
 * Plain data, made from CodecSpec at creation, read-only afterwards. Any thread.
 */
#pragma once

#include "pipelines/control/messages.h"
#include "pipelines/rtp/payload.h"

#define CODEC_NO_PT 0xff

typedef struct {
  Codec codec;
  guint8 pt;
  guint8 rtx_pt;             /* CODEC_NO_PT: no retransmission stream */
  guint8 packetization_mode; /* H.264, RFC 6184 */
  gint profile;              /* H.264: profile_idc; VP9, AV1: profile; -1: not said */
  guint32 clock_rate;
  guint feedback; /* CodecFeedback */
} CodecEntry;

typedef struct {
  CodecEntry entries[LIMIT_CODECS];
  guint n_entries;
} CodecTable;

/* Codecs that we do not forward are left out. */
void codec_table_init (CodecTable *table, const GPtrArray *specs);

/* The index of the entry with payload type @pt, -1 if there is none; @ret_is_rtx tells whether @pt
 * is its retransmission stream. */
gint codec_table_find_pt (const CodecTable *table, guint8 pt, gboolean *ret_is_rtx);

/* The entry of @receiver that can carry what @source describes, best match first; NULL: none. */
const CodecEntry *codec_table_match (const CodecTable *receiver, const CodecEntry *source);

/* The first entry that is coded media, not a way of packing it (RED); NULL: none. */
const CodecEntry *codec_table_find_coded (const CodecTable *table);

/* TRUE if any entry has @feedback. */
gboolean codec_table_has_feedback (const CodecTable *table, CodecFeedback feedback);
