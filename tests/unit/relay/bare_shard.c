#include "tests/unit/relay/bare_shard.h"

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/transport.h"
#include "pipelines/rtp/bytes.h"

#include <netinet/udp.h>
#include <string.h>

#define RTP_HEADER 12
#define TAG_BYTES 8

/* --- what goes out --------------------------------------------------------------------------- */

static void
note_packet (BareShard *bare, const guint8 *data, gsize size)
{
  guint32 ssrc = bytes_get_u32 (data + 8);
  gsize nonce = (gsize) ssrc << 16 | bytes_get_u16 (data + 2);
  gsize tag = bytes_get_u64 (data + size - TAG_BYTES);
  gpointer before = g_hash_table_lookup (bare->nonces, GSIZE_TO_POINTER (nonce));

  g_assert_true (before == NULL || GPOINTER_TO_SIZE (before) == tag);
  g_hash_table_insert (bare->nonces, GSIZE_TO_POINTER (nonce), GSIZE_TO_POINTER (tag));
  g_hash_table_insert (bare->counts, GUINT_TO_POINTER (ssrc),
                       GUINT_TO_POINTER (bare_shard_count (bare, ssrc) + 1));
}

static void
note_message (BareShard *bare, const struct msghdr *header)
{
  const struct iovec *run = &header->msg_iov[0];
  guint16 segment = (guint16) MIN (run->iov_len, G_MAXUINT16);

  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c != NULL;
       c = CMSG_NXTHDR ((struct msghdr *) header, c))
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT)
      memcpy (&segment, CMSG_DATA (c), sizeof segment);
  for (gsize at = 0; at < run->iov_len; at += segment)
    note_packet (bare, (const guint8 *) run->iov_base + at, MIN (segment, run->iov_len - at));
  bare->messages++;
}

static int
on_sendmmsg (gpointer user_data, int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  for (guint i = 0; i < n; i++)
    note_message (user_data, &messages[i].msg_hdr);
  return (int) n;
}

void
bare_shard_flush (BareShard *bare)
{
  send_batch_flush (bare->shard.batch);
}

guint
bare_shard_count (BareShard *bare, guint32 ssrc)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (bare->counts, GUINT_TO_POINTER (ssrc)));
}

void
bare_shard_forget (BareShard *bare)
{
  g_hash_table_remove_all (bare->counts);
  bare->messages = 0;
}

/* --- who is there ---------------------------------------------------------------------------- */

BareShard *
bare_shard_new (void)
{
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  BareShard *bare = g_new0 (BareShard, 1);
  SendBatchSystem system = { on_sendmmsg, bare };
  Shard *shard = &bare->shard;

  bare->socket = udp_socket_new (&(UdpSocketConfig){ .addresses = addresses }, NULL);
  g_assert_nonnull (bare->socket);
  bare->transports = g_ptr_array_new ();
  bare->nonces = g_hash_table_new (NULL, NULL);
  bare->counts = g_hash_table_new (NULL, NULL);
  shard->batch = send_batch_new (bare->socket, &system);
  shard->mailbox = mailbox_new (NULL);
  shard->tracks = g_hash_table_new (NULL, NULL);
  shard->feeds = g_hash_table_new (NULL, NULL);
  shard->groups = g_hash_table_new (NULL, NULL);
  shard->starting = g_ptr_array_new ();
  shard->paced = g_ptr_array_new ();
  shard->sounds = sound_gather_new (shard);
  shard->now_us = 100 * G_USEC_PER_SEC;
  shard->slice_until_us = G_MAXINT64; /* nothing takes a rest */
  return bare;
}

static void
transport_clear (Transport *transport)
{
  g_ptr_array_unref (transport->slots);
  g_clear_pointer (&transport->sealer, sealer_free);
  g_clear_pointer (&transport->share, g_free);
  g_free (transport);
}

void
bare_shard_free (BareShard *bare)
{
  Shard *shard = &bare->shard;

  sound_gather_free (shard->sounds);
  for (guint i = 0; i < bare->transports->len; i++)
    transport_clear (g_ptr_array_index (bare->transports, i));
  g_assert_cmpuint (g_hash_table_size (shard->feeds) + g_hash_table_size (shard->groups), ==, 0);
  send_batch_free (shard->batch);
  mailbox_unref (shard->mailbox);
  udp_socket_free (bare->socket);
  g_hash_table_unref (shard->tracks);
  g_hash_table_unref (shard->feeds);
  g_hash_table_unref (shard->groups);
  g_ptr_array_unref (shard->starting);
  g_ptr_array_unref (shard->paced);
  g_ptr_array_unref (bare->transports);
  g_hash_table_unref (bare->nonces);
  g_hash_table_unref (bare->counts);
  g_free (bare);
}

Transport *
bare_shard_add_transport (BareShard *bare, gboolean sendable)
{
  Transport *transport = g_new0 (Transport, 1);
  SrtpKeys keys = { .suite = SRTP_SUITE_AEAD_AES_128_GCM, .local = { 3, 1, 4, 1, 5 } };

  g_ptr_array_add (bare->transports, transport);
  transport->shard = &bare->shard;
  transport->serial = bare->transports->len;
  transport->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) slot_free);
  transport->rtt_us = -1;
  transport->sendable = sendable;
  if (!sendable)
    return transport;
  transport->sealer = sealer_new (&keys, NULL, NULL);
  transport->path.local = *udp_socket_get_address (bare->socket, 0);
  g_assert_true (
      net_address_parse ("127.0.0.1", (guint16) transport->serial, &transport->path.remote));
  return transport;
}

