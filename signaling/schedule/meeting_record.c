#include "signaling/schedule/meeting_record.h"

#include <string.h>

#include "signaling/protocol/problem.h"

MeetingRecord *
meeting_record_new (const char *id)
{
  MeetingRecord *record = g_new0 (MeetingRecord, 1);

  record->id = g_strdup (id);
  record->endpoints = g_ptr_array_new_with_free_func (g_free);
  return record;
}

MeetingRecord *
meeting_record_copy (const MeetingRecord *record)
{
  MeetingRecord *copy = meeting_record_new (record->id);

  copy->title = g_strdup (record->title);
  copy->host_unit = g_strdup (record->host_unit);
  copy->chair_endpoint = g_strdup (record->chair_endpoint);
  copy->state = record->state;
  copy->reason = g_strdup (record->reason);
  copy->starts_at_ms = record->starts_at_ms;
  copy->ends_at_ms = record->ends_at_ms;
  copy->started_at_ms = record->started_at_ms;
  copy->ended_at_ms = record->ended_at_ms;
  copy->created_at_ms = record->created_at_ms;
  copy->created_by = g_strdup (record->created_by);
  for (guint i = 0; i < record->endpoints->len; i++)
    g_ptr_array_add (copy->endpoints, g_strdup (g_ptr_array_index (record->endpoints, i)));
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
  g_ptr_array_unref (record->endpoints);
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

void
meeting_record_set_endpoints (MeetingRecord *record, const char *const *endpoints, gsize n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < n; i++) {
    if (!g_hash_table_add (seen, (gpointer) endpoints[i]))
      continue;
    g_ptr_array_add (list, g_strdup (endpoints[i]));
  }
  g_ptr_array_unref (record->endpoints);
  record->endpoints = g_steal_pointer (&list);
}

gboolean
meeting_record_is_invited (const MeetingRecord *record, const char *endpoint)
{
  for (guint i = 0; i < record->endpoints->len; i++)
    if (strcmp (g_ptr_array_index (record->endpoints, i), endpoint) == 0)
      return TRUE;
  return FALSE;
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
