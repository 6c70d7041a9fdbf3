#include "pipelines/rtp/slot_rewriter.h"

#define VIDEO_RATE 90000
#define AUDIO_RATE 48000
#define FIRST_SEQ 1000
#define FIRST_TS 5000
#define MS 1000

enum {
  A = 1,
  B = 2,
  C = 3,
};

typedef enum {
  DO_PACKET,
  DO_SELECT,
  DO_STOP,
} Step;

typedef struct {
  Step step;
  guint32 source;
  guint64 seq;
  guint32 ts;
  gboolean keyframe;
  gint64 at_us;
  SlotVerdict verdict;
  guint64 index; /* if forwarded */
  guint32 out_ts;
} Row;

static void
run (SlotRewriter *slot, const Row *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    const Row *row = &rows[i];
    SlotOutput out;
    g_test_message ("row %u", i);
    if (row->step == DO_SELECT) {
      slot_rewriter_select (slot, row->source);
      continue;
    }
    if (row->step == DO_STOP) {
      slot_rewriter_stop (slot);
      continue;
    }
    SlotInput input = {
      .source_seq = row->seq,
      .timestamp = row->ts,
      .source = row->source,
      .keyframe_start = row->keyframe,
      .arrival_us = row->at_us,
    };
    SlotVerdict verdict = slot_rewriter_map (slot, &input, &out);
    g_assert_cmpint (verdict, ==, row->verdict);
    if (verdict != SLOT_FORWARD)
      continue;
    g_assert_cmpuint (out.index, ==, row->index);
    g_assert_cmpuint (out.seq, ==, (guint16) row->index);
    g_assert_cmpuint (out.timestamp, ==, row->out_ts);
  }
}

static void
run_video (const Row *rows, guint n)
{
  SlotRewriter slot;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  run (&slot, rows, n);
}

static void
run_audio (const Row *rows, guint n)
{
  SlotRewriter slot;
  slot_rewriter_init (&slot, SLOT_KIND_AUDIO, AUDIO_RATE, FIRST_SEQ, FIRST_TS);
  run (&slot, rows, n);
}

/* A slot starts with a keyframe, and follows its source through loss, disorder and duplicates. */
static void
test_video_start (void)
{
  static const Row rows[] = {
    { DO_PACKET, A, 70000, 100, TRUE, 0, SLOT_DROP_UNROUTED },
    { DO_SELECT, A },
    { DO_PACKET, A, 70001, 200, FALSE, 0, SLOT_DROP_WAITING },
    { DO_PACKET, A, 70002, 300, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 70003, 300, FALSE, 0, SLOT_FORWARD, 1001, 5000 },
    { DO_PACKET, A, 70006, 3900, FALSE, 40 * MS, SLOT_FORWARD, 1004, 8600 },
    { DO_PACKET, A, 70005, 3900, FALSE, 41 * MS, SLOT_FORWARD, 1003, 8600 },
    { DO_PACKET, A, 70005, 3900, FALSE, 42 * MS, SLOT_DROP_DUPLICATE },
    { DO_PACKET, A, 70001, 200, FALSE, 43 * MS, SLOT_DROP_LATE },
    { DO_PACKET, A, 70004, 300, FALSE, 44 * MS, SLOT_FORWARD, 1002, 5000 },
    { DO_PACKET, B, 70004, 300, TRUE, 44 * MS, SLOT_DROP_UNROUTED },
  };
  run_video (rows, G_N_ELEMENTS (rows));
}

