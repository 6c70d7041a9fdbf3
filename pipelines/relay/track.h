/* Track: a published source on the shard that receives it, with its encodings (simulcast layers)
 * and its bin `trackingress ! tee ! trackfanout...`, one trackfanout per shard that has a slot. The
 * bin is made for the first of them: most of a room's tracks are watched by nobody.
 *
 * Owner: the shard. Life cycle: track_new() -> packets -> track_free(), by its transport.
 * An encoding is inactive until packets flow; a new SSRC starts it over as a new source.
 */
#pragma once

#include "pipelines/elements/track_ingress.h"
#include "pipelines/relay/burst.h"
#include "pipelines/relay/shard.h"
#include "pipelines/relay/stream_meter.h"
#include "pipelines/relay/track_demand.h"
#include "pipelines/relay/track_shape.h"
#include "pipelines/rtp/audio_level.h"
#include "pipelines/rtp/demux.h"
#include "pipelines/rtp/keyframe_detector.h"
#include "pipelines/rtp/keyframe_requester.h"
#include "pipelines/rtp/layer_ladder.h"
#include "pipelines/rtp/layer_tracker.h"
#include "pipelines/rtp/nack.h"
#include "pipelines/rtp/receive_stats.h"

typedef struct TrackPicture TrackPicture;

struct Encoding {
  Track *track;
  guint index;
  guint generation; /* counts its SSRCs */
  guint32 source;   /* 0: nothing received yet */
  guint32 ssrc;
  guint8 codec; /* of the last packet, in the shape's table */
  guint32 keyframe_timestamp;
  guint keyframe_bytes; /* of the one with that timestamp */
  ReceiveStats stats;
  StreamClock clock;
  NackList *nacks;   /* NULL: not agreed, audio, or nothing came yet */
  guint64 heard_seq; /* of the newest packet of RED */
  KeyframeRequester keyframes;
  KeyframeDetector keyframe_starts;
  LayerTracker *layers; /* NULL: sound, or nothing came yet */
  LayerMeter layer_meter;
  LayerLadder ladder; /* as last measured */
  Burst burst;
  gboolean is_broken; /* a burst was dropped, and no keyframe came since */
  gboolean holding;   /* is in shard->holding */
  gboolean lossy;     /* is in shard->lossy */
  gboolean active;
  gint64 last_packet_us;
  guint width, height;
  StreamMeter meter;
  guint64 bytes_counted; /* at the last measurement of the bit rate */
  gint64 measured_us;
  guint bitrate_bps;
};

struct Track {
  Shard *shard;
  Transport *transport;
  TrackShape *shape;
  gchar *mid;
  gboolean muted;
  gboolean nack, fir; /* agreed feedback */
  AudioLevel level;
  guint8 told_level; /* of the last audio.levels */
  gboolean told_active;
  guint told_width, told_height;
  GstElement *bin;                   /* NULL: no shard ever had a slot */
  TrackIngress *ingress;             /* in the bin */
  GstElement *tee;                   /* in the bin */
  GstElement *fanouts[LIMIT_SHARDS]; /* in the bin, NULL: nobody there */
  Shard *targets[LIMIT_SHARDS];
  gint64 left_us[LIMIT_SHARDS]; /* all slots there were routed elsewhere; 0: not so */
  guint n_slots;                /* on all shards */
  gint wanted_height;           /* the largest that a slot asks for, 0: any; or _NOBODY */
  gint64 warm_us;               /* it is about to be shown: until then all of it is wanted */
  gint64 awake_us;              /* it is looked at: until then its lowest layer is wanted */
  TrackDemand demand;
  gchar **rids;            /* NULL: one encoding */
  TrackPicture *picture;   /* that is waited for; NULL: nobody asks */
  gint64 picture_asked_us; /* the publisher, last; 0: never */
  Encoding encodings[];    /* shape->n_encodings */
};

Track *track_new (Transport *transport, TrackShape *shape, const TrackSpec *spec);
void track_free (Track *track);

/* The next stage for a decrypted packet; it is copied. @values: its header extensions. May change
 * the bytes of an RTX packet. */
void track_on_packet (Track *track, RtpPacket *packet, const ExtensionValues *values,
                      const RtpDemuxTarget *target);

void track_on_sender_info (Track *track, guint encoding, const RtcpSenderInfo *info);
/* The next slow tick finds it inactive, unless packets went on: BYE and packets in turn do not make
 * every slot look each time. */
void track_on_bye (Track *track, guint encoding);

/* A slot somewhere needs a keyframe of @source; an outdated source is ignored. */
void track_request_keyframe (Track *track, guint32 source);

/* It is shown to many in a moment: a keyframe of every layer that flows. */
void track_warm_up (Track *track);

void track_set_muted (Track *track, gboolean muted);

/* @counts: slots per shard that show the track; @shards: all shards. */
void track_set_fans (Track *track, const guint *counts, Shard *const *shards, guint n_shards);
/* @height: the largest that one of them asks for, 0: any, TRACK_DEMAND_NOBODY: there is none.
 * Tells what the publisher need send, when it is something else now. */
void track_set_wanted (Track *track, gint height);
void track_check_demand (Track *track);
/* For so long its lowest layer is wanted, whoever watches. Tells so at once. */
void track_wake (Track *track, gint64 for_us);

/* Pushes one burst through the bin. @list: (transfer full). */
void track_push (Track *track, GstBufferList *list);

/* Moves the encoding's burst to the shard's queue. */
void encoding_release_burst (Encoding *encoding);
/* What its slots and receivers lost without a chance: asks for a keyframe. */
void encoding_on_lost (Encoding *encoding);

/* Asks the publisher for the missing packets that are due; FALSE: nothing is missing any more. */
gboolean encoding_poll_nacks (Encoding *encoding);
/* Asks the publisher for a keyframe if one is due. */
void encoding_poll_keyframe (Encoding *encoding);

/* Every TICKS_SLOW: activity, bit rates, what others know of the track. */
void track_tick (Track *track);

/* The level to be told in audio.levels; FALSE: not changed. */
gboolean track_take_level (Track *track, guint8 *ret_level);
