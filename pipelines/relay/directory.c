#include "pipelines/relay/directory_private.h"

#include "pipelines/relay/directory_lines.h"
#include "pipelines/relay/track_demand.h"

#include <string.h>

static void
slot_entry_free (gpointer data)
{
  DirectorySlot *slot = data;

  g_free (slot->id);
  g_free (slot);
}

static void
track_entry_free (gpointer data)
{
  DirectoryTrack *track = data;

  g_hash_table_unref (track->slots);
  track_shape_unref (track->shape);
  g_free (track);
}

static void
transport_entry_free (gpointer data)
{
  DirectoryTransport *transport = data;

  g_ptr_array_unref (transport->tracks);
  g_ptr_array_unref (transport->slots);
  g_free (transport->id);
  g_free (transport);
}

static gint
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

Directory *
directory_new (Shard *const *shards, guint n_shards)
{
  Directory *directory = g_new0 (Directory, 1);

  directory->shards = shards;
  directory->n_shards = MIN (n_shards, LIMIT_SHARDS);
  directory->transports = g_tree_new_full (compare_ids, NULL, NULL, transport_entry_free);
  directory->by_serial = g_hash_table_new (NULL, NULL);
  directory->tracks = g_hash_table_new (g_str_hash, g_str_equal);
  directory->slots = g_hash_table_new (g_str_hash, g_str_equal);
  directory->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, directory_group_free);
  directory->changed = g_ptr_array_new ();
  directory->lines = directory_lines_new (shards);
  return directory;
}

void
directory_free (Directory *directory)
{
  g_ptr_array_unref (directory->changed);
  g_hash_table_unref (directory->groups);
  g_hash_table_unref (directory->slots);
  g_hash_table_unref (directory->tracks);
  g_hash_table_unref (directory->by_serial);
  g_tree_unref (directory->transports);
  directory_lines_free (directory->lines);
  g_free (directory);
}

guint
directory_get_n_transports (const Directory *directory)
{
  return g_tree_nnodes (directory->transports);
}

DirectoryTransport *
directory_find (Directory *directory, const gchar *id)
{
  return g_tree_lookup (directory->transports, id);
}

DirectoryTransport *
directory_find_serial (Directory *directory, guint32 serial)
{
  return g_hash_table_lookup (directory->by_serial, GUINT_TO_POINTER (serial));
}

/* --- transports ---------------------------------------------------------------------------------
 */

/* What a transport costs its shard grows with what it sends. */
static guint
transport_load (const DirectoryTransport *transport)
{
  return 1 + transport->tracks->len + transport->slots->len;
}

DirectoryTransport *
directory_add (Directory *directory, const gchar *id, const gchar *line)
{
  DirectoryTransport *transport = g_new0 (DirectoryTransport, 1);
  gint home = directory_lines_find_shard (directory->lines, line);
  guint least = 0;

  for (guint i = 1; i < directory->n_shards; i++) {
    if (directory->load[i] < directory->load[least])
      least = i;
  }
  if (home >= 0)
    least = (guint) home;
  transport->id = g_strdup (id);
  transport->serial = ++directory->last_serial;
  transport->shard = directory->shards[least];
  transport->tracks = g_ptr_array_new_with_free_func (track_entry_free);
  transport->slots = g_ptr_array_new_with_free_func (slot_entry_free);
  directory_lines_move (directory->lines, &transport->line, line, least);
  directory->load[least] += transport_load (transport);
  g_tree_insert (directory->transports, transport->id, transport);
  g_hash_table_insert (directory->by_serial, GUINT_TO_POINTER (transport->serial), transport);
  return transport;
}

