#include "pipelines/client/virtual_room.h"

#include "pipelines/rtp/rtcp.h"

#define MIC_LINE 0
#define CAMERA_LINE 1
#define SLOTS_MAX 16
#define REPORT_INTERVAL_US G_USEC_PER_SEC
/* After a pause longer than this the clip goes on from now instead of catching up. */
#define CATCH_UP_MAX_US (200 * 1000)
/* A voice at its usual loudness (RFC 6464, -dBov). */
#define VOICE_LEVEL 25

/* One stream of the clip: which piece comes next, and when. */
typedef struct {
  guint next;
  guint32 rtp_ts;
  guint32 rtp_step;
  gint64 due_us;
  gint64 step_us;
} Playhead;

struct _VirtualRoom {
  VirtualRoomConfig config;
  char *fingerprint;
  char *local_address;
  Clip *clip;
  void (*on_failed) (VirtualRoom *room, gpointer user_data);
  gpointer user_data;
  LineRole roles[2 + 2 * SLOTS_MAX];
  guint n_roles;
  RtcPeer *peer;
  RtcPeerCounters past;
  gboolean mic_open;
  gboolean camera_on;
  gboolean keyframe_wanted;
  gboolean failed; /* told at the next tick: the peer may not be freed in its own callback */
  Playhead video;
  Playhead audio;
  gint64 report_us;
};

static void
on_state (RtcPeer *peer, RtcPeerState state, gpointer user_data)
{
  VirtualRoom *room = user_data;
  (void) peer;
  if (state == RTC_PEER_CONNECTED)
    room->keyframe_wanted = TRUE;
  room->failed = state == RTC_PEER_FAILED;
}

static void
on_keyframe_wanted (RtcPeer *peer, guint line, gpointer user_data)
{
  VirtualRoom *room = user_data;
  (void) peer;
  if (line == CAMERA_LINE)
    room->keyframe_wanted = TRUE;
}

VirtualRoom *
virtual_room_new (const VirtualRoomConfig *config, Clip *clip,
                  void (*on_failed) (VirtualRoom *room, gpointer user_data), gpointer user_data)
{
  VirtualRoom *room = g_new0 (VirtualRoom, 1);
  room->config = *config;
  room->config.context = g_main_context_ref (config->context);
  room->config.dtls = dtls_context_ref (config->dtls);
  room->config.fingerprint = room->fingerprint = g_strdup (config->fingerprint);
  room->config.local_address = room->local_address = g_strdup (config->local_address);
  room->clip = clip_ref (clip);
  room->on_failed = on_failed;
  room->user_data = user_data;
  room->camera_on = TRUE;
  room->roles[room->n_roles++] = LINE_MIC;
  room->roles[room->n_roles++] = LINE_CAMERA;
  for (guint i = 0; i < MIN (config->audio_slots, SLOTS_MAX); i++)
    room->roles[room->n_roles++] = LINE_AUDIO;
  for (guint i = 0; i < MIN (config->video_slots, SLOTS_MAX); i++)
    room->roles[room->n_roles++] = i == 0 ? LINE_MAIN : LINE_TILE;
  const ClipFormat *format = &clip->format;
  room->video = (Playhead){ .rtp_ts = g_random_int (),
                            .rtp_step = 90000 / format->fps,
                            .step_us = G_USEC_PER_SEC / format->fps };
  room->audio = (Playhead){ .rtp_ts = g_random_int (),
                            .rtp_step = 48 * CLIP_AUDIO_FRAME_MS,
                            .step_us = CLIP_AUDIO_FRAME_MS * 1000 };
  return room;
}

static RtcPeerCounters
sum_of (RtcPeerCounters a, const RtcPeerCounters *b)
{
  a.tx_packets += b->tx_packets;
  a.tx_bytes += b->tx_bytes;
  a.resent += b->resent;
  a.rx_packets += b->rx_packets;
  a.rx_bytes += b->rx_bytes;
  a.rx_lost += b->rx_lost;
  a.rx_refused += b->rx_refused;
  return a;
}

RtcPeerCounters
virtual_room_get_counters (const VirtualRoom *room)
{
  return room->peer ? sum_of (room->past, rtc_peer_get_counters (room->peer)) : room->past;
}

static void
drop_peer (VirtualRoom *room)
{
  room->past = virtual_room_get_counters (room);
  g_clear_pointer (&room->peer, rtc_peer_free);
  room->failed = FALSE;
}

