#include "pipelines/relay/slot.h"

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot_pressure.h"
#include "pipelines/relay/transport_capture.h"
#include "pipelines/rtp/rtx.h"
#include "pipelines/transport/cache_line.h"

#include <string.h>

/* RFC 3711, section 3.3.1: below 2^15 the first roll-over cannot be guessed wrong. */
static guint16
random_first_seq (void)
{
  return g_random_int_range (1, 0x8000);
}

static void
extension_map_init (ExtensionMap *map, const GPtrArray *specs)
{
  memset (map, 0, sizeof *map);
  for (guint i = 0; specs != NULL && i < specs->len; i++) {
    const ExtensionSpec *spec = g_ptr_array_index (specs, i);
    ExtensionKind kind = extension_kind_from_uri (spec->uri);

    if (kind != EXTENSION_NONE)
      extension_map_set (map, kind, spec->id);
  }
}

Slot *
slot_new (Transport *transport, guint index, const SlotSpec *spec)
{
  Slot *slot = g_aligned_alloc0 (1, sizeof *slot, CACHE_LINE_BYTES);
  ExtensionRewriterMode mode = EXTENSION_REWRITER_STAMPED;
  ExtensionMap map;
  guint32 clock_rate = spec->kind == TRACK_AUDIO ? 48000 : 90000;

  slot->transport = transport;
  slot->index = index;
  slot->id = g_strdup (spec->slot);
  slot->cname = g_strdup (spec->cname);
  slot->kind = spec->kind;
  slot->ssrc = spec->ssrc;
  slot->rtx_ssrc = spec->rtx_ssrc;
  slot->encoding = LAYER_NONE;
  slot->target = slot->limit_target = LAYER_TARGET_ALL;
  slot->thinned = LAYER_TEMPORAL_MAX - 1;
  codec_table_init (&slot->codecs, spec->codecs);
  if (slot->codecs.n_entries > 0)
    clock_rate = slot->codecs.entries[0].clock_rate;
  /* Whether NACK was agreed or not: one may come, and an index is never sealed with other bytes. */
  if (slot->rtx_ssrc == 0 && slot->kind == TRACK_VIDEO)
    mode = EXTENSION_REWRITER_REPRODUCIBLE;
  extension_map_init (&map, spec->extensions);
  extension_rewriter_init (&slot->headers, slot->ssrc, &map, spec->mid, mode);
  if (slot->rtx_ssrc != 0)
    extension_rewriter_init (&slot->rtx_headers, slot->rtx_ssrc, &map, spec->mid,
                             EXTENSION_REWRITER_STAMPED);
  slot_rewriter_init (&slot->rewriter,
                      slot->kind == TRACK_AUDIO ? SLOT_KIND_AUDIO : SLOT_KIND_VIDEO, clock_rate,
                      random_first_seq (), g_random_int ());
  slot->rtx_index = random_first_seq ();
  return slot;
}

void
slot_free (Slot *slot)
{
  slot_route (slot, NULL, 0);
  slot_pace_cancel (slot);
  g_free (slot->resends);
  g_free (slot->id);
  g_free (slot->cname);
  g_aligned_free (slot);
}

static void
slot_leave (Slot *slot)
{
  Feed *leaving = g_steal_pointer (&slot->leaving);

  if (leaving != NULL)
    feed_remove_slot (leaving, slot);
}

static void
slot_map_codecs (Slot *slot, const TrackShape *shape)
{
  const CodecEntry *coded = codec_table_find_coded (&shape->codecs);
  const CodecEntry *primary = coded != NULL ? codec_table_match (&slot->codecs, coded) : NULL;

  slot->codecs_now.primary_pt = primary != NULL ? primary->pt : CODEC_NO_PT;
  slot->unsupported = TRUE;
  for (guint i = 0; i < shape->codecs.n_entries; i++) {
    const CodecEntry *match = codec_table_match (&slot->codecs, &shape->codecs.entries[i]);

    slot->codecs_now.pts[i] = match != NULL ? match->pt : CODEC_NO_PT;
    slot->codecs_now.rtx_pts[i] = match != NULL ? match->rtx_pt : CODEC_NO_PT;
    if (match != NULL)
      slot->unsupported = FALSE;
  }
}

