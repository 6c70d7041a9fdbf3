#include "pipelines/rtp/twcc.h"

#include "pipelines/rtp/bytes.h"
#include <string.h>

#define TWCC_HEADER 20 /* RTCP feedback header 12, base, count, reference time, counter 8 */
#define DELTA_UNIT_US 250
#define REFERENCE_UNIT_US 64000
#define RUN_LENGTH_MAX 8191
#define ONE_BIT_SYMBOLS 14
#define TWO_BIT_SYMBOLS 7
#define RUN_CHUNK_BIT 0x8000 /* clear: run length; set: vector */
#define TWO_BIT_VECTOR 0x4000

typedef enum {
  STATUS_MISSING,
  STATUS_SMALL_DELTA, /* one byte, 0..255 units */
  STATUS_LARGE_DELTA, /* two bytes, signed */
  STATUS_RESERVED,
} Status;

static const guint8 delta_sizes[] = {
  [STATUS_MISSING] = 0,
  [STATUS_SMALL_DELTA] = 1,
  [STATUS_LARGE_DELTA] = 2,
  [STATUS_RESERVED] = 0,
};

/* --- receiving --- */

static gint64 *
arrival_of (TwccReceiver *receiver, guint64 seq)
{
  return &receiver->arrivals_us[seq % TWCC_WINDOW];
}

/* @seq is the new highest: forgets the slots between. */
static void
advance (TwccReceiver *receiver, guint64 seq)
{
  if (receiver->next == 0 || seq - receiver->highest >= TWCC_WINDOW) {
    memset (receiver->arrivals_us, 0, sizeof receiver->arrivals_us);
    receiver->next = seq;
  } else {
    for (guint64 i = receiver->highest + 1; i <= seq; i++)
      *arrival_of (receiver, i) = 0;
    if (seq - receiver->next >= TWCC_WINDOW)
      receiver->next = seq - TWCC_WINDOW + 1;
  }
  receiver->highest = seq;
}

void
twcc_receiver_on_packet (TwccReceiver *receiver, guint16 transport_seq, gint64 arrival_us)
{
  guint64 seq = seq_unwrapper_unwrap (&receiver->unwrapper, transport_seq);
  if (seq > receiver->highest)
    advance (receiver, seq);
  else if (receiver->highest - seq >= TWCC_REORDER_MAX || *arrival_of (receiver, seq) != 0)
    return;
  /* A late packet was told as lost: the next feedback begins with it again. */
  receiver->next = MIN (receiver->next, seq);
  *arrival_of (receiver, seq) = MAX (1, arrival_us);
  receiver->pending = TRUE;
}

gboolean
twcc_receiver_pending (const TwccReceiver *receiver)
{
  return receiver->pending;
}

/* --- building --- */

typedef struct {
  guint count;
  guint8 statuses[TWCC_STATUSES_MAX];
  gint16 deltas[TWCC_STATUSES_MAX];
  gint64 reference; /* in REFERENCE_UNIT_US */
  guint8 chunks[TWCC_STATUSES_MAX * 2];
  gsize chunks_size;
  gsize deltas_size;
} FeedbackDraft;

/* The first packet received from receiver->next on: its time is the reference, even of a feedback
 * that tells of losses only. The highest was received, so there is one. */
static gint64
first_arrival_us (TwccReceiver *receiver)
{
  guint64 seq = receiver->next;
  while (seq < receiver->highest && *arrival_of (receiver, seq) == 0)
    seq++;
  return *arrival_of (receiver, seq);
}

