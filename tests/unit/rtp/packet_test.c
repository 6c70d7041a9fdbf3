#include "tests/unit/rtp/rtp_bytes.h"

#define HEAD "8060 1234 00000010 deadbeef"

typedef struct {
  const char *name;
  const char *hex;
  gboolean ok;
  guint payload_size;
  guint padding;
  guint extension_size;
} ParseRow;

static const ParseRow parse_rows[] = {
  { "header only", HEAD, TRUE, 0, 0, 0 },
  { "payload", HEAD "010203", TRUE, 3, 0, 0 },
  { "one byte short", "8060 1234 00000010 deadbe", FALSE },
  { "empty", "", FALSE },
  { "version 1", "4060 1234 00000010 deadbeef", FALSE },
  { "csrc", "8160 1234 00000010 deadbeef 00000001 aa", TRUE, 1, 0, 0 },
  { "csrc cut", "8260 1234 00000010 deadbeef 00000001", FALSE },
  { "padding", "a060 1234 00000010 deadbeef aa 0002", TRUE, 1, 2, 0 },
  { "all padding", "a060 1234 00000010 deadbeef 000003", TRUE, 0, 3, 0 },
  { "padding of none", "a060 1234 00000010 deadbeef aa00", FALSE },
  { "padding over header", "a060 1234 00000010 deadbeef 000004", FALSE },
  { "padding bit alone", "a060 1234 00000010 deadbeef", FALSE },
  { "extension", "9060 1234 00000010 deadbeef bede0001 10ff0000 aa", TRUE, 1, 0, 4 },
  { "empty extension", "9060 1234 00000010 deadbeef bede0000 aa", TRUE, 1, 0, 0 },
  { "extension header cut", "9060 1234 00000010 deadbeef bede00", FALSE },
  { "extension cut", "9060 1234 00000010 deadbeef bede0002 10ff0000", FALSE },
  { "padding over extension", "b060 1234 00000010 deadbeef bede0001 10ff0005", FALSE },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_rows); i++) {
    const ParseRow *row = &parse_rows[i];
    guint8 data[64];
    RtpPacket packet;
    gsize size = bytes_from_hex (row->hex, data, sizeof data);
    g_test_message ("%s", row->name);
    g_assert_cmpint (rtp_packet_parse (&packet, data, size), ==, row->ok);
    if (!row->ok)
      continue;
    g_assert_cmpuint (packet.payload_size, ==, row->payload_size);
    g_assert_cmpuint (packet.padding, ==, row->padding);
    g_assert_cmpuint (packet.extension_size, ==, row->extension_size);
    g_assert_cmpuint (rtp_packet_body_size (&packet), ==, row->payload_size + row->padding);
    g_assert_cmpuint (packet.payload_offset + rtp_packet_body_size (&packet), ==, size);
    g_assert_cmpuint (packet.seq, ==, 0x1234);
    g_assert_cmpuint (packet.timestamp, ==, 0x10);
    g_assert_cmpuint (packet.ssrc, ==, 0xdeadbeef);
    g_assert_cmpuint (packet.payload_type, ==, 0x60);
    g_assert_false (packet.marker);
  }
}

static void
test_size_limit (void)
{
  guint8 data[RTP_PACKET_MAX + 1] = { 0x80, 0xe0 };
  RtpPacket packet;
  g_assert_true (rtp_packet_parse (&packet, data, RTP_PACKET_MAX));
  g_assert_true (packet.marker);
  g_assert_false (rtp_packet_parse (&packet, data, RTP_PACKET_MAX + 1));
}

static void
test_is_rtcp (void)
{
  static const struct {
    guint8 second;
    gboolean rtcp;
  } rows[] = { { 96, FALSE }, { 191, FALSE }, { 192, TRUE }, { 200, TRUE },
               { 223, TRUE }, { 224, FALSE }, { 255, FALSE } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint8 data[2] = { 0x80, rows[i].second };
    g_assert_cmpint (rtp_is_rtcp (data), ==, rows[i].rtcp);
  }
}

typedef struct {
  const char *name;
  const char *block;
  guint id;
  const char *value; /* NULL: not found */
} FindRow;

static const FindRow find_rows[] = {
  { "first", "bede0001 10aa0000", 1, "aa" },
  { "second", "bede0002 10aa21bb cc000000", 2, "bbcc" },
  { "behind padding", "bede0002 10aa0000 21bbcc00", 2, "bbcc" },
  { "absent", "bede0001 10aa0000", 3, NULL },
  { "id zero", "bede0001 10aa0000", 0, NULL },
  { "id zero with a length stops", "bede0002 01aabb10 cc000000", 1, NULL },
  { "id 15 stops", "bede0002 f0aa10bb 00000000", 1, NULL },
  { "value cut", "bede0001 13aabb00", 1, NULL },
  { "sixteen bytes", "bede0005 1f000102 03040506 0708090a 0b0c0d0e 0f000000", 1,
    "000102030405060708090a0b0c0d0e0f" },
  { "two bytes", "10000001 0101aa00", 1, "aa" },
  { "two bytes, application bits", "100f0001 0101aa00", 1, "aa" },
  { "two bytes, behind padding", "10000002 000101aa c802bbcc", 200, "bbcc" },
  { "two bytes, empty value", "10000001 07000000", 7, "" },
  { "two bytes, value cut", "10000001 0103aabb", 1, NULL },
  { "two bytes, id alone", "10000001 00000009", 9, NULL },
  { "unknown profile", "abac0001 10aa0000", 1, NULL },
};

