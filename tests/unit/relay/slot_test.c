/* What a slot sends to fill a line for a moment or again, and when it reports. */
#include "pipelines/relay/slot.h"

#include "pipelines/relay/transport.h"
#include "pipelines/rtp/resend.h"
#include "tests/unit/relay/bare_shard.h"

#define SSRC 7

typedef struct {
  BareShard *bare;
  Slot *slot;
} Fixture;

typedef guint (*Fill) (Slot *slot, guint bytes);
typedef struct {
  const gchar *name;
  Fill send;
} Row;

static const Row rows[] = { { "repeat", slot_repeat }, { "pad", slot_pad } };

/* @n packets were sent. */
static void
set_up (Fixture *f, guint n)
{
  Transport *transport;
  Feed *feed;

  f->bare = bare_shard_new ();
  feed = bare_shard_add_feed (f->bare, 1, TRACK_VIDEO);
  transport = bare_shard_add_transport (f->bare, TRUE);
  f->slot = bare_transport_add_slot (transport, TRACK_VIDEO, SSRC);
  slot_route (f->slot, feed, 0);
  for (guint i = 0; i < n; i++)
    bare_deliver (feed, 100 + i, 1, 500, i == 0);
  bare_shard_flush (f->bare);
  g_assert_cmpuint (bare_shard_count (f->bare, SSRC), ==, n);
}

/* Packets that were sent to fill, by RTX. */
static guint
fill (Fixture *f, Fill send, guint bytes)
{
  guint before = bare_shard_count (f->bare, bare_rtx_ssrc (SSRC));
  guint64 down = f->slot->transport->down_bytes;
  guint sent = send (f->slot, bytes);

  bare_shard_flush (f->bare);
  g_assert_cmpuint (sent, ==, f->slot->transport->down_bytes - down);
  return bare_shard_count (f->bare, bare_rtx_ssrc (SSRC)) - before;
}

/* As many as are asked for, and never more than the bound. */
static void
test_bound (gconstpointer data)
{
  Fill send = ((const Row *) data)->send;
  Fixture f;
  guint each;

  set_up (&f, 2 * SLOT_REPEAT_MAX);
  each = send (f.slot, 1);
  bare_shard_flush (f.bare);
  g_assert_cmpuint (bare_shard_count (f.bare, bare_rtx_ssrc (SSRC)), ==, 1);
  g_assert_cmpuint (fill (&f, send, each), ==, 1);
  g_assert_cmpuint (fill (&f, send, each + 1), ==, 2);
  g_assert_cmpuint (fill (&f, send, SLOT_REPEAT_MAX * each), ==, SLOT_REPEAT_MAX);
  g_assert_cmpuint (fill (&f, send, SLOT_REPEAT_MAX * each + 1), ==, SLOT_REPEAT_MAX);
  g_assert_cmpuint (fill (&f, send, G_MAXUINT), ==, SLOT_REPEAT_MAX);
  bare_shard_free (f.bare);
}

/* What there is not cannot be repeated, and before the picture nothing is padded. */
static void
test_little (void)
{
  Fixture f;

  set_up (&f, SLOT_REPEAT_MAX - 1);
  g_assert_cmpuint (fill (&f, slot_repeat, G_MAXUINT), ==, SLOT_REPEAT_MAX - 1);
  bare_shard_free (f.bare);
  set_up (&f, 0);
  g_assert_cmpuint (fill (&f, slot_repeat, G_MAXUINT), ==, 0);
  g_assert_cmpuint (fill (&f, slot_pad, G_MAXUINT), ==, 0);
  bare_shard_free (f.bare);
}

/* Whether the slot reports in a second. */
static gboolean
reports (Fixture *f, gboolean is_turn)
{
  guint8 data[RTCP_BUFFER_BYTES];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (slot_write_report (f->slot, is_turn, &writer));
  return writer.size > 0;
}

/* Each second of what is new, so that its receiver soon plays sound and picture in step; then in
 * turn. */
