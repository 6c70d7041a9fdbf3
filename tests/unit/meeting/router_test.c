#include "signaling/meeting/router.h"

#include <string.h>

/* Seats are written as short words: "a" endpoint, then flags: v camera, m open mic, c content
 * shared, * chair, ! spotlight, ^ hand, ~ speaking; spoken at order. */
static guint
make_seats (const char *text, RouterSeat *seats)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    const char *key = g_intern_string (((char[]){ words[i][0], '\0' }));
    RouterSeat *seat = &seats[n++];
    *seat = (RouterSeat){ .key = key, .order = i };
    for (const char *flag = words[i] + 1; *flag != '\0'; flag++) {
      seat->camera = *flag == 'v' ? key : seat->camera;
      seat->mic = *flag == 'm' ? key : seat->mic;
      seat->content = *flag == 'c' ? key : seat->content;
      seat->is_sharing |= *flag == 'c';
      seat->is_chair |= *flag == '*';
      seat->is_spotlight |= *flag == '!';
      seat->hand_at_ms = *flag == '^' ? 100 - i : seat->hand_at_ms;
      seat->is_speaking |= *flag == '~';
      seat->spoke_us = *flag == '~' ? (gint64) i + 1 : seat->spoke_us;
    }
  }
  return n;
}

static guint
make_slots (RouterSlot *slots)
{
  static const SdpRole roles[] = { SDP_ROLE_AUDIO,        SDP_ROLE_AUDIO, SDP_ROLE_MAIN,
                                   SDP_ROLE_CONTENT_VIEW, SDP_ROLE_TILE,  SDP_ROLE_TILE };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    slots[i] = (RouterSlot){ roles[i], i == 1 || i == 5, NULL };
  return G_N_ELEMENTS (roles);
}

static gconstpointer
key_of (const char *text)
{
  return *text == '-' ? NULL : g_intern_string (((char[]){ *text, '\0' }));
}

/* Chosen at the relay where a viewer has a slot for each place; else as without. */
static void
test_shared_voices (void)
{
  static const struct {
    guint n;
    gboolean has_source, is_voice;
  } rows[] = { { 0, FALSE, FALSE }, { 1, FALSE, TRUE }, { 1, TRUE, FALSE }, { 2, FALSE, FALSE } };
  RouterSeat seats[32];
  RouterSlot slots[8];
  RouterChoice choices[8];
  guint n_seats = make_seats ("avm bvm", seats), n_slots = make_slots (slots);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (RouterPlan) plan = router_plan_new (seats, n_seats);
    RouterViewer viewer = { .source = rows[i].has_source ? seats[0].key : NULL };
    router_plan_share_voices (plan, rows[i].n);
    router_plan_choose (plan, &viewer, slots, n_slots, choices);
    for (guint k = 0; k < n_slots; k++) {
      gboolean is_audio = slots[k].role == SDP_ROLE_AUDIO;
      g_assert_cmpint (choices[k].is_voice, ==, is_audio && rows[i].is_voice);
      if (is_audio && rows[i].is_voice)
        g_assert_null (choices[k].track);
    }
  }
}

/* What the slots "audio audio main content tile tile" hold: one letter each, - for nothing. */
static char *
choose (const char *seats_text, const RouterViewer *viewer, const char *shown)
{
  RouterSeat seats[32];
  RouterSlot slots[8];
  RouterChoice choices[8];
  guint n_seats = make_seats (seats_text, seats), n_slots = make_slots (slots);
  g_autoptr (RouterPlan) plan = router_plan_new (seats, n_seats);
  GString *text = g_string_new (NULL);

  for (guint i = 0; shown != NULL && i < n_slots; i++)
    slots[i].shown = key_of (shown + i);
  router_plan_choose (plan, viewer, slots, n_slots, choices);
  for (guint i = 0; i < n_slots; i++) {
    g_assert_true ((choices[i].seat == NULL) == (choices[i].track == NULL));
    g_string_append (text, choices[i].seat != NULL ? choices[i].seat : "-");
  }
  return g_string_free (text, FALSE);
}