/* A picture goes on until the next one starts; sound must not (it may be a closed microphone). */
static void
slot_part_from_feed (Slot *slot, gboolean keep_picture)
{
  Feed *old = g_steal_pointer (&slot->feed);
  guint32 source;

  slot_leave (slot);
  if (old == NULL)
    return;
  if (keep_picture && slot->kind == TRACK_VIDEO &&
      slot_rewriter_flowing (&slot->rewriter, &source)) {
    slot->leaving = old;
    slot->codecs_leaving = slot->codecs_now;
    return;
  }
  slot_rewriter_stop (&slot->rewriter);
  feed_remove_slot (old, slot);
}

/* Something begins to flow, of which the receiver will tell how it came. */
static void
slot_watch_line (Slot *slot)
{
  if (slot_has_feedback (slot))
    line_share_ensure (slot->transport);
}

void
slot_route (Slot *slot, Feed *feed, gint height)
{
  slot->height = height;
  transport_stir (slot->transport);
  /* First: what it leaves goes with its last slot, and may be @feed. */
  if (feed != NULL && (slot->group != NULL || slot->feed != feed))
    feed_add_slot (feed, slot);
  if (slot->group != NULL) {
    slot->told_flowing = FALSE; /* of voices nothing was told */
    audio_group_remove_slot (g_steal_pointer (&slot->group), slot);
  }
  if (slot->feed != feed) {
    slot_start_cancel (slot);
    if (feed != NULL && slot->leaving == feed)
      slot_leave (slot);
    slot_part_from_feed (slot, feed != NULL);
    slot->feed = feed;
    slot->encoding = LAYER_NONE;
    slot->is_limited = FALSE;
    slot->unsupported = FALSE;
    slot->routed_us = slot->transport->shard->now_us;
    if (feed != NULL)
      slot_map_codecs (slot, feed->shape);
  }
  if (feed != NULL)
    slot_update (slot);
}

void
slot_follow (Slot *slot, Feed *feed, guint32 source)
{
  transport_stir (slot->transport);
  slot_rewriter_stop (&slot->rewriter);
  if (slot->feed != feed && feed != NULL)
    slot_map_codecs (slot, feed->shape);
  slot->feed = feed;
  slot->encoding = feed != NULL ? 0 : LAYER_NONE;
  if (feed == NULL || source == 0)
    return;
  slot_rewriter_select (&slot->rewriter, source);
  slot_watch_line (slot);
}

gint
slot_wanted_encoding (const Slot *slot)
{
  LayerInfo layers[LIMIT_RIDS];
  const Feed *feed = slot->feed;
  guint n = feed->shape->n_encodings;

  if (feed->muted)
    return LAYER_NONE;
  if (n == 1)
    return feed->encodings[0].source != 0 ? 0 : LAYER_NONE;
  for (guint i = 0; i < n; i++)
    layers[i] = feed->encodings[i].layer;
  return layer_select (layers, n, slot->height, slot->encoding);
}

/* Its receiver reads by TCP, more slowly than it is sent. */
static gboolean
slot_is_held (const Slot *slot)
{
  return slot->transport->holds_video && slot->kind == TRACK_VIDEO;
}

/* The limit may be of a moment ago: one that does not flow any more is none. */
static gint
slot_choose_encoding (const Slot *slot)
{
  gint wanted = slot_wanted_encoding (slot);

  if (slot_is_held (slot))
    return LAYER_NONE;
  if (wanted == LAYER_NONE || !slot->is_limited)
    return wanted;
  if (slot->limit == LAYER_NONE || slot->feed->shape->n_encodings == 1)
    return slot->limit;
  return slot->feed->encodings[slot->limit].layer.active ? slot->limit : wanted;
}

guint
slot_wanted_target (const Slot *slot, gint encoding)
{
  return layer_ladder_select (&slot->feed->encodings[encoding].ladder, slot->height);
}

static guint
slot_choose_target (const Slot *slot)
{
  return slot->is_limited && slot->limit == slot->encoding
             ? slot->limit_target
             : slot_wanted_target (slot, slot->encoding);
}

/* A receiver that did not agree on AV1's dependency descriptor cannot tell spatial layers apart: it
 * gets the lowest alone, which looks like a stream without layers. */
