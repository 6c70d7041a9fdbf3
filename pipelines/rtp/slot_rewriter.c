#include "pipelines/rtp/slot_rewriter.h"

#include "pipelines/rtp/seq.h"
#include <string.h>

/* The least distance of timestamps at a switch: an Opus frame, so that the receiver's buffer does
 * not take the new source's first frame for one it has played; for video a millisecond. */
#define AUDIO_STEPS_PER_SECOND 50
#define VIDEO_STEPS_PER_SECOND 1000

G_STATIC_ASSERT ((SEAL_WINDOW & (SEAL_WINDOW - 1)) == 0);

/* --- SealGuard --- */

static inline guint64 *
seal_guard_word (SealGuard *guard, guint64 index)
{
  return &guard->bits[index % SEAL_WINDOW / 64];
}

static void
seal_guard_advance (SealGuard *guard, guint64 index)
{
  if (!guard->started || index - guard->highest >= SEAL_WINDOW) {
    memset (guard->bits, 0, sizeof guard->bits);
  } else {
    for (guint64 i = guard->highest + 1; i <= index; i++)
      *seal_guard_word (guard, i) &= ~(G_GUINT64_CONSTANT (1) << (i % 64));
  }
  guard->highest = index;
  guard->started = TRUE;
}

gboolean
seal_guard_admit (SealGuard *guard, guint64 index)
{
  if (!guard->started || index > guard->highest)
    seal_guard_advance (guard, index);
  else if (guard->highest - index >= SEAL_WINDOW)
    return FALSE;
  guint64 bit = G_GUINT64_CONSTANT (1) << (index % 64);
  guint64 *word = seal_guard_word (guard, index);
  if (*word & bit)
    return FALSE;
  *word |= bit;
  return TRUE;
}

gboolean
seal_guard_was_admitted (const SealGuard *guard, guint64 index)
{
  if (!guard->started || index > guard->highest || guard->highest - index >= SEAL_WINDOW)
    return FALSE;
  return guard->bits[index % SEAL_WINDOW / 64] >> (index % 64) & 1;
}

/* --- SlotRewriter --- */

void
slot_rewriter_init (SlotRewriter *self, SlotKind kind, guint32 clock_rate, guint16 first_seq,
                    guint32 first_timestamp)
{
  g_return_if_fail (clock_rate > 0);
  *self = (SlotRewriter){
    .kind = kind,
    .clock_rate = clock_rate,
    .next_index = first_seq,
    .last_timestamp = first_timestamp,
  };
}

/* @age 0: the current segment. */
static const SlotSegment *
segment_at (const SlotRewriter *self, guint age)
{
  return &self->segments[(self->current + SLOT_SEGMENTS - age) % SLOT_SEGMENTS];
}

static SlotSegment *
segment_current (SlotRewriter *self)
{
  return &self->segments[self->current];
}

static guint64
segment_highest_source_seq (const SlotSegment *segment)
{
  return segment->first_seq + (segment->last - segment->first);
}

void
slot_rewriter_select (SlotRewriter *self, guint32 source)
{
  self->has_pending = !(self->flowing && segment_current (self)->source == source);
  self->pending = source;
}

void
slot_rewriter_stop (SlotRewriter *self)
{
  self->flowing = FALSE;
  self->has_pending = FALSE;
}

gboolean
slot_rewriter_wants_keyframe (const SlotRewriter *self, guint32 *ret_source)
{
  if (self->kind != SLOT_KIND_VIDEO || !self->has_pending)
    return FALSE;
  *ret_source = self->pending;
  return TRUE;
}

gboolean
slot_rewriter_flowing (const SlotRewriter *self, guint32 *ret_source)
{
  if (!self->flowing)
    return FALSE;
  *ret_source = segment_at (self, 0)->source;
  return TRUE;
}

gboolean
slot_rewriter_is_interested (const SlotRewriter *self, guint32 source)
{
  if (self->has_pending && self->pending == source)
    return TRUE;
  for (guint age = 0; age < self->segment_count; age++) {
    if (segment_at (self, age)->source == source)
      return TRUE;
  }
  return FALSE;
}

