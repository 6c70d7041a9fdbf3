#include "pipelines/relay/track.h"

#include "pipelines/elements/track_fanout.h"
#include "pipelines/relay/clock.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/track_picture.h"
#include "pipelines/relay/transport.h"
#include "pipelines/rtp/rtx.h"

#include <string.h>

/* --- the bin ---------------------------------------------------------------------------------- */

static GstCaps *
track_describe (const TrackShape *shape)
{
  const CodecEntry *codec = codec_table_find_coded (&shape->codecs);
  gboolean known = codec != NULL;

  return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING,
                              shape->kind == TRACK_AUDIO ? "audio" : "video", "clock-rate",
                              G_TYPE_INT, known ? (gint) codec->clock_rate : 90000, "encoding-name",
                              G_TYPE_STRING, known ? codec_name (codec->codec) : "unknown", NULL);
}

static void
track_build_bin (Track *track)
{
  g_autoptr (GstCaps) caps = track_describe (track->shape);
  GstElement *ingress = track_ingress_new (track->shape->id, caps);

  track->bin = gst_bin_new (NULL);
  track->tee = gst_element_factory_make ("tee", NULL);
  track->ingress = TRACK_INGRESS (ingress);
  g_object_set (track->tee, "allow-not-linked", TRUE, NULL);
  gst_bin_add_many (GST_BIN (track->bin), ingress, track->tee, NULL);
  gst_element_link (ingress, track->tee);
  gst_bin_add (GST_BIN (track->shard->pipeline), track->bin);
  gst_element_sync_state_with_parent (track->bin);
}

typedef struct {
  Shard *origin;
  Shard *target;
  guint32 serial;
  gboolean is_audio;
} FanTarget;

typedef struct {
  MailboxItem item;
  Shard *target;
  MediaBurst burst;
} ListDelivery;

/* The forwarding shard: waits its turn like what the shard receives itself. */
static void
list_delivery_run (MailboxItem *item)
{
  ListDelivery *delivery = (ListDelivery *) item;
  MediaBurst burst = delivery->burst;

  gst_buffer_list_ref (burst.list);
  media_queue_push (delivery->target->ready, &burst);
  shard_wake (delivery->target);
}

static void
list_delivery_destroy (MailboxItem *item)
{
  ListDelivery *delivery = (ListDelivery *) item;

  gst_buffer_list_unref (delivery->burst.list);
  g_free (delivery);
}

static void
on_fan_list (gpointer user_data, GstBufferList *list)
{
  const FanTarget *fan = user_data;
  const PacketInfo *first = packet_meta_get (gst_buffer_list_get (list, 0));
  ListDelivery *delivery;

  if (fan->target == fan->origin) {
    shard_deliver_list (fan->target, fan->serial, list);
    return;
  }
  fan->origin->stats.handoffs++;
  delivery = g_new0 (ListDelivery, 1);
  delivery->item.run = list_delivery_run;
  delivery->item.destroy = list_delivery_destroy;
  delivery->target = fan->target;
  delivery->burst.track = fan->serial;
  delivery->burst.encoding = first->encoding;
  delivery->burst.is_audio = fan->is_audio;
  delivery->burst.is_delivery = TRUE;
  delivery->burst.since_us = first->arrival_us;
  delivery->burst.list = gst_buffer_list_ref (list);
  mailbox_post_item (fan->target->mailbox, &delivery->item);
}

static void
track_add_fanout (Track *track, guint index, Shard *target)
{
  FanTarget fan = { track->shard, target, track->shape->serial, track->shape->kind == TRACK_AUDIO };
  FanOut fan_out = { on_fan_list, g_memdup2 (&fan, sizeof fan), g_free };

  if (track->bin == NULL)
    track_build_bin (track);
  track->targets[index] = target;
  track->fanouts[index] = track_fanout_new (&fan_out);
  gst_bin_add (GST_BIN (track->bin), track->fanouts[index]);
  gst_element_sync_state_with_parent (track->fanouts[index]);
  gst_element_link (track->tee, track->fanouts[index]);
}

