#include "pipelines/rtp/extension_rewriter.h"
#include "tests/unit/rtp/rtp_bytes.h"

#define SSRC 0x01020304

#define ALL_IDS                                                                                    \
  {                                                                                                \
    {                                                                                              \
      [EXTENSION_MID] = 4, [EXTENSION_RID] = 10, [EXTENSION_REPAIRED_RID] = 11,                    \
      [EXTENSION_AUDIO_LEVEL] = 1, [EXTENSION_ABS_SEND_TIME] = 2, [EXTENSION_TRANSPORT_SEQ] = 3    \
    }                                                                                              \
  }

static const ExtensionMap all_ids = ALL_IDS;

static const RtpOutFields fields = {
  .marker = TRUE,
  .padded = TRUE,
  .has_audio_level = TRUE,
  .audio_level = 0x9e,
  .abs_send_time = 0xabcdef,
  .payload_type = 111,
  .seq = 0xfffe,
  .timestamp = 0x89abcdef,
  .transport_seq = 0x1357,
};

typedef struct {
  const char *name;
  ExtensionMap map;
  const char *mid;
  ExtensionRewriterMode mode;
  gboolean level; /* the source has one */
  const char *expected;
} WriteRow;

#define PLAIN "a0" FIXED_REST
#define EXTENDED "b0" FIXED_REST
#define FIXED_REST "ef fffe 89abcdef 01020304"

static const WriteRow write_rows[] = {
  { "nothing agreed", { { 0 } }, "0", EXTENSION_REWRITER_STAMPED, TRUE, PLAIN },
  { "all", ALL_IDS, "0", EXTENSION_REWRITER_STAMPED, TRUE,
    EXTENDED "bede0003"
             "4030"
             "311357"
             "22abcdef"
             "109e"
             "00" },
  { "no mid", ALL_IDS, NULL, EXTENSION_REWRITER_STAMPED, TRUE,
    EXTENDED "bede0003"
             "311357"
             "22abcdef"
             "109e"
             "000000" },
  { "source without level", ALL_IDS, "0", EXTENSION_REWRITER_STAMPED, FALSE,
    EXTENDED "bede0003"
             "4030"
             "311357"
             "22abcdef"
             "0000"
             "00" },
  { "reproducible", ALL_IDS, "0", EXTENSION_REWRITER_REPRODUCIBLE, TRUE,
    EXTENDED "bede0001"
             "4030"
             "109e" },
  { "long mid",
    { { [EXTENSION_MID] = 4 } },
    "0123456789abcdef",
    EXTENSION_REWRITER_STAMPED,
    TRUE,
    EXTENDED "bede0005"
             "4f30313233343536373839616263646566"
             "000000" },
  { "mid too long",
    { { [EXTENSION_MID] = 4 } },
    "0123456789abcdef0",
    EXTENSION_REWRITER_STAMPED,
    TRUE,
    PLAIN },
  { "two-byte form",
    { { [EXTENSION_MID] = 4, [EXTENSION_AUDIO_LEVEL] = 20 } },
    "a",
    EXTENSION_REWRITER_STAMPED,
    TRUE,
    EXTENDED "10000002"
             "040161"
             "14019e"
             "0000" },
  { "two-byte form, no level",
    { { [EXTENSION_MID] = 4, [EXTENSION_AUDIO_LEVEL] = 20 } },
    "a",
    EXTENSION_REWRITER_STAMPED,
    FALSE,
    EXTENDED "10000002"
             "040161"
             "000000"
             "0000" },
  /* An id that is not sent does not ask for the two-byte form. */
  { "rid in two-byte range",
    { { [EXTENSION_MID] = 4, [EXTENSION_RID] = 20 } },
    "a",
    EXTENSION_REWRITER_STAMPED,
    TRUE,
    EXTENDED "bede0001"
             "4061"
             "0000" },
};

static void
test_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (write_rows); i++) {
    const WriteRow *row = &write_rows[i];
    ExtensionRewriter rewriter;
    RtpOutFields packet_fields = fields;
    guint8 out[RTP_OUT_HEADER_CAPACITY + 1], expected[64];
    packet_fields.has_audio_level = row->level;
    out[RTP_OUT_HEADER_CAPACITY] = 0x55;
    g_test_message ("%s", row->name);
    extension_rewriter_init (&rewriter, SSRC, &row->map, row->mid, row->mode);
    gsize size = extension_rewriter_write (&rewriter, &packet_fields, out);
    g_assert_cmpmem (out, size, expected,
                     bytes_from_hex (row->expected, expected, sizeof expected));
    g_assert_cmphex (out[RTP_OUT_HEADER_CAPACITY], ==, 0x55);
  }
}

/* The widest header there can be stays within the bound. */
static void
test_worst_case (void)
{
  ExtensionMap map = { { 100, 101, 102, 103, 104, 105 } };
  ExtensionRewriter rewriter;
  guint8 out[RTP_OUT_HEADER_CAPACITY];
  RtpPacket packet;
  ExtensionValues values;
  extension_rewriter_init (&rewriter, SSRC, &map, "0123456789abcdef", EXTENSION_REWRITER_STAMPED);
  gsize size = extension_rewriter_write (&rewriter, &fields, out);
  g_assert_cmpuint (size, ==, RTP_OUT_HEADER_MAX);
  out[0] &= ~0x20; /* no body here */
  g_assert_true (rtp_packet_parse (&packet, out, size));
  extension_values_read (&values, &map, &packet);
  g_assert_cmpmem (values.mid, values.mid_size, "0123456789abcdef", 16);
  g_assert_cmphex (values.abs_send_time, ==, fields.abs_send_time);
  g_assert_cmphex (values.transport_seq, ==, fields.transport_seq);
  g_assert_cmphex (values.audio_level, ==, fields.audio_level);
  g_assert_true (extension_rewriter_has_transport_seq (&rewriter));
}