/* Statuses from receiver->next on, as many as one feedback holds. */
static void
draft_statuses (FeedbackDraft *draft, TwccReceiver *receiver)
{
  draft->count = 0;
  draft->deltas_size = 0;
  draft->reference = first_arrival_us (receiver) / REFERENCE_UNIT_US;
  gint64 told_units = draft->reference * (REFERENCE_UNIT_US / DELTA_UNIT_US);
  for (guint64 seq = receiver->next; seq <= receiver->highest; seq++) {
    gint64 arrival_us = *arrival_of (receiver, seq);
    if (draft->count == TWCC_STATUSES_MAX)
      return;
    if (arrival_us == 0) {
      draft->statuses[draft->count++] = STATUS_MISSING;
      continue;
    }
    gint64 delta = arrival_us / DELTA_UNIT_US - told_units;
    if (delta < G_MININT16 || delta > G_MAXINT16)
      return;
    gboolean small = delta >= 0 && delta <= G_MAXUINT8;
    draft->deltas[draft->count] = delta;
    draft->statuses[draft->count++] = small ? STATUS_SMALL_DELTA : STATUS_LARGE_DELTA;
    draft->deltas_size += small ? 1 : 2;
    told_units += delta;
  }
}

static guint
run_length (const FeedbackDraft *draft, guint at)
{
  guint end = at;
  while (end < draft->count && end - at < RUN_LENGTH_MAX &&
         draft->statuses[end] == draft->statuses[at])
    end++;
  return end - at;
}

static gboolean
has_large_delta (const FeedbackDraft *draft, guint at, guint n)
{
  for (guint i = at; i < MIN (at + n, draft->count); i++) {
    if (draft->statuses[i] == STATUS_LARGE_DELTA)
      return TRUE;
  }
  return FALSE;
}

/* Makes the chunk for the statuses at @at; returns how many it tells of. */
static guint
make_chunk (const FeedbackDraft *draft, guint at, guint16 *ret_chunk)
{
  guint run = run_length (draft, at);
  gboolean two_bit = has_large_delta (draft, at, ONE_BIT_SYMBOLS);
  guint symbols = two_bit ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS;
  if (run >= symbols || at + run == draft->count) {
    *ret_chunk = draft->statuses[at] << 13 | run;
    return run;
  }
  guint told = MIN (symbols, draft->count - at);
  guint width = two_bit ? 2 : 1;
  guint16 chunk = RUN_CHUNK_BIT | (two_bit ? TWO_BIT_VECTOR : 0);
  for (guint i = 0; i < told; i++)
    chunk |= draft->statuses[at + i] << (ONE_BIT_SYMBOLS - (i + 1) * width);
  *ret_chunk = chunk;
  return told;
}

static void
draft_chunks (FeedbackDraft *draft)
{
  draft->chunks_size = 0;
  for (guint at = 0; at < draft->count;) {
    guint16 chunk;
    at += make_chunk (draft, at, &chunk);
    bytes_put_u16 (draft->chunks + draft->chunks_size, chunk);
    draft->chunks_size += 2;
  }
}

static void
put_deltas (const FeedbackDraft *draft, guint8 *p)
{
  for (guint i = 0; i < draft->count; i++) {
    if (draft->statuses[i] == STATUS_SMALL_DELTA) {
      *p++ = draft->deltas[i];
    } else if (draft->statuses[i] == STATUS_LARGE_DELTA) {
      bytes_put_u16 (p, (guint16) draft->deltas[i]);
      p += 2;
    }
  }
}

static gboolean
write_draft (const FeedbackDraft *draft, const TwccReceiver *receiver, RtcpWriter *writer,
             guint32 sender_ssrc, guint32 media_ssrc)
{
  gsize used = TWCC_HEADER + draft->chunks_size + draft->deltas_size;
  gsize size = (used + 3) & ~(gsize) 3;
  if (writer->size + size > writer->capacity) {
    writer->overflowed = TRUE;
    return FALSE;
  }
  guint8 *p = writer->data + writer->size;
  memset (p + used, 0, size - used);
  p[0] = 0x80 | RTCP_RTPFB_TWCC;
  p[1] = RTCP_RTPFB;
  bytes_put_u16 (p + 2, size / 4 - 1);
  bytes_put_u32 (p + 4, sender_ssrc);
  bytes_put_u32 (p + 8, media_ssrc);
  bytes_put_u16 (p + 12, (guint16) receiver->next);
  bytes_put_u16 (p + 14, draft->count);
  bytes_put_u24 (p + 16, draft->reference & 0xffffff);
  p[19] = receiver->feedback_count;
  memcpy (p + TWCC_HEADER, draft->chunks, draft->chunks_size);
  put_deltas (draft, p + TWCC_HEADER + draft->chunks_size);
  if (size > used) {
    p[0] |= 0x20;
    p[size - 1] = size - used;
  }
  writer->size += size;
  return TRUE;
}

