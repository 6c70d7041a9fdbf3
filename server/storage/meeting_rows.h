/* Reading and writing rows of the table meetings and of the lists that hang on it, shared by
 * schedule_store.c, series_store.c and live_store.c (folder-private). */
#pragma once
#include "server/storage/statement.h"
#include "signaling/schedule/meeting_record.h"

#define MEETING_COLUMNS                                                                            \
  "m.id, m.title, m.host_unit, m.chair_endpoint, m.state, m.reason, m.starts_ms, m.ends_ms,"       \
  " m.started_ms, m.ended_ms, m.created_ms, m.created_by, m.kind, m.entry, m.note,"                \
  " m.published_ms, m.series, m.occurrence_ms, m.rehearsal"
#define MEETING_N_COLUMNS 19

/* From a row that starts with MEETING_COLUMNS; without the lists.  transfer full. */
MeetingRecord *meeting_rows_take_record (Statement *row);
/* Co-chairs, agenda and resources; the endpoints are read apart. */
gboolean meeting_rows_load_lists (Database *database, MeetingRecord *record, GError **error);
/* Writes all lists, endpoints as well, in place of those stored.  Within a transaction. */
gboolean meeting_rows_store_lists (Database *database, const MeetingRecord *record, GError **error);
/* Gives a new meeting the lists of meeting @like.  Within a transaction. */
gboolean meeting_rows_copy_lists (Database *database, const char *id, const char *like,
                                  GError **error);
/* JSON text; transfer full. */
char *meeting_rows_entry_text (const MeetingRecord *record);
