/* Frames, freezes, gaps, envelopes: what one second of a stream is told as. */
#include "pipelines/relay/stream_meter.h"

#include <string.h>

#define MS ((gint64) 1000)

typedef struct {
  StreamMeter meter;
  StreamTotals totals;
  gint64 now_us;
  guint32 timestamp;
  guint64 seq;
} Stream;

/* @ms after the frame before, in @n packets. */
static void
frame_after (Stream *stream, guint ms, guint n)
{
  stream->now_us += ms * MS;
  stream->timestamp += 90 * ms;
  for (guint i = 0; i < n; i++)
    stream_meter_on_packet (&stream->meter, stream->timestamp, ++stream->seq, stream->now_us);
  stream->totals.packets += n;
  stream->totals.bytes += 1000 * n;
}

static Stream
a_stream (void)
{
  Stream stream = { .now_us = 1000 * MS, .seq = 7 };

  return stream;
}

static StreamSample
take (Stream *stream, gboolean is_video)
{
  StreamSample sample;

  memset (&sample, 0, sizeof sample);
  stream_meter_take (&stream->meter, &stream->totals, is_video, stream->now_us, &sample);
  return sample;
}

static void
test_frames (void)
{
  Stream stream = a_stream ();

  for (guint i = 0; i < 25; i++)
    frame_after (&stream, 40, 3);
  StreamSample sample = take (&stream, TRUE);
  g_assert_cmpuint (sample.frames, ==, 25);
  g_assert_cmpuint (sample.packets, ==, 75);
  g_assert_cmpuint (sample.bytes, ==, 75000);
  g_assert_cmpuint (sample.gap_ms, ==, 40);
  g_assert_cmpuint (sample.freezes, ==, 0);
  g_assert_cmpuint (sample.frozen_ms, ==, 0);
  g_assert_cmpuint (sample.span_ms, ==, 1000); /* of the first, by rule */
  for (guint i = 0; i < 50; i++)
    frame_after (&stream, 40, 3);
  sample = take (&stream, TRUE);
  g_assert_cmpuint (sample.frames, ==, 50);
  g_assert_cmpuint (sample.packets, ==, 150);
  g_assert_cmpuint (sample.span_ms, ==, 2000);
}

/* Packets of a frame before, that come late, begin no frame; timestamps wrap. */
static void
test_order (void)
{
  Stream stream = a_stream ();

  stream.timestamp = G_MAXUINT32 - 3600;
  frame_after (&stream, 40, 2);
  frame_after (&stream, 40, 2);
  frame_after (&stream, 40, 2);
  stream_meter_on_packet (&stream.meter, stream.timestamp - 3600, stream.seq - 2, stream.now_us);
  stream_meter_on_packet (&stream.meter, stream.timestamp, stream.seq + 1, stream.now_us);
  g_assert_cmpuint (take (&stream, TRUE).frames, ==, 3);
}

