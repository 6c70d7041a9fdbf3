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
    .target = LAYER_TARGET_ALL,
  };
}

/* Makes room for a new current segment; the oldest is forgotten. */
static void
age_segments (SlotRewriter *self)
{
  memmove (&self->segments[1], &self->segments[0], (SLOT_SEGMENTS - 1) * sizeof (SlotSegment));
  memmove (&self->dropped[1], &self->dropped[0], (SLOT_SEGMENTS - 1) * sizeof (SlotBits));
}

/* --- bits by number --- */

static inline guint64
bit_of (guint64 number)
{
  return G_GUINT64_CONSTANT (1) << (number % 64);
}

static inline gboolean
bits_has (const guint64 *bits, guint64 number)
{
  return (bits[number % SEAL_WINDOW / 64] & bit_of (number)) != 0;
}

static inline void
bits_set (guint64 *bits, guint64 number, gboolean value)
{
  guint64 *word = &bits[number % SEAL_WINDOW / 64];
  *word = value ? *word | bit_of (number) : *word & ~bit_of (number);
}

/* Clears the bits of those after @from up to @to. */
static void
bits_clear (guint64 *bits, guint64 from, guint64 to)
{
  if (to - from >= SEAL_WINDOW) {
    memset (bits, 0, sizeof (SlotBits));
    return;
  }
  for (guint64 number = from + 1; number <= to; number++)
    bits_set (bits, number, FALSE);
}

/* --- packets left out --- */

static guint64 *
segment_dropped (SlotRewriter *self, const SlotSegment *segment)
{
  return self->dropped[segment - self->segments];
}

/* What is not left out moves up to @source_seq. */
static void
segment_advance (SlotRewriter *self, SlotSegment *segment, guint64 source_seq)
{
  if (source_seq <= segment->highest)
    return;
  if (segment->n_dropped > 0)
    bits_clear (segment_dropped (self, segment), segment->highest, source_seq);
  segment->highest = source_seq;
}

static void
segment_drop (SlotRewriter *self, SlotSegment *segment, guint64 source_seq)
{
  if (source_seq <= segment->highest)
    return; /* numbers of later ones are out already: a gap */
  if (segment->n_dropped == 0)
    memset (segment_dropped (self, segment), 0, sizeof (SlotBits));
  segment_advance (self, segment, source_seq);
  bits_set (segment_dropped (self, segment), source_seq, TRUE);
  segment->n_dropped++;
}

/* The out index of @source_seq, not lower than the segment's first; FALSE: it was left out, or so
 * long ago that it is not known. */
static gboolean
segment_index (const SlotRewriter *self, const SlotSegment *segment, guint64 source_seq,
               guint64 *ret_index)
{
  const guint64 *dropped = self->dropped[segment - self->segments];
  guint64 n_dropped = segment->n_dropped;
  if (n_dropped > 0 && source_seq <= segment->highest) {
    if (segment->highest - source_seq >= SEAL_WINDOW || bits_has (dropped, source_seq))
      return FALSE;
    for (guint64 later = segment->highest; later > source_seq; later--)
      n_dropped -= bits_has (dropped, later);
  }
  *ret_index = segment->first + (source_seq - segment->first_seq) - n_dropped;
  return TRUE;
}

/* The other way round, for an @index of the segment. */
static gboolean
segment_source_seq (const SlotRewriter *self, const SlotSegment *segment, guint64 index,
                    guint64 *ret_source_seq)
{
  const guint64 *dropped = self->dropped[segment - self->segments];
  guint64 source_seq = segment->first_seq + (index - segment->first);
  if (segment->n_dropped == 0) {
    *ret_source_seq = source_seq;
    return TRUE;
  }
  guint64 behind = segment->first + (segment->highest - segment->first_seq) - segment->n_dropped;
  for (guint age = 0; age < SEAL_WINDOW && segment->highest - age >= segment->first_seq; age++) {
    if (bits_has (dropped, segment->highest - age))
      behind++; /* its own number went to the one after it */
    else if (behind - age == index) {
      *ret_source_seq = segment->highest - age;
      return TRUE;
    }
  }
  return FALSE;
}

void
slot_rewriter_select (SlotRewriter *self, guint32 source)
{
  self->has_pending = !(self->flowing && self->segments[0].source == source);
  self->pending = source;
}

