#include "pipelines/control/messages.h"

#include "pipelines/control/link.h"

#include <string.h>

const char *const track_kind_names[] = { "audio", "video", NULL };
const char *const control_dtls_role_names[] = { "server", "client", NULL };
const char *const capture_state_names[] = { "running", "time", "size", NULL };
const char *const control_family_names[] = { "ipv4", "ipv6", NULL };
const char *const transport_state_names[] = { "new",          "checking", "connected",
                                              "disconnected", "closed",   NULL };
const char *const codec_feedback_names[] = { "nack", "pli", "fir", "twcc", "remb", NULL };

/* Rows that many structs share.  A function-like macro per shape keeps a table to one line a field.
 */
#define ID(T, m) RECORD_FIELD_STRING (T, m, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES)
#define TEXT(T, m, max) RECORD_FIELD_STRING (T, m, RECORD_REQUIRED, 1, max)
#define MAYBE_TEXT(T, m, max) RECORD_FIELD_STRING (T, m, RECORD_OPTIONAL, 0, max)
#define NUMBER(T, m, least, most) RECORD_FIELD_INT (T, m, RECORD_REQUIRED, least, most, 0)
#define COUNTER(T, m) RECORD_FIELD_INT (T, m, RECORD_OPTIONAL, 0, G_MAXINT64, 0)
#define BITS(T, m) RECORD_FIELD_INT (T, m, RECORD_OPTIONAL, 0, G_MAXUINT32, 0)
#define UNKNOWN(T, m, most) RECORD_FIELD_INT (T, m, RECORD_OPTIONAL, -1, most, -1)
#define LIST(T, m, type, max) RECORD_FIELD_RECORD_LIST (T, m, RECORD_REQUIRED, type, max)

/* --- parts ----------------------------------------------------------------------------------- */

static const RecordField codec_spec_fields[] = {
  NUMBER (CodecSpec, pt, 0, 127),
  TEXT (CodecSpec, name, 32),
  NUMBER (CodecSpec, clock_rate, 1, 1000000),
  RECORD_FIELD_INT (CodecSpec, channels, RECORD_OPTIONAL, 1, 8, 1),
  MAYBE_TEXT (CodecSpec, fmtp, LIMIT_FMTP_BYTES),
  UNKNOWN (CodecSpec, rtx_pt, 127),
  RECORD_FIELD_FLAGS (CodecSpec, feedback, RECORD_OPTIONAL, codec_feedback_names),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CodecSpec, codec_spec);

