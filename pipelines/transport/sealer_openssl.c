/* The OpenSSL backends of the sealer. Each state is keyed once; per packet only the nonce is set.
 * HMAC runs on low-level SHA-1 states taken after the key's inner and outer block: EVP's HMAC
 * costs 100-400 ns more a packet (measured). */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "pipelines/transport/sealer.h"

#include <gio/gio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <string.h>

#define GCM_TAG_BYTES 16
#define GCM_NONCE_BYTES 12
#define CM_TAG_BYTES 10
#define CM_SALT_BYTES 14
#define CM_AUTH_KEY_BYTES 20
#define SHA1_BLOCK_BYTES 64

/* RFC 3711 4.3.1, table 1 */
enum { LABEL_RTP_ENCRYPTION = 0, LABEL_RTP_AUTH = 1, LABEL_RTP_SALT = 2 };

typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[GCM_NONCE_BYTES];
} GcmState;

typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[CM_SALT_BYTES];
  SHA_CTX inner; /* after the block of key and ipad */
  SHA_CTX outer; /* after the block of key and opad */
} CmState;

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

static const EVP_CIPHER *
cipher_ctr (void)
{
  static EVP_CIPHER *cache;
  return cipher_get ("AES-128-CTR", &cache);
}

static const EVP_CIPHER *
cipher_gcm (void)
{
  static EVP_CIPHER *cache;
  return cipher_get ("AES-128-GCM", &cache);
}

static EVP_CIPHER_CTX *
context_new (const EVP_CIPHER *cipher, const guint8 *key, GError **error)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();

  if (context && EVP_EncryptInit_ex2 (context, cipher, key, NULL, NULL))
    return context;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: cannot key a cipher");
  EVP_CIPHER_CTX_free (context);
  return NULL;
}

/* RFC 3711 4.3.3: the key stream of AES-CM under the master key, with the label in the salt. */
static gboolean
derive (const guint8 *master, gsize salt_bytes, guint8 label, guint8 *out, gsize len)
{
  static const guint8 zero[32];
  guint8 iv[16] = { 0 };
  EVP_CIPHER_CTX *context = context_new (cipher_ctr (), master, NULL);
  gboolean ok;
  int n = 0;

  memcpy (iv, master + SRTP_KEY_BYTES, salt_bytes);
  iv[7] ^= label;
  ok = context && EVP_EncryptInit_ex2 (context, NULL, NULL, iv, NULL) &&
       EVP_EncryptUpdate (context, out, &n, zero, len);
  EVP_CIPHER_CTX_free (context);
  return ok;
}

/* AEAD_AES_128_GCM (RFC 7714) */

static void
gcm_free_state (gpointer pointer)
{
  GcmState *state = pointer;

  EVP_CIPHER_CTX_free (state->context);
  OPENSSL_cleanse (state, sizeof *state);
  g_free (state);
}

static gpointer
gcm_new_state (SrtpSuite suite, const guint8 *master, GError **error)
{
  GcmState *state = g_new0 (GcmState, 1);
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];

  if (derive (master, salt_bytes, LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      derive (master, salt_bytes, LABEL_RTP_SALT, state->salt, sizeof state->salt))
    state->context = context_new (cipher_gcm (), key, error);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  OPENSSL_cleanse (key, sizeof key);
  if (state->context)
    return state;
  gcm_free_state (state);
  return NULL;
}

/* RFC 7714 8.1: 00 00 | SSRC | ROC | SEQ, exclusive or the salt. */
static inline void
gcm_nonce (const GcmState *state, const guint8 *header, guint64 index, guint8 *nonce)
{
  guint64 be_index = GUINT64_TO_BE (index << 16);
  guint8 block[GCM_NONCE_BYTES] = { 0 };

  memcpy (block + 2, header + 8, 4);
  memcpy (block + 6, &be_index, 6);
  for (guint i = 0; i < GCM_NONCE_BYTES; i++)
    nonce[i] = block[i] ^ state->salt[i];
}

static gsize
gcm_seal (gpointer pointer, guint8 *packet, gsize header_len, const guint8 *payload,
          gsize payload_len, guint64 index)
{
  GcmState *state = pointer;
  guint8 nonce[GCM_NONCE_BYTES];
  guint8 *out = packet + header_len;
  OSSL_PARAM tag[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, out + payload_len, GCM_TAG_BYTES),
    OSSL_PARAM_END,
  };
  int n = 0;

  gcm_nonce (state, packet, index, nonce);
  if (!EVP_EncryptInit_ex2 (state->context, NULL, NULL, nonce, NULL) ||
      !EVP_EncryptUpdate (state->context, NULL, &n, packet, header_len) ||
      (payload_len > 0 && !EVP_EncryptUpdate (state->context, out, &n, payload, payload_len)) ||
      !EVP_EncryptFinal_ex (state->context, out + payload_len, &n) ||
      !EVP_CIPHER_CTX_get_params (state->context, tag))
    return 0;
  return header_len + payload_len + GCM_TAG_BYTES;
}

