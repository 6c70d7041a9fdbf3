/* What directory.c and directory_group.c share. Main thread. */
#pragma once

#include "pipelines/relay/directory.h"
#include "pipelines/relay/directory_lines.h"

struct Directory {
  Shard *const *shards;
  guint n_shards;
  GTree *transports;     /* id -> DirectoryTransport, owned; ordered for state.list */
  GHashTable *by_serial; /* serial -> DirectoryTransport */
  GHashTable *tracks;    /* id -> DirectoryTrack */
  GHashTable *slots;     /* id -> DirectorySlot */
  GHashTable *groups;    /* id -> DirectoryGroup, owned */
  GPtrArray *changed;    /* DirectoryTrack whose fans changed */
  DirectoryLines *lines;
  guint load[LIMIT_SHARDS];
  guint32 last_serial;
};

typedef struct {
  DirectoryTrack *track;
  gboolean is_always;
} GroupEntry;

/* Open microphones of which the loudest are heard. A track in it counts as shown once on each shard
 * that has a slot of the group. */
struct DirectoryGroup {
  gchar *id;
  guint32 serial;
  guint n;
  DirectoryTrack *lead;       /* NULL: none */
  GArray *entries;            /* GroupEntry */
  guint n_slots;              /* on all shards */
  guint counts[LIMIT_SHARDS]; /* slots of it */
  gboolean changed;           /* since the shards were told */
};

void directory_note_change (Directory *directory, DirectoryTrack *track);

/* The group of @id, made if there is none. */
DirectoryGroup *directory_get_group (Directory *directory, const gchar *id);
void directory_group_free (gpointer group);
/* Keeps the counts; tells no shard. @group NULL: none. */
void directory_slot_set_group (Directory *directory, DirectorySlot *slot, DirectoryGroup *group);
/* @track is gone: no group has it any more. */
void directory_groups_forget (Directory *directory, const DirectoryTrack *track);
/* Tells the shards of groups that changed; those that are empty end. */
void directory_flush_groups (Directory *directory);
