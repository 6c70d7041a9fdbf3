#include "pipelines/relay/transport.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/shard_tcp.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport_capture.h"
#include "pipelines/transport/cache_line.h"

#include <gio/gio.h>
#include <string.h>

void
transport_plan_free (TransportPlan *plan)
{
  transport_create_request_free (plan->request);
  g_ptr_array_unref (plan->shapes);
  g_free (plan);
}

/* --- state --------------------------------------------------------------------------------------
 */

/* Which states may follow which; closed is the end. */
static const guint allowed_states[] = {
  [TRANSPORT_NEW] = 1 << TRANSPORT_CHECKING | 1 << TRANSPORT_CLOSED,
  [TRANSPORT_CHECKING] = 1 << TRANSPORT_CONNECTED | 1 << TRANSPORT_CLOSED,
  [TRANSPORT_CONNECTED] = 1 << TRANSPORT_DISCONNECTED | 1 << TRANSPORT_CLOSED,
  [TRANSPORT_DISCONNECTED] = 1 << TRANSPORT_CONNECTED | 1 << TRANSPORT_CLOSED,
  [TRANSPORT_CLOSED] = 0,
};

static void
transport_set_state (Transport *transport, TransportState state, const gchar *reason)
{
  TransportStateEvent *event;

  if (transport->state == state)
    return;
  g_return_if_fail (allowed_states[transport->state] & 1 << state);

  transport->state = state;
  transport->since_us = transport->shard->now_us;
  event = transport_state_event_new ();
  event->transport = g_strdup (transport->id);
  event->state = state;
  event->reason = g_strdup (reason);
  shard_emit (transport->shard, CONTROL_TRANSPORT_STATE, event, transport->serial);
}

/* Sees what ICE and DTLS have come to. */
static void
transport_update_state (Transport *transport)
{
  IceState ice = ice_session_get_state (transport->ice);
  gboolean keyed = transport->sealer != NULL;
  gboolean was_sendable = transport->sendable;

  transport->sendable = keyed && transport->has_path && ice == ICE_STATE_CONNECTED;
  if (transport->state == TRANSPORT_NEW && ice != ICE_STATE_NEW)
    transport_set_state (transport, TRANSPORT_CHECKING, NULL);
  if (transport->sendable)
    transport_set_state (transport, TRANSPORT_CONNECTED, NULL);
  else if (transport->state == TRANSPORT_CONNECTED)
    transport_set_state (transport, TRANSPORT_DISCONNECTED, "consent");
  /* what came while nothing could be sent is missed: ask for the keyframes now */
  for (guint i = 0; transport->sendable && !was_sendable && i < transport->slots->len; i++)
    slot_update (g_ptr_array_index (transport->slots, i));
}

/* --- DTLS ---------------------------------------------------------------------------------------
 */

/* Outlives the transport: the handshaker sends the close_notify after it. */
typedef struct {
  Shard *shard;
  Transport *transport; /* NULL once closed */
  NetPath path;
  gboolean has_path;
} DtlsOwner;

static void
on_dtls_send (gpointer user_data, const guint8 *data, gsize len)
{
  DtlsOwner *owner = user_data;

  if (owner->transport != NULL) {
    owner->path = owner->transport->path;
    owner->has_path = owner->transport->has_path;
  }
  if (!owner->has_path)
    return;
  send_batch_add (owner->shard->batch, &owner->path, data, len);
  send_batch_flush (owner->shard->batch);
}

static void
on_dtls_keys (gpointer user_data, const SrtpKeys *keys)
{
  DtlsOwner *owner = user_data;
  Transport *transport = owner->transport;
  g_autoptr (GError) error = NULL;

  if (transport == NULL || transport->sealer != NULL)
    return;
  owner->shard->now_us = relay_clock_now_us ();
  transport->opener = srtp_opener_new (keys, &error);
  if (transport->opener != NULL)
    transport->rtcp_sealer = rtcp_sealer_new (keys, &error);
  if (transport->rtcp_sealer != NULL)
    transport->sealer = sealer_new (keys, NULL, &error);
  if (transport->sealer == NULL) {
    transport_close (transport, "srtp");
    return;
  }
  header_ring_start (&transport->headers);
  transport_update_state (transport);
}

static void
on_dtls_closed (gpointer user_data, const gchar *reason)
{
  DtlsOwner *owner = user_data;

  owner->shard->now_us = relay_clock_now_us ();
  if (owner->transport != NULL)
    transport_close (owner->transport, "dtls");
}

