/* SeriesBook: booking, publishing and changing many meetings of one series at once.  Main thread,
 * blocking (SQLite). */
#pragma once

#include "server/http/bodies.h"
#include "server/http/request.h"

/* Books @record, which has all but its state, and its recurrences; replies. */
void series_book (HttpRequest *request, const MeetingRecord *record, const MeetingNew *body);

/* Gives @record's change, whose members are those of @json, to the others of @scope too: what was
 * not named stays as each has it, times move by as much.  @before: @record as it was.  All is
 * checked and written in one transaction; replies and FALSE on a fault. */
typedef struct {
  const MeetingRecord *before, *record;
  const json_t *json;
  MeetingScope scope;
} SeriesChange;
gboolean series_change (HttpRequest *request, const SeriesChange *change);
