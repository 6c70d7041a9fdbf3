#include "pipelines/rtp/rtx.h"
#include "tests/unit/rtp/rtp_bytes.h"

typedef struct {
  const char *name;
  const char *rtx;
  const char *original; /* NULL: refused */
} UnwrapRow;

static const UnwrapRow unwrap_rows[] = {
  { "plain", "80e1 0007 00000010 0000bbbb 1234 aabbcc", "80e0 1234 00000010 0000aaaa aabbcc" },
  { "extension", "9061 0007 00000010 0000bbbb bede0001 10ff0000 1234 aa",
    "9060 1234 00000010 0000aaaa bede0001 10ff0000 aa" },
  { "csrc", "8161 0007 00000010 0000bbbb 00000009 1234 aa",
    "8160 1234 00000010 0000aaaa 00000009 aa" },
  { "padded", "a061 0007 00000010 0000bbbb 1234 aa 0002", "a060 1234 00000010 0000aaaa aa 0002" },
  { "empty original", "8061 0007 00000010 0000bbbb 1234", "8060 1234 00000010 0000aaaa" },
  { "padding only", "a061 0007 00000010 0000bbbb 000003", NULL },
  { "half an osn", "8061 0007 00000010 0000bbbb 12", NULL },
  { "nothing", "8061 0007 00000010 0000bbbb", NULL },
  { "no rtp", "0061 0007 00000010 0000bbbb 1234 aa", NULL },
};

static void
test_unwrap (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (unwrap_rows); i++) {
    const UnwrapRow *row = &unwrap_rows[i];
    guint8 data[64], before[64], expected[64];
    RtpPacket packet;
    gsize size = bytes_from_hex (row->rtx, data, sizeof data);
    memcpy (before, data, size);
    g_test_message ("%s", row->name);
    gboolean ok = rtx_unwrap_in_place (data, size, 0xaaaa, 96, &packet);
    g_assert_cmpint (ok, ==, row->original != NULL);
    if (!ok) {
      g_assert_cmpmem (data, size, before, size);
      continue;
    }
    g_assert_true (packet.data == data + RTX_OSN_SIZE);
    g_assert_cmpuint (packet.seq, ==, 0x1234);
    g_assert_cmpmem (packet.data, packet.size, expected,
                     bytes_from_hex (row->original, expected, sizeof expected));
  }
}

/* A packet padded at ingress comes back from RTX without the padding, else the same. */
static void
test_round_trip_padded (void)
{
  guint8 data[64], rtx[64];
  PacketSpec spec = { .seq = 9, .ssrc = 1, .payload_type = 96, .payload = "0102030405" };
  PacketSpec rtx_spec = { .seq = 77, .ssrc = 2, .payload_type = 97 };
  RtpPacket packet, restored;
  g_assert_true (rtp_packet_parse (&packet, data, build_packet (&spec, data, sizeof data)));
  g_assert_cmpuint (rtp_packet_pad (data, sizeof data, &packet, 4), >, 0);

  gsize header = build_packet (&rtx_spec, rtx, sizeof rtx);
  gsize body = rtx_write_body (rtx + header, sizeof rtx - header, 4321, &packet);
  g_assert_cmpuint (body, ==, RTX_OSN_SIZE + 5);
  g_assert_true (rtx_unwrap_in_place (rtx, header + body, 1, 96, &restored));
  g_assert_cmpuint (restored.seq, ==, 4321);
  g_assert_cmpuint (restored.ssrc, ==, 1);
  g_assert_cmpuint (restored.padding, ==, 0);
  g_assert_cmpmem (rtp_packet_payload (&restored), restored.payload_size, "\1\2\3\4\5", 5);

  g_assert_cmpuint (rtx_write_body (rtx, 7, 4321, &packet), ==, 7);
  g_assert_cmpuint (rtx_write_body (rtx, 6, 4321, &packet), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/rtx/unwrap", test_unwrap);
  g_test_add_func ("/rtp/rtx/round-trip-padded", test_round_trip_padded);
  return g_test_run ();
}
