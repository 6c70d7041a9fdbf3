/* The long rows are what GStreamer 1.22's encoders and payloaders made of a 320x180 picture. */
#include "pipelines/rtp/payload.h"
#include "tests/unit/rtp/rtp_bytes.h"

typedef struct {
  const char *name;
  Codec codec;
  const char *hex;
  gboolean keyframe;
  guint width; /* 0: not told */
  guint height;
} PayloadRow;

static const PayloadRow rows[] = {
  { "opus", CODEC_OPUS, "fc00", TRUE },
  { "unknown", CODEC_UNKNOWN, "00", TRUE },
  { "opus, empty", CODEC_OPUS, "", TRUE },

  { "vp8 keyframe", CODEC_VP8, "90809f69 b01c009d012a4001b40002c708858588", TRUE, 320, 180 },
  { "vp8 delta", CODEC_VP8, "90809f6a b10400171110001800", FALSE },
  { "vp8 keyframe, plain descriptor", CODEC_VP8, "10 b01c009d012a8002e001", TRUE, 640, 480 },
  { "vp8 scaling bits", CODEC_VP8, "10 b01c009d012a8042e081", TRUE, 640, 480 },
  { "vp8 second packet of it", CODEC_VP8, "00 b01c009d012a8002e001", FALSE },
  { "vp8 second partition", CODEC_VP8, "11 b01c009d012a8002e001", FALSE },
  { "vp8 all fields", CODEC_VP8, "90f0811122 33 b01c009d012a8002e001", TRUE, 640, 480 },
  { "vp8 short picture id", CODEC_VP8, "908011 b01c009d012a8002e001", TRUE, 640, 480 },
  { "vp8 no start code", CODEC_VP8, "10 b01c00ffffff8002e001", TRUE },
  { "vp8 frame header cut", CODEC_VP8, "10 b01c009d012a8002e0", TRUE },
  { "vp8 descriptor only", CODEC_VP8, "10", FALSE },
  { "vp8 descriptor cut", CODEC_VP8, "9080", FALSE },
  { "vp8 X cut", CODEC_VP8, "90", FALSE },
  { "vp8 empty", CODEC_VP8, "", FALSE },

  { "h264 aud, sps, pps", CODEC_H264,
    "7800020910001c6742c015da05067e7c05a8303035280000030008000003019478b175000468ce3c80", TRUE, 320,
    180 },
  { "h264 sps high", CODEC_H264, "67640014acb202833f3e02d418181a94000003000400000300ca3c50a920",
    TRUE, 320, 180 },
  { "h264 sps 1080p, cropped", CODEC_H264,
    "6742c028da01e0089f97016a020202800000030080000019478c1950", TRUE, 1920, 1080 },
  { "h264 sps of openh264", CODEC_H264, "6742c01f8c8d402802dd00f08846a0", TRUE, 1280, 720 },
  { "h264 pps", CODEC_H264, "68ebccb22c", FALSE },
  { "h264 aud", CODEC_H264, "0910", FALSE },
  { "h264 idr", CODEC_H264, "65888406affef7d4", TRUE },
  { "h264 idr, second slice", CODEC_H264, "6503c888406afffe", FALSE },
  { "h264 idr without data", CODEC_H264, "65", FALSE },
  { "h264 slice", CODEC_H264, "419a3b106aff", FALSE },
  { "h264 fu-a of sei", CODEC_H264, "1c8605ffffb0dc45", FALSE },
  { "h264 fu-a of idr", CODEC_H264, "7c85888405a898a0", TRUE },
  { "h264 fu-a of idr, second slice", CODEC_H264, "7c8503c888405a89", FALSE },
  { "h264 fu-a of idr, middle", CODEC_H264, "7c05888405a898a0", FALSE },
  { "h264 fu-a cut", CODEC_H264, "7c", FALSE },
  { "h264 fu-a of slice", CODEC_H264, "7c81888405a898a0", FALSE },
  { "h264 stap-a with idr", CODEC_H264, "78000209100004658884ff", TRUE },
  { "h264 stap-a, pps only", CODEC_H264, "78000468ce3c80", FALSE },
  { "h264 stap-a unit too long", CODEC_H264, "78001c6742c015", FALSE },
  { "h264 stap-a unit of none", CODEC_H264, "780000000467 42c015", FALSE },
  { "h264 sps cut", CODEC_H264, "6742c015", TRUE },
  { "h264 empty", CODEC_H264, "", FALSE },

  { "vp9 keyframe", CODEC_VP9, "8e0c18014000b4010401b124c1a148009f80", TRUE, 320, 180 },
  { "vp9 keyframe, 15-bit id", CODEC_VP9, "8e ac0e 18014000b4010401b124c1a148009f80", TRUE, 320,
    180 },
  { "vp9 delta", CODEC_VP9, "cc b300204979509480000670", FALSE },
  { "vp9 non-flexible with layers", CODEC_VP9, "ac 8123 10 05 aabb", TRUE },
  { "vp9 upper spatial layer", CODEC_VP9, "ac 8123 12 05 aabb", FALSE },
  { "vp9 flexible keyframe", CODEC_VP9, "bc 8123 10 aabb", TRUE },
  { "vp9 flexible delta, two references", CODEC_VP9, "fc 8123 10 03 04 aabb", FALSE },
  { "vp9 references without end", CODEC_VP9, "fc 8123 10 03 03 03 aabb", FALSE },
  { "vp9 middle of keyframe", CODEC_VP9, "84 8123 aabb", FALSE },
  { "vp9 three layers told", CODEC_VP9, "8a 8123 50 014000b4 02800168 050002d0 aabb", TRUE, 1280,
    720 },
  { "vp9 structure cut", CODEC_VP9, "8a 8123 50 014000b4 02800168 05", TRUE },
  { "vp9 structure without sizes", CODEC_VP9, "8a 8123 08 01 04 aabb", TRUE },
  { "vp9 descriptor only", CODEC_VP9, "8c 8123", FALSE },
  { "vp9 no picture id", CODEC_VP9, "0c aabb", TRUE },
  { "vp9 picture id cut", CODEC_VP9, "8c", FALSE },
  { "vp9 layer cut", CODEC_VP9, "ac 81 23", FALSE },
  { "vp9 empty", CODEC_VP9, "", FALSE },

  { "av1 new sequence", CODEC_AV1, "18 08200000043cfecf81b5f204", TRUE, 320, 180 },
  { "av1 new sequence, sized", CODEC_AV1, "18 0a0b200000043cfecf81b5f204", TRUE, 320, 180 },
  { "av1 sequence header and frame", CODEC_AV1, "28 0c 08200000043cfecf81b5f204 32bb0510", TRUE,
    320, 180 },
  { "av1 all elements sized", CODEC_AV1, "00 0c 08200000043cfecf81b5f204 0432bb0510", TRUE, 320,
    180 },
  { "av1 odd size", CODEC_AV1, "18 0a0c2000002d4d55bf78195f204032", TRUE, 1366, 766 },
  { "av1 N alone", CODEC_AV1, "18 32bb0510", TRUE },
  { "av1 frame", CODEC_AV1, "10 32890438404404040800", FALSE },
  { "av1 goes on", CODEC_AV1, "98 08200000043cfecf81b5f204", FALSE },
  { "av1 sequence header cut", CODEC_AV1, "18 08200000043cfe", TRUE },
  { "av1 element too long", CODEC_AV1, "20 7f 08200000", FALSE },
  { "av1 element of none", CODEC_AV1, "00 00 08200000", FALSE },
  { "av1 length without end", CODEC_AV1, "00 ffffffffffffffffff", FALSE },
  { "av1 extension header alone", CODEC_AV1, "10 0c", FALSE },
  /* Written bit by bit after the standards. */
  { "h264 sps with scaling lists", CODEC_H264,
    "6764001fad98e6398e6398e6398e63908931cc731cc731cc731cc731cc731cc731cc731cc731cc731cc731cc731cc7"
    "31cc731cc731cc731cc716ca02802dc8",
    TRUE, 1280, 720 },
  { "h264 sps 4:4:4", CODEC_H264, "67f4001f91b31cc731cc731cc731cc7002112d940780227e25", TRUE, 1920,
    1080 },
  { "h264 sps monochrome", CODEC_H264, "6764001ff0b650280bfe25", TRUE, 640, 360 },
  { "h264 sps 4:2:2", CODEC_H264, "677a001fbc2d9407802276ca54", TRUE, 1912, 1080 },
  { "h264 sps, picture order 1", CODEC_H264, "6742001f9519088a00960a0501ec80", TRUE, 640, 480 },
  { "h264 sps, picture order 2", CODEC_H264, "6742001f95940a03d9", TRUE, 640, 480 },
  { "h264 sps interlaced", CODEC_H264, "674d001f96ca03c0223ed0", TRUE, 1920, 1080 },
  { "h264 sps cropped to nothing", CODEC_H264, "6742001f96caf89e80", TRUE },
  { "h264 sps too large", CODEC_H264, "6742001f96ca0009c472", TRUE },
  { "av1 timing and decoder model", CODEC_AV1,
    "18080400000004000000664a40000000464880011be92c280028800489313fd9c002", TRUE, 640, 360 },
  { "av1 timing, two points", CODEC_AV1, "180804000000040000006484000b40012aa67fd9e001", TRUE, 1280,
    720 },
  { "av1 reduced header", CODEC_AV1, "18081961e7f8e001", TRUE, 320, 200 },
  { "av1 largest", CODEC_AV1, "1808197fffffbfffa0", TRUE, 65535, 65535 },

  { "av1 empty", CODEC_AV1, "", FALSE },
  { "av1 aggregation header only", CODEC_AV1, "18", FALSE },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const PayloadRow *row = &rows[i];
    guint8 data[128];
    guint width = 0, height = 0;
    gsize size = bytes_from_hex (row->hex, data, sizeof data);
    /* On the heap and exactly as long, so that a sanitizer sees a byte too many. */
    g_autofree guint8 *payload = g_memdup2 (data, size);
    g_test_message ("%s", row->name);
    g_assert_cmpint (payload_is_keyframe_start (row->codec, payload, size), ==, row->keyframe);
    gboolean told = payload_frame_size (row->codec, payload, size, &width, &height);
    if (row->width > 0 || !told) {
      g_assert_cmpint (told, ==, row->width > 0);
      g_assert_cmpuint (width, ==, row->width);
      g_assert_cmpuint (height, ==, row->height);
    }
  }
}