static void
test_reports (void)
{
  Fixture f;
  Feed *other;

  set_up (&f, 0);
  g_assert_false (reports (&f, TRUE)); /* nothing was sent */
  bare_shard_free (f.bare);
  set_up (&f, 2);
  for (guint i = 0; i < REPORTS_FIRST; i++)
    g_assert_true (reports (&f, FALSE));
  g_assert_false (reports (&f, FALSE));
  g_assert_true (reports (&f, TRUE));
  g_assert_false (reports (&f, FALSE));
  other = bare_shard_add_feed (f.bare, 2, TRACK_VIDEO);
  slot_route (f.slot, other, 0);
  g_assert_false (reports (&f, FALSE)); /* what it leaves goes on */
  bare_deliver (other, 100, 1, 500, TRUE);
  for (guint i = 0; i < REPORTS_FIRST; i++)
    g_assert_true (reports (&f, FALSE));
  g_assert_false (reports (&f, FALSE));
  bare_shard_free (f.bare);
}

/* One that does not fit is not counted. */
static void
test_report_that_does_not_fit (void)
{
  guint8 data[20];
  RtcpWriter writer;
  Fixture f;

  set_up (&f, 2);
  rtcp_writer_init (&writer, data, sizeof data);
  for (guint i = 0; i <= REPORTS_FIRST; i++) {
    g_assert_false (slot_write_report (f.slot, FALSE, &writer));
    g_assert_cmpuint (writer.size, ==, 0);
  }
  g_assert_true (reports (&f, FALSE));
  bare_shard_free (f.bare);
}

/* How often the newest packet is repeated after a NACK at @at_ms. */
static guint
repeats (Fixture *f, guint at_ms)
{
  RtcpNack nack = { .media_ssrc = SSRC, .count = 1 };
  guint before = bare_shard_count (f->bare, bare_rtx_ssrc (SSRC));

  nack.seqs[0] = (guint16) (f->slot->rewriter.next_index - 1);
  f->bare->shard.now_us = at_ms * 1000;
  slot_on_nack (f->slot, &nack);
  bare_shard_flush (f->bare);
  return bare_shard_count (f->bare, bare_rtx_ssrc (SSRC)) - before;
}

typedef struct {
  const gchar *name;
  gint64 rtt_us;
  gboolean is_told;
  guint wanted_bps; /* of a line of 300 kbps */
  gboolean is_late; /* what it tells */
  guint first, again, once_more;
} RepeatRow;

/* On a long line with room two at once, else one, and one more after a round trip. */
static const RepeatRow repeat_rows[] = {
  { "long-line", RESEND_TWICE_RTT_US, TRUE, 200000, FALSE, 2, 0, 0 },
  { "short-line", RESEND_TWICE_RTT_US - 1, TRUE, 200000, FALSE, 1, 1, 0 },
  { "full-line", RESEND_TWICE_RTT_US, TRUE, 2000000000, FALSE, 1, 1, 0 },
  { "untold-line", RESEND_TWICE_RTT_US, FALSE, 200000, FALSE, 1, 1, 0 },
  { "late-line", RESEND_TWICE_RTT_US, TRUE, 200000, TRUE, 1, 1, 0 },
  { "unknown-line", -1, TRUE, 200000, FALSE, 1, 1, 0 },
};

static void
test_repeats (gconstpointer data)
{
  const RepeatRow *row = data;
  guint rtt_ms = RESEND_TWICE_RTT_US / 1000;
  Fixture f;
  Estimator *estimator;

  set_up (&f, 3);
  f.slot->transport->rtt_us = row->rtt_us;
  estimator = &line_share_ensure (f.slot->transport)->estimator;
  estimator->is_told = row->is_told;
  estimator->is_late = row->is_late;
  estimator_set_wanted (estimator, row->wanted_bps);
  g_assert_cmpuint (repeats (&f, 1), ==, row->first);
  g_assert_cmpuint (repeats (&f, 2), ==, 0);
  g_assert_cmpuint (repeats (&f, 2 + rtt_ms), ==, row->again);
  g_assert_cmpuint (repeats (&f, 3 + 2 * rtt_ms), ==, row->once_more);
  bare_shard_free (f.bare);
}