static void
dtls_owner_free (gpointer user_data)
{
  DtlsOwner *owner = user_data;

  owner->shard->n_handshakes--;
  g_free (owner);
}

static void
transport_start_dtls (Transport *transport)
{
  DtlsOwner *owner = g_new0 (DtlsOwner, 1);
  HandshakeConfig config = {
    .role = transport->dtls_role,
    .remote_fingerprint = transport->remote_fingerprint,
    .owner = transport->shard->context,
    .events = { on_dtls_send, on_dtls_keys, on_dtls_closed },
    .user_data = owner,
    .destroy = dtls_owner_free,
  };

  owner->shard = transport->shard;
  owner->transport = transport;
  transport->handshake = handshaker_start (transport->shard->config.handshaker, &config, NULL);
  if (transport->handshake == NULL) {
    g_free (owner);
    transport_close (transport, "dtls");
    return;
  }
  transport->dtls_owner = owner;
  transport->shard->n_handshakes++;
}

static void
transport_stop_dtls (Transport *transport)
{
  DtlsOwner *owner = g_steal_pointer (&transport->dtls_owner);

  if (transport->handshake == NULL)
    return;
  owner->transport = NULL;
  owner->path = transport->path;
  owner->has_path = transport->has_path;
  handshake_close (g_steal_pointer (&transport->handshake));
}

void
transport_on_dtls (Transport *transport, const guint8 *data, gsize len)
{
  if (transport->state == TRANSPORT_CLOSED)
    return;
  if (transport->handshake == NULL)
    transport_start_dtls (transport);
  if (transport->handshake == NULL || !handshake_feed (transport->handshake, data, len))
    transport->shard->stats.rx_dropped++;
}

/* --- ICE ----------------------------------------------------------------------------------------
 */

static void
transport_set_path (Transport *transport, const NetPath *path)
{
  gchar text[NET_ADDRESS_STRING_MAX];

  transport->path = *path;
  transport->has_path = TRUE;
  g_free (transport->remote_text);
  transport->remote_text = g_strdup (net_address_to_string (&path->remote, text, sizeof text));
}

void
transport_on_check (Transport *transport, const IceCheck *check)
{
  const NetPath *path = ice_session_get_path (transport->ice);

  transport->heard_us = transport->shard->now_us;
  if (path != NULL && (check->path_changed || !transport->has_path)) {
    transport_set_path (transport, path);
    transport_hold_video (transport, FALSE);
    if (transport->share != NULL)
      line_share_reset (transport->share, transport->shard->now_us);
  }
  if (transport->has_path && transport->handshake == NULL && transport->sealer == NULL)
    transport_start_dtls (transport);
  if (transport->state != TRANSPORT_CLOSED && (check->state_changed || check->path_changed))
    transport_update_state (transport);
}

void
transport_hold_video (Transport *transport, gboolean hold)
{
  if (transport->holds_video == hold)
    return;
  transport->holds_video = hold;
  for (guint i = 0; i < transport->slots->len; i++)
    slot_update (g_ptr_array_index (transport->slots, i));
}

void
transport_on_path_lost (Transport *transport)
{
  transport->has_path = FALSE;
  transport->holds_video = FALSE;
  if (transport->state != TRANSPORT_CLOSED)
    transport_update_state (transport);
}

/* --- life cycle ---------------------------------------------------------------------------------
 */

static void
transport_learn_extensions (Transport *transport, const TrackSpec *spec)
{
  for (guint i = 0; spec->extensions != NULL && i < spec->extensions->len; i++) {
    const ExtensionSpec *extension = g_ptr_array_index (spec->extensions, i);
    ExtensionKind kind = extension_kind_from_uri (extension->uri);

    if (kind != EXTENSION_NONE)
      extension_map_set (&transport->extensions, kind, extension->id);
  }
  rtp_demux_set_extensions (transport->demux, &transport->extensions);
}

