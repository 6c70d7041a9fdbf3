/* Meetings booked over REST: a sound body that a row of a table changes, and short verbs. */
#pragma once

#include <string.h>

#include "tests/unit/http/fixture.h"

#define API "/api/v1"
#define MEETINGS API "/meetings"

/* The sound body, with @changes (JSON text of an object, NULL: none) in it; a member that is null
 * there is taken out.  transfer full. */
static inline char *
booking_body (const char *changes)
{
  g_autoptr (json_t) body =
      json_pack ("{s:s, s:s, s:s, s:s, s:s, s:[s, s]}", "title", "Giao ban tháng 11", "host_unit",
                 "38", "chair_endpoint", "38-1", "starts_at", "2030-11-22T08:30:00+07:00",
                 "ends_at", "2030-11-22T11:00:00+07:00", "endpoints", "14758-1", "14761-1");
  json_error_t at;
  g_autoptr (json_t) extra = changes ? json_loads (changes, 0, &at) : json_object ();
  if (!extra)
    g_error ("%s: %s", changes, at.text);
  const char *name;
  json_t *value;
  json_object_foreach (extra, name, value)
  {
    if (json_is_null (value))
      json_object_del (body, name);
    else
      json_object_set (body, name, value);
  }
  return json_dumps (body, 0);
}

static inline Reply *
book_as (Fixture *fixture, Actor actor, const char *changes)
{
  g_autofree char *body = booking_body (changes);
  Reply *reply = fixture_send (fixture, actor, "POST", MEETINGS, body, NULL);
  g_test_message ("%s: %u %s", changes ? changes : "", reply->status, reply->body);
  return reply;
}

/* Books as the secretary; the id (transfer full). */
static inline char *
book (Fixture *fixture, const char *changes)
{
  g_autoptr (Reply) reply = book_as (fixture, AS_SECRETARY, changes);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (reply_get (reply, "id"));
}

static inline char *
meeting_path (const char *id, const char *rest)
{
  return g_strconcat (MEETINGS "/", id, rest, NULL);
}

static inline guint
status_of (Fixture *fixture, Actor actor, const char *method, const char *id, const char *rest,
           const char *body)
{
  g_autofree char *path = meeting_path (id, rest);
  guint status = fixture_status (fixture, actor, method, path, body);
  g_test_message ("%s %s by %d: %u", method, path, actor, status);
  return status;
}

static inline Reply *
read_meeting (Fixture *fixture, const char *id)
{
  g_autofree char *path = meeting_path (id, "");
  Reply *reply = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return reply;
}

static inline gsize
count_of (const Reply *reply, const char *member)
{
  return json_array_size (json_object_get (reply->json, member));
}

static inline gsize
meetings_seen (Fixture *fixture, Actor actor)
{
  g_autoptr (Reply) reply = fixture_send (fixture, actor, "GET", MEETINGS, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return count_of (reply, "meetings");
}

static inline void
assert_announced (Fixture *fixture, const char *kind, const char *id)
{
  g_autofree char *wanted = g_strdup_printf ("%s:%s ", kind, id);
  g_test_message ("announced: %s", fixture->announced->str);
  g_assert_true (g_str_has_suffix (fixture->announced->str, wanted));
}
