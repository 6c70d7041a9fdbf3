#include "pipelines/client/virtual_room.h"

#include "pipelines/rtp/rtcp.h"

#include <gio/gio.h>

#define MIC_LINE 0
#define CAMERA_LINE 1
#define SLOTS_MAX 16
#define REPORT_INTERVAL_US G_USEC_PER_SEC
/* After a pause longer than this the picture goes on from now instead of catching up. */
#define CATCH_UP_MAX_US (200 * 1000)
/* What noise says of itself: a voice at its usual loudness (RFC 6464, -dBov). */
#define VOICE_LEVEL 25
/* No second key frame of noise sooner, as an encoder would. */
#define KEY_INTERVAL_US (300 * 1000)
/* A room that sends nothing looks up so often. */
#define IDLE_US (100 * 1000)

/* One stream: which piece comes next, and when. */
typedef struct {
  guint next; /* of a clip */
  guint32 rtp_ts;
  guint32 rtp_step;
  gint64 due_us;
  gint64 step_us;
} Playhead;

/* The packets of the frame begun that are not sent yet. */
typedef struct {
  guint next;
  guint count;
  gint64 begun_us;
  guint32 rtp_ts;
  const GPtrArray *payloads; /* of a clip; NULL: noise */
} FrameQueue;

struct _VirtualRoom {
  VirtualRoomConfig config;
  VirtualRoomEvents events;
  gpointer user_data;
  LineRole roles[2 + 2 * SLOTS_MAX];
  guint n_roles;
  Offer *offer;
  RtcPeer *peer;
  RtcPeerFigures past;
  gboolean mic_open;
  gboolean camera_on;
  gboolean keyframe_wanted;
  gboolean failed; /* told at the next tick: the peer may not be freed in its own callback */
  Noise noise;
  Playhead video;
  Playhead audio;
  FrameQueue frame;
  gint64 key_us;
  gint64 report_us;
};

static void
on_state (gpointer user_data, RtcPeerState state)
{
  VirtualRoom *room = user_data;

  room->failed = state == RTC_PEER_FAILED;
  if (state != RTC_PEER_CONNECTED)
    return;
  room->keyframe_wanted = TRUE;
  room->events.on_connected (room->user_data, g_get_monotonic_time ());
}

static void
on_keyframe_wanted (gpointer user_data, guint line)
{
  VirtualRoom *room = user_data;

  if (line == CAMERA_LINE && room->config.publishes)
    room->keyframe_wanted = TRUE;
}

static void
on_key (gpointer user_data, const KeyNews *news)
{
  VirtualRoom *room = user_data;

  room->events.on_key (room->user_data, news);
}

static void
make_roles (VirtualRoom *room)
{
  const VirtualRoomConfig *config = &room->config;

  if (config->publishes) {
    room->roles[room->n_roles++] = LINE_MIC;
    room->roles[room->n_roles++] = LINE_CAMERA;
  }
  for (guint i = 0; i < MIN (config->audio_slots, SLOTS_MAX); i++)
    room->roles[room->n_roles++] = LINE_AUDIO;
  for (guint i = 0; i < MIN (config->video_slots, SLOTS_MAX); i++)
    room->roles[room->n_roles++] = i == 0 ? LINE_MAIN : LINE_TILE;
}

static gint64 on_tick (gpointer user_data, gint64 now_us);

VirtualRoom *
virtual_room_new (const VirtualRoomConfig *config, const VirtualRoomEvents *events,
                  gpointer user_data)
{
  VirtualRoom *room = g_new0 (VirtualRoom, 1);
  guint fps = config->clip ? config->clip->format.fps : config->noise.fps;

  room->config = *config;
  room->config.clip = config->clip ? clip_ref (config->clip) : NULL;
  room->events = *events;
  room->user_data = user_data;
  room->camera_on = TRUE;
  make_roles (room);
  noise_init (&room->noise, &config->noise, g_random_int ());
  room->video = (Playhead){ .rtp_ts = g_random_int (),
                            .rtp_step = 90000 / MAX (fps, 1),
                            .step_us = G_USEC_PER_SEC / MAX (fps, 1) };
  room->audio = (Playhead){ .rtp_ts = g_random_int (),
                            .rtp_step = 48 * CLIP_AUDIO_FRAME_MS,
                            .step_us = CLIP_AUDIO_FRAME_MS * 1000 };
  media_loop_add_ticker (config->peer->loop, on_tick, room);
  return room;
}

