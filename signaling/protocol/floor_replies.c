#include "signaling/protocol/floor_replies.h"

static char *
take_text (json_t *json)
{
  g_autoptr (json_t) owned = json;
  char *text = json_dumps (owned, JSON_COMPACT);

  g_assert (text != NULL); /* all strings come in as valid UTF-8 */
  return text;
}

static json_t *
text_or_null (const char *text)
{
  return text != NULL ? json_string (text) : json_null ();
}

static json_t *
time_or_null (gint64 time_ms)
{
  return time_ms > 0 ? json_integer (time_ms) : json_null ();
}

static json_t *
floor_to_json (const RoomFloor *floor)
{
  if (floor == NULL)
    return json_null ();
  return json_pack ("{s:s, s:s, s:s, s:I, s:i, s:b, s:b, s:b, s:o}", "endpoint", floor->endpoint,
                    "name", floor->name, "state", floor->asked ? "asked" : "speaking", "since",
                    (json_int_t) floor->since_ms, "seconds", floor->seconds, "cut", floor->cut,
                    "picture", !floor->remark, "remark", floor->remark, "lost_at",
                    time_or_null (floor->lost_at_ms));
}

static json_t *
autoscan_to_json (const RoomAutoscan *scan)
{
  if (scan == NULL)
    return json_null ();
  return json_pack ("{s:b, s:b, s:i, s:o, s:o, s:o}", "running", TRUE, "paused", scan->paused,
                    "seconds", scan->seconds, "current", text_or_null (scan->current), "next",
                    text_or_null (scan->next), "branch", text_or_null (scan->branch));
}

static json_t *
agenda_to_json (const RoomAgendaPoint *agenda)
{
  if (agenda == NULL)
    return json_null ();
  return json_pack ("{s:s, s:I, s:i}", "item", agenda->item, "since", (json_int_t) agenda->since_ms,
                    "minutes", (int) agenda->minutes);
}

static json_t *
paper_to_json (const RoomPaperShown *paper)
{
  if (paper == NULL)
    return json_null ();
  return json_pack ("{s:s, s:i, s:o}", "paper", paper->paper, "page", paper->page, "by",
                    text_or_null (paper->by));
}

void
room_stage_add (json_t *meeting, const RoomStage *stage)
{
  json_t *pins = json_object (), *co_chairs = json_array ();

  for (guint i = 0; i < N_PIN_ROLES; i++)
    json_object_set_new (pins, pin_role_names[i], text_or_null (stage->pins[i]));
  for (gsize i = 0; i < stage->n_co_chairs; i++)
    json_array_append_new (co_chairs, json_string (stage->co_chairs[i]));
  json_object_set_new (meeting, "kind", json_string (stage->kind));
  json_object_set_new (meeting, "layout", json_string (layout_names[stage->layout]));
  json_object_set_new (meeting, "pins", pins);
  json_object_set_new (meeting, "floor", floor_to_json (stage->floor));
  json_object_set_new (meeting, "autoscan", autoscan_to_json (stage->autoscan));
  json_object_set_new (meeting, "agenda", agenda_to_json (stage->agenda));
  json_object_set_new (meeting, "paper", paper_to_json (stage->paper));
  json_object_set_new (meeting, "auto_end", json_boolean (stage->auto_end));
  json_object_set_new (meeting, "rehearsal", json_boolean (stage->rehearsal));
  json_object_set_new (meeting, "co_chairs", co_chairs);
}

json_t *
room_queue_to_json (const RoomQueueItem *items, gsize n_items)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n_items; i++)
    json_array_append_new (list, json_pack ("{s:s, s:I, s:s, s:b}", "endpoint", items[i].endpoint,
                                            "at", (json_int_t) items[i].at_ms, "topic",
                                            items[i].topic != NULL ? items[i].topic : "", "held",
                                            items[i].held));
  return list;
}

char *
room_message_queue (const RoomQueueItem *items, gsize n_items)
{
  return take_text (
      json_pack ("{s:s, s:o}", "type", "queue", "queue", room_queue_to_json (items, n_items)));
}

char *
room_message_queue_place (guint place, guint length)
{
  return take_text (json_pack ("{s:s, s:o, s:i}", "type", "queue_place", "place",
                               place > 0 ? json_integer (place) : json_null (), "length",
                               (int) length));
}

char *
room_message_agenda (json_t *agenda, json_t *papers)
{
  return take_text (
      json_pack ("{s:s, s:o, s:o}", "type", "agenda", "agenda", agenda, "papers", papers));
}

char *
room_message_floor_ask (int seconds, gboolean remark)
{
  return take_text (
      json_pack ("{s:s, s:i, s:b}", "type", "floor.ask", "seconds", seconds, "remark", remark));
}

char *
room_message_floor_warning (int seconds_left)
{
  return take_text (
      json_pack ("{s:s, s:i}", "type", "floor.warning", "seconds_left", seconds_left));
}
