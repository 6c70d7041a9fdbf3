#include "tests/support/relay_fixture.h"

#include "pipelines/control/unix_link.h"
#include "pipelines/rtp/extension.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- the relay ----------------------------------------------------------------------------------
 */

static void
fixture_event_free (gpointer data)
{
  FixtureEvent *event = data;

  record_free (control_message_row (event->type)->message, event->event);
  g_free (event);
}

static void
on_event (ControlType type, gconstpointer record, gpointer user_data)
{
  RelayFixture *fixture = user_data;
  FixtureEvent *event = g_new0 (FixtureEvent, 1);

  event->type = type;
  event->event = record_copy (control_message_row (type)->message, record);
  g_ptr_array_add (fixture->events, event);
}

static void
on_closed (const GError *reason, gpointer user_data)
{
  ((RelayFixture *) user_data)->link_closed = TRUE;
}

static const ControlClientEvents client_events = { on_event, on_closed };

void
relay_fixture_connect (RelayFixture *fixture)
{
  g_autofree gchar *path = settings_relay_socket (fixture->settings);
  g_autoptr (GError) error = NULL;
  ControlLink *link = unix_link_connect (path, &error);

  g_assert_no_error (error);
  fixture->client = control_client_new (link, &client_events, fixture);
}

gboolean
fixture_has_ipv6 (void)
{
  struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean has = fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0;

  if (fd >= 0)
    close (fd);
  return has;
}

