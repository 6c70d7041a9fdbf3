/* Directory: what the main thread knows of every transport, track and slot: where it lives and who
 * shows what. It answers state.list and turns routes into commands for the right shards.
 *
 * Owner: the main thread. Pure but for the shards it posts commands to.
 */
#pragma once

#include "pipelines/relay/commands.h"

typedef struct Directory Directory;
typedef struct DirectoryTransport DirectoryTransport;
typedef struct DirectoryTrack DirectoryTrack;
typedef struct DirectoryGroup DirectoryGroup;
typedef struct DirectoryLine DirectoryLine;

typedef struct {
  DirectoryTransport *owner;
  gchar *id;
  guint index;
  TrackKind kind;
  DirectoryTrack *track; /* shown, NULL: none */
  gint height;
  DirectoryGroup *group; /* heard instead, NULL: none */
  guint place;
  guint32 except; /* serial of a track, 0: none */
} DirectorySlot;

struct DirectoryTrack {
  DirectoryTransport *owner;
  TrackShape *shape;
  gboolean muted;
  guint counts[LIMIT_SHARDS]; /* slots that show it, and groups that hear it, by shard */
  gboolean fans_changed;      /* since the shard was told */
  GHashTable *slots;          /* set of DirectorySlot that show it */
};

struct DirectoryTransport {
  gchar *id;
  guint32 serial;
  Shard *shard;
  TransportState state;
  GPtrArray *tracks;   /* DirectoryTrack, owned */
  GPtrArray *slots;    /* DirectorySlot, owned */
  DirectoryLine *line; /* that it shares, NULL: none */
};

/* @shards: @n_shards of them, which outlive the directory. */
Directory *directory_new (Shard *const *shards, guint n_shards);
void directory_free (Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Directory, directory_free)

guint directory_get_n_transports (const Directory *directory);
DirectoryTransport *directory_find (Directory *directory, const gchar *id);
DirectoryTransport *directory_find_serial (Directory *directory, guint32 serial);

/* A new transport on the least loaded shard, or with those that share @line (NULL: none). */
DirectoryTransport *directory_add (Directory *directory, const gchar *id, const gchar *line);

/* Enters what @request lists and @transport does not have yet; @request may be a create request
 * made of an update. NULL and @ret_error (static) if an id is taken: nothing was entered then.
 * Returns: (transfer full): the plan for the shard; owns a copy of @request. */
TransportPlan *directory_plan (Directory *directory, DirectoryTransport *transport,
                               const TransportCreateRequest *request, const gchar **ret_error);

/* Forgets it, its tracks and slots; slots elsewhere that showed its tracks show nothing. */
void directory_remove (Directory *directory, DirectoryTransport *transport);

/* Routes and mutes whatever exists; FALSE: slot or track is not there. A track that is not there
 * routes nothing. */
gboolean directory_route (Directory *directory, const RouteSpec *route);
gboolean directory_mute (Directory *directory, const MuteSpec *mute);
/* Members that do not exist are left out. */
void directory_set_group (Directory *directory, const AudioGroupRequest *request);
/* FALSE: no such transport.  A line's budget is split among shards by its transports there. */
gboolean directory_limit (Directory *directory, const TransportLimit *limit);
/* FALSE: no such track. */
gboolean directory_ask_keyframe (Directory *directory, const char *track);
gboolean directory_ask_picture (Directory *directory, const char *track, guint wake_s);
/* After a batch of routes or a group: tells the shards who shows their tracks now, and who is in
 * the groups. */
void directory_flush (Directory *directory);

/* One page of state.list: (transfer full). */
StateListReply *directory_list (Directory *directory, const gchar *after);