static void
test_find_extension (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (find_rows); i++) {
    const FindRow *row = &find_rows[i];
    guint8 data[128], value[32];
    PacketSpec spec = { .extension = row->block };
    RtpPacket packet;
    gsize found_size = 0;
    /* The payload after the block must never be read as a value. */
    gsize size = build_packet (&spec, data, sizeof data);
    g_test_message ("%s", row->name);
    if (!rtp_packet_parse (&packet, data, size)) {
      g_assert_null (row->value);
      continue;
    }
    const guint8 *found = rtp_packet_find_extension (&packet, row->id, &found_size);
    g_assert_cmpint (found != NULL, ==, row->value != NULL);
    if (row->value)
      g_assert_cmpmem (found, found_size, value, bytes_from_hex (row->value, value, sizeof value));
  }
}

static void
test_find_without_block (void)
{
  guint8 data[32];
  PacketSpec spec = { .payload = "10aa0000" };
  RtpPacket packet;
  gsize size = 0;
  g_assert_true (rtp_packet_parse (&packet, data, build_packet (&spec, data, sizeof data)));
  g_assert_null (rtp_packet_find_extension (&packet, 1, &size));
}

/* Elements beyond the bound are not looked at. */
static void
test_elements_bound (void)
{
  guint8 data[256] = { 0x90 };
  RtpPacket packet;
  RtpExtensionIter iter;
  RtpExtension extension;
  guint n = 0;
  data[12] = 0xbe;
  data[13] = 0xde;
  data[15] = 20; /* words: 40 elements of 2 bytes */
  for (guint i = 0; i < 40; i++)
    data[16 + i * 2] = 0x10;
  g_assert_true (rtp_packet_parse (&packet, data, 16 + 80));
  rtp_extension_iter_init (&iter, &packet);
  while (rtp_extension_iter_next (&iter, &extension))
    n++;
  g_assert_cmpuint (n, ==, RTP_EXTENSION_ELEMENTS_MAX);
}

typedef struct {
  const char *name;
  guint n;
  guint again; /* a second padding */
  gsize capacity;
  gboolean ok;
} PadRow;

static const PadRow pad_rows[] = {
  { "one byte", 1, 0, 1500, TRUE },
  { "many", 200, 0, 1500, TRUE },
  { "nothing", 0, 0, 1500, TRUE },
  { "at the limit", 255, 0, 1500, TRUE },
  { "past the limit", 256, 0, 1500, FALSE },
  { "twice", 100, 155, 1500, TRUE },
  { "twice past it", 100, 156, 1500, FALSE },
  { "buffer full", 1, 0, 15, FALSE },
  { "buffer just full", 1, 0, 16, TRUE },
};

static void
test_pad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pad_rows); i++) {
    const PadRow *row = &pad_rows[i];
    guint8 data[1500];
    PacketSpec spec = { .seq = 7, .payload = "aabbcc" };
    RtpPacket packet, again;
    memset (data, 0xee, sizeof data);
    gsize size = build_packet (&spec, data, sizeof data);
    g_test_message ("%s", row->name);
    g_assert_true (rtp_packet_parse (&packet, data, size));
    gsize padded = rtp_packet_pad (data, row->capacity, &packet, row->n);
    if (padded && row->again)
      padded = rtp_packet_pad (data, row->capacity, &packet, row->again);
    g_assert_cmpuint (padded, ==, row->ok ? size + row->n + row->again : 0);
    /* The view agrees with the bytes, whether padding went well or not. */
    g_assert_true (rtp_packet_parse (&again, data, packet.size));
    g_assert_cmpuint (again.padding, ==, packet.padding);
    g_assert_cmpuint (again.payload_size, ==, 3);
    g_assert_cmpmem (rtp_packet_payload (&again), 3, "\xaa\xbb\xcc", 3);
  }
}

static void
test_pad_to_packet_limit (void)
{
  guint8 data[RTP_PACKET_MAX + 10] = { 0x80 };
  RtpPacket packet;
  g_assert_true (rtp_packet_parse (&packet, data, RTP_PACKET_MAX - 1));
  g_assert_cmpuint (rtp_packet_pad (data, sizeof data, &packet, 2), ==, 0);
  g_assert_cmpuint (rtp_packet_pad (data, sizeof data, &packet, 1), ==, RTP_PACKET_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/packet/parse", test_parse);
  g_test_add_func ("/rtp/packet/size-limit", test_size_limit);
  g_test_add_func ("/rtp/packet/is-rtcp", test_is_rtcp);
  g_test_add_func ("/rtp/packet/find-extension", test_find_extension);
  g_test_add_func ("/rtp/packet/find-without-block", test_find_without_block);
  g_test_add_func ("/rtp/packet/elements-bound", test_elements_bound);
  g_test_add_func ("/rtp/packet/pad", test_pad);
  g_test_add_func ("/rtp/packet/pad-to-packet-limit", test_pad_to_packet_limit);
  return g_test_run ();
}