RtcPeerFigures
virtual_room_get_figures (const VirtualRoom *room)
{
  RtcPeerFigures sum = room->past;

  if (room->peer) {
    RtcPeerFigures living = rtc_peer_get_figures (room->peer);
    rtc_peer_figures_add (&sum, &living);
  }
  return sum;
}

void
virtual_room_reset_worst (VirtualRoom *room)
{
  room->past.rx.freezes = 0;
  room->past.rx.frozen_us = 0;
  room->past.rx.longest_us = 0;
  if (room->peer)
    rtc_peer_reset_worst (room->peer);
}

static void
drop_peer (VirtualRoom *room)
{
  room->past = virtual_room_get_figures (room);
  g_clear_pointer (&room->peer, rtc_peer_free);
  room->failed = FALSE;
  room->frame.count = room->frame.next = 0;
}

void
virtual_room_free (VirtualRoom *room)
{
  drop_peer (room);
  media_loop_remove_ticker (room->config.peer->loop, room);
  g_clear_pointer (&room->offer, offer_free);
  g_clear_pointer (&room->config.clip, clip_unref);
  g_free (room);
}

char *
virtual_room_restart (VirtualRoom *room)
{
  Codec codec = room->config.clip ? CODEC_VP8 : room->config.noise.codec;

  drop_peer (room);
  g_clear_pointer (&room->offer, offer_free);
  room->offer = offer_new (room->roles, room->n_roles, room->config.peer->fingerprint, codec);
  room->offer->has_feedback = room->config.peer->has_feedback && !room->config.peer->deaf;
  return offer_to_text (room->offer);
}

gboolean
virtual_room_take_answer (VirtualRoom *room, const char *sdp, GError **error)
{
  static const RtcPeerEvents events = { on_state, on_keyframe_wanted, on_key };
  g_autoptr (Answer) answer = answer_parse (sdp, error);

  if (!answer)
    return FALSE;
  if (!room->offer || room->peer) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "there is no open offer");
    return FALSE;
  }
  room->peer = rtc_peer_new (room->config.peer, room->offer, answer, &events, room, error);
  return room->peer != NULL;
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

void
virtual_room_set_kbps (VirtualRoom *room, guint kbps)
{
  room->config.noise.kbps = room->noise.format.kbps = kbps;
}

void
virtual_room_pause_line (VirtualRoom *room, guint line)
{
  if (room->peer)
    rtc_peer_pause_line (room->peer, line);
}

/* --- the picture --- */

static void
begin_frame (VirtualRoom *room, gint64 due_us)
{
  Playhead *head = &room->video;
  FrameQueue *frame = &room->frame;
  gboolean wants_key = room->keyframe_wanted;

  *frame = (FrameQueue){ .begun_us = due_us, .rtp_ts = head->rtp_ts };
  if (room->config.clip) {
    if (wants_key)
      head->next = clip_next_keyframe (room->config.clip, head->next);
    room->keyframe_wanted = FALSE;
    frame->payloads = g_array_index (room->config.clip->video, ClipFrame, head->next).payloads;
    frame->count = room->camera_on ? frame->payloads->len : 0;
    head->next = (head->next + 1) % room->config.clip->video->len;
    return;
  }
  wants_key &= room->key_us == 0 || due_us - room->key_us >= KEY_INTERVAL_US;
  if (!room->camera_on || room->config.noise.kbps == 0)
    return;
  if (wants_key) {
    room->keyframe_wanted = FALSE;
    room->key_us = due_us;
  }
  frame->count = noise_begin_frame (&room->noise, wants_key);
}

