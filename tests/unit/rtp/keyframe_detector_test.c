#include "pipelines/rtp/keyframe_detector.h"
#include "tests/unit/rtp/rtp_bytes.h"

#define SPS "6742c028da01e0089f97016a020202800000030080000019478c1950"
#define STAP "78000467 42c028 000468ce3c80" /* SPS and PPS */
#define PPS "68ce3c80"
#define IDR "65888406"
#define IDR_SECOND_SLICE "6503c888"
#define FU_IDR "7c858884"
#define FU_MIDDLE "7c058884"
#define DELTA "419a3b10"

typedef struct {
  guint32 timestamp;
  const char *payload;
  gboolean starts;
} Row;

static void
run (Codec codec, const Row *rows, guint n)
{
  KeyframeDetector detector = { 0 };
  for (guint i = 0; i < n; i++) {
    guint8 data[64];
    gsize size = bytes_from_hex (rows[i].payload, data, sizeof data);
    g_test_message ("row %u", i);
    g_assert_cmpint (keyframe_detector_on_packet (&detector, codec, rows[i].timestamp, data, size),
                     ==, rows[i].starts);
  }
}

/* As Chromium sends: parameter sets in one packet, the IDR in fragments. */
static void
test_browser (void)
{
  static const Row rows[] = {
    { 0, DELTA, FALSE },  { 10, STAP, TRUE }, { 10, FU_IDR, FALSE }, { 10, FU_MIDDLE, FALSE },
    { 20, DELTA, FALSE }, { 30, STAP, TRUE }, { 30, FU_IDR, FALSE },
  };
  run (CODEC_H264, rows, G_N_ELEMENTS (rows));
}

/* As x264 in slices: the parameter sets before each of them. */
static void
test_slices (void)
{
  static const Row rows[] = {
    { 10, SPS, TRUE },  { 10, PPS, FALSE }, { 10, IDR, FALSE },
    { 10, SPS, FALSE }, { 10, PPS, FALSE }, { 10, IDR_SECOND_SLICE, FALSE },
  };
  run (CODEC_H264, rows, G_N_ELEMENTS (rows));
}

/* The parameter sets are lost: the keyframe starts when they are sent again. */
static void
test_sets_late (void)
{
  static const Row rows[] = {
    { 10, STAP, TRUE }, { 10, FU_IDR, FALSE }, { 20, FU_IDR, FALSE }, { 20, FU_MIDDLE, FALSE },
    { 20, STAP, TRUE }, { 30, STAP, TRUE },    { 30, IDR, FALSE },
  };
  run (CODEC_H264, rows, G_N_ELEMENTS (rows));
}

/* An encoder that sends them once: a keyframe without is believed from the second on. */
static void
test_sets_once (void)
{
  static const Row rows[] = {
    { 10, SPS, TRUE }, { 10, IDR, FALSE }, { 20, IDR, FALSE },
    { 30, IDR, TRUE }, { 30, IDR, FALSE }, { 40, IDR, TRUE },
  };
  static const Row never[] = { { 10, IDR, TRUE }, { 20, FU_IDR, TRUE } };
  run (CODEC_H264, rows, G_N_ELEMENTS (rows));
  run (CODEC_H264, never, G_N_ELEMENTS (never));
}

static void
test_other_codecs (void)
{
  static const Row vp8[] = { { 10, "10b01c009d012a", TRUE },
                             { 10, "00b01c009d012a", FALSE },
                             { 20, "10b10400", FALSE } };
  static const Row opus[] = { { 10, "fc", TRUE }, { 10, "fc", TRUE } };
  run (CODEC_VP8, vp8, G_N_ELEMENTS (vp8));
  run (CODEC_OPUS, opus, G_N_ELEMENTS (opus));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/keyframe-detector/browser", test_browser);
  g_test_add_func ("/rtp/keyframe-detector/slices", test_slices);
  g_test_add_func ("/rtp/keyframe-detector/sets-late", test_sets_late);
  g_test_add_func ("/rtp/keyframe-detector/sets-once", test_sets_once);
  g_test_add_func ("/rtp/keyframe-detector/other-codecs", test_other_codecs);
  return g_test_run ();
}
