#include "signaling/schedule/recurrence.h"

#include <libical/ical.h>
#include <string.h>

#define RECURRENCE_YEARS (RECURRENCE_SPAN_DAYS / 365)
#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define SPAN_MS (RECURRENCE_SPAN_DAYS * DAY_MS)

typedef struct icalrecurrencetype Rule;

static const RecurrenceFault unreadable = {
  "Quy tắc lặp không đọc được. Hãy chọn lại cách lặp.",
  "The rule of recurrence cannot be read. Choose it anew.",
};
static const RecurrenceFault too_fine = {
  "Chỉ lặp được theo ngày, tuần, tháng hoặc năm.",
  "A meeting recurs by days, weeks, months or years only.",
};
static const RecurrenceFault endless = {
  "Lịch lặp phải có ngày kết thúc hoặc số lần.",
  "A recurrence needs its last day or the number of meetings.",
};
static const RecurrenceFault too_many = {
  "Lịch lặp có nhiều hơn 200 phiên hoặc dài quá hai năm. Hãy rút ngắn.",
  "The recurrence has more than 200 meetings or is longer than two years. Shorten it.",
};
static const RecurrenceFault off_first = {
  "Ngày bắt đầu không phải là ngày của quy tắc lặp. Hãy chọn ngày đầu tiên đúng quy tắc.",
  "The first meeting is not on a day of the rule. Choose a first day that is.",
};
static const RecurrenceFault nothing = {
  "Mọi phiên của lịch lặp đều bị loại trừ.",
  "All meetings of the recurrence are excepted.",
};

/* --- The rule --- */

/* What an RRULE is written with; libical gets nothing else. */
static gboolean
has_only_rule_characters (const char *rule)
{
  gsize length = strlen (rule);
  return length > 0 && length <= RECURRENCE_RULE_MAX &&
         strspn (rule, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789=;,+-") ==
             length;
}

static gboolean
is_finer_than_days (const Rule *rule)
{
  return rule->freq == ICAL_SECONDLY_RECURRENCE || rule->freq == ICAL_MINUTELY_RECURRENCE ||
         rule->freq == ICAL_HOURLY_RECURRENCE || rule->rscale != NULL ||
         rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static const RecurrenceFault *
parse_rule (const char *text, int first_year, Rule *rule)
{
  if (!has_only_rule_characters (text))
    return &unreadable;
  icalerror_set_errors_are_fatal (FALSE);
  *rule = icalrecurrencetype_from_string (text);
  if (rule->freq == ICAL_NO_RECURRENCE)
    return &unreadable;
  if (is_finer_than_days (rule))
    return &too_fine;
  if (rule->count <= 0 && icaltime_is_null_time (rule->until))
    return &endless;
  if (rule->until.year > first_year + RECURRENCE_YEARS)
    return &too_many;
  return rule->count > RECURRENCE_MAX ? &too_many : NULL;
}

/* --- Local times as libical has them: without a zone --- */

static struct icaltimetype
local_time (gint64 at_ms, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_ms / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  struct icaltimetype time = icaltime_null_time ();
  g_date_time_get_ymd (local, &time.year, &time.month, &time.day);
  time.hour = g_date_time_get_hour (local);
  time.minute = g_date_time_get_minute (local);
  time.second = g_date_time_get_second (local);
  return time;
}

/* 0 outside of what GLib can hold. */
static gint64
instant (struct icaltimetype time, GTimeZone *zone)
{
  g_autoptr (GDateTime) local =
      g_date_time_new (zone, time.year, time.month, time.day, time.hour, time.minute, time.second);
  return local ? g_date_time_to_unix (local) * 1000 : 0;
}

/* UNTIL may be a day, which counts whole, or an instant in UTC. */
static void
make_until_local (Rule *rule, GTimeZone *zone)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  if (icaltime_is_null_time (rule->until))
    return;
  if (rule->until.is_date) {
    rule->until.is_date = 0;
    rule->until.hour = 23;
    rule->until.minute = rule->until.second = 59;
  } else if (icaltime_is_utc (rule->until)) {
    gint64 at_ms = instant (rule->until, utc);
    if (at_ms != 0)
      rule->until = local_time (at_ms, zone);
  }
}

/* --- The starts --- */

static gboolean
is_exception (const GArray *exceptions, gint64 at_ms)
{
  for (guint i = 0; exceptions && i < exceptions->len; i++)
    if (g_array_index (exceptions, gint64, i) == at_ms)
      return TRUE;
  return FALSE;
}

/* All starts, exceptions among them. */
static const RecurrenceFault *
collect (icalrecur_iterator *iterator, const Recurrence *recurrence, GArray *starts)
{
  for (;;) {
    struct icaltimetype time = icalrecur_iterator_next (iterator);
    if (icaltime_is_null_time (time))
      return starts->len == 0 ? &off_first : NULL;
    gint64 at_ms = instant (time, recurrence->zone);
    if (starts->len == 0 && at_ms != recurrence->first_ms)
      return &off_first;
    if (starts->len == RECURRENCE_MAX || at_ms - recurrence->first_ms > SPAN_MS)
      return &too_many;
    g_array_append_val (starts, at_ms);
  }
}

static GArray *
without_exceptions (const GArray *starts, const GArray *exceptions)
{
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < starts->len; i++) {
    gint64 at_ms = g_array_index (starts, gint64, i);
    if (!is_exception (exceptions, at_ms))
      g_array_append_val (kept, at_ms);
  }
  return kept;
}

const RecurrenceFault *
recurrence_expand (const Recurrence *recurrence, GArray **ret_starts)
{
  Rule rule = { 0 };
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  struct icaltimetype first = local_time (recurrence->first_ms, recurrence->zone);
  const RecurrenceFault *fault = parse_rule (recurrence->rule, first.year, &rule);
  if (!fault) {
    make_until_local (&rule, recurrence->zone);
    icalrecur_iterator *iterator = icalrecur_iterator_new (rule, first);
    fault = iterator ? collect (iterator, recurrence, starts) : &unreadable;
    if (iterator)
      icalrecur_iterator_free (iterator);
  }
  g_free (rule.rscale);
  if (fault)
    return fault;
  g_autoptr (GArray) kept = without_exceptions (starts, recurrence->exceptions);
  if (kept->len == 0)
    return &nothing;
  *ret_starts = g_steal_pointer (&kept);
  return NULL;
}
