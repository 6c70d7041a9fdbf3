#include "pipelines/relay/turns.h"

#include "pipelines/transport/cache_line.h"

/* How many members ahead of its turn the first line of one is fetched. */
#define AHEAD 3

G_STATIC_ASSERT (TICKS_PER_SECOND % TICKS_SLOW == 0);

void
turns_add (Turns *turns, guint32 serial, gpointer member)
{
  GPtrArray **members = &turns->members[serial % TICKS_PER_SECOND];

  if (*members == NULL)
    *members = g_ptr_array_new ();
  g_ptr_array_add (*members, member);
}

void
turns_remove (Turns *turns, guint32 serial, gpointer member)
{
  GPtrArray *members = turns->members[serial % TICKS_PER_SECOND];

  if (members != NULL)
    g_ptr_array_remove_fast (members, member);
}

void
turns_clear (Turns *turns)
{
  for (guint i = 0; i < TICKS_PER_SECOND; i++)
    g_clear_pointer (&turns->members[i], g_ptr_array_unref);
}

/* Of hundreds: what was visited a while ago has left the cache. */
static void
visit_all (const GPtrArray *members, void (*visit) (gpointer member, gpointer user_data),
           gpointer user_data)
{
  for (guint i = 0; i < members->len; i++) {
    if (i + AHEAD < members->len)
      cache_line_prefetch (g_ptr_array_index (members, i + AHEAD), CACHE_LINE_BYTES);
    visit (g_ptr_array_index (members, i), user_data);
  }
}

void
turns_take (const Turns *turns, guint tick, guint n,
            void (*visit) (gpointer member, gpointer user_data), gpointer user_data)
{
  for (guint i = tick % n; i < TICKS_PER_SECOND; i += n)
    if (turns->members[i] != NULL)
      visit_all (turns->members[i], visit, user_data);
}
