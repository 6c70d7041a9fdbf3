#include "pipelines/rtp/keyframe_requester.h"

#define MS 1000

typedef enum {
  DO_REQUEST,
  DO_KEYFRAME,
  DO_CANCEL,
  DO_POLL,
} Step;

typedef struct {
  gint64 at_ms;
  Step step;
  gboolean sends;
} Row;

static const Row rows[] = {
  { 0, DO_POLL, FALSE },     { 0, DO_REQUEST },
  { 0, DO_REQUEST }, /* merged */
  { 0, DO_POLL, TRUE },      { 100, DO_REQUEST },
  { 100, DO_POLL, FALSE },   { 200, DO_KEYFRAME },
  { 600, DO_POLL, FALSE }, /* served */
  { 600, DO_REQUEST },       { 600, DO_POLL, TRUE },
  { 700, DO_KEYFRAME },      { 800, DO_REQUEST },
  { 1099, DO_POLL, FALSE }, /* not twice within the interval */
  { 1100, DO_POLL, TRUE },   { 1599, DO_POLL, FALSE },
  { 1600, DO_POLL, TRUE },                            /* again, as nothing came */
  { 2599, DO_POLL, FALSE },  { 2600, DO_POLL, TRUE }, /* with growing distance */
  { 4600, DO_POLL, TRUE },   { 8599, DO_POLL, FALSE },
  { 8600, DO_POLL, TRUE },   { 12600, DO_POLL, TRUE }, /* which is bounded */
  { 12700, DO_CANCEL },      { 99999, DO_POLL, FALSE },
  { 100000, DO_REQUEST },    { 100000, DO_POLL, TRUE },
  { 100500, DO_POLL, TRUE }, /* and starts small again */
};

static void
test_rows (void)
{
  KeyframeRequester requester = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 now_us = rows[i].at_ms * MS;
    g_test_message ("row %u", i);
    switch (rows[i].step) {
    case DO_REQUEST:
      keyframe_requester_request (&requester, now_us);
      break;
    case DO_KEYFRAME:
      keyframe_requester_on_keyframe (&requester, now_us);
      break;
    case DO_CANCEL:
      keyframe_requester_cancel (&requester);
      break;
    case DO_POLL:
      g_assert_cmpint (keyframe_requester_next_due_us (&requester) <= now_us, ==, rows[i].sends);
      g_assert_cmpint (keyframe_requester_poll (&requester, now_us), ==, rows[i].sends);
      break;
    }
  }
  g_assert_cmpuint (requester.requests, ==, 6);
  g_assert_cmpuint (requester.keyframes, ==, 2);
}

static void
test_fir_seq (void)
{
  KeyframeRequester requester = { 0 };
  keyframe_requester_request (&requester, 0);
  guint8 first = keyframe_requester_fir_seq (&requester);
  keyframe_requester_poll (&requester, 0);
  keyframe_requester_request (&requester, 600 * MS);
  keyframe_requester_poll (&requester, 600 * MS);
  g_assert_cmpuint (keyframe_requester_fir_seq (&requester), ==, first); /* a repetition */
  keyframe_requester_on_keyframe (&requester, 700 * MS);
  keyframe_requester_request (&requester, 800 * MS);
  g_assert_cmpuint (keyframe_requester_fir_seq (&requester), ==, (guint8) (first + 1));
}

/* However many ask, a publisher hears at most two a second. */
static void
test_rate (void)
{
  KeyframeRequester requester = { 0 };
  guint sent = 0;
  for (guint ms = 0; ms < 10000; ms++) {
    keyframe_requester_request (&requester, ms * MS);
    if (keyframe_requester_poll (&requester, ms * MS))
      sent++;
    if (ms % 100 == 0)
      keyframe_requester_on_keyframe (&requester, ms * MS);
  }
  g_assert_cmpuint (sent, ==, 20);
}

/* A large keyframe is not asked for again at once; what did not come is. */
static void
test_cost (void)
{
  static const struct {
    guint bytes;
    guint wait_ms; /* after the keyframe */
  } costs[] = {
    { 0, 0 },
    { 6000, 100 },
    { 60000, 1000 },
    { KEYFRAME_BYTES_PER_SECOND * (KEYFRAME_COST_MAX_US / 1000000) + 1,
      KEYFRAME_COST_MAX_US / 1000 },
    { G_MAXUINT, KEYFRAME_COST_MAX_US / 1000 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (costs); i++) {
    KeyframeRequester requester = { 0 };
    gint64 came_us = 1000 * MS;
    keyframe_requester_on_keyframe (&requester, came_us);
    keyframe_requester_set_cost (&requester, costs[i].bytes);
    keyframe_requester_request (&requester, came_us);
    g_assert_cmpint (keyframe_requester_next_due_us (&requester), ==,
                     came_us + costs[i].wait_ms * MS);
    g_assert_true (keyframe_requester_poll (&requester, came_us + costs[i].wait_ms * MS));
    g_assert_cmpint (keyframe_requester_next_due_us (&requester), ==,
                     came_us + costs[i].wait_ms * MS + KEYFRAME_INTERVAL_MIN_US);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/keyframe-requester/rows", test_rows);
  g_test_add_func ("/rtp/keyframe-requester/fir-seq", test_fir_seq);
  g_test_add_func ("/rtp/keyframe-requester/rate", test_rate);
  g_test_add_func ("/rtp/keyframe-requester/cost", test_cost);
  return g_test_run ();
}