static guint32
next_timestamp (const SlotRewriter *self, gint64 arrival_us)
{
  if (self->segment_count == 0)
    return self->last_timestamp;
  guint32 steps = self->kind == SLOT_KIND_AUDIO ? AUDIO_STEPS_PER_SECOND : VIDEO_STEPS_PER_SECOND;
  gint64 least = MAX (1, self->clock_rate / steps);
  gint64 elapsed = ts_from_us (arrival_us - self->last_us, self->clock_rate);
  return self->last_timestamp + (guint32) MAX (least, elapsed);
}

#define PICTURE_ID_BITS_LONG 15
#define PICTURE_ID_BITS_SHORT 7

/* What makes the frame numbers of a new segment go on by one. */
static SlotLowering
next_lowering (const SlotRewriter *self, const PayloadNumbers *numbers)
{
  const PayloadNumbers *newest = &self->newest;
  SlotLowering lowering = { 0 };
  if (!numbers)
    return lowering;
  if (numbers->picture_id_at && newest->picture_id_at && numbers->is_long == newest->is_long) {
    guint16 mask = numbers->is_long ? 0x7fff : 0x7f;
    lowering.pictures = (numbers->picture_id - newest->picture_id - 1) & mask;
  }
  if (numbers->tl0_at && newest->tl0_at)
    lowering.tl0 = numbers->tl0 - newest->tl0 - 1;
  return lowering;
}

/* TRUE if @a comes after @b on the circle of @bits. */
static gboolean
is_ahead (guint16 a, guint16 b, guint bits)
{
  guint16 distance = (guint16) (a - b) & ((1u << bits) - 1);
  return distance != 0 && distance < 1u << (bits - 1);
}

/* Keeps the highest numbers sent. The first of a segment count whatever they are. */
static void
note_numbers (SlotRewriter *self, const SlotInput *input, SlotLowering lowering, gboolean first)
{
  const PayloadNumbers *numbers = input->numbers;
  PayloadNumbers *newest = &self->newest;
  if (!numbers)
    return;
  if (numbers->picture_id_at) {
    guint bits = numbers->is_long ? PICTURE_ID_BITS_LONG : PICTURE_ID_BITS_SHORT;
    guint16 sent = (numbers->picture_id - lowering.pictures) & ((1u << bits) - 1);
    if (first || !newest->picture_id_at || is_ahead (sent, newest->picture_id, bits))
      newest->picture_id = sent;
    newest->picture_id_at = numbers->picture_id_at;
    newest->is_long = numbers->is_long;
  }
  if (numbers->tl0_at) {
    guint8 sent = numbers->tl0 - lowering.tl0;
    if (first || !newest->tl0_at || is_ahead (sent, newest->tl0, 8))
      newest->tl0 = sent;
    newest->tl0_at = numbers->tl0_at;
  }
}

static void
start_segment (SlotRewriter *self, const SlotInput *input)
{
  guint32 timestamp = next_timestamp (self, input->arrival_us);
  if (self->segment_count > 0)
    self->current = (self->current + 1) % SLOT_SEGMENTS;
  self->segment_count = MIN (self->segment_count + 1, SLOT_SEGMENTS);
  *segment_current (self) = (SlotSegment){
    .source = input->source,
    .ts_offset = input->timestamp - timestamp,
    .first_seq = input->source_seq,
    .first = self->next_index,
    .last = self->next_index,
    .lowering = next_lowering (self, input->numbers),
  };
  self->last_timestamp = timestamp;
  self->last_us = input->arrival_us;
  self->flowing = TRUE;
  self->has_pending = FALSE;
}

/* TRUE if @input begins a new segment: the pending source's keyframe, or the flowing one after so
 * large a gap that the mapping cannot go on. May turn a flowing video slot into a waiting one. */
static gboolean
begins_segment (SlotRewriter *self, const SlotInput *input)
{
  gboolean can_start = self->kind == SLOT_KIND_AUDIO || input->keyframe_start;
  if (self->has_pending && self->pending == input->source)
    return can_start;
  const SlotSegment *current = segment_at (self, 0);
  if (!self->flowing || current->source != input->source ||
      input->source_seq <= segment_highest_source_seq (current) + SLOT_GAP_MAX)
    return FALSE;
  if (can_start)
    return TRUE;
  /* A switch to another source that is under way goes on instead. */
  self->flowing = FALSE;
  if (!self->has_pending)
    slot_rewriter_select (self, input->source);
  return FALSE;
}