gboolean
twcc_receiver_build (TwccReceiver *receiver, RtcpWriter *writer, guint32 sender_ssrc,
                     guint32 media_ssrc)
{
  if (!receiver->pending)
    return FALSE;
  FeedbackDraft draft;
  draft_statuses (&draft, receiver);
  draft_chunks (&draft);
  if (!write_draft (&draft, receiver, writer, sender_ssrc, media_ssrc))
    return FALSE;
  receiver->feedback_count++;
  receiver->next += draft.count;
  receiver->pending = receiver->next <= receiver->highest;
  return TRUE;
}

/* --- reading --- */

/* Takes the next chunk apart. */
static gboolean
load_chunk (TwccFeedback *feedback)
{
  if (feedback->end - feedback->chunk < 2)
    return FALSE;
  guint16 chunk = bytes_get_u16 (feedback->chunk);
  feedback->chunk += 2;
  feedback->chunk_bits = chunk;
  if ((chunk & RUN_CHUNK_BIT) == 0) {
    feedback->chunk_width = 0;
    feedback->chunk_left = chunk & RUN_LENGTH_MAX;
  } else {
    feedback->chunk_width = chunk & TWO_BIT_VECTOR ? 2 : 1;
    feedback->chunk_left = ONE_BIT_SYMBOLS / feedback->chunk_width;
  }
  return feedback->chunk_left > 0;
}

static gboolean
next_status (TwccFeedback *feedback, Status *ret_status)
{
  if (feedback->chunk_left == 0 && !load_chunk (feedback))
    return FALSE;
  feedback->chunk_left--;
  guint width = feedback->chunk_width;
  if (width == 0)
    *ret_status = feedback->chunk_bits >> 13 & 3;
  else
    *ret_status = feedback->chunk_bits >> (feedback->chunk_left * width) & (width == 2 ? 3 : 1);
  return TRUE;
}

gboolean
twcc_feedback_init (TwccFeedback *feedback, const RtcpPacket *packet)
{
  if (packet->type != RTCP_RTPFB || packet->count != RTCP_RTPFB_TWCC || packet->size < TWCC_HEADER)
    return FALSE;
  const guint8 *p = packet->data;
  TwccFeedback walk = {
    .media_ssrc = bytes_get_u32 (p + 8),
    .base_seq = bytes_get_u16 (p + 12),
    .status_count = bytes_get_u16 (p + 14),
    .time_us = (gint64) bytes_get_u24 (p + 16) * REFERENCE_UNIT_US,
    .feedback_count = p[19],
    .chunk = p + TWCC_HEADER,
    .end = p + packet->size,
  };
  *feedback = walk;
  gsize deltas_size = 0;
  for (guint i = 0; i < walk.status_count; i++) {
    Status status;
    if (!next_status (&walk, &status) || status == STATUS_RESERVED)
      return FALSE;
    deltas_size += delta_sizes[status];
  }
  feedback->delta = walk.chunk;
  return deltas_size <= (gsize) (walk.end - walk.chunk);
}

gboolean
twcc_feedback_next (TwccFeedback *feedback, TwccStatus *ret_status)
{
  Status status;
  if (feedback->told >= feedback->status_count || !next_status (feedback, &status))
    return FALSE;
  *ret_status = (TwccStatus){ .seq = feedback->base_seq + feedback->told,
                              .received = status != STATUS_MISSING };
  feedback->told++;
  if (status == STATUS_SMALL_DELTA)
    feedback->time_us += feedback->delta[0] * DELTA_UNIT_US;
  else if (status == STATUS_LARGE_DELTA)
    feedback->time_us += (gint16) bytes_get_u16 (feedback->delta) * DELTA_UNIT_US;
  feedback->delta += delta_sizes[status];
  ret_status->arrival_us = ret_status->received ? feedback->time_us : 0;
  return TRUE;
}