/* NULL if all ids of @request are free or belong to @transport already. */
static const gchar *
find_conflict (Directory *directory, const DirectoryTransport *transport,
               const TransportCreateRequest *request)
{
  for (guint i = 0; request->tracks != NULL && i < request->tracks->len; i++) {
    const TrackSpec *spec = g_ptr_array_index (request->tracks, i);
    const DirectoryTrack *track = g_hash_table_lookup (directory->tracks, spec->track);

    if (track != NULL && track->owner != transport)
      return "track id is taken";
  }
  for (guint i = 0; request->slots != NULL && i < request->slots->len; i++) {
    const SlotSpec *spec = g_ptr_array_index (request->slots, i);
    const DirectorySlot *slot = g_hash_table_lookup (directory->slots, spec->slot);

    if (slot != NULL && (slot->owner != transport || slot->index != i))
      return "slot id is taken";
  }
  return NULL;
}

static TrackShape *
enter_track (Directory *directory, DirectoryTransport *transport, const TrackSpec *spec)
{
  DirectoryTrack *track = g_hash_table_lookup (directory->tracks, spec->track);

  if (track != NULL)
    return track->shape;
  track = g_new0 (DirectoryTrack, 1);
  track->owner = transport;
  track->shape = track_shape_new (++directory->last_serial, spec);
  track->muted = spec->muted;
  track->slots = g_hash_table_new (NULL, NULL);
  g_ptr_array_add (transport->tracks, track);
  g_hash_table_insert (directory->tracks, track->shape->id, track);
  return track->shape;
}

static void
enter_slot (Directory *directory, DirectoryTransport *transport, const SlotSpec *spec)
{
  DirectorySlot *slot = g_new0 (DirectorySlot, 1);

  slot->owner = transport;
  slot->id = g_strdup (spec->slot);
  slot->index = transport->slots->len;
  slot->kind = spec->kind;
  g_ptr_array_add (transport->slots, slot);
  g_hash_table_insert (directory->slots, slot->id, slot);
}

TransportPlan *
directory_plan (Directory *directory, DirectoryTransport *transport,
                const TransportCreateRequest *request, const gchar **ret_error)
{
  TransportPlan *plan;
  guint *load = &directory->load[transport->shard->config.index];

  *ret_error = find_conflict (directory, transport, request);
  if (*ret_error != NULL)
    return NULL;
  *load -= transport_load (transport);
  plan = g_new0 (TransportPlan, 1);
  plan->serial = transport->serial;
  plan->request = record_copy (&transport_create_request_type, request);
  plan->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) track_shape_unref);
  for (guint i = 0; request->tracks != NULL && i < request->tracks->len; i++) {
    TrackShape *shape = enter_track (directory, transport, g_ptr_array_index (request->tracks, i));

    g_ptr_array_add (plan->shapes, track_shape_ref (shape));
  }
  for (guint i = transport->slots->len; request->slots != NULL && i < request->slots->len; i++)
    enter_slot (directory, transport, g_ptr_array_index (request->slots, i));
  *load += transport_load (transport);
  return plan;
}

/* --- routes -------------------------------------------------------------------------------------
 */

void
directory_note_change (Directory *directory, DirectoryTrack *track)
{
  if (track->fans_changed)
    return;
  track->fans_changed = TRUE;
  g_ptr_array_add (directory->changed, track);
}

/* Keeps the counts; tells no shard. */
static void
slot_set_track (Directory *directory, DirectorySlot *slot, DirectoryTrack *track)
{
  guint shard = slot->owner->shard->config.index;

  if (slot->track == track)
    return;
  if (slot->track != NULL) {
    g_hash_table_remove (slot->track->slots, slot);
    slot->track->counts[shard]--;
    directory_note_change (directory, slot->track);
  }
  slot->track = track;
  if (track != NULL) {
    g_hash_table_add (track->slots, slot);
    track->counts[shard]++;
    directory_note_change (directory, track);
  }
}

