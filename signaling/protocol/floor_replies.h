/* What the server tells about the floor, its queue, the pictures and the agenda: JSON parts of
 * `meeting` and `welcome`, and whole messages. All texts (transfer full). Pure. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "signaling/protocol/floor_requests.h"

typedef struct {
  const char *endpoint, *name;
  gboolean asked; /* its answer is waited for; else it speaks */
  gint64 since_ms;
  int seconds; /* 0 = no time box */
  gboolean cut, remark;
  gint64 lost_at_ms; /* its line is cut since, 0 = it is there */
} RoomFloor;

typedef struct {
  gboolean paused;
  int seconds;
  const char *current, *next, *branch; /* or NULL */
} RoomAutoscan;

typedef struct {
  const char *item;
  gint64 since_ms;
  guint minutes;
} RoomAgendaPoint;

typedef struct {
  const char *paper;
  int page;
  const char *by; /* endpoint, NULL = an operator */
} RoomPaperShown;

typedef struct {
  const char *kind; /* of the meeting */
  Layout layout;
  const char *pins[N_PIN_ROLES]; /* or NULL */
  const RoomFloor *floor;        /* NULL = nobody, and so on */
  const RoomAutoscan *autoscan;
  const RoomAgendaPoint *agenda;
  const RoomPaperShown *paper;
  gboolean auto_end, rehearsal;
  const char *const *co_chairs; /* endpoints */
  gsize n_co_chairs;
} RoomStage;
/* Adds the members of @stage to a meeting's object. */
void room_stage_add (json_t *meeting, const RoomStage *stage);

typedef struct {
  const char *endpoint, *topic; /* topic may be NULL */
  gint64 at_ms;
  gboolean held;
} RoomQueueItem;
/* A JSON array (transfer full). */
json_t *room_queue_to_json (const RoomQueueItem *items, gsize n_items);
char *room_message_queue (const RoomQueueItem *items, gsize n_items);
char *room_message_queue_place (guint place, guint length); /* place 0 = null */
/* Both arrays are taken over. */
char *room_message_agenda (json_t *agenda, json_t *papers);
char *room_message_floor_ask (int seconds, gboolean remark);
char *room_message_floor_warning (int seconds_left);
