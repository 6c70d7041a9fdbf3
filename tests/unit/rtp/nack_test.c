#include "pipelines/rtp/nack.h"

#define MS 1000
#define RTT (50 * MS)

typedef struct {
  guint64 seq;
  NackEvent event;
  guint missing; /* afterwards */
} Row;

static void
feed (NackList *list, const Row *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_test_message ("row %u", i);
    g_assert_cmpint (nack_list_on_packet (list, rows[i].seq, 0), ==, rows[i].event);
    g_assert_cmpuint (list->count, ==, rows[i].missing);
  }
}

static void
test_events (void)
{
  static const Row rows[] = {
    { 65535, NACK_IN_ORDER, 0 },  { 65536, NACK_IN_ORDER, 0 },     { 65539, NACK_GAP, 2 },
    { 65538, NACK_RECOVERED, 1 }, { 65538, NACK_OLD, 1 },          { 65539, NACK_OLD, 1 },
    { 65541, NACK_GAP, 2 },       { 65537, NACK_RECOVERED, 1 },    { 65540, NACK_RECOVERED, 0 },
    { 65530, NACK_OLD, 0 },       { 65541 + 1, NACK_IN_ORDER, 0 },
  };
  NackList list = { 0 };
  feed (&list, rows, G_N_ELEMENTS (rows));
  g_assert_cmpuint (list.recovered, ==, 3);
}

static void
test_gap_bound (void)
{
  static const Row rows[] = {
    { 1000, NACK_IN_ORDER, 0 },
    { 1002, NACK_GAP, 1 },
    { 1002 + NACK_GAP_MAX + 1, NACK_GAP, NACK_ENTRIES_MAX }, /* the oldest give way */
    { 1002 + 2 * NACK_GAP_MAX + 3, NACK_RESET, 0 },
    { 1002 + 2 * NACK_GAP_MAX + 4, NACK_IN_ORDER, 0 },
  };
  NackList list = { 0 };
  guint16 seqs[1];
  guint given_up;
  feed (&list, rows, 3);
  g_assert_cmpuint (nack_list_collect (&list, RTT, RTT, seqs, 1, &given_up), ==, 1);
  g_assert_cmpuint (seqs[0], ==, 1002 + NACK_GAP_MAX + 1 - NACK_ENTRIES_MAX);
  feed (&list, rows + 3, 2);
  g_assert_cmpuint (list.given_up, ==, NACK_GAP_MAX + 1);
}

static guint
collect (NackList *list, gint64 now_us, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint16 seqs[16];
  guint given_up;
  guint n = nack_list_collect (list, now_us, RTT, seqs, G_N_ELEMENTS (seqs), &given_up);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%u ", seqs[i]);
  g_assert_cmpstr (text->str, ==, expected);
  return given_up;
}

static void
test_schedule (void)
{
  NackList list = { 0 };
  nack_list_on_packet (&list, 10, 0);
  g_assert_cmpint (nack_list_next_due_us (&list), ==, G_MAXINT64);
  nack_list_on_packet (&list, 13, 0);
  g_assert_cmpint (nack_list_next_due_us (&list), ==, NACK_FIRST_WAIT_US);
  collect (&list, NACK_FIRST_WAIT_US - 1, "");
  collect (&list, NACK_FIRST_WAIT_US, "11 12 ");
  collect (&list, NACK_FIRST_WAIT_US + 1, "");
  nack_list_on_packet (&list, 15, 20 * MS);
  collect (&list, 25 * MS, "14 ");
  collect (&list, NACK_FIRST_WAIT_US + RTT, "11 12 ");
  nack_list_on_packet (&list, 11, 60 * MS);
  collect (&list, 25 * MS + RTT, "14 ");
  g_assert_cmpint (nack_list_next_due_us (&list), ==, NACK_FIRST_WAIT_US + 2 * RTT);
}

static void
test_give_up (void)
{
  NackList list = { 0 };
  guint asked = 0, given_up = 0;
  gint64 last_us = 0, distance_us = 0;
  nack_list_on_packet (&list, 10, 0);
  nack_list_on_packet (&list, 12, 0);
  for (gint64 now_us = 0; now_us < 5000 * MS && given_up == 0; now_us += MS) {
    guint16 seq;
    if (nack_list_collect (&list, now_us, RTT, &seq, 1, &given_up) == 0)
      continue;
    g_assert_cmpuint (seq, ==, 11);
    if (asked++ > 0) {
      g_assert_cmpint (now_us - last_us, >=, distance_us); /* never faster */
      distance_us = now_us - last_us;
    }
    last_us = now_us;
  }
  g_assert_cmpuint (asked, ==, NACK_TRIES_MAX);
  g_assert_cmpuint (given_up, ==, 1);
  g_assert_cmpuint (list.count, ==, 0);
  g_assert_cmpuint (list.given_up, ==, 1);
  g_assert_cmpint (nack_list_on_packet (&list, 11, 0), ==, NACK_OLD);
}

