/* IceOutline: what a STUN binding message looks like from outside, before libnice reads it: libnice
 * trusts the length of MESSAGE-INTEGRITY and aborts on replies that do not fit. Pure. */
#pragma once

#include <glib.h>

#define STUN_HEADER_BYTES 20
#define STUN_ID_AT 8
#define STUN_ID_BYTES 12
#define STUN_INTEGRITY_BYTES 20
#define STUN_FINGERPRINT_BYTES 4

typedef enum {
  ICE_OUTLINE_REQUEST = 0x0001,
  ICE_OUTLINE_ANSWER = 0x0101, /* success */
} IceOutlineType;

typedef struct {
  const guint8 *username;
  guint username_len;
  guint n_usernames;
  guint n_integrities;
  const guint8 *integrity; /* the value */
} IceOutline;

static inline guint
ice_read_u16 (const guint8 *at)
{
  return (guint) at[0] << 8 | at[1];
}

/* TRUE: a binding message of RFC 5389 of @type within our bounds, a request with one USERNAME, with
 * MESSAGE-INTEGRITY and FINGERPRINT at its end (what stood between them would not be protected). */
gboolean ice_outline_read (IceOutline *outline, IceOutlineType type, const guint8 *data, gsize len);
