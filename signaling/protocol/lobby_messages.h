/* Requests of the room protocol about who may come in, how rooms are led, messages, the roll call
 * and votes; rows of the table in room_messages.c. Lengths in characters are checked by the
 * handlers (bytes here: four of UTF-8 each). Pure: no thread, no I/O. */
#pragma once

#include "pipelines/control/record.h"

#define ROOM_NOTICE_CHARS 500      /* a message to rooms, the waiting room's message: one screen */
#define ROOM_REASON_CHARS 200      /* why a room is removed or excused */
#define ROOM_NAME_CHARS 120        /* the name shown for a room in one meeting */
#define ROOM_CHAT_CHARS 1000       /* one line of chat */
#define ROOM_ENDPOINTS_MAX 4000    /* every invited endpoint by name */
#define ROOM_NOTICE_SECONDS 86400  /* a banner stands at most a day */
#define ROOM_HEAD_COUNT_MAX 100000 /* the largest squares */
#define VOTE_QUESTION_CHARS 500
#define VOTE_CHOICE_CHARS 100
#define VOTE_CHOICES_MAX 10 /* what fits a room's screen as large buttons */
#define VOTE_SECONDS_MAX 86400

/* lobby.admit: these, or all of a branch, or all that wait */
typedef struct {
  char **endpoints;
  char *branch; /* unit code, or NULL */
  gboolean all;
} LobbyAdmitRequest;
RECORD_DECLARE (LobbyAdmitRequest, lobby_admit_request)

/* lobby.message; NULL or "" = none any more */
typedef struct {
  char *text;
} LobbyMessageRequest;
RECORD_DECLARE (LobbyMessageRequest, lobby_message_request)

typedef struct {
  gboolean locked;
} MeetingLockRequest;
RECORD_DECLARE (MeetingLockRequest, meeting_lock_request)

typedef struct {
  char *endpoint;
  gboolean bar;
  char *reason; /* or NULL */
} SeatRemoveRequest;
RECORD_DECLARE (SeatRemoveRequest, seat_remove_request)

typedef struct {
  char *endpoint;
  gboolean off;
} SeatCameraRequest;
RECORD_DECLARE (SeatCameraRequest, seat_camera_request)

typedef struct {
  char *endpoint;
  char *name; /* NULL = the endpoint's own again */
} SeatRenameRequest;
RECORD_DECLARE (SeatRenameRequest, seat_rename_request)

typedef struct {
  char **except;
  char *branch; /* unit code, or NULL = all */
} MuteAllRequest;
RECORD_DECLARE (MuteAllRequest, mute_all_request)

/* message: to exactly one of these */
typedef struct {
  char *endpoint;
  char *branch;
  gboolean all;
} MessageTarget;
RECORD_DECLARE (MessageTarget, message_target)

typedef struct {
  MessageTarget *to;
  char *text;
  int seconds; /* 0 = until it is cleared */
} MessageRequest;
RECORD_DECLARE (MessageRequest, message_request)

typedef struct {
  char *text;
} ChatRequest;
RECORD_DECLARE (ChatRequest, chat_request)

typedef struct {
  gboolean closed;
} ChatCloseRequest;
RECORD_DECLARE (ChatCloseRequest, chat_close_request)

extern const char *const roll_mark_names[]; /* "none", "present", "absent", "excused", NULL */

/* roll.mark: of exactly one of @endpoint and @endpoints */
typedef struct {
  char *endpoint;
  char **endpoints;
  int mark;     /* index of roll_mark_names */
  char *reason; /* or NULL */
} RollMarkRequest;
RECORD_DECLARE (RollMarkRequest, roll_mark_request)

typedef struct {
  int present;
  int expected; /* -1 = not told */
} HeadCountRequest;
RECORD_DECLARE (HeadCountRequest, head_count_request)

extern const char *const vote_majority_names[]; /* "simple", "absolute", "two_thirds", NULL */
extern const char *const vote_base_names[];     /* "present", "invited", NULL */

typedef struct {
  char *question;
  char **choices; /* empty = the three usual ones */
  gboolean secret;
  int majority; /* index of vote_majority_names */
  int base;     /* index of vote_base_names */
  int quorum_percent;
  int seconds; /* 0 = until it is closed */
} VoteOpenRequest;
RECORD_DECLARE (VoteOpenRequest, vote_open_request)

typedef struct {
  char *vote;
  int choice;
} VoteCastRequest;
RECORD_DECLARE (VoteCastRequest, vote_cast_request)

/* vote.close, vote.cancel */
typedef struct {
  char *vote;
} VoteRequest;
RECORD_DECLARE (VoteRequest, vote_request)
