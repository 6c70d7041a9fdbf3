/* The estimate over virtual lines: what it must find, and how fast. */
#include "tests/unit/bwe/virtual_line.h"

#include <stdlib.h>
#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000)

static void
show (VirtualLine *line, const char *what)
{
  g_test_message ("%s: estimate %u, sent %" G_GUINT64_FORMAT " B, lost %" G_GUINT64_FORMAT
                  ", worst queue %d ms",
                  what, estimator_get_bps (&line->estimators[0]), line->sent_bytes[0],
                  line->lost[0], (int) (line->worst_queue_us / MS));
}

/* Steady state: 80-100 % of the line, and no standing queue. */
static void
test_steady (void)
{
  static const struct {
    const char *name;
    LineConfig config;
    double least;
  } rows[] = {
    { "300 kbps, 40 ms", { 300000, 500 * MS, 20 * MS, 0, 0 }, .8 },
    { "1 Mbps, 40 ms", { 1000000, 500 * MS, 20 * MS, 0, 0 }, .8 },
    { "2.5 Mbps, 40 ms", { 2500000, 500 * MS, 20 * MS, 0, 0 }, .8 },
    { "8 Mbps, 150 ms", { 8000000, 500 * MS, 75 * MS, 0, 0 }, .8 },
    { "2.5 Mbps, 150 ms, jitter 10 ms, loss 1 %", { 2500000, 500 * MS, 75 * MS, 10 * MS, 10 }, .7 },
    { "1 Mbps, loss 5 %", { 1000000, 500 * MS, 40 * MS, 0, 50 }, .7 },
    { "2.5 Mbps, 150 ms, jitter 40 ms, loss 1 %", { 2500000, 500 * MS, 75 * MS, 40 * MS, 10 }, .8 },
    { "2.5 Mbps, 250 ms, jitter 100 ms, loss 5 %",
      { 2500000, 500 * MS, 125 * MS, 100 * MS, 50 },
      .7 },
    { "500 kbps, 150 ms, jitter 40 ms", { 500000, 500 * MS, 75 * MS, 40 * MS, 0 }, .8 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (VirtualLine) line = virtual_line_new (&rows[i].config, 1, 7);
    estimator_set_wanted (&line->estimators[0], BWE_MAX_BPS);
    virtual_line_run (line, 30 * SECOND);
    virtual_line_forget (line);
    double sum = 0;
    for (guint k = 0; k < 60; k++) {
      virtual_line_run (line, SECOND / 2);
      sum += estimator_get_bps (&line->estimators[0]);
    }
    show (line, rows[i].name);
    double share = sum / 60 / rows[i].config.rate_bps;
    g_test_message ("  mean share %.2f", share);
    g_assert_cmpfloat (share, >=, rows[i].least);
    g_assert_cmpfloat (share, <=, 1.05);
  }
}

/* The mean estimate of a room that sees a camera in steps, as a share of the line. */
static double
share_of_line (const LineConfig *config, gboolean with_rates)
{
  g_autoptr (VirtualLine) line = virtual_line_new (config, 1, 4);
  double sum = 0;

  line->is_paced = TRUE;
  virtual_line_give_layers (line, with_rates);
  virtual_line_run (line, 15 * SECOND);
  for (guint k = 0; k < 60; k++) {
    virtual_line_run (line, SECOND / 2);
    sum += estimator_get_bps (&line->estimators[0]);
  }
  return sum / 60 / config->rate_bps;
}

/* What is sent is a step below what the line carries: the estimate stays that of the line all the
 * same, whatever lies between the steps, however long the queue and the way are. */
static void
test_steady_layers (void)
{
  static const gint64 queues_us[] = { 150 * MS, 500 * MS, 1000 * MS };
  static const gint64 delays_us[] = { 10 * MS, 30 * MS, 75 * MS };

  for (guint rate_bps = 300000; rate_bps <= 1300000; rate_bps += 100000) {
    double least = 2, most = 0;
    for (guint i = 0; i < 18; i++) {
      LineConfig config = { rate_bps, queues_us[i % 3], delays_us[i / 3 % 3], 0, 0, 10 * MS, 0 };
      double share = share_of_line (&config, i / 9);
      least = MIN (least, share);
      most = MAX (most, share);
    }
    g_test_message ("%u kbps: %.2f to %.2f of the line", rate_bps / 1000, least, most);
    g_assert_cmpfloat (least, >=, .85);
    g_assert_cmpfloat (most, <=, .98);
  }
}

/* 2.5 Mbps fall to 300 kbps: soon no more is sent than fits, and the queue is gone; then back. */
static void
test_cut_and_back (void)
{
  LineConfig config = { 2500000, 2 * SECOND, 20 * MS, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 3);
  estimator_set_wanted (&line->estimators[0], 2500000);
  virtual_line_run (line, 20 * SECOND);
  g_assert_cmpuint (estimator_get_bps (&line->estimators[0]), >, 1800000);

  line->config.rate_bps = 300000;
  virtual_line_run (line, 5 * SECOND);
  show (line, "5 s after the cut");
  g_assert_cmpuint (estimator_get_bps (&line->estimators[0]), <, 330000);
  virtual_line_forget (line);
  virtual_line_run (line, 10 * SECOND);
  show (line, "15 s after the cut");
  g_assert_cmpint (line->worst_queue_us, <, 400 * MS);

  line->config.rate_bps = 2500000;
  guint seconds = 0;
  while (estimator_get_bps (&line->estimators[0]) < 2000000 && seconds < 60) {
    virtual_line_run (line, SECOND);
    seconds++;
  }
  g_test_message ("2 Mbps again after %u s", seconds);
  g_assert_cmpuint (seconds, <=, 15);
}

/* The same with the layers of a camera, which the estimate only sees a part of. */
static void
test_layers_cut_and_back (void)
{
  static const LineConfig rows[] = {
    { 2500000, SECOND, 20 * MS, 0, 0, 0 },
    { 2500000, SECOND, 75 * MS, 40 * MS, 10, 40 * MS },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (VirtualLine) line = virtual_line_new (&rows[i], 1, 4);
    Estimator *estimator = &line->estimators[0];
    virtual_line_give_layers (line, FALSE);
    estimator_set_wanted (estimator, 1457000); /* as LineShare says it */
    virtual_line_run (line, 10 * SECOND);
    g_assert_cmpint (line->layer[0], ==, 2);
    virtual_line_forget (line);
    virtual_line_run (line, 60 * SECOND);
    show (line, "before the cut");
    g_assert_cmpint (line->layer[0], ==, 2);

    line->config.rate_bps = 300000;
    virtual_line_forget (line);
    virtual_line_run (line, 3 * SECOND);
    show (line, "3 s after the cut");
    virtual_line_forget (line);
    virtual_line_run (line, 20 * SECOND);
    show (line, "23 s after the cut");
    g_assert_cmpint (line->layer[0], ==, 0);
    g_assert_cmpint (line->worst_queue_us, <, 400 * MS);

    line->config.rate_bps = 2500000;
    guint tenths = 0;
    for (; line->layer[0] < 2 && tenths < 600; tenths++)
      virtual_line_run (line, SECOND / 10);
    g_test_message ("full layer again after %u ms", tenths * 100);
    g_assert_cmpuint (tenths, <=, 150);
  }
}

/* Sound alone fits, and then all of it, at any moment: only probes can show it, and where there is
 * no room they do little harm to the sound. */
static void
test_bare_and_back (void)
{
  for (guint tenths_bare = 180; tenths_bare < 480; tenths_bare += 5) {
    LineConfig config = { 2500000, SECOND, 20 * MS, 0, 0 };
    g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, tenths_bare);
    virtual_line_give_layers (line, FALSE);
    virtual_line_run (line, 10 * SECOND);
    g_assert_cmpint (line->layer[0], ==, 2);

    line->config.rate_bps = 70000;
    virtual_line_run (line, 16 * SECOND);
    virtual_line_forget (line);
    virtual_line_run (line, (tenths_bare - 160) * SECOND / 10);
    show (line, "sound alone");
    g_assert_cmpint (line->layer[0], ==, -1);
    g_assert_cmpint (line->worst_queue_us, <, 400 * MS);

    line->config.rate_bps = 2500000;
    guint picture = 0, tenths = 0;
    for (; line->layer[0] < 2 && tenths < 600; tenths++) {
      picture += line->layer[0] < 0;
      virtual_line_run (line, SECOND / 10);
    }
    g_test_message ("after %u ms: picture after %u ms, full layer after %u ms", tenths_bare * 100,
                    picture * 100, tenths * 100);
    g_assert_cmpuint (picture, <=, 50);
    g_assert_cmpuint (tenths, <=, 150);
  }
}

