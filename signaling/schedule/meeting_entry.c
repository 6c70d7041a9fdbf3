#include "signaling/schedule/meeting_entry.h"

static const char *const off_on[] = { "off", "on", NULL };
static const char *const forbidden_allowed[] = { "forbidden", "allowed", NULL };

/* Required, so that every member is written; meeting_entry_update () fills in what is missing. */
static const RecordField meeting_entry_fields[] = {
  RECORD_FIELD_ENUM (MeetingEntry, mic, RECORD_REQUIRED, off_on, FALSE),
  RECORD_FIELD_ENUM (MeetingEntry, camera, RECORD_REQUIRED, off_on, TRUE),
  RECORD_FIELD_BOOL (MeetingEntry, waiting_room, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_ENUM (MeetingEntry, recording, RECORD_REQUIRED, forbidden_allowed, TRUE),
  RECORD_FIELD_BOOL (MeetingEntry, chat, RECORD_REQUIRED, TRUE),
  RECORD_FIELD_BOOL (MeetingEntry, floor_gather, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_BOOL (MeetingEntry, auto_end, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_INT (MeetingEntry, quorum_percent, RECORD_REQUIRED, 0, 100, 0),
  RECORD_FIELD_INT (MeetingEntry, minutes_per_speaker, RECORD_REQUIRED, 0,
                    MEETING_SPEAKER_MINUTES_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MeetingEntry, meeting_entry);

const MeetingEntry meeting_entry_default = { .camera = TRUE, .recording = TRUE, .chat = TRUE };

gboolean
meeting_entry_update (MeetingEntry *entry, const json_t *json, GError **error)
{
  g_autoptr (MeetingEntry) decoded = NULL;
  g_autoptr (json_t) whole = record_encode (&meeting_entry_type, entry);
  if (!json_is_object (json)) {
    g_set_error (error, RECORD_ERROR, RECORD_ERROR_VALUE, "entry: not an object");
    return FALSE;
  }
  json_object_update_existing (whole, (json_t *) json);
  if (!record_decode (&meeting_entry_type, whole, (gpointer *) &decoded, error)) {
    g_prefix_error (error, "entry.");
    return FALSE;
  }
  *entry = *decoded;
  return TRUE;
}