/* Frames with one gap between them, by the usual distance of frames. */
static void
test_freezes (void)
{
  static const struct {
    guint usual_ms, gap_ms;
    guint freezes, frozen_ms;
  } rows[] = {
    { 40, 199, 0, 0 },    { 40, 201, 1, 201 }, { 40, 900, 1, 900 }, { 100, 299, 0, 0 },
    { 100, 350, 1, 350 }, { 150, 440, 0, 0 },  { 200, 500, 0, 0 },  { 200, 600, 1, 600 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Stream stream = a_stream ();

    for (guint k = 0; k < 100; k++)
      frame_after (&stream, rows[i].usual_ms, 1);
    take (&stream, TRUE);
    frame_after (&stream, rows[i].gap_ms, 1);
    StreamSample sample = take (&stream, TRUE);
    g_test_message ("%u ms after frames of %u ms", rows[i].gap_ms, rows[i].usual_ms);
    g_assert_cmpuint (sample.freezes, ==, rows[i].freezes);
    g_assert_cmpuint (sample.frozen_ms, ==, rows[i].frozen_ms);
    g_assert_cmpuint (sample.gap_ms, ==, rows[i].gap_ms);
  }
}

/* A freeze is told while it lasts, each part of it once. */
static void
test_long_freeze (void)
{
  Stream stream = a_stream ();
  guint frozen_ms = 0, freezes = 0;

  for (guint k = 0; k < 50; k++)
    frame_after (&stream, 40, 1);
  take (&stream, TRUE);
  for (guint second = 0; second < 3; second++) {
    stream.now_us += 1000 * MS;
    StreamSample sample = take (&stream, TRUE);
    g_assert_cmpuint (sample.frozen_ms, ==, 1000);
    frozen_ms += sample.frozen_ms;
    freezes += sample.freezes;
  }
  frame_after (&stream, 500, 1);
  StreamSample sample = take (&stream, TRUE);
  g_assert_cmpuint (frozen_ms + sample.frozen_ms, ==, 3500);
  g_assert_cmpuint (freezes + sample.freezes, ==, 1);
  frame_after (&stream, 40, 1);
  g_assert_cmpuint (take (&stream, TRUE).frozen_ms, ==, 0);
}

static void
test_lost_runs (void)
{
  Stream stream = a_stream ();

  frame_after (&stream, 20, 1);
  stream.seq += 3; /* three lost in a row */
  frame_after (&stream, 20, 1);
  frame_after (&stream, 20, 1);
  stream.seq += 1;
  frame_after (&stream, 20, 1);
  stream.totals.lost = 4;
  StreamSample sample = take (&stream, FALSE);
  g_assert_cmpuint (sample.lost_runs, ==, 2);
  g_assert_cmpuint (sample.lost, ==, 4);
  stream.totals.lost = 3; /* one came late: nothing is taken back */
  g_assert_cmpuint (take (&stream, FALSE).lost, ==, 0);
  stream.totals.lost = 5;
  g_assert_cmpuint (take (&stream, FALSE).lost, ==, 1);
}

static void
test_sound (void)
{
  Stream stream = a_stream ();

  for (guint i = 0; i < 50; i++) {
    frame_after (&stream, 20, 1);
    stream_meter_on_level (&stream.meter, i < 10 ? 2 : i < 25 ? 30 : 60, stream.now_us);
  }
  StreamSample sample = take (&stream, FALSE);
  g_assert_cmpuint (sample.loudest, ==, 2);
  g_assert_cmpuint (sample.clipped, ==, 10);
  g_assert_cmpuint (sample.freezes, ==, 0);
  g_assert_true (sample.has_envelope);
  /* the oldest first: loud, then speech, then noise */
  g_assert_cmpuint (sample.envelope[1], ==, 2);
  g_assert_cmpuint (sample.envelope[6], ==, 30);
  g_assert_cmpuint (sample.envelope[17], ==, 60);
  sample = take (&stream, FALSE);
  g_assert_cmpuint (sample.loudest, ==, STREAM_SILENCE);
  g_assert_false (sample.has_envelope); /* nothing came */
}

static void
test_restart (void)
{
  Stream stream = a_stream ();

  frame_after (&stream, 40, 5);
  take (&stream, TRUE);
  stream_meter_restart (&stream.meter);
  stream.totals = (StreamTotals){ 2, 200, 0, 0 };
  stream.now_us += 5000 * MS;
  StreamSample sample = take (&stream, TRUE);
  g_assert_cmpuint (sample.packets, ==, 2);
  g_assert_cmpuint (sample.frozen_ms, ==, 0);
}

static void
test_slot (void)
{
  SlotMeter meter = { 0 };
  StreamSample sample = { .name = "main" };

  meter.nacks = 3;
  slot_meter_on_report (&meter, 10, 1500);
  slot_meter_take (&meter, 100, 90000, 1000 * MS, &sample);
  g_assert_cmpuint (sample.packets, ==, 100);
  g_assert_cmpuint (sample.lost, ==, 10);
  g_assert_cmpuint (sample.jitter_us, ==, 1500);
  g_assert_cmpuint (sample.nacks, ==, 3);
  slot_meter_on_report (&meter, 8, 1500); /* late ones came: nothing is taken back */
  slot_meter_take (&meter, 150, 99000, 1500 * MS, &sample);
  g_assert_cmpuint (sample.packets, ==, 50);
  g_assert_cmpuint (sample.bytes, ==, 9000);
  g_assert_cmpuint (sample.lost, ==, 0);
  g_assert_cmpuint (sample.nacks, ==, 0);
  g_assert_cmpuint (sample.span_ms, ==, 500);
  slot_meter_on_report (&meter, -1, 1500); /* RFC 3550: duplicates make it negative */
  slot_meter_take (&meter, 150, 99000, 2500 * MS, &sample);
  g_assert_cmpuint (sample.lost, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/stream_meter/frames", test_frames);
  g_test_add_func ("/relay/stream_meter/order", test_order);
  g_test_add_func ("/relay/stream_meter/freezes", test_freezes);
  g_test_add_func ("/relay/stream_meter/long_freeze", test_long_freeze);
  g_test_add_func ("/relay/stream_meter/lost_runs", test_lost_runs);
  g_test_add_func ("/relay/stream_meter/sound", test_sound);
  g_test_add_func ("/relay/stream_meter/restart", test_restart);
  g_test_add_func ("/relay/stream_meter/slot", test_slot);
  return g_test_run ();
}