/* The sound at the cut, and when the small layer's key frame comes: never missing for more than 100
 * ms where pictures are paced. Without it a frame of the large layer stands before it for longer.
 */
static void
test_sound_at_cut (void)
{
  static const LineConfig rows[] = {
    { 2500000, SECOND, 20 * MS, 0, 0, 0 },
    { 2500000, SECOND, 75 * MS, 0, 0, 0 },
    { 4000000, SECOND, 40 * MS, 5 * MS, 0, 5 * MS },
  };
  static const gint64 longest_us[] = { 500 * MS, 800 * MS, 650 * MS }; /* queue at the cut, paced */
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    g_autoptr (VirtualLine) line = virtual_line_new (&rows[i / 2], 1, 4);
    const LineSound *sound = &line->sounds[0];
    gint64 gap_us;

    line->is_paced = i % 2;
    virtual_line_give_layers (line, FALSE);
    estimator_set_wanted (&line->estimators[0], 1457000);
    virtual_line_run (line, 20 * SECOND);
    g_assert_cmpint (line->layer[0], ==, 2);
    g_assert_cmpint (line->pacers[0].is_on, ==, line->is_paced);
    virtual_line_forget (line);
    virtual_line_run (line, 5 * SECOND);
    g_test_message ("%s: gap %d ms", line->is_paced ? "paced" : "not paced",
                    (int) (sound->gap_us / MS));
    line->config.rate_bps = 300000;
    virtual_line_forget (line);
    virtual_line_run (line, 5 * SECOND);
    gap_us = sound->gap_us;
    g_test_message ("  cut: gap %d ms, late %d ms, queue %d ms", (int) (gap_us / MS),
                    (int) (sound->late_us / MS), (int) (line->worst_queue_us / MS));
    g_assert_cmpint (line->layer[0], ==, 0);
    if (line->is_paced)
      g_assert_cmpint (line->worst_queue_us, <=, longest_us[i / 2]);
    virtual_line_forget (line);
    virtual_line_run (line, 15 * SECOND);
    g_test_message ("  then: gap %d ms, queue %d ms", (int) (sound->gap_us / MS),
                    (int) (line->worst_queue_us / MS));
    gap_us = MAX (gap_us, sound->gap_us);
    if (line->is_paced)
      g_assert_cmpint (gap_us, <=, 100 * MS);
    else
      g_assert_cmpint (gap_us, >, 100 * MS);
    g_assert_cmpint (line->worst_queue_us, <, 400 * MS);
    line->config.rate_bps = rows[i / 2].rate_bps;
    for (guint tenths = 0; line->layer[0] < 2; tenths++) {
      g_assert_cmpuint (tenths, <, 150);
      virtual_line_run (line, SECOND / 10);
    }
  }
}