void
virtual_room_free (VirtualRoom *room)
{
  drop_peer (room);
  clip_unref (room->clip);
  g_main_context_unref (room->config.context);
  dtls_context_unref (room->config.dtls);
  g_free (room->fingerprint);
  g_free (room->local_address);
  g_free (room);
}

char *
virtual_room_restart (VirtualRoom *room, GError **error)
{
  static const RtcPeerEvents events = { .on_state = on_state,
                                        .on_keyframe_wanted = on_keyframe_wanted };
  RtcPeerConfig config = { .context = room->config.context,
                           .dtls = room->config.dtls,
                           .fingerprint = room->config.fingerprint,
                           .local_address = room->config.local_address,
                           .roles = room->roles,
                           .n_roles = room->n_roles };
  drop_peer (room);
  room->peer = rtc_peer_new (&config, &events, room, error);
  return room->peer ? rtc_peer_create_offer (room->peer) : NULL;
}

gboolean
virtual_room_take_answer (VirtualRoom *room, const char *sdp, GError **error)
{
  g_return_val_if_fail (room->peer != NULL, FALSE);
  return rtc_peer_take_answer (room->peer, sdp, error);
}

void
virtual_room_set_mic (VirtualRoom *room, gboolean open)
{
  room->mic_open = open;
}

void
virtual_room_set_camera (VirtualRoom *room, gboolean on)
{
  room->keyframe_wanted |= on && !room->camera_on;
  room->camera_on = on;
}

static void
send_video_frame (VirtualRoom *room)
{
  Playhead *head = &room->video;
  if (room->keyframe_wanted)
    head->next = clip_next_keyframe (room->clip, head->next);
  room->keyframe_wanted = FALSE;
  const ClipFrame *frame = &g_array_index (room->clip->video, ClipFrame, head->next);
  for (guint i = 0; room->camera_on && i < frame->payloads->len; i++)
    rtc_peer_send (room->peer, CAMERA_LINE, head->rtp_ts, i + 1 == frame->payloads->len, -1,
                   g_ptr_array_index (frame->payloads, i));
  head->next = (head->next + 1) % room->clip->video->len;
}

static void
send_audio_frame (VirtualRoom *room)
{
  Playhead *head = &room->audio;
  if (room->mic_open)
    rtc_peer_send (room->peer, MIC_LINE, head->rtp_ts, FALSE, VOICE_LEVEL,
                   g_ptr_array_index (room->clip->audio, head->next));
  head->next = (head->next + 1) % room->clip->audio->len;
}

static void
play (VirtualRoom *room, Playhead *head, gint64 now_us, void (*send) (VirtualRoom *room))
{
  if (now_us - head->due_us > CATCH_UP_MAX_US) {
    gint64 skipped = head->due_us ? (now_us - head->due_us) / head->step_us : 0;
    head->rtp_ts += (guint32) (skipped * head->rtp_step);
    head->due_us = now_us;
  }
  while (head->due_us <= now_us) {
    send (room);
    head->rtp_ts += head->rtp_step;
    head->due_us += head->step_us;
  }
}

static void
send_reports (VirtualRoom *room, gint64 now_us)
{
  /* the piece with timestamp rtp_ts is due at due_us: one clock for picture and sound */
  rtc_peer_send_report (room->peer, CAMERA_LINE, rtcp_ntp_from_us (room->video.due_us),
                        room->video.rtp_ts);
  rtc_peer_send_report (room->peer, MIC_LINE, rtcp_ntp_from_us (room->audio.due_us),
                        room->audio.rtp_ts);
  room->report_us = now_us + REPORT_INTERVAL_US;
}

void
virtual_room_tick (VirtualRoom *room, gint64 now_us)
{
  if (room->failed) {
    drop_peer (room);
    room->on_failed (room, room->user_data);
    return;
  }
  if (!virtual_room_is_connected (room))
    return;
  play (room, &room->video, now_us, send_video_frame);
  play (room, &room->audio, now_us, send_audio_frame);
  if (now_us >= room->report_us)
    send_reports (room, now_us);
}

const LineRole *
virtual_room_get_roles (const VirtualRoom *room, guint *ret_n)
{
  *ret_n = room->n_roles;
  return room->roles;
}

gboolean
virtual_room_is_connected (const VirtualRoom *room)
{
  return room->peer && rtc_peer_get_state (room->peer) == RTC_PEER_CONNECTED;
}