/* With REPRODUCIBLE what differs from sending to sending does not reach the bytes. */
static void
test_reproducible (void)
{
  ExtensionRewriter rewriter;
  RtpOutFields later = fields;
  guint8 first[RTP_OUT_HEADER_CAPACITY], second[RTP_OUT_HEADER_CAPACITY];
  later.abs_send_time++;
  later.transport_seq++;
  extension_rewriter_init (&rewriter, SSRC, &all_ids, "0", EXTENSION_REWRITER_REPRODUCIBLE);
  g_assert_false (extension_rewriter_has_transport_seq (&rewriter));
  gsize first_size = extension_rewriter_write (&rewriter, &fields, first);
  gsize second_size = extension_rewriter_write (&rewriter, &later, second);
  g_assert_cmpmem (first, first_size, second, second_size);
}

static void
test_fields_from_packet (void)
{
  guint8 data[64];
  PacketSpec spec = { .marker = TRUE, .payload = "aa" };
  RtpPacket packet;
  ExtensionValues values = { .has_audio_level = TRUE, .audio_level = 3 };
  RtpOutFields out;
  g_assert_true (rtp_packet_parse (&packet, data, build_packet (&spec, data, sizeof data)));
  rtp_out_fields_from_packet (&out, &packet, &values);
  g_assert_true (out.marker);
  g_assert_false (out.padded);
  g_assert_cmpuint (out.audio_level, ==, 3);
  rtp_packet_pad (data, sizeof data, &packet, 2);
  rtp_out_fields_from_packet (&out, &packet, &values);
  g_assert_true (out.padded);
}

/* A dependency descriptor behind all others, with another frame number; read back as it came. */
static void
check_dependency (const ExtensionMap *map, const char *mid, gsize data_size, guint profile)
{
  guint8 out[RTP_OUT_HEADER_CAPACITY + EXTENSION_DEPENDENCY_ROOM (255) + 1], data[255];
  ExtensionRewriter rewriter;
  ExtensionValues values;
  RtpPacket packet;
  for (guint i = 0; i < sizeof data; i++)
    data[i] = i + 1;
  extension_rewriter_init (&rewriter, SSRC, map, mid, EXTENSION_REWRITER_STAMPED);
  gsize plain = extension_rewriter_write (&rewriter, &fields, out);
  gsize room = plain + EXTENSION_DEPENDENCY_ROOM (data_size);
  out[room] = 0x55;
  gsize size =
      extension_rewriter_append_dependency (&rewriter, data, data_size, 0xbeef, out, plain);
  g_assert_cmpuint (size, <=, room);
  g_assert_cmphex (out[room], ==, 0x55);
  out[0] &= ~0x20; /* no padding */
  g_assert_true (rtp_packet_parse (&packet, out, size));
  g_assert_cmphex (packet.extension_profile, ==, profile);
  extension_values_read (&values, map, &packet);
  g_assert_cmpuint (values.dependency_size, ==, data_size);
  g_assert_cmphex (bytes_get_u16 (out + values.dependency_at + 1), ==, 0xbeef);
  g_assert_cmpmem (out + values.dependency_at + 3, data_size - 3, data + 3, data_size - 3);
  g_assert_cmpmem (values.mid, values.mid_size, mid, strlen (mid));
  g_assert_cmpint (values.has_transport_seq, ==, map->ids[EXTENSION_TRANSPORT_SEQ] != 0);
  g_assert_cmpint (values.has_abs_send_time, ==, map->ids[EXTENSION_ABS_SEND_TIME] != 0);
}

static void
test_dependency (void)
{
  static const ExtensionMap narrow = { { 4, 10, 11, 1, 2, 3, 8 } };
  static const ExtensionMap wide = { { 4, 100, 101, 102, 103, 104, 105 } };
  static const ExtensionMap alone = { { [EXTENSION_DEPENDENCY] = 8 } };
  static const gsize sizes[] = { 3, 4, 16, 17, 90, 255 };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint profile = sizes[i] > 16 ? 0x1000 : 0xbede;
    check_dependency (&narrow, "0", sizes[i], profile);
    check_dependency (&narrow, "0123456789abcdef", sizes[i], profile);
    check_dependency (&alone, "", sizes[i], profile);
    check_dependency (&wide, "0123456789abcdef", sizes[i], 0x1000);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/extension-rewriter/write", test_write);
  g_test_add_func ("/rtp/extension-rewriter/worst-case", test_worst_case);
  g_test_add_func ("/rtp/extension-rewriter/reproducible", test_reproducible);
  g_test_add_func ("/rtp/extension-rewriter/fields-from-packet", test_fields_from_packet);
  g_test_add_func ("/rtp/extension-rewriter/dependency", test_dependency);
  return g_test_run ();
}
