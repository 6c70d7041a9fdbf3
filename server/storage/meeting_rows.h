/* Reading rows of the table meetings, shared by schedule_store.c and live_store.c
 * (folder-private). */
#pragma once
#include "server/storage/statement.h"
#include "signaling/schedule/meeting_record.h"

#define MEETING_COLUMNS                                                                            \
  "m.id, m.title, m.host_unit, m.chair_endpoint, m.state, m.reason, m.starts_ms, m.ends_ms,"       \
  " m.started_ms, m.ended_ms, m.created_ms, m.created_by"
#define MEETING_N_COLUMNS 12

/* From a row that starts with MEETING_COLUMNS; without the endpoints.  transfer full. */
MeetingRecord *meeting_rows_take_record (Statement *row);