/* A cut shows in the first feedback after it or in the second, whenever that comes; and what the
 * line still carries is known when its queue has gone, so that there is no second one. */
static void
test_cut_told_at_once (void)
{
  static const LineConfig config = { 2500000, SECOND, 20 * MS, 0, 0, 0 };
  gint64 queues_us = 0;

  for (gint64 phase_us = 0; phase_us < LINE_FEEDBACK_US; phase_us += 5 * MS) {
    g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 4);
    Estimator *estimator = &line->estimators[0];
    line->is_paced = TRUE;
    virtual_line_give_layers (line, FALSE);
    estimator_set_wanted (estimator, 1457000);
    virtual_line_run (line, 20 * SECOND + phase_us);
    line->config.rate_bps = 300000;
    virtual_line_forget (line);
    virtual_line_run (line, SECOND);
    gint64 queue_us = line->worst_queue_us;
    guint bps = estimator_get_bps (estimator);
    virtual_line_forget (line);
    virtual_line_run (line, 3 * SECOND);
    g_test_message ("%d ms: queue %d ms, then %d ms, estimate %u", (int) (phase_us / MS),
                    (int) (queue_us / MS), (int) (line->worst_queue_us / MS), bps);
    g_assert_cmpuint (bps, <=, 350000);
    g_assert_cmpint (line->worst_queue_us, <=, 250 * MS);
    queues_us += queue_us;
  }
  g_assert_cmpint (queues_us * 5 * MS / LINE_FEEDBACK_US, <=, 320 * MS);
}