/* The old source goes on until the new one's keyframe; then the numbers go on without a gap. */
static void
test_video_switch (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 9000, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 101, 12600, FALSE, 40 * MS, SLOT_FORWARD, 1001, 8600 },
    { DO_SELECT, B },
    { DO_PACKET, B, 500, 777, FALSE, 45 * MS, SLOT_DROP_WAITING },
    { DO_PACKET, A, 103, 16200, FALSE, 80 * MS, SLOT_FORWARD, 1003, 12200 },
    { DO_PACKET, B, 502, 4377, TRUE, 90 * MS, SLOT_FORWARD, 1004, 13100 }, /* 10 ms on */
    { DO_PACKET, A, 104, 19800, FALSE, 120 * MS, SLOT_DROP_LATE }, /* past the segment's end */
    { DO_PACKET, A, 102, 12600, FALSE, 120 * MS, SLOT_FORWARD, 1002, 8600 }, /* fills its gap */
    { DO_PACKET, A, 102, 12600, FALSE, 121 * MS, SLOT_DROP_DUPLICATE },
    { DO_PACKET, B, 501, 777, FALSE, 122 * MS, SLOT_DROP_LATE }, /* before the keyframe */
    { DO_PACKET, B, 503, 4377, FALSE, 122 * MS, SLOT_FORWARD, 1005, 13100 },
    { DO_PACKET, B, 504, 7977, FALSE, 130 * MS, SLOT_FORWARD, 1006, 16700 },
  };
  run_video (rows, G_N_ELEMENTS (rows));
}

/* The keyframe's first packet comes late, by retransmission: the packets of it that were dropped
 * are then asked for by the receiver, whose numbers lead to them. */
static void
test_keyframe_start_late (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 101, 9000, FALSE, 0, SLOT_DROP_WAITING },
    { DO_PACKET, A, 102, 9000, FALSE, 1 * MS, SLOT_DROP_WAITING },
    { DO_PACKET, A, 100, 9000, TRUE, 50 * MS, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 103, 12600, FALSE, 51 * MS, SLOT_FORWARD, 1003, 8600 },
  };
  SlotRewriter slot;
  SlotOrigin origin;
  SlotOutput out;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  run (&slot, rows, G_N_ELEMENTS (rows));
  g_assert_true (slot_rewriter_find_source (&slot, 1001, &origin));
  g_assert_cmpuint (origin.source_seq, ==, 101);
  g_assert_true (slot_rewriter_remap (&slot, &origin, 9000, &out));
  g_assert_cmpuint (out.index, ==, 1001);
  g_assert_cmpuint (out.timestamp, ==, 5000);
}

static void
test_select_again (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 0, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_SELECT, A }, /* no effect */
    { DO_PACKET, A, 101, 0, FALSE, 0, SLOT_FORWARD, 1001, 5000 },
    { DO_SELECT, B },
    { DO_SELECT, A }, /* the switch is given up */
    { DO_PACKET, B, 10, 0, TRUE, 0, SLOT_DROP_UNROUTED },
    { DO_PACKET, A, 102, 0, FALSE, 0, SLOT_FORWARD, 1002, 5000 },
    { DO_SELECT, B },
    { DO_SELECT, C }, /* another is wanted before B's keyframe came */
    { DO_PACKET, B, 11, 0, TRUE, 0, SLOT_DROP_UNROUTED },
    { DO_PACKET, C, 7, 0, TRUE, 0, SLOT_FORWARD, 1003, 5090 },
  };
  run_video (rows, G_N_ELEMENTS (rows));
}

/* Muted or unrouted: what the source sent meanwhile is no loss to the receiver. */
static void
test_stop (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 0, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 102, 3600, FALSE, 40 * MS, SLOT_FORWARD, 1002, 8600 },
    { DO_STOP },
    { DO_PACKET, A, 103, 7200, FALSE, 80 * MS, SLOT_DROP_LATE },
    { DO_PACKET, A, 101, 3600, FALSE, 81 * MS, SLOT_FORWARD, 1001, 8600 },
    { DO_SELECT, A },
    { DO_PACKET, A, 300, 90000, FALSE, 1000 * MS, SLOT_DROP_WAITING },
    { DO_PACKET, A, 301, 93600, TRUE, 1040 * MS, SLOT_FORWARD, 1003, 98600 },
    { DO_PACKET, A, 302, 97200, FALSE, 1080 * MS, SLOT_FORWARD, 1004, 102200 },
    { DO_PACKET, A, 300, 90000, FALSE, 1081 * MS, SLOT_DROP_LATE },
  };
  run_video (rows, G_N_ELEMENTS (rows));
}

/* Starting from a cached keyframe of the past: timestamps never run backwards, and the live
 * packets behind it keep their distance. */
