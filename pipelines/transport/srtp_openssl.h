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

/* RFC 7714 8.1: 00 00 | SSRC | ROC | SEQ, exclusive or the salt. @header is an RTP header. */
static inline void
srtp_gcm_nonce (const guint8 *salt, const guint8 *header, guint64 index, guint8 *nonce)
{
  guint64 be_index = GUINT64_TO_BE (index << 16);
  guint8 block[AES_GCM_NONCE_BYTES] = { 0 };

  memcpy (block + 2, header + 8, 4);
  memcpy (block + 6, &be_index, 6);
  for (guint i = 0; i < AES_GCM_NONCE_BYTES; i++)
    nonce[i] = block[i] ^ salt[i];
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
