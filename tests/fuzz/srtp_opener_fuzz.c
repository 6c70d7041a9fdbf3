/* What arrives before anything is authentic: the first byte chooses suite and protocol. Nobody
 * without the keys can make a packet that opens. */
#include "pipelines/transport/srtp_opener.h"
#include <stdint.h>
#include <string.h>

#define PACKET_MAX 2048

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static SrtpOpener *openers[2];
  guint8 packet[PACKET_MAX];
  gsize len = size - 1;

  if (size < 1 || len > sizeof packet)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (openers) && !openers[i]; i++) {
    SrtpKeys keys = { .suite = i, .remote = { 1, 2, 3 } };
    openers[i] = srtp_opener_new (&keys, NULL);
  }
  memcpy (packet, data + 1, len);
  if (data[0] & 2)
    g_assert_cmpint (srtp_opener_open_rtcp (openers[data[0] & 1], packet, &len), !=, SRTP_OK);
  else
    g_assert_cmpint (srtp_opener_open_rtp (openers[data[0] & 1], packet, &len), !=, SRTP_OK);
  return 0;
}
