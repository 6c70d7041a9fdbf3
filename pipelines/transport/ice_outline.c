#include "pipelines/transport/ice_outline.h"

#include "pipelines/transport/bounds.h"

#include <string.h>

#define STUN_MAGIC 0x2112a442u

/* RFC 5389 18.2 */
enum {
  USERNAME = 0x0006,
  MESSAGE_INTEGRITY = 0x0008,
  FINGERPRINT = 0x8028,
};

static gboolean
note_attribute (IceOutline *outline, guint type, const guint8 *value, guint len)
{
  switch (type) {
  case USERNAME:
    outline->username = value;
    outline->username_len = len;
    outline->n_usernames++;
    return len <= ICE_LITE_USERNAME_MAX;
  case MESSAGE_INTEGRITY:
    outline->integrity = value;
    outline->n_integrities++;
    return len == STUN_INTEGRITY_BYTES;
  case FINGERPRINT:
    return len == STUN_FINGERPRINT_BYTES;
  default:
    return TRUE;
  }
}

gboolean
ice_outline_read (IceOutline *outline, IceOutlineType type, const guint8 *data, gsize len)
{
  gsize at = STUN_HEADER_BYTES;

  *outline = (IceOutline){ 0 };
  if (len < STUN_HEADER_BYTES || len > ICE_LITE_REQUEST_MAX || len % 4 != 0 ||
      ice_read_u16 (data) != type || ice_read_u16 (data + 2) != len - STUN_HEADER_BYTES ||
      (ice_read_u16 (data + 4) << 16 | ice_read_u16 (data + 6)) != STUN_MAGIC)
    return FALSE;
  while (at < len) {
    guint attribute = ice_read_u16 (data + at);
    guint value_len = ice_read_u16 (data + at + 2);
    if (value_len > len - at - 4 || !note_attribute (outline, attribute, data + at + 4, value_len))
      return FALSE;
    at += 4 + ((value_len + 3) & ~3u);
  }
  return at == len && (outline->n_usernames == 1 || type != ICE_OUTLINE_REQUEST) &&
         outline->n_integrities == 1 &&
         outline->integrity + STUN_INTEGRITY_BYTES + 4 + STUN_FINGERPRINT_BYTES == data + len &&
         ice_read_u16 (data + len - STUN_FINGERPRINT_BYTES - 4) == FINGERPRINT;
}
