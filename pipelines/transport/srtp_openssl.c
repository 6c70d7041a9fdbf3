#include "pipelines/transport/srtp_openssl.h"

#include <openssl/crypto.h>
#include <string.h>

#define SHA1_BLOCK_BYTES 64

gboolean
srtp_derive (const guint8 *master, gsize salt_bytes, guint8 label, guint8 *out, gsize len)
{
  static const guint8 zero[32];
  guint8 iv[SRTP_IV_BLOCK_BYTES] = { 0 };
  Aes cipher = { 0 };
  gboolean ok;

  memcpy (iv, master + SRTP_KEY_BYTES, salt_bytes);
  iv[7] ^= label;
  ok = aes_init (&cipher, AES_CTR, master, NULL) && aes_ctr_begin (&cipher, iv) &&
       aes_update (&cipher, out, zero, len);
  aes_clear (&cipher);
  return ok;
}

static void
key_sha1 (SHA_CTX *sha, const guint8 *key, guint8 pad)
{
  guint8 block[SHA1_BLOCK_BYTES];

  memset (block, pad, sizeof block);
  for (guint i = 0; i < SRTP_AUTH_KEY_BYTES; i++)
    block[i] ^= key[i];
  SHA1_Init (sha);
  SHA1_Update (sha, block, sizeof block);
  OPENSSL_cleanse (block, sizeof block);
}

void
srtp_hmac_init (SrtpHmac *hmac, const guint8 *key)
{
  key_sha1 (&hmac->inner, key, 0x36);
  key_sha1 (&hmac->outer, key, 0x5c);
}

void
srtp_hmac_tag (const SrtpHmac *hmac, const guint8 *data, gsize len, guint32 word, guint8 *tag)
{
  guint32 be_word = GUINT32_TO_BE (word);
  guint8 digest[SHA_DIGEST_LENGTH];
  SHA_CTX sha = hmac->inner;

  SHA1_Update (&sha, data, len);
  SHA1_Update (&sha, &be_word, sizeof be_word);
  SHA1_Final (digest, &sha);
  sha = hmac->outer;
  SHA1_Update (&sha, digest, sizeof digest);
  SHA1_Final (digest, &sha);
  memcpy (tag, digest, SRTP_HMAC_TAG_BYTES);
}
