/* Figures of one room, by tables of spans, steps and alarms. */
#include "tests/unit/reports/line_fixture.h"

static const SitePoint good = { .light = HEALTH_LIGHT_GOOD, .state = HEALTH_OK, .rtt_ms = 20 };
static const SitePoint fair = { .light = HEALTH_LIGHT_FAIR,
                                .state = HEALTH_POOR_LINE,
                                .cause = HEALTH_CAUSE_WIFI,
                                .loss_up = 20,
                                .worst_loss_up = 40,
                                .rtt_ms = 60 };
static const SitePoint poor = { .light = HEALTH_LIGHT_POOR,
                                .state = HEALTH_FROZEN,
                                .cause = HEALTH_CAUSE_UP_LOSS,
                                .loss_up = 80,
                                .worst_loss_up = 120,
                                .loss_down = 10,
                                .worst_loss_down = 12,
                                .frozen_up_ms = 500,
                                .frozen_down_ms = 100,
                                .concealed_permille = 30 };
static const SitePoint lost = { .light = HEALTH_LIGHT_LOST, .state = HEALTH_LOST };

/* --- on time ------------------------------------------------------------------------------------
 */

static void
test_late (void)
{
  static const struct {
    double spans[6]; /* from, to; 0, 0 ends */
    gint64 due;      /* minutes behind the start */
    gint64 late_ms, joined;
  } rows[] = {
    { { -5, 60 }, 0, 0, -5 },                /* waited for it */
    { { 0, 60 }, 0, 0, 0 },                  /* at the stroke */
    { { 3, 60 }, 0, 3 * MINUTE, 3 },         /* late */
    { { -5, -1, 2, 60 }, 0, 2 * MINUTE, 2 }, /* was there, was lost, came back */
    { { -5, 1, 2, 60 }, 0, 0, -5 },          /* there when it began */
    { { 5, 60 }, 10, 0, 5 },                 /* started before its booked time */
    { { 5, 8, 12, 60 }, 10, 2 * MINUTE, 5 }, /* and it was not there at that */
    { { 0, 0 }, 0, -1, 0 },                  /* never */
    { { -9, -1 }, 0, -1, 0 },                /* went before it began */
    { { 61, 70 }, 0, -1, 0 },                /* came when it was over */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LineFigures figures;
    Line line;
    line_begin (&line);
    for (gsize k = 0; k < 6 && rows[i].spans[k] != rows[i].spans[k + 1]; k += 2)
      line_span (&line, rows[i].spans[k], rows[i].spans[k + 1]);
    line.source.times.due_ms = START + rows[i].due * MINUTE;
    line_figures_read (&figures, &line.source);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (figures.late_ms, ==, rows[i].late_ms);
    g_assert_cmpint (figures.joined_ms, ==,
                     figures.connected_ms > 0 ? START + rows[i].joined * MINUTE : 0);
    line_end (&line);
  }
}

/* A room that sits there before a meeting that goes on has begun is not late. */
static void
test_waiting (void)
{
  LineFigures figures;
  Line line;
  line_begin (&line);
  line_span (&line, 0, 5);
  line.source.times = (LineTimes){ START, START + 5 * MINUTE, START + 30 * MINUTE, FALSE };
  line_figures_read (&figures, &line.source);
  g_assert_cmpint (figures.late_ms, ==, 0);
  line_end (&line);
}