/* Two are within the budget too: of a line where it is used up, none is sent. */
static void
test_repeats_of_budget (void)
{
  Fixture f;
  Transport *transport;
  gint64 now_us = 1000;

  set_up (&f, 3);
  transport = f.slot->transport;
  transport->rtt_us = RESEND_TWICE_RTT_US;
  line_share_ensure (transport)->estimator.is_told = TRUE;
  g_assert_cmpuint (repeats (&f, 1), ==, 2);
  for (; resend_budget_take (&transport->resends, 100, transport_line_bps (transport), now_us);)
    ;
  bare_deliver (f.slot->feed, 103, 1, 500, FALSE);
  bare_shard_flush (f.bare);
  g_assert_cmpuint (repeats (&f, 1), ==, 0);
  bare_shard_free (f.bare);
}

static gboolean
stirs (Fixture *f, void (*act) (Fixture *f))
{
  Transport *transport = f->slot->transport;

  transport->is_calm = TRUE;
  act (f);
  return !transport->is_calm;
}

static void
route_away (Fixture *f)
{
  slot_route (f->slot, NULL, 0);
}

static void
limit (Fixture *f)
{
  slot_limit (f->slot, LAYER_NONE, LAYER_TARGET_ALL);
}

static void
set_limits (Fixture *f)
{
  transport_set_limits (f->slot->transport, 300000, 0, 0);
}

static void
tell_remb (Fixture *f)
{
  RtcpRemb remb = { .bitrate_bps = 300000 };

  line_share_on_remb (f->slot->transport, &remb);
}

static void
give_feedback (Fixture *f)
{
  transport_begin_feedback (f->slot->transport);
}

static void
send_next (Fixture *f)
{
  bare_deliver (f->slot->feed, 103, 1, 500, FALSE);
}

/* Its picture waits for a keyframe from there on. */
static void
send_after_outage (Fixture *f)
{
  bare_deliver (f->slot->feed, 100000, 1, 500, FALSE);
}

/* Slow ticks pass over a calm transport: what they are to see at once must stir it. */
static void
test_stirs (void)
{
  Fixture f;

  set_up (&f, 3);
  f.bare->shard.clocked = g_ptr_array_new ();
  f.slot->told_flowing = TRUE;
  g_assert_false (stirs (&f, send_next));
  g_assert_true (slot_tick (f.slot));
  g_assert_true (stirs (&f, tell_remb));
  g_assert_true (stirs (&f, give_feedback));
  g_assert_true (stirs (&f, set_limits));
  g_assert_true (stirs (&f, limit));
  g_assert_true (stirs (&f, route_away));
  bare_shard_flush (f.bare);
  g_ptr_array_unref (f.bare->shard.clocked);
  bare_shard_free (f.bare);
}

static void
test_outage_stirs (void)
{
  Fixture f;

  set_up (&f, 3);
  g_assert_true (stirs (&f, send_after_outage));
  bare_shard_flush (f.bare);
  bare_shard_free (f.bare);
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *path = g_strconcat ("/relay/slot/bound-of-", rows[i].name, NULL);

    g_test_add_data_func (path, &rows[i], test_bound);
  }
  for (guint i = 0; i < G_N_ELEMENTS (repeat_rows); i++) {
    g_autofree gchar *path = g_strconcat ("/relay/slot/repeats-on-", repeat_rows[i].name, NULL);

    g_test_add_data_func (path, &repeat_rows[i], test_repeats);
  }
  g_test_add_func ("/relay/slot/repeats-of-budget", test_repeats_of_budget);
  g_test_add_func ("/relay/slot/little", test_little);
  g_test_add_func ("/relay/slot/stirs", test_stirs);
  g_test_add_func ("/relay/slot/outage-stirs", test_outage_stirs);
  g_test_add_func ("/relay/slot/reports", test_reports);
  g_test_add_func ("/relay/slot/report-that-does-not-fit", test_report_that_does_not_fit);
  return g_test_run ();
}
