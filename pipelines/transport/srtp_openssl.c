#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#define SHA1_BLOCK_BYTES 64

/* Fetched once for the process: an implicit fetch for every context takes locks. */
static const EVP_CIPHER *
cipher_get (const gchar *name, EVP_CIPHER **cache)
{
  if (g_once_init_enter (cache)) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, name, NULL);
    if (!cipher)
      g_error ("OpenSSL has no %s", name);
    g_once_init_leave (cache, cipher);
  }
  return *cache;
}

const EVP_CIPHER *
srtp_cipher_ctr (void)
{
  static EVP_CIPHER *cache;
  return cipher_get ("AES-128-CTR", &cache);
}

const EVP_CIPHER *
srtp_cipher_gcm (void)
{
  static EVP_CIPHER *cache;
  return cipher_get ("AES-128-GCM", &cache);
}

EVP_CIPHER_CTX *
srtp_cipher_new (const EVP_CIPHER *cipher, const guint8 *key, GError **error)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();

  if (context && EVP_EncryptInit_ex2 (context, cipher, key, NULL, NULL))
    return context;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: cannot key a cipher");
  EVP_CIPHER_CTX_free (context);
  return NULL;
}

gboolean
srtp_derive (const guint8 *master, gsize salt_bytes, guint8 label, guint8 *out, gsize len)
{
  static const guint8 zero[32];
  guint8 iv[16] = { 0 };
  EVP_CIPHER_CTX *context = srtp_cipher_new (srtp_cipher_ctr (), master, NULL);
  gboolean ok;
  int n = 0;

  memcpy (iv, master + SRTP_KEY_BYTES, salt_bytes);
  iv[7] ^= label;
  ok = context && EVP_EncryptInit_ex2 (context, NULL, NULL, iv, NULL) &&
       EVP_EncryptUpdate (context, out, &n, zero, len);
  EVP_CIPHER_CTX_free (context);
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