/* FALSE: the demux is full, or has the mid already. */
static gboolean
transport_add_to_demux (Transport *transport, const TrackSpec *spec, const TrackShape *shape)
{
  guint8 pts[LIMIT_CODECS], rtx_pts[LIMIT_CODECS];
  RtpDemuxTrack track = { .mid = spec->mid != NULL ? spec->mid : "",
                          .payload_types = pts,
                          .rtx_payload_types = rtx_pts };

  for (guint i = 0; i < shape->codecs.n_entries; i++) {
    const CodecEntry *entry = &shape->codecs.entries[i];

    pts[track.n_payload_types++] = entry->pt;
    if (entry->rtx_pt != CODEC_NO_PT)
      rtx_pts[track.n_rtx_payload_types++] = entry->rtx_pt;
  }
  for (guint i = 0; spec->rids != NULL && spec->rids[i] != NULL && i < LIMIT_RIDS; i++)
    track.rids[track.n_rids++] = spec->rids[i];
  if (spec->ssrcs != NULL) {
    track.ssrcs = (const guint32 *) spec->ssrcs->data;
    track.n_ssrcs = MIN (spec->ssrcs->len, shape->n_encodings);
  }
  if (spec->rtx_ssrcs != NULL) {
    track.rtx_ssrcs = (const guint32 *) spec->rtx_ssrcs->data;
    track.n_rtx_ssrcs = MIN (spec->rtx_ssrcs->len, shape->n_encodings);
  }
  return rtp_demux_add_track (transport->demux, &track) == (gint) transport->tracks->len;
}

static gboolean
transport_add_track (Transport *transport, const TrackSpec *spec, TrackShape *shape, GError **error)
{
  transport_learn_extensions (transport, spec);
  if (!transport_add_to_demux (transport, spec, shape)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "track %s: mid is taken",
                 spec->track);
    return FALSE;
  }
  g_ptr_array_add (transport->tracks, track_new (transport, shape, spec));
  if (codec_table_has_feedback (&shape->codecs, FEEDBACK_TWCC) &&
      transport->extensions.ids[EXTENSION_TRANSPORT_SEQ] != 0)
    transport->twcc_agreed = TRUE;
  return TRUE;
}

Transport *
transport_new (Shard *shard, const TransportPlan *plan, GError **error)
{
  const TransportCreateRequest *request = plan->request;
  Transport *transport;

  if (!dtls_fingerprint_is_valid (request->remote_fingerprint)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "malformed fingerprint");
    return NULL;
  }
  transport = g_aligned_alloc0 (1, sizeof *transport, CACHE_LINE_BYTES);
  transport->shard = shard;
  transport->serial = plan->serial;
  transport->id = g_strdup (request->transport);
  transport->since_us = shard->now_us;
  transport->dtls_role =
      request->dtls_role == CONTROL_DTLS_CLIENT ? DTLS_ROLE_CLIENT : DTLS_ROLE_SERVER;
  transport->remote_fingerprint = g_strdup (request->remote_fingerprint);
  transport->ice = ice_session_new (shard->ice, request->remote_ufrag, transport);
  ice_session_set_remote_pwd (transport->ice, request->remote_pwd);
  transport->demux = rtp_demux_new ();
  transport->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify) track_free);
  transport->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) slot_free);
  transport->rtcp_ssrc = g_random_int () | 1;
  transport->rtt_us = -1;
  transport->told_us = shard->now_us;
  g_hash_table_insert (shard->transports, GUINT_TO_POINTER (plan->serial), transport);
  turns_add (&shard->turns, plan->serial, transport);
  if (!transport_update (transport, plan, error)) {
    transport_free (transport);
    return NULL;
  }
  return transport;
}

static Track *
transport_find_track (Transport *transport, const gchar *id)
{
  for (guint i = 0; i < transport->tracks->len; i++) {
    Track *track = g_ptr_array_index (transport->tracks, i);

    if (g_str_equal (track->shape->id, id))
      return track;
  }
  return NULL;
}

/* Two streams of one SSRC would be sealed under the same nonces: with GCM that gives the key away.
 */
static gboolean
transport_uses_ssrc (const Transport *transport, guint32 ssrc)
{
  for (guint i = 0; ssrc != 0 && i < transport->slots->len; i++) {
    const Slot *slot = g_ptr_array_index (transport->slots, i);

    if (slot->ssrc == ssrc || slot->rtx_ssrc == ssrc)
      return TRUE;
  }
  return FALSE;
}

