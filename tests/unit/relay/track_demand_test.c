/* What a publisher is told to send: by the heights that are asked for, and by the clock. */
#include "pipelines/relay/track.h"

#define S(n) ((n) * (gint64) G_USEC_PER_SEC)
#define F 1u
#define H 2u
#define Q 4u

static void
test_layers (void)
{
  static const struct {
    guint heights[3];
    guint n;
    gint asked;
    guint expected;
  } rows[] = {
    { { 720, 360, 180 }, 3, 0, F | H | Q },
    { { 720, 360, 180 }, 3, 720, F | H | Q },
    { { 720, 360, 180 }, 3, 1080, F | H | Q },
    { { 720, 360, 180 }, 3, 360, H | Q },
    { { 720, 360, 180 }, 3, 180, Q },
    { { 720, 360, 180 }, 3, 1, Q },
    { { 720, 360, 180 }, 3, TRACK_DEMAND_NOBODY, 0 },
    /* not measured yet: each halves the one before */
    { { 0, 0, 0 }, 3, 180, Q },
    { { 0, 0, 0 }, 3, 480, F | H | Q },
    /* offered worst first */
    { { 180, 360, 720 }, 3, 360, F | H },
    /* a small camera */
    { { 360, 180, 90 }, 3, 180, H | Q },
    { { 480, 480, 0 }, 2, 480, F | H },
    { { 720, 0, 0 }, 1, 180, F },
    { { 720, 0, 0 }, 1, TRACK_DEMAND_NOBODY, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    LayerInfo layers[3] = { 0 };
    for (guint k = 0; k < 3; k++)
      layers[k].height = rows[i].heights[k];
    g_assert_cmpuint (track_demand_layers (layers, rows[i].n, rows[i].asked), ==, rows[i].expected);
  }
}

static void
test_lowest (void)
{
  LayerInfo layers[] = { { .height = 720 }, { .height = 360 }, { .height = 180 } };
  LayerInfo reversed[] = { { .height = 180 }, { .height = 360 }, { .height = 720 } };

  g_assert_cmpuint (track_demand_lowest (layers, 3), ==, Q);
  g_assert_cmpuint (track_demand_lowest (reversed, 3), ==, F);
  g_assert_cmpuint (track_demand_lowest (layers, 1), ==, F);
  g_assert_cmpuint (track_demand_lowest (layers, 0), ==, 0);
}

static void
test_clock (void)
{
  static const struct {
    guint at_s;
    guint wanted;
    gboolean tells;
    guint told;
  } rows[] = {
    { 1, F | H | Q, FALSE, F | H | Q },
    { 2, 0, FALSE, F | H | Q },  /* nobody, for now */
    { 11, 0, FALSE, F | H | Q }, /* one short of ten */
    { 12, 0, TRUE, 0 },
    { 13, 0, FALSE, 0 },
    { 14, Q, TRUE, Q }, /* somebody: at once */
    { 15, F | H | Q, TRUE, F | H | Q },
    { 20, Q, FALSE, F | H | Q },
    { 25, H | Q, FALSE, F | H | Q },
    { 26, Q, FALSE, F | H | Q },
    { 30, Q, TRUE, H | Q }, /* all that was wanted meanwhile stays */
    { 31, Q, FALSE, H | Q },
    { 41, Q, TRUE, Q },
    { 42, F | Q, TRUE, F | Q },
    { 50, Q, FALSE, F | Q },
    { 55, F | Q, FALSE, F | Q }, /* wanted again: the clock begins anew */
    { 60, Q, FALSE, F | Q },
    { 69, Q, FALSE, F | Q },
    { 70, Q, TRUE, Q },
    { 99, Q, FALSE, Q },
    { 100, Q, TRUE, Q }, /* told again */
    { 101, Q, FALSE, Q },
  };
  TrackDemand demand;

  track_demand_init (&demand, 3, 0);
  g_assert_cmpuint (demand.told, ==, F | H | Q);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (track_demand_update (&demand, rows[i].wanted, S (rows[i].at_s)), ==,
                     rows[i].tells);
    g_assert_cmpuint (demand.told, ==, rows[i].told);
  }
}

/* What all send needs no repeating. */
static void
test_all_is_quiet (void)
{
  TrackDemand demand;

  track_demand_init (&demand, 1, 0);
  for (gint64 s = 0; s < 200; s++)
    g_assert_false (track_demand_update (&demand, F, S (s)));
}

/* --- a track --- */

typedef struct {
  Shard shard;
  Track *track;
} Scene;

