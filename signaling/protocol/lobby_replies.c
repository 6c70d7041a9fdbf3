#include "signaling/protocol/lobby_replies.h"

#include "pipelines/control/record.h"

static char *
take_text (json_t *json)
{
  g_autoptr (json_t) owned = json;
  char *text = json_dumps (owned, JSON_COMPACT);

  g_assert (text != NULL); /* all strings come in as valid UTF-8 */
  return text;
}

static json_t *
optional_time (gint64 time_ms)
{
  return time_ms > 0 ? json_integer (time_ms) : json_null ();
}

/* --- votes --- */

static json_t *
choices_of (const RoomVote *vote)
{
  json_t *list = json_array ();

  for (guint i = 0; vote->choices[i] != NULL; i++)
    json_array_append_new (list, json_string (vote->choices[i]));
  return list;
}

static json_t *
counts_of (const RoomVote *vote)
{
  json_t *list = json_array ();

  for (guint i = 0; vote->choices[i] != NULL; i++)
    json_array_append_new (list, json_integer (vote->counts[i]));
  return list;
}

char *
room_vote_json (const RoomVote *vote)
{
  json_t *json =
      json_pack ("{s:s, s:s, s:o, s:b, s:s, s:s, s:i, s:s, s:i, s:i, s:b}", "id", vote->id,
                 "question", vote->question, "choices", choices_of (vote), "secret", vote->secret,
                 "majority", vote->majority, "base", vote->base, "quorum_percent",
                 (int) vote->quorum_percent, "state", vote->state, "eligible", (int) vote->eligible,
                 "cast", (int) vote->cast, "voted", vote->voted);
  json_t *ballots =
      vote->ballots_json != NULL ? json_loads (vote->ballots_json, 0, NULL) : json_null ();

  json_object_set_new (json, "opened_at", optional_time (vote->opened_at_ms));
  json_object_set_new (json, "closes_at", optional_time (vote->closes_at_ms));
  json_object_set_new (json, "closed_at", optional_time (vote->closed_at_ms));
  json_object_set_new (json, "counts", vote->counts != NULL ? counts_of (vote) : json_null ());
  json_object_set_new (json, "my_choice",
                       vote->my_choice >= 0 ? json_integer (vote->my_choice) : json_null ());
  json_object_set_new (json, "quorum_met",
                       vote->has_result ? json_boolean (vote->quorum_met) : json_null ());
  json_object_set_new (json, "passed",
                       vote->has_result ? json_boolean (vote->passed) : json_null ());
  json_object_set_new (json, "ballots", ballots);
  return take_text (json);
}

char *
room_message_vote (const char *vote_json)
{
  return g_strdup_printf ("{\"type\":\"vote\",\"vote\":%s}",
                          vote_json != NULL ? vote_json : "null");
}

/* --- chat and banners --- */

char *
room_chat_json (const RoomChatLine *lines, gsize n_lines)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n_lines; i++) {
    const RoomChatLine *line = &lines[i];
    g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, line->id);
    json_t *json = json_pack ("{s:s, s:s, s:s}", "id", id, "name", line->name, "text", line->text);
    json_object_set_new (json, "at", json_integer (line->at_ms));
    json_object_set_new (json, "endpoint",
                         line->endpoint != NULL ? json_string (line->endpoint) : json_null ());
    json_array_append_new (list, json);
  }
  return take_text (list);
}

char *
room_message_chat (const char *lines_json)
{
  return g_strdup_printf ("{\"type\":\"chat\",\"items\":%s}", lines_json);
}

static json_t *
make_banner (const char *text, const char *from, gint64 until_ms)
{
  json_t *json = json_pack ("{s:s}", "from", from != NULL ? from : "");

  json_object_set_new (json, "text", text != NULL ? json_string (text) : json_null ());
  json_object_set_new (json, "until", optional_time (until_ms));
  return json;
}

char *
room_banner_json (const char *text, const char *from, gint64 until_ms)
{
  return take_text (make_banner (text, from, until_ms));
}

char *
room_message_banner (const char *text, const char *from, gint64 until_ms)
{
  json_t *json = make_banner (text, from, until_ms);

  json_object_set_new (json, "type", json_string ("banner"));
  return take_text (json);
}

/* --- the count of rooms --- */

static json_t *
make_quorum (guint percent, guint present, guint needed, gboolean reached)
{
  if (percent == 0)
    return json_null ();
  return json_pack ("{s:i, s:i, s:i, s:b}", "percent", (int) percent, "present", (int) present,
                    "needed", (int) needed, "reached", reached);
}

void
room_lobby_add (json_t *meeting, const RoomLobby *lobby)
{
  json_t *roll = lobby->roll_started_at_ms != 0
                     ? json_pack ("{s:I}", "started_at", (json_int_t) lobby->roll_started_at_ms)
                     : json_null ();

  json_object_set_new (meeting, "waiting_room", json_boolean (lobby->waiting_room));
  json_object_set_new (meeting, "locked", json_boolean (lobby->locked));
  json_object_set_new (meeting, "chat_closed", json_boolean (lobby->chat_closed));
  json_object_set_new (meeting, "lobby_message",
                       lobby->message != NULL ? json_string (lobby->message) : json_null ());
  json_object_set_new (meeting, "roll", roll);
  json_object_set_new (meeting, "quorum",
                       make_quorum (lobby->quorum_percent, lobby->quorum_present,
                                    lobby->quorum_needed, lobby->quorum_reached));
}

char *
room_census_json (const RoomCensus *census)
{
  json_t *json = json_pack ("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "invited",
                            (int) census->invited, "present", (int) census->present, "waiting",
                            (int) census->waiting, "absent", (int) census->absent, "reconnecting",
                            (int) census->reconnecting, "fair", (int) census->fair, "bad",
                            (int) census->bad, "delegates", (int) census->delegates);

  if (census->voted >= 0)
    json_object_set_new (json, "voted", json_integer (census->voted));
  json_object_set_new (json, "quorum",
                       make_quorum (census->quorum_percent, census->quorum_present,
                                    census->quorum_needed, census->quorum_reached));
  return take_text (json);
}

/* @census_json is an object: the type goes in front of its members. */
char *
room_message_census (const char *census_json)
{
  return g_strdup_printf ("{\"type\":\"census\",%s", census_json + 1);
}
