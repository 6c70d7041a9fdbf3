#include "pipelines/relay/shard_lines.h"

#include "pipelines/bwe/line_budget.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

/* What a publisher sends, for the division of what its line carries up: sound, a small picture,
 * and all three layers of a good one (server/web, 720p). */
#define UP_SOUND_BPS 64000
#define UP_LOW_BPS 150000
#define UP_WANTED_BPS 1750000

typedef struct {
  guint down_bps, up_bps;
  GPtrArray *members; /* Transport, of this division */
} ShardLine;

static void
shard_line_free (gpointer data)
{
  ShardLine *line = data;

  g_ptr_array_unref (line->members);
  g_free (line);
}

static void
forget_shares (Shard *shard, guint32 line)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, shard->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Transport *) value)->limits.line == line)
      transport_set_line_share (value, 0, 0);
}

void
shard_set_line (Shard *shard, guint32 serial, guint down_bps, guint up_bps)
{
  ShardLine *line;

  if (shard->lines == NULL)
    shard->lines = g_hash_table_new_full (NULL, NULL, NULL, shard_line_free);
  if (down_bps == 0 && up_bps == 0) {
    g_hash_table_remove (shard->lines, GUINT_TO_POINTER (serial));
    forget_shares (shard, serial);
    return;
  }
  line = g_hash_table_lookup (shard->lines, GUINT_TO_POINTER (serial));
  if (line == NULL) {
    line = g_new0 (ShardLine, 1);
    line->members = g_ptr_array_new ();
    g_hash_table_insert (shard->lines, GUINT_TO_POINTER (serial), line);
  }
  line->down_bps = down_bps;
  line->up_bps = up_bps;
}

/* --- dividing --- */

static LineDemand
demand_down (const Transport *transport)
{
  return transport->share != NULL ? transport->share->demand : (LineDemand){ 0 };
}

static void
add_track (const Track *track, LineDemand *demand)
{
  guint told = track->demand.told;

  if (track->muted)
    return;
  if (track->shape->kind == TRACK_AUDIO) {
    demand->sound_bps += UP_SOUND_BPS;
    return;
  }
  if (told == 0)
    return; /* nobody watches */
  demand->low_bps += UP_LOW_BPS;
  /* a single bit of several: the lowest layer alone */
  demand->wanted_bps +=
      (told & (told - 1)) != 0 || told == track->demand.all ? UP_WANTED_BPS : UP_LOW_BPS;
}

static LineDemand
demand_up (const Transport *transport)
{
  LineDemand demand = { 0 };

  for (guint i = 0; i < transport->tracks->len; i++)
    add_track (g_ptr_array_index (transport->tracks, i), &demand);
  return demand;
}

static void
divide_one_way (const ShardLine *line, guint budget_bps,
                LineDemand (*demand_of) (const Transport *transport), guint *bps)
{
  g_autofree LineDemand *demands = g_new (LineDemand, line->members->len);

  for (guint i = 0; i < line->members->len; i++)
    demands[i] = demand_of (g_ptr_array_index (line->members, i));
  line_budget_divide (budget_bps, demands, line->members->len, bps);
  /* a share of nothing is the least there is: 0 means no bound */
  for (guint i = 0; budget_bps > 0 && i < line->members->len; i++)
    bps[i] = MAX (bps[i], 1);
}

static void
divide (ShardLine *line)
{
  g_autofree guint *down = g_new (guint, line->members->len);
  g_autofree guint *up = g_new (guint, line->members->len);

  divide_one_way (line, line->down_bps, demand_down, down);
  divide_one_way (line, line->up_bps, demand_up, up);
  for (guint i = 0; i < line->members->len; i++)
    transport_set_line_share (g_ptr_array_index (line->members, i), down[i], up[i]);
  g_ptr_array_set_size (line->members, 0);
}

static void
collect_members (Shard *shard)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, shard->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Transport *transport = value;
    ShardLine *line = g_hash_table_lookup (shard->lines, GUINT_TO_POINTER (transport->limits.line));

    if (line != NULL && transport->state == TRANSPORT_CONNECTED)
      g_ptr_array_add (line->members, transport);
  }
}

void
shard_divide_lines (Shard *shard)
{
  GHashTableIter iter;
  gpointer value;

  if (shard->lines == NULL || g_hash_table_size (shard->lines) == 0)
    return;
  collect_members (shard);
  g_hash_table_iter_init (&iter, shard->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    divide (value);
}
