/* What a line carries, out of what both ends counted. */
#include "server/probe/line_test.h"

#include <math.h>

#define S ((gint64) G_USEC_PER_SEC)
#define HEADERS 28

/* A line on which both streams run evenly: what is sent each second, and what of it is lost. */
typedef struct {
  guint packets; /* of the picture, each second; sound has 50 */
  guint size;
  double up_loss, down_loss;
  gboolean no_reports_down; /* of the relay: all of them are dropped */
  guint up_carried;         /* packets a second that get through; 0: all but the lost ones */
} Line;

static void
fill_stream (const Line *line, guint stream, double seconds, LineLook *look)
{
  double rate = stream == 0 ? 50 : line->packets;
  double sent = rate * seconds;
  double arrived = sent * (1 - line->up_loss);
  double back = arrived * (1 - line->down_loss);
  LineSending *up = &look->up[stream];
  LineReception *down = &look->down[stream];

  if (line->up_carried > 0 && stream == 1)
    arrived = back = MIN (arrived, line->up_carried * seconds);
  *up = (LineSending){ .packets = (guint64) sent,
                       .bytes = (guint64) (sent * line->size),
                       .reports = (guint) seconds + 1,
                       .report_us = (gint64) (seconds * S),
                       .highest_seq = 65000 + (guint32) sent, /* goes round */
                       .lost = (gint32) (sent - arrived),
                       .jitter_us = 3000,
                       .rtt_us = -1 };
  *down = (LineReception){ .packets = (guint64) back,
                           .bytes = (guint64) (back * line->size),
                           .lost = (guint64) (sent - back),
                           .jitter_us = 5000 };
  if (line->no_reports_down)
    return;
  down->reports = (guint) seconds + 1;
  down->told_packets = (guint32) arrived;
  down->packets_at_report = (guint64) back;
  down->report_us = (gint64) (seconds * S);
}

static LineLook
look_at (const Line *line, double seconds)
{
  LineLook look = { .at_us = (gint64) (seconds * S) };

  for (guint i = 0; i < LINE_TEST_STREAMS; i++)
    fill_stream (line, i, seconds, &look);
  return look;
}

static LineFigures
run (const Line *line)
{
  g_autofree LineTest *test = g_new (LineTest, 1);

  line_test_init (test, HEADERS);
  LineLook first = look_at (line, 2);
  line_test_begin (test, &first, 0);
  for (double at = 3; at <= 17; at += .5) {
    LineLook look = look_at (line, at);
    line_test_look (test, &look);
  }
  return line_test_get (test);
}

#define assert_near(value, expected, delta)                                                        \
  g_assert_cmpfloat (fabs ((value) - (expected)), <=, (delta))

static void
test_clean (void)
{
  LineFigures figures = run (&(Line){ .packets = 150, .size = 1000 });

  assert_near (figures.seconds, 15, 1e-6);
  assert_near (figures.up.loss, 0, 1e-6);
  assert_near (figures.down.loss, 0, 1e-6);
  /* 200 packets of 1,028 bytes */
  assert_near (figures.sent_kbps, 1644.8, 1);
  assert_near (figures.up.kbps, 1644.8, 1);
  assert_near (figures.down.kbps, 1644.8, 1);
  g_assert_false (figures.is_down_least);
  g_assert_cmpint (figures.up.jitter_us, ==, 3000);
  g_assert_cmpint (figures.down.jitter_us, ==, 5000);
  g_assert_cmpuint (figures.up.packets, ==, 3000);
}

