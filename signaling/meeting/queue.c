#include "signaling/meeting/queue.h"

#include <string.h>

static gboolean
find_index (const LiveState *live, const char *endpoint, guint *ret_index)
{
  for (guint i = 0; i < live->queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (live->queue, i);
    if (strcmp (entry->endpoint, endpoint) != 0)
      continue;
    *ret_index = i;
    return TRUE;
  }
  return FALSE;
}

QueueEntry *
queue_find (const LiveState *live, const char *endpoint)
{
  guint index = 0;

  return find_index (live, endpoint, &index) ? g_ptr_array_index (live->queue, index) : NULL;
}

void
queue_add (LiveState *live, const char *endpoint, gboolean held)
{
  if (queue_find (live, endpoint) != NULL || live->queue->len >= LIVE_QUEUE_MAX)
    return;
  QueueEntry *entry = queue_entry_new ();
  entry->endpoint = g_strdup (endpoint);
  entry->held = held;
  g_ptr_array_add (live->queue, entry);
}

gboolean
queue_remove (LiveState *live, const char *endpoint)
{
  guint index = 0;

  if (!find_index (live, endpoint, &index))
    return FALSE;
  g_ptr_array_remove_index (live->queue, index);
  return TRUE;
}

guint
queue_place (const LiveState *live, const char *endpoint)
{
  guint place = 0;

  for (guint i = 0; i < live->queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (live->queue, i);
    place += !entry->held;
    if (strcmp (entry->endpoint, endpoint) == 0)
      return entry->held ? 0 : place;
  }
  return 0;
}

guint
queue_length (const LiveState *live)
{
  guint length = 0;

  for (guint i = 0; i < live->queue->len; i++)
    length += !((const QueueEntry *) g_ptr_array_index (live->queue, i))->held;
  return length;
}

gboolean
queue_pass (LiveState *live, const char *endpoint, gboolean up)
{
  guint index = 0;

  if (!find_index (live, endpoint, &index))
    return FALSE;
  QueueEntry *entry = g_ptr_array_index (live->queue, index);
  if (entry->held != up)
    return TRUE; /* is there already */
  entry->held = !up;
  if (up)
    g_ptr_array_add (live->queue, g_ptr_array_steal_index (live->queue, index));
  return TRUE;
}

/* --- order --- */

typedef struct {
  QueueEntry *entry;
  guint rank;
} RankedEntry;

static int
compare_ranks (gconstpointer pa, gconstpointer pb)
{
  const RankedEntry *a = pa, *b = pb;

  return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Ranks by their place in @endpoints; those missing come behind in the order they had. */
static GHashTable *
rank_endpoints (const char *const *endpoints, guint *ret_n)
{
  GHashTable *ranks = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = 0;

  for (; endpoints[n] != NULL; n++)
    if (!g_hash_table_contains (ranks, endpoints[n]))
      g_hash_table_insert (ranks, (gpointer) endpoints[n], GUINT_TO_POINTER (n));
  *ret_n = n;
  return ranks;
}

void
queue_order (LiveState *live, const char *const *endpoints, QueueMayMove may_move,
             gconstpointer data)
{
  guint n_named = 0, next = 0;
  g_autoptr (GHashTable) ranks = rank_endpoints (endpoints, &n_named);
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (RankedEntry));
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < live->queue->len; i++) {
    RankedEntry ranked = { g_ptr_array_index (live->queue, i), n_named + i };
    gpointer rank = NULL;
    if (!may_move (ranked.entry, data))
      continue;
    if (g_hash_table_lookup_extended (ranks, ranked.entry->endpoint, NULL, &rank))
      ranked.rank = GPOINTER_TO_UINT (rank);
    g_array_append_val (moved, ranked);
    g_array_append_val (places, i);
  }
  g_array_sort (moved, compare_ranks);
  for (; next < moved->len; next++)
    live->queue->pdata[g_array_index (places, guint, next)] =
        g_array_index (moved, RankedEntry, next).entry;
}

gboolean
queue_is_same (const LiveState *a, const LiveState *b)
{
  for (guint i = 0; i < MIN (a->queue->len, b->queue->len); i++) {
    const QueueEntry *x = g_ptr_array_index (a->queue, i), *y = g_ptr_array_index (b->queue, i);
    if (x->held != y->held || strcmp (x->endpoint, y->endpoint) != 0)
      return FALSE;
  }
  return a->queue->len == b->queue->len;
}