static const RecordField extension_spec_fields[] = {
  NUMBER (ExtensionSpec, id, 1, LIMIT_EXTENSION_ID),
  TEXT (ExtensionSpec, uri, LIMIT_URI_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ExtensionSpec, extension_spec);

static const RecordField track_spec_fields[] = {
  ID (TrackSpec, track),
  TEXT (TrackSpec, mid, LIMIT_MID_BYTES),
  RECORD_FIELD_ENUM (TrackSpec, kind, RECORD_REQUIRED, track_kind_names, 0),
  RECORD_FIELD_BOOL (TrackSpec, muted, RECORD_REQUIRED, FALSE),
  LIST (TrackSpec, codecs, &codec_spec_type, LIMIT_CODECS),
  RECORD_FIELD_RECORD_LIST (TrackSpec, extensions, RECORD_OPTIONAL, &extension_spec_type,
                            LIMIT_EXTENSIONS),
  RECORD_FIELD_UINT_LIST (TrackSpec, ssrcs, RECORD_OPTIONAL, LIMIT_SSRCS),
  RECORD_FIELD_UINT_LIST (TrackSpec, rtx_ssrcs, RECORD_OPTIONAL, LIMIT_SSRCS),
  RECORD_FIELD_STRING_LIST (TrackSpec, rids, RECORD_OPTIONAL, LIMIT_RIDS, LIMIT_RID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackSpec, track_spec);

static const RecordField slot_spec_fields[] = {
  ID (SlotSpec, slot),
  TEXT (SlotSpec, mid, LIMIT_MID_BYTES),
  RECORD_FIELD_ENUM (SlotSpec, kind, RECORD_REQUIRED, track_kind_names, 0),
  NUMBER (SlotSpec, ssrc, 1, G_MAXUINT32),
  RECORD_FIELD_INT (SlotSpec, rtx_ssrc, RECORD_OPTIONAL, 0, G_MAXUINT32, 0),
  TEXT (SlotSpec, cname, LIMIT_CNAME_BYTES),
  LIST (SlotSpec, codecs, &codec_spec_type, LIMIT_CODECS),
  RECORD_FIELD_RECORD_LIST (SlotSpec, extensions, RECORD_OPTIONAL, &extension_spec_type,
                            LIMIT_EXTENSIONS),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SlotSpec, slot_spec);

static const RecordField candidate_spec_fields[] = {
  TEXT (CandidateSpec, foundation, 32),
  NUMBER (CandidateSpec, priority, 1, G_MAXUINT32),
  TEXT (CandidateSpec, address, 64),
  NUMBER (CandidateSpec, port, 1, 65535),
  RECORD_FIELD_ENUM (CandidateSpec, family, RECORD_REQUIRED, control_family_names, 0),
  RECORD_FIELD_BOOL (CandidateSpec, tcp, RECORD_OPTIONAL, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CandidateSpec, candidate_spec);

static const RecordField route_spec_fields[] = {
  ID (RouteSpec, slot),
  RECORD_FIELD_STRING (RouteSpec, track, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (RouteSpec, height, RECORD_OPTIONAL, 0, LIMIT_HEIGHT, 0),
  RECORD_FIELD_STRING (RouteSpec, group, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (RouteSpec, place, RECORD_OPTIONAL, 0, LIMIT_GROUP_VOICES, 0),
  RECORD_FIELD_STRING (RouteSpec, except, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (RouteSpec, route_spec);

static const RecordField group_track_spec_fields[] = {
  ID (GroupTrackSpec, track),
  RECORD_FIELD_BOOL (GroupTrackSpec, always, RECORD_OPTIONAL, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (GroupTrackSpec, group_track_spec);

static const RecordField mute_spec_fields[] = {
  ID (MuteSpec, track),
  RECORD_FIELD_BOOL (MuteSpec, muted, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MuteSpec, mute_spec);

static const RecordField transport_summary_fields[] = {
  ID (TransportSummary, transport),
  RECORD_FIELD_ENUM (TransportSummary, state, RECORD_REQUIRED, transport_state_names, 0),
  LIST (TransportSummary, tracks, &mute_spec_type, LIMIT_TRACKS),
  LIST (TransportSummary, slots, &route_spec_type, LIMIT_SLOTS),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportSummary, transport_summary);

static const RecordField level_spec_fields[] = {
  ID (LevelSpec, track),
  NUMBER (LevelSpec, level, 0, 127),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LevelSpec, level_spec);

static const RecordField line_stats_fields[] = {
  ID (LineStats, transport),
  UNKNOWN (LineStats, rtt_ms, G_MAXINT32),
  UNKNOWN (LineStats, up_loss_permille, 1000),
  UNKNOWN (LineStats, down_loss_permille, 1000),
  UNKNOWN (LineStats, up_jitter_us, G_MAXINT32),
  UNKNOWN (LineStats, up_bps, G_MAXINT64),
  UNKNOWN (LineStats, down_bps, G_MAXINT64),
  RECORD_FIELD_ENUM (LineStats, state, RECORD_OPTIONAL, transport_state_names, TRANSPORT_CONNECTED),
  MAYBE_TEXT (LineStats, address, LIMIT_ADDRESS_BYTES),
  RECORD_FIELD_BOOL (LineStats, tcp, RECORD_OPTIONAL, FALSE),
  COUNTER (LineStats, estimate_bps),
  COUNTER (LineStats, target_bps),
  RECORD_FIELD_INT (LineStats, at_ms, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (LineStats, idle_ms, RECORD_OPTIONAL, 0, G_MAXINT32, 0),
  MAYBE_TEXT (LineStats, samples, LIMIT_SAMPLES_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LineStats, line_stats);

static const RecordField shard_stats_fields[] = {
  NUMBER (ShardStats, shard, 0, LIMIT_SHARDS - 1),
  RECORD_FIELD_INT (ShardStats, transports, RECORD_REQUIRED, 0, G_MAXINT32, 0),
  RECORD_FIELD_INT (ShardStats, tracks, RECORD_REQUIRED, 0, G_MAXINT32, 0),
  RECORD_FIELD_INT (ShardStats, slots, RECORD_REQUIRED, 0, G_MAXINT32, 0),
  COUNTER (ShardStats, rounds),
  COUNTER (ShardStats, rx_packets),
  COUNTER (ShardStats, rx_bytes),
  COUNTER (ShardStats, rx_dropped),
  COUNTER (ShardStats, tx_packets),
  COUNTER (ShardStats, tx_bytes),
  COUNTER (ShardStats, tx_dropped),
  COUNTER (ShardStats, stun_checks),
  COUNTER (ShardStats, stun_refused),
  COUNTER (ShardStats, nacks_in),
  COUNTER (ShardStats, retransmitted),
  COUNTER (ShardStats, nacks_out),
  COUNTER (ShardStats, keyframes_asked),
  COUNTER (ShardStats, keyframes_in),
  COUNTER (ShardStats, cpu_us),
  COUNTER (ShardStats, round_worst_us),
  RECORD_FIELD_INT (ShardStats, starts_cached, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (ShardStats, pressure, RECORD_OPTIONAL, 0, G_MAXINT32, 0),
  RECORD_FIELD_INT (ShardStats, thinned, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (ShardStats, handoffs, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (ShardStats, wakes, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (ShardStats, tx_messages, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (ShardStats, sampling_us, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ShardStats, shard_stats);

/* --- requests and replies -------------------------------------------------------------------- */

static const RecordField empty_message_fields[] = {
  RECORD_FIELDS_END,
};
RECORD_DEFINE (EmptyMessage, empty_message);

static const RecordField hello_request_fields[] = {
  NUMBER (HelloRequest, version, 0, G_MAXINT32),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (HelloRequest, hello_request);

static const RecordField hello_reply_fields[] = {
  NUMBER (HelloReply, version, 0, G_MAXINT32),
  ID (HelloReply, relay),
  NUMBER (HelloReply, pid, 0, G_MAXINT32),
  RECORD_FIELD_BOOL (HelloReply, owned, RECORD_REQUIRED, FALSE),
  TEXT (HelloReply, fingerprint, LIMIT_FINGERPRINT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (HelloReply, hello_reply);

static const RecordField state_list_request_fields[] = {
  RECORD_FIELD_STRING (StateListRequest, after, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (StateListRequest, state_list_request);

static const RecordField state_list_reply_fields[] = {
  LIST (StateListReply, transports, &transport_summary_type, LIMIT_CONTROL_PAGE),
  RECORD_FIELD_BOOL (StateListReply, more, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (StateListReply, state_list_reply);

static const RecordField transport_create_request_fields[] = {
  ID (TransportCreateRequest, transport),
  RECORD_FIELD_ENUM (TransportCreateRequest, dtls_role, RECORD_REQUIRED, control_dtls_role_names,
                     0),
  TEXT (TransportCreateRequest, remote_fingerprint, LIMIT_FINGERPRINT_BYTES),
  RECORD_FIELD_STRING (TransportCreateRequest, remote_ufrag, RECORD_REQUIRED, LIMIT_UFRAG_MIN_BYTES,
                       LIMIT_UFRAG_BYTES),
  LIST (TransportCreateRequest, tracks, &track_spec_type, LIMIT_TRACKS),
  LIST (TransportCreateRequest, slots, &slot_spec_type, LIMIT_SLOTS),
  RECORD_FIELD_STRING (TransportCreateRequest, line, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (TransportCreateRequest, remote_pwd, 0, 0, LIMIT_PWD_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportCreateRequest, transport_create_request);

static const RecordField transport_ice_reply_fields[] = {
  RECORD_FIELD_STRING (TransportIceReply, ufrag, RECORD_REQUIRED, LIMIT_UFRAG_MIN_BYTES,
                       LIMIT_UFRAG_BYTES),
  TEXT (TransportIceReply, pwd, LIMIT_PWD_BYTES),
  LIST (TransportIceReply, candidates, &candidate_spec_type, 2 * LIMIT_CANDIDATES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportIceReply, transport_ice_reply);

static const RecordField transport_restart_ice_request_fields[] = {
  ID (TransportRestartIceRequest, transport),
  RECORD_FIELD_STRING (TransportRestartIceRequest, remote_ufrag, RECORD_REQUIRED,
                       LIMIT_UFRAG_MIN_BYTES, LIMIT_UFRAG_BYTES),
  RECORD_FIELD_STRING (TransportRestartIceRequest, remote_pwd, 0, 0, LIMIT_PWD_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportRestartIceRequest, transport_restart_ice_request);

static const RecordField transport_update_request_fields[] = {
  ID (TransportUpdateRequest, transport),
  LIST (TransportUpdateRequest, tracks, &track_spec_type, LIMIT_TRACKS),
  LIST (TransportUpdateRequest, slots, &slot_spec_type, LIMIT_SLOTS),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportUpdateRequest, transport_update_request);

static const RecordField transport_close_request_fields[] = {
  ID (TransportCloseRequest, transport),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportCloseRequest, transport_close_request);

static const RecordField slot_route_request_fields[] = {
  LIST (SlotRouteRequest, routes, &route_spec_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SlotRouteRequest, slot_route_request);

static const RecordField track_mute_request_fields[] = {
  LIST (TrackMuteRequest, mutes, &mute_spec_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackMuteRequest, track_mute_request);

static const RecordField track_keyframe_request_fields[] = {
  RECORD_FIELD_STRING (TrackKeyframeRequest, track, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackKeyframeRequest, track_keyframe_request);

static const RecordField track_picture_request_fields[] = {
  RECORD_FIELD_STRING_LIST (TrackPictureRequest, tracks, RECORD_REQUIRED, LIMIT_CONTROL_BATCH,
                            LIMIT_ID_BYTES),
  RECORD_FIELD_INT (TrackPictureRequest, wake_s, RECORD_OPTIONAL, 0, LIMIT_WAKE_SECONDS, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackPictureRequest, track_picture_request);

static const RecordField transport_limit_fields[] = {
  ID (TransportLimit, transport),
  BITS (TransportLimit, down_bps),
  BITS (TransportLimit, up_bps),
  RECORD_FIELD_STRING (TransportLimit, line, RECORD_ID, 0, LIMIT_ID_BYTES),
  BITS (TransportLimit, line_down_bps),
  BITS (TransportLimit, line_up_bps),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportLimit, transport_limit);

static const RecordField transport_limit_request_fields[] = {
  LIST (TransportLimitRequest, limits, &transport_limit_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportLimitRequest, transport_limit_request);

static const RecordField audio_group_request_fields[] = {
  ID (AudioGroupRequest, group),
  NUMBER (AudioGroupRequest, n, 1, LIMIT_GROUP_VOICES),
  RECORD_FIELD_STRING (AudioGroupRequest, lead, RECORD_ID, 0, LIMIT_ID_BYTES),
  LIST (AudioGroupRequest, tracks, &group_track_spec_type, LIMIT_GROUP_TRACKS),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AudioGroupRequest, audio_group_request);

static const RecordField capture_start_request_fields[] = {
  ID (CaptureStartRequest, transport),
  RECORD_FIELD_BOOL (CaptureStartRequest, payload, RECORD_REQUIRED, FALSE),
  NUMBER (CaptureStartRequest, seconds, 1, LIMIT_CAPTURE_SECONDS),
  NUMBER (CaptureStartRequest, max_bytes, 1, LIMIT_CAPTURE_BYTES),
  MAYBE_TEXT (CaptureStartRequest, comment, LIMIT_TEXT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CaptureStartRequest, capture_start_request);

static const RecordField capture_transport_fields[] = {
  ID (CaptureTransport, transport),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CaptureTransport, capture_transport);

static const RecordField capture_read_reply_fields[] = {
  MAYBE_TEXT (CaptureReadReply, data, LIMIT_CAPTURE_TEXT_BYTES),
  RECORD_FIELD_BOOL (CaptureReadReply, more, RECORD_OPTIONAL, FALSE),
  RECORD_FIELD_ENUM (CaptureReadReply, state, RECORD_REQUIRED, capture_state_names, 0),
  COUNTER (CaptureReadReply, packets),
  COUNTER (CaptureReadReply, dropped),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CaptureReadReply, capture_read_reply);

static const RecordField capture_headers_reply_fields[] = {
  MAYBE_TEXT (CaptureHeadersReply, data, LIMIT_CAPTURE_TEXT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (CaptureHeadersReply, capture_headers_reply);

static const RecordField relay_stats_reply_fields[] = {
  LIST (RelayStatsReply, shards, &shard_stats_type, LIMIT_SHARDS),
  COUNTER (RelayStatsReply, uptime_s),
  COUNTER (RelayStatsReply, rss_bytes),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (RelayStatsReply, relay_stats_reply);

/* --- events ---------------------------------------------------------------------------------- */

static const RecordField transport_state_event_fields[] = {
  ID (TransportStateEvent, transport),
  RECORD_FIELD_ENUM (TransportStateEvent, state, RECORD_REQUIRED, transport_state_names, 0),
  MAYBE_TEXT (TransportStateEvent, reason, LIMIT_TEXT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportStateEvent, transport_state_event);

static const RecordField track_state_event_fields[] = {
  ID (TrackStateEvent, track),
  RECORD_FIELD_BOOL (TrackStateEvent, active, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_INT (TrackStateEvent, width, RECORD_OPTIONAL, 0, G_MAXUINT16, 0),
  RECORD_FIELD_INT (TrackStateEvent, height, RECORD_OPTIONAL, 0, G_MAXUINT16, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackStateEvent, track_state_event);

static const RecordField audio_levels_event_fields[] = {
  LIST (AudioLevelsEvent, levels, &level_spec_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AudioLevelsEvent, audio_levels_event);

static const RecordField transport_stats_event_fields[] = {
  LIST (TransportStatsEvent, stats, &line_stats_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportStatsEvent, transport_stats_event);

static const RecordField slot_state_event_fields[] = {
  ID (SlotStateEvent, slot),
  RECORD_FIELD_STRING (SlotStateEvent, track, RECORD_ID, 0, LIMIT_ID_BYTES),
  RECORD_FIELD_BOOL (SlotStateEvent, flowing, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_BOOL (SlotStateEvent, unsupported, RECORD_OPTIONAL, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SlotStateEvent, slot_state_event);

static const RecordField demand_spec_fields[] = {
  ID (DemandSpec, track),
  RECORD_FIELD_BOOL (DemandSpec, watched, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_STRING_LIST (DemandSpec, rids, RECORD_OPTIONAL, LIMIT_RIDS, LIMIT_RID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (DemandSpec, demand_spec);

static const RecordField track_demand_event_fields[] = {
  LIST (TrackDemandEvent, demands, &demand_spec_type, LIMIT_CONTROL_BATCH),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackDemandEvent, track_demand_event);

static const RecordField transport_survival_event_fields[] = {
  ID (TransportSurvivalEvent, transport),
  RECORD_FIELD_BOOL (TransportSurvivalEvent, survival, RECORD_REQUIRED, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TransportSurvivalEvent, transport_survival_event);

static const RecordField track_frame_event_fields[] = {
  ID (TrackFrameEvent, track),
  TEXT (TrackFrameEvent, codec, 32),
  TEXT (TrackFrameEvent, data, LIMIT_FRAME_TEXT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TrackFrameEvent, track_frame_event);

static const RecordField error_message_fields[] = {
  RECORD_FIELD_STRING (ErrorMessage, code, RECORD_REQUIRED | RECORD_ID, 1, 64),
  RECORD_FIELD_STRING (ErrorMessage, text, RECORD_REQUIRED, 0, LIMIT_TEXT_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ErrorMessage, error_message);

/* --- the table ------------------------------------------------------------------------------- */

static const ControlMessageRow message_rows[CONTROL_N_TYPES] = {
  [CONTROL_HELLO] = { "hello", &hello_request_type, &hello_reply_type },
  [CONTROL_STATE_LIST] = { "state.list", &state_list_request_type, &state_list_reply_type },
  [CONTROL_TRANSPORT_CREATE] = { "transport.create", &transport_create_request_type,
                                 &transport_ice_reply_type },
  [CONTROL_TRANSPORT_RESTART_ICE] = { "transport.restart_ice", &transport_restart_ice_request_type,
                                      &transport_ice_reply_type },
  [CONTROL_TRANSPORT_UPDATE] = { "transport.update", &transport_update_request_type,
                                 &empty_message_type },
  [CONTROL_TRANSPORT_CLOSE] = { "transport.close", &transport_close_request_type,
                                &empty_message_type },
  [CONTROL_SLOT_ROUTE] = { "slot.route", &slot_route_request_type, &empty_message_type },
  [CONTROL_TRACK_MUTE] = { "track.mute", &track_mute_request_type, &empty_message_type },
  [CONTROL_TRACK_KEYFRAME] = { "track.keyframe", &track_keyframe_request_type,
                               &empty_message_type },
  [CONTROL_AUDIO_GROUP] = { "audio.group", &audio_group_request_type, &empty_message_type },
  [CONTROL_RELAY_STATS] = { "relay.stats", &empty_message_type, &relay_stats_reply_type },
  [CONTROL_SHUTDOWN] = { "shutdown", &empty_message_type, &empty_message_type },
  [CONTROL_TRANSPORT_LIMIT] = { "transport.limit", &transport_limit_request_type,
                                &empty_message_type },
  [CONTROL_CAPTURE_START] = { "capture.start", &capture_start_request_type, &empty_message_type },
  [CONTROL_CAPTURE_READ] = { "capture.read", &capture_transport_type, &capture_read_reply_type },
  [CONTROL_CAPTURE_STOP] = { "capture.stop", &capture_transport_type, &empty_message_type },
  [CONTROL_CAPTURE_HEADERS] = { "capture.headers", &capture_transport_type,
                                &capture_headers_reply_type },
  [CONTROL_TRACK_PICTURE] = { "track.picture", &track_picture_request_type, &empty_message_type },
  [CONTROL_TRANSPORT_STATE] = { "transport.state", &transport_state_event_type, NULL },
  [CONTROL_TRACK_STATE] = { "track.state", &track_state_event_type, NULL },
  [CONTROL_AUDIO_LEVELS] = { "audio.levels", &audio_levels_event_type, NULL },
  [CONTROL_TRANSPORT_STATS] = { "transport.stats", &transport_stats_event_type, NULL },
  [CONTROL_SLOT_STATE] = { "slot.state", &slot_state_event_type, NULL },
  [CONTROL_TRACK_DEMAND] = { "track.demand", &track_demand_event_type, NULL },
  [CONTROL_TRANSPORT_SURVIVAL] = { "transport.survival", &transport_survival_event_type, NULL },
  [CONTROL_TRACK_FRAME] = { "track.frame", &track_frame_event_type, NULL },
};

const ControlMessageRow *
control_message_row (ControlType type)
{
  g_return_val_if_fail ((guint) type < CONTROL_N_TYPES, NULL);
  return &message_rows[type];
}

gboolean
control_message_find (const char *name, ControlType *ret_type)
{
  for (int i = 0; i < CONTROL_N_TYPES; i++)
    if (strcmp (message_rows[i].name, name) == 0) {
      *ret_type = (ControlType) i;
      return TRUE;
    }
  return FALSE;
}

/* --- frames ---------------------------------------------------------------------------------- */

static const char REPLY_SUFFIX[] = ".reply";
static const char ERROR_NAME[] = "error";

void
control_frame_clear (ControlFrame *frame)
{
  if (frame->body)
    record_free (frame->body_type, frame->body);
  memset (frame, 0, sizeof *frame);
}

/* Fills in kind, type and body_type from the name. */
static gboolean
resolve_name (const char *name, ControlFrame *frame)
{
  if (strcmp (name, ERROR_NAME) == 0) {
    frame->kind = FRAME_ERROR;
    frame->body_type = &error_message_type;
    return TRUE;
  }
  gboolean is_reply = g_str_has_suffix (name, REPLY_SUFFIX);
  g_autofree char *base = g_strndup (name, strlen (name) - (is_reply ? strlen (REPLY_SUFFIX) : 0));
  if (!control_message_find (base, &frame->type))
    return FALSE;
  const ControlMessageRow *row = &message_rows[frame->type];
  frame->kind = is_reply ? FRAME_REPLY : FRAME_MESSAGE;
  frame->body_type = is_reply ? row->reply : row->message;
  return frame->body_type != NULL;
}

static gboolean
check_id (const ControlFrame *frame, gboolean has_id, GError **error)
{
  gboolean wants_id = frame->kind != FRAME_MESSAGE || message_rows[frame->type].reply != NULL;
  if (wants_id == has_id)
    return TRUE;
  g_set_error (error, RECORD_ERROR, RECORD_ERROR_MISSING,
               wants_id ? "id: must be an integer from 1" : "id: an event has none");
  return FALSE;
}

gboolean
control_frame_decode (const char *text, gsize len, ControlFrame *ret_frame, GError **error)
{
  memset (ret_frame, 0, sizeof *ret_frame);
  g_autoptr (json_t) json = NULL;
  if (!record_parse_text (text, len, LIMIT_CONTROL_MESSAGE_BYTES, &json, error))
    return FALSE;
  const json_t *id = json_object_get (json, "id");
  gboolean has_id = json_is_integer (id) && json_integer_value (id) > 0;
  ret_frame->id = has_id ? json_integer_value (id) : 0;
  const char *name = json_string_value (json_object_get (json, "type"));
  if (!name || strlen (name) > LIMIT_ID_BYTES || !resolve_name (name, ret_frame)) {
    g_set_error (error, RECORD_ERROR, RECORD_ERROR_VALUE, "type: there is no such message");
    return FALSE;
  }
  return check_id (ret_frame, has_id, error) &&
         record_decode (ret_frame->body_type, json, &ret_frame->body, error);
}

/* What stands behind the members of the body, in the same object. */
typedef struct {
  const char *type;
  gint64 id; /* 0 = an event */
} FrameEnd;
RECORD_DECLARE (FrameEnd, frame_end)

static const RecordField frame_end_fields[] = {
  TEXT (FrameEnd, type, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (FrameEnd, id, RECORD_OPTIONAL, 1, G_MAXINT64, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FrameEnd, frame_end);

static void
append_end (GString *text, const FrameEnd *end)
{
  gboolean has_members = text->len > strlen ("{}");
  gsize at = has_members ? text->len - 1 : 0; /* of the bracket that closes the body */
  g_string_truncate (text, at);
  record_append_text (text, &frame_end_type, end);
  text->str[at] = has_members ? ',' : '{';
}

static GBytes *
encode_named (const FrameEnd *end, const RecordType *type, gconstpointer body, GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (256);
  if (body && !record_append_text (text, type, body)) {
    g_set_error (error, RECORD_ERROR, RECORD_ERROR_VALUE, "%s: cannot be written", end->type);
    return NULL;
  }
  append_end (text, end);
  if (text->len > LIMIT_CONTROL_MESSAGE_BYTES) {
    g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_SIZE,
                 "%s: %" G_GSIZE_FORMAT " bytes, allowed are %d", end->type, text->len,
                 LIMIT_CONTROL_MESSAGE_BYTES);
    return NULL;
  }
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

GBytes *
control_frame_encode (ControlType type, gboolean is_reply, gint64 id, gconstpointer body,
                      GError **error)
{
  const ControlMessageRow *row = control_message_row (type);
  g_autofree char *reply_name = is_reply ? g_strconcat (row->name, REPLY_SUFFIX, NULL) : NULL;
  FrameEnd end = { is_reply ? reply_name : row->name, id };
  return encode_named (&end, is_reply ? row->reply : row->message, body, error);
}

GBytes *
control_frame_encode_error (gint64 id, const char *code, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  if (strlen (valid) > LIMIT_TEXT_BYTES)
    *g_utf8_find_prev_char (valid, valid + LIMIT_TEXT_BYTES) = '\0';
  ErrorMessage message = { .code = (char *) code, .text = valid };
  FrameEnd end = { ERROR_NAME, id };
  return encode_named (&end, &error_message_type, &message, NULL);
}