RelayFixture *
relay_fixture_new (guint shards)
{
  RelayFixture *fixture = g_new0 (RelayFixture, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HelloReply) hello = NULL;
  HelloRequest request = { .version = CONTROL_VERSION };

  fixture->dir = g_dir_make_tmp ("diemcau-relay-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->events = g_ptr_array_new_with_free_func (fixture_event_free);
  fixture->settings = settings_new ();
  g_free (fixture->settings->storage.state_dir);
  fixture->settings->storage.state_dir = g_strdup (fixture->dir);
  g_assert_true (settings_set (
      fixture->settings,
      fixture_has_ipv6 () ? "relay.addresses=127.0.0.1,::1" : "relay.addresses=127.0.0.1", &error));
  g_assert_true (settings_finish (fixture->settings, &error));
  g_assert_true (settings_make_dirs (fixture->settings, &error));
  fixture->settings->relay.media_port = 0;
  fixture->settings->relay.shards = shards;
  fixture->relay = relay_new (fixture->settings, TRUE, &error);
  g_assert_no_error (error);
  relay_fixture_connect (fixture);
  hello = relay_fixture_request (fixture, CONTROL_HELLO, &request, NULL);
  g_assert_nonnull (hello);
  fixture->fingerprint = g_strdup (hello->fingerprint);
  return fixture;
}

static void
remove_tree (const gchar *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (path);
}

void
relay_fixture_free (RelayFixture *fixture)
{
  g_clear_pointer (&fixture->client, control_client_free);
  g_clear_pointer (&fixture->relay, relay_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  settings_free (fixture->settings);
  remove_tree (fixture->dir);
  g_ptr_array_unref (fixture->events);
  g_free (fixture->dir);
  g_free (fixture->fingerprint);
  g_free (fixture);
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
fixture_iterate (void)
{
  guint tick = g_timeout_add (2, on_tick, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

void
fixture_settle (guint ms)
{
  gint64 end_us = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end_us)
    fixture_iterate ();
}

typedef struct {
  const RecordType *type;
  gpointer reply;
  gchar *code;
  gboolean done;
} Answer;

static void
on_reply (gconstpointer reply, const GError *error, gpointer user_data)
{
  Answer *answer = user_data;

  answer->done = TRUE;
  if (error == NULL)
    answer->reply = record_copy (answer->type, reply);
  else
    answer->code = g_strdup (error->message);
}

gpointer
relay_fixture_request (RelayFixture *fixture, ControlType type, gconstpointer request,
                       gchar **ret_code)
{
  Answer answer = { .type = control_message_row (type)->reply };

  control_client_request (fixture->client, type, request, on_reply, &answer);
  fixture_wait_until (answer.done);
  if (ret_code != NULL)
    *ret_code = g_steal_pointer (&answer.code);
  g_free (answer.code);
  return answer.reply;
}

/* --- rooms --------------------------------------------------------------------------------------
 */

static void
add_extension (GPtrArray *list, int id, ExtensionKind kind)
{
  ExtensionSpec *spec = extension_spec_new ();

  spec->id = id;
  spec->uri = g_strdup (extension_kind_uri (kind));
  g_ptr_array_add (list, spec);
}

static void
add_extensions (GPtrArray *list)
{
  add_extension (list, FIXTURE_EXT_LEVEL, EXTENSION_AUDIO_LEVEL);
  add_extension (list, FIXTURE_EXT_TWCC, EXTENSION_TRANSPORT_SEQ);
  add_extension (list, FIXTURE_EXT_MID, EXTENSION_MID);
  add_extension (list, FIXTURE_EXT_RID, EXTENSION_RID);
  add_extension (list, FIXTURE_EXT_REPAIRED_RID, EXTENSION_REPAIRED_RID);
}

/* In front, as for what a browser publishes. */
static void
add_red (GPtrArray *list, guint8 pt, int opus_pt)
{
  CodecSpec *spec = codec_spec_new ();

  spec->pt = pt;
  spec->name = g_strdup ("red");
  spec->clock_rate = 48000;
  spec->channels = 2;
  spec->rtx_pt = -1;
  spec->fmtp = g_strdup_printf ("%d/%d", opus_pt, opus_pt);
  g_ptr_array_insert (list, 0, spec);
}

static void
add_codec (GPtrArray *list, const FixtureOffer *offer, TrackKind kind, gboolean rtx)
{
  CodecSpec *spec = codec_spec_new ();

  if (kind == TRACK_AUDIO) {
    spec->pt = offer->opus_pt != 0 ? offer->opus_pt : FIXTURE_PT_OPUS;
    spec->name = g_strdup ("opus");
    spec->clock_rate = 48000;
    spec->channels = 2;
    spec->rtx_pt = -1;
  } else {
    spec->pt = FIXTURE_PT_VIDEO;
    spec->name = g_strdup (offer->video_codec != NULL ? offer->video_codec : "VP8");
    spec->clock_rate = 90000;
    spec->rtx_pt = rtx ? FIXTURE_PT_RTX : -1;
    spec->feedback = FEEDBACK_NACK | FEEDBACK_PLI | FEEDBACK_FIR | FEEDBACK_TWCC;
  }
  g_ptr_array_add (list, spec);
  if (kind == TRACK_AUDIO && offer->red_pt != 0)
    add_red (list, offer->red_pt, spec->pt);
}

static void
add_track (TransportCreateRequest *request, const FixtureOffer *offer, TrackKind kind)
{
  TrackSpec *spec = track_spec_new ();

  spec->track =
      g_strdup_printf ("%s/%s", request->transport, kind == TRACK_AUDIO ? "mic" : "camera");
  spec->mid = g_strdup (kind == TRACK_AUDIO ? "0" : "1");
  spec->kind = kind;
  spec->muted = offer->muted;
  add_codec (spec->codecs, offer, kind, TRUE);
  add_extensions (spec->extensions);
  if (kind == TRACK_VIDEO && offer->rids != NULL) {
    g_strfreev (spec->rids);
    spec->rids = g_strdupv ((gchar **) offer->rids);
  }
  g_ptr_array_add (request->tracks, spec);
}

guint32
fixture_ssrc (const gchar *slot)
{
  return g_str_hash (slot) * 2654435761u;
}

guint32
fixture_rtx_ssrc (const gchar *slot)
{
  return fixture_ssrc (slot) ^ 0x5a5a0000;
}

static void
add_slot (TransportCreateRequest *request, const FixtureOffer *offer, TrackKind kind, guint index)
{
  SlotSpec *spec = slot_spec_new ();
  gboolean rtx = kind == TRACK_VIDEO && !offer->no_rtx;

  spec->slot =
      g_strdup_printf ("%s/%c%u", request->transport, kind == TRACK_AUDIO ? 'a' : 's', index);
  spec->mid = g_strdup_printf ("%c%u", kind == TRACK_AUDIO ? 'a' : 's', index);
  spec->kind = kind;
  spec->ssrc = fixture_ssrc (spec->slot);
  spec->rtx_ssrc = rtx ? fixture_rtx_ssrc (spec->slot) : 0;
  spec->cname = g_strdup (request->transport);
  add_codec (spec->codecs, offer, kind, rtx);
  add_extensions (spec->extensions);
  if (offer->tells_sent)
    add_extension (spec->extensions, FIXTURE_EXT_SENT, EXTENSION_ABS_SEND_TIME);
  g_ptr_array_add (request->slots, spec);
}

TransportCreateRequest *
fixture_make_request (const gchar *id, const FixtureOffer *offer, FakePeer *peer)
{
  TransportCreateRequest *request = transport_create_request_new ();

  request->transport = g_strdup (id);
  request->remote_fingerprint = g_strdup (fake_peer_get_fingerprint (peer));
  request->remote_ufrag = g_strdup (fake_peer_get_ufrag (peer));
  if (offer->audio)
    add_track (request, offer, TRACK_AUDIO);
  if (offer->video)
    add_track (request, offer, TRACK_VIDEO);
  for (guint i = 0; i < offer->audio_slots; i++)
    add_slot (request, offer, TRACK_AUDIO, i);
  for (guint i = 0; i < offer->video_slots; i++)
    add_slot (request, offer, TRACK_VIDEO, i);
  return request;
}

static gboolean
room_is_connected (RelayFixture *fixture, const gchar *id)
{
  const TransportStateEvent *event =
      relay_fixture_last_event (fixture, CONTROL_TRANSPORT_STATE, id);

  return event != NULL && event->state == TRANSPORT_CONNECTED;
}

FixtureRoom *
relay_fixture_create (RelayFixture *fixture, const gchar *id, const FixtureOffer *offer)
{
  FixtureRoom *room = g_new0 (FixtureRoom, 1);
  g_autoptr (TransportCreateRequest) request = NULL;
  g_autoptr (TransportIceReply) reply = NULL;

  room->id = g_strdup (id);
  room->peer = fake_peer_new (offer->suites);
  request = fixture_make_request (id, offer, room->peer);
  reply = relay_fixture_request (fixture, CONTROL_TRANSPORT_CREATE, request, NULL);
  g_assert_nonnull (reply);
  g_assert_cmpuint (reply->candidates->len, >, 0);
  room->port = ((CandidateSpec *) g_ptr_array_index (reply->candidates, 0))->port;
  room->ufrag = g_strdup (reply->ufrag);
  room->pwd = g_strdup (reply->pwd);
  return room;
}

void
relay_fixture_finish (RelayFixture *fixture, FixtureRoom *room, const FixtureOffer *offer)
{
  FakePeerRemote remote = { .fingerprint = fixture->fingerprint,
                            .address = offer->address,
                            .port = room->port,
                            .ufrag = room->ufrag,
                            .pwd = room->pwd };

  if (offer->tcp)
    fake_peer_use_tcp (room->peer);
  fake_peer_connect (room->peer, &remote);
  fixture_wait_until (fake_peer_is_connected (room->peer) && room_is_connected (fixture, room->id));
}

FixtureRoom *
relay_fixture_join (RelayFixture *fixture, const gchar *id, const FixtureOffer *offer)
{
  FixtureRoom *room = relay_fixture_create (fixture, id, offer);

  relay_fixture_finish (fixture, room, offer);
  return room;
}

void
fixture_room_free (FixtureRoom *room)
{
  fake_peer_free (room->peer);
  g_free (room->id);
  g_free (room->ufrag);
  g_free (room->pwd);
  g_free (room);
}

void
relay_fixture_route (RelayFixture *fixture, const gchar *slot, const gchar *track, int height)
{
  g_autoptr (SlotRouteRequest) request = slot_route_request_new ();
  RouteSpec *route = route_spec_new ();

  route->slot = g_strdup (slot);
  route->track = g_strdup (track);
  route->height = height;
  g_ptr_array_add (request->routes, route);
  record_free (control_message_row (CONTROL_SLOT_ROUTE)->reply,
               relay_fixture_request (fixture, CONTROL_SLOT_ROUTE, request, NULL));
  fixture_settle (10);
}

void
relay_fixture_mute (RelayFixture *fixture, const gchar *track, gboolean muted)
{
  g_autoptr (TrackMuteRequest) request = track_mute_request_new ();
  MuteSpec *mute = mute_spec_new ();

  mute->track = g_strdup (track);
  mute->muted = muted;
  g_ptr_array_add (request->mutes, mute);
  record_free (control_message_row (CONTROL_TRACK_MUTE)->reply,
               relay_fixture_request (fixture, CONTROL_TRACK_MUTE, request, NULL));
  fixture_settle (10);
}

void
relay_fixture_ask_keyframe (RelayFixture *fixture, const gchar *track)
{
  TrackKeyframeRequest request = { .track = (char *) track };

  record_free (control_message_row (CONTROL_TRACK_KEYFRAME)->reply,
               relay_fixture_request (fixture, CONTROL_TRACK_KEYFRAME, &request, NULL));
  fixture_settle (10);
}

static const gchar *
event_subject (const FixtureEvent *event)
{
  switch (event->type) {
  case CONTROL_TRANSPORT_STATE:
    return ((TransportStateEvent *) event->event)->transport;
  case CONTROL_TRACK_STATE:
    return ((TrackStateEvent *) event->event)->track;
  case CONTROL_SLOT_STATE:
    return ((SlotStateEvent *) event->event)->slot;
  case CONTROL_TRANSPORT_SURVIVAL:
    return ((TransportSurvivalEvent *) event->event)->transport;
  case CONTROL_TRACK_FRAME:
    return ((TrackFrameEvent *) event->event)->track;
  default:
    return NULL;
  }
}

gconstpointer
relay_fixture_last_event (RelayFixture *fixture, ControlType type, const gchar *id)
{
  for (guint i = fixture->events->len; i > 0; i--) {
    const FixtureEvent *event = g_ptr_array_index (fixture->events, i - 1);

    if (event->type == type && (id == NULL || g_strcmp0 (event_subject (event), id) == 0))
      return event->event;
  }
  return NULL;
}

/* --- packets ------------------------------------------------------------------------------------
 */

static guint8 *
put_extension (guint8 *out, guint id, const void *value, gsize len)
{
  *out++ = id << 4 | (len - 1);
  memcpy (out, value, len);
  return out + len;
}

static guint8 *
put_extensions (guint8 *out, const FixturePacket *packet)
{
  guint8 *start = out;
  gsize words;

  out += 4;
  if (packet->mid != NULL)
    out = put_extension (out, FIXTURE_EXT_MID, packet->mid, strlen (packet->mid));
  if (packet->rid != NULL)
    out = put_extension (out, FIXTURE_EXT_RID, packet->rid, strlen (packet->rid));
  if (packet->has_level)
    out = put_extension (out, FIXTURE_EXT_LEVEL, &packet->level, 1);
  if (packet->has_transport_seq) {
    guint16 seq = GUINT16_TO_BE (packet->transport_seq);

    out = put_extension (out, FIXTURE_EXT_TWCC, &seq, 2);
  }
  while ((out - start) % 4 != 0)
    *out++ = 0;
  words = (out - start - 4) / 4;
  start[0] = 0xbe;
  start[1] = 0xde;
  start[2] = 0;
  start[3] = words;
  return words > 0 ? out : start;
}

/* RFC 7741: descriptor, then the frame header. */
static void
put_vp8 (guint8 *payload, const FixturePacket *packet)
{
  static const guint8 start_code[] = { 0x9d, 0x01, 0x2a };
  guint width = packet->height * 16 / 9;

  payload[0] = 0x10; /* start of partition 0 */
  if (packet->picture_id != 0) {
    payload[0] |= 0x80;
    payload[1] = 0xc0;
    payload[2] = 0x80 | packet->picture_id >> 8;
    payload[3] = packet->picture_id & 0xff;
    payload[4] = packet->tl0;
    payload += 4;
    if (packet->has_temporal) {
      payload[-3] |= 0x20;
      payload[1] = packet->temporal << 6 | packet->is_sync << 5;
      payload++;
    }
  }
  payload[1] = packet->keyframe ? 0x10 : 0x11;
  if (!packet->keyframe)
    return;
  memcpy (payload + 4, start_code, sizeof start_code);
  payload[7] = width & 0xff;
  payload[8] = width >> 8;
  payload[9] = packet->height & 0xff;
  payload[10] = packet->height >> 8;
}

gsize
fixture_packet_write (const FixturePacket *packet, guint8 *out)
{
  guint size = packet->size > 0 ? packet->size : 100;
  guint8 pt = packet->pt != 0 ? packet->pt : FIXTURE_PT_VIDEO;
  guint32 ts = GUINT32_TO_BE (packet->timestamp), ssrc = GUINT32_TO_BE (packet->ssrc);
  guint8 *payload;

  out[0] = 0x80;
  out[1] = (packet->marker ? 0x80 : 0) | pt;
  out[2] = packet->seq >> 8;
  out[3] = packet->seq & 0xff;
  memcpy (out + 4, &ts, 4);
  memcpy (out + 8, &ssrc, 4);
  payload = put_extensions (out + 12, packet);
  if (payload > out + 12)
    out[0] |= 0x10;
  for (guint i = 0; i < size; i++)
    payload[i] = packet->seq + i;
  if (pt == FIXTURE_PT_VIDEO)
    put_vp8 (payload, packet);
  return payload + size - out;
}

void
fixture_send (FixtureRoom *room, const FixturePacket *packet)
{
  guint8 data[1500];

  fake_peer_send_rtp (room->peer, data, fixture_packet_write (packet, data));
}

static gboolean
parse_rtp (GPtrArray *packets, guint index, RtpPacket *ret_packet)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (g_ptr_array_index (packets, index), &len);

  return rtp_packet_parse (ret_packet, data, len);
}

guint
fixture_count_all (FixtureRoom *const *rooms, guint n)
{
  guint packets = 0;

  for (guint i = 0; i < n; i++)
    packets += fake_peer_get_rtp (rooms[i]->peer)->len;
  return packets;
}

void
fixture_forget_all (FixtureRoom *const *rooms, guint n)
{
  for (guint i = 0; i < n; i++)
    fake_peer_forget_received (rooms[i]->peer);
}

guint
fixture_count_rtp (FixtureRoom *room, guint32 ssrc)
{
  GPtrArray *packets = fake_peer_get_rtp (room->peer);
  RtpPacket packet;
  guint n = 0;

  for (guint i = 0; i < packets->len; i++) {
    if (parse_rtp (packets, i, &packet) && packet.ssrc == ssrc)
      n++;
  }
  return n;
}

void
fixture_get_rtp (FixtureRoom *room, guint32 ssrc, guint index, RtpPacket *ret_packet)
{
  GPtrArray *packets = fake_peer_get_rtp (room->peer);

  for (guint i = 0; i < packets->len; i++) {
    if (parse_rtp (packets, i, ret_packet) && ret_packet->ssrc == ssrc && index-- == 0)
      return;
  }
  g_assert_not_reached ();
}

guint
fixture_count_rtcp (FixtureRoom *room, RtcpType type, gint fmt)
{
  GPtrArray *compounds = fake_peer_get_rtcp (room->peer);
  guint n = 0;

  for (guint i = 0; i < compounds->len; i++) {
    gsize len;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (compounds, i), &len);
    RtcpIter iter;
    RtcpPacket packet;

    rtcp_iter_init (&iter, data, len);
    while (rtcp_iter_next (&iter, &packet)) {
      if (packet.type == type && (fmt < 0 || packet.count == fmt))
        n++;
    }
  }
  return n;
}
