/* Slot: an outgoing RTP stream towards one transport, into which a track is routed. It keeps SSRC,
 * sequence numbers and timestamps continuous whatever it shows, and switches at keyframes.
 *
 *            route                    keyframe (audio: packet)
 *   empty ----------> waiting ------------------------------------> flowing
 *     ^                  ^                                             |
 *     +--- route "" -----+------- muted, or stopped -------------------+
 *
 * Owner: the shard of its transport. Nothing on its packet path allocates, locks or logs.
 */
#pragma once

#include "pipelines/elements/packet_meta.h"
#include "pipelines/relay/codecs.h"
#include "pipelines/relay/shard.h"
#include "pipelines/relay/slot_dependency.h"
#include "pipelines/relay/slot_pace.h"
#include "pipelines/relay/slot_start.h"
#include "pipelines/relay/stream_meter.h"
#include "pipelines/rtp/resend.h"
#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/slot_rewriter.h"

/* Payload types by codec of the track; CODEC_NO_PT: not agreed. */
typedef struct {
  guint8 primary_pt; /* of what RED carries */
  guint8 pts[LIMIT_CODECS];
  guint8 rtx_pts[LIMIT_CODECS];
} SlotCodecs;

struct Slot {
  /* read for every burst, kept together: SLOT_HOT_BYTES */
  Transport *transport;
  Feed *feed;    /* NULL: empty */
  Feed *leaving; /* still flows until the first keyframe of @feed, at most SLOT_LEAVE_US */
  guint64 packets, octets; /* sent, for sender reports */
  guint32 starts_with;     /* source that comes from the cache: @start; 0: none */
  gboolean unsupported;
  gboolean is_paced; /* its line is narrow: @pace */
  TrackKind kind;
  guint index; /* in its transport */
  ExtensionRewriter headers;
  SlotCodecs codecs_now; /* of @feed */
  SlotRewriter rewriter;

  SlotStart start;
  gchar *id;
  gchar *cname;
  guint32 ssrc;
  guint32 rtx_ssrc;  /* 0: none */
  guint64 rtx_index; /* of the next RTX packet */
  ExtensionRewriter rtx_headers;
  CodecTable codecs;
  SlotCodecs codecs_leaving; /* of @leaving */
  gint64 routed_us;
  gint height;         /* asked, 0: any */
  gint encoding;       /* selected, LAYER_NONE: none */
  gboolean is_limited; /* by what the line carries: to @limit */
  gint limit;          /* encoding, or LAYER_NONE: no picture fits */
  guint8 target;       /* layers within the encoding, LAYER_TARGET () */
  guint8 limit_target; /* with @limit */
  guint8 thinned;      /* at most this temporal layer, whatever else says */
  gboolean told_flowing, told_unsupported;
  guint32 reported_seq; /* the highest of its receiver's last report; 0: none */
  guint32 told_source;  /* of which its sender reports have been, */
  guint told_reports;   /* so many of them */
  SlotMeter meter;
  AudioGroup *group; /* NULL: routed to a track, or not at all */
  guint place;       /* in @group */
  SlotDependency dependency;
  SlotPace pace;
  ResendLog *resends; /* NULL: nothing was asked for yet */
  guint32 except;     /* serial of the track that is not for it: its own voice */
};

#define SLOT_HOT_BYTES (G_STRUCT_OFFSET (Slot, rewriter) + SLOT_REWRITER_HOT_BYTES)

/* The packets of one burst as all slots see them. */
struct SlotBurst {
  const Feed *feed;
  guint32 source;
  guint32 abs_send_time;
  guint n_packets;
  const PacketInfo *packets[BURST_MAX_PACKETS];
  SlotInput inputs[BURST_MAX_PACKETS];
};

/* feed.c: a burst is begun, and gets at most BURST_MAX_PACKETS packets. */
void slot_burst_begin (SlotBurst *burst, const Feed *feed, guint32 source);
void slot_burst_add (SlotBurst *burst, const PacketInfo *info);

Slot *slot_new (Transport *transport, guint index, const SlotSpec *spec);
void slot_free (Slot *slot);

/* @feed NULL: show nothing. A picture stays until the new one can start. */
void slot_route (Slot *slot, Feed *feed, gint height);

/* For audio_group.c: shows @feed (NULL: nothing) from now on, of which @source flows (0: not now).
 */
void slot_follow (Slot *slot, Feed *feed, guint32 source);

/* The feed's layers have changed: chooses the encoding again, asks for a keyframe if need be. */
void slot_update (Slot *slot);

/* The encoding that the asked height calls for, whatever the line carries; LAYER_NONE: none flows.
 */
gint slot_wanted_encoding (const Slot *slot);
/* The layers within it that the asked height calls for; LAYER_TARGET (). */
guint slot_wanted_target (const Slot *slot, gint encoding);
/* What the line carries: this encoding and layers (LAYER_TARGET ()) of it, or none (LAYER_NONE). */
void slot_limit (Slot *slot, gint encoding, guint target);
/* The line is full: a picture that is more than its limit ends now, not when the lower one starts.
 */
void slot_cut_short (Slot *slot);
/* Forwards no temporal layer above @temporal; LAYER_TEMPORAL_MAX - 1: all. Takes effect with the
 * next picture, both ways without a keyframe. */
void slot_thin (Slot *slot, guint temporal);
/* Temporal layers of what flows; 0: none are told of. */
guint slot_temporal_layers (const Slot *slot);
/* The line carries whatever is asked for. */
void slot_release_limit (Slot *slot);
/* Its packets are told of by transport-wide feedback. */
gboolean slot_has_feedback (const Slot *slot);
/* Sends packets of late again, by RTX, to fill a line for a moment; the bytes sent, about @bytes or
 * none. */
guint slot_repeat (Slot *slot, guint bytes);
/* The same with packets of padding: nothing of late is there while a picture is paused. */
guint slot_pad (Slot *slot, guint bytes);

/* The packet path: seals its copies of @burst into the shard's batch. */
void slot_forward (Slot *slot, const SlotBurst *burst);
/* The same once it is known that the slot takes them. */
void slot_forward_burst (Slot *slot, const SlotBurst *burst);
/* Its packets from @from up to before @to. */
void slot_forward_range (Slot *slot, const SlotBurst *burst, guint from, guint to);

/* Sends again what the receiver did not get. */
void slot_on_nack (Slot *slot, const RtcpNack *nack);
void slot_on_keyframe_request (Slot *slot);

/* Each second: appends SR and SDES if something was sent of late and the receiver needs one: its
 * source is new, or it @is_turn of all of the transport's. FALSE: does not fit. */
gboolean slot_write_report (Slot *slot, gboolean is_turn, RtcpWriter *writer);

/* Now and then: ends what was left behind, tells slot.state when it changed. TRUE: there is nothing
 * to do until its transport is stirred. */
gboolean slot_tick (Slot *slot);
