/* RED: audio with what was said before, in one packet (RFC 2198, as browsers send it: all blocks of
 * one payload type, the newest last).
 *
 *   | F=1 pt offset length | ... | F=0 pt | older blocks ... | primary |
 *
 * Pure functions on bytes; and RedNeed, plain data, zero-initialised: whether a receiver's line
 * loses enough that the redundancy is worth its bytes. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

typedef struct {
  guint8 n_blocks;      /* with the primary; 0: not RED */
  guint8 pt;            /* of all blocks */
  guint16 primary_at;   /* offset in the payload */
  guint16 primary_size; /* > 0 */
} RedPayload;

/* FALSE: not RED, or more than RED_BLOCKS_MAX blocks, or not all of one payload type, or they do
 * not fit, or without a primary; *ret_red is all zero then. */
gboolean red_parse (RedPayload *ret_red, const guint8 *payload, gsize size);

/* Writes @pt into all block headers of @payload, a copy of the one that @red was read from. */
void red_set_payload_type (guint8 *payload, const RedPayload *red, guint8 pt);

/* From this fraction lost (of 256) on redundancy repairs more than it costs. */
#define RED_LOSS_Q8 3
/* and until so long after the last report of it: loss comes in bursts */
#define RED_CALM_US (15 * G_USEC_PER_SEC)
/* A line that carries less has no room for saying things twice. */
#define RED_LINE_MIN_BPS 128000

typedef struct {
  gint64 until_us;
} RedNeed;

/* The receiver reports @lost_q8 of 256 lost; @line_bps: what its line carries, 0: not known. */
void red_need_on_report (RedNeed *need, guint lost_q8, guint line_bps, gint64 now_us);

static inline gboolean
red_need_is_there (const RedNeed *need, gint64 now_us)
{
  return now_us < need->until_us;
}
