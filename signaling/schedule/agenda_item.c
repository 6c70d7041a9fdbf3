#include "signaling/schedule/agenda_item.h"

#include "config/limits.h"

#define BYTES_PER_CHAR 4 /* at most, in UTF-8; characters are counted by the meeting's check */

static const RecordField agenda_item_fields[] = {
  RECORD_FIELD_STRING (AgendaItem, id, RECORD_ID, 1, AGENDA_ID_MAX),
  RECORD_FIELD_STRING (AgendaItem, title, RECORD_REQUIRED, 1, AGENDA_TITLE_MAX *BYTES_PER_CHAR),
  RECORD_FIELD_STRING (AgendaItem, speaker, RECORD_OPTIONAL, 0, AGENDA_SPEAKER_MAX *BYTES_PER_CHAR),
  RECORD_FIELD_STRING (AgendaItem, endpoint, RECORD_OPTIONAL, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (AgendaItem, minutes, RECORD_OPTIONAL, 0, AGENDA_MINUTES_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AgendaItem, agenda_item);

AgendaItem *
agenda_item_copy (const AgendaItem *item)
{
  return record_copy (&agenda_item_type, item);
}
