/* Requests of the room protocol about the floor, the pictures, the agenda and the time: bodies of
 * rows of room_messages.c. Pure values. */
#pragma once

#include "pipelines/control/record.h"

#define ROOM_TOPIC_CHARS 200
#define ROOM_SPEAKING_SECONDS_MAX (24 * 3600) /* no speech is a day */
#define ROOM_EXTEND_MINUTES_MAX 240
#define ROOM_AUTOSCAN_SECONDS_MIN 3 /* less and nobody sees who it is */
#define ROOM_AUTOSCAN_SECONDS_MAX 600
#define ROOM_ORDER_MAX 4000  /* endpoints of one meeting */
#define ROOM_PAGES_MAX 10000 /* of one paper */

typedef enum {
  LAYOUT_CHAIR_CONTENT, /* the large picture, content beside it */
  LAYOUT_SPEAKER_STRIP, /* the large picture, a strip of others */
  LAYOUT_GRID4,
  LAYOUT_GRID9,
  LAYOUT_GRID16,
  LAYOUT_TWO_WAY, /* chair and speaker side by side */
  N_LAYOUTS
} Layout;
extern const char *const layout_names[]; /* "chair_content", ... NULL */

typedef enum { PIN_SITE, PIN_CHAIR, PIN_COCHAIR, N_PIN_ROLES } PinRole;
extern const char *const pin_role_names[]; /* "site", "chair", "cochair", NULL */

typedef struct {
  gboolean raised;
  char *topic; /* or NULL */
} HandRequest;
RECORD_DECLARE (HandRequest, hand_request)

typedef struct {
  char **endpoints;
} QueueOrderRequest;
RECORD_DECLARE (QueueOrderRequest, queue_order_request)

typedef struct {
  char *endpoint;
  gboolean up;
} QueuePassUpRequest;
RECORD_DECLARE (QueuePassUpRequest, queue_pass_up_request)

typedef struct {
  char *endpoint;
  int seconds; /* 0 = no time box, -1 = as the meeting is booked */
  gboolean cut;
  gboolean picture;
} FloorGrantRequest;
RECORD_DECLARE (FloorGrantRequest, floor_grant_request)
extern const RecordType floor_next_request_type; /* FloorGrantRequest without endpoint */

typedef struct {
  int seconds;
} FloorExtendRequest;
RECORD_DECLARE (FloorExtendRequest, floor_extend_request)

typedef struct {
  gboolean accept;
} FloorAnswerRequest;
RECORD_DECLARE (FloorAnswerRequest, floor_answer_request)

typedef struct {
  gboolean standing;
} ConsentRequest;
RECORD_DECLARE (ConsentRequest, consent_request)

typedef struct {
  Layout kind;
} LayoutRequest;
RECORD_DECLARE (LayoutRequest, layout_request)

typedef struct {
  PinRole role;
  char *endpoint; /* NULL = none */
} PinRequest;
RECORD_DECLARE (PinRequest, pin_request)

typedef struct {
  int seconds;
  char **endpoints; /* the order; empty = all, by name */
  char *branch;     /* unit code, or NULL = all */
} AutoscanStartRequest;
RECORD_DECLARE (AutoscanStartRequest, autoscan_start_request)

typedef struct {
  char *item; /* NULL = none */
} AgendaGoRequest;
RECORD_DECLARE (AgendaGoRequest, agenda_go_request)

typedef struct {
  char *paper; /* NULL = take it off the screen */
  int page;
} PaperShowRequest;
RECORD_DECLARE (PaperShowRequest, paper_show_request)

typedef struct {
  int page;
} PaperPageRequest;
RECORD_DECLARE (PaperPageRequest, paper_page_request)

typedef struct {
  int minutes;
} MeetingExtendRequest;
RECORD_DECLARE (MeetingExtendRequest, meeting_extend_request)