/* One past the largest: what the controller hears must fit 16 bits. */
static void
test_too_large (void)
{
  static const struct {
    Codec codec;
    const char *hex;
  } too_large[] = {
    { CODEC_H264, "6742001f96ca0009c472" },
    { CODEC_AV1, "1808197fffffc10de0" }, /* 65536 x 1080 */
    { CODEC_AV1, "1808197fc10dffffe0" }, /* 1080 x 65536 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (too_large); i++) {
    guint8 data[32];
    guint width = 0, height = 0;
    gsize size = bytes_from_hex (too_large[i].hex, data, sizeof data);

    g_assert_false (payload_frame_size (too_large[i].codec, data, size, &width, &height));
    g_assert_cmpuint (width, ==, 0);
    g_assert_cmpuint (height, ==, 0);
  }
}

/* Every prefix of every row: no crash, no keyframe out of nothing. */
static void
test_prefixes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint8 data[128];
    guint width, height;
    gsize size = bytes_from_hex (rows[i].hex, data, sizeof data);
    for (gsize n = 0; n < size; n++) {
      g_autofree guint8 *payload = g_memdup2 (data, n);
      for (guint codec = 0; codec < CODEC_COUNT; codec++) {
        payload_is_keyframe_start (codec, payload, n);
        payload_frame_size (codec, payload, n, &width, &height);
      }
    }
  }
}