static gboolean
transport_add_slot (Transport *transport, const SlotSpec *spec, GError **error)
{
  if (spec->ssrc == 0 || spec->ssrc == spec->rtx_ssrc ||
      transport_uses_ssrc (transport, spec->ssrc) ||
      transport_uses_ssrc (transport, spec->rtx_ssrc)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "slot %s: SSRC is taken",
                 spec->slot);
    return FALSE;
  }
  Slot *slot = slot_new (transport, transport->slots->len, spec);
  g_ptr_array_add (transport->slots, slot);
  return TRUE;
}

gboolean
transport_update (Transport *transport, const TransportPlan *plan, GError **error)
{
  const TransportCreateRequest *request = plan->request;

  transport_stir (transport);
  for (guint i = 0; i < plan->shapes->len; i++) {
    const TrackSpec *spec = g_ptr_array_index (request->tracks, i);

    if (transport_find_track (transport, spec->track) == NULL &&
        !transport_add_track (transport, spec, g_ptr_array_index (plan->shapes, i), error))
      return FALSE;
  }
  /* slots are only ever added, behind those that are there: the index is their name */
  for (guint i = transport->slots->len; request->slots != NULL && i < request->slots->len; i++) {
    if (!transport_add_slot (transport, g_ptr_array_index (request->slots, i), error))
      return FALSE;
  }
  return TRUE;
}

/* Frees what ICE and DTLS hold: nothing comes in any more. */
static void
transport_disconnect (Transport *transport)
{
  transport->sendable = FALSE;
  transport_stop_dtls (transport);
  shard_tcp_let_go (transport->shard, transport->ice);
  g_clear_pointer (&transport->ice, ice_session_free);
  shard_forget_addresses (transport->shard);
}

void
transport_close (Transport *transport, const gchar *reason)
{
  if (transport->state == TRANSPORT_CLOSED)
    return;
  if (transport->sendable)
    transport_send_bye (transport);
  transport_disconnect (transport);
  for (guint i = 0; i < transport->slots->len; i++)
    slot_route (g_ptr_array_index (transport->slots, i), NULL, 0);
  transport_set_state (transport, TRANSPORT_CLOSED, reason);
}

void
transport_free (Transport *transport)
{
  Shard *shard = transport->shard;

  g_hash_table_steal (shard->transports, GUINT_TO_POINTER (transport->serial));
  turns_remove (&shard->turns, transport->serial, transport);
  g_ptr_array_remove_fast (shard->clocked, transport);
  if (transport->ice != NULL)
    transport_disconnect (transport);
  g_ptr_array_unref (transport->slots);
  g_ptr_array_unref (transport->tracks);
  transport_stop_capture (transport);
  header_ring_clear (&transport->headers);
  g_clear_pointer (&transport->opener, srtp_opener_free);
  g_clear_pointer (&transport->rtcp_sealer, rtcp_sealer_free);
  g_clear_pointer (&transport->sealer, sealer_free);
  rtp_demux_free (transport->demux);
  g_free (transport->twcc);
  g_free (transport->share);
  g_free (transport->remote_fingerprint);
  g_free (transport->remote_text);
  g_free (transport->id);
  g_aligned_free (transport);
}

/* --- media --------------------------------------------------------------------------------------
 */

void
transport_begin_feedback (Transport *transport)
{
  transport_stir (transport);
  if (!transport->gives_feedback && transport->twcc == NULL)
    g_ptr_array_add (transport->shard->clocked, transport);
}

static void
transport_begin_twcc (Transport *transport)
{
  transport_begin_feedback (transport);
  transport->twcc = g_new0 (TwccReceiver, 1);
}

void
transport_prefetch (const Transport *transport)
{
  __builtin_prefetch (transport);
  cache_line_prefetch (&transport->share, sizeof transport->share);
  cache_line_prefetch (&transport->opener, TRANSPORT_REPORT_BYTES);
}

void
transport_prefetch_opener (const Transport *transport, gboolean is_rtcp)
{
  if (transport->opener != NULL)
    srtp_opener_prefetch (transport->opener);
  if (is_rtcp && transport->gives_feedback)
    cache_line_prefetch (&transport->share->estimator, ESTIMATOR_TOLD_BYTES);
}

void
transport_prefetch_keys (const Transport *transport, gboolean is_rtcp)
{
  if (transport->opener != NULL)
    srtp_opener_prefetch_keys (transport->opener, is_rtcp);
  if (is_rtcp && transport->gives_feedback)
    send_history_prefetch (&transport->share->estimator.history,
                           (guint16) (transport->share->estimator.told_seq + 1));
}

