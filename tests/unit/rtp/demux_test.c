#include "pipelines/rtp/demux.h"
#include "tests/unit/rtp/rtp_bytes.h"

enum {
  MIC,
  CAMERA,
  CONTENT,
};

#define OPUS 111
#define VP8 96
#define VP8_RTX 97
#define H264 98

#define MID0 "bede0001 10300000"
#define MID1 "bede0001 10310000"
#define MID9 "bede0001 10390000"
#define MID1_RID(x) "bede0002 1031 20" x "00000000"
#define MID1_REPAIRED(x) "bede0002 1031 30" x "00000000"
#define MID2 "bede0001 10320000"

static const ExtensionMap map = {
  { [EXTENSION_MID] = 1, [EXTENSION_RID] = 2, [EXTENSION_REPAIRED_RID] = 3 }
};

static RtpDemux *
demux_new (void)
{
  static const guint8 opus[] = { OPUS };
  static const guint8 video[] = { VP8, H264 };
  static const guint8 rtx[] = { VP8_RTX };
  static const guint32 ssrcs[] = { 500 };
  static const guint32 rtx_ssrcs[] = { 501 };
  RtpDemuxTrack mic = { .mid = "0", .payload_types = opus, .n_payload_types = 1 };
  RtpDemuxTrack camera = { .mid = "1",
                           .rids = { "h", "m", "l" },
                           .n_rids = 3,
                           .payload_types = video,
                           .n_payload_types = 2,
                           .rtx_payload_types = rtx,
                           .n_rtx_payload_types = 1 };
  RtpDemuxTrack content = { .mid = "2",
                            .payload_types = video,
                            .n_payload_types = 2,
                            .rtx_payload_types = rtx,
                            .n_rtx_payload_types = 1,
                            .ssrcs = ssrcs,
                            .n_ssrcs = 1,
                            .rtx_ssrcs = rtx_ssrcs,
                            .n_rtx_ssrcs = 1 };
  RtpDemux *demux = rtp_demux_new ();
  rtp_demux_set_extensions (demux, &map);
  g_assert_cmpint (rtp_demux_add_track (demux, &mic), ==, MIC);
  g_assert_cmpint (rtp_demux_add_track (demux, &camera), ==, CAMERA);
  g_assert_cmpint (rtp_demux_add_track (demux, &content), ==, CONTENT);
  g_assert_cmpint (rtp_demux_add_track (demux, &content), ==, -1); /* the same mid */
  return demux;
}

static gboolean
find (RtpDemux *demux, guint32 ssrc, guint payload_type, const char *extension,
      RtpDemuxTarget *target)
{
  guint8 data[64];
  PacketSpec spec = { .ssrc = ssrc, .payload_type = payload_type, .extension = extension };
  RtpPacket packet;
  g_assert_true (rtp_packet_parse (&packet, data, build_packet (&spec, data, sizeof data)));
  return rtp_demux_find (demux, &packet, target);
}

typedef struct {
  const char *name;
  guint32 ssrc;
  guint payload_type;
  const char *extension;
  gboolean found;
  guint track;
  guint encoding;
  gboolean rtx;
  gboolean learnt;
} Row;

static const Row rows[] = {
  { "camera without anything", 100, VP8, NULL, FALSE },
  { "camera without rid", 100, VP8, MID1, FALSE },
  { "camera, best", 100, VP8, MID1_RID ("68"), TRUE, CAMERA, 0, FALSE, TRUE },
  { "camera, least", 102, H264, MID1_RID ("6c"), TRUE, CAMERA, 2, FALSE, TRUE },
  { "camera, best, known", 100, VP8, NULL, TRUE, CAMERA, 0, FALSE, FALSE },
  { "camera, unknown rid", 103, VP8, MID1_RID ("78"), FALSE },
  { "camera, rtx", 110, VP8_RTX, MID1_REPAIRED ("68"), TRUE, CAMERA, 0, TRUE, TRUE },
  { "camera, rtx known", 110, VP8_RTX, NULL, TRUE, CAMERA, 0, TRUE, FALSE },
  { "mic by payload type", 200, OPUS, NULL, TRUE, MIC, 0, FALSE, TRUE },
  { "mic by mid, another ssrc", 201, OPUS, MID0, TRUE, MIC, 0, FALSE, TRUE },
  { "mic, late packet of the old ssrc", 200, OPUS, NULL, FALSE },
  { "late packet with mid too", 200, OPUS, MID0, FALSE },
  { "mid unknown", 300, VP8, MID9, FALSE },
  { "mid with a foreign payload type", 300, OPUS, MID1_RID ("6d"), FALSE },
  { "content, signalled", 500, VP8, NULL, TRUE, CONTENT, 0, FALSE, FALSE },
  { "content, signalled rtx", 501, VP8_RTX, NULL, TRUE, CONTENT, 0, TRUE, FALSE },
  { "content by mid", 600, VP8, MID2, TRUE, CONTENT, 0, FALSE, TRUE },
  { "content, superseded", 500, VP8, NULL, FALSE },
  { "content, rtx by payload type", 601, VP8_RTX, MID2, TRUE, CONTENT, 0, TRUE, TRUE },
};