/* AES_CM_128_HMAC_SHA1_80 (RFC 3711) */

static void
cm_free_state (gpointer pointer)
{
  CmState *state = pointer;

  EVP_CIPHER_CTX_free (state->context);
  OPENSSL_cleanse (state, sizeof *state);
  g_free (state);
}

static void
key_sha1 (SHA_CTX *sha, const guint8 *key, guint8 pad)
{
  guint8 block[SHA1_BLOCK_BYTES];

  memset (block, pad, sizeof block);
  for (guint i = 0; i < CM_AUTH_KEY_BYTES; i++)
    block[i] ^= key[i];
  SHA1_Init (sha);
  SHA1_Update (sha, block, sizeof block);
  OPENSSL_cleanse (block, sizeof block);
}

static gpointer
cm_new_state (SrtpSuite suite, const guint8 *master, GError **error)
{
  CmState *state = g_new0 (CmState, 1);
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
  guint8 auth_key[CM_AUTH_KEY_BYTES];

  if (derive (master, salt_bytes, LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      derive (master, salt_bytes, LABEL_RTP_AUTH, auth_key, sizeof auth_key) &&
      derive (master, salt_bytes, LABEL_RTP_SALT, state->salt, sizeof state->salt)) {
    state->context = context_new (cipher_ctr (), key, error);
    key_sha1 (&state->inner, auth_key, 0x36);
    key_sha1 (&state->outer, auth_key, 0x5c);
  } else {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  }
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (auth_key, sizeof auth_key);
  if (state->context)
    return state;
  cm_free_state (state);
  return NULL;
}

/* RFC 3711 4.1.1: salt * 2^16 ^ SSRC * 2^64 ^ index * 2^16. */
static inline void
cm_iv (const CmState *state, const guint8 *header, guint64 index, guint8 *iv)
{
  guint64 be_index = GUINT64_TO_BE (index << 16);
  guint8 block[16] = { 0 };

  memcpy (block + 4, header + 8, 4);
  memcpy (block + 8, &be_index, 6);
  for (guint i = 0; i < CM_SALT_BYTES; i++)
    iv[i] = block[i] ^ state->salt[i];
  iv[14] = iv[15] = 0;
}

/* RFC 3711 4.2: over the packet and the roll-over counter. */
static void
cm_tag (const CmState *state, const guint8 *packet, gsize len, guint32 roc, guint8 *tag)
{
  guint32 be_roc = GUINT32_TO_BE (roc);
  guint8 digest[SHA_DIGEST_LENGTH];
  SHA_CTX sha = state->inner;

  SHA1_Update (&sha, packet, len);
  SHA1_Update (&sha, &be_roc, sizeof be_roc);
  SHA1_Final (digest, &sha);
  sha = state->outer;
  SHA1_Update (&sha, digest, sizeof digest);
  SHA1_Final (digest, &sha);
  memcpy (tag, digest, CM_TAG_BYTES);
}

static gsize
cm_seal (gpointer pointer, guint8 *packet, gsize header_len, const guint8 *payload,
         gsize payload_len, guint64 index)
{
  CmState *state = pointer;
  guint8 iv[16];
  int n = 0;

  cm_iv (state, packet, index, iv);
  if (!EVP_EncryptInit_ex2 (state->context, NULL, NULL, iv, NULL) ||
      (payload_len > 0 &&
       !EVP_EncryptUpdate (state->context, packet + header_len, &n, payload, payload_len)))
    return 0;
  cm_tag (state, packet, header_len + payload_len, (guint32) (index >> 16),
          packet + header_len + payload_len);
  return header_len + payload_len + CM_TAG_BYTES;
}

static const SealerBackend backends[] = {
  [SRTP_SUITE_AEAD_AES_128_GCM] = { "openssl-gcm", gcm_new_state, gcm_free_state, gcm_seal },
  [SRTP_SUITE_AES_CM_128_HMAC_SHA1_80] = { "openssl-cm", cm_new_state, cm_free_state, cm_seal },
};

const SealerBackend *
sealer_backend_openssl (SrtpSuite suite)
{
  return &backends[suite];
}