typedef struct {
  const char *name;
  Codec codec;
  const char *hex;
  guint picture_id_at;
  guint picture_id;
  guint tl0_at;
  guint tl0;
  const char *lowered; /* by 3 pictures and 2 base layers; NULL: the same */
} NumbersRow;

static const NumbersRow numbers_rows[] = {
  { "vp8 all fields", CODEC_VP8, "90f0811122 33 b01c", 2, 0x111, 4, 0x22, "90f0810e20 33 b01c" },
  { "vp8 short", CODEC_VP8, "90c0110522 b01c", 2, 0x11, 3, 5, "90c00e0322 b01c" },
  { "vp8 long id alone", CODEC_VP8, "908080 01 b01c", 2, 1, 0, 0, "9080fffe b01c" },
  { "vp8 short id alone", CODEC_VP8, "908001 b01c", 2, 1, 0, 0, "90807e b01c" },
  { "vp8 tl0 alone", CODEC_VP8, "904001 b01c", 0, 0, 2, 1, "9040ff b01c" },
  { "vp8 keys only", CODEC_VP8, "901022 b01c", 0, 0, 0, 0 },
  { "vp8 plain", CODEC_VP8, "10b01c", 0, 0, 0, 0 },
  { "vp8 id cut", CODEC_VP8, "908080", 0, 0, 0, 0 },
  { "vp8 tl0 cut", CODEC_VP8, "90c011", 2, 0x11, 0, 0, "90c00e" },
  { "vp8 X cut", CODEC_VP8, "90", 0, 0, 0, 0 },
  { "vp9 non-flexible with layers", CODEC_VP9, "ac8123100500", 1, 0x123, 4, 5, "ac8120100300" },
  { "vp9 short id, no layers", CODEC_VP9, "8c12aabb", 1, 0x12, 0, 0, "8c0faabb" },
  { "vp9 flexible", CODEC_VP9, "bc812310aabb", 1, 0x123, 0, 0, "bc812010aabb" },
  { "vp9 layers without id", CODEC_VP9, "2c1005aabb", 0, 0, 2, 5, "2c1003aabb" },
  { "vp9 nothing", CODEC_VP9, "0caabb", 0, 0, 0, 0 },
  { "vp9 empty", CODEC_VP9, "", 0, 0, 0, 0 },
  { "h264", CODEC_H264, "f0f0f0f0f0", 0, 0, 0, 0 },
};