static gboolean
slot_tells_spatial (const Slot *slot)
{
  const CodecTable *codecs = &slot->feed->shape->codecs;
  gboolean is_av1 = codecs->n_entries > 0 && codecs->entries[0].codec == CODEC_AV1;

  return !is_av1 || slot->headers.dependency_id != 0;
}

static guint
slot_thinned_target (const Slot *slot)
{
  guint spatial = layer_target_spatial (slot->target);
  gboolean has_spatial = slot->feed->encodings[slot->encoding].ladder.n_spatial > 1;

  if (has_spatial && !slot_tells_spatial (slot))
    spatial = 0;
  return LAYER_TARGET (spatial, MIN (layer_target_temporal (slot->target), slot->thinned));
}

void
slot_limit (Slot *slot, gint encoding, guint target)
{
  if (slot->is_limited && slot->limit == encoding && slot->limit_target == target)
    return;
  slot->is_limited = TRUE;
  slot->limit = encoding;
  slot->limit_target = target;
  slot_update (slot);
}

void
slot_cut_short (Slot *slot)
{
  const FeedEncoding *flowing = NULL;
  guint32 source;

  if (slot->feed == NULL || slot->encoding == LAYER_NONE)
    return;
  if (slot_rewriter_flowing (&slot->rewriter, &source))
    flowing = feed_find_encoding (slot->feed, source);
  if (flowing == NULL ||
      flowing->layer.bitrate_bps <= slot->feed->encodings[slot->encoding].layer.bitrate_bps)
    return;
  slot_rewriter_stop (&slot->rewriter);
  slot_update (slot);
}

void
slot_thin (Slot *slot, guint temporal)
{
  if (slot->thinned == temporal)
    return;
  slot->thinned = MIN (temporal, LAYER_TEMPORAL_MAX - 1);
  slot_update (slot);
}

guint
slot_temporal_layers (const Slot *slot)
{
  if (slot->feed == NULL || slot->encoding == LAYER_NONE)
    return 0;
  return slot->feed->encodings[slot->encoding].ladder.n_temporal;
}

void
slot_release_limit (Slot *slot)
{
  if (!slot->is_limited)
    return;
  slot->is_limited = FALSE;
  slot_update (slot);
}

gboolean
slot_has_feedback (const Slot *slot)
{
  return extension_rewriter_has_transport_seq (&slot->headers);
}

/* Asked when the slot is routed or its receiver can be sent to, and again with every tick: a
 * keyframe may get lost on its way here, and a receiver that saw no packet yet does not ask. The
 * requester bounds the rate; so one that the receiver could not be sent anyway would only make it
 * wait. */
static void
slot_ask_for_keyframe (Slot *slot)
{
  guint32 wanted;

  if (slot->feed != NULL && slot->transport->sendable &&
      slot_rewriter_wants_keyframe (&slot->rewriter, &wanted) && !slot_start_try (slot, wanted))
    feed_request_keyframe (slot->feed, wanted);
}

void
slot_update (Slot *slot)
{
  if (slot->feed == NULL)
    return;
  transport_stir (slot->transport);
  slot->encoding = slot_press_encoding (slot, slot_choose_encoding (slot));
  if (slot->encoding != LAYER_NONE) {
    slot_watch_line (slot);
    slot->target = slot_choose_target (slot);
    slot_rewriter_set_target (&slot->rewriter, slot_thinned_target (slot));
    slot_rewriter_select (&slot->rewriter, slot->feed->encodings[slot->encoding].source);
  } else if (slot->feed->muted || slot_is_held (slot) ||
             (slot->is_limited && slot->limit == LAYER_NONE) ||
             slot_get_pressed (slot) == PRESSED_OFF) {
    slot_leave (slot);
    slot_rewriter_stop (&slot->rewriter);
  }
  slot_ask_for_keyframe (slot);
}

/* Room for the header of @info's copy. */
static gsize
header_room (const PacketInfo *info)
{
  guint dependency = info->dependency_size;

  return RTP_OUT_HEADER_CAPACITY +
         (dependency > 0 ? EXTENSION_DEPENDENCY_ROOM (dependency + DEPENDENCY_ACTIVE_ROOM) : 0);
}

