#include "pipelines/rtp/extension.h"
#include "tests/unit/rtp/rtp_bytes.h"

static void
test_uris (void)
{
  for (guint kind = 0; kind < EXTENSION_KIND_COUNT; kind++)
    g_assert_cmpint (extension_kind_from_uri (extension_kind_uri (kind)), ==, kind);
  g_assert_cmpint (extension_kind_from_uri ("urn:3gpp:video-orientation"), ==, EXTENSION_NONE);
  g_assert_cmpint (extension_kind_from_uri (NULL), ==, EXTENSION_NONE);
}

static void
test_map (void)
{
  static const struct {
    ExtensionKind kind;
    guint id;
    gboolean ok;
  } rows[] = {
    { EXTENSION_MID, 0, FALSE },
    { EXTENSION_MID, 1, TRUE },
    { EXTENSION_MID, 2, TRUE },
    { EXTENSION_RID, 2, FALSE },
    { EXTENSION_RID, 1, TRUE },
    { EXTENSION_AUDIO_LEVEL, 14, TRUE },
    { EXTENSION_ABS_SEND_TIME, 15, FALSE },
    { EXTENSION_ABS_SEND_TIME, 16, TRUE },
    { EXTENSION_TRANSPORT_SEQ, 255, TRUE },
    { EXTENSION_REPAIRED_RID, 256, FALSE },
  };
  ExtensionMap map = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (extension_map_set (&map, rows[i].kind, rows[i].id), ==, rows[i].ok);
  g_assert_cmpuint (map.ids[EXTENSION_MID], ==, 2);
}

static void
read_block (const char *block, ExtensionValues *values)
{
  static guint8 data[128];
  static const ExtensionMap map = { { [EXTENSION_MID] = 1,
                                      [EXTENSION_RID] = 2,
                                      [EXTENSION_REPAIRED_RID] = 3,
                                      [EXTENSION_AUDIO_LEVEL] = 4,
                                      [EXTENSION_ABS_SEND_TIME] = 5,
                                      [EXTENSION_TRANSPORT_SEQ] = 6 } };
  RtpPacket packet;
  PacketSpec spec = { .extension = block };
  g_assert_true (rtp_packet_parse (&packet, data, build_packet (&spec, data, sizeof data)));
  extension_values_read (values, &map, &packet);
}

static void
test_read_all (void)
{
  ExtensionValues values;
  read_block ("bede0005 113031 216869 326d6964 4085 52123456 61beef 00", &values);
  g_assert_cmpmem (values.mid, values.mid_size, "01", 2);
  g_assert_cmpmem (values.rid, values.rid_size, "hi", 2);
  g_assert_cmpmem (values.repaired_rid, values.repaired_rid_size, "mid", 3);
  g_assert_true (values.has_audio_level);
  g_assert_cmphex (values.audio_level, ==, 0x85);
  g_assert_true (values.has_abs_send_time);
  g_assert_cmphex (values.abs_send_time, ==, 0x123456);
  g_assert_true (values.has_transport_seq);
  g_assert_cmphex (values.transport_seq, ==, 0xbeef);
}

/* Wrong sizes are left out, unknown ids ignored, of two the first counts. */
static void
test_read_odd (void)
{
  ExtensionValues values;
  read_block ("bede0004 41 8585 51 1234 60 be 70ff 10 61 10 62 0000", &values);
  g_assert_false (values.has_audio_level);
  g_assert_false (values.has_abs_send_time);
  g_assert_false (values.has_transport_seq);
  g_assert_cmpmem (values.mid, values.mid_size, "a", 1);

  read_block ("10000006 0111 6161616161616161616161616161616161 00 040185 00", &values);
  g_assert_null (values.mid); /* 17 bytes, in the two-byte form */
  g_assert_true (values.has_audio_level);
  read_block ("10000005 0110 61616161616161616161616161616161 0000", &values);
  g_assert_cmpuint (values.mid_size, ==, RTP_MID_MAX);
  read_block ("10000005 0211 6161616161616161616161616161616161 00", &values);
  g_assert_null (values.rid);
  read_block ("10000005 0210 61616161616161616161616161616161 0000", &values);
  g_assert_cmpuint (values.rid_size, ==, RTP_RID_MAX);
}

static void
test_abs_send_time (void)
{
  static const struct {
    gint64 us;
    guint32 value;
  } rows[] = { { 0, 0 },
               { 1000000, 0x040000 },
               { 500000, 0x020000 },
               { 63 * 1000000 + 999999, 0xffffff },
               { 64 * 1000000, 0 },
               { G_GINT64_CONSTANT (6400000000) + 250000, 0x010000 } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmphex (extension_abs_send_time (rows[i].us), ==, rows[i].value);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/extension/uris", test_uris);
  g_test_add_func ("/rtp/extension/map", test_map);
  g_test_add_func ("/rtp/extension/read-all", test_read_all);
  g_test_add_func ("/rtp/extension/read-odd", test_read_odd);
  g_test_add_func ("/rtp/extension/abs-send-time", test_abs_send_time);
  return g_test_run ();
}
