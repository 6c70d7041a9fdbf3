/* What the server sends of votes, chat, banners and the count of rooms. All texts (transfer full).
 * Times are UTC ms, 0 = null. Pure: no thread, no I/O. */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct {
  const char *id, *question, *majority, *base, *state;
  char *const *choices;
  gboolean secret;
  guint quorum_percent;
  gint64 opened_at_ms, closes_at_ms, closed_at_ms;
  guint eligible, cast;
  const guint *counts; /* one for each choice; NULL = not to be known (yet) */
  gboolean has_result, quorum_met, passed;
  gboolean voted;           /* the one who reads this has voted */
  int my_choice;            /* < 0 = null: none, or secret */
  const char *ballots_json; /* array of {endpoint, choice}, or NULL = null */
} RoomVote;
/* A JSON object. */
char *room_vote_json (const RoomVote *vote);
/* @vote_json NULL = null. */
char *room_message_vote (const char *vote_json);

typedef struct {
  gint64 id, at_ms;
  const char *endpoint; /* NULL = one without a seat */
  const char *name, *text;
} RoomChatLine;
/* A JSON array. */
char *room_chat_json (const RoomChatLine *lines, gsize n_lines);
char *room_message_chat (const char *lines_json);

/* {text, from, until}; @text NULL = no banner. */
char *room_banner_json (const char *text, const char *from, gint64 until_ms);
char *room_message_banner (const char *text, const char *from, gint64 until_ms);

/* The meeting's own fields about who may come in, write and is counted. */
typedef struct {
  gboolean waiting_room, locked, chat_closed;
  const char *message; /* to those who wait, NULL = none */
  gint64 roll_started_at_ms;
  guint quorum_percent; /* 0 = null */
  guint quorum_present, quorum_needed;
  gboolean quorum_reached;
} RoomLobby;
/* Adds the members of @lobby to a meeting's object. */
void room_lobby_add (json_t *meeting, const RoomLobby *lobby);

typedef struct {
  guint invited, present, waiting, absent, reconnecting, fair, bad, delegates;
  int voted;            /* < 0 = no vote is open */
  guint quorum_percent; /* 0 = null */
  guint quorum_present, quorum_needed;
  gboolean quorum_reached;
} RoomCensus;
char *room_census_json (const RoomCensus *census);
char *room_message_census (const char *census_json);
