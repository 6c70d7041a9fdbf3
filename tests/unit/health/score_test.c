/* Scores against the figures of ITU-T G.107, and what a picture's faults cost. */
#include "signaling/health/score.h"
#include "tests/unit/health/site_maker.h"

/* R of G.107 with Ie = 0 and Bpl = 16, computed apart. */
static void
test_rating (void)
{
  static const struct {
    SoundInput input;
    double rating;
    HealthReason reason;
  } rows[] = {
    { { 0, 1, 50, -1, 0 }, 93.2, HEALTH_REASON_NONE },
    { { 0, 1, 100, -1, 0 }, 93.2, HEALTH_REASON_NONE },
    { { 0, 1, 150, -1, 0 }, 93.0, HEALTH_REASON_NONE },
    { { 0, 1, 200, -1, 0 }, 90.1, HEALTH_REASON_NONE },
    { { 0, 1, 300, -1, 0 }, 78.4, HEALTH_REASON_DELAY },
    { { 0, 1, 400, -1, 0 }, 69.0, HEALTH_REASON_DELAY },
    { { 0, 1, 400, -1, 120 }, 69.0, HEALTH_REASON_JITTER },
    { { 0.01, 1, 50, -1, 0 }, 87.6, HEALTH_REASON_LOSS },
    { { 0.05, 1, 50, -1, 0 }, 70.6, HEALTH_REASON_LOSS },
    { { 0.05, 2, 50, -1, 0 }, 67.5, HEALTH_REASON_LOSS },
    { { 0.20, 1, 50, -1, 0 }, 40.4, HEALTH_REASON_LOSS },
    { { 0.01, 1, 50, 0.05, 0 }, 70.6, HEALTH_REASON_CONCEALMENT },
    { { 1.00, 1, 2000, -1, 500 }, 0, HEALTH_REASON_LOSS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    HealthReason reason;
    double rating = score_sound_rating (&rows[i].input);
    int score = score_sound (&rows[i].input, &reason);

    g_test_message ("row %u: R %.1f, score %d", i, rating, score);
    g_assert_cmpfloat_with_epsilon (rating, rows[i].rating, 0.6);
    g_assert_cmpfloat_with_epsilon (score, rows[i].rating / 0.932, 1.2);
    g_assert_cmpint (reason, ==, rows[i].reason);
  }
}

static void
test_burst_ratio (void)
{
  g_assert_cmpfloat (score_burst_ratio (0, 0, 100), ==, 1);
  g_assert_cmpfloat (score_burst_ratio (10, 10, 1000), ==, 1); /* alone, never less than random */
  g_assert_cmpfloat_with_epsilon (score_burst_ratio (40, 10, 1000), 3.84, 0.01);
  g_assert_cmpfloat (score_burst_ratio (100, 1, 100), ==, 1); /* nothing came */
}

static void
test_picture (void)
{
  static const struct {
    PictureInput input;
    int least, most;
    HealthReason reason;
  } rows[] = {
    { { 0, 720, 720, 25, 1000 }, 100, 100, HEALTH_REASON_NONE },
    { { 0, 720, 0, 25, 200 }, 100, 100, HEALTH_REASON_NONE },
    { { 0, 360, 720, 25, 400 }, 84, 88, HEALTH_REASON_LOW_RESOLUTION },
    { { 0, 180, 720, 25, 150 }, 70, 74, HEALTH_REASON_LOW_RESOLUTION },
    { { 0.1, 720, 720, 25, 1000 }, 78, 82, HEALTH_REASON_FREEZE },
    { { 1, 720, 720, 0, 0 }, 0, 5, HEALTH_REASON_FREEZE },
    { { 0, 720, 720, 5, 400 }, 78, 82, HEALTH_REASON_LOW_FPS },
    { { 0, 720, 720, 25, 40 }, 78, 84, HEALTH_REASON_LOW_BITRATE },
    { { 0, 0, 720, 25, 0 }, 100, 100, HEALTH_REASON_NONE }, /* not known is no fault */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    HealthReason reason;
    int score = score_picture (&rows[i].input, &reason);

    g_test_message ("row %u: %d", i, score);
    g_assert_cmpint (score, >=, rows[i].least);
    g_assert_cmpint (score, <=, rows[i].most);
    g_assert_cmpint (reason, ==, rows[i].reason);
  }
}

static void
score_now (const SiteSample *sample, DirectionScore *up, DirectionScore *down)
{
  SiteVerdict verdict = { 0 };

  score_site (sample, &verdict, up, down);
}

static void
test_site (void)
{
  g_autoptr (ClientReport) report = client_report_new ();
  DirectionScore up, down;
  SiteSample sample;

  make_sample (&sample, report, SECOND);
  score_now (&sample, &up, &down);
  g_assert_cmpint (up.score, >=, 95);
  g_assert_cmpint (down.score, >=, 95);
  g_assert_cmpint (up.reason, ==, HEALTH_REASON_NONE);

  find_stream (&sample.line, "mic")->lost = 5; /* of 55 */
  find_stream (&sample.line, "mic")->lost_runs = 5;
  score_now (&sample, &up, &down);
  g_assert_cmpint (up.score, <, 70);
  g_assert_cmpint (up.reason, ==, HEALTH_REASON_LOSS);
  g_assert_cmpint (up.picture, ==, 100);
  g_assert_cmpint (down.score, >=, 95);

  report->concealed_permille = 150;
  score_now (&sample, &up, &down);
  g_assert_cmpint (down.reason, ==, HEALTH_REASON_CONCEALMENT);
}

/* What is not sent is not judged. */
static void
test_nothing_to_judge (void)
{
  g_autoptr (ClientReport) report = client_report_new ();
  DirectionScore up, down;
  SiteSample sample;

  make_sample (&sample, report, SECOND);
  sample.facts.mic_open = sample.facts.camera_on = FALSE;
  score_now (&sample, &up, &down);
  g_assert_cmpint (up.score, ==, -1);
  g_assert_cmpint (down.score, >=, 95);
  sample.line.state = TRANSPORT_DISCONNECTED;
  score_now (&sample, &up, &down);
  g_assert_cmpint (down.score, ==, -1);
  sample.line.state = TRANSPORT_CONNECTED;
  sample.now_us += SAMPLE_LINE_FRESH_US;
  score_now (&sample, &up, &down);
  g_assert_cmpint (down.score, ==, -1);
}

static void
test_limited (void)
{
  g_autoptr (ClientReport) report = client_report_new ();
  DirectionScore up, down;
  SiteSample sample;

  make_sample (&sample, report, SECOND);
  find_stream (&sample.line, "camera")->height = 180;
  find_stream (&sample.line, "main")->height = 180;
  score_now (&sample, &up, &down);
  g_assert_cmpint (up.picture, ==, 100); /* asked for no more */
  g_assert_cmpint (down.picture, ==, 100);
  report->limited = CLIENT_LIMITED_CPU;
  find_stream (&sample.line, "main")->flags |= STREAM_LIMITED;
  score_now (&sample, &up, &down);
  g_assert_cmpint (up.picture, <, 80);
  g_assert_cmpint (up.reason, ==, HEALTH_REASON_LOW_RESOLUTION);
  g_assert_cmpint (down.reason, ==, HEALTH_REASON_LOW_RESOLUTION);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/score/rating", test_rating);
  g_test_add_func ("/health/score/burst_ratio", test_burst_ratio);
  g_test_add_func ("/health/score/picture", test_picture);
  g_test_add_func ("/health/score/site", test_site);
  g_test_add_func ("/health/score/nothing_to_judge", test_nothing_to_judge);
  g_test_add_func ("/health/score/limited", test_limited);
  return g_test_run ();
}
