#include "signaling/schedule/meeting_record.h"

#include <string.h>

#include "signaling/protocol/problem.h"

static const char *const kind_names[N_MEETING_KINDS] = {
  [MEETING_CONFERENCE] = "conference",
  [MEETING_DISCUSSION] = "discussion",
  [MEETING_TRAINING] = "training",
};

const char *
meeting_kind_to_string (MeetingKind kind)
{
  g_return_val_if_fail ((guint) kind < N_MEETING_KINDS, "unknown");
  return kind_names[kind];
}

gboolean
meeting_kind_from_string (const char *text, MeetingKind *ret_kind)
{
  for (guint i = 0; text != NULL && i < N_MEETING_KINDS; i++) {
    if (strcmp (text, kind_names[i]) != 0)
      continue;
    *ret_kind = (MeetingKind) i;
    return TRUE;
  }
  return FALSE;
}

MeetingRecord *
meeting_record_new (const char *id)
{
  MeetingRecord *record = g_new0 (MeetingRecord, 1);

  record->id = g_strdup (id);
  record->entry = meeting_entry_default;
  record->endpoints = g_ptr_array_new_with_free_func (g_free);
  record->co_chairs = g_ptr_array_new_with_free_func (g_free);
  record->agenda = record_list_new (&agenda_item_type);
  record->resources = g_ptr_array_new_with_free_func (g_free);
  return record;
}

static GPtrArray *
copy_ids (const GPtrArray *ids)
{
  GPtrArray *copy = g_ptr_array_new_full (ids->len, g_free);

  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (ids, i)));
  return copy;
}

static void
replace_ids (GPtrArray **ids, GPtrArray *by)
{
  g_ptr_array_unref (*ids);
  *ids = by;
}

MeetingRecord *
meeting_record_copy (const MeetingRecord *record)
{
  MeetingRecord *copy = meeting_record_new (record->id);

  copy->title = g_strdup (record->title);
  copy->kind = record->kind;
  copy->host_unit = g_strdup (record->host_unit);
  copy->chair_endpoint = g_strdup (record->chair_endpoint);
  copy->state = record->state;
  copy->reason = g_strdup (record->reason);
  copy->starts_at_ms = record->starts_at_ms;
  copy->ends_at_ms = record->ends_at_ms;
  copy->started_at_ms = record->started_at_ms;
  copy->ended_at_ms = record->ended_at_ms;
  copy->created_at_ms = record->created_at_ms;
  copy->published_at_ms = record->published_at_ms;
  copy->created_by = g_strdup (record->created_by);
  copy->note = g_strdup (record->note);
  copy->series = g_strdup (record->series);
  copy->occurrence_ms = record->occurrence_ms;
  copy->entry = record->entry;
  copy->rehearsal = g_strdup (record->rehearsal);
  replace_ids (&copy->endpoints, copy_ids (record->endpoints));
  replace_ids (&copy->co_chairs, copy_ids (record->co_chairs));
  replace_ids (&copy->resources, copy_ids (record->resources));
  meeting_record_set_agenda (copy, record->agenda);
  return copy;
}

void
meeting_record_free (MeetingRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->id);
  g_free (record->title);
  g_free (record->host_unit);
  g_free (record->chair_endpoint);
  g_free (record->reason);
  g_free (record->created_by);
  g_free (record->note);
  g_free (record->series);
  g_free (record->rehearsal);
  g_ptr_array_unref (record->endpoints);
  g_ptr_array_unref (record->co_chairs);
  g_ptr_array_unref (record->agenda);
  g_ptr_array_unref (record->resources);
  g_free (record);
}

gboolean
meeting_record_add_endpoint (MeetingRecord *record, const char *endpoint)
{
  if (record->endpoints->len >= MEETING_ENDPOINTS_MAX ||
      meeting_record_is_invited (record, endpoint))
    return FALSE;
  g_ptr_array_add (record->endpoints, g_strdup (endpoint));
  return TRUE;
}

static gboolean
contains_id (const GPtrArray *ids, const char *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (strcmp (g_ptr_array_index (ids, i), id) == 0)
      return TRUE;
  return FALSE;
}

/* @ids once each, without @except (may be NULL); transfer full. */
static GPtrArray *
unique_ids (const char *const *ids, gsize n, const char *except)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (ids[i], except) != 0 && g_hash_table_add (seen, (gpointer) ids[i]))
      g_ptr_array_add (list, g_strdup (ids[i]));
  return list;
}

void
meeting_record_set_endpoints (MeetingRecord *record, const char *const *endpoints, gsize n)
{
  replace_ids (&record->endpoints, unique_ids (endpoints, n, NULL));
}

void
meeting_record_set_co_chairs (MeetingRecord *record, const char *const *endpoints, gsize n)
{
  replace_ids (&record->co_chairs, unique_ids (endpoints, n, record->chair_endpoint));
}

void
meeting_record_set_resources (MeetingRecord *record, const char *const *resources, gsize n)
{
  replace_ids (&record->resources, unique_ids (resources, n, NULL));
}

void
meeting_record_set_agenda (MeetingRecord *record, const GPtrArray *items)
{
  GPtrArray *copy = record_list_new (&agenda_item_type);

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (copy, agenda_item_copy (g_ptr_array_index (items, i)));
  g_ptr_array_unref (record->agenda);
  record->agenda = copy;
}

