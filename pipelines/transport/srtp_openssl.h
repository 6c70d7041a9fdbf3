/* What the sealers of RTP and RTCP share: ciphers fetched once, key derivation, nonce, HMAC.
 * Private to pipelines/transport. The functions are stateless, any thread. */
#pragma once

#include "pipelines/transport/srtp_keys.h"

/* The low-level states are what makes HMAC cheap; OpenSSL 3.0 calls them deprecated. */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
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

const EVP_CIPHER *srtp_cipher_ctr (void);
const EVP_CIPHER *srtp_cipher_gcm (void);

/* (transfer full): for encryption, keyed, without a nonce. */
EVP_CIPHER_CTX *srtp_cipher_new (const EVP_CIPHER *cipher, const guint8 *key, GError **error);

/* RFC 3711 4.3.3: the key stream of AES-CM under the master key, with the label in the salt; at
 * most 32 bytes. */
gboolean srtp_derive (const guint8 *master, gsize salt_bytes, guint8 label, guint8 *out, gsize len);

#define SRTP_GCM_NONCE_BYTES 12

/* RFC 7714 8.1: 00 00 | SSRC | ROC | SEQ, exclusive or the salt. @header is an RTP header. */
static inline void
srtp_gcm_nonce (const guint8 *salt, const guint8 *header, guint64 index, guint8 *nonce)
{
  guint64 be_index = GUINT64_TO_BE (index << 16);
  guint8 block[SRTP_GCM_NONCE_BYTES] = { 0 };

  memcpy (block + 2, header + 8, 4);
  memcpy (block + 6, &be_index, 6);
  for (guint i = 0; i < SRTP_GCM_NONCE_BYTES; i++)
    nonce[i] = block[i] ^ salt[i];
}

#define SRTP_GCM_TAG_BYTES 16

/* All of the nonce as a parameter, as EVP_CTRL_GCM_SET_IV_FIXED and -1 do: EVP_CipherInit_ex2 ()
 * would ask the cipher each time how long one is, a tenth of the whole. */
#define SRTP_GCM_NONCE_PARAM(nonce)                                                                \
  {                                                                                                \
    OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, OSSL_PARAM_OCTET_STRING, (nonce), (size_t) -1, 0         \
  }

/* A packet begins that is sealed; its tag is fetched by srtp_gcm_get_tag (). */
static inline gboolean
srtp_gcm_begin_sealing (EVP_CIPHER_CTX *context, guint8 *nonce)
{
  OSSL_PARAM params[] = { SRTP_GCM_NONCE_PARAM (nonce), OSSL_PARAM_END };

  return EVP_CIPHER_CTX_set_params (context, params) > 0;
}

/* A packet begins that is opened, with the tag that came with it. */
static inline gboolean
srtp_gcm_begin_opening (EVP_CIPHER_CTX *context, guint8 *nonce, guint8 *tag)
{
  OSSL_PARAM params[] = {
    SRTP_GCM_NONCE_PARAM (nonce),
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, SRTP_GCM_TAG_BYTES),
    OSSL_PARAM_END,
  };

  return EVP_CIPHER_CTX_set_params (context, params) > 0;
}

static inline gboolean
srtp_gcm_get_tag (EVP_CIPHER_CTX *context, guint8 *tag)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, SRTP_GCM_TAG_BYTES),
    OSSL_PARAM_END,
  };

  return EVP_CIPHER_CTX_get_params (context, params) > 0;
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
