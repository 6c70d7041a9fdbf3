/* Shard: one I/O thread with its own GMainContext, UDP port, receive and send batches. It owns its
 * transports, tracks, feeds and slots outright; nobody else touches them.
 *
 *   one round:  drain the socket (bounded; STUN answered and DTLS handed on at once)
 *               -> media waits in bursts -> audio, then video, is pushed through its track's bin
 *               -> each slot seals its copies into the send batch -> sendmmsg
 *
 * Life cycle: shard_new() (main thread) binds the port and starts the thread; shard_free() stops it
 * and frees what it owned. Commands go in through its mailbox (commands.h), events come out by
 * ShardEvents.
 */
#pragma once

#include "pipelines/control/messages.h"
#include "pipelines/relay/limits.h"
#include "pipelines/relay/mailbox.h"
#include "pipelines/relay/media_queue.h"
#include "pipelines/relay/pressure.h"
#include "pipelines/relay/turns.h"
#include "pipelines/rtp/keyframe_catcher.h"
#include "pipelines/transport/handshaker.h"
#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/send_batch.h"
#include "pipelines/transport/tcp_port.h"

#include <glib-unix.h>
#include <gst/gst.h>

typedef struct Shard Shard;
typedef struct Transport Transport;
typedef struct Track Track;
typedef struct Encoding Encoding;
typedef struct Feed Feed;
typedef struct Slot Slot;
typedef struct SlotBurst SlotBurst;
typedef struct AudioGroup AudioGroup;
typedef struct AudioMember AudioMember;
typedef struct SoundGather SoundGather;

/* A keyframe that was asked for (track_picture.h). */
typedef struct {
  gchar *track;
  Codec codec;
  KeyframeCatcher *catcher; /* whole */
} TrackKeyframe;
void track_keyframe_free (TrackKeyframe *keyframe);

/* Called in the shard's thread. */
typedef struct {
  /* @event: (transfer full), the record of @type, an event of the control table. @serial: of the
   * transport it is about, 0 when it is about none or several. */
  void (*on_event) (gpointer user_data, ControlType type, gpointer event, guint32 serial);
  /* @keyframe: (transfer full). */
  void (*on_keyframe) (gpointer user_data, TrackKeyframe *keyframe, guint32 serial);
  gpointer user_data;
} ShardEvents;

typedef struct {
  guint index;
  const gchar *const *addresses; /* to bind; NULL or empty: all */
  guint16 port;                  /* 0: any */
  gboolean tcp;                  /* listen for TCP on the same port */
  Handshaker *handshaker;
  ShardEvents events;
} ShardConfig;

/* A burst that so many slots show that it is sent in slices, with checks and sound between. */
typedef struct {
  GstBufferList *list; /* NULL: there is none */
  guint32 track;       /* serial */
  guint next;          /* index of the slot to go on with */
} BurstRest;

/* What is told of lines at the next of its ticks. */
typedef struct {
  TransportStatsEvent *event; /* NULL: nothing yet */
  gsize bytes;                /* of its samples */
} LinesTold;

/* What comes apart from media (shard_receive.h). */
typedef struct {
  GSource *sources[UDP_SOCKET_DESCRIPTORS_MAX]; /* while it is read at once; NULL: gathered */
  gint timer_fd;                                /* runs while it is gathered */
  gboolean is_gathered;
  guint came;       /* datagrams, since ... */
  gint64 looked_us; /* ... this */
} ShardControl;

struct Shard {
  /* read-only after new */
  ShardConfig config;
  guint16 port;
  Mailbox *mailbox;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  TcpPort *tcp; /* NULL: by UDP only; what is in it is the shard thread's */

  /* shard thread */
  UdpSocket *socket;
  UdpReceiver *receiver;
  ShardControl control;
  SendBatch *batch;
  IceLite *ice;
  GstElement *pipeline;
  GHashTable *transports; /* serial -> Transport, owned */
  Turns turns;            /* the same, by the tick of their turn */
  GPtrArray *clocked;     /* Transport that gives or is given transport-wide feedback */
  GHashTable *tracks;     /* serial -> Track, owned by its transport */
  GHashTable *feeds;      /* serial of the track -> Feed, owned */
  GHashTable *groups;     /* serial -> AudioGroup, owned by its slots */
  MediaQueue *ready;      /* bursts that wait to be pushed */
  SoundGather *sounds;    /* packets that wait to be sent */
  BurstRest rest;         /* of the burst that is being sent */
  gint64 slice_until_us;
  Pressure pressure;
  gint64 late_us;      /* of the latest picture since the last tick */
  gint64 busy_us;      /* since the last tick */
  gint64 ticked_us;    /* when that was */
  guint busy_permille; /* of late */
  GPtrArray *holding;  /* Encoding with a burst that is held for its frame */
  GPtrArray *lossy;    /* Encoding that misses packets */
  GPtrArray *starting; /* Slot that starts from the cache */
  GPtrArray *paced;    /* Slot whose picture waits for its narrow line */
  gint hold_fd;        /* timerfd of the first burst to be let go */
  gint64 hold_due_us;  /* what it is set to, 0: not set */
  gint tick_fd;        /* timerfd of the next tick */
  gint64 tick_due_us;  /* what it is set to */
  GSource *more;       /* runs when media was left over at the end of a round */
  GSource *pace_timer; /* runs while something is in paced */
  gint64 now_us;       /* of this round */
  gboolean in_round;   /* the batch is flushed at its end */
  guint tick_count;
  gint told_packets;      /* atomic: sent since the start, modulo 2^32, as of the last slow tick */
  guint n_handshakes;     /* whose farewell has not been sent */
  NetAddress last_remote; /* of the packet before: most come in a row from one peer */
  Transport *last_transport;
  ShardStats stats;          /* counters since start */
  TrackDemandEvent *demands; /* told at the next tick; NULL: none */
  LinesTold told;
  GHashTable *lines; /* serial -> ShardLine, owned; NULL: none */
};

/* Binds the port and starts the thread. NULL and @error if the port is taken. */
Shard *shard_new (const ShardConfig *config, GError **error);

/* Ends the thread; what it owned is freed. Others may still post to its mailbox. Main thread. */
void shard_stop (Shard *shard);
/* Stops it if need be. No other shard may run any more. */
void shard_free (Shard *shard);

/* --- for the files of this folder, shard thread --- */

/* Sends (transfer full) @event up. */
void shard_emit (Shard *shard, ControlType type, gpointer event, guint32 serial);

/* Sends (transfer full) @spec up with the next tick. */
void shard_tell_demand (Shard *shard, DemandSpec *spec);

/* The transport that authenticated itself from @remote, or NULL. */
Transport *shard_find_transport (Shard *shard, const NetAddress *remote);
void shard_forget_addresses (Shard *shard);

/* Calls @func when @fd can be read. (transfer none): lives until it is destroyed. */
GSource *shard_watch (Shard *shard, gint fd, GUnixFDSourceFunc func);

/* Asks for another round as soon as the context is free. */
void shard_wake (Shard *shard);

/* One packet, however it came. */
void shard_on_datagram (Shard *shard, const UdpDatagram *datagram);

/* One round: reads the sockets, forwards what is due. */
void shard_run_round (Shard *shard);