gboolean
meeting_record_is_co_chair (const MeetingRecord *record, const char *endpoint)
{
  return contains_id (record->co_chairs, endpoint);
}

gboolean
meeting_record_is_invited (const MeetingRecord *record, const char *endpoint)
{
  return contains_id (record->endpoints, endpoint);
}

static gboolean
is_text_between (const char *text, glong min_chars, glong max_chars)
{
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  glong n_chars = g_utf8_strlen (stripped, -1);
  return n_chars >= min_chars && n_chars <= max_chars;
}

static gboolean
has_valid_times (const MeetingRecord *record)
{
  return record->ends_at_ms > record->starts_at_ms &&
         record->ends_at_ms - record->starts_at_ms <= MEETING_LENGTH_MAX_MS;
}

static gboolean
has_valid_endpoints (const MeetingRecord *record)
{
  return record->endpoints->len >= 1 && record->endpoints->len <= MEETING_ENDPOINTS_MAX;
}

static gboolean
has_invited_chair (const MeetingRecord *record)
{
  return record->chair_endpoint != NULL &&
         meeting_record_is_invited (record, record->chair_endpoint);
}

static gboolean
has_invited_co_chairs (const MeetingRecord *record)
{
  for (guint i = 0; i < record->co_chairs->len; i++)
    if (!meeting_record_is_invited (record, g_ptr_array_index (record->co_chairs, i)))
      return FALSE;
  return record->co_chairs->len <= MEETING_CO_CHAIRS_MAX;
}

static gboolean
is_valid_item (const MeetingRecord *record, guint i)
{
  const AgendaItem *item = g_ptr_array_index (record->agenda, i);

  for (guint j = 0; j < i; j++)
    if (g_strcmp0 (item->id, ((AgendaItem *) g_ptr_array_index (record->agenda, j))->id) == 0)
      return FALSE;
  return item->id != NULL && is_text_between (item->title, 1, AGENDA_TITLE_MAX) &&
         (item->speaker == NULL || is_text_between (item->speaker, 0, AGENDA_SPEAKER_MAX)) &&
         (item->endpoint == NULL || meeting_record_is_invited (record, item->endpoint)) &&
         item->minutes <= AGENDA_MINUTES_MAX;
}

static gboolean
has_valid_agenda (const MeetingRecord *record)
{
  for (guint i = 0; i < record->agenda->len; i++)
    if (!is_valid_item (record, i))
      return FALSE;
  return record->agenda->len <= MEETING_AGENDA_MAX;
}

static gboolean
has_valid_note (const MeetingRecord *record)
{
  return record->note == NULL || is_text_between (record->note, 0, MEETING_NOTE_MAX);
}

gboolean
meeting_record_check (const MeetingRecord *record, const char **ret_field, GError **error)
{
  const struct {
    const char *field;
    gboolean valid;
    const char *rule;
  } checks[] = {
    { "title", is_text_between (record->title, 1, MEETING_TITLE_MAX), "1 to 200 characters" },
    { "host_unit", is_text_between (record->host_unit, 1, 64), "a unit's code" },
    { "starts_at", record->starts_at_ms > 0, "a time" },
    { "ends_at", has_valid_times (record), "after starts_at, at most 14 days" },
    { "endpoints", has_valid_endpoints (record), "1 to 4000 endpoints" },
    { "chair_endpoint", has_invited_chair (record), "one of the invited endpoints" },
    { "co_chairs", has_invited_co_chairs (record), "at most 20 of the invited endpoints" },
    { "agenda", has_valid_agenda (record),
      "at most 100 items, each with an id of its own, a title of 1 to 300 characters and, if any, "
      "an invited endpoint" },
    { "note", has_valid_note (record), "at most 4000 characters" },
    { "resources", record->resources->len <= MEETING_RESOURCES_MAX, "at most 50" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    if (checks[i].valid)
      continue;
    if (ret_field != NULL)
      *ret_field = checks[i].field;
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SCHEDULE_INVALID, "%s must be %s",
                 checks[i].field, checks[i].rule);
    return FALSE;
  }
  return TRUE;
}

gboolean
meeting_record_set_state (MeetingRecord *record, MeetingState state, const char *reason,
                          gint64 now_ms, GError **error)
{
  if ((guint) state >= N_MEETING_STATES || !meeting_state_can_become (record->state, state)) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_STATE_FORBIDDEN, "meeting %s cannot become %s",
                 meeting_state_to_string (record->state),
                 (guint) state < N_MEETING_STATES ? meeting_state_to_string (state) : "unknown");
    return FALSE;
  }
  if (meeting_state_needs_reason (state) && !is_text_between (reason, 1, MEETING_REASON_MAX)) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_REASON_MISSING,
                 "a reason of 1 to %d characters is needed", MEETING_REASON_MAX);
    return FALSE;
  }
  record->state = state;
  g_free (record->reason);
  record->reason = meeting_state_needs_reason (state) ? g_strdup (reason) : NULL;
  if (state == MEETING_LIVE)
    record->started_at_ms = now_ms;
  if (state == MEETING_ENDED)
    record->ended_at_ms = now_ms;
  return TRUE;
}