/* Pictures are not held while nothing is wrong, whatever the line's jitter and the feedback's; with
 * the sound of a hall or in silence, where few frames come and the last packet of one may be lost.
 */
static void
test_no_vain_holds (void)
{
  static const LineConfig rows[] = {
    { 2500000, SECOND, 20 * MS, 0, 0, 20 * MS }, { 2500000, SECOND, 75 * MS, 40 * MS, 10, 40 * MS },
    { 1000000, SECOND, 30 * MS, 0, 0, 10 * MS }, { 600000, SECOND, 30 * MS, 20 * MS, 0, 10 * MS },
    { 600000, SECOND, 30 * MS, 0, 50, 10 * MS },
  };
  static const gint64 frames_us[] = { 40 * MS, 80 * MS, 120 * MS, 200 * MS };

  for (gsize i = 0; i < 8 * G_N_ELEMENTS (rows); i++) {
    g_autoptr (VirtualLine) line = virtual_line_new (&rows[i / 8], 1, 4);
    const Pacer *pacer = &line->pacers[0];
    gint64 held_us = 0;

    line->is_mute = i % 2;
    line->frame_us = frames_us[i / 2 % 4];
    line->is_paced = TRUE;
    virtual_line_give_layers (line, TRUE);
    virtual_line_run (line, 10 * SECOND);
    for (guint k = 0; k < 4000; k++) {
      virtual_line_run (line, 5 * MS);
      if (line->waiting[0] > 0 && pacer->hold_from_us <= line->now_us &&
          line->now_us < pacer->hold_until_us)
        held_us += 5 * MS;
    }
    g_test_message ("%zu%s, a frame in %d ms: held for %d of 20000 ms", i / 8,
                    line->is_mute ? " without sound" : "", (int) (line->frame_us / MS),
                    (int) (held_us / MS));
    g_assert_cmpint (held_us, <=, 200 * MS);
  }
}

/* A layer far below the line, whose key frames make short queues: the estimate is of the line, not
 * of what was sent. */
static void
test_bursts (void)
{
  LineConfig config = { 1000000, SECOND, 30 * MS, 0, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 6);
  Estimator *estimator = &line->estimators[0];
  double sum = 0, least = BWE_MAX_BPS;

  virtual_line_give_layers (line, FALSE);
  line->key_every_us = 3 * SECOND;
  estimator_set_wanted (estimator, 1457000);
  virtual_line_run (line, 20 * SECOND);
  for (guint i = 0; i < 120; i++) {
    virtual_line_run (line, SECOND / 2);
    sum += estimator_get_bps (estimator);
    least = MIN (least, estimator_get_bps (estimator));
  }
  g_test_message ("mean share %.2f, least %.2f", sum / 120 / config.rate_bps,
                  least / config.rate_bps);
  g_assert_cmpfloat (sum / 120, >=, .8 * config.rate_bps);
  g_assert_cmpfloat (sum / 120, <=, 1.05 * config.rate_bps);
}

/* A picture of 500 kbps, where a better one of 2.5 Mbps is wanted: probes find the room for it
 * without the picture ever having been sent, and where there is none they do no harm. */
static void
test_application_limited (void)
{
  LineConfig wide = { 4000000, SECOND, 20 * MS, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&wide, 1, 5);
  line->source_bps[0] = 500000;
  estimator_set_wanted (&line->estimators[0], 2500000);
  virtual_line_run (line, 10 * SECOND);
  show (line, "wide");
  g_assert_cmpuint (estimator_get_bps (&line->estimators[0]), >=, 2250000);
  g_assert_cmpuint (estimator_get_bps (&line->estimators[0]), <=, 4000000);

  LineConfig narrow = { 700000, SECOND, 20 * MS, 0, 0 };
  g_autoptr (VirtualLine) other = virtual_line_new (&narrow, 1, 5);
  other->source_bps[0] = 500000;
  estimator_set_wanted (&other->estimators[0], 2500000);
  virtual_line_run (other, 60 * SECOND);
  show (other, "narrow");
  g_assert_cmpuint (estimator_get_bps (&other->estimators[0]), <=, 900000);
  g_assert_cmpint (other->worst_queue_us, <, 400 * MS);
}

