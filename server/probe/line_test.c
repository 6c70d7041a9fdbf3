#include "server/probe/line_test.h"

#include <stdlib.h>
#include <string.h>

/* Sender reports that span less of the time than this are too few to go by. */
#define REPORTS_SPAN 0.5
/* A tenth less than was sent is within what so short a time can tell. */
#define ENOUGH 0.9

void
line_test_init (LineTest *test, guint header_bytes)
{
  memset (test, 0, sizeof *test);
  test->header_bytes = header_bytes;
}

void
line_test_add_rtt (LineTest *test, gint64 rtt_us, gboolean is_loaded)
{
  RttList *list = is_loaded ? &test->loaded : &test->idle;

  if (list->n < LINE_TEST_RTTS)
    list->values[list->n++] = rtt_us;
}

void
line_test_begin (LineTest *test, const LineLook *look, gint64 sent_us)
{
  test->first = test->last = *look;
  test->sent_us = sent_us;
}

void
line_test_end (LineTest *test, const LineLook *look)
{
  test->dry = *look;
  test->has_dry = TRUE;
}

/* Sound has a time for each packet; a picture's packets share theirs. */
static const LineSending *
jitter_of_up (const LineLook *look)
{
  return look->up[0].reports > 0 ? &look->up[0] : &look->up[1];
}

static const LineReception *
jitter_of_down (const LineLook *look)
{
  return look->down[0].packets > 0 ? &look->down[0] : &look->down[1];
}

/* A stream's count begins with its first report. */
static void
begin_late_streams (LineTest *test, const LineLook *look)
{
  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    if (test->first.up[i].reports == 0) {
      test->first.up[i].reports = look->up[i].reports;
      test->first.up[i].report_us = look->up[i].report_us;
      test->first.up[i].highest_seq = look->up[i].highest_seq;
      test->first.up[i].lost = look->up[i].lost;
    }
    if (test->first.down[i].reports == 0 && look->down[i].reports > 0) {
      test->first.down[i].reports = look->down[i].reports;
      test->first.down[i].told_packets = look->down[i].told_packets;
      test->first.down[i].packets_at_report = look->down[i].packets_at_report;
      test->first.down[i].report_us = look->down[i].report_us;
    }
  }
}

void
line_test_look (LineTest *test, const LineLook *look)
{
  begin_late_streams (test, look);
  test->last = *look;
  test->jitter_sum_us[0] += jitter_of_up (look)->jitter_us;
  test->jitter_sum_us[1] += jitter_of_down (look)->jitter_us;
  test->n_jitters++;
}

/* --- upwards --- */

/* What the relay got of one stream between two of its reports. */
typedef struct {
  double expected, received;
  double bytes; /* received, with headers */
  gint64 span_us;
} Arrived;

/* Of one of its packets on the network. */
static double
size_of (const LineTest *test, const LineSending *a, const LineSending *b)
{
  double packets = (double) (b->packets - a->packets);

  return packets > 0 ? (double) (b->bytes - a->bytes) / packets + test->header_bytes : 0;
}

static gboolean
is_long (const LineTest *test, gint64 span_us)
{
  return (double) span_us >= REPORTS_SPAN * (double) (test->last.at_us - test->first.at_us);
}

static Arrived
arrived_meanwhile (const LineTest *test, guint stream)
{
  const LineSending *a = &test->first.up[stream], *b = &test->last.up[stream];
  Arrived got = { .expected = (gint32) (b->highest_seq - a->highest_seq),
                  .span_us = b->report_us - a->report_us };

  if (b->reports <= a->reports || got.expected <= 0 || got.span_us <= 0)
    return (Arrived){ 0 };
  got.received = CLAMP (got.expected - (b->lost - a->lost), 0, got.expected);
  got.bytes = got.received * size_of (test, a, b);
  return got;
}

/* By the report that came when all was over. */
static Arrived
arrived_in_all (const LineTest *test, guint stream)
{
  const LineSending *b = &test->dry.up[stream];
  Arrived got = { .expected = (double) b->packets, .span_us = test->last.at_us - test->sent_us };

  if (b->reports <= test->last.up[stream].reports)
    return (Arrived){ 0 };
  got.received = CLAMP (got.expected - b->lost, 0, got.expected);
  got.bytes = got.received * size_of (test, &(LineSending){ 0 }, b);
  return got;
}