static void
test_cached_start (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 0, TRUE, 1000 * MS, SLOT_FORWARD, 1000, 5000 },
    { DO_SELECT, B },
    { DO_PACKET, B, 50, 90000, TRUE, 600 * MS, SLOT_FORWARD, 1001, 5090 },
    { DO_PACKET, B, 51, 93600, FALSE, 640 * MS, SLOT_FORWARD, 1002, 8690 },
    { DO_PACKET, B, 52, 126000, FALSE, 1000 * MS, SLOT_FORWARD, 1003, 41090 },
    { DO_SELECT, A },
    { DO_PACKET, A, 101, 9000, TRUE, 1100 * MS, SLOT_FORWARD, 1004, 50090 },
  };
  run_video (rows, G_N_ELEMENTS (rows));
}

static void
test_audio_switch (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 10, 960, FALSE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 11, 1920, FALSE, 20 * MS, SLOT_FORWARD, 1001, 5960 },
    { DO_SELECT, B },
    { DO_PACKET, B, 90, 48000, FALSE, 21 * MS, SLOT_FORWARD, 1002, 6920 }, /* a frame on */
    { DO_PACKET, B, 89, 47040, FALSE, 22 * MS, SLOT_DROP_LATE },
    { DO_PACKET, A, 12, 2880, FALSE, 40 * MS, SLOT_DROP_LATE },
    { DO_PACKET, B, 91, 48960, FALSE, 41 * MS, SLOT_FORWARD, 1003, 7880 },
    { DO_STOP },
    { DO_SELECT, B },
    { DO_PACKET, B, 200, 100000, FALSE, 1041 * MS, SLOT_FORWARD, 1004, 55880 },
  };
  run_audio (rows, G_N_ELEMENTS (rows));
}

static void
test_wrap (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 0x1fffe, 0xfffffff0, TRUE, 0, SLOT_FORWARD, 0xfffe, 0xffffff00 },
    { DO_PACKET, A, 0x20001, 0x00000e00, FALSE, 40 * MS, SLOT_FORWARD, 0x10001, 0xd10 },
    { DO_PACKET, A, 0x20000, 0xfffffff0, FALSE, 41 * MS, SLOT_FORWARD, 0x10000, 0xffffff00 },
    { DO_PACKET, A, 0x1ffff, 0xfffffff0, FALSE, 41 * MS, SLOT_FORWARD, 0xffff, 0xffffff00 },
    { DO_SELECT, B },
    { DO_PACKET, B, 0xffff, 0, TRUE, 80 * MS, SLOT_FORWARD, 0x10002, 0xd10 + 3600 },
    { DO_PACKET, B, 0x10000, 0, FALSE, 80 * MS, SLOT_FORWARD, 0x10003, 0xd10 + 3600 },
  };
  SlotRewriter slot;
  SlotOrigin origin;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, 0xfffe, 0xffffff00);
  run (&slot, rows, G_N_ELEMENTS (rows));
  g_assert_true (slot_rewriter_find_source (&slot, 0xffff, &origin));
  g_assert_cmpuint (origin.source_seq, ==, 0x1ffff);
  g_assert_cmpuint (origin.index, ==, 0xffff);
  g_assert_true (slot_rewriter_find_source (&slot, 3, &origin));
  g_assert_cmpuint (origin.source, ==, B);
  g_assert_cmpuint (origin.source_seq, ==, 0x10000);
}

/* A leap of the source at the bound is loss, one past it an outage. */
static void
test_gap (void)
{
  static const Row video[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 0, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 100 + SLOT_GAP_MAX, 9000, FALSE, 100 * MS, SLOT_FORWARD, 1000 + SLOT_GAP_MAX,
      14000 },
    { DO_PACKET, A, 101 + 2 * SLOT_GAP_MAX, 18000, FALSE, 200 * MS, SLOT_DROP_WAITING },
    { DO_PACKET, A, 102 + 2 * SLOT_GAP_MAX, 18000, FALSE, 200 * MS, SLOT_DROP_WAITING },
    { DO_PACKET, A, 103 + 2 * SLOT_GAP_MAX, 27000, TRUE, 300 * MS, SLOT_FORWARD,
      1001 + SLOT_GAP_MAX, 32000 },
    { DO_PACKET, A, 104 + 4 * SLOT_GAP_MAX, 36000, TRUE, 400 * MS, SLOT_FORWARD,
      1002 + SLOT_GAP_MAX, 41000 },
    { DO_SELECT, B },
    { DO_PACKET, A, 105 + 6 * SLOT_GAP_MAX, 45000, FALSE, 500 * MS, SLOT_DROP_LATE },
    { DO_PACKET, B, 7, 0, TRUE, 600 * MS, SLOT_FORWARD, 1003 + SLOT_GAP_MAX, 59000 },
  };
  static const Row audio[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 100, 0, FALSE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_PACKET, A, 40000, 960, FALSE, 2000 * MS, SLOT_FORWARD, 1001, 101000 },
    { DO_PACKET, A, 40001, 1920, FALSE, 2020 * MS, SLOT_FORWARD, 1002, 101960 },
  };
  run_video (video, G_N_ELEMENTS (video));
  run_audio (audio, G_N_ELEMENTS (audio));
}