static void
test_round_trip_bounds (void)
{
  static const struct {
    gint64 rtt_us;
    gint64 retry_us;
  } rows[] = { { 0, NACK_RTT_DEFAULT_US },
               { 1 * MS, NACK_RETRY_MIN_US },
               { 70 * MS, 70 * MS },
               { 700 * MS, 700 * MS } }; /* never sooner than a round trip */
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    NackList list = { 0 };
    guint16 seq;
    guint given_up;
    nack_list_on_packet (&list, 10, 0);
    nack_list_on_packet (&list, 12, 0);
    nack_list_collect (&list, 100 * MS, rows[i].rtt_us, &seq, 1, &given_up);
    g_assert_cmpint (nack_list_next_due_us (&list), ==, 100 * MS + rows[i].retry_us);
  }
}

/* Each answer must still help: at the limit it is asked for, one millisecond later it is not. */
static void
test_helps (void)
{
  static const struct {
    gint64 rtt_us;
    guint asked;
  } rows[] = { { NACK_HELPS_US - NACK_FIRST_WAIT_US, 1 },
               { NACK_HELPS_US - NACK_FIRST_WAIT_US + MS, 0 },
               { 300 * MS, 3 }, /* after 5, 305 and 605 ms; 1,205 is too late */
               { 1 * MS, NACK_TRIES_MAX } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    NackList list = { 0 };
    guint asked = 0, given_up = 0;
    guint16 seq;
    nack_list_on_packet (&list, 10, 0);
    nack_list_on_packet (&list, 12, 0);
    for (gint64 now_us = 0; now_us < 5000 * MS && given_up == 0; now_us += MS)
      asked += nack_list_collect (&list, now_us, rows[i].rtt_us, &seq, 1, &given_up);
    g_assert_cmpuint (asked, ==, rows[i].asked);
    g_assert_cmpuint (given_up, ==, 1);
  }
}

/* Where nobody knows the round trip, the first answers tell it. */
static void
test_round_trip_of_answers (void)
{
  static const struct {
    gint64 answer_ms, rtt_us;
  } rows[] = { { 80, 80 * MS }, { 240, 240 * MS }, { 80, 220 * MS } };
  NackList list = { 0 };
  guint given_up;
  guint16 seq;
  nack_list_on_packet (&list, 10, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 now_us = 1000 * MS * (i + 1);
    guint64 missing = 11 + 2 * i;
    nack_list_on_packet (&list, missing + 1, now_us);
    now_us += NACK_FIRST_WAIT_US;
    g_assert_cmpuint (nack_list_collect (&list, now_us, 0, &seq, 1, &given_up), ==, 1);
    now_us += rows[i].answer_ms * MS;
    g_assert_cmpint (nack_list_on_packet (&list, missing, now_us), ==, NACK_RECOVERED);
    g_assert_cmpint (list.rtt_us, ==, rows[i].rtt_us);
  }
  nack_list_on_packet (&list, 18, 5000 * MS);
  nack_list_collect (&list, 5005 * MS, 0, &seq, 1, &given_up);
  g_assert_cmpint (nack_list_next_due_us (&list), ==, 5225 * MS);
}

/* What does not fit this time comes the next; nothing is lost or counted as asked. */
static void
test_collect_bound (void)
{
  NackList list = { 0 };
  guint16 seqs[3];
  guint given_up;
  nack_list_on_packet (&list, 10, 0);
  nack_list_on_packet (&list, 15, 0);
  g_assert_cmpuint (nack_list_collect (&list, RTT, RTT, seqs, 3, &given_up), ==, 3);
  g_assert_cmpuint (seqs[2], ==, 13);
  g_assert_cmpuint (nack_list_collect (&list, RTT, RTT, seqs, 3, &given_up), ==, 1);
  g_assert_cmpuint (seqs[0], ==, 14);
}

static void
test_drop_before (void)
{
  NackList list = { 0 };
  nack_list_on_packet (&list, 10, 0);
  nack_list_on_packet (&list, 15, 0);
  nack_list_drop_before (&list, 13);
  collect (&list, RTT, "13 14 ");
  nack_list_drop_before (&list, 15);
  g_assert_cmpuint (list.count, ==, 0);
  nack_list_reset (&list);
  g_assert_cmpint (nack_list_on_packet (&list, 5, 0), ==, NACK_IN_ORDER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/nack/events", test_events);
  g_test_add_func ("/rtp/nack/gap-bound", test_gap_bound);
  g_test_add_func ("/rtp/nack/schedule", test_schedule);
  g_test_add_func ("/rtp/nack/give-up", test_give_up);
  g_test_add_func ("/rtp/nack/round-trip-bounds", test_round_trip_bounds);
  g_test_add_func ("/rtp/nack/helps", test_helps);
  g_test_add_func ("/rtp/nack/round-trip-of-answers", test_round_trip_of_answers);
  g_test_add_func ("/rtp/nack/collect-bound", test_collect_bound);
  g_test_add_func ("/rtp/nack/drop-before", test_drop_before);
  return g_test_run ();
}
