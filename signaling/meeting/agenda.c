#include "signaling/meeting/agenda.h"

#include <string.h>

#include "signaling/meeting/hub_private.h"

static gboolean
refuse (Problem problem, GError **error)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, problem_text (problem)->en);
  return FALSE;
}

const AgendaItem *
agenda_find_item (const MeetingRecord *record, const char *id)
{
  for (guint i = 0; i < record->agenda->len; i++) {
    const AgendaItem *item = g_ptr_array_index (record->agenda, i);
    if (g_strcmp0 (item->id, id) == 0)
      return item;
  }
  return NULL;
}

gboolean
agenda_go (MeetingAct *act, const char *id, GError **error)
{
  const AgendaItem *item = id != NULL ? agenda_find_item (act->meeting->record, id) : NULL;
  LiveState *live = meeting_act_live (act);

  if (id != NULL && item == NULL)
    return refuse (PROBLEM_AGENDA_UNKNOWN, error);
  g_clear_pointer (&live->agenda, agenda_state_free);
  if (item != NULL) {
    live->agenda = agenda_state_new ();
    live->agenda->item = g_strdup (id);
    live->agenda->since_ms = hub_wall_ms (act->meeting->hub);
  }
  meeting_act_log (act, "agenda.item", NULL, item != NULL ? item->title : NULL);
  return TRUE;
}

/* --- papers --- */

const MeetingPaper *
agenda_find_paper (const Meeting *meeting, const char *id)
{
  for (guint i = 0; i < meeting->papers->len; i++) {
    const MeetingPaper *paper = g_ptr_array_index (meeting->papers, i);
    if (strcmp (paper->id, id) == 0)
      return paper;
  }
  return NULL;
}

static gboolean
check_page (const MeetingPaper *paper, int page, GError **error)
{
  if (paper != NULL && paper->pages > 0 && page > paper->pages)
    return refuse (PROBLEM_PAPER_PAGE, error);
  return TRUE;
}

gboolean
agenda_show_paper (MeetingAct *act, const char *id, int page, const Seat *by, GError **error)
{
  const MeetingPaper *paper = id != NULL ? agenda_find_paper (act->meeting, id) : NULL;
  LiveState *live = meeting_act_live (act);

  if (id != NULL && paper == NULL)
    return refuse (PROBLEM_PAPER_UNKNOWN, error);
  if (!check_page (paper, page, error))
    return FALSE;
  g_clear_pointer (&live->paper, paper_state_free);
  if (paper != NULL) {
    live->paper = paper_state_new ();
    live->paper->paper = g_strdup (id);
    live->paper->page = page;
    live->paper->by = by != NULL ? g_strdup (by->info->endpoint) : NULL;
    if (act->meeting->content != NULL)
      meeting_act_set_content (act, NULL);
  }
  meeting_act_log (act, paper != NULL ? "paper.shown" : "paper.hidden",
                   by != NULL ? by->info->endpoint : NULL, paper != NULL ? paper->name : NULL);
  return TRUE;
}

gboolean
agenda_turn_page (MeetingAct *act, int page, GError **error)
{
  PaperState *shown = meeting_act_live (act)->paper;

  if (shown == NULL)
    return refuse (PROBLEM_PAPER_NONE, error);
  if (!check_page (agenda_find_paper (act->meeting, shown->paper), page, error))
    return FALSE;
  shown->page = page;
  return TRUE;
}

/* --- JSON --- */

static json_t *
papers_of_item (const Meeting *meeting, const char *item)
{
  json_t *list = json_array ();

  for (guint i = 0; i < meeting->papers->len; i++) {
    const MeetingPaper *paper = g_ptr_array_index (meeting->papers, i);
    if (g_strcmp0 (paper->item, item) == 0)
      json_array_append_new (list, json_string (paper->id));
  }
  return list;
}

json_t *
agenda_to_json (const Meeting *meeting)
{
  json_t *list = json_array ();

  for (guint i = 0; i < meeting->record->agenda->len; i++) {
    const AgendaItem *item = g_ptr_array_index (meeting->record->agenda, i);
    json_array_append_new (list, json_pack ("{s:s, s:s, s:s, s:s?, s:i, s:o}", "id", item->id,
                                            "title", item->title, "speaker",
                                            item->speaker != NULL ? item->speaker : "", "endpoint",
                                            item->endpoint, "minutes", (int) item->minutes,
                                            "papers", papers_of_item (meeting, item->id)));
  }
  return list;
}

json_t *
agenda_papers_to_json (const Meeting *meeting)
{
  json_t *list = json_array ();

  for (guint i = 0; i < meeting->papers->len; i++) {
    const MeetingPaper *paper = g_ptr_array_index (meeting->papers, i);
    json_array_append_new (
        list,
        json_pack ("{s:s, s:s, s:I, s:s, s:s?, s:o}", "id", paper->id, "name", paper->name, "bytes",
                   (json_int_t) paper->bytes, "type", paper->type, "item", paper->item, "pages",
                   paper->pages > 0 ? json_integer (paper->pages) : json_null ()));
  }
  return list;
}

/* --- reload --- */

static void
drop_what_is_gone (Meeting *meeting)
{
  const LiveState *live = meeting->live;
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  if (live->agenda != NULL && agenda_find_item (meeting->record, live->agenda->item) == NULL)
    g_clear_pointer (&meeting_act_live (&act)->agenda, agenda_state_free);
  if (live->paper != NULL && agenda_find_paper (meeting, live->paper->paper) == NULL)
    g_clear_pointer (&meeting_act_live (&act)->paper, paper_state_free);
  meeting_act_commit_or_warn (&act);
}

void
agenda_reloaded (Meeting *meeting)
{
  drop_what_is_gone (meeting);
  g_autofree char *text =
      room_message_agenda (agenda_to_json (meeting), agenda_papers_to_json (meeting));
  meeting_broadcast (meeting, text);
}