/* Nothing more is wanted: no probe, and the estimate does not run away from what is sent. */
static void
test_nothing_wanted (void)
{
  LineConfig config = { 10000000, SECOND, 20 * MS, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 5);
  line->source_bps[0] = 400000;
  virtual_line_run (line, 60 * SECOND);
  show (line, "nothing wanted");
  g_assert_cmpuint (estimator_get_bps (&line->estimators[0]), ==, BWE_START_BPS);
  g_assert_cmpuint (line->sent_bytes[0], <, 60 * 450000 / 8);
}

/* After a while in which nothing was sent nothing is overdue. */
static void
test_idle (void)
{
  LineConfig config = { 2000000, SECOND, 20 * MS, 0, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 5);
  Estimator *estimator = &line->estimators[0];

  virtual_line_run (line, 10 * SECOND);
  line->is_idle = TRUE;
  virtual_line_run (line, 3 * SECOND);
  g_assert_false (estimator_is_congested (estimator));
  line->is_idle = FALSE;
  guint before_bps = estimator_get_bps (estimator);
  for (guint i = 0; i < 200; i++) {
    virtual_line_run (line, 5 * MS);
    g_assert_false (estimator_is_congested (estimator));
  }
  g_assert_cmpuint (estimator_get_bps (estimator), >=, before_bps / 2);
}

/* The last packets before a pause get lost: that is overdue for a second, not for ever. */
static void
test_lost_before_idle (void)
{
  LineConfig config = { 2000000, SECOND, 20 * MS, 0, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 5);
  Estimator *estimator = &line->estimators[0];

  virtual_line_run (line, 10 * SECOND);
  line->config.loss_permille = 1000;
  virtual_line_run (line, SECOND / 10);
  line->is_idle = TRUE;
  virtual_line_run (line, SECOND / 2);
  g_assert_true (estimator_is_congested (estimator));
  virtual_line_run (line, SECOND);
  g_assert_false (estimator_is_congested (estimator));
}

/* Two that want more than there is, without steps; the second comes late. */
static double
share_smoothly (guint rate_bps, guint seed)
{
  LineConfig config = { rate_bps, 500 * MS, 30 * MS, 0, 0, 10 * MS, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 2, seed);
  for (guint i = 0; i < 2; i++)
    estimator_set_wanted (&line->estimators[i], BWE_MAX_BPS);
  line->source_bps[1] = 200000;
  virtual_line_run (line, 20 * SECOND);
  line->source_bps[1] = 0;
  virtual_line_run (line, 60 * SECOND);
  virtual_line_forget (line);
  virtual_line_run (line, 60 * SECOND);
  double sum = line->arrived_bytes[0] + line->arrived_bytes[1];
  double share = MAX (line->arrived_bytes[0], line->arrived_bytes[1]) / sum;
  g_test_message ("%u kbps: the larger share is %.2f, together %.2f of the line", rate_bps / 1000,
                  share, sum * 8 / 60 / config.rate_bps);
  g_assert_cmpfloat (sum * 8 / 60, >, .8 * config.rate_bps);
  return share;
}

static void
test_sharing (void)
{
  static const guint rates[] = { 1200000, 2000000, 3000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++) {
    double sum = 0, most = 0;
    for (guint seed = 11; seed < 17; seed++) {
      double share = share_smoothly (rates[i], seed);
      sum += share / 6;
      most = MAX (most, share);
    }
    g_test_message ("%u kbps: mean %.2f, most %.2f", rates[i] / 1000, sum, most);
    g_assert_cmpfloat (sum, <=, .60);
    g_assert_cmpfloat (most, <=, .70);
  }
}