static void
track_remove_fanout (Track *track, guint index)
{
  GstElement *fanout = g_steal_pointer (&track->fanouts[index]);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fanout, "sink");
  g_autoptr (GstPad) src = gst_pad_get_peer (sink);

  track->targets[index] = NULL;
  track->left_us[index] = 0;
  gst_pad_unlink (src, sink);
  gst_element_release_request_pad (track->tee, src);
  gst_element_set_state (fanout, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (track->bin), fanout);
}

void
track_push (Track *track, GstBufferList *list)
{
  if (track->ingress != NULL)
    track_ingress_push (track->ingress, list);
  else
    gst_buffer_list_unref (list);
}

/* --- what the forwarding shards know ------------------------------------------------------------
 */

typedef struct {
  Shard *target;
  guint32 serial;
  TrackSnapshot snapshot;
} SnapshotDelivery;

static void
on_snapshot (gpointer data)
{
  SnapshotDelivery *delivery = data;
  Feed *feed = feed_find (delivery->target, delivery->serial);

  if (feed != NULL)
    feed_on_snapshot (feed, &delivery->snapshot);
}

static void
track_make_snapshot (const Track *track, TrackSnapshot *snapshot)
{
  snapshot->muted = track->muted;
  snapshot->sender = track->transport->sender;
  for (guint i = 0; i < track->shape->n_encodings; i++) {
    const Encoding *encoding = &track->encodings[i];

    snapshot->encodings[i].source = encoding->source;
    snapshot->encodings[i].clock = encoding->clock;
    snapshot->encodings[i].layer.active = encoding->active;
    snapshot->encodings[i].layer.height = encoding->height;
    snapshot->encodings[i].layer.bitrate_bps = encoding->bitrate_bps;
    snapshot->encodings[i].ladder = encoding->ladder;
  }
}

static void
track_tell_target (Track *track, Shard *target)
{
  SnapshotDelivery delivery = { .target = target, .serial = track->shape->serial };

  track_make_snapshot (track, &delivery.snapshot);
  if (target == track->shard)
    on_snapshot (&delivery);
  else
    mailbox_post (target->mailbox, on_snapshot, g_memdup2 (&delivery, sizeof delivery), g_free);
}

static void
track_tell_targets (Track *track)
{
  for (guint i = 0; i < LIMIT_SHARDS; i++) {
    if (track->targets[i] != NULL)
      track_tell_target (track, track->targets[i]);
  }
}

/* Slots that were routed elsewhere show the old picture until the new one's keyframe. */
static void
track_leave_fanout (Track *track, guint index)
{
  if (track->shape->kind == TRACK_AUDIO)
    track_remove_fanout (track, index);
  else if (track->left_us[index] == 0)
    track->left_us[index] = track->shard->now_us;
}

static void
track_tick_fanouts (Track *track)
{
  for (guint i = 0; i < LIMIT_SHARDS; i++)
    if (track->left_us[i] != 0 && track->shard->now_us - track->left_us[i] > SLOT_LEAVE_US)
      track_remove_fanout (track, i);
}

void
track_set_fans (Track *track, const guint *counts, Shard *const *shards, guint n_shards)
{
  track->n_slots = 0;
  for (guint i = 0; i < n_shards; i++) {
    track->n_slots += counts[i];
    if (counts[i] == 0 && track->fanouts[i] != NULL)
      track_leave_fanout (track, i);
    else if (counts[i] > 0 && track->fanouts[i] == NULL)
      track_add_fanout (track, i, shards[i]);
    if (counts[i] == 0)
      continue;
    track->left_us[i] = 0;
    track_tell_target (track, shards[i]);
  }
}

/* --- life cycle ---------------------------------------------------------------------------------
 */

