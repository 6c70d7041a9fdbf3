#include "signaling/health/alarm_book.h"

#include <string.h>

const char *const alarm_severity_names[] = { "warning", "critical" };

/* What is known of an endpoint. */
typedef struct {
  char *endpoint;
  gint64 fault_since_us; /* 0: none */
  gint64 calm_since_us;  /* of an open alarm; 0: the fault is there */
  gint64 silenced_until_ms;
  Alarm *open; /* of book->open, or NULL */
  guint seen;  /* the second in which its site was there last */
} Watch;

struct AlarmBook {
  AlarmListener listener;
  gpointer user_data;
  gint64 last_id;
  guint second;
  GHashTable *watches; /* endpoint -> Watch, owned */
  GPtrArray *open;     /* Alarm, owned */
};

/* What is wrong with a site, if anything. */
typedef struct {
  gboolean is_there;
  AlarmSeverity severity;
  const char *kind;
  guint confidence;
  const char *peer;
} Fault;

void
alarm_free (Alarm *alarm)
{
  g_free (alarm->meeting);
  g_free (alarm->endpoint);
  g_free (alarm->site_name);
  g_free (alarm->kind);
  g_free (alarm->peer);
  g_free (alarm->acked_by);
  g_free (alarm->note);
  g_free (alarm);
}

Alarm *
alarm_copy (const Alarm *alarm)
{
  Alarm *copy = g_new (Alarm, 1);
  *copy = *alarm;
  copy->meeting = g_strdup (alarm->meeting);
  copy->endpoint = g_strdup (alarm->endpoint);
  copy->site_name = g_strdup (alarm->site_name);
  copy->kind = g_strdup (alarm->kind);
  copy->peer = g_strdup (alarm->peer);
  copy->acked_by = g_strdup (alarm->acked_by);
  copy->note = g_strdup (alarm->note);
  return copy;
}

static void
watch_free (Watch *watch)
{
  g_free (watch->endpoint);
  g_free (watch);
}

AlarmBook *
alarm_book_new (gint64 last_id, const AlarmListener *listener, gpointer user_data)
{
  AlarmBook *book = g_new0 (AlarmBook, 1);
  book->last_id = last_id;
  book->listener = *listener;
  book->user_data = user_data;
  book->watches =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) watch_free);
  book->open = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  return book;
}

void
alarm_book_free (AlarmBook *book)
{
  g_hash_table_unref (book->watches);
  g_ptr_array_unref (book->open);
  g_free (book);
}

static Watch *
watch_of (AlarmBook *book, const char *endpoint)
{
  Watch *watch = g_hash_table_lookup (book->watches, endpoint);
  if (!watch) {
    watch = g_new0 (Watch, 1);
    watch->endpoint = g_strdup (endpoint);
    g_hash_table_insert (book->watches, watch->endpoint, watch);
  }
  return watch;
}

static void
tell (AlarmBook *book, const Alarm *alarm, AlarmChange change)
{
  if (book->listener.on_change)
    book->listener.on_change (book->user_data, alarm, change);
}

void
alarm_book_restore (AlarmBook *book, const Alarm *alarm)
{
  Watch *watch = watch_of (book, alarm->endpoint);
  if (watch->open || book->open->len >= ALARMS_OPEN_MAX)
    return;
  watch->open = alarm_copy (alarm);
  book->last_id = MAX (book->last_id, alarm->id);
  g_ptr_array_add (book->open, watch->open);
}

static AlarmSeverity
severity_of (const HealthSite *site)
{
  gboolean is_grave = site->verdict.light == HEALTH_LIGHT_POOR ||
                      site->verdict.light == HEALTH_LIGHT_LOST ||
                      site->cause.id == HEALTH_CAUSE_ECHO;
  return is_grave ? ALARM_CRITICAL : ALARM_WARNING;
}

static Fault
fault_of (const HealthSite *site)
{
  Fault fault = { .severity = severity_of (site) };
  gboolean is_ill = site->now.facts.is_in && site->verdict.light >= HEALTH_LIGHT_FAIR &&
                    site->verdict.light != HEALTH_LIGHT_ABSENT;

  fault.is_there = is_ill || site->cause.id != HEALTH_CAUSE_NONE;
  if (site->cause.id != HEALTH_CAUSE_NONE) {
    fault.kind = health_cause_names[site->cause.id];
    fault.confidence = site->cause.confidence;
    fault.peer = site->cause.peer;
  } else {
    fault.kind = health_state_names[site->verdict.state];
  }
  return fault;
}

static void
raise_alarm (AlarmBook *book, Watch *watch, HealthSite *site, const Fault *fault, gint64 wall_ms)
{
  Alarm *alarm;

  if (book->open->len >= ALARMS_OPEN_MAX)
    return;
  alarm = g_new0 (Alarm, 1);
  alarm->id = ++book->last_id;
  alarm->meeting = g_strdup (site->meeting);
  alarm->endpoint = g_strdup (site->endpoint);
  alarm->site_name = g_strdup (site->name);
  alarm->severity = fault->severity;
  alarm->kind = g_strdup (fault->kind);
  alarm->confidence = fault->confidence;
  alarm->peer = g_strdup (fault->peer);
  alarm->raised_ms = alarm->changed_ms = wall_ms;
  alarm->is_silent = watch->silenced_until_ms > wall_ms;
  watch->open = alarm;
  g_ptr_array_add (book->open, alarm);
  tell (book, alarm, ALARM_RAISED);
  health_site_save_ring (site, alarm->kind);
}

