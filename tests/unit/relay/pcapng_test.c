/* The bytes of a capture file, and that tshark reads them. */
#include "pipelines/relay/pcapng.h"
#include "tests/support/pcapng_reader.h"

#include <string.h>

#define CAPACITY 4096

static const guint8 rtp_header[12] = { 0x80, 0xe0, 0x12, 0x34, 0, 0, 0x0b, 0xb8, 0, 0, 0x10, 1 };

static NetAddress
address_of (const gchar *host, guint16 port)
{
  NetAddress address;

  g_assert_true (net_address_parse (host, port, &address));
  return address;
}

static PcapngPacket
make_packet (const NetAddress *from, const NetAddress *to, const guint8 *body, gsize size,
             gsize kept)
{
  return (PcapngPacket){ .time_ns = G_GINT64_CONSTANT (1795000000123456789),
                         .from = from,
                         .to = to,
                         .header = rtp_header,
                         .header_size = sizeof rtp_header,
                         .body = body,
                         .body_size = size,
                         .body_kept = kept };
}

static void
test_section (void)
{
  static const guint8 expected[] = {
    0x0a, 0x0d, 0x0d, 0x0a, 52,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,
    0,    0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,    0,
    5,    0,    'r',  'o',  'o',  'm',  '!',  0,    0,    0,    4,    0,    4,
    0,    'p',  'r',  'o',  'g',  0,    0,    0,    0,    52,   0,    0,    0,
  };
  guint8 out[CAPACITY];

  g_assert_cmpuint (pcapng_write_section (out, sizeof out, "prog", "room!"), ==, sizeof expected);
  g_assert_cmpmem (out, sizeof expected, expected, sizeof expected);
  g_assert_cmpuint (pcapng_write_section (out, PCAPNG_BLOCK_BYTES + 8, "prog", "room!"), ==, 0);
  g_assert_cmpuint (pcapng_write_section (out, PCAPNG_BLOCK_BYTES + 9, "prog", "room!"), ==,
                    sizeof expected);
}

static void
test_interface (void)
{
  static const guint8 expected[] = {
    1,   0,   0,   0, 40, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 2,  0, 3, 0,
    'm', 'i', 'c', 0, 9,  0, 1, 0, 9,   0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0,
  };
  guint8 out[CAPACITY];

  g_assert_cmpuint (pcapng_write_interface (out, sizeof out, "mic", NULL), ==, sizeof expected);
  g_assert_cmpmem (out, sizeof expected, expected, sizeof expected);
}

/* Cut at a whole character. */
static void
test_long_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 out[CAPACITY];
  gsize size;

  while (text->len < PCAPNG_TEXT_BYTES + 50)
    g_string_append (text, "ộ"); /* three bytes: 1,000 is none of its multiples */
  size = pcapng_write_section (out, sizeof out, NULL, text->str);
  g_autoptr (GBytes) bytes = g_bytes_new (out, size);
  g_autoptr (PcapngFile) file = pcapng_file_read (bytes);
  g_assert_cmpuint (strlen (file->comment), ==, 999);
  g_assert_true (g_utf8_validate (file->comment, -1, NULL));
  g_assert_null (file->application);
}

static void
test_ipv4 (void)
{
  static const guint8 headers[] = { 0x45, 0, 0,   60, 0, 0, 0x40, 0,    64,   17,   0, 0,  192, 0,
                                    2,    7, 127, 0,  0, 1, 0xc3, 0x5c, 0x1b, 0x58, 0, 40, 0,   0 };
  NetAddress room = address_of ("192.0.2.7", 50012), relay = address_of ("127.0.0.1", 7000);
  guint8 body[20] = { 1, 2, 3 }, out[CAPACITY], written[28];
  PcapngPacket packet = make_packet (&room, &relay, body, sizeof body, 0);
  guint32 sum = 0;
  gsize size = pcapng_write_packet (out, sizeof out, &packet);

  g_assert_cmpuint (size, ==, 28 + 40 + 8 + 4 + 4);
  memcpy (written, out + 28, sizeof written);
  for (guint i = 0; i < 20; i += 2)
    sum += (guint32) (written[i] << 8 | written[i + 1]);
  g_assert_cmphex ((sum & 0xffff) + (sum >> 16), ==, 0xffff); /* RFC 1071 */
  written[10] = written[11] = 0;
  g_assert_cmpmem (written, sizeof written, headers, sizeof headers);
  g_assert_cmpmem (out + 56, 12, rtp_header, 12);
}