/* The same for all of it; sound may be padded. */
static gsize
packet_room (const Slot *slot, const PacketInfo *info, guint body_size)
{
  gsize room = header_room (info) + body_size + SRTP_TAG_BYTES_MAX;

  if (slot->kind != TRACK_AUDIO || room > SEND_BATCH_SEGMENT_MAX)
    return room;
  return MIN (room + SOUND_MAX_PAD_BYTES, SEND_BATCH_SEGMENT_MAX);
}

/* Apart: it needs much room on the stack, and few streams have one. */
static G_GNUC_NO_INLINE gsize
append_dependency (Slot *slot, const ExtensionRewriter *headers, const PacketInfo *info,
                   guint pictures, guint8 *out, gsize size)
{
  guint8 told[DEPENDENCY_DESCRIPTOR_MAX + 1 + DEPENDENCY_ACTIVE_ROOM];
  guint dependency_size = info->dependency_size;
  const guint8 *dependency = slot_dependency_choose (slot, info, told, &dependency_size);

  return extension_rewriter_append_dependency (headers, dependency, dependency_size,
                                               info->numbers.picture_id - pictures, out, size);
}

static gsize
write_header (Slot *slot, const ExtensionRewriter *headers, const PacketInfo *info,
              const RtpOutFields *fields, guint pictures, guint8 *out)
{
  gsize size = extension_rewriter_write (headers, fields, out);

  if (info->dependency_size == 0 || headers->dependency_id == 0)
    return size;
  return append_dependency (slot, headers, info, pictures, out, size);
}

/* What a packet holds for @slot: all of it, or of RED the primary alone. */
typedef struct {
  const guint8 *data;
  guint size;
  guint padding; /* RTP padding to be added behind it */
  gboolean is_red;
} SlotBody;

static SlotBody
slot_choose_body (const Slot *slot, const PacketInfo *info, RtpOutFields *fields)
{
  SlotBody body = { .data = rtp_packet_payload (&info->rtp),
                    .size = rtp_packet_body_size (&info->rtp) };

  if (info->red.n_blocks == 0)
    return body;
  body.is_red = fields->payload_type != slot->codecs_now.primary_pt;
  if (!body.is_red) {
    body.data += info->red.primary_at;
    body.size = info->red.primary_size;
    fields->padded = FALSE;
  }
  return body;
}

/* RED goes to a receiver that agreed on it if its line loses packets, or the sender's lost the one
 * before; else it is Opus. */
static guint8
slot_choose_pt (const Slot *slot, const SlotCodecs *codecs, const PacketInfo *info)
{
  const Transport *transport = slot->transport;
  guint8 pt = codecs->pts[info->codec];

  if (info->red.n_blocks == 0 ||
      (pt != CODEC_NO_PT &&
       (info->follows_gap || red_need_is_there (&transport->red, transport->shard->now_us))))
    return pt;
  return codecs->primary_pt;
}

/* What makes sound as long as the packets before it to the same receiver, so that they are one run.
 * Sound is never sent again, so its copies need not be alike. */
static guint
slot_choose_padding (const Slot *slot, const SlotBody *body)
{
  const Transport *transport = slot->transport;
  guint run = send_batch_get_run (transport->shard->batch);
  guint len = slot->headers.size + body->size + sealer_get_tag_len (transport->sealer);
  guint line_bps;

  if (slot->kind != TRACK_AUDIO || run <= len || run - len > SOUND_MAX_PAD_BYTES)
    return 0;
  line_bps = transport_line_bps (transport);
  return line_bps == 0 || line_bps >= SOUND_PAD_LINE_BPS ? run - len : 0;
}

/* To be changed for this slot alone. */
static void
slot_body_move (SlotBody *body, guint8 *to)
{
  if (body->data != to)
    memcpy (to, body->data, body->size);
  body->data = to;
}

/* RFC 3550, section 5.1. */
static void
slot_body_pad (SlotBody *body, guint8 *to)
{
  slot_body_move (body, to);
  memset (to + body->size, 0, body->padding);
  body->size += body->padding;
  to[body->size - 1] = body->padding;
}

/* Who keeps headers, and who captures: with the finished header, before it is sealed. Inlined: the
 * compiler would not, and the call is dearer than what it does. */
