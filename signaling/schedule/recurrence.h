/* Recurrence: the starts that an RFC 5545 rule (RRULE) gives, bounded: a rule must end, and give at
 * most RECURRENCE_MAX meetings within RECURRENCE_SPAN_DAYS.  Days and hours are local, so that a
 * meeting stays at 08:00 whatever the zone does.  On libical; pure, any thread. */
#pragma once

#include <glib.h>

#define RECURRENCE_MAX 200
#define RECURRENCE_SPAN_DAYS 731 /* two years */
#define RECURRENCE_RULE_MAX 512  /* bytes; the longest useful rule is below 150 */

/* Why a rule is not taken, in words for its author. */
typedef struct {
  const char *vi, *en;
} RecurrenceFault;

typedef struct {
  const char *rule; /* "FREQ=WEEKLY;BYDAY=MO;COUNT=10", without "RRULE:" */
  gint64 first_ms;  /* the first start; must be one that the rule gives */
  GTimeZone *zone;
  const GArray *exceptions; /* gint64: starts to leave out; may be NULL */
} Recurrence;

/* *@ret_starts (transfer full, of gint64, ascending, never empty), or NULL and the fault. */
const RecurrenceFault *recurrence_expand (const Recurrence *recurrence, GArray **ret_starts);