static void
add_codec (GPtrArray *list, TrackKind kind)
{
  CodecSpec *spec = codec_spec_new ();

  spec->pt = kind == TRACK_AUDIO ? BARE_PT_OPUS : BARE_PT_VIDEO;
  spec->name = g_strdup (kind == TRACK_AUDIO ? "opus" : "VP8");
  spec->clock_rate = kind == TRACK_AUDIO ? 48000 : 90000;
  spec->channels = kind == TRACK_AUDIO ? 2 : 0;
  spec->rtx_pt = kind == TRACK_AUDIO ? -1 : BARE_PT_RTX;
  g_ptr_array_add (list, spec);
}

guint32
bare_rtx_ssrc (guint32 ssrc)
{
  return ssrc | 1u << 31;
}

Slot *
bare_transport_add_slot (Transport *transport, TrackKind kind, guint32 ssrc)
{
  SlotSpec *spec = slot_spec_new ();
  Slot *slot;

  spec->slot = g_strdup_printf ("%u/%u", transport->serial, transport->slots->len);
  spec->cname = g_strdup ("cname");
  spec->kind = kind;
  spec->ssrc = ssrc;
  spec->rtx_ssrc = kind == TRACK_VIDEO ? bare_rtx_ssrc (ssrc) : 0;
  add_codec (spec->codecs, kind);
  slot = slot_new (transport, transport->slots->len, spec);
  slot_spec_free (spec);
  g_ptr_array_add (transport->slots, slot);
  return slot;
}

/* --- what comes in --------------------------------------------------------------------------- */

static TrackShape *
make_shape (guint32 serial, TrackKind kind)
{
  TrackSpec *spec = track_spec_new ();
  TrackShape *shape;

  spec->track = g_strdup_printf ("t%u", serial);
  spec->kind = kind;
  add_codec (spec->codecs, kind);
  shape = track_shape_new (serial, spec);
  track_spec_free (spec);
  return shape;
}

static Feed *
add_feed (BareShard *bare, TrackShape *shape, Shard *origin)
{
  Feed *feed = feed_get (&bare->shard, shape, origin);
  TrackSnapshot snapshot = { .encodings[0].source = track_source (shape->serial, 0, 0) };

  feed_on_snapshot (feed, &snapshot);
  return feed;
}

Feed *
bare_shard_add_feed (BareShard *bare, guint32 serial, TrackKind kind)
{
  g_autoptr (TrackShape) shape = make_shape (serial, kind);

  return add_feed (bare, shape, &bare->shard);
}

Feed *
bare_shard_follow (BareShard *bare, const Feed *origin)
{
  return add_feed (bare, origin->shape, origin->shard);
}

void
bare_group_define (BareShard *bare, guint32 serial, Feed *feed)
{
  AudioGroupPlan *plan = audio_group_plan_new (serial, 1);

  plan->n = 1;
  plan->members[0] =
      (AudioMemberPlan){ .shape = track_shape_ref (feed->shape), .origin = &bare->shard };
  audio_group_define (audio_group_find (&bare->shard, serial), plan);
  audio_group_plan_free (plan);
}

static GstBuffer *
make_packet (const Feed *feed, guint64 seq, guint size, gboolean is_keyframe, gboolean is_last)
{
  gboolean is_audio = feed->shape->kind == TRACK_AUDIO;
  guint8 *data = g_malloc (RTP_HEADER + size);
  PacketInfo info = { .source = feed->encodings[0].source,
                      .keyframe_start = is_audio || is_keyframe,
                      .extended_seq = seq,
                      .arrival_us = feed->shard->now_us };
  ExtensionValues values = { .has_audio_level = is_audio, .audio_level = 30 };
  GstBuffer *buffer;

  memset (data, 0, RTP_HEADER);
  data[0] = 0x80;
  data[1] = (is_last ? 0x80 : 0) | (is_audio ? BARE_PT_OPUS : BARE_PT_VIDEO);
  bytes_put_u16 (data + 2, (guint16) seq);
  bytes_put_u32 (data + 4, (guint32) (feed->shard->now_us / 1000 * 90));
  for (guint i = 0; i < size; i++)
    data[RTP_HEADER + i] = (guint8) (seq + i);
  g_assert_true (rtp_packet_parse (&info.rtp, data, RTP_HEADER + size));
  rtp_out_fields_from_packet (&info.out, &info.rtp, &values);
  buffer = gst_buffer_new_wrapped (data, RTP_HEADER + size);
  packet_meta_add (buffer, &info);
  return buffer;
}

GstBufferList *
bare_packets (const Feed *feed, guint64 seq, guint n, guint size, gboolean is_keyframe)
{
  GstBufferList *list = gst_buffer_list_new_sized (n);

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list,
                         make_packet (feed, seq + i, size, is_keyframe && i == 0, i + 1 == n));
  return list;
}

void
bare_deliver (Feed *feed, guint64 seq, guint n, guint size, gboolean is_keyframe)
{
  GstBufferList *list = bare_packets (feed, seq, n, size, is_keyframe);

  feed_on_list (feed, list);
  gst_buffer_list_unref (list);
}