G_ALWAYS_INLINE static inline void
note_sent (const Slot *slot, gboolean is_rtx, const guint8 *packet, gsize header_len,
           const SlotBody *body)
{
  Transport *transport = slot->transport;

  header_ring_add_sent (&transport->headers, packet, body->size, CAPTURE_DOWN (slot->index, is_rtx),
                        transport->shard->now_us);
  if (G_UNLIKELY (transport->capture != NULL))
    transport_capture_sent (slot, is_rtx, packet, header_len, body->data, body->size);
}

/* Seals one packet into the batch under the numbers of @output. @fields: with payload type and
 * abs-send-time; the rest is filled in. */
static void
slot_send (Slot *slot, const PacketInfo *info, const SlotOutput *output, RtpOutFields *fields)
{
  Transport *transport = slot->transport;
  SendBatch *batch = transport->shard->batch;
  SlotBody body = slot_choose_body (slot, info, fields);
  guint8 *packet = send_batch_reserve (batch, packet_room (slot, info, body.size));
  guint8 *body_at;
  gsize header_len;

  if (packet == NULL)
    return;
  fields->seq = output->seq;
  fields->timestamp = output->timestamp;
  fields->marker = fields->marker || output->ends_picture;
  body.padding = fields->padded ? 0 : slot_choose_padding (slot, &body);
  fields->padded = fields->padded || body.padding > 0;
  if (extension_rewriter_has_transport_seq (&slot->headers))
    fields->transport_seq = transport_next_seq (transport, body.size + body.padding);
  header_len = write_header (slot, &slot->headers, info, fields, output->lowering.pictures, packet);
  body_at = packet + header_len;
  if (slot_lowering_is_any (output->lowering) && !info->numbers.is_extension) {
    slot_body_move (&body, body_at);
    payload_lower_numbers (body_at, &info->numbers, output->lowering.pictures,
                           output->lowering.tl0);
  }
  if (body.is_red && info->red.pt != slot->codecs_now.primary_pt) {
    slot_body_move (&body, body_at);
    red_set_payload_type (body_at, &info->red, slot->codecs_now.primary_pt);
  }
  if (body.padding > 0)
    slot_body_pad (&body, body_at);
  note_sent (slot, FALSE, packet, header_len, &body);
  send_batch_commit (batch, sealer_seal (transport->sealer, packet, header_len, body.data,
                                         body.size, output->index));
  slot->packets++;
  slot->octets += info->rtp.payload_size;
  transport->down_bytes += header_len + body.size;
}

void
slot_forward (Slot *slot, const SlotBurst *burst)
{
  if (slot->transport->sendable && slot_rewriter_is_interested (&slot->rewriter, burst->source) &&
      slot->starts_with != burst->source) {
    if (G_UNLIKELY (slot->is_paced))
      slot_pace_on_burst (slot, burst);
    else
      slot_forward_burst (slot, burst);
  }
}

void
slot_forward_burst (Slot *slot, const SlotBurst *burst)
{
  slot_forward_range (slot, burst, 0, burst->n_packets);
}

void
slot_forward_range (Slot *slot, const SlotBurst *burst, guint from, guint to)
{
  Transport *transport = slot->transport;
  const SlotCodecs *codecs;
  SlotVerdict verdict;

  codecs = burst->feed == slot->leaving ? &slot->codecs_leaving : &slot->codecs_now;
  send_batch_begin (transport->shard->batch, &transport->path);
  for (guint i = from; i < to; i++) {
    const PacketInfo *info = burst->packets[i];
    RtpOutFields fields = info->out;
    SlotOutput output;

    fields.payload_type = slot_choose_pt (slot, codecs, info);
    fields.abs_send_time = burst->abs_send_time;
    slot->unsupported = fields.payload_type == CODEC_NO_PT;
    verdict = slot->unsupported ? SLOT_DROP_WAITING
                                : slot_rewriter_map (&slot->rewriter, &burst->inputs[i], &output);
    if (verdict == SLOT_FORWARD)
      slot_send (slot, info, &output, &fields);
    else if (verdict == SLOT_DROP_WAITING)
      transport_stir (transport);
  }
}