void
slot_rewriter_set_target (SlotRewriter *self, guint target)
{
  self->target = target;
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
  const SlotSegment *current = &self->segments[0];
  if (self->kind != SLOT_KIND_VIDEO)
    return FALSE;
  if (!self->has_pending && !(self->flowing && current->filter.needs_keyframe))
    return FALSE;
  *ret_source = self->has_pending ? self->pending : current->source;
  return TRUE;
}

gboolean
slot_rewriter_is_settled (const SlotRewriter *self)
{
  const LayerFilter *filter = &self->segments[0].filter;

  if (self->has_pending)
    return FALSE;
  return !self->flowing || filter->newest == 0 || filter->target == self->target;
}

gboolean
slot_rewriter_flowing (const SlotRewriter *self, guint32 *ret_source)
{
  if (!self->flowing)
    return FALSE;
  *ret_source = self->segments[0].source;
  return TRUE;
}

gboolean
slot_rewriter_followed_target (const SlotRewriter *self, guint32 source, guint *ret_target)
{
  const SlotSegment *current = &self->segments[0];
  if (!self->flowing || current->source != source)
    return FALSE;
  *ret_target = current->filter.target;
  return TRUE;
}

gboolean
slot_rewriter_is_interested (const SlotRewriter *self, guint32 source)
{
  if (self->has_pending && self->pending == source)
    return TRUE;
  for (guint age = 0; age < self->segment_count; age++) {
    if (self->segments[age].source == source)
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

/* What makes the frame numbers of a new segment go on by one. */
static SlotLowering
next_lowering (const SlotRewriter *self, const PayloadNumbers *numbers)
{
  const PayloadNumbers *newest = &self->newest;
  SlotLowering lowering = { 0 };
  if (!numbers)
    return lowering;
  guint bits = payload_numbers_picture_bits (numbers);
  if (payload_numbers_has_picture (numbers) && payload_numbers_has_picture (newest) &&
      bits == payload_numbers_picture_bits (newest))
    lowering.pictures = (numbers->picture_id - newest->picture_id - 1) & ((1u << bits) - 1);
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
  if (payload_numbers_has_picture (numbers)) {
    guint bits = payload_numbers_picture_bits (numbers);
    guint16 sent = (numbers->picture_id - lowering.pictures) & ((1u << bits) - 1);
    if (first || !payload_numbers_has_picture (newest) || is_ahead (sent, newest->picture_id, bits))
      newest->picture_id = sent;
    newest->picture_id_at = numbers->picture_id_at;
    newest->is_long = numbers->is_long;
    newest->is_extension = numbers->is_extension;
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
  age_segments (self);
  self->segment_count = MIN (self->segment_count + 1, SLOT_SEGMENTS);
  self->segments[0] = (SlotSegment){
    .source = input->source,
    .ts_offset = input->timestamp - timestamp,
    .first_seq = input->source_seq,
    .first = self->next_index,
    .last = self->next_index,
    .lowering = next_lowering (self, input->numbers),
    .highest = input->source_seq,
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
  const SlotSegment *current = &self->segments[0];
  if (!self->flowing || current->source != input->source ||
      input->source_seq <= current->highest + SLOT_GAP_MAX)
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
    SlotSegment *segment = &self->segments[age];
    if (segment->source != input->source)
      continue;
    known = TRUE;
    if (input->source_seq < segment->first_seq)
      continue;
    if ((age == 0 && self->flowing) || input->source_seq <= segment->highest)
      return segment;
    break;
  }
  if (self->has_pending && self->pending == input->source)
    *ret_verdict = SLOT_DROP_WAITING;
  else
    *ret_verdict = known ? SLOT_DROP_LATE : SLOT_DROP_UNROUTED;
  return NULL;
}

/* --- layers --- */

static gboolean
has_layers (const LayerFrame *frame)
{
  return frame != NULL && frame->number != 0;
}

/* What is to be taken off the numbers of @frame's packets; FALSE: not known any more. */
static gboolean
frame_lowering (const SlotSegment *segment, const LayerFrame *frame, SlotLowering *ret_lowering)
{
  guint dropped;
  *ret_lowering = segment->lowering;
  if (!has_layers (frame) || (frame->flags & LAYER_FRAME_RENUMBERED) == 0 ||
      segment->filter.n_dropped == 0)
    return TRUE;
  if (!layer_filter_dropped_before (&segment->filter, frame, &dropped))
    return FALSE;
  ret_lowering->pictures += dropped;
  return TRUE;
}

/* Where there are spatial layers it is remembered of every packet whether it bore a marker that its
 * source did not have. */
static void
note_end (SlotRewriter *self, guint64 index, gboolean ends_picture)
{
  if (index > self->ends_highest) {
    bits_clear (self->ends, self->ends_highest, index);
    self->ends_highest = index;
  }
  if (ends_picture)
    bits_set (self->ends, index, TRUE);
}

static SlotVerdict
admit (SlotRewriter *self, SlotSegment *segment, guint64 source_seq, guint64 *ret_index)
{
  if (!segment_index (self, segment, source_seq, ret_index) ||
      (segment != &self->segments[0] && *ret_index > segment->last))
    return SLOT_DROP_LATE;
  if (seal_guard_admit (&self->guard, *ret_index))
    return SLOT_FORWARD;
  return seal_guard_was_admitted (&self->guard, *ret_index) ? SLOT_DROP_DUPLICATE : SLOT_DROP_LATE;
}

static void
note_sent (SlotRewriter *self, const SlotInput *input, guint64 index, guint32 timestamp)
{
  if (index >= self->next_index)
    self->next_index = index + 1;
  if (ts_diff (timestamp, self->last_timestamp) > 0) {
    self->last_timestamp = timestamp;
    self->last_us = input->arrival_us;
  }
}

SlotVerdict
slot_rewriter_map (SlotRewriter *self, const SlotInput *input, SlotOutput *ret_output)
{
  SlotVerdict verdict = SLOT_FORWARD;
  SlotOutput output = { 0 };
  output.switched = begins_segment (self, input);
  if (output.switched)
    start_segment (self, input);
  SlotSegment *segment = find_segment (self, input, &verdict);
  if (!segment)
    return verdict;
  if (has_layers (input->frame)) {
    if (!layer_filter_pass (&segment->filter, input->frame, input->keyframe_start, self->target)) {
      segment_drop (self, segment, input->source_seq);
      return SLOT_DROP_LAYER;
    }
    output.ends_picture = layer_filter_ends_picture (&segment->filter, input->frame);
  }
  if (!frame_lowering (segment, input->frame, &output.lowering))
    return SLOT_DROP_LATE;
  verdict = admit (self, segment, input->source_seq, &output.index);
  if (verdict != SLOT_FORWARD)
    return verdict;
  segment_advance (self, segment, input->source_seq);
  if (output.index > segment->last)
    segment->last = output.index;
  output.seq = (guint16) output.index;
  output.timestamp = input->timestamp - segment->ts_offset;
  note_sent (self, input, output.index, output.timestamp);
  note_numbers (self, input, output.lowering, output.switched);
  if (has_layers (input->frame) && (input->frame->flags & LAYER_FRAME_SPATIAL))
    note_end (self, output.index, output.ends_picture);
  *ret_output = output;
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
    const SlotSegment *segment = &self->segments[age];
    SlotOrigin origin = {
      .source = segment->source,
      .index = index,
      .ts_offset = segment->ts_offset,
      .segment = (guint) (segment - self->segments),
      .lowering = segment->lowering,
    };
    if (index < segment->first || index > segment->last)
      continue;
    if (!segment_source_seq (self, segment, index, &origin.source_seq))
      return FALSE;
    *ret_origin = origin;
    return TRUE;
  }
  return FALSE;
}

gboolean
slot_rewriter_complete (const SlotRewriter *self, SlotOrigin *origin, const LayerFrame *frame)
{
  const SlotSegment *segment = &self->segments[origin->segment];
  if (!has_layers (frame))
    return TRUE;
  if (frame->flags & LAYER_FRAME_SPATIAL)
    origin->ends_picture =
        origin->index <= self->ends_highest && bits_has (self->ends, origin->index);
  return layer_filter_was_passed (&segment->filter, frame) &&
         frame_lowering (segment, frame, &origin->lowering);
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
    .ends_picture = origin->ends_picture,
    .lowering = origin->lowering,
  };
  return TRUE;
}

gboolean
slot_rewriter_map_timestamp (const SlotRewriter *self, guint32 source, guint32 source_timestamp,
                             guint32 *ret_timestamp)
{
  const SlotSegment *current = &self->segments[0];
  if (!self->flowing || current->source != source)
    return FALSE;
  *ret_timestamp = source_timestamp - current->ts_offset;
  return TRUE;
}
