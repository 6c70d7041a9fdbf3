#include "server/inbox/ringer.h"

struct Ringer {
  RingerEvents events;
  gpointer user_data;
  GPtrArray *rings; /* Ring, in the order of their beginning */
};

static void
ring_free (gpointer data)
{
  Ring *ring = data;
  g_free (ring->meeting);
  g_free (ring->title);
  g_free (ring->host);
  g_free (ring->caller);
  g_hash_table_unref (ring->rooms);
  g_free (ring);
}

Ringer *
ringer_new (const RingerEvents *events, gpointer user_data)
{
  Ringer *ringer = g_new0 (Ringer, 1);
  ringer->events = *events;
  ringer->user_data = user_data;
  ringer->rings = g_ptr_array_new_with_free_func (ring_free);
  return ringer;
}

void
ringer_free (Ringer *ringer)
{
  g_ptr_array_unref (ringer->rings);
  g_free (ringer);
}

static Ring *
find (Ringer *ringer, const char *meeting)
{
  for (guint i = 0; i < ringer->rings->len; i++) {
    Ring *ring = ringer->rings->pdata[i];
    if (g_str_equal (ring->meeting, meeting))
      return ring;
  }
  return NULL;
}

const Ring *
ringer_get (Ringer *ringer, const char *meeting)
{
  return find (ringer, meeting);
}

static gboolean
is_ringing (const Ring *ring, const char *endpoint)
{
  gpointer state;
  return g_hash_table_lookup_extended (ring->rooms, endpoint, NULL, &state) &&
         GPOINTER_TO_INT (state) == RING_RINGING;
}

const Ring *
ringer_at (Ringer *ringer, const char *endpoint, guint i)
{
  for (guint at = 0; at < ringer->rings->len; at++) {
    const Ring *ring = ringer->rings->pdata[at];
    if (is_ringing (ring, endpoint) && i-- == 0)
      return ring;
  }
  return NULL;
}

const Ring *
ringer_start (Ringer *ringer, const RingCall *call, gint64 now_ms)
{
  ringer_stop (ringer, call->meeting, now_ms);
  if (ringer->rings->len >= RINGS_MAX)
    return NULL;
  Ring *ring = g_new0 (Ring, 1);
  ring->meeting = g_strdup (call->meeting);
  ring->title = g_strdup (call->title);
  ring->host = g_strdup (call->host);
  ring->caller = g_strdup (call->caller);
  ring->from_ms = now_ms;
  ring->until_ms = now_ms + RING_MS;
  ring->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; call->endpoints[i]; i++)
    if (g_hash_table_insert (ring->rooms, g_strdup (call->endpoints[i]),
                             GINT_TO_POINTER (RING_RINGING)))
      ring->counts[RING_RINGING]++;
  g_ptr_array_add (ringer->rings, ring);
  return ring;
}

/* May free @ring. */
static void
set_state (Ringer *ringer, Ring *ring, const char *endpoint, RingState state, gint64 now_ms)
{
  g_assert (is_ringing (ring, endpoint) && state != RING_RINGING);
  ring->counts[RING_RINGING]--;
  ring->counts[state]++;
  g_hash_table_insert (ring->rooms, g_strdup (endpoint), GINT_TO_POINTER (state));
  ringer->events.on_room_over (ringer->user_data, ring, endpoint);
  if (ring->counts[RING_RINGING] > 0)
    return;
  ringer->events.on_ended (ringer->user_data, ring, now_ms);
  g_ptr_array_remove (ringer->rings, ring);
}

gboolean
ringer_answer (Ringer *ringer, const char *meeting, const char *endpoint, RingState state,
               gint64 now_ms)
{
  Ring *ring = find (ringer, meeting);
  if (!ring || !is_ringing (ring, endpoint))
    return FALSE;
  set_state (ringer, ring, endpoint, state, now_ms);
  return TRUE;
}

void
ringer_stop (Ringer *ringer, const char *meeting, gint64 now_ms)
{
  Ring *ring = find (ringer, meeting);
  if (!ring)
    return;
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer endpoint, state;
  g_hash_table_iter_init (&iter, ring->rooms);
  while (g_hash_table_iter_next (&iter, &endpoint, &state))
    if (GPOINTER_TO_INT (state) == RING_RINGING)
      g_ptr_array_add (left, g_strdup (endpoint));
  for (guint i = 0; i < left->len; i++) /* the last of them ends the ring */
    set_state (ringer, ring, left->pdata[i], RING_MISSED, now_ms);
  if (left->len == 0) /* a call of nobody */
    g_ptr_array_remove (ringer->rings, ring);
}

void
ringer_tick (Ringer *ringer, gint64 now_ms)
{
  while (ringer->rings->len > 0) {
    const Ring *oldest = ringer->rings->pdata[0];
    if (now_ms < oldest->until_ms)
      return;
    g_autofree char *meeting = g_strdup (oldest->meeting);
    ringer_stop (ringer, meeting, now_ms);
  }
}