void
transport_on_rtp (Transport *transport, guint8 *data, gsize len)
{
  Shard *shard = transport->shard;
  ExtensionValues values;
  RtpDemuxTarget target;
  RtpPacket packet;
  gboolean is_found;

  if (transport->opener == NULL ||
      srtp_opener_open_rtp (transport->opener, data, &len) != SRTP_OK ||
      !rtp_packet_parse (&packet, data, len)) {
    shard->stats.rx_dropped++;
    return;
  }
  transport->up_bytes += len;
  transport->heard_us = shard->now_us;
  extension_values_read (&values, &transport->extensions, &packet);
  if (transport->twcc == NULL && transport->twcc_agreed && values.has_transport_seq)
    transport_begin_twcc (transport);
  if (transport->twcc != NULL && values.has_transport_seq)
    twcc_receiver_on_packet (transport->twcc, values.transport_seq, shard->now_us);
  is_found = rtp_demux_find (transport->demux, &packet, &target);
  if (G_UNLIKELY (transport->capture != NULL))
    transport_capture_received (transport, &packet, is_found ? &target : NULL);
  if (!is_found) {
    shard->stats.rx_dropped++;
    return;
  }
  header_ring_add_received (&transport->headers, &packet,
                            CAPTURE_UP (target.track, target.encoding, target.rtx), shard->now_us);
  track_on_packet (g_ptr_array_index (transport->tracks, target.track), &packet, &values, &target);
}

/* --- the clock ----------------------------------------------------------------------------------
 */

void
transport_tick (Transport *transport)
{
  gint64 age_us = transport->shard->now_us - transport->since_us;

  if (transport->capture != NULL && capture_tick (transport->capture, transport->shard->now_us))
    transport_stop_capture (transport);
  switch (transport->state) {
  case TRANSPORT_NEW:
  case TRANSPORT_CHECKING:
    if (age_us > CONNECT_TIMEOUT_US)
      transport_close (transport, "timeout");
    return;
  case TRANSPORT_CONNECTED:
    if (ice_session_tick (transport->ice, transport->shard->now_us))
      transport_update_state (transport);
    else
      transport_send_reports (transport);
    return;
  case TRANSPORT_DISCONNECTED:
    if (age_us > CLOSE_AFTER_US)
      transport_close (transport, "consent");
    return;
  case TRANSPORT_CLOSED:
    return;
  }
}

LineStats *
transport_take_stats (Transport *transport)
{
  LineStats *stats = line_stats_new ();
  gint64 elapsed_us = MAX (transport->shard->now_us - transport->told_us, 1);
  guint64 expected = 0, received = 0;
  gint64 jitter_us = -1;

  for (guint i = 0; i < transport->tracks->len; i++) {
    const Track *track = g_ptr_array_index (transport->tracks, i);

    for (guint j = 0; j < track->shape->n_encodings; j++) {
      const Encoding *encoding = &track->encodings[j];

      if (encoding->source == 0)
        continue;
      received += encoding->stats.received;
      expected += encoding->stats.received + receive_stats_lost (&encoding->stats);
      jitter_us = MAX (jitter_us, receive_stats_jitter_us (&encoding->stats));
    }
  }
  stats->transport = g_strdup (transport->id);
  stats->rtt_ms = transport->rtt_us < 0 ? -1 : transport->rtt_us / 1000;
  stats->up_jitter_us = jitter_us;
  stats->up_loss_permille = -1;
  if (expected > transport->up_expected && received >= transport->up_received) {
    guint64 span = expected - transport->up_expected;

    stats->up_loss_permille = 1000 * (span - MIN (span, received - transport->up_received)) / span;
  }
  stats->down_loss_permille = transport->down_known ? transport->down_lost_q8 * 1000 / 256 : -1;
  stats->up_bps =
      (transport->up_bytes - transport->told_up_bytes) * 8 * G_USEC_PER_SEC / elapsed_us;
  stats->down_bps =
      (transport->down_bytes - transport->told_down_bytes) * 8 * G_USEC_PER_SEC / elapsed_us;
  transport->up_expected = expected;
  transport->up_received = received;
  transport->told_up_bytes = transport->up_bytes;
  transport->told_down_bytes = transport->down_bytes;
  transport->told_us = transport->shard->now_us;
  transport->down_lost_q8 = 0;
  transport->down_known = FALSE;
  return stats;
}
