/* Meetings as they are booked over REST: all that a secretary enters, drafts, copies. */
#include "tests/unit/http/booking_support.h"

/* clang-format off */
#define WHOLE                                                                    \
  "{\"kind\":\"training\",\"co_chairs\":[\"14758-1\",\"38-1\"],"                 \
  "\"note\":\"Mang theo tài liệu\","                                             \
  "\"entry\":{\"mic\":\"on\",\"waiting_room\":true,\"recording\":\"forbidden\"," \
  "\"quorum_percent\":66},"                                                      \
  "\"agenda\":[{\"title\":\"Khai mạc\",\"minutes\":10},"                         \
  "{\"id\":\"bao-cao\",\"title\":\"Báo cáo\",\"speaker\":\"Sở Y tế\","           \
  "\"endpoint\":\"14761-1\"}]}"
/* clang-format on */

static const char *
item_get (const Reply *reply, gsize i, const char *member)
{
  json_t *item = json_array_get (json_object_get (reply->json, "agenda"), i);
  return json_string_value (json_object_get (item, member));
}

static const char *
entry_get (const Reply *reply, const char *member)
{
  return json_string_value (json_object_get (json_object_get (reply->json, "entry"), member));
}

static void
test_whole (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, WHOLE);
  assert_announced (fixture, "published", id);
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  g_assert_cmpstr (reply_get (meeting, "kind"), ==, "training");
  g_assert_cmpstr (reply_get (meeting, "note"), ==, "Mang theo tài liệu");
  g_assert_cmpuint (count_of (meeting, "co_chairs"), ==, 1);
  g_assert_cmpuint (count_of (meeting, "endpoints"), ==, 3);
  g_assert_cmpuint (count_of (meeting, "agenda"), ==, 2);
  g_assert_cmpstr (item_get (meeting, 0, "title"), ==, "Khai mạc");
  g_assert_cmpuint (strlen (item_get (meeting, 0, "id")), ==, 10);
  g_assert_cmpstr (item_get (meeting, 1, "id"), ==, "bao-cao");
  g_assert_cmpstr (item_get (meeting, 1, "endpoint"), ==, "14761-1");
  g_assert_cmpstr (entry_get (meeting, "mic"), ==, "on");
  g_assert_cmpstr (entry_get (meeting, "camera"), ==, "on");
  g_assert_cmpstr (entry_get (meeting, "recording"), ==, "forbidden");
  g_assert_nonnull (reply_get (meeting, "published_at"));
  g_assert_true (json_is_null (json_object_get (meeting->json, "series")));
  g_assert_true (json_is_null (json_object_get (meeting->json, "rehearsal")));
}

/* What a change leaves out stays; ids of agenda items stay too. */
static void
test_change (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, WHOLE);
  g_autofree char *path = meeting_path (id, "");
  g_autoptr (Reply) changed = fixture_send (
      fixture, AS_SECRETARY, "PATCH", path,
      "{\"entry\":{\"chat\":false},\"agenda\":[{\"id\":\"bao-cao\",\"title\":\"Báo cáo 2\"}]}",
      NULL);
  g_assert_cmpuint (changed->status, ==, 200);
  assert_announced (fixture, "changed", id);
  g_assert_cmpstr (entry_get (changed, "mic"), ==, "on");
  g_assert_true (
      json_is_false (json_object_get (json_object_get (changed->json, "entry"), "chat")));
  g_assert_cmpuint (count_of (changed, "agenda"), ==, 1);
  g_assert_cmpstr (item_get (changed, 0, "title"), ==, "Báo cáo 2");
  g_assert_cmpuint (count_of (changed, "co_chairs"), ==, 1);
  /* A co-chair who becomes the chair is a co-chair no more; the old chair stays invited. */
  g_autoptr (Reply) chaired =
      fixture_send (fixture, AS_SECRETARY, "PATCH", path, "{\"chair_endpoint\":\"14758-1\"}", NULL);
  g_assert_cmpuint (chaired->status, ==, 200);
  g_assert_cmpuint (count_of (chaired, "co_chairs"), ==, 0);
  g_assert_cmpuint (count_of (chaired, "endpoints"), ==, 3);
  g_autoptr (Reply) cleared =
      fixture_send (fixture, AS_SECRETARY, "PATCH", path,
                    "{\"agenda\":[],\"co_chairs\":[],\"note\":\"\",\"kind\":\"discussion\"}", NULL);
  g_assert_cmpuint (cleared->status, ==, 200);
  g_assert_cmpuint (count_of (cleared, "agenda"), ==, 0);
  g_assert_cmpstr (reply_get (cleared, "note"), ==, "");
  g_assert_cmpstr (reply_get (cleared, "kind"), ==, "discussion");
}