static void
set_up (Scene *scene, gconstpointer kind)
{
  TrackSpec *spec = track_spec_new ();

  spec->track = g_strdup ("t.m.e.1/camera");
  spec->kind = GPOINTER_TO_INT (kind);
  g_strfreev (spec->rids);
  spec->rids = g_strsplit ("f,h,q", ",", -1);
  scene->track = g_malloc0 (sizeof *scene->track + LIMIT_RIDS * sizeof (Encoding));
  scene->track->shard = &scene->shard;
  scene->track->shape = track_shape_new (1, spec);
  scene->track->rids = g_strdupv (spec->rids);
  scene->track->wanted_height = TRACK_DEMAND_NOBODY;
  track_demand_init (&scene->track->demand, 3, 0);
  track_spec_free (spec);
}

static void
tear_down (Scene *scene, gconstpointer kind)
{
  track_demand_event_free (scene->shard.demands);
  track_shape_unref (scene->track->shape);
  g_strfreev (scene->track->rids);
  g_free (scene->track);
}

static void
assert_told (Scene *scene, gboolean watched, const gchar *rids)
{
  const GPtrArray *demands;
  const DemandSpec *spec;

  g_assert_nonnull (scene->shard.demands);
  demands = scene->shard.demands->demands;
  g_assert_cmpuint (demands->len, ==, 1);
  spec = g_ptr_array_index (demands, 0);
  g_autofree gchar *told = g_strjoinv (",", spec->rids);
  g_assert_cmpstr (spec->track, ==, "t.m.e.1/camera");
  g_assert_cmpint (spec->watched, ==, watched);
  g_assert_cmpstr (told, ==, rids);
  g_clear_pointer (&scene->shard.demands, track_demand_event_free);
}

static void
test_track (Scene *scene, gconstpointer kind)
{
  track_check_demand (scene->track);
  scene->shard.now_us = S (1);
  track_check_demand (scene->track);
  g_assert_null (scene->shard.demands);
  scene->shard.now_us = S (11);
  track_check_demand (scene->track);
  assert_told (scene, FALSE, "q");
  track_set_wanted (scene->track, 180);
  assert_told (scene, TRUE, "q");
  track_set_wanted (scene->track, 0);
  assert_told (scene, TRUE, "f,h,q");
  track_set_wanted (scene->track, 360);
  scene->shard.now_us = S (21);
  track_check_demand (scene->track);
  assert_told (scene, TRUE, "h,q");
}

/* Who looks at a camera that nobody watches wants its lowest layer; who watches gets no less. */
static void
test_wake (Scene *scene, gconstpointer kind)
{
  scene->shard.now_us = S (1);
  track_check_demand (scene->track);
  scene->shard.now_us = S (11);
  track_check_demand (scene->track);
  assert_told (scene, FALSE, "q");
  track_wake (scene->track, S (15));
  assert_told (scene, TRUE, "q");
  scene->shard.now_us = S (16);
  track_wake (scene->track, S (15));
  for (gint64 s = 17; s <= 40; s++) {
    scene->shard.now_us = S (s);
    track_check_demand (scene->track);
    g_assert_null (scene->shard.demands);
  }
  scene->shard.now_us = S (41);
  track_check_demand (scene->track);
  assert_told (scene, FALSE, "q");
  track_set_wanted (scene->track, 360);
  assert_told (scene, TRUE, "h,q");
  track_wake (scene->track, S (15));
  g_assert_null (scene->shard.demands);
}

static void
test_sound_is_always_wanted (Scene *scene, gconstpointer kind)
{
  scene->shard.now_us = S (1);
  track_set_wanted (scene->track, TRACK_DEMAND_NOBODY);
  scene->shard.now_us = S (100);
  track_check_demand (scene->track);
  g_assert_null (scene->shard.demands);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track_demand/layers", test_layers);
  g_test_add_func ("/track_demand/lowest", test_lowest);
  g_test_add_func ("/track_demand/clock", test_clock);
  g_test_add_func ("/track_demand/all_is_quiet", test_all_is_quiet);
  g_test_add ("/track_demand/track", Scene, GINT_TO_POINTER (TRACK_VIDEO), set_up, test_track,
              tear_down);
  g_test_add ("/track_demand/wake", Scene, GINT_TO_POINTER (TRACK_VIDEO), set_up, test_wake,
              tear_down);
  g_test_add ("/track_demand/sound", Scene, GINT_TO_POINTER (TRACK_AUDIO), set_up,
              test_sound_is_always_wanted, tear_down);
  return g_test_run ();
}
