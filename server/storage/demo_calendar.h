/* DemoCalendar: what `serve --demo` shows around its running meeting: meetings that were, are to
 * come, wait as drafts, were postponed or cancelled, a weekly series; halls, a group, a template, a
 * paper.  Main thread, blocking. */
#pragma once
#include "server/storage/demo.h"
#include "signaling/schedule/meeting_record.h"

/* The agenda of the running meeting, before it is stored. */
void demo_calendar_set_agenda (MeetingRecord *running);

/* All of it, within a transaction; @running is stored already, and its rooms are those invited. */
gboolean demo_calendar_add (Database *database, const MeetingRecord *running,
                            const DemoOptions *options, GError **error);
