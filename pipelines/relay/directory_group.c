#include "pipelines/relay/directory_private.h"

#include <string.h>

DirectoryGroup *
directory_get_group (Directory *directory, const gchar *id)
{
  DirectoryGroup *group = g_hash_table_lookup (directory->groups, id);

  if (group != NULL)
    return group;
  group = g_new0 (DirectoryGroup, 1);
  group->id = g_strdup (id);
  group->serial = ++directory->last_serial;
  group->n = 1;
  group->entries = g_array_new (FALSE, FALSE, sizeof (GroupEntry));
  g_hash_table_insert (directory->groups, group->id, group);
  return group;
}

void
directory_group_free (gpointer data)
{
  DirectoryGroup *group = data;

  g_array_unref (group->entries);
  g_free (group->id);
  g_free (group);
}

/* The group counts as one slot of @track wherever it has slots. */
static void
count_track (Directory *directory, const DirectoryGroup *group, DirectoryTrack *track, gint by)
{
  for (guint i = 0; i < directory->n_shards; i++)
    if (group->counts[i] > 0)
      track->counts[i] += by;
  directory_note_change (directory, track);
}

static void
count_shard (Directory *directory, const DirectoryGroup *group, guint shard, gint by)
{
  for (guint i = 0; i < group->entries->len; i++) {
    DirectoryTrack *track = g_array_index (group->entries, GroupEntry, i).track;

    track->counts[shard] += by;
    directory_note_change (directory, track);
  }
}

static void
leave_group (Directory *directory, DirectorySlot *slot)
{
  DirectoryGroup *group = g_steal_pointer (&slot->group);
  guint shard = slot->owner->shard->config.index;

  group->n_slots--;
  group->changed = TRUE; /* it may be empty */
  if (--group->counts[shard] == 0)
    count_shard (directory, group, shard, -1);
}

void
directory_slot_set_group (Directory *directory, DirectorySlot *slot, DirectoryGroup *group)
{
  guint shard = slot->owner->shard->config.index;

  if (slot->group == group)
    return;
  if (slot->group != NULL)
    leave_group (directory, slot);
  slot->group = group;
  if (group == NULL)
    return;
  group->n_slots++;
  if (group->counts[shard]++ > 0)
    return;
  count_shard (directory, group, shard, 1);
  group->changed = TRUE;
}

void
directory_groups_forget (Directory *directory, const DirectoryTrack *track)
{
  GHashTableIter iter;
  gpointer value;

  if (track->shape->kind != TRACK_AUDIO)
    return;
  g_hash_table_iter_init (&iter, directory->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    DirectoryGroup *group = value;

    if (group->lead == track)
      group->lead = NULL;
    for (guint i = group->entries->len; i > 0; i--) {
      if (g_array_index (group->entries, GroupEntry, i - 1).track != track)
        continue;
      g_array_remove_index (group->entries, i - 1);
      group->changed = TRUE;
    }
  }
}

void
directory_set_group (Directory *directory, const AudioGroupRequest *request)
{
  DirectoryGroup *group = directory_get_group (directory, request->group);
  g_autoptr (GArray) former = g_steal_pointer (&group->entries);

  group->n = request->n;
  group->lead = NULL;
  group->changed = TRUE;
  group->entries = g_array_sized_new (FALSE, FALSE, sizeof (GroupEntry), request->tracks->len);
  for (guint i = 0; i < request->tracks->len; i++) {
    const GroupTrackSpec *spec = g_ptr_array_index (request->tracks, i);
    GroupEntry entry = { g_hash_table_lookup (directory->tracks, spec->track), spec->always };

    if (entry.track == NULL || entry.track->shape->kind != TRACK_AUDIO)
      continue;
    if (g_strcmp0 (spec->track, request->lead) == 0)
      group->lead = entry.track;
    g_array_append_val (group->entries, entry);
    count_track (directory, group, entry.track, 1);
  }
  for (guint i = 0; i < former->len; i++)
    count_track (directory, group, g_array_index (former, GroupEntry, i).track, -1);
}

static AudioGroupPlan *
make_plan (const DirectoryGroup *group)
{
  AudioGroupPlan *plan = audio_group_plan_new (group->serial, group->entries->len);

  plan->n = group->n;
  for (guint i = 0; i < group->entries->len; i++) {
    const GroupEntry *entry = &g_array_index (group->entries, GroupEntry, i);

    plan->members[i].shape = track_shape_ref (entry->track->shape);
    plan->members[i].origin = entry->track->owner->shard;
    plan->members[i].is_always = entry->is_always;
    if (entry->track == group->lead)
      plan->lead = i;
  }
  return plan;
}

void
directory_flush_groups (Directory *directory)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, directory->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    DirectoryGroup *group = value;

    if (!group->changed)
      continue;
    group->changed = FALSE;
    for (guint i = 0; i < directory->n_shards; i++)
      if (group->counts[i] > 0)
        shard_command_group (directory->shards[i], make_plan (group));
    if (group->n_slots == 0 && group->entries->len == 0)
      g_hash_table_iter_remove (&iter);
  }
}