Track *
track_new (Transport *transport, TrackShape *shape, const TrackSpec *spec)
{
  Track *track = g_malloc0 (sizeof *track + shape->n_encodings * sizeof track->encodings[0]);

  track->shard = transport->shard;
  track->transport = transport;
  track->shape = track_shape_ref (shape);
  track->mid = g_strdup (spec->mid);
  track->muted = spec->muted;
  track->told_level = AUDIO_LEVEL_SILENCE;
  track->wanted_height = TRACK_DEMAND_NOBODY;
  track->rids = spec->rids != NULL && spec->rids[0] != NULL ? g_strdupv (spec->rids) : NULL;
  track_demand_init (&track->demand, shape->n_encodings, track->shard->now_us);
  track->nack =
      shape->kind == TRACK_VIDEO && codec_table_has_feedback (&shape->codecs, FEEDBACK_NACK);
  track->fir = !codec_table_has_feedback (&shape->codecs, FEEDBACK_PLI) &&
               codec_table_has_feedback (&shape->codecs, FEEDBACK_FIR);
  for (guint i = 0; i < shape->n_encodings; i++) {
    track->encodings[i].track = track;
    track->encodings[i].index = i;
  }
  g_hash_table_insert (track->shard->tracks, GUINT_TO_POINTER (shape->serial), track);
  return track;
}

void
track_free (Track *track)
{
  g_hash_table_remove (track->shard->tracks, GUINT_TO_POINTER (track->shape->serial));
  track_picture_cancel (track);
  for (guint i = 0; i < track->shape->n_encodings; i++) {
    Encoding *encoding = &track->encodings[i];

    g_ptr_array_remove_fast (track->shard->holding, encoding);
    g_ptr_array_remove_fast (track->shard->lossy, encoding);
    burst_clear (&encoding->burst);
    g_free (encoding->nacks);
    g_free (encoding->layers);
  }
  if (track->bin != NULL) {
    gst_element_set_state (track->bin, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (track->shard->pipeline), track->bin);
  }
  track_shape_unref (track->shape);
  g_strfreev (track->rids);
  g_free (track->mid);
  g_free (track);
}

/* --- packets ------------------------------------------------------------------------------------
 */

/* A new SSRC: another stream, whose numbers have nothing to do with those before. FALSE: one too
 * many. */
static gboolean
encoding_start (Encoding *encoding, guint32 ssrc, guint32 clock_rate)
{
  Track *track = encoding->track;

  if (encoding->generation == TRACK_GENERATIONS_MAX)
    return FALSE;
  if (!burst_is_empty (&encoding->burst))
    encoding_release_burst (encoding);
  encoding->ssrc = ssrc;
  encoding->source = track_source (track->shape->serial, encoding->index, encoding->generation++);
  encoding->active = TRUE;
  encoding->bytes_counted = 0;
  encoding->measured_us = track->shard->now_us;
  receive_stats_init (&encoding->stats, ssrc, clock_rate);
  stream_clock_init (&encoding->clock, clock_rate);
  encoding->keyframe_starts = (KeyframeDetector){ 0 };
  encoding->heard_seq = 0;
  stream_meter_restart (&encoding->meter);
  if (track->shape->kind == TRACK_VIDEO) {
    g_free (encoding->layers);
    encoding->layers = g_new0 (LayerTracker, 1);
  }
  encoding->layer_meter = (LayerMeter){ 0 };
  encoding->ladder = (LayerLadder){ 0 };
  if (track->nack && encoding->nacks == NULL)
    encoding->nacks = g_new0 (NackList, 1);
  if (encoding->nacks != NULL)
    nack_list_reset (encoding->nacks);
  track_tell_targets (track);
  return TRUE;
}

void
encoding_release_burst (Encoding *encoding)
{
  Track *track = encoding->track;
  MediaBurst burst = { .track = track->shape->serial,
                       .encoding = encoding->index,
                       .is_audio = track->shape->kind == TRACK_AUDIO,
                       .since_us = encoding->burst.since_us };

  if (!burst.is_audio)
    burst_pad (&encoding->burst);
  burst.list = burst_take (&encoding->burst);
  media_queue_push (track->shard->ready, &burst);
}

static void
encoding_hold (Encoding *encoding, const PacketInfo *info)
{
  Track *track = encoding->track;

  burst_add (&encoding->burst, info);
  if (track->shape->kind == TRACK_AUDIO || encoding->burst.whole ||
      burst_is_full (&encoding->burst)) {
    encoding_release_burst (encoding);
  } else if (!encoding->holding) {
    encoding->holding = TRUE;
    g_ptr_array_add (track->shard->holding, encoding);
  }
}