static void
slot_send_route (const DirectorySlot *slot)
{
  ShardRoute route = { .transport = slot->owner->serial,
                       .slot = slot->index,
                       .height = slot->height };

  if (slot->track != NULL) {
    route.shape = slot->track->shape;
    route.origin = slot->track->owner->shard;
  }
  if (slot->group != NULL) {
    route.group = slot->group->serial;
    route.place = slot->place;
    route.except = slot->except;
  }
  shard_command_route (slot->owner->shard, &route);
}

/* @slot hears the group of @route. */
static gboolean
route_to_group (Directory *directory, DirectorySlot *slot, const RouteSpec *route)
{
  DirectoryGroup *group = directory_get_group (directory, route->group);
  const DirectoryTrack *except =
      route->except != NULL ? g_hash_table_lookup (directory->tracks, route->except) : NULL;
  guint32 serial = except != NULL ? except->shape->serial : 0;

  if (slot->kind != TRACK_AUDIO)
    return FALSE;
  if (slot->group == group && slot->place == (guint) route->place && slot->except == serial)
    return TRUE;
  slot_set_track (directory, slot, NULL);
  directory_slot_set_group (directory, slot, group);
  slot->place = route->place;
  slot->except = serial;
  slot_send_route (slot);
  return TRUE;
}

gboolean
directory_route (Directory *directory, const RouteSpec *route)
{
  DirectorySlot *slot = g_hash_table_lookup (directory->slots, route->slot);
  DirectoryTrack *track = NULL;
  gboolean wanted = route->track != NULL && route->track[0] != '\0';

  if (slot == NULL)
    return FALSE;
  if (route->group != NULL && route->group[0] != '\0')
    return route_to_group (directory, slot, route);
  if (wanted)
    track = g_hash_table_lookup (directory->tracks, route->track);
  if (track != NULL && track->shape->kind != slot->kind)
    track = NULL;
  if (slot->track == track && slot->group == NULL && slot->height == route->height)
    return track != NULL || !wanted;
  slot->height = route->height;
  if (slot->track != NULL)
    directory_note_change (directory, slot->track);
  directory_slot_set_group (directory, slot, NULL);
  slot_set_track (directory, slot, track);
  slot_send_route (slot);
  return track != NULL || !wanted;
}

/* The largest picture that a slot asks for; 0, any, is larger than all. */
static gint
wanted_height (const DirectoryTrack *track)
{
  gint height = TRACK_DEMAND_NOBODY;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, track->slots);
  while (height != 0 && g_hash_table_iter_next (&iter, &value, NULL)) {
    const DirectorySlot *slot = value;

    height = slot->height == 0 ? 0 : MAX (height, slot->height);
  }
  return height;
}

void
directory_flush (Directory *directory)
{
  /* before the fans: the feeds must be there when the tracks tell of themselves */
  directory_flush_groups (directory);
  for (guint i = 0; i < directory->changed->len; i++) {
    DirectoryTrack *track = g_ptr_array_index (directory->changed, i);
    ShardFans fans = { .track = track->shape->serial, .wanted_height = wanted_height (track) };

    track->fans_changed = FALSE;
    memcpy (fans.counts, track->counts, sizeof fans.counts);
    shard_command_fans (track->owner->shard, &fans, directory->shards, directory->n_shards);
  }
  g_ptr_array_set_size (directory->changed, 0);
}

gboolean
directory_mute (Directory *directory, const MuteSpec *mute)
{
  DirectoryTrack *track = g_hash_table_lookup (directory->tracks, mute->track);

  if (track == NULL)
    return FALSE;
  if (track->muted != mute->muted) {
    track->muted = mute->muted;
    shard_command_mute (track->owner->shard, track->shape->serial, mute->muted);
  }
  return TRUE;
}

gboolean
directory_ask_keyframe (Directory *directory, const char *id)
{
  DirectoryTrack *track = g_hash_table_lookup (directory->tracks, id);

  if (track != NULL)
    shard_command_keyframe (track->owner->shard, track->shape->serial);
  return track != NULL;
}

