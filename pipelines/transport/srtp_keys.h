/* SrtpKeys: what a DTLS-SRTP handshake yields (RFC 5764 4.2): suite and both master keys.
 * Plain data, any thread; wipe with srtp_keys_clear() when used.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SRTP_SUITE_AEAD_AES_128_GCM,        /* RFC 7714: 16 byte key, 12 byte salt, 16 byte tag */
  SRTP_SUITE_AES_CM_128_HMAC_SHA1_80, /* RFC 3711: 16 byte key, 14 byte salt, 10 byte tag */
} SrtpSuite;

#define SRTP_KEY_BYTES 16
#define SRTP_MASTER_BYTES_MAX 30

/* Bytes a sealed RTP packet is longer than its plaintext, at most. */
#define SRTP_TAG_BYTES_MAX 16

/* SRTCP: tag, and the word with the E bit and the index. */
#define SRTCP_TRAILER_BYTES_MAX 20

typedef struct {
  SrtpSuite suite;
  guint8 local[SRTP_MASTER_BYTES_MAX];  /* key, then salt, of what we send */
  guint8 remote[SRTP_MASTER_BYTES_MAX]; /* of what the peer sends */
} SrtpKeys;

/* What came of a received packet. */
typedef enum {
  SRTP_OK,
  SRTP_AUTH_FAILED, /* forged, or of another key */
  SRTP_REPLAYED,    /* seen before, or too old */
  SRTP_MALFORMED,   /* too short, header out of bounds, too many SSRCs */
} SrtpResult;

/* The name of the suite in the IANA registry ("SRTP_AEAD_AES_128_GCM"). */
const gchar *srtp_suite_get_name (SrtpSuite suite);
gsize srtp_suite_get_salt_bytes (SrtpSuite suite);
gsize srtp_suite_get_tag_bytes (SrtpSuite suite);

void srtp_keys_clear (SrtpKeys *keys);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SrtpKeys, srtp_keys_clear)

G_END_DECLS