static void
test_times (void)
{
  static const struct {
    gint64 booked, started, ended; /* minutes; -1 = not */
    gint64 due, to;
  } rows[] = {
    { 0, 4, 60, 4, 60 },   /* begun late */
    { 10, 4, 60, 10, 60 }, /* begun early */
    { 90, 4, 60, 4, 60 },  /* over before its booked time */
    { 0, 4, -1, 4, 45 },   /* goes on */
    { 90, 4, -1, 90, 45 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (MeetingRecord) record = meeting_record_new ("m1");
    record->starts_at_ms = START + rows[i].booked * MINUTE;
    record->started_at_ms = START + rows[i].started * MINUTE;
    record->ended_at_ms = rows[i].ended < 0 ? 0 : START + rows[i].ended * MINUTE;
    LineTimes times = line_times_of (record, START + 45 * MINUTE);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (times.from_ms, ==, record->started_at_ms);
    g_assert_cmpint (times.due_ms, ==, START + rows[i].due * MINUTE);
    g_assert_cmpint (times.to_ms, ==, START + rows[i].to * MINUTE);
    g_assert_cmpint (times.is_over, ==, rows[i].ended >= 0);
  }
}

/* --- what was measured --------------------------------------------------------------------------
 */

static void
test_means (void)
{
  LineFigures figures;
  Line line;
  line_begin (&line);
  line_span (&line, -5, 60);
  line_points (&line, -5, 30, &good); /* what was before does not count */
  line_points (&line, 30, 45, &fair);
  line_points (&line, 45, 60, &poor);
  line_figures_read (&figures, &line.source);
  g_assert_cmpint (figures.meeting_ms, ==, 60 * MINUTE);
  g_assert_cmpint (figures.connected_ms, ==, 60 * MINUTE);
  g_assert_cmpint (figures.measured_ms, ==, 60 * MINUTE);
  g_assert_cmpint (figures.usable_ms, ==, 45 * MINUTE);
  g_assert_cmpint (figures.counted_ms, ==, 60 * MINUTE);
  g_assert_cmpuint (figures.loss_up_ppm, ==, 25000);
  g_assert_cmpuint (figures.loss_down_ppm, ==, 2500);
  g_assert_cmpuint (figures.concealed_ppm, ==, 7500);
  g_assert_cmpuint (figures.rtt_ms, ==, 25);
  g_assert_cmpint (figures.frozen_up_ms, ==, 15 * 60 * 500);
  g_assert_cmpint (figures.frozen_down_ms, ==, 15 * 60 * 100);
  line_end (&line);
}

static void
test_availability (void)
{
  static const struct {
    double spans[4];
    int good_to, lost_to; /* minutes: good from the start on, then lost */
    gint64 usable, counted;
  } rows[] = {
    { { 0, 60 }, 60, 60, 60, 60 },
    { { 0, 60 }, 40, 60, 40, 60 },         /* red counts against it */
    { { 0, 30, 45, 60 }, 60, 60, 45, 60 }, /* so does not being there */
    { { 30, 60 }, 60, 60, 30, 60 },
    { { 0, 60 }, 40, 40, 40, 40 }, /* connected and not measured: left out */
    { { 0, 60 }, 0, 0, 0, 0 },     /* nothing is known */
    { { 0, 0 }, 0, 0, 0, 60 },     /* never came */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LineFigures figures;
    Line line;
    line_begin (&line);
    for (gsize k = 0; k < 4 && rows[i].spans[k] != rows[i].spans[k + 1]; k += 2)
      line_span (&line, rows[i].spans[k], rows[i].spans[k + 1]);
    line_points (&line, 0, rows[i].good_to, &good);
    line_points (&line, rows[i].good_to, rows[i].lost_to, &lost);
    line_figures_read (&figures, &line.source);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (figures.usable_ms, ==, rows[i].usable * MINUTE);
    g_assert_cmpint (figures.counted_ms, ==, rows[i].counted * MINUTE);
    line_end (&line);
  }
}

/* --- the worst of it ----------------------------------------------------------------------------
 */

static void
test_worst (void)
{
  SitePoint more = fair;
  LineFigures figures;
  Line line;
  more.worst_loss_down = 90;
  line_begin (&line);
  line_span (&line, 0, 60);
  line_points (&line, 0, 10, &good);
  line_figures_read (&figures, &line.source);
  g_assert_cmpint (figures.worst.at_ms, ==, 0);
  line_points (&line, 10, 20, &fair);
  line_points (&line, 20, 21, &more);
  line_figures_read (&figures, &line.source);
  g_assert_cmpint (figures.worst.at_ms, ==, START + 20 * MINUTE); /* the same light, more loss */
  g_assert_cmpuint (figures.worst.kind, ==, HEALTH_CAUSE_WIFI);
  g_assert_cmpuint (figures.worst.loss_down, ==, 90);
  line_points (&line, 21, 22, &poor);
  line_points (&line, 22, 23, &poor);
  line_figures_read (&figures, &line.source);
  g_assert_cmpint (figures.worst.at_ms, ==, START + 21 * MINUTE); /* the first of its like */
  line_points (&line, 23, 24, &lost);
  line_figures_read (&figures, &line.source);
  g_assert_cmpuint (figures.worst.light, ==, HEALTH_LIGHT_LOST);
  g_assert_cmpstr (line_kind_words (figures.worst.kind)->id, ==, "lost");
  line_end (&line);
}

/* The log alone knows of breaks where nothing was measured. */
static void
test_longest_break (void)
{
  LineFigures figures;
  Line line;
  line_begin (&line);
  line_span (&line, 0, 10);
  line_span (&line, 11, 20);
  line_span (&line, 35, 60);
  line.site->breaks = 2;
  line.source.points = NULL;
  line_figures_read (&figures, &line.source);
  g_assert_cmpuint (figures.breaks, ==, 2);
  g_assert_cmpint (figures.worst.at_ms, ==, START + 20 * MINUTE);
  g_assert_cmpuint (figures.worst.light, ==, HEALTH_LIGHT_LOST);
  line_end (&line);
}

static void
test_alarms (void)
{
  LineFigures figures;
  Line line;
  line_begin (&line);
  line_alarm (&line, "wifi", 10, 12);
  line_alarm (&line, "wifi", 20, 25);
  line_alarm (&line, "lost", -10, 1);   /* rose in the rehearsal */
  line_alarm (&line, "echo", 58, 0);    /* was open at the end */
  line_alarm (&line, "black", -10, -5); /* was over */
  line_alarm (&line, "a new one", 30, 31);
  line_figures_read (&figures, &line.source);
  LineFault wifi = figures.faults[line_kind_from_id ("wifi")];
  g_assert_cmpuint (wifi.n, ==, 2);
  g_assert_cmpint (wifi.ms, ==, 7 * MINUTE);
  g_assert_cmpint (figures.faults[line_kind_from_id ("lost")].ms, ==, MINUTE);
  g_assert_cmpint (figures.faults[line_kind_from_id ("echo")].ms, ==, 2 * MINUTE);
  g_assert_cmpuint (figures.faults[line_kind_from_id ("black")].n, ==, 0);
  g_assert_cmpuint (figures.faults[LINE_KIND_NONE].n, ==, 1);
  line_end (&line);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_measure/late", test_late);
  g_test_add_func ("/line_measure/waiting", test_waiting);
  g_test_add_func ("/line_measure/times", test_times);
  g_test_add_func ("/line_measure/means", test_means);
  g_test_add_func ("/line_measure/availability", test_availability);
  g_test_add_func ("/line_measure/worst", test_worst);
  g_test_add_func ("/line_measure/longest-break", test_longest_break);
  g_test_add_func ("/line_measure/alarms", test_alarms);
  return g_test_run ();
}
