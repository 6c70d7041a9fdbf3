/* The live state as text and back, and the queue in it, by tables. */
#include <string.h>

#include "config/limits.h"
#include "signaling/meeting/live_state.h"
#include "signaling/meeting/queue.h"

static LiveState *
decode (const char *text)
{
  return live_state_decode (text, "m1");
}

/* Text -> state -> text: what is written again is what was read. */
static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "{\"lobby\":{}}",
    "{\"floor\":{\"endpoint\":\"38-1\",\"asked\":true,\"since_ms\":1800000000000,\"seconds\":180,"
    "\"cut\":true,\"remark\":true,\"warned\":1,\"before\":\"38-2\"},\"lobby\":{}}",
    "{\"queue\":[{\"endpoint\":\"38-1\"},{\"endpoint\":\"38-2\",\"held\":true}],"
    "\"mic_asks\":[{\"endpoint\":\"38-3\",\"at_ms\":5}],\"layout\":\"two_way\","
    "\"pin_site\":\"38-1\",\"pin_cochair\":\"38-9\",\"lobby\":{}}",
    "{\"autoscan\":{\"seconds\":30,\"branch\":\"38\",\"endpoints\":[\"a\",\"b\"],\"current\":\"a\","
    "\"next\":\"b\",\"since_ms\":7,\"before\":\"c\"},\"agenda\":{\"item\":\"a1\",\"since_ms\":9},"
    "\"paper\":{\"paper\":\"p1\",\"page\":3,\"by\":\"38-1\"},\"end_warned\":3,\"end_warned_ms\":8,"
    "\"lobby\":{\"locked\":true}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (LiveState) live = decode (texts[i]);
    g_autoptr (LiveState) copy = live_state_copy (live);
    g_autofree char *again = live_state_encode (copy);
    g_autoptr (LiveState) third = decode (again);
    g_autofree char *text = live_state_encode (third);
    g_assert_cmpstr (text, ==, again);
    g_autoptr (json_t) expected = json_loads (texts[i], 0, NULL);
    g_autoptr (json_t) written = json_loads (text, 0, NULL);
    g_assert_true (json_equal (expected, written));
  }
}

/* Nothing, rubbish, another version's members: a state that works. */
static void
test_unreadable (void)
{
  static const char *const texts[] = {
    NULL,
    "",
    "{",
    "[]",
    "{\"layout\":\"grid5\"}",
    "{\"floor\":{}}",
    "{\"queue\":[{\"endpoint\":\"a b\"}]}",
    "{\"end_warned\":5}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (LiveState) live = decode (texts[i]);
    g_assert_null (live->floor);
    g_assert_nonnull (live->lobby);
    g_assert_cmpuint (live->queue->len, ==, 0);
    g_assert_cmpint (live->layout, ==, LAYOUT_CHAIR_CONTENT);
  }
  g_autoptr (LiveState) newer = decode ("{\"layout\":\"grid9\",\"hologram\":{\"on\":true}}");
  g_assert_cmpint (newer->layout, ==, LAYOUT_GRID9);
  g_assert_nonnull (newer->lobby);
}

/* As many requests as there may be endpoints still fit. */
static void
test_limits (void)
{
  g_autoptr (LiveState) live = live_state_new ();

  for (guint i = 0; i < LIVE_QUEUE_MAX + 1; i++) {
    g_autofree char *longest = g_strdup_printf ("%0*u", LIMIT_ID_BYTES, i);
    queue_add (live, longest, TRUE);
  }
  g_assert_cmpuint (live->queue->len, ==, LIVE_QUEUE_MAX);
  g_autofree char *text = live_state_encode (live);
  g_assert_cmpuint (strlen (text), <=, LIVE_STATE_BYTES);
  g_autoptr (LiveState) again = decode (text);
  g_assert_cmpuint (again->queue->len, ==, LIVE_QUEUE_MAX);
}

/* --- the queue: "a b* c", * = held --- */