static Arrived
arrived_up (const LineTest *test, guint stream)
{
  Arrived meanwhile = arrived_meanwhile (test, stream);

  if (is_long (test, meanwhile.span_us) || !test->has_dry)
    return meanwhile;
  Arrived all = arrived_in_all (test, stream);
  return all.expected > 0 ? all : meanwhile;
}

static double
kbps (double bytes, gint64 us)
{
  return us > 0 ? bytes * 8 * 1000 / (double) us : 0;
}

static LineWay
get_up (const LineTest *test)
{
  LineWay up = { 0 };
  double expected = 0, received = 0;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    Arrived got = arrived_up (test, i);
    expected += got.expected;
    received += got.received;
    up.kbps += kbps (got.bytes, got.span_us);
  }
  up.packets = (guint64) expected;
  up.loss = expected > 0 ? 1 - received / expected : 0;
  return up;
}

static double
get_sent_kbps (const LineTest *test)
{
  double bytes = 0;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    const LineSending *a = &test->first.up[i], *b = &test->last.up[i];
    bytes +=
        (double) (b->bytes - a->bytes) + (double) (b->packets - a->packets) * test->header_bytes;
  }
  return kbps (bytes, test->last.at_us - test->first.at_us);
}

/* --- downwards --- */

/* FALSE: too few reports came until @end. */
static gboolean
loss_by_reports (const LineTest *test, const LineLook *end, LineWay *down)
{
  double told = 0, got = 0;
  gint64 span_us = 0;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    const LineReception *a = &test->first.down[i], *b = &end->down[i];
    if (b->reports <= a->reports)
      continue;
    told += (double) (guint32) (b->told_packets - a->told_packets);
    got += (double) (b->packets_at_report - a->packets_at_report);
    span_us = MAX (span_us, b->report_us - a->report_us);
  }
  if (told <= 0 || !is_long (test, span_us))
    return FALSE;
  down->packets = (guint64) told;
  down->loss = CLAMP (1 - got / told, 0, 1);
  return TRUE;
}

static void
loss_by_numbers (const LineTest *test, double up_loss, LineWay *down)
{
  double expected = 0, lost = 0;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    const LineReception *a = &test->first.down[i], *b = &test->last.down[i];
    double missing = (double) b->lost - (double) a->lost;
    expected += (double) (b->packets - a->packets) + missing;
    lost += missing;
  }
  if (expected <= 0)
    return;
  down->packets = (guint64) expected;
  down->loss = up_loss < 1 ? CLAMP (1 - (1 - lost / expected) / (1 - up_loss), 0, 1) : 0;
}

static LineWay
get_down (const LineTest *test, double up_loss)
{
  LineWay down = { 0 };
  double bytes = 0;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++) {
    const LineReception *a = &test->first.down[i], *b = &test->last.down[i];
    bytes +=
        (double) (b->bytes - a->bytes) + (double) (b->packets - a->packets) * test->header_bytes;
  }
  down.kbps = kbps (bytes, test->last.at_us - test->first.at_us);
  if (!loss_by_reports (test, &test->last, &down) &&
      !(test->has_dry && loss_by_reports (test, &test->dry, &down)))
    loss_by_numbers (test, up_loss, &down);
  return down;
}

/* --- all --- */

static int
compare_times (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static gint64
quartile (const RttList *list, guint quarters)
{
  if (list->n == 0)
    return -1;
  g_autofree gint64 *sorted = g_memdup2 (list->values, list->n * sizeof *list->values);
  qsort (sorted, list->n, sizeof *sorted, compare_times);
  return sorted[(gsize) list->n * quarters / 4];
}

/* Downwards no more was sent than came up, and next to all of it arrived: it may carry more. */
static gboolean
is_down_least (const LineFigures *figures)
{
  return figures->up.kbps < ENOUGH * figures->sent_kbps && figures->down.loss < 1 - ENOUGH;
}

LineFigures
line_test_get (const LineTest *test)
{
  LineFigures figures = { .up = get_up (test),
                          .sent_kbps = get_sent_kbps (test),
                          .rtt_us = quartile (&test->idle, 1),
                          .loaded_rtt_us = quartile (&test->loaded, 2),
                          .seconds =
                              (double) (test->last.at_us - test->first.at_us) / G_USEC_PER_SEC };

  figures.down = get_down (test, figures.up.loss);
  figures.is_down_least = is_down_least (&figures);
  if (test->n_jitters > 0) {
    figures.up.jitter_us = test->jitter_sum_us[0] / test->n_jitters;
    figures.down.jitter_us = test->jitter_sum_us[1] / test->n_jitters;
  }
  return figures;
}