/* RFC 4588: the original's payload behind its sequence number, as a stream of its own. */
static void
slot_send_rtx (Slot *slot, const PacketInfo *info, const SlotOrigin *origin)
{
  Transport *transport = slot->transport;
  SendBatch *batch = transport->shard->batch;
  gsize room = RTX_OSN_SIZE + info->rtp.payload_size;
  guint8 *packet = send_batch_reserve (batch, header_room (info) + room + SRTP_TAG_BYTES_MAX);
  RtpOutFields fields = info->out;
  gsize header_len, body_len;

  if (packet == NULL || slot->codecs_now.rtx_pts[info->codec] == CODEC_NO_PT)
    return;
  fields.padded = FALSE;
  fields.marker = fields.marker || origin->ends_picture;
  fields.payload_type = slot->codecs_now.rtx_pts[info->codec];
  fields.seq = (guint16) slot->rtx_index;
  fields.timestamp =
      slot_start_timestamp (&slot->start, origin->source, origin->source_seq, info->rtp.timestamp) -
      origin->ts_offset;
  fields.abs_send_time = extension_abs_send_time (transport->shard->now_us);
  if (extension_rewriter_has_transport_seq (&slot->rtx_headers))
    fields.transport_seq = transport_next_seq (transport, room);
  header_len =
      write_header (slot, &slot->rtx_headers, info, &fields, origin->lowering.pictures, packet);
  body_len = rtx_write_body (packet + header_len, room, (guint16) origin->index, &info->rtp);
  if (body_len == 0)
    return;
  payload_lower_numbers (packet + header_len + RTX_OSN_SIZE, &info->numbers,
                         origin->lowering.pictures, origin->lowering.tl0);
  note_sent (slot, TRUE, packet, header_len,
             &(SlotBody){ .data = packet + header_len, .size = (guint) body_len });
  send_batch_commit (batch, sealer_seal (transport->sealer, packet, header_len, packet + header_len,
                                         body_len, slot->rtx_index++));
  transport->down_bytes += header_len + body_len;
}

/* The packet that was sent as @seq, if it can be sent again; *@ret_origin: where it came from. */
static const PacketInfo *
slot_find_sent (Slot *slot, guint16 seq, SlotOrigin *ret_origin)
{
  FeedEncoding *encoding;
  const PacketInfo *info;
  GstBuffer *buffer;

  if (!slot_rewriter_find_source (&slot->rewriter, seq, ret_origin))
    return NULL;
  encoding = feed_find_encoding (slot->feed, ret_origin->source);
  if (encoding == NULL || encoding->cache == NULL)
    return NULL;
  buffer =
      packet_cache_get (encoding->cache, ret_origin->source_seq, slot->transport->shard->now_us);
  if (buffer == NULL)
    return NULL;
  info = packet_meta_get (buffer);
  return slot_rewriter_complete (&slot->rewriter, ret_origin, &info->frame) ? info : NULL;
}

static void
slot_resend (Slot *slot, const PacketInfo *info, const SlotOrigin *origin)
{
  RtpOutFields fields = info->out;
  SlotOutput output;

  fields.payload_type = slot->codecs_now.pts[info->codec];
  if (fields.payload_type == CODEC_NO_PT)
    return;
  slot->transport->shard->stats.retransmitted++;
  slot->meter.rtx++;
  if (slot->rtx_ssrc != 0)
    slot_send_rtx (slot, info, origin);
  else if (slot_rewriter_remap (&slot->rewriter, origin, info->rtp.timestamp, &output))
    slot_send (slot, info, &output, &fields);
}

static gboolean
slot_takes_from_budget (Slot *slot, const PacketInfo *info)
{
  Transport *transport = slot->transport;

  return resend_budget_take (&transport->resends, info->rtp.size, transport_line_bps (transport),
                             transport->shard->now_us);
}

static gboolean
slot_repeats_twice (Slot *slot, const PacketInfo *info, const SlotOrigin *origin)
{
  const Transport *transport = slot->transport;

  return slot->rtx_ssrc != 0 && transport->rtt_us >= RESEND_TWICE_RTT_US &&
         transport->share != NULL && estimator_has_room (&transport->share->estimator) &&
         resend_log_times (slot->resends, origin->index) == 0 &&
         slot_takes_from_budget (slot, info);
}