void
encoding_on_lost (Encoding *encoding)
{
  if (encoding->track->shape->kind == TRACK_VIDEO && encoding->track->n_slots > 0) {
    keyframe_requester_request (&encoding->keyframes, encoding->track->shard->now_us);
    encoding_poll_keyframe (encoding);
  }
}

/* FALSE: came before, or was given up. */
static gboolean
encoding_note_arrival (Encoding *encoding, guint64 extended_seq)
{
  Shard *shard = encoding->track->shard;

  if (encoding->nacks == NULL)
    return TRUE;
  switch (nack_list_on_packet (encoding->nacks, extended_seq, shard->now_us)) {
  case NACK_GAP:
    if (!encoding->lossy) {
      encoding->lossy = TRUE;
      g_ptr_array_add (shard->lossy, encoding);
    }
    return TRUE;
  case NACK_RESET:
    encoding_on_lost (encoding);
    return TRUE;
  case NACK_OLD:
    return FALSE;
  default:
    return TRUE;
  }
}

static void
encoding_on_keyframe (Encoding *encoding, PacketInfo *info)
{
  Shard *shard = encoding->track->shard;

  keyframe_requester_on_keyframe (&encoding->keyframes, shard->now_us);
  encoding->meter.keyframes++;
  shard->stats.keyframes_in++;
  if (encoding->nacks != NULL)
    nack_list_drop_before (encoding->nacks, info->extended_seq);
  if (info->width != 0) {
    encoding->width = info->width;
    encoding->height = info->height;
  }
}

/* What layers the packet is of, and what they cost. */
static void
encoding_describe_layers (Encoding *encoding, Codec codec, const ExtensionValues *values,
                          PacketInfo *info)
{
  LayerPacket packet = { .payload = rtp_packet_payload (&info->rtp),
                         .size = info->rtp.payload_size,
                         .keyframe_start = info->keyframe_start };

  if (values->dependency_size > 0 && codec == CODEC_AV1) {
    info->dependency_at = values->dependency_at;
    info->dependency_size = values->dependency_size;
    packet.descriptor = info->rtp.data + values->dependency_at;
    packet.descriptor_size = values->dependency_size;
    info->numbers.is_extension = TRUE;
    info->numbers.picture_id = dependency_descriptor_frame_number (packet.descriptor);
  }
  layer_tracker_on_packet (encoding->layers, codec, &packet, &info->frame);
  if (info->frame.number == 0)
    return;
  /* each spatial layer of a key picture may look like one */
  info->keyframe_start = info->keyframe_start && info->frame.spatial == 0;
  layer_meter_on_packet (&encoding->layer_meter, &info->frame, info->rtp.payload_size);
}

static void
encoding_note_level (Encoding *encoding, guint8 level)
{
  gint64 now_us = encoding->track->shard->now_us;

  audio_level_on_packet (&encoding->track->level, level, now_us);
  stream_meter_on_level (&encoding->meter, level & 0x7f, now_us);
}

static void
encoding_weigh_keyframe (Encoding *encoding, const PacketInfo *info)
{
  if (info->keyframe_start) {
    encoding->keyframe_timestamp = info->rtp.timestamp;
    encoding->keyframe_bytes = 0;
  } else if (info->rtp.timestamp != encoding->keyframe_timestamp || encoding->keyframe_bytes == 0) {
    return;
  }
  encoding->keyframe_bytes += info->rtp.size;
  keyframe_requester_set_cost (&encoding->keyframes, encoding->keyframe_bytes);
}