static gint64
packet_due_us (const VirtualRoom *room)
{
  const FrameQueue *frame = &room->frame;

  if (frame->next >= frame->count)
    return G_MAXINT64;
  return frame->begun_us + (gint64) room->config.spread_us * frame->next / MAX (frame->count, 1);
}

static void
send_packet (VirtualRoom *room)
{
  FrameQueue *frame = &room->frame;
  guint8 noise[NOISE_PAYLOAD_MAX];
  RtcPeerPacket packet = { .rtp_ts = frame->rtp_ts,
                           .marker = frame->next + 1 == frame->count,
                           .level = -1,
                           .payload = noise };

  if (frame->payloads)
    packet.payload =
        g_bytes_get_data (g_ptr_array_index (frame->payloads, frame->next), &packet.size);
  else
    packet.size = noise_write (&room->noise, frame->next, g_get_monotonic_time (), noise);
  frame->next++;
  rtc_peer_send (room->peer, CAMERA_LINE, &packet);
}

static void
send_due_packets (VirtualRoom *room, gint64 now_us)
{
  while (packet_due_us (room) <= now_us)
    send_packet (room);
}

static void
play_video (VirtualRoom *room, gint64 due_us)
{
  send_due_packets (room, G_MAXINT64 - 1); /* of the frame before */
  begin_frame (room, due_us);
}

/* --- the sound --- */

static void
play_audio (VirtualRoom *room, gint64 due_us)
{
  Playhead *head = &room->audio;
  guint8 noise[NOISE_PAYLOAD_MAX];
  RtcPeerPacket packet = { .rtp_ts = head->rtp_ts, .level = VOICE_LEVEL, .payload = noise };

  (void) due_us;
  if (room->config.clip) {
    packet.payload =
        g_bytes_get_data (g_ptr_array_index (room->config.clip->audio, head->next), &packet.size);
    packet.level = room->config.clip->levels[head->next];
    head->next = (head->next + 1) % room->config.clip->audio->len;
  } else if (room->mic_open && room->config.audio_kbps > 0) {
    packet.size = noise_write_sound (&room->noise, g_get_monotonic_time (), noise,
                                     room->config.audio_kbps * CLIP_AUDIO_FRAME_MS / 8);
  }
  if (room->mic_open && packet.size > 0)
    rtc_peer_send (room->peer, MIC_LINE, &packet);
}

/* --- time --- */

static void
play (VirtualRoom *room, Playhead *head, gint64 now_us,
      void (*send) (VirtualRoom *room, gint64 due_us))
{
  if (now_us - head->due_us > CATCH_UP_MAX_US) {
    gint64 skipped = head->due_us ? (now_us - head->due_us) / head->step_us : 0;
    head->rtp_ts += (guint32) (skipped * head->rtp_step);
    head->due_us = now_us;
  }
  while (head->due_us <= now_us) {
    send (room, head->due_us);
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

static gint64
on_tick (gpointer user_data, gint64 now_us)
{
  VirtualRoom *room = user_data;

  if (room->failed) {
    drop_peer (room);
    room->events.on_failed (room->user_data);
    return now_us + IDLE_US;
  }
  if (!room->config.publishes || !virtual_room_is_connected (room))
    return now_us + IDLE_US;
  play (room, &room->video, now_us, play_video);
  send_due_packets (room, now_us);
  play (room, &room->audio, now_us, play_audio);
  if (now_us >= room->report_us)
    send_reports (room, now_us);
  return MIN (MIN (room->video.due_us, room->audio.due_us), packet_due_us (room));
}

const RtcPeer *
virtual_room_get_peer (const VirtualRoom *room)
{
  return room->peer;
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