static void
test_lengths (void)
{
  NetAddress room = address_of ("192.0.2.7", 50012), relay = address_of ("127.0.0.1", 7000);
  guint8 body[21], out[CAPACITY];
  gsize size = pcapng_write_section (out, sizeof out, NULL, NULL);
  PcapngPacket rows[] = {
    make_packet (&room, &relay, body, sizeof body, 0),
    make_packet (&room, &relay, body, sizeof body, 7),
    make_packet (&room, &relay, body, sizeof body, 99),
    make_packet (&room, &relay, NULL, 1000, 0),
  };
  static const gsize kept[] = { 0, 7, 21, 0 };

  memset (body, 0xab, sizeof body);
  size += pcapng_write_interface (out + size, sizeof out - size, "up mic", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    rows[i].outbound = i % 2 == 1;
    size += pcapng_write_packet (out + size, sizeof out - size, &rows[i]);
  }
  g_autoptr (GBytes) bytes = g_bytes_new (out, size);
  g_autoptr (PcapngFile) file = pcapng_file_read (bytes);
  g_assert_cmpuint (file->packets->len, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const PcapngBlockView *packet = pcapng_file_packet (file, i);

    g_assert_cmpint (packet->time_ns, ==, G_GINT64_CONSTANT (1795000000123456789));
    g_assert_cmpuint (packet->captured, ==, 28 + 12 + kept[i]);
    g_assert_cmpuint (packet->original, ==, 28 + 12 + rows[i].body_size);
    g_assert_cmpuint (packet->flags, ==, i % 2 == 1 ? 2 : 1);
  }
}

/* At the limit and one below it; a packet that IP cannot tell the length of. */
static void
test_bounds (void)
{
  NetAddress room = address_of ("192.0.2.7", 1), relay = address_of ("127.0.0.1", 2);
  guint8 out[CAPACITY];
  PcapngPacket packet = make_packet (&room, &relay, NULL, 100, 0);
  gsize need = PCAPNG_BLOCK_BYTES + 28 + 12;

  g_assert_cmpuint (pcapng_write_packet (out, need - 1, &packet), ==, 0);
  g_assert_cmpuint (pcapng_write_packet (out, need, &packet), >, 0);
  packet.body_size = G_MAXUINT16 - 28 - 12;
  g_assert_cmpuint (pcapng_write_packet (out, sizeof out, &packet), >, 0);
  packet.body_size++;
  g_assert_cmpuint (pcapng_write_packet (out, sizeof out, &packet), ==, 0);
}

/* What it is worth: another program reads it, and finds nothing wrong with it. */
static void
test_tshark (void)
{
  NetAddress from4 = address_of ("192.0.2.7", 50012), to4 = address_of ("127.0.0.1", 7000);
  NetAddress from6 = address_of ("2001:db8::7", 50012), to6 = address_of ("2001:db8::1", 7000);
  guint8 body[33] = { 9, 8, 7 }, out[CAPACITY];
  gsize size = pcapng_write_section (out, sizeof out, "Diemcau", "Xã Thanh Hà");
  PcapngPacket rows[] = {
    make_packet (&from4, &to4, body, sizeof body, 0),
    make_packet (&from6, &to6, body, sizeof body, sizeof body),
    make_packet (&to6, &from6, NULL, 1000, 0),
  };

  size += pcapng_write_interface (out + size, sizeof out - size, "up camera 1", "from the room");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    size += pcapng_write_packet (out + size, sizeof out - size, &rows[i]);
  g_autoptr (GBytes) bytes = g_bytes_new (out, size);
  g_autofree gchar *lines = pcapng_ask_tshark (
      bytes, "--enable-heuristic rtp_udp -o udp.check_checksum:TRUE -T fields -e frame.len "
             "-e rtp.ssrc -e rtp.seq -e udp.checksum.status -e frame.interface_name "
             "-e frame.time_epoch -e _ws.malformed");
  if (lines == NULL) {
    g_test_skip ("tshark is not installed");
    return;
  }
  /* status 3: none was made, 1: it is right, 2: it cannot be checked */
  g_assert_cmpstr (lines, ==,
                   "73\t0x00001001\t4660\t3\tup camera 1\t1795000000.123456789\t\n"
                   "93\t0x00001001\t4660\t1\tup camera 1\t1795000000.123456789\t\n"
                   "1060\t0x00001001\t4660\t2\tup camera 1\t1795000000.123456789\t\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/pcapng/section", test_section);
  g_test_add_func ("/relay/pcapng/interface", test_interface);
  g_test_add_func ("/relay/pcapng/long_text", test_long_text);
  g_test_add_func ("/relay/pcapng/ipv4", test_ipv4);
  g_test_add_func ("/relay/pcapng/lengths", test_lengths);
  g_test_add_func ("/relay/pcapng/bounds", test_bounds);
  g_test_add_func ("/relay/pcapng/tshark", test_tshark);
  return g_test_run ();
}