/* Sends @seq again within the bounds; RESEND_ENOUGH: only a keyframe helps now. */
static ResendVerdict
slot_answer_nack (Slot *slot, guint16 seq)
{
  Transport *transport = slot->transport;
  gint64 now_us = transport->shard->now_us;
  SlotOrigin origin;
  const PacketInfo *info = slot_find_sent (slot, seq, &origin);
  ResendVerdict verdict;
  guint times;

  if (info == NULL)
    return RESEND_WAIT;
  verdict = resend_log_check (slot->resends, origin.index, transport->rtt_us, now_us);
  if (verdict != RESEND_SEND)
    return verdict;
  if (!slot_takes_from_budget (slot, info))
    return RESEND_WAIT;
  times = slot_repeats_twice (slot, info, &origin) ? 2 : 1;
  resend_log_note (slot->resends, origin.index, times, now_us);
  for (guint i = 0; i < times; i++)
    slot_resend (slot, info, &origin);
  return RESEND_SEND;
}

/* By RTX, which begins with its picture. */
static gboolean
slot_can_fill (const Slot *slot)
{
  return slot->kind == TRACK_VIDEO && slot->rtx_ssrc != 0 && slot->feed != NULL &&
         slot->packets > 0;
}

guint
slot_repeat (Slot *slot, guint bytes)
{
  Transport *transport = slot->transport;
  guint64 before = transport->down_bytes;
  guint16 newest = (guint16) (slot->rewriter.next_index - 1);

  if (!slot_can_fill (slot))
    return 0;
  send_batch_begin (transport->shard->batch, &transport->path);
  for (guint i = 0; i < SLOT_REPEAT_MAX && transport->down_bytes - before < bytes; i++) {
    SlotOrigin origin;
    const PacketInfo *info = slot_find_sent (slot, (guint16) (newest - i), &origin);

    if (info != NULL)
      slot_resend (slot, info, &origin);
  }
  return (guint) MIN (transport->down_bytes - before, G_MAXUINT);
}

/* The RTX type of any codec of its track; CODEC_NO_PT: none. */
static guint8
find_rtx_pt (const Slot *slot)
{
  guint n = slot->feed->shape->codecs.n_entries;
  guint8 pt = CODEC_NO_PT;

  for (guint i = 0; i < n && pt == CODEC_NO_PT; i++)
    pt = slot->codecs_now.rtx_pts[i];
  return pt;
}

/* No original, only padding: a receiver tells of it and forgets it. */
static void
slot_send_padding (Slot *slot, guint8 payload_type)
{
  Transport *transport = slot->transport;
  SendBatch *batch = transport->shard->batch;
  guint8 *packet =
      send_batch_reserve (batch, RTP_OUT_HEADER_CAPACITY + SLOT_PADDING_BYTES + SRTP_TAG_BYTES_MAX);
  SlotBody body = { .padding = SLOT_PADDING_BYTES };
  RtpOutFields fields = { .padded = TRUE,
                          .payload_type = payload_type,
                          .seq = (guint16) slot->rtx_index,
                          .timestamp = slot->rewriter.last_timestamp };
  gsize header_len;

  if (packet == NULL)
    return;
  fields.abs_send_time = extension_abs_send_time (transport->shard->now_us);
  if (extension_rewriter_has_transport_seq (&slot->rtx_headers))
    fields.transport_seq = transport_next_seq (transport, SLOT_PADDING_BYTES);
  header_len = extension_rewriter_write (&slot->rtx_headers, &fields, packet);
  body.data = packet + header_len;
  slot_body_pad (&body, packet + header_len);
  note_sent (slot, TRUE, packet, header_len, &body);
  send_batch_commit (batch, sealer_seal (transport->sealer, packet, header_len, body.data,
                                         body.size, slot->rtx_index++));
  transport->down_bytes += header_len + body.size;
}

guint
slot_pad (Slot *slot, guint bytes)
{
  Transport *transport = slot->transport;
  guint64 before = transport->down_bytes;
  guint8 payload_type;

  if (!slot_can_fill (slot))
    return 0;
  payload_type = find_rtx_pt (slot);
  if (payload_type == CODEC_NO_PT)
    return 0;
  send_batch_begin (transport->shard->batch, &transport->path);
  for (guint i = 0; i < SLOT_REPEAT_MAX && transport->down_bytes - before < bytes; i++)
    slot_send_padding (slot, payload_type);
  return (guint) MIN (transport->down_bytes - before, G_MAXUINT);
}