/* Two rooms that see a camera of three sizes on one line, as `scripts/line-bars share`; one of them
 * comes late. Their shares of the line, late one's first. */
static double
share_layers (guint rate_bps, guint late, gboolean with_rates, guint seed)
{
  LineConfig config = { rate_bps, 500 * MS, 30 * MS, 0, 0, 10 * MS };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 2, seed);

  line->is_paced = TRUE;
  virtual_line_give_layers (line, with_rates);
  line->source_bps[late] = 60000;
  virtual_line_run (line, 20 * SECOND);
  line->source_bps[late] = 0;
  virtual_line_run (line, 15 * SECOND);
  virtual_line_forget (line);
  virtual_line_run (line, 40 * SECOND);
  double sum = line->arrived_bytes[0] + line->arrived_bytes[1];
  double share = line->arrived_bytes[late] / sum;
  g_test_message ("%u kbps, the %s late: it has %.2f, together %.2f of the line, %u steps",
                  rate_bps / 1000, late == 0 ? "first" : "second", share, sum * 8 / 40 / rate_bps,
                  line->switches[0] + line->switches[1]);
  return MAX (share, 1 - share);
}

/* Where two equal shares are layers that fit they come to them; where a step more fits for one of
 * them it may stay with who has it, which is 0.63 at most where the steps are fine. Without lower
 * frame rates 2 Mbps carry the largest and the middle size, and one of each is sent. */
static void
test_sharing_layers (void)
{
  static const struct {
    guint rate;
    gboolean with_rates;
    double most;
  } rows[] = {
    { 700000, TRUE, .65 },  { 1000000, TRUE, .60 },  { 1200000, TRUE, .60 },
    { 1500000, TRUE, .64 }, { 2000000, TRUE, .64 },  { 2300000, TRUE, .62 },
    { 3000000, TRUE, .60 }, { 4000000, TRUE, .60 },  { 400000, FALSE, .60 },
    { 700000, FALSE, .70 }, { 1200000, FALSE, .60 }, { 2000000, FALSE, .75 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < 4; k++)
      g_assert_cmpfloat (share_layers (rows[i].rate, k % 2, rows[i].with_rates, 11 + k), <=,
                         rows[i].most);
}

/* On a narrow line, however its rate lies between the steps: few vain tries of a better picture,
 * and the sound does not suffer from them. */
static void
test_vain_tries (void)
{
  for (guint rate_bps = 200000; rate_bps <= 600000; rate_bps += 50000) {
    LineConfig config = { 2500000, SECOND, 20 * MS, 0, 0, 0 };
    g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 4);

    line->is_paced = TRUE;
    virtual_line_give_layers (line, TRUE);
    virtual_line_run (line, 15 * SECOND);
    line->config.rate_bps = rate_bps;
    virtual_line_run (line, 5 * SECOND);
    virtual_line_forget (line);
    line->switches[0] = 0;
    virtual_line_run (line, 40 * SECOND);
    g_test_message ("%u kbps: %u steps in 40 s, sound missing for %d ms, queue %d ms",
                    rate_bps / 1000, line->switches[0], (int) (line->sounds[0].gap_us / MS),
                    (int) (line->worst_queue_us / MS));
    g_assert_cmpuint (line->switches[0], <=, 6);
    g_assert_cmpint (line->sounds[0].gap_us, <=, 100 * MS);
  }
}

/* Lets @us pass; the least estimate in it, and how long pictures were paused by it. */
static guint
least_while (VirtualLine *line, gint64 us, gint64 *ret_paused_us)
{
  guint least_bps = BWE_MAX_BPS;

  *ret_paused_us = 0;
  for (gint64 passed_us = 0; passed_us < us; passed_us += 5 * MS) {
    virtual_line_run (line, 5 * MS);
    least_bps = MIN (least_bps, estimator_get_bps (&line->estimators[0]));
    *ret_paused_us += estimator_is_late (&line->estimators[0]) ? 5 * MS : 0;
  }
  return least_bps;
}

/* The way back fills at once, and what is told comes half a second later: the way there is none the
 * worse, and that is seen with the first that comes. Until then, if less of all comes from
 * there, half is sent; else it might be the way there. */