gboolean
directory_ask_picture (Directory *directory, const char *id, guint wake_s)
{
  DirectoryTrack *track = g_hash_table_lookup (directory->tracks, id);

  if (track != NULL)
    shard_command_picture (track->owner->shard, track->shape->serial, wake_s);
  return track != NULL;
}

gboolean
directory_limit (Directory *directory, const TransportLimit *limit)
{
  DirectoryTransport *transport = directory_find (directory, limit->transport);
  ShardLimit own = { .down_bps = (guint) limit->down_bps, .up_bps = (guint) limit->up_bps };

  if (transport == NULL)
    return FALSE;
  directory_lines_move (directory->lines, &transport->line, limit->line,
                        transport->shard->config.index);
  own.transport = transport->serial;
  own.line = directory_line_serial (transport->line);
  shard_command_limit (transport->shard, &own);
  directory_lines_set (directory->lines, transport->line, (guint) limit->line_down_bps,
                       (guint) limit->line_up_bps);
  return TRUE;
}

static void
remove_track (Directory *directory, DirectoryTrack *track)
{
  g_autoptr (GList) slots = g_hash_table_get_keys (track->slots);

  for (GList *l = slots; l != NULL; l = l->next) {
    slot_set_track (directory, l->data, NULL);
    slot_send_route (l->data);
  }
  directory_groups_forget (directory, track);
  g_ptr_array_remove_fast (directory->changed, track);
  g_hash_table_remove (directory->tracks, track->shape->id);
}

void
directory_remove (Directory *directory, DirectoryTransport *transport)
{
  directory->load[transport->shard->config.index] -= transport_load (transport);
  directory_lines_move (directory->lines, &transport->line, NULL, transport->shard->config.index);
  for (guint i = 0; i < transport->slots->len; i++) {
    DirectorySlot *slot = g_ptr_array_index (transport->slots, i);

    slot_set_track (directory, slot, NULL);
    directory_slot_set_group (directory, slot, NULL);
    g_hash_table_remove (directory->slots, slot->id);
  }
  for (guint i = 0; i < transport->tracks->len; i++)
    remove_track (directory, g_ptr_array_index (transport->tracks, i));
  g_hash_table_remove (directory->by_serial, GUINT_TO_POINTER (transport->serial));
  g_tree_remove (directory->transports, transport->id);
  directory_flush (directory);
}

/* --- state.list ---------------------------------------------------------------------------------
 */

static TransportSummary *
summarize (const DirectoryTransport *transport)
{
  TransportSummary *summary = transport_summary_new ();

  summary->transport = g_strdup (transport->id);
  summary->state = transport->state;
  for (guint i = 0; i < transport->tracks->len; i++) {
    const DirectoryTrack *track = g_ptr_array_index (transport->tracks, i);
    MuteSpec *mute = mute_spec_new ();

    mute->track = g_strdup (track->shape->id);
    mute->muted = track->muted;
    g_ptr_array_add (summary->tracks, mute);
  }
  for (guint i = 0; i < transport->slots->len; i++) {
    const DirectorySlot *slot = g_ptr_array_index (transport->slots, i);
    RouteSpec *route = route_spec_new ();

    route->slot = g_strdup (slot->id);
    route->track = slot->track != NULL ? g_strdup (slot->track->shape->id) : NULL;
    route->height = slot->height;
    g_ptr_array_add (summary->slots, route);
  }
  return summary;
}

StateListReply *
directory_list (Directory *directory, const gchar *after)
{
  StateListReply *reply = state_list_reply_new ();
  GTreeNode *node = after != NULL && after[0] != '\0'
                        ? g_tree_upper_bound (directory->transports, after)
                        : g_tree_node_first (directory->transports);

  while (node != NULL && reply->transports->len < LIMIT_CONTROL_PAGE) {
    g_ptr_array_add (reply->transports, summarize (g_tree_node_value (node)));
    node = g_tree_node_next (node);
  }
  reply->more = node != NULL;
  return reply;
}
