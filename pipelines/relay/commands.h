/* Commands: what the main thread asks of a shard. Each is posted to the shard's mailbox and runs
 * there; objects are named by serial, so that one that has gone meanwhile is simply not found.
 *
 * Called in the main thread. A reply comes back through the mailbox of the main thread, exactly
 * once unless that mailbox is closed before.
 */
#pragma once

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/transport.h"

typedef struct {
  const gchar *ufrag; /* NULL on error */
  const gchar *pwd;
  const gchar *error; /* NULL: done */
  const ShardStats *stats;
  const CaptureRead *capture; /* of a capture, or of kept headers: its data */
} ShardReply;

typedef void (*ShardReplyFunc) (const ShardReply *reply, gpointer user_data);

typedef struct {
  Mailbox *mailbox; /* of the main thread, referenced */
  ShardReplyFunc func;
  gpointer user_data;
} ShardReplyTo;

/* @plan: (transfer full). Replies with credentials. */
void shard_command_create (Shard *shard, TransportPlan *plan, const ShardReplyTo *reply_to);
void shard_command_update (Shard *shard, TransportPlan *plan, const ShardReplyTo *reply_to);
void shard_command_restart_ice (Shard *shard, guint32 serial,
                                const TransportRestartIceRequest *request,
                                const ShardReplyTo *reply_to);
/* Replies with counters. */
void shard_command_stats (Shard *shard, const ShardReplyTo *reply_to);

/* Captures what goes through a transport (capture.h); one that is not there is an error. The reply
 * of reading has the capture; the headers kept of late come as its data alone. */
void shard_command_capture_start (Shard *shard, guint32 serial, const CaptureSpec *spec,
                                  const ShardReplyTo *reply_to);
void shard_command_capture_read (Shard *shard, guint32 serial, const ShardReplyTo *reply_to);
void shard_command_capture_stop (Shard *shard, guint32 serial, const ShardReplyTo *reply_to);
void shard_command_recall_headers (Shard *shard, guint32 serial, const ShardReplyTo *reply_to);

/* Closes the transport, if it did not by itself, and frees it. */
void shard_command_close (Shard *shard, guint32 serial);

typedef struct {
  guint32 transport; /* serial */
  guint slot;        /* index */
  TrackShape *shape; /* NULL: show nothing; referenced by the command */
  Shard *origin;     /* receives the track */
  gint height;
  guint32 group; /* serial: instead of a track, 0: none */
  guint place;
  guint32 except; /* serial of a track, 0: none */
} ShardRoute;

void shard_command_route (Shard *shard, const ShardRoute *route);
void shard_command_mute (Shard *shard, guint32 track, gboolean muted);
/* The publisher is asked for a keyframe of each layer that flows. */
void shard_command_keyframe (Shard *shard, guint32 track);
/* A keyframe for a picture of what it shows; @wake_s, unless 0: it is to send for so long
 * (track_picture.h). */
void shard_command_picture (Shard *shard, guint32 track, guint wake_s);

typedef struct {
  guint32 track;              /* serial */
  guint counts[LIMIT_SHARDS]; /* slots that show it, by shard */
  gint wanted_height;         /* of the largest, as track_set_wanted () */
} ShardFans;

/* The @n_shards @shards live on. */
void shard_command_fans (Shard *shard, const ShardFans *fans, Shard *const *shards, guint n_shards);

/* @plan: (transfer full). Of no effect where no slot is in the group. */
void shard_command_group (Shard *shard, AudioGroupPlan *plan);

/* What a transport may take; 0: no bound. */
typedef struct {
  guint32 transport; /* serial */
  guint down_bps, up_bps;
  guint32 line; /* serial, 0: none */
} ShardLimit;

void shard_command_limit (Shard *shard, const ShardLimit *limit);
/* The part of @line's budget for its transports on @shard. */
void shard_command_line (Shard *shard, guint32 line, guint down_bps, guint up_bps);