/* --- Whom it invites --- */

static void
test_participants (void)
{
  static const struct {
    const char *changes;
    guint n;
  } rows[] = {
    { "{\"endpoints\":null}", 1 }, /* the chair alone */
    { "{\"endpoints\":null,\"units\":[\"38\"]}", 3 },
    { "{\"endpoints\":null,\"units\":[\"38\"],\"levels\":[\"commune\"]}", 3 },
    { "{\"endpoints\":null,\"units\":[\"38\"],\"levels\":[\"hamlet\"]}", 1 },
    { "{\"endpoints\":[\"14758-1\"],\"units\":[\"14761\"]}", 3 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) fixture = fixture_new (NULL);
    g_autofree char *id = book (fixture, rows[i].changes);
    g_autoptr (Reply) meeting = read_meeting (fixture, id);
    g_test_message ("%s", rows[i].changes);
    g_assert_cmpuint (count_of (meeting, "endpoints"), ==, rows[i].n);
  }
}

static void
test_groups (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) group = fixture_send (
      fixture, AS_SECRETARY, "POST", API "/groups",
      "{\"unit\":\"38\",\"name\":\"Các xã miền núi\",\"endpoints\":[\"14761-1\"]}", NULL);
  g_assert_cmpuint (group->status, ==, 201);
  g_autofree char *changes =
      g_strdup_printf ("{\"endpoints\":null,\"groups\":[\"%s\"]}", reply_get (group, "id"));
  g_autofree char *id = book (fixture, changes);
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  g_assert_cmpuint (count_of (meeting, "endpoints"), ==, 2);
  g_autoptr (Reply) unknown =
      book_as (fixture, AS_SECRETARY, "{\"draft\":true,\"groups\":[\"nothing\"]}");
  g_assert_cmpuint (unknown->status, ==, 422);
  g_assert_cmpstr (reply_get (unknown, "field"), ==, "groups");
}

/* --- Bad input: at the limit and one past it --- */

static void
test_bad_fields (void)
{
  static const struct {
    const char *changes, *field;
  } rows[] = {
    { "{\"kind\":\"party\"}", NULL },
    { "{\"co_chairs\":[\"01-1\"]}", "co_chairs" },
    { "{\"co_chairs\":[\"nowhere\"]}", "co_chairs" },
    { "{\"entry\":{\"mic\":\"loud\"}}", "entry" },
    { "{\"entry\":[]}", "entry" },
    { "{\"entry\":{\"quorum_percent\":101}}", "entry" },
    { "{\"agenda\":[{\"title\":\"\"}]}", NULL },
    { "{\"agenda\":[{\"title\":\"  \"}]}", "agenda" },
    { "{\"agenda\":[{\"minutes\":1}]}", NULL },
    { "{\"agenda\":[{\"title\":\"x\",\"minutes\":601}]}", NULL },
    { "{\"agenda\":[{\"title\":\"x\",\"minutes\":-1}]}", NULL },
    { "{\"agenda\":[{\"title\":\"x\",\"id\":\"a\"},{\"title\":\"y\",\"id\":\"a\"}]}", "agenda" },
    { "{\"agenda\":[{\"title\":\"x\",\"id\":\"a b\"}]}", NULL },
    { "{\"agenda\":[{\"title\":\"x\",\"endpoint\":\"01-1\"}]}", "agenda" },
    { "{\"agenda\":{}}", NULL },
    { "{\"levels\":\"commune\"}", NULL },
    { "{\"units\":[\"99\"]}", "units" },
    { "{\"endpoints\":[\"99-1\"]}", "endpoints" },
    { "{\"draft\":\"yes\"}", NULL },
    { "{\"ends_at\":\"2030-11-22T08:30:00+07:00\"}", "ends_at" },
    { "{\"title\":\"  \"}", "title" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Reply) reply = book_as (fixture, AS_SECRETARY, rows[i].changes);
    g_assert_cmpuint (reply->status, ==, 422);
    if (rows[i].field)
      g_assert_cmpstr (reply_get (reply, "field"), ==, rows[i].field);
    g_assert_nonnull (reply_get (reply, "detail_en"));
  }
  g_assert_cmpuint (meetings_seen (fixture, AS_SECRETARY), ==, 0);
}

