/* LineTest: what a line carries, out of what was counted at its two ends while it was filled: pure.
 *
 *   line_test_add_rtt ()  before, and while it is filled
 *   line_test_begin ()    it has been filled for a while
 *   line_test_look ()     several times a second
 *   line_test_end ()      nothing is sent any more, and queues have run dry
 *   line_test_get ()      the figures of the time between
 *
 * Upwards the relay's receiver reports tell what arrived. Downwards its sender reports tell what it
 * sent on each line, so that what was lost upwards is not counted twice; where too few of them come
 * through, what the sequence numbers miss less what upwards was lost. A line so full that it drops
 * nearly all reports lets them through once it is idle again: their counts then stand for the whole
 * time. Rates are of the network:
 * with the headers of each datagram. */
#pragma once

#include "pipelines/client/rtc_peer.h"

#define LINE_TEST_STREAMS 2 /* sound, picture */
#define LINE_TEST_RTTS 4096 /* more than checks of the longest test */

typedef struct {
  gint64 at_us;
  LineSending up[LINE_TEST_STREAMS];
  LineReception down[LINE_TEST_STREAMS];
} LineLook;

/* Of one direction. */
typedef struct {
  double kbps; /* that arrived */
  double loss; /* share */
  gint64 jitter_us;
  guint64 packets; /* that it was counted on */
} LineWay;

typedef struct {
  LineWay up, down;
  double sent_kbps;       /* upwards */
  gboolean is_down_least; /* too little came up to fill the way down: it carries that or more */
  gint64 rtt_us;        /* of the idle line: the lower quartile, as a busy computer only adds to it;
                         * -1: no answer came */
  gint64 loaded_rtt_us; /* of the filled one: the median */
  double seconds;
} LineFigures;

typedef struct {
  gint64 values[LINE_TEST_RTTS];
  guint n;
} RttList;

typedef struct {
  guint header_bytes; /* of a datagram on this network */
  RttList idle, loaded;
  LineLook first, last, dry;
  gboolean has_dry;
  gint64 sent_us;          /* since when it is filled */
  gint64 jitter_sum_us[2]; /* up, down */
  guint n_jitters;
} LineTest;

/* @header_bytes: IP and UDP, or IP and TCP. */
void line_test_init (LineTest *test, guint header_bytes);
void line_test_add_rtt (LineTest *test, gint64 rtt_us, gboolean is_loaded);
/* @sent_us: since when it has been filled. */
void line_test_begin (LineTest *test, const LineLook *look, gint64 sent_us);
void line_test_look (LineTest *test, const LineLook *look);
void line_test_end (LineTest *test, const LineLook *look);
LineFigures line_test_get (const LineTest *test);