static void
test_wants_keyframe (void)
{
  static const Row waiting[] = { { DO_SELECT, A } };
  static const Row flowing[] = { { DO_PACKET, A, 1, 0, TRUE, 0, SLOT_FORWARD, 1000, 5000 } };
  static const Row switching[] = { { DO_SELECT, B } };
  static const Row stopped[] = { { DO_STOP } };
  SlotRewriter slot;
  guint32 source = 0;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  g_assert_false (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_false (slot_rewriter_is_interested (&slot, A));
  g_assert_true (slot_rewriter_is_settled (&slot));
  run (&slot, waiting, 1);
  g_assert_false (slot_rewriter_is_settled (&slot));
  g_assert_true (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_cmpuint (source, ==, A);
  g_assert_false (slot_rewriter_flowing (&slot, &source));
  g_assert_true (slot_rewriter_is_interested (&slot, A));
  run (&slot, flowing, 1);
  g_assert_true (slot_rewriter_is_settled (&slot));
  g_assert_false (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_true (slot_rewriter_flowing (&slot, &source));
  run (&slot, switching, 1);
  g_assert_false (slot_rewriter_is_settled (&slot));
  g_assert_true (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_cmpuint (source, ==, B);
  g_assert_true (slot_rewriter_flowing (&slot, &source));
  g_assert_cmpuint (source, ==, A);
  run (&slot, stopped, 1);
  g_assert_true (slot_rewriter_is_settled (&slot));
  g_assert_false (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_false (slot_rewriter_flowing (&slot, &source));
  g_assert_true (slot_rewriter_is_interested (&slot, A)); /* late packets */
  g_assert_false (slot_rewriter_is_interested (&slot, B));

  slot_rewriter_init (&slot, SLOT_KIND_AUDIO, AUDIO_RATE, FIRST_SEQ, FIRST_TS);
  run (&slot, waiting, 1);
  g_assert_false (slot_rewriter_wants_keyframe (&slot, &source));
  g_assert_false (slot_rewriter_is_settled (&slot));
}

static void
test_find_source (void)
{
  SlotRewriter slot;
  SlotOrigin origin;
  SlotOutput out;
  slot_rewriter_init (&slot, SLOT_KIND_AUDIO, AUDIO_RATE, 10, 0);
  g_assert_false (slot_rewriter_find_source (&slot, 10, &origin));
  /* Six segments of ten packets: the four newest are known. */
  for (guint segment = 0; segment < 6; segment++) {
    slot_rewriter_select (&slot, segment + 1);
    for (guint i = 0; i < 10; i++) {
      SlotInput input = { .source = segment + 1,
                          .source_seq = segment * 1000 + i,
                          .timestamp = i * 960,
                          .arrival_us = (segment * 10 + i) * 20 * MS };
      g_assert_cmpint (slot_rewriter_map (&slot, &input, &out), ==, SLOT_FORWARD);
      g_assert_cmpint (out.switched, ==, i == 0);
    }
  }
  for (guint seq = 0; seq < 80; seq++) {
    gboolean known = seq >= 10 + 20 && seq < 10 + 60;
    g_assert_cmpint (slot_rewriter_find_source (&slot, seq, &origin), ==, known);
    if (!known)
      continue;
    guint segment = (seq - 10) / 10;
    g_assert_cmpuint (origin.source, ==, segment + 1);
    g_assert_cmpuint (origin.source_seq, ==, segment * 1000 + (seq - 10) % 10);
    /* The same numbers as the first time. */
    g_assert_true (slot_rewriter_remap (&slot, &origin, (seq - 10) % 10 * 960, &out));
    g_assert_cmpuint (out.index, ==, seq);
    g_assert_cmpuint (out.timestamp, ==, (seq - 10) * 960);
  }
  /* Packets of a forgotten segment. */
  SlotInput late = { .source = 1, .source_seq = 5 };
  g_assert_cmpint (slot_rewriter_map (&slot, &late, &out), ==, SLOT_DROP_UNROUTED);
}

/* What is older than the guard's window can be neither found nor sent. */
static void
test_find_source_window (void)
{
  SlotRewriter slot;
  SlotOrigin origin, old;
  SlotOutput out;
  SlotInput input = { .source = A };
  slot_rewriter_init (&slot, SLOT_KIND_AUDIO, AUDIO_RATE, 0, 0);
  slot_rewriter_select (&slot, A);
  for (guint i = 0; i < SEAL_WINDOW; i++) {
    input.source_seq = i;
    if (i % 500 == 0 || i == SEAL_WINDOW - 1) /* no gap beyond SLOT_GAP_MAX */
      slot_rewriter_map (&slot, &input, &out);
  }
  g_assert_true (slot_rewriter_find_source (&slot, 0, &old));
  g_assert_true (slot_rewriter_remap (&slot, &old, 0, &out));
  input.source_seq = SEAL_WINDOW;
  g_assert_cmpint (slot_rewriter_map (&slot, &input, &out), ==, SLOT_FORWARD);
  g_assert_false (slot_rewriter_find_source (&slot, 0, &origin));
  g_assert_false (slot_rewriter_remap (&slot, &old, 0, &out));
  g_assert_true (slot_rewriter_find_source (&slot, 1, &origin));
  input.source_seq = 0;
  g_assert_cmpint (slot_rewriter_map (&slot, &input, &out), ==, SLOT_DROP_LATE);
}

static void
test_map_timestamp (void)
{
  static const Row rows[] = {
    { DO_SELECT, A },
    { DO_PACKET, A, 1, 100, TRUE, 0, SLOT_FORWARD, 1000, 5000 },
    { DO_SELECT, B },
  };
  SlotRewriter slot;
  guint32 timestamp = 0;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  g_assert_false (slot_rewriter_map_timestamp (&slot, A, 0, &timestamp));
  run (&slot, rows, G_N_ELEMENTS (rows));
  g_assert_true (slot_rewriter_map_timestamp (&slot, A, 90, &timestamp));
  g_assert_cmpuint (timestamp, ==, 4990);
  g_assert_false (slot_rewriter_map_timestamp (&slot, B, 90, &timestamp));
}

typedef struct {
  guint32 source; /* selected before */
  guint64 seq;
  gboolean keyframe;
  guint16 picture;
  guint8 tl0;
  guint16 sent_picture;
  guint8 sent_tl0;
} NumbersRow;

static void
run_numbers (SlotRewriter *slot, gboolean is_long, const NumbersRow *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    const NumbersRow *row = &rows[i];
    PayloadNumbers numbers = { .picture_id_at = 2,
                               .is_long = is_long,
                               .picture_id = row->picture,
                               .tl0_at = 4,
                               .tl0 = row->tl0 };
    SlotInput input = { .source = row->source,
                        .source_seq = row->seq,
                        .keyframe_start = row->keyframe,
                        .numbers = &numbers };
    guint8 payload[5];
    SlotOutput out;
    SlotOrigin origin;
    g_test_message ("row %u", i);
    if (row->keyframe)
      slot_rewriter_select (slot, row->source);
    g_assert_cmpint (slot_rewriter_map (slot, &input, &out), ==, SLOT_FORWARD);
    payload_lower_numbers (payload, &numbers, out.lowering.pictures, out.lowering.tl0);
    guint16 sent = is_long ? (payload[2] << 8 | payload[3]) & 0x7fff : payload[2];
    g_assert_cmphex (sent, ==, row->sent_picture);
    g_assert_cmphex (payload[4], ==, row->sent_tl0);
    /* A retransmission carries the same. */
    g_assert_true (slot_rewriter_find_source (slot, out.seq, &origin));
    g_assert_cmphex (origin.lowering.pictures, ==, out.lowering.pictures);
    g_assert_cmphex (origin.lowering.tl0, ==, out.lowering.tl0);
    g_assert_true (slot_rewriter_remap (slot, &origin, 0, &out));
    g_assert_cmphex (out.lowering.pictures, ==, origin.lowering.pictures);
  }
}

/* The frame numbers go on by one at a switch; the first source's are left as they are. */
static void
test_numbers (void)
{
  static const NumbersRow rows[] = {
    { A, 1, TRUE, 0x7ffe, 254, 0x7ffe, 254 },
    { A, 2, FALSE, 0x7fff, 254, 0x7fff, 254 },
    { A, 4, FALSE, 1, 0, 1, 0 }, /* both wrap; 3 is late */
    { A, 3, FALSE, 0, 255, 0, 255 },
    { B, 9, TRUE, 20000, 77, 2, 1 },
    { B, 10, FALSE, 20001, 77, 3, 1 },
    { B, 11, FALSE, 20002, 78, 4, 2 },
    { A, 50, TRUE, 100, 10, 5, 3 },
    { B, 90, TRUE, 3, 200, 6, 4 }, /* B again, with other numbers */
    { B, 91, FALSE, 4, 201, 7, 5 },
  };
  SlotRewriter slot;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  run_numbers (&slot, TRUE, rows, G_N_ELEMENTS (rows));
}

static void
test_numbers_short (void)
{
  static const NumbersRow rows[] = {
    { A, 1, TRUE, 126, 0, 126, 0 }, { A, 2, FALSE, 127, 0, 127, 0 }, { B, 1, TRUE, 50, 9, 0, 1 },
    { B, 2, FALSE, 51, 9, 1, 1 },   { A, 9, TRUE, 1, 250, 2, 2 },
  };
  /* From 15 to 7 bits nothing can go on. */
  static const NumbersRow other_length[] = { { C, 1, TRUE, 9, 9, 9, 3 } };
  SlotRewriter slot;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  run_numbers (&slot, FALSE, rows, G_N_ELEMENTS (rows));
  run_numbers (&slot, TRUE, other_length, 1);
}

/* Sources without numbers between: nothing to take off, what was sent is remembered. */
static void
test_numbers_missing (void)
{
  static const NumbersRow before[] = { { A, 1, TRUE, 100, 10, 100, 10 } };
  static const NumbersRow after[] = { { C, 1, TRUE, 500, 50, 101, 11 } };
  PayloadNumbers none = { 0 };
  SlotInput input = { .source = B, .source_seq = 1, .keyframe_start = TRUE, .numbers = &none };
  SlotRewriter slot;
  SlotOutput out;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, FIRST_SEQ, FIRST_TS);
  run_numbers (&slot, TRUE, before, 1);
  slot_rewriter_select (&slot, B);
  g_assert_cmpint (slot_rewriter_map (&slot, &input, &out), ==, SLOT_FORWARD);
  g_assert_false (slot_lowering_is_any (out.lowering));
  run_numbers (&slot, TRUE, after, 1);
}

static void
test_seal_guard (void)
{
  static const struct {
    guint64 index;
    gboolean admitted;
  } rows[] = {
    { 5, TRUE },
    { 5, FALSE },
    { 3, TRUE }, /* below the first, within the window */
    { 3, FALSE },
    { 5 + SEAL_WINDOW - 1, TRUE },
    { 5, FALSE },
    { 4, FALSE }, /* older than the window */
    { 6, TRUE },
    { 5 + SEAL_WINDOW, TRUE },
    { 5, FALSE },
    { 6, FALSE },
    { 7, TRUE },
    { 5 + 10 * SEAL_WINDOW, TRUE }, /* far ahead: nothing of before is in the window */
    { 6 + 9 * SEAL_WINDOW, TRUE },
    { 5 + 9 * SEAL_WINDOW, FALSE },
    { 6 + 9 * SEAL_WINDOW, FALSE },
    { G_GUINT64_CONSTANT (0xffffffffffff), TRUE }, /* the last index there is */
    { G_GUINT64_CONSTANT (0xffffffffffff), FALSE },
  };
  SealGuard guard = { 0 };
  g_assert_false (seal_guard_was_admitted (&guard, 0));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %u", i);
    g_assert_cmpint (seal_guard_admit (&guard, rows[i].index), ==, rows[i].admitted);
    if (rows[i].admitted)
      g_assert_true (seal_guard_was_admitted (&guard, rows[i].index));
  }
  g_assert_false (seal_guard_was_admitted (&guard, 5));
  g_assert_false (seal_guard_was_admitted (&guard, G_GUINT64_CONSTANT (0xfffffffffffe)));
}

/* Whatever comes, no index goes out twice for different packets. */
static void
test_random_walk (void)
{
  SlotRewriter slot;
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint64 heads[4] = { 70000, 80000, 90000, 100000 };
  guint forwarded = 0;
  slot_rewriter_init (&slot, SLOT_KIND_VIDEO, VIDEO_RATE, 30000, 0);
  for (guint i = 0; i < 200000; i++) {
    guint source = g_rand_int_range (rand, 0, 4);
    if (g_rand_int_range (rand, 0, 50) == 0)
      slot_rewriter_select (&slot, source);
    if (g_rand_int_range (rand, 0, 500) == 0)
      slot_rewriter_stop (&slot);
    if (g_rand_int_range (rand, 0, 1000) == 0)
      heads[source] += g_rand_int_range (rand, 0, 3000);
    guint64 seq = heads[source]++ - MIN (g_rand_int_range (rand, 0, 40), 20);
    SlotInput input = { .source = source,
                        .source_seq = seq,
                        .timestamp = seq * 3000,
                        .keyframe_start = seq % 7 == 0,
                        .arrival_us = i * 1000 };
    SlotOutput out;
    if (slot_rewriter_map (&slot, &input, &out) != SLOT_FORWARD)
      continue;
    forwarded++;
    guint64 packet = seq << 2 | source;
    guint64 *before = g_hash_table_lookup (used, &out.index);
    g_assert_null (before);
    g_hash_table_insert (used, g_memdup2 (&out.index, 8), g_memdup2 (&packet, 8));
    SlotOrigin origin;
    g_assert_true (slot_rewriter_find_source (&slot, out.seq, &origin));
    g_assert_cmpuint (origin.index, ==, out.index);
    g_assert_cmpuint (origin.source, ==, source);
    g_assert_cmpuint (origin.source_seq, ==, seq);
  }
  g_assert_cmpuint (forwarded, >, 10000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/slot-rewriter/video-start", test_video_start);
  g_test_add_func ("/rtp/slot-rewriter/video-switch", test_video_switch);
  g_test_add_func ("/rtp/slot-rewriter/keyframe-start-late", test_keyframe_start_late);
  g_test_add_func ("/rtp/slot-rewriter/select-again", test_select_again);
  g_test_add_func ("/rtp/slot-rewriter/stop", test_stop);
  g_test_add_func ("/rtp/slot-rewriter/cached-start", test_cached_start);
  g_test_add_func ("/rtp/slot-rewriter/audio-switch", test_audio_switch);
  g_test_add_func ("/rtp/slot-rewriter/wrap", test_wrap);
  g_test_add_func ("/rtp/slot-rewriter/gap", test_gap);
  g_test_add_func ("/rtp/slot-rewriter/wants-keyframe", test_wants_keyframe);
  g_test_add_func ("/rtp/slot-rewriter/find-source", test_find_source);
  g_test_add_func ("/rtp/slot-rewriter/find-source-window", test_find_source_window);
  g_test_add_func ("/rtp/slot-rewriter/map-timestamp", test_map_timestamp);
  g_test_add_func ("/rtp/slot-rewriter/numbers", test_numbers);
  g_test_add_func ("/rtp/slot-rewriter/numbers-short", test_numbers_short);
  g_test_add_func ("/rtp/slot-rewriter/numbers-missing", test_numbers_missing);
  g_test_add_func ("/rtp/slot-rewriter/seal-guard", test_seal_guard);
  g_test_add_func ("/rtp/slot-rewriter/random-walk", test_random_walk);
  return g_test_run ();
}