/* One text member of @length characters. */
static guint
book_with_text (Fixture *fixture, const char *format, guint length)
{
  g_autofree char *text = g_strnfill (length, 'x');
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree char *changes = g_strjoinv (text, parts);
  g_autoptr (Reply) reply = book_as (fixture, AS_SECRETARY, changes);
  return reply->status;
}

static void
test_text_bounds (void)
{
  static const struct {
    const char *format;
    guint max;
  } rows[] = {
    { "{\"draft\":true,\"title\":\"%s\"}", MEETING_TITLE_MAX },
    { "{\"draft\":true,\"note\":\"%s\"}", MEETING_NOTE_MAX },
    { "{\"draft\":true,\"agenda\":[{\"title\":\"%s\"}]}", AGENDA_TITLE_MAX },
    { "{\"draft\":true,\"agenda\":[{\"title\":\"x\",\"speaker\":\"%s\"}]}", AGENDA_SPEAKER_MAX },
    { "{\"draft\":true,\"agenda\":[{\"title\":\"x\",\"id\":\"%s\"}]}", AGENDA_ID_MAX },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].format);
    g_assert_cmpuint (book_with_text (fixture, rows[i].format, rows[i].max), ==, 201);
    g_assert_cmpuint (book_with_text (fixture, rows[i].format, rows[i].max + 1), ==, 422);
  }
}

static guint
book_with_items (Fixture *fixture, guint n)
{
  g_autoptr (GString) changes = g_string_new ("{\"draft\":true,\"agenda\":[");
  for (guint i = 0; i < n; i++)
    g_string_append (changes, i ? ",{\"title\":\"x\"}" : "{\"title\":\"x\"}");
  g_string_append (changes, "]}");
  g_autoptr (Reply) reply = book_as (fixture, AS_SECRETARY, changes->str);
  return reply->status;
}

static void
test_list_bounds (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_assert_cmpuint (book_with_items (fixture, MEETING_AGENDA_MAX), ==, 201);
  g_assert_cmpuint (book_with_items (fixture, MEETING_AGENDA_MAX + 1), ==, 422);
}

/* --- Drafts --- */

static void
test_draft_is_seen_by_editors (void)
{
  static const struct {
    Actor actor;
    gsize listed;
    guint read, change, publish, tokens;
  } rows[] = {
    { AS_TECHNICIAN, 0, 404, 403, 403, 404 },
    { AS_ENDPOINT, 0, 404, 403, 403, 403 },
    { AS_STRANGER, 0, 404, 404, 404, 404 },
    { AS_ADMINISTRATOR, 1, 200, 200, 200, 201 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) fixture = fixture_new (NULL);
    g_autofree char *id = book (fixture, "{\"draft\":true,\"units\":[\"38\"]}");
    assert_announced (fixture, "listed", id);
    g_assert_cmpuint (meetings_seen (fixture, rows[i].actor), ==, rows[i].listed);
    g_assert_cmpuint (status_of (fixture, rows[i].actor, "GET", id, "", NULL), ==, rows[i].read);
    g_assert_cmpuint (status_of (fixture, rows[i].actor, "GET", id, "/seats", NULL), ==,
                      rows[i].read);
    g_assert_cmpuint (
        status_of (fixture, rows[i].actor, "POST", id, "/tokens", "{\"viewer\":true}"), ==,
        rows[i].tokens);
    g_assert_cmpuint (status_of (fixture, rows[i].actor, "PATCH", id, "", "{\"title\":\"Khác\"}"),
                      ==, rows[i].change);
    g_assert_cmpuint (status_of (fixture, rows[i].actor, "POST", id, "/publish", NULL), ==,
                      rows[i].publish);
  }
}

