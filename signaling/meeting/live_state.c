#include "signaling/meeting/live_state.h"

#include <string.h>

#include "config/limits.h"
#include "config/log.h"

#define FIELD_ID(T, m) RECORD_FIELD_STRING (T, m, RECORD_ID, 1, LIMIT_ID_BYTES)
#define FIELD_TIME(T, m) RECORD_FIELD_INT (T, m, 0, 0, G_MAXINT64, 0)

#define FIELD_PIN(role, index)                                                                     \
  {                                                                                                \
    .name = "pin_" #role, .kind = RECORD_STRING, .flags = RECORD_ID,                               \
    .offset = offsetof (LiveState, pins) + (index) * sizeof (char *), .size = sizeof (char *),     \
    .min = 1, .max = LIMIT_ID_BYTES                                                                \
  }

static const RecordField floor_state_fields[] = {
  RECORD_FIELD_STRING (FloorState, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_BOOL (FloorState, asked, 0, FALSE),
  FIELD_TIME (FloorState, since_ms),
  RECORD_FIELD_INT (FloorState, seconds, 0, 0, ROOM_SPEAKING_SECONDS_MAX, 0),
  RECORD_FIELD_BOOL (FloorState, cut, 0, FALSE),
  RECORD_FIELD_BOOL (FloorState, remark, 0, FALSE),
  RECORD_FIELD_INT (FloorState, warned, 0, 0, 2, 0),
  FIELD_ID (FloorState, before),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (FloorState, floor_state);

static const RecordField queue_entry_fields[] = {
  RECORD_FIELD_STRING (QueueEntry, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_BOOL (QueueEntry, held, 0, FALSE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (QueueEntry, queue_entry);

static const RecordField mic_ask_fields[] = {
  RECORD_FIELD_STRING (MicAsk, endpoint, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  FIELD_TIME (MicAsk, at_ms),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (MicAsk, mic_ask);

static const RecordField autoscan_state_fields[] = {
  RECORD_FIELD_INT (AutoscanState, seconds, 0, 1, 3600, 10),
  RECORD_FIELD_STRING (AutoscanState, branch, 0, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING_LIST (AutoscanState, endpoints, 0, LIVE_QUEUE_MAX, LIMIT_ID_BYTES),
  FIELD_ID (AutoscanState, current),
  FIELD_ID (AutoscanState, next),
  FIELD_TIME (AutoscanState, since_ms),
  FIELD_ID (AutoscanState, before),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AutoscanState, autoscan_state);

static const RecordField agenda_state_fields[] = {
  RECORD_FIELD_STRING (AgendaState, item, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  FIELD_TIME (AgendaState, since_ms),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (AgendaState, agenda_state);

static const RecordField paper_state_fields[] = {
  RECORD_FIELD_STRING (PaperState, paper, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_INT (PaperState, page, 0, 1, ROOM_PAGES_MAX, 1),
  FIELD_ID (PaperState, by),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (PaperState, paper_state);

static const RecordField live_record_fields[] = {
  RECORD_FIELD_RECORD (LiveState, floor, 0, &floor_state_type),
  RECORD_FIELD_RECORD_LIST (LiveState, queue, 0, &queue_entry_type, LIVE_QUEUE_MAX),
  RECORD_FIELD_RECORD_LIST (LiveState, mic_asks, 0, &mic_ask_type, LIVE_QUEUE_MAX),
  RECORD_FIELD_ENUM (LiveState, layout, 0, layout_names, LAYOUT_CHAIR_CONTENT),
  FIELD_PIN (site, PIN_SITE),
  FIELD_PIN (chair, PIN_CHAIR),
  FIELD_PIN (cochair, PIN_COCHAIR),
  RECORD_FIELD_RECORD (LiveState, autoscan, 0, &autoscan_state_type),
  RECORD_FIELD_RECORD (LiveState, agenda, 0, &agenda_state_type),
  RECORD_FIELD_RECORD (LiveState, paper, 0, &paper_state_type),
  RECORD_FIELD_INT (LiveState, end_warned, 0, 0, 4, 0),
  FIELD_TIME (LiveState, end_warned_ms),
  RECORD_FIELD_RECORD (LiveState, lobby, 0, &lobby_state_type),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LiveState, live_record);

LiveState *
live_state_new (void)
{
  LiveState *live = live_record_new ();

  live->lobby = lobby_state_new ();
  return live;
}

LiveState *
live_state_copy (const LiveState *live)
{
  return record_copy (&live_record_type, live);
}

char *
live_state_encode (const LiveState *live)
{
  return record_encode_text (&live_record_type, live, NULL);
}

LiveState *
live_state_decode (const char *text, const char *meeting)
{
  LiveState *live = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL || *text == '\0')
    return live_state_new ();
  if (!record_decode_text (&live_record_type, text, strlen (text), LIVE_STATE_BYTES,
                           (gpointer *) &live, &error)) {
    log_warning ("meeting", meeting, "live state is not readable, begins anew: %s", error->message);
    return live_state_new ();
  }
  if (live->lobby == NULL)
    live->lobby = lobby_state_new ();
  return live;
}
