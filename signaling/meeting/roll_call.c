#include "signaling/meeting/roll_call.h"

const char *
roll_mark_to_string (RollMark mark)
{
  static const char *const names[N_ROLL_MARKS] = { NULL, "present", "absent", "excused" };

  g_return_val_if_fail ((guint) mark < N_ROLL_MARKS, NULL);
  return names[mark];
}

const char *
roll_auto_to_string (RollAuto found)
{
  static const char *const names[N_ROLL_AUTOS] = { "absent", "partial", "present" };

  g_return_val_if_fail ((guint) found < N_ROLL_AUTOS, "absent");
  return names[found];
}

RollAuto
roll_auto (gboolean is_connected, gboolean is_heard, gboolean is_moving)
{
  if (!is_connected)
    return ROLL_AUTO_ABSENT;
  return is_heard && is_moving ? ROLL_AUTO_PRESENT : ROLL_AUTO_PARTIAL;
}

gboolean
roll_is_present (RollMark mark, gboolean is_in)
{
  return mark == ROLL_NONE ? is_in : mark == ROLL_PRESENT;
}

Quorum
quorum_count (guint percent, guint invited, guint present)
{
  guint needed = (invited * MIN (percent, 100) + 99) / 100;

  return (Quorum){ percent, present, needed, present >= needed };
}