static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers_rows); i++) {
    const NumbersRow *row = &numbers_rows[i];
    guint8 data[64], expected[64];
    gsize size = bytes_from_hex (row->hex, data, sizeof data);
    g_autofree guint8 *payload = g_memdup2 (data, size);
    PayloadNumbers numbers;
    g_test_message ("%s", row->name);
    payload_read_numbers (&numbers, row->codec, payload, size);
    g_assert_cmpuint (numbers.picture_id_at, ==, row->picture_id_at);
    g_assert_cmphex (numbers.picture_id, ==, row->picture_id);
    g_assert_cmpuint (numbers.tl0_at, ==, row->tl0_at);
    g_assert_cmphex (numbers.tl0, ==, row->tl0);
    payload_lower_numbers (payload, &numbers, 0, 0);
    g_assert_cmpmem (payload, size, data, size);
    payload_lower_numbers (payload, &numbers, 3, 2);
    const char *lowered = row->lowered ? row->lowered : row->hex;
    g_assert_cmpmem (payload, size, expected, bytes_from_hex (lowered, expected, sizeof expected));
  }
}

static void
test_names (void)
{
  g_assert_cmpint (codec_from_name ("vp8"), ==, CODEC_VP8);
  g_assert_cmpint (codec_from_name ("h264"), ==, CODEC_H264);
  g_assert_cmpint (codec_from_name ("Opus"), ==, CODEC_OPUS);
  g_assert_cmpint (codec_from_name ("rtx"), ==, CODEC_UNKNOWN);
  g_assert_cmpint (codec_from_name ("unknown"), ==, CODEC_UNKNOWN);
  g_assert_cmpint (codec_from_name (NULL), ==, CODEC_UNKNOWN);
  for (guint codec = CODEC_OPUS; codec < CODEC_COUNT; codec++)
    g_assert_cmpint (codec_from_name (codec_name (codec)), ==, codec);
  g_assert_false (codec_is_video (CODEC_OPUS));
  g_assert_true (codec_is_video (CODEC_AV1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/payload/rows", test_rows);
  g_test_add_func ("/rtp/payload/too-large", test_too_large);
  g_test_add_func ("/rtp/payload/prefixes", test_prefixes);
  g_test_add_func ("/rtp/payload/numbers", test_numbers);
  g_test_add_func ("/rtp/payload/names", test_names);
  return g_test_run ();
}
