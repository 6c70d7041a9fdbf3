/* The agenda on screen and the paper that is shown. The functions with a MeetingAct add to it.
 * Main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

/* The item of @record, or NULL. */
const AgendaItem *agenda_find_item (const MeetingRecord *record, const char *id);
/* @item NULL: none. Its timer starts. */
gboolean agenda_go (MeetingAct *act, const char *item, GError **error);

const MeetingPaper *agenda_find_paper (const Meeting *meeting, const char *id);
/* Shows page @page of @paper (NULL: takes it away) for the seat @by (NULL: an operator); a screen
 * that is shared makes way. */
gboolean agenda_show_paper (MeetingAct *act, const char *paper, int page, const Seat *by,
                            GError **error);
gboolean agenda_turn_page (MeetingAct *act, int page, GError **error);

/* After a reload: an item or paper that is gone is shown no more, and the rooms hear of the rest.
 */
void agenda_reloaded (Meeting *meeting);

/* JSON arrays (transfer full), as in `welcome`. */
json_t *agenda_to_json (const Meeting *meeting);
json_t *agenda_papers_to_json (const Meeting *meeting);
