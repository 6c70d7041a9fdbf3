#include "server/probe/probe_media.h"

#include "server/load/media_kit.h"

#define CHECK_US (100 * 1000)
#define AUDIO_KBPS 32
#define FPS 25
/* A frame's packets over most of its time: a burst would say more of the queue than of the line. */
#define SPREAD_US (30 * 1000)
#define KBPS_FIRST 1200

/* As VirtualRoom makes its lines. */
enum { LINE_INDEX_MIC, LINE_INDEX_CAMERA, LINE_INDEX_AUDIO, LINE_INDEX_MAIN };

struct _ProbeMedia {
  MediaKit *kit;
  Histogram *latency; /* media thread: that packets bear the kernel's time of arrival */
  RtcPeerConfig peer;
  VirtualRoomConfig room;
};

ProbeMedia *
probe_media_new (guint16 port, gboolean tcp, GError **error)
{
  g_autoptr (ProbeMedia) media = g_new0 (ProbeMedia, 1);

  media->kit = media_kit_new (0, error);
  if (!media->kit)
    return NULL;
  media->latency = g_new0 (Histogram, 1);
  media->peer = media_kit_peer (media->kit);
  media->peer.tcp = tcp;
  media->peer.latency = media->latency;
  media->peer.is_raw = TRUE;
  media->peer.check_us = CHECK_US;
  media->peer.port = port;
  media->room = (VirtualRoomConfig){
    .peer = &media->peer,
    .publishes = TRUE,
    .audio_slots = 1,
    .video_slots = 1,
    .noise = { .codec = CODEC_VP8, .kbps = KBPS_FIRST, .fps = FPS, .is_flat = TRUE },
    .audio_kbps = AUDIO_KBPS,
    .spread_us = SPREAD_US
  };
  return g_steal_pointer (&media);
}

void
probe_media_free (ProbeMedia *media)
{
  g_clear_pointer (&media->kit, media_kit_free);
  g_free (media->latency);
  g_free (media);
}

const VirtualRoomConfig *
probe_media_get_config (const ProbeMedia *media)
{
  return &media->room;
}

/* --- in the media thread --- */

typedef struct {
  VirtualRoom *room;
  MediaLook *look;
  guint kbps;
} Job;

static void
run_look (gpointer data)
{
  const Job *job = data;
  MediaLook *look = job->look;
  const RtcPeer *peer = virtual_room_get_peer (job->room);

  look->line.at_us = g_get_monotonic_time ();
  if (!peer)
    return;
  RtcPeerFigures figures = rtc_peer_get_figures (peer);
  const NetAddress *remote = rtc_peer_get_remote (peer);

  look->answers = figures.answers;
  look->rtt_us = figures.rtt_us;
  look->has_remote = remote != NULL;
  if (remote)
    look->remote = *remote;
  rtc_peer_get_sending (peer, LINE_INDEX_MIC, &look->line.up[0]);
  rtc_peer_get_sending (peer, LINE_INDEX_CAMERA, &look->line.up[1]);
  rtc_peer_get_reception (peer, LINE_INDEX_AUDIO, &look->line.down[0]);
  rtc_peer_get_reception (peer, LINE_INDEX_MAIN, &look->line.down[1]);
}

static void
run_set_kbps (gpointer data)
{
  const Job *job = data;

  virtual_room_set_kbps (job->room, job->kbps);
}

void
probe_media_look (ProbeMedia *media, const RoomMedia *room, MediaLook *ret_look)
{
  Job job = { .room = room_media_get_room (room), .look = ret_look };

  *ret_look = (MediaLook){ 0 };
  media_loop_call (media->kit->loop, run_look, &job);
}

void
probe_media_set_kbps (ProbeMedia *media, const RoomMedia *room, guint kbps)
{
  Job job = { .room = room_media_get_room (room), .kbps = kbps };

  media_loop_call (media->kit->loop, run_set_kbps, &job);
}
