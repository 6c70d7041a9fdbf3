#include "signaling/meeting/stage.h"

#include <string.h>

#include "signaling/meeting/agenda.h"
#include "signaling/meeting/autoscan.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/meeting_clock.h"
#include "signaling/meeting/queue.h"

/* --- the meeting's fields --- */

static void
fill_floor (StageView *view, const Meeting *meeting)
{
  const FloorState *floor = meeting->live->floor;
  const Seat *seat = floor != NULL ? meeting_find_seat (meeting, floor->endpoint) : NULL;
  gint64 lost_us = meeting->floor_lost_us;

  if (floor == NULL)
    return;
  view->floor = (RoomFloor){
    .endpoint = floor->endpoint,
    .name = seat != NULL ? seat_name (seat) : floor->endpoint,
    .asked = floor->asked,
    .since_ms = floor->since_ms,
    .seconds = floor->seconds,
    .cut = floor->cut,
    .remark = floor->remark,
    .lost_at_ms = lost_us != 0 ? meeting->hub->wall_offset_ms + lost_us / 1000 : 0,
  };
  view->stage.floor = &view->floor;
}

static void
fill_autoscan (StageView *view, const Meeting *meeting)
{
  const AutoscanState *scan = meeting->live->autoscan;

  if (scan == NULL)
    return;
  view->autoscan = (RoomAutoscan){ .paused = meeting->live->floor != NULL,
                                   .seconds = scan->seconds,
                                   .current = scan->current,
                                   .next = scan->next,
                                   .branch = scan->branch };
  view->stage.autoscan = &view->autoscan;
}

static void
fill_agenda (StageView *view, const Meeting *meeting)
{
  const AgendaState *agenda = meeting->live->agenda;
  const PaperState *paper = meeting->live->paper;
  const AgendaItem *item = agenda != NULL ? agenda_find_item (meeting->record, agenda->item) : NULL;

  if (agenda != NULL) {
    view->agenda =
        (RoomAgendaPoint){ agenda->item, agenda->since_ms, item != NULL ? item->minutes : 0 };
    view->stage.agenda = &view->agenda;
  }
  if (paper != NULL) {
    view->paper = (RoomPaperShown){ paper->paper, paper->page, paper->by };
    view->stage.paper = &view->paper;
  }
}

const RoomStage *
stage_view_fill (StageView *view, const Meeting *meeting)
{
  const MeetingRecord *record = meeting->record;

  memset (view, 0, sizeof *view);
  view->stage.kind = meeting_kind_to_string (record->kind);
  view->stage.layout = meeting->live->layout;
  for (guint i = 0; i < N_PIN_ROLES; i++)
    view->stage.pins[i] = meeting->live->pins[i];
  view->stage.auto_end = record->entry.auto_end;
  view->stage.rehearsal = record->state == MEETING_REHEARSAL;
  view->stage.co_chairs = (const char *const *) record->co_chairs->pdata;
  view->stage.n_co_chairs = record->co_chairs->len;
  fill_floor (view, meeting);
  fill_autoscan (view, meeting);
  fill_agenda (view, meeting);
  return &view->stage;
}

/* --- the queue --- */

/* RoomQueueItem of all requests, or of those of @branch. */
static GArray *
collect_queue (const Meeting *meeting, const char *branch)
{
  const GPtrArray *queue = meeting->live->queue;
  GArray *items = g_array_new (FALSE, FALSE, sizeof (RoomQueueItem));

  for (guint i = 0; i < queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (queue, i);
    const Seat *seat = meeting_find_seat (meeting, entry->endpoint);
    if (seat == NULL || (branch != NULL && !invited_endpoint_is_below (seat->info, branch)))
      continue;
    RoomQueueItem item = { entry->endpoint, seat->record->topic, seat->record->hand_at_ms,
                           entry->held };
    g_array_append_val (items, item);
  }
  return items;
}

static char *
queue_text (const Meeting *meeting, const char *branch)
{
  g_autoptr (GArray) items = collect_queue (meeting, branch);

  return room_message_queue ((const RoomQueueItem *) items->data, items->len);
}

/* Whose queue @connection sees: *@ret_branch NULL = the whole. */
static gboolean
sees_queue (const RoomConnection *connection, const char **ret_branch)
{
  *ret_branch = connection->branch;
  return connection->seat == NULL || seat_presides (connection->seat);
}

static void
tell_place (Meeting *meeting, RoomConnection *connection, guint length)
{
  guint place = queue_place (meeting->live, connection->endpoint);

  if (place == connection->told_place && (place == 0 || length == connection->told_length))
    return;
  connection->told_place = place;
  connection->told_length = length;
  room_connection_send (connection, room_message_queue_place (place, length));
}

void
stage_tell_queue (Meeting *meeting)
{
  g_autofree char *whole = queue_text (meeting, NULL);
  guint length = queue_length (meeting->live);

  meeting->queue_dirty = FALSE;
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    const char *branch = NULL;
    if (!sees_queue (connection, &branch))
      tell_place (meeting, connection, length);
    else
      room_connection_send (connection,
                            branch != NULL ? queue_text (meeting, branch) : g_strdup (whole));
  }
}

/* --- welcome --- */

static void
add_queue (json_t *welcome, RoomConnection *connection)
{
  const Meeting *meeting = connection->meeting;
  const char *branch = NULL;

  if (sees_queue (connection, &branch)) {
    g_autoptr (GArray) items = collect_queue (meeting, branch);
    json_object_set_new (welcome, "queue",
                         room_queue_to_json ((const RoomQueueItem *) items->data, items->len));
    return;
  }
  connection->told_place = queue_place (meeting->live, connection->endpoint);
  connection->told_length = queue_length (meeting->live);
  json_object_set_new (
      welcome, "queue_place",
      json_pack ("{s:o, s:i}", "place",
                 connection->told_place > 0 ? json_integer (connection->told_place) : json_null (),
                 "length", (int) connection->told_length));
}

void
stage_add_welcome (json_t *welcome, RoomConnection *connection)
{
  const Meeting *meeting = connection->meeting;

  if (connection->branch != NULL)
    json_object_set_new (welcome, "branch", json_string (connection->branch));
  json_object_set_new (welcome, "agenda", agenda_to_json (meeting));
  json_object_set_new (welcome, "papers", agenda_papers_to_json (meeting));
  add_queue (welcome, connection);
}

/* --- time --- */

/* A desk that went and does not come back holds nobody's request. */
static void
pass_up_of_absent_desks (Meeting *meeting)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);
  const GPtrArray *queue = meeting->live->queue;

  if (meeting->desk_left_us == 0 || meeting->hub->now_us - meeting->desk_left_us < DESK_GRACE_US)
    return;
  meeting->desk_left_us = 0;
  for (guint i = 0; i < queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (queue, i);
    const Seat *seat = meeting_find_seat (meeting, entry->endpoint);
    if (entry->held && seat != NULL && !meeting_has_desk_for (meeting, seat))
      queue_pass (meeting_act_live (&act), entry->endpoint, TRUE);
  }
  meeting_act_commit_or_warn (&act);
}

void
stage_tick (Meeting *meeting)
{
  floor_tick (meeting);
  autoscan_tick (meeting);
  pass_up_of_absent_desks (meeting);
  meeting_clock_tick (meeting);
}
