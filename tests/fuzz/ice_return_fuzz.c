/* Answers to a check of ours. The first byte says what is made right: 1 the transaction, 2 the
 * length; the rest is the datagram. Only one with the peer's password is taken, which none has. */
#include "pipelines/transport/ice_outline.h"
#include "pipelines/transport/ice_return.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  NetPath path = { 0 };
  g_autoptr (IceReturn) asked = NULL;
  gsize len = size > 0 ? size - 1 : 0;
  g_autofree guint8 *answer = g_malloc0 (len + 1);
  IceOutline outline;

  g_assert (net_address_parse ("192.0.2.1", 1, &path.remote));
  asked = ice_return_new (&path, "them:us", "a-password-of-22-chars", 0);
  if (len > 0)
    memcpy (answer, data + 1, len);
  if (size > 0 && (data[0] & 1) && len >= STUN_HEADER_BYTES)
    memcpy (answer + STUN_ID_AT, asked->request + STUN_ID_AT, STUN_ID_BYTES);
  if (size > 0 && (data[0] & 2) && len >= STUN_HEADER_BYTES) {
    answer[2] = (len - STUN_HEADER_BYTES) >> 8;
    answer[3] = (len - STUN_HEADER_BYTES) & 0xff;
  }
  g_assert (!ice_return_is_answer (asked, answer, len, &path));
  if (ice_outline_read (&outline, ICE_OUTLINE_ANSWER, answer, len))
    g_assert (outline.integrity + STUN_INTEGRITY_BYTES <= answer + len);
  return 0;
}