static void
test_policy (void)
{
  static const struct {
    const char *seats, *self, *shown, *expected;
  } rows[] = {
    /* nobody */
    { "a b", "a", NULL, "------" },
    /* a site sees the chair large, the others as tiles, hears the open ones */
    { "a*vm bv cv dv", "b", NULL, "a-a-cd" },
    /* the chair sees the first site */
    { "a*vm bv cv dv", "a", NULL, "--b-cd" },
    /* ... or who spoke last */
    { "a*vm bv cvm~ dv", "a", NULL, "c-c-bd" },
    /* the spotlight goes before the chair, who moves to the tiles */
    { "a*vm bv! cv dv", "c", NULL, "a-b-ad" },
    /* who is in the spotlight sees the chair */
    { "a*vm bvm! cv dv", "b", NULL, "a-a-cd" },
    /* the voice of the main picture is the first */
    { "a*vm bvm! cv dv", "c", NULL, "bab-ad" },
    /* a spotlight without picture leaves the chair large, and is heard first after him */
    { "a*vm bm! cv dv", "c", NULL, "aba-d-" },
    /* the chair is gone: the spotlight's or a site's picture */
    { "a* bv cv", "b", NULL, "--c---" },
    /* content for all but who shares it */
    { "a*v bvc cv", "c", NULL, "--abb-" },
    { "a*v bvc cv", "b", NULL, "--a-c-" },
    /* hands first, the earlier before the later, then who speaks, then by name */
    { "a*v bv cv^ dv^ evm~", "b", NULL, "e-a-dc" },
    { "a*v bv cv dvm~", "b", NULL, "d-a-dc" },
    /* what stays keeps its place */
    { "a*v bv cv dv^", "b", "--a-cd", "--a-cd" },
    { "a*vm bvm cvm dvm", "d", "a-a-bc", "aba-bc" },
    { "a*v bv cv dv ev", "b", "--a-ec", "--a-dc" },
    /* a voice in the first slot gives way to the main picture's */
    { "a*vm bvm! cv", "c", "aba---", "bab-a-" },
    /* an outsider, as an operator */
    { "a*vm bvm cv", NULL, NULL, "aba-bc" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    RouterViewer viewer = { .self = rows[i].self != NULL ? key_of (rows[i].self) : NULL,
                            .main_height = 720,
                            .tile_height = 180 };
    g_autofree char *chosen = choose (rows[i].seats, &viewer, rows[i].shown);
    if (strcmp (chosen, rows[i].expected) != 0)
      g_error ("row %u: \"%s\" for %s: %s, expected %s", i, rows[i].seats, rows[i].self, chosen,
               rows[i].expected);
  }
}

/* A player with one audio line: it follows who speaks. */
static void
test_one_voice (void)
{
  static const struct {
    const char *seats, *shown, *voice;
  } rows[] = {
    { "a*vm bvm! cvm", "-", "b" },   /* silence: the main picture's */
    { "a*vm~ bvm! cvm", "b", "a" },  /* the chair speaks in between */
    { "a*vm~ bvm!~ cvm", "a", "a" }, /* ... and is not cut off */
    { "a*vm bvm!~ cvm", "a", "b" },  /* ... until he is silent */
    { "a*v bv! cvm", "-", "c" },     /* the only open microphone */
    { "a*v bv! cv", "c", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    RouterSeat seats[8];
    RouterSlot slot = { SDP_ROLE_AUDIO, 0, key_of (rows[i].shown) };
    RouterViewer viewer = { .main_height = 720 };
    RouterChoice choice;
    guint n_seats = make_seats (rows[i].seats, seats);
    g_autoptr (RouterPlan) plan = router_plan_new (seats, n_seats);
    router_plan_choose (plan, &viewer, &slot, 1, &choice);
    g_assert_true (choice.seat == key_of (rows[i].voice));
  }
}

static void
test_source (void)
{
  RouterViewer viewer = { .source = key_of ("b") };
  g_autofree char *chosen = choose ("a*vm bvmc cvm!", &viewer, NULL);

  g_assert_cmpstr (chosen, ==, "b-bb--");
}

static void
test_picked (void)
{
  gconstpointer picked[] = { NULL, key_of ("c") };
  RouterViewer viewer = { .picked = picked, .n_picked = 2 };
  g_autofree char *chosen = choose ("a*v bv cv dv", &viewer, NULL);

  g_assert_cmpstr (chosen, ==, "--a--c");
}

static void
test_heights (void)
{
  RouterSeat seats[4];
  RouterSlot slots[8];
  RouterChoice choices[8];
  guint n_seats = make_seats ("a*vmc bv cv", seats), n_slots = make_slots (slots);
  g_autoptr (RouterPlan) plan = router_plan_new (seats, n_seats);
  RouterViewer viewer = { .self = key_of ("b"), .main_height = 1080, .tile_height = 90 };

  router_plan_choose (plan, &viewer, slots, n_slots, choices);
  g_assert_cmpint (choices[2].height, ==, 1080);
  g_assert_cmpstr (choices[2].source, ==, "camera");
  g_assert_cmpint (choices[3].height, ==, 0);
  g_assert_cmpstr (choices[3].source, ==, "content");
  g_assert_cmpint (choices[4].height, ==, 90);
  g_assert_cmpstr (choices[0].source, ==, "mic");
}

/* A room gets no more tiles than its layout shows; a control room is not held to it. */
static void
test_limit (void)
{
  static const struct {
    gsize limit;
    guint room, outside;
  } rows[] = { { 0, 0, 2 }, { 1, 1, 2 }, { 2, 2, 2 }, { G_MAXSIZE, 2, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (guint outside = 0; outside < 2; outside++) {
      RouterSeat seats[8];
      RouterSlot slots[8];
      RouterChoice choices[8];
      guint n_seats = make_seats ("a*v bv cv dv ev", seats), n_slots = make_slots (slots);
      RouterViewer viewer = { .self = outside ? NULL : key_of ("b"), .tile_height = 180 };
      g_autoptr (RouterPlan) plan = router_plan_new (seats, n_seats);
      router_plan_limit_tiles (plan, rows[i].limit);
      router_plan_choose (plan, &viewer, slots, n_slots, choices);
      guint shown = (choices[4].seat != NULL) + (choices[5].seat != NULL);
      g_assert_cmpuint (shown, ==, outside ? rows[i].outside : rows[i].room);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/router/policy", test_policy);
  g_test_add_func ("/meeting/router/one-voice", test_one_voice);
  g_test_add_func ("/meeting/router/source", test_source);
  g_test_add_func ("/meeting/router/picked", test_picked);
  g_test_add_func ("/meeting/router/heights", test_heights);
  g_test_add_func ("/meeting/router/limit", test_limit);
  g_test_add_func ("/meeting/router/shared-voices", test_shared_voices);
  return g_test_run ();
}