static void
encoding_describe (Encoding *encoding, const RtpPacket *packet, const ExtensionValues *values,
                   PacketInfo *info)
{
  const Track *track = encoding->track;
  Codec codec = track->shape->codecs.entries[encoding->codec].codec;
  const guint8 *payload = rtp_packet_payload (packet);

  info->rtp = *packet;
  rtp_out_fields_from_packet (&info->out, packet, values);
  info->source = encoding->source;
  info->encoding = encoding->index;
  info->codec = encoding->codec;
  info->arrival_us = track->shard->now_us;
  info->keyframe_start = keyframe_detector_on_packet (
      &encoding->keyframe_starts, codec, packet->timestamp, payload, packet->payload_size);
  payload_read_numbers (&info->numbers, codec, payload, packet->payload_size);
  if (codec == CODEC_RED)
    red_parse (&info->red, payload, packet->payload_size);
  if (track->shape->kind == TRACK_VIDEO)
    encoding_describe_layers (encoding, codec, values, info);
  if (track->shape->kind == TRACK_VIDEO && info->keyframe_start)
    payload_frame_size (codec, payload, packet->payload_size, &info->width, &info->height);
}

/* FALSE: it is not what its number says. */
static gboolean
encoding_check_red (Encoding *encoding, PacketInfo *info)
{
  const CodecTable *codecs = &encoding->track->shape->codecs;

  if (codecs->entries[encoding->codec].codec != CODEC_RED)
    return TRUE;
  info->follows_gap = encoding->heard_seq != 0 && info->extended_seq > encoding->heard_seq + 1;
  encoding->heard_seq = MAX (encoding->heard_seq, info->extended_seq);
  return info->red.n_blocks > 0;
}

static void
encoding_accept (Encoding *encoding, const RtpPacket *packet, const ExtensionValues *values,
                 guint64 extended_seq)
{
  Track *track = encoding->track;
  PacketInfo info = { .extended_seq = extended_seq };

  if (track->muted) {
    track->shard->stats.rx_dropped++;
    return;
  }
  if (!encoding_note_arrival (encoding, extended_seq))
    return;
  encoding_describe (encoding, packet, values, &info);
  if (!encoding_check_red (encoding, &info)) {
    track->shard->stats.rx_dropped++; /* nobody could read it */
    return;
  }
  if (track->shape->kind == TRACK_VIDEO && info.keyframe_start)
    encoding_on_keyframe (encoding, &info);
  encoding_weigh_keyframe (encoding, &info);
  if (values->has_audio_level)
    encoding_note_level (encoding, values->audio_level);
  stream_clock_on_packet (&encoding->clock, packet->timestamp, track->shard->now_us);
  if (!encoding->active) {
    encoding->active = TRUE;
    track_tell_targets (track);
  }
  if (G_UNLIKELY (track->picture != NULL))
    track_picture_on_packet (encoding, &info);
  encoding_hold (encoding, &info);
}

void
track_on_packet (Track *track, RtpPacket *packet, const ExtensionValues *values,
                 const RtpDemuxTarget *target)
{
  Encoding *encoding = &track->encodings[target->encoding];
  gboolean is_rtx;
  gint codec = codec_table_find_pt (&track->shape->codecs, packet->payload_type, &is_rtx);
  guint64 extended_seq;

  if (target->encoding >= track->shape->n_encodings || codec < 0 || is_rtx != target->rtx) {
    track->shard->stats.rx_dropped++;
    return;
  }
  if (is_rtx) {
    guint8 pt = track->shape->codecs.entries[codec].pt;
    RtpPacket original;

    if (encoding->source == 0 ||
        !rtx_unwrap_in_place ((guint8 *) packet->data, packet->size, encoding->ssrc, pt, &original))
      return;
    extended_seq = seq_unwrapper_peek (&encoding->stats.unwrapper, original.seq);
    encoding->codec = codec;
    encoding_accept (encoding, &original, values, extended_seq);
    return;
  }
  if ((encoding->source == 0 || packet->ssrc != encoding->ssrc) &&
      !encoding_start (encoding, packet->ssrc, track->shape->codecs.entries[codec].clock_rate)) {
    track->shard->stats.rx_dropped++;
    return;
  }
  encoding->codec = codec;
  encoding->last_packet_us = track->shard->now_us;
  extended_seq = receive_stats_on_packet (&encoding->stats, packet->seq, packet->timestamp,
                                          packet->payload_size, track->shard->now_us);
  stream_meter_on_packet (&encoding->meter, packet->timestamp, extended_seq, track->shard->now_us);
  encoding_accept (encoding, packet, values, extended_seq);
}