static void
test_publish (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"draft\":true}");
  g_autoptr (Reply) draft = read_meeting (fixture, id);
  g_assert_cmpstr (reply_get (draft, "state"), ==, "draft");
  g_assert_true (json_is_null (json_object_get (draft->json, "published_at")));
  fixture->announcer_fails = TRUE; /* no invitation, no publishing */
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/publish", NULL), ==, 500);
  g_assert_cmpuint (meetings_seen (fixture, AS_ENDPOINT), ==, 0);
  fixture->announcer_fails = FALSE;
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/publish", NULL), ==, 200);
  assert_announced (fixture, "published", id);
  g_assert_cmpuint (meetings_seen (fixture, AS_ENDPOINT), ==, 1);
  g_autoptr (Reply) published = read_meeting (fixture, id);
  g_assert_cmpstr (reply_get (published, "state"), ==, "scheduled");
  g_assert_nonnull (reply_get (published, "published_at"));
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/publish", NULL), ==, 409);
}

static void
test_delete (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *published = book (fixture, NULL);
  g_autofree char *draft = book (fixture, "{\"draft\":true}");
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "DELETE", published, "", NULL), ==, 409);
  g_assert_cmpuint (status_of (fixture, AS_STRANGER, "DELETE", draft, "", NULL), ==, 404);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "DELETE", draft, "", NULL), ==, 204);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "DELETE", draft, "", NULL), ==, 404);
  g_assert_cmpuint (meetings_seen (fixture, AS_SECRETARY), ==, 1);
}

static void
test_copy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, WHOLE);
  g_autofree char *path = meeting_path (id, "/copy");
  g_autoptr (Reply) copy = fixture_send (fixture, AS_SECRETARY, "POST", path,
                                         "{\"starts_at\":\"2030-12-22T08:30:00+07:00\"}", NULL);
  g_assert_cmpuint (copy->status, ==, 201);
  g_assert_cmpstr (reply_get (copy, "id"), !=, id);
  g_assert_cmpstr (reply_get (copy, "state"), ==, "draft");
  g_assert_cmpstr (reply_get (copy, "starts_at"), ==, "2030-12-22T01:30:00Z");
  g_assert_cmpstr (reply_get (copy, "ends_at"), ==, "2030-12-22T04:00:00Z");
  g_assert_cmpstr (reply_get (copy, "kind"), ==, "training");
  g_assert_cmpuint (count_of (copy, "agenda"), ==, 2);
  g_assert_cmpstr (item_get (copy, 1, "id"), ==, "bao-cao");
  g_assert_cmpstr (entry_get (copy, "mic"), ==, "on");
  g_assert_cmpuint (status_of (fixture, AS_STRANGER, "POST", id, "/copy", "{}"), ==, 404);
  g_assert_cmpuint (
      status_of (fixture, AS_SECRETARY, "POST", id, "/copy", "{\"starts_at\":\"soon\"}"), ==, 422);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/copy", "{}"), ==, 201);
}

/* A host unit may only be changed to one whose secretary one is as well. */
static void
test_host_unit (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", id, "", "{\"host_unit\":\"01\"}"),
                    ==, 403);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", id, "", "{\"host_unit\":\"14758\"}"),
                    ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/booking/whole", test_whole);
  g_test_add_func ("/booking/change", test_change);
  g_test_add_func ("/booking/participants", test_participants);
  g_test_add_func ("/booking/groups", test_groups);
  g_test_add_func ("/booking/bad-fields", test_bad_fields);
  g_test_add_func ("/booking/text-bounds", test_text_bounds);
  g_test_add_func ("/booking/list-bounds", test_list_bounds);
  g_test_add_func ("/booking/draft-is-seen-by-editors", test_draft_is_seen_by_editors);
  g_test_add_func ("/booking/publish", test_publish);
  g_test_add_func ("/booking/delete", test_delete);
  g_test_add_func ("/booking/copy", test_copy);
  g_test_add_func ("/booking/host-unit", test_host_unit);
  return g_test_run ();
}
