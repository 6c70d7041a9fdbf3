/* The estimate over what real lines did: packets that a browser was sent and when they came, as
 * tests/line/lossy-line wrote it ({ "trace": FILE }).  What was sent does not follow the estimate
 * here; what the estimate says of it, and when, is what is looked at. */
#include "pipelines/bwe/estimator.h"

#include <stdio.h>
#include <string.h>

#define MS G_GINT64_CONSTANT (1000)
#define START_US G_GINT64_CONSTANT (1000000)
#define FEEDBACK_US (60 * MS)
#define TICK_US (20 * MS)
#define HEADERS_BYTES 28

typedef struct {
  gint64 at_us;
  guint8 data[1500];
  gsize size;
} Feedback;

typedef struct {
  Estimator estimator;
  TwccReceiver receiver;
  GQueue *under_way; /* Feedback */
  gint64 back_us;    /* how long it takes */
  gint64 now_us;
  guint sent, told;
  guint least_bps, most_bps; /* of the estimate, since */
  gint64 congested_us;       /* first, after since_us; -1: never */
  gint64 since_us;
} Replay;

static void
tell (Replay *replay)
{
  while (twcc_receiver_pending (&replay->receiver)) {
    Feedback *feedback = g_new0 (Feedback, 1);
    RtcpWriter writer;
    rtcp_writer_init (&writer, feedback->data, sizeof feedback->data);
    if (!twcc_receiver_build (&replay->receiver, &writer, 1, 2)) {
      g_free (feedback);
      return;
    }
    feedback->size = writer.size;
    feedback->at_us = replay->now_us + replay->back_us;
    g_queue_push_tail (replay->under_way, feedback);
  }
}

static void
hear (Replay *replay)
{
  Feedback *first;

  while ((first = g_queue_peek_head (replay->under_way)) != NULL &&
         first->at_us <= replay->now_us) {
    RtcpIter iter;
    RtcpPacket packet;
    TwccFeedback feedback;
    rtcp_iter_init (&iter, first->data, first->size);
    while (rtcp_iter_next (&iter, &packet))
      if (twcc_feedback_init (&feedback, &packet))
        estimator_on_feedback (&replay->estimator, &feedback, replay->now_us);
    replay->told++;
    g_free (g_queue_pop_head (replay->under_way));
  }
}

static void
look (Replay *replay)
{
  guint bps = estimator_get_bps (&replay->estimator);

  if (replay->now_us < replay->since_us)
    return;
  replay->least_bps = MIN (replay->least_bps, bps);
  replay->most_bps = MAX (replay->most_bps, bps);
  if (replay->congested_us < 0 && estimator_is_congested (&replay->estimator))
    replay->congested_us = replay->now_us;
}

static void
pass_until (Replay *replay, gint64 until_us)
{
  for (; replay->now_us + MS <= until_us; replay->now_us += MS) {
    hear (replay);
    if (replay->now_us % FEEDBACK_US == 0)
      tell (replay);
    if (replay->now_us % TICK_US == 0) {
      estimator_tick (&replay->estimator, replay->now_us);
      look (replay);
    }
  }
}

static void
take_line (Replay *replay, const char *line)
{
  guint64 number, size;
  gint64 at_us;

  if (sscanf (line, "s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, &number,
              &at_us, &size) == 3) {
    pass_until (replay, START_US + at_us);
    estimator_on_sent (&replay->estimator, (guint16) number, (guint) size + HEADERS_BYTES,
                       START_US + at_us);
    replay->sent++;
  } else if (sscanf (line, "r %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, &number, &at_us) == 2) {
    pass_until (replay, START_US + at_us);
    twcc_receiver_on_packet (&replay->receiver, (guint16) number, START_US + at_us);
  } else {
    g_error ("neither sent nor received: %s", line);
  }
}

/* @since_us of the trace: from then on the estimate is looked at. */
static void
replay_run (Replay *replay, const char *name, gint64 back_us, gint64 since_us)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "tests/unit/bwe/traces", name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  *replay = (Replay){ .under_way = g_queue_new (),
                      .back_us = back_us,
                      .now_us = START_US,
                      .least_bps = G_MAXUINT,
                      .congested_us = -1,
                      .since_us = START_US + since_us };
  estimator_init (&replay->estimator, START_US);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      take_line (replay, lines[i]);
  g_queue_free_full (replay->under_way, g_free);
  g_test_message (
      "%s: %u sent, %u feedbacks, estimate %u..%u, congested after %d ms", name, replay->sent,
      replay->told, replay->least_bps, replay->most_bps,
      replay->congested_us < 0 ? -1 : (int) ((replay->congested_us - replay->since_us) / MS));
}

/* Loss of 1 % and jitter of 40 ms are no queue: the estimate stays above what was sent. */
static void
test_jitter_is_no_queue (void)
{
  Replay replay;

  replay_run (&replay, "jitter.txt", 95 * MS, 2000 * MS);
  g_assert_cmpint (replay.congested_us, ==, -1);
  g_assert_cmpuint (replay.least_bps, >=, 1300000);
}

/* 2.5 Mbps become 300 kbps two seconds into the trace: that is seen within 300 ms. */
static void
test_cut_is_seen (void)
{
  Replay replay;

  replay_run (&replay, "cut.txt", 20 * MS, 2000 * MS);
  g_assert_cmpint (replay.congested_us, >, 0);
  g_assert_cmpint (replay.congested_us - replay.since_us, <=, 300 * MS);
  g_assert_cmpuint (estimator_get_bps (&replay.estimator), <=, 400000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bwe/trace/jitter-is-no-queue", test_jitter_is_no_queue);
  g_test_add_func ("/bwe/trace/cut-is-seen", test_cut_is_seen);
  return g_test_run ();
}