/* What is lost upwards is not lost again downwards. */
static void
test_loss (void)
{
  static const struct {
    double up, down;
  } rows[] = { { .05, 0 }, { 0, .05 }, { .05, .03 }, { .5, .01 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint blind = 0; blind <= 1; blind++) {
      LineFigures figures = run (&(Line){ .packets = 500,
                                          .size = 1000,
                                          .up_loss = rows[i].up,
                                          .down_loss = rows[i].down,
                                          .no_reports_down = blind });
      assert_near (figures.up.loss, rows[i].up, .001);
      assert_near (figures.down.loss, rows[i].down, .001);
    }
}

/* More is asked for than gets through. */
static void
test_narrow (void)
{
  LineFigures figures = run (&(Line){ .packets = 300, .size = 1000, .up_carried = 100 });

  assert_near (figures.sent_kbps, 350 * 1028 * 8 / 1000., 2);
  assert_near (figures.up.kbps, 150 * 1028 * 8 / 1000., 2);
  assert_near (figures.down.kbps, 150 * 1028 * 8 / 1000., 2);
  assert_near (figures.up.loss, 200 / 350., .001);
  g_assert_true (figures.is_down_least);
  assert_near (figures.down.loss, 0, .001);
}

/* A line that is so full that no report comes back: the last one, when it is idle again, tells. */
static void
test_reports_at_the_end (void)
{
  g_autofree LineTest *test = g_new (LineTest, 1);
  Line line = { .packets = 150, .size = 1000, .up_loss = .04, .down_loss = .5 };
  LineLook first = look_at (&line, 2), look, dry = look_at (&line, 17);

  for (guint i = 0; i < LINE_TEST_STREAMS; i++)
    first.up[i].reports = first.down[i].reports = 0;
  line_test_init (test, HEADERS);
  line_test_begin (test, &first, 0);
  for (double at = 3; at <= 17; at += .5) {
    look = look_at (&line, at);
    for (guint i = 0; i < LINE_TEST_STREAMS; i++)
      look.up[i].reports = look.down[i].reports = 0;
    line_test_look (test, &look);
  }
  g_assert_cmpuint (line_test_get (test).up.packets, ==, 0);
  line_test_end (test, &dry);
  LineFigures figures = line_test_get (test);
  assert_near (figures.up.loss, .04, .001);
  assert_near (figures.up.kbps, 200 * .96 * 1028 * 8 / 1000., 2);
  assert_near (figures.sent_kbps, 200 * 1028 * 8 / 1000., 2);
  assert_near (figures.down.loss, .5, .001);
  assert_near (figures.down.kbps, 200 * .48 * 1028 * 8 / 1000., 2);
}

/* Nothing came back, and no report. */
static void
test_nothing (void)
{
  g_autofree LineTest *test = g_new (LineTest, 1);
  LineLook first = { .at_us = S }, last = { .at_us = 16 * S };

  line_test_init (test, HEADERS);
  line_test_begin (test, &first, 0);
  line_test_look (test, &last);
  LineFigures figures = line_test_get (test);
  assert_near (figures.up.kbps, 0, 0);
  assert_near (figures.down.loss, 0, 0);
  g_assert_cmpint (figures.rtt_us, ==, -1);
  g_assert_cmpuint (figures.down.packets, ==, 0);
}

/* The first report of a stream comes in the middle: it is counted from there. */
static void
test_late_report (void)
{
  g_autofree LineTest *test = g_new (LineTest, 1);
  Line line = { .packets = 150, .size = 1000, .up_loss = .1 };
  LineLook first = look_at (&line, 2), look = look_at (&line, 5);

  for (guint i = 0; i < LINE_TEST_STREAMS; i++)
    first.up[i].reports = first.down[i].reports = 0;
  line_test_init (test, HEADERS);
  line_test_begin (test, &first, 0);
  line_test_look (test, &look);
  look = look_at (&line, 17);
  line_test_look (test, &look);
  LineFigures figures = line_test_get (test);
  assert_near (figures.up.loss, .1, .001);
  assert_near (figures.up.kbps, 180 * 1028 * 8 / 1000., 2);
  assert_near (figures.down.loss, 0, .001);
}

static void
test_round_trips (void)
{
  g_autofree LineTest *test = g_new (LineTest, 1);

  line_test_init (test, HEADERS);
  for (guint i = 0; i < 21; i++)
    line_test_add_rtt (test, i == 7 ? 900000 : 40000 + i * 10, FALSE);
  for (guint i = 0; i < LINE_TEST_RTTS + 5; i++)
    line_test_add_rtt (test, 700000, TRUE);
  LineFigures figures = line_test_get (test);
  g_assert_cmpint (figures.rtt_us, ==, 40050);
  g_assert_cmpint (figures.loaded_rtt_us, ==, 700000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-test/clean", test_clean);
  g_test_add_func ("/line-test/loss", test_loss);
  g_test_add_func ("/line-test/narrow", test_narrow);
  g_test_add_func ("/line-test/reports-at-the-end", test_reports_at_the_end);
  g_test_add_func ("/line-test/nothing", test_nothing);
  g_test_add_func ("/line-test/late-report", test_late_report);
  g_test_add_func ("/line-test/round-trips", test_round_trips);
  return g_test_run ();
}