/* --- feedback to the publisher ------------------------------------------------------------------
 */

gboolean
encoding_poll_nacks (Encoding *encoding)
{
  Track *track = encoding->track;
  Transport *transport = track->transport;
  guint8 data[RTCP_COMPOUND_MAX + SRTCP_TRAILER_BYTES_MAX];
  guint16 seqs[RTCP_NACK_SEQS_MAX];
  guint given_up = 0;
  guint n = nack_list_collect (encoding->nacks, track->shard->now_us, MAX (transport->rtt_us, 0),
                               seqs, G_N_ELEMENTS (seqs), &given_up);
  RtcpWriter writer;

  if (given_up > 0)
    encoding_on_lost (encoding);
  if (n > 0) {
    rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
    rtcp_write_rr (&writer, transport->rtcp_ssrc, NULL, 0);
    rtcp_write_nack (&writer, transport->rtcp_ssrc, encoding->ssrc, seqs, n);
    transport_send_rtcp (transport, data, writer.size);
    track->shard->stats.nacks_out++;
    encoding->meter.nacks += n;
  }
  return nack_list_next_due_us (encoding->nacks) != G_MAXINT64;
}

void
encoding_poll_keyframe (Encoding *encoding)
{
  Track *track = encoding->track;
  Transport *transport = track->transport;
  guint8 data[128 + SRTCP_TRAILER_BYTES_MAX];
  RtcpWriter writer;

  if (encoding->source == 0 || track->muted || !transport->sendable ||
      !keyframe_requester_poll (&encoding->keyframes, track->shard->now_us))
    return;
  rtcp_writer_init (&writer, data, 128);
  rtcp_write_rr (&writer, transport->rtcp_ssrc, NULL, 0);
  if (track->fir)
    rtcp_write_fir (&writer, transport->rtcp_ssrc, encoding->ssrc,
                    keyframe_requester_fir_seq (&encoding->keyframes));
  else
    rtcp_write_pli (&writer, transport->rtcp_ssrc, encoding->ssrc);
  transport_send_rtcp (transport, data, writer.size);
  track->shard->stats.keyframes_asked++;
  encoding->meter.plis++;
}

void
track_request_keyframe (Track *track, guint32 source)
{
  for (guint i = 0; source != 0 && i < track->shape->n_encodings; i++) {
    Encoding *encoding = &track->encodings[i];

    if (encoding->source == source && track->shape->kind == TRACK_VIDEO) {
      keyframe_requester_request (&encoding->keyframes, track->shard->now_us);
      encoding_poll_keyframe (encoding);
    }
  }
}

void
track_warm_up (Track *track)
{
  track->warm_us = track->shard->now_us + TRACK_WARM_US;
  track_check_demand (track);
  for (guint i = 0; i < track->shape->n_encodings; i++)
    if (track->encodings[i].active)
      track_request_keyframe (track, track->encodings[i].source);
}

void
track_on_sender_info (Track *track, guint index, const RtcpSenderInfo *info)
{
  Encoding *encoding = &track->encodings[index];

  if (index >= track->shape->n_encodings || encoding->source == 0)
    return;
  receive_stats_on_sender_report (&encoding->stats, info->ntp, track->shard->now_us);
  stream_clock_on_report (&encoding->clock, info->ntp, info->rtp_timestamp);
  track_tell_targets (track);
}

void
track_on_bye (Track *track, guint index)
{
  if (index >= track->shape->n_encodings)
    return;
  track->encodings[index].last_packet_us = track->shard->now_us - TRACK_IDLE_US;
  keyframe_requester_cancel (&track->encodings[index].keyframes);
}

/* --- state --------------------------------------------------------------------------------------
 */