static LiveState *
queue_of (const char *text)
{
  LiveState *live = live_state_new ();
  g_auto (GStrv) names = g_strsplit (text, " ", -1);

  for (guint i = 0; names[i] != NULL && *names[i] != '\0'; i++) {
    gboolean held = g_str_has_suffix (names[i], "*");
    if (held)
      names[i][strlen (names[i]) - 1] = '\0';
    queue_add (live, names[i], held);
  }
  return live;
}

static char *
text_of (const LiveState *live)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < live->queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (live->queue, i);
    g_string_append_printf (text, "%s%s%s", i > 0 ? " " : "", entry->endpoint,
                            entry->held ? "*" : "");
  }
  return g_string_free (text, FALSE);
}

static gboolean
may_move (const QueueEntry *entry, gconstpointer data)
{
  const char *movable = data;

  return strchr (movable, entry->endpoint[0]) != NULL;
}

static void
test_order (void)
{
  static const struct {
    const char *queue, *movable, *order, *expected;
  } rows[] = {
    { "a b c", "abc", "c a b", "c a b" },
    { "a b c", "abc", "c", "c a b" },          /* those missing stay behind, in their order */
    { "a b c", "abc", "", "a b c" },           /* */
    { "a b c", "abc", "x c y a", "c a b" },    /* unknown ones are passed over */
    { "a b c", "abc", "c c a a b", "c a b" },  /* twice */
    { "a b* c d*", "bd", "d b", "a d* c b*" }, /* others keep their places */
    { "a b c", "", "c b a", "a b c" },
    { "", "abc", "a", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (LiveState) live = queue_of (rows[i].queue);
    g_auto (GStrv) order = g_strsplit (rows[i].order, " ", -1);
    queue_order (live, (const char *const *) order, may_move, rows[i].movable);
    g_autofree char *text = text_of (live);
    g_assert_cmpstr (text, ==, rows[i].expected);
  }
}

static void
test_places (void)
{
  g_autoptr (LiveState) live = queue_of ("a b* c");

  g_assert_cmpuint (queue_place (live, "a"), ==, 1);
  g_assert_cmpuint (queue_place (live, "b"), ==, 0);
  g_assert_cmpuint (queue_place (live, "c"), ==, 2);
  g_assert_cmpuint (queue_place (live, "d"), ==, 0);
  g_assert_cmpuint (queue_length (live), ==, 2);
  queue_add (live, "a", TRUE); /* is there already */
  g_assert_cmpuint (live->queue->len, ==, 3);
  g_assert_true (queue_remove (live, "a"));
  g_assert_false (queue_remove (live, "a"));
}

static void
test_pass (void)
{
  static const struct {
    const char *queue, *endpoint;
    gboolean up;
    const char *expected; /* NULL = was not there */
  } rows[] = {
    { "a* b c", "a", TRUE, "b c a" }, { "a* b c", "a", FALSE, "a* b c" },
    { "a b c", "b", TRUE, "a b c" },  { "a b c", "b", FALSE, "a b* c" },
    { "a b c", "d", TRUE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (LiveState) live = queue_of (rows[i].queue);
    g_autoptr (LiveState) before = live_state_copy (live);
    gboolean found = queue_pass (live, rows[i].endpoint, rows[i].up);
    g_autofree char *text = text_of (live);
    g_assert_cmpint (found, ==, rows[i].expected != NULL);
    g_assert_cmpstr (text, ==, found ? rows[i].expected : rows[i].queue);
    g_assert_cmpint (queue_is_same (before, live), ==, strcmp (text, rows[i].queue) == 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/live-state/round-trip", test_round_trip);
  g_test_add_func ("/meeting/live-state/unreadable", test_unreadable);
  g_test_add_func ("/meeting/live-state/limits", test_limits);
  g_test_add_func ("/meeting/queue/order", test_order);
  g_test_add_func ("/meeting/queue/places", test_places);
  g_test_add_func ("/meeting/queue/pass", test_pass);
  return g_test_run ();
}