/* A state gives way to a cause, never back; graver stays graver. */
static void
update_alarm (AlarmBook *book, Alarm *alarm, const Fault *fault, gint64 wall_ms)
{
  gboolean is_renamed =
      !g_str_equal (alarm->kind, fault->kind) && (fault->confidence > 0 || alarm->confidence == 0);
  gboolean is_graver = fault->severity > alarm->severity;

  if (is_renamed) {
    g_free (alarm->kind);
    g_free (alarm->peer);
    alarm->kind = g_strdup (fault->kind);
    alarm->peer = g_strdup (fault->peer);
  }
  if (fault->confidence > 0)
    alarm->confidence = fault->confidence;
  if (!is_renamed && !is_graver)
    return;
  alarm->severity = MAX (alarm->severity, fault->severity);
  alarm->changed_ms = wall_ms;
  tell (book, alarm, ALARM_CHANGED);
}

static void
clear_alarm (AlarmBook *book, Watch *watch, gint64 wall_ms)
{
  Alarm *alarm = watch->open;

  alarm->cleared_ms = alarm->changed_ms = wall_ms;
  tell (book, alarm, ALARM_CLEARED);
  watch->open = NULL;
  watch->calm_since_us = 0;
  g_ptr_array_remove (book->open, alarm);
}

static void
judge (AlarmBook *book, Watch *watch, HealthSite *site, gint64 now_us, gint64 wall_ms)
{
  Fault fault = fault_of (site);

  if (!fault.is_there) {
    watch->fault_since_us = 0;
    if (!watch->open)
      return;
    if (watch->calm_since_us == 0)
      watch->calm_since_us = now_us;
    if (now_us - watch->calm_since_us >= ALARM_CALM_US)
      clear_alarm (book, watch, wall_ms);
    return;
  }
  watch->calm_since_us = 0;
  if (watch->fault_since_us == 0)
    watch->fault_since_us = now_us;
  if (watch->open)
    update_alarm (book, watch->open, &fault, wall_ms);
  else if (now_us - watch->fault_since_us >=
           (fault.severity == ALARM_CRITICAL ? ALARM_CRITICAL_AFTER_US : ALARM_WARNING_AFTER_US))
    raise_alarm (book, watch, site, &fault, wall_ms);
}

/* Sites that went: their alarms are over, their silence ends by itself. */
static void
sweep (AlarmBook *book, gint64 wall_ms)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, book->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Watch *watch = value;
    if (watch->seen == book->second)
      continue;
    if (watch->open)
      clear_alarm (book, watch, wall_ms);
    watch->fault_since_us = 0;
    if (watch->silenced_until_ms <= wall_ms)
      g_hash_table_iter_remove (&iter);
  }
}

void
alarm_book_second (AlarmBook *book, HealthSite *const *sites, guint n, gint64 now_us,
                   gint64 wall_ms)
{
  book->second++;
  for (guint i = 0; i < n; i++) {
    Watch *watch = watch_of (book, sites[i]->endpoint);
    watch->seen = book->second;
    judge (book, watch, sites[i], now_us, wall_ms);
  }
  sweep (book, wall_ms);
}

const GPtrArray *
alarm_book_get_open (const AlarmBook *book)
{
  return book->open;
}

static Alarm *
find_open (const AlarmBook *book, gint64 id)
{
  for (guint i = 0; i < book->open->len; i++) {
    Alarm *alarm = g_ptr_array_index (book->open, i);
    if (alarm->id == id)
      return alarm;
  }
  return NULL;
}

static void
touch (AlarmBook *book, Alarm *alarm, gint64 wall_ms)
{
  alarm->changed_ms = wall_ms;
  tell (book, alarm, ALARM_CHANGED);
}

gboolean
alarm_book_acknowledge (AlarmBook *book, gint64 id, const char *user, gint64 wall_ms)
{
  Alarm *alarm = find_open (book, id);
  if (!alarm)
    return FALSE;
  if (!alarm->acked_by) {
    alarm->acked_by = g_strdup (user);
    alarm->acked_ms = wall_ms;
    touch (book, alarm, wall_ms);
  }
  return TRUE;
}

gboolean
alarm_book_set_note (AlarmBook *book, gint64 id, const char *note, gint64 wall_ms)
{
  Alarm *alarm = find_open (book, id);
  if (!alarm || strlen (note) > ALARM_NOTE_BYTES)
    return FALSE;
  g_free (alarm->note);
  alarm->note = *note ? g_strdup (note) : NULL;
  touch (book, alarm, wall_ms);
  return TRUE;
}

gboolean
alarm_book_silence (AlarmBook *book, gint64 id, guint minutes, gint64 wall_ms)
{
  Alarm *alarm = find_open (book, id);
  if (!alarm || minutes > ALARM_SILENCE_MINUTES_MAX)
    return FALSE;
  watch_of (book, alarm->endpoint)->silenced_until_ms =
      minutes > 0 ? wall_ms + (gint64) minutes * 60000 : 0;
  alarm->is_silent = minutes > 0;
  touch (book, alarm, wall_ms);
  return TRUE;
}

gint64
alarm_book_silenced_until (const AlarmBook *book, const char *endpoint, gint64 wall_ms)
{
  const Watch *watch = g_hash_table_lookup (book->watches, endpoint);
  return watch && watch->silenced_until_ms > wall_ms ? watch->silenced_until_ms : 0;
}