static void
test_rows (void)
{
  g_autoptr (RtpDemux) demux = demux_new ();
  guint32 ssrc;
  g_assert_false (rtp_demux_get_ssrc (demux, CAMERA, 0, &ssrc));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    RtpDemuxTarget target;
    g_test_message ("%s", row->name);
    gboolean found = find (demux, row->ssrc, row->payload_type, row->extension, &target);
    g_assert_cmpint (found, ==, row->found);
    if (!found)
      continue;
    g_assert_cmpuint (target.track, ==, row->track);
    g_assert_cmpuint (target.encoding, ==, row->encoding);
    g_assert_cmpint (target.rtx, ==, row->rtx);
    g_assert_cmpint (target.learnt, ==, row->learnt);
    g_assert_true (rtp_demux_find_ssrc (demux, row->ssrc, &target));
    g_assert_cmpuint (target.track, ==, row->track);
  }
  g_assert_true (rtp_demux_get_ssrc (demux, CAMERA, 0, &ssrc));
  g_assert_cmpuint (ssrc, ==, 100);
  g_assert_true (rtp_demux_get_ssrc (demux, MIC, 0, &ssrc));
  g_assert_cmpuint (ssrc, ==, 201);
  g_assert_false (rtp_demux_get_ssrc (demux, CAMERA, 1, &ssrc));
  g_assert_false (rtp_demux_find_ssrc (demux, 999, &(RtpDemuxTarget){ 0 }));
}

static void
test_forget (void)
{
  g_autoptr (RtpDemux) demux = demux_new ();
  RtpDemuxTarget target;
  g_assert_true (find (demux, 200, OPUS, NULL, &target));
  g_assert_true (find (demux, 201, OPUS, NULL, &target));
  g_assert_false (find (demux, 200, OPUS, NULL, &target));
  rtp_demux_forget_ssrc (demux, 200);
  rtp_demux_forget_ssrc (demux, 12345);
  g_assert_true (find (demux, 200, OPUS, NULL, &target));
  g_assert_true (target.learnt);
}

/* A peer that changes its SSRC for ever forgets its own old ones, nobody else's. */
static void
test_ssrc_bound (void)
{
  g_autoptr (RtpDemux) demux = demux_new ();
  RtpDemuxTarget target;
  g_assert_true (find (demux, 100, VP8, MID1_RID ("68"), &target));
  for (guint i = 0; i < 3 * DEMUX_SSRCS_MAX; i++)
    g_assert_true (find (demux, 10000 + i, OPUS, MID0, &target));
  g_assert_true (find (demux, 100, VP8, NULL, &target));
  g_assert_true (find (demux, 500, VP8, NULL, &target));
}

static void
test_track_bound (void)
{
  g_autoptr (RtpDemux) demux = rtp_demux_new ();
  static const guint8 types[] = { OPUS };
  RtpDemuxTrack track = { .mid = "", .payload_types = types, .n_payload_types = 1 };
  for (guint i = 0; i < DEMUX_TRACKS_MAX; i++)
    g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, i);
  g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, -1);
}

static void
test_mid_bound (void)
{
  g_autoptr (RtpDemux) demux = rtp_demux_new ();
  RtpDemuxTrack track = { .mid = "0123456789abcdef0" };
  g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, -1);
  track.mid = "0123456789abcdef";
  g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, 0);
  track.mid = NULL;
  g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, 1);
}

/* What is listed beyond the bounds is left out. */
static void
test_list_bounds (void)
{
  g_autoptr (RtpDemux) demux = rtp_demux_new ();
  guint8 types[DEMUX_PAYLOAD_TYPES_MAX + 1];
  guint32 ssrcs[DEMUX_ENCODINGS_MAX + 1];
  RtpDemuxTrack track = { .mid = "0",
                          .rids = { "h", "m", "l" },
                          .n_rids = DEMUX_ENCODINGS_MAX + 1,
                          .payload_types = types,
                          .n_payload_types = G_N_ELEMENTS (types),
                          .ssrcs = ssrcs,
                          .n_ssrcs = G_N_ELEMENTS (ssrcs) };
  RtpDemuxTarget target;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    types[i] = i;
  for (guint i = 0; i < G_N_ELEMENTS (ssrcs); i++)
    ssrcs[i] = 900 + i;
  rtp_demux_set_extensions (demux, &map);
  g_assert_cmpint (rtp_demux_add_track (demux, &track), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ssrcs); i++)
    g_assert_cmpint (rtp_demux_find_ssrc (demux, ssrcs[i], &target), ==, i < DEMUX_ENCODINGS_MAX);
  for (guint i = DEMUX_PAYLOAD_TYPES_MAX - 1; i <= DEMUX_PAYLOAD_TYPES_MAX; i++)
    g_assert_cmpint (find (demux, 2000 + i, i, "bede0002 1030 206c 00000000", &target), ==,
                     i < DEMUX_PAYLOAD_TYPES_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/demux/rows", test_rows);
  g_test_add_func ("/rtp/demux/forget", test_forget);
  g_test_add_func ("/rtp/demux/ssrc-bound", test_ssrc_bound);
  g_test_add_func ("/rtp/demux/track-bound", test_track_bound);
  g_test_add_func ("/rtp/demux/mid-bound", test_mid_bound);
  g_test_add_func ("/rtp/demux/list-bounds", test_list_bounds);
  return g_test_run ();
}