void
slot_on_nack (Slot *slot, const RtcpNack *nack)
{
  Transport *transport = slot->transport;
  gboolean enough = FALSE;
  guint32 source;

  transport->shard->stats.nacks_in++;
  slot->meter.nacks += nack->count;
  if (!transport->sendable || slot->feed == NULL || slot_is_held (slot))
    return;
  if (slot->resends == NULL)
    slot->resends = g_new0 (ResendLog, 1);
  send_batch_begin (transport->shard->batch, &transport->path);
  for (guint i = 0; i < nack->count; i++)
    enough = slot_answer_nack (slot, nack->seqs[i]) == RESEND_ENOUGH || enough;
  if (enough && slot_rewriter_flowing (&slot->rewriter, &source))
    feed_request_keyframe (slot->feed, source);
}

void
slot_on_keyframe_request (Slot *slot)
{
  guint32 source;

  slot->meter.plis++;
  if (slot->feed == NULL)
    return;
  if (slot_rewriter_wants_keyframe (&slot->rewriter, &source) ||
      slot_rewriter_flowing (&slot->rewriter, &source))
    feed_request_keyframe (slot->feed, source);
}

gboolean
slot_write_report (Slot *slot, gboolean is_turn, RtcpWriter *writer)
{
  gint64 now_us = slot->transport->shard->now_us;
  FeedEncoding *encoding;
  RtcpSenderInfo info = { .ssrc = slot->ssrc };
  gsize before = writer->size;
  guint32 source, source_ts;

  if (slot->feed == NULL || slot->packets == 0 || !slot_rewriter_flowing (&slot->rewriter, &source))
    return TRUE;
  if (source != slot->told_source) {
    slot->told_source = source;
    slot->told_reports = 0;
  }
  if (!is_turn && slot->told_reports >= REPORTS_FIRST)
    return TRUE;
  encoding = feed_find_encoding (slot->feed, source);
  if (encoding == NULL ||
      !stream_clock_timestamp_at (&encoding->clock, &slot->feed->sender, now_us, &source_ts) ||
      !slot_rewriter_map_timestamp (&slot->rewriter, source, source_ts, &info.rtp_timestamp))
    return TRUE;
  info.ntp = rtcp_ntp_from_us (now_us);
  info.packets = (guint32) slot->packets;
  info.octets = (guint32) slot->octets;
  if (rtcp_write_sr (writer, &info, NULL, 0) &&
      rtcp_write_sdes_cname (writer, slot->ssrc, slot->cname)) {
    slot->told_reports++;
    return TRUE;
  }
  writer->size = before;
  return FALSE;
}

/* The new picture has started, or did not come in time: what was left behind ends. */
static void
slot_tick_leaving (Slot *slot, guint32 source)
{
  gboolean late = slot->transport->shard->now_us - slot->routed_us > SLOT_LEAVE_US;
  gboolean switched = slot->feed == NULL || feed_find_encoding (slot->feed, source) != NULL;

  if (!switched && !late)
    return;
  if (!switched)
    slot_rewriter_stop (&slot->rewriter);
  slot_leave (slot);
  slot_update (slot);
}

static void
slot_tell_state (Slot *slot, gboolean flowing)
{
  SlotStateEvent *event;

  if (flowing == slot->told_flowing && slot->unsupported == slot->told_unsupported)
    return;
  slot->told_flowing = flowing;
  slot->told_unsupported = slot->unsupported;
  event = slot_state_event_new ();
  event->slot = g_strdup (slot->id);
  event->track = slot->feed != NULL ? g_strdup (slot->feed->shape->id) : NULL;
  event->flowing = flowing;
  event->unsupported = slot->unsupported;
  shard_emit (slot->transport->shard, CONTROL_SLOT_STATE, event, slot->transport->serial);
}

gboolean
slot_tick (Slot *slot)
{
  gboolean flowing;
  guint32 source = 0;

  flowing = slot_rewriter_flowing (&slot->rewriter, &source);
  if (slot->leaving != NULL) {
    slot_tick_leaving (slot, source);
    flowing = slot->leaving == NULL && slot_rewriter_flowing (&slot->rewriter, &source);
  }
  flowing = flowing && slot->feed != NULL;
  slot_ask_for_keyframe (slot);
  if (slot->group != NULL)
    slot->told_flowing = flowing; /* voices come and go: nobody asks */
  slot_tell_state (slot, flowing);
  return slot->leaving == NULL && slot_rewriter_is_settled (&slot->rewriter);
}
