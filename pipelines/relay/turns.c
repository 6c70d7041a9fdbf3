#include "pipelines/relay/turns.h"

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

void
turns_take (const Turns *turns, guint tick, guint n,
            void (*visit) (gpointer member, gpointer user_data), gpointer user_data)
{
  for (guint i = tick % n; i < TICKS_PER_SECOND; i += n)
    if (turns->members[i] != NULL)
      g_ptr_array_foreach (turns->members[i], visit, user_data);
}
