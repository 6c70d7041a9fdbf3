#include "server/load/told.h"

/* Members that are copied where they are there. */
static const char *const short_members[] = { "type", "id",    "code", "resumed",    "role",
                                             "text", "slots", "vote", "queue_place" };
static const char *const seat_members[] = { "endpoint",  "state",   "mic_open", "mic_locked",
                                            "camera_on", "hand_at", "queue",    "spotlight" };
static const char *const meeting_members[] = { "state", "spotlight", "floor", "layout", "locked" };

static json_t *
pick (const json_t *from, const char *const *names, guint n)
{
  json_t *picked = json_object ();

  for (guint i = 0; i < n; i++) {
    json_t *member = json_object_get (from, names[i]);
    if (member)
      json_object_set (picked, names[i], member);
  }
  return picked;
}

gboolean
told_is_noise (const char *type)
{
  return g_str_equal (type, "line") || g_str_equal (type, "levels");
}

static json_t *
pick_own_seat (const json_t *seats, const char *own)
{
  json_t *picked = json_array ();
  size_t i;
  const json_t *seat;

  json_array_foreach (seats, i, seat)
  {
    const char *endpoint = json_string_value (json_object_get (seat, "endpoint"));
    if (g_strcmp0 (endpoint, own) == 0)
      json_array_append_new (picked, pick (seat, seat_members, G_N_ELEMENTS (seat_members)));
  }
  return picked;
}

json_t *
told_describe (const json_t *message, const char *endpoint)
{
  json_t *told = pick (message, short_members, G_N_ELEMENTS (short_members));
  const json_t *seats = json_object_get (message, "seats");
  const json_t *meeting = json_object_get (message, "meeting");

  if (json_is_array (seats)) {
    json_object_set (told, "n_seats", json_object_get (message, "n_seats"));
    json_object_set_new (told, "seats", pick_own_seat (seats, endpoint));
  }
  if (json_is_object (meeting))
    json_object_set_new (told, "meeting",
                         pick (meeting, meeting_members, G_N_ELEMENTS (meeting_members)));
  return told;
}
