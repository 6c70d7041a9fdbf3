#include "server/inbox/reminder.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)

guint
reminder_due (const ReminderSubject *subject, gint64 now_ms)
{
  static const guint nearest_first[] = { 15, REMINDER_FIRST_MINUTES };
  if (now_ms >= subject->starts_ms)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (nearest_first); i++) {
    guint minutes = nearest_first[i];
    gint64 due_ms = subject->starts_ms - minutes * MINUTE_MS;
    if (now_ms < due_ms)
      continue;
    gboolean said = subject->said != 0 && subject->said <= minutes;
    return said || subject->booked_ms > due_ms ? 0 : minutes;
  }
  return 0;
}