void
track_set_muted (Track *track, gboolean muted)
{
  if (track->muted == muted)
    return;
  track->muted = muted;
  track_picture_cancel (track);
  for (guint i = 0; i < track->shape->n_encodings; i++) {
    Encoding *encoding = &track->encodings[i];

    burst_clear (&encoding->burst);
    if (encoding->nacks != NULL)
      nack_list_reset (encoding->nacks);
    keyframe_requester_cancel (&encoding->keyframes);
  }
  track_tell_targets (track);
}

/* When a packet of any layer last came. */
static gint64
track_last_packet (const Track *track)
{
  gint64 last_us = 0;

  for (guint i = 0; i < track->shape->n_encodings; i++)
    last_us = MAX (last_us, track->encodings[i].last_packet_us);
  return last_us;
}

static void
encoding_measure_layers (Encoding *encoding, gint64 window_us)
{
  LayerLadder *ladder = &encoding->ladder;

  ladder->n_spatial = encoding->layers->n_spatial;
  ladder->n_temporal = encoding->layers->n_temporal;
  memcpy (ladder->heights, encoding->layers->heights, sizeof ladder->heights);
  if (encoding->active)
    layer_meter_take (&encoding->layer_meter, window_us, ladder);
  /* what a publisher leaves off later is told anew */
  encoding->layers->n_temporal = 1;
}

/* A layer that a browser stopped is silent while the others flow; where all are silent the line is
 * cut for a moment, and no layer is better than another. TRUE: the bit rate was measured anew. */
static gboolean
encoding_measure (Encoding *encoding, gint64 track_last_us)
{
  gint64 now_us = encoding->track->shard->now_us;
  gint64 window_us = now_us - encoding->measured_us;

  encoding->active = encoding->source != 0 && now_us - encoding->last_packet_us < TRACK_IDLE_US &&
                     track_last_us - encoding->last_packet_us < LAYER_IDLE_US;
  if (window_us < BITRATE_WINDOW_US)
    return FALSE;
  /* of a layer that was stopped the last one stays known: it may be asked for again */
  if (encoding->active)
    encoding->bitrate_bps =
        (encoding->stats.bytes - encoding->bytes_counted) * 8 * G_USEC_PER_SEC / window_us;
  if (encoding->layers != NULL && encoding->layers->n_temporal > 0)
    encoding_measure_layers (encoding, window_us);
  encoding->bytes_counted = encoding->stats.bytes;
  encoding->measured_us = now_us;
  return TRUE;
}

static void
track_tell_state (Track *track, gboolean active, guint width, guint height)
{
  TrackStateEvent *event;

  if (active == track->told_active && width == track->told_width && height == track->told_height)
    return;
  track->told_active = active;
  track->told_width = width;
  track->told_height = height;
  event = track_state_event_new ();
  event->track = g_strdup (track->shape->id);
  event->active = active;
  event->width = width;
  event->height = height;
  shard_emit (track->shard, CONTROL_TRACK_STATE, event, track->transport->serial);
}

void
track_tick (Track *track)
{
  guint width = 0, height = 0;
  gboolean active = FALSE, changed = FALSE;
  gint64 last_us = track_last_packet (track);

  track_tick_fanouts (track);
  track_check_demand (track);
  if (track->picture != NULL)
    track_picture_tick (track);
  for (guint i = 0; i < track->shape->n_encodings; i++) {
    Encoding *encoding = &track->encodings[i];
    gboolean was_active = encoding->active;

    changed = encoding_measure (encoding, last_us) || changed;
    changed = changed || was_active != encoding->active;
    if (encoding->active && encoding->height >= height) {
      height = encoding->height;
      width = encoding->width;
    }
    active = active || encoding->active;
  }
  if (changed)
    track_tell_targets (track);
  active = active && !track->muted;
  track_tell_state (track, active, active ? width : 0, active ? height : 0);
}

gboolean
track_take_level (Track *track, guint8 *ret_level)
{
  guint8 level =
      track->muted ? AUDIO_LEVEL_SILENCE : audio_level_value (&track->level, track->shard->now_us);

  if (level == track->told_level)
    return FALSE;
  track->told_level = level;
  *ret_level = level;
  return TRUE;
}
