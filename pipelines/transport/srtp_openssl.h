/* What the sealers of RTP and RTCP share: key derivation, nonce, HMAC.
 * Private to pipelines/transport. The functions are stateless, any thread. */
#pragma once

/* The low-level states are what makes HMAC cheap; OpenSSL 3.0 calls them deprecated. */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "pipelines/transport/aes.h"
#include "pipelines/transport/srtp_keys.h"

#include <openssl/sha.h>
#include <string.h>

G_BEGIN_DECLS

#define SRTP_AUTH_KEY_BYTES 20
#define SRTP_HMAC_TAG_BYTES 10

/* RFC 3711 4.3.1, table 1 */
enum {
  SRTP_LABEL_RTP_ENCRYPTION = 0,
  SRTP_LABEL_RTP_AUTH = 1,
  SRTP_LABEL_RTP_SALT = 2,
  SRTP_LABEL_RTCP_ENCRYPTION = 3,
  SRTP_LABEL_RTCP_AUTH = 4,
  SRTP_LABEL_RTCP_SALT = 5,
};

/* RFC 3711 4.3.3: the key stream of AES-CM under the master key, with the label in the salt; at
 * most 32 bytes. */
gboolean srtp_derive (const guint8 *master, gsize salt_bytes, guint8 label, guint8 *out, gsize len);

/* Room for a nonce, an initial vector or a salt of either suite; zeros are behind a shorter one. */
#define SRTP_IV_BLOCK_BYTES 16

G_STATIC_ASSERT (SRTP_IV_BLOCK_BYTES == AES_CTR_IV_BYTES);
G_STATIC_ASSERT (SRTP_KEY_BYTES == AES_KEY_BYTES);

/* RFC 7714 8.1: 00 00 | SSRC | ROC | SEQ, exclusive or the salt. @header is an RTP header; @salt
 * and
 * @nonce: SRTP_IV_BLOCK_BYTES. Written as a whole: the processor lets a read wait for parts that
 * were written one by one until they, and all that was written before them, have left for memory.
 */
static inline void
srtp_gcm_nonce (const guint8 *salt, const guint8 *header, guint64 index, guint8 *nonce)
{
  typedef guint64 Block __attribute__ ((vector_size (SRTP_IV_BLOCK_BYTES)));
  guint32 ssrc;
  Block block, mask;

  memcpy (&ssrc, header + 8, sizeof ssrc);
  ssrc = GUINT32_FROM_BE (ssrc);
  block[0] = GUINT64_TO_BE ((guint64) ssrc << 16 | index >> 32);
  block[1] = GUINT64_TO_BE (index << 32);
  memcpy (&mask, salt, sizeof mask);
  block ^= mask;
  memcpy (nonce, &block, sizeof block);
}

/* HMAC-SHA1 by the states after the key's inner and outer block: EVP's HMAC costs 100-400 ns more
 * a packet (measured). */
typedef struct {
  SHA_CTX inner; /* after the block of key and ipad */
  SHA_CTX outer; /* after the block of key and opad */
} SrtpHmac;

void srtp_hmac_init (SrtpHmac *hmac, const guint8 *key);

/* RFC 3711 4.2: over @data and @word (the roll-over counter; for RTCP the word with E and index);
 * writes SRTP_HMAC_TAG_BYTES. */
void srtp_hmac_tag (const SrtpHmac *hmac, const guint8 *data, gsize len, guint32 word, guint8 *tag);

G_END_DECLS