/* The segment that @input belongs to: the flowing one, or an earlier one for a late packet. */
static SlotSegment *
find_segment (SlotRewriter *self, const SlotInput *input, SlotVerdict *ret_verdict)
{
  gboolean known = FALSE;
  for (guint age = 0; age < self->segment_count; age++) {
    SlotSegment *segment = (SlotSegment *) segment_at (self, age);
    if (segment->source != input->source)
      continue;
    known = TRUE;
    if (input->source_seq < segment->first_seq)
      continue;
    if ((age == 0 && self->flowing) || input->source_seq <= segment_highest_source_seq (segment))
      return segment;
    break;
  }
  if (self->has_pending && self->pending == input->source)
    *ret_verdict = SLOT_DROP_WAITING;
  else
    *ret_verdict = known ? SLOT_DROP_LATE : SLOT_DROP_UNROUTED;
  return NULL;
}

SlotVerdict
slot_rewriter_map (SlotRewriter *self, const SlotInput *input, SlotOutput *ret_output)
{
  SlotVerdict verdict = SLOT_FORWARD;
  gboolean switched = begins_segment (self, input);
  if (switched)
    start_segment (self, input);
  SlotSegment *segment = find_segment (self, input, &verdict);
  if (!segment)
    return verdict;
  guint64 index = segment->first + (input->source_seq - segment->first_seq);
  if (!seal_guard_admit (&self->guard, index))
    return seal_guard_was_admitted (&self->guard, index) ? SLOT_DROP_DUPLICATE : SLOT_DROP_LATE;
  if (index > segment->last)
    segment->last = index;
  if (index >= self->next_index)
    self->next_index = index + 1;
  guint32 timestamp = input->timestamp - segment->ts_offset;
  if (ts_diff (timestamp, self->last_timestamp) > 0) {
    self->last_timestamp = timestamp;
    self->last_us = input->arrival_us;
  }
  note_numbers (self, input, segment->lowering, switched);
  *ret_output = (SlotOutput){
    .index = index,
    .seq = (guint16) index,
    .timestamp = timestamp,
    .switched = switched,
    .lowering = segment->lowering,
  };
  return SLOT_FORWARD;
}

gboolean
slot_rewriter_find_source (const SlotRewriter *self, guint16 out_seq, SlotOrigin *ret_origin)
{
  if (self->segment_count == 0)
    return FALSE;
  guint64 newest = self->next_index - 1;
  guint16 back = (guint16) newest - out_seq;
  if (back >= SEAL_WINDOW || back > newest)
    return FALSE;
  guint64 index = newest - back;
  for (guint age = 0; age < self->segment_count; age++) {
    const SlotSegment *segment = segment_at (self, age);
    if (index < segment->first || index > segment->last)
      continue;
    *ret_origin = (SlotOrigin){
      .source = segment->source,
      .source_seq = segment->first_seq + (index - segment->first),
      .index = index,
      .ts_offset = segment->ts_offset,
      .lowering = segment->lowering,
    };
    return TRUE;
  }
  return FALSE;
}

gboolean
slot_rewriter_remap (SlotRewriter *self, const SlotOrigin *origin, guint32 source_timestamp,
                     SlotOutput *ret_output)
{
  if (!seal_guard_was_admitted (&self->guard, origin->index) &&
      !seal_guard_admit (&self->guard, origin->index))
    return FALSE;
  *ret_output = (SlotOutput){
    .index = origin->index,
    .seq = (guint16) origin->index,
    .timestamp = source_timestamp - origin->ts_offset,
    .lowering = origin->lowering,
  };
  return TRUE;
}

gboolean
slot_rewriter_map_timestamp (const SlotRewriter *self, guint32 source, guint32 source_timestamp,
                             guint32 *ret_timestamp)
{
  const SlotSegment *current = segment_at (self, 0);
  if (!self->flowing || current->source != source)
    return FALSE;
  *ret_timestamp = source_timestamp - current->ts_offset;
  return TRUE;
}
