/* When to remind people of a meeting.  Pure. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 starts_ms;
  gint64 booked_ms; /* who was invited later than a reminder would have come needs none */
  guint said;       /* least minutes that were said of this beginning, 0: none */
} ReminderSubject;

/* The first reminder comes so long before. */
#define REMINDER_FIRST_MINUTES 60

/* Minutes of the reminder that is due: 60 or 15, 0 for none.  The nearest only: a controller that
 * was away for an hour says what counts now. */
guint reminder_due (const ReminderSubject *subject, gint64 now_ms);