static void
test_back_full (void)
{
  for (guint is_seen = 0; is_seen < 2; is_seen++) {
    LineConfig config = { 2500000, SECOND, 20 * MS, 0, 0, 0, 0 };
    g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 4);
    Estimator *estimator = &line->estimators[0];
    gint64 paused_us;
    guint before_bps, least_bps;

    line->is_paced = TRUE;
    line->heard_bps = 1200000;
    virtual_line_give_layers (line, TRUE);
    virtual_line_run (line, 20 * SECOND);
    before_bps = estimator_get_bps (estimator);
    virtual_line_forget (line);
    line->config.back_us = 500 * MS;
    line->heard_bps = is_seen ? 120000 : 1200000;
    least_bps = least_while (line, 10 * SECOND, &paused_us);
    g_test_message ("%s: from %u to %u kbps, pictures paused for %d ms, then %u kbps, layer %d",
                    is_seen ? "less comes" : "all else comes", before_bps / 1000, least_bps / 1000,
                    (int) (paused_us / MS), estimator_get_bps (estimator) / 1000, line->layer[0]);
    g_assert_cmpint (line->sounds[0].gap_us, ==, 0);
    g_assert_cmpuint (estimator_get_bps (estimator), >=, 0.8 * before_bps);
    g_assert_cmpint (paused_us, <=, is_seen ? 100 * MS : 500 * MS);

    /* a cut of the way there is seen all the same */
    line->config.rate_bps = 300000;
    virtual_line_run (line, 5 * SECOND);
    virtual_line_forget (line);
    virtual_line_run (line, 10 * SECOND);
    show (line, "and cut");
    g_assert_cmpuint (estimator_get_bps (estimator), <, 400000);
    g_assert_cmpint (line->worst_queue_us, <, 400 * MS);
  }
}

/* The feedback stops though packets go out: less and less is sent, never less than sound. */
static void
test_silence (void)
{
  LineConfig config = { 2000000, SECOND, 20 * MS, 0, 0 };
  g_autoptr (VirtualLine) line = virtual_line_new (&config, 1, 5);
  virtual_line_run (line, 10 * SECOND);
  Estimator *estimator = &line->estimators[0];
  guint before_bps = estimator_get_bps (estimator);
  for (guint i = 0; i < 20 * 10; i++) {
    line->now_us += 50 * MS;
    estimator_on_sent (estimator, line->seq[0]++, 1000, line->now_us);
    estimator_tick (estimator, line->now_us);
    if (i == 40)
      g_assert_cmpuint (estimator_get_bps (estimator), <=, before_bps / 2);
  }
  g_assert_cmpuint (estimator_get_bps (estimator), ==, BWE_MIN_BPS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bwe/estimator/steady", test_steady);
  g_test_add_func ("/bwe/estimator/steady-layers", test_steady_layers);
  g_test_add_func ("/bwe/estimator/cut-and-back", test_cut_and_back);
  g_test_add_func ("/bwe/estimator/layers-cut-and-back", test_layers_cut_and_back);
  g_test_add_func ("/bwe/estimator/bare-and-back", test_bare_and_back);
  g_test_add_func ("/bwe/estimator/sound-at-cut", test_sound_at_cut);
  g_test_add_func ("/bwe/estimator/cut-told-at-once", test_cut_told_at_once);
  g_test_add_func ("/bwe/estimator/no-vain-holds", test_no_vain_holds);
  g_test_add_func ("/bwe/estimator/bursts", test_bursts);
  g_test_add_func ("/bwe/estimator/application-limited", test_application_limited);
  g_test_add_func ("/bwe/estimator/nothing-wanted", test_nothing_wanted);
  g_test_add_func ("/bwe/estimator/sharing", test_sharing);
  g_test_add_func ("/bwe/estimator/sharing-layers", test_sharing_layers);
  g_test_add_func ("/bwe/estimator/vain-tries", test_vain_tries);
  g_test_add_func ("/bwe/estimator/idle", test_idle);
  g_test_add_func ("/bwe/estimator/lost-before-idle", test_lost_before_idle);
  g_test_add_func ("/bwe/estimator/back-full", test_back_full);
  g_test_add_func ("/bwe/estimator/silence", test_silence);
  return g_test_run ();
}
