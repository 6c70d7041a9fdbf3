#include "pipelines/transport/demux.h"

static void
test_first_bytes (void)
{
  static const struct {
    guint8 first, second;
    gsize len;
    DatagramKind kind;
  } rows[] = {
    { 0, 1, 20, DATAGRAM_STUN },     { 3, 0, 20, DATAGRAM_STUN },
    { 0, 1, 19, DATAGRAM_OTHER },    { 4, 0, 20, DATAGRAM_OTHER },
    { 19, 0, 20, DATAGRAM_OTHER },   { 20, 254, 13, DATAGRAM_DTLS },
    { 63, 254, 13, DATAGRAM_DTLS },  { 22, 254, 12, DATAGRAM_OTHER },
    { 64, 0, 20, DATAGRAM_OTHER },   { 127, 0, 20, DATAGRAM_OTHER },
    { 128, 96, 12, DATAGRAM_RTP },   { 191, 96, 12, DATAGRAM_RTP },
    { 128, 96, 11, DATAGRAM_OTHER }, { 192, 96, 20, DATAGRAM_OTHER },
    { 128, 191, 12, DATAGRAM_RTP },  { 128, 192, 8, DATAGRAM_RTCP },
    { 129, 200, 8, DATAGRAM_RTCP },  { 143, 205, 8, DATAGRAM_RTCP },
    { 128, 223, 8, DATAGRAM_RTCP },  { 128, 224, 12, DATAGRAM_RTP },
    { 129, 200, 7, DATAGRAM_OTHER }, { 255, 255, 20, DATAGRAM_OTHER },
  };
  guint8 data[20] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    data[0] = rows[i].first;
    data[1] = rows[i].second;
    g_assert_cmpint (datagram_kind (data, rows[i].len), ==, rows[i].kind);
  }
  g_assert_cmpint (datagram_kind (data, 0), ==, DATAGRAM_OTHER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/demux/first-bytes", test_first_bytes);
  return g_test_run ();
}
