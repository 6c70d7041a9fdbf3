/* The OpenSSL backends of the sealer. Each state is keyed once; per packet only the nonce is set.
 */
#include "pipelines/transport/cache_line.h"
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#define CM_SALT_BYTES 14

typedef struct {
  EVP_CIPHER_CTX *context;
  gconstpointer iv; /* of the context, inside of what it points to */
  guint8 salt[SRTP_GCM_NONCE_BYTES];
} GcmState;

typedef struct {
  EVP_CIPHER_CTX *context;
  gconstpointer iv;
  guint8 salt[CM_SALT_BYTES];
  SrtpHmac hmac;
} CmState;

/* OpenSSL keeps its state to itself, but tells where the initial vector lies: near the begin of
 * what the cipher has. What sealing reads of it, from there (OpenSSL 3.0): what it is set to, the
 * block that it is at and the powers of the hash key, the key's schedule. It is only fetched ahead:
 * of another layout, in vain. */
#define CONTEXT_BYTES 192
#define SETTINGS_BEFORE 88
#define SETTINGS_BYTES 104
#define BLOCK_BEHIND 128
#define BLOCK_BYTES 304
#define SCHEDULE_BEHIND 512
#define SCHEDULE_BYTES 344

/* Once one was set. */
static gconstpointer
find_iv (EVP_CIPHER_CTX *context)
{
  gconstpointer iv = EVP_CIPHER_CTX_iv (context);

  return iv != NULL ? iv : context;
}

G_ALWAYS_INLINE static inline void
prefetch_context (const EVP_CIPHER_CTX *context, gconstpointer iv)
{
  cache_line_prefetch (context, CONTEXT_BYTES);
  cache_line_prefetch ((const guint8 *) iv - SETTINGS_BEFORE, SETTINGS_BYTES);
  cache_line_prefetch ((const guint8 *) iv + BLOCK_BEHIND, BLOCK_BYTES);
  cache_line_prefetch ((const guint8 *) iv + SCHEDULE_BEHIND, SCHEDULE_BYTES);
}

/* AEAD_AES_128_GCM (RFC 7714) */

static void
gcm_clear_state (gpointer pointer)
{
  GcmState *state = pointer;

  EVP_CIPHER_CTX_free (state->context);
}

static gboolean
gcm_init_state (gpointer pointer, SrtpSuite suite, const guint8 *master, GError **error)
{
  GcmState *state = pointer;
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
  guint8 zero[SRTP_GCM_NONCE_BYTES] = { 0 };

  if (srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, sizeof state->salt))
    state->context = srtp_cipher_new (srtp_cipher_gcm (), key, error);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  OPENSSL_cleanse (key, sizeof key);
  if (!state->context)
    return FALSE;
  srtp_gcm_begin_sealing (state->context, zero);
  state->iv = find_iv (state->context);
  return TRUE;
}

static void
gcm_prefetch (gconstpointer pointer)
{
  const GcmState *state = pointer;

  prefetch_context (state->context, state->iv);
}

static gsize
gcm_seal (gpointer pointer, guint8 *packet, gsize header_len, const guint8 *payload,
          gsize payload_len, guint64 index)
{
  GcmState *state = pointer;
  guint8 nonce[SRTP_GCM_NONCE_BYTES];
  guint8 *out = packet + header_len;
  int n = 0;

  srtp_gcm_nonce (state->salt, packet, index, nonce);
  if (!srtp_gcm_begin_sealing (state->context, nonce) ||
      !EVP_EncryptUpdate (state->context, NULL, &n, packet, header_len) ||
      (payload_len > 0 && !EVP_EncryptUpdate (state->context, out, &n, payload, payload_len)) ||
      !EVP_EncryptFinal_ex (state->context, out + payload_len, &n) ||
      !srtp_gcm_get_tag (state->context, out + payload_len))
    return 0;
  return header_len + payload_len + SRTP_GCM_TAG_BYTES;
}

/* AES_CM_128_HMAC_SHA1_80 (RFC 3711) */

static void
cm_clear_state (gpointer pointer)
{
  CmState *state = pointer;

  EVP_CIPHER_CTX_free (state->context);
}

static gboolean
cm_init_state (gpointer pointer, SrtpSuite suite, const guint8 *master, GError **error)
{
  CmState *state = pointer;
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
  static const guint8 zero[16];
  guint8 auth_key[SRTP_AUTH_KEY_BYTES];

  if (srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_AUTH, auth_key, sizeof auth_key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, sizeof state->salt)) {
    state->context = srtp_cipher_new (srtp_cipher_ctr (), key, error);
    srtp_hmac_init (&state->hmac, auth_key);
  } else {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  }
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (auth_key, sizeof auth_key);
  if (!state->context)
    return FALSE;
  EVP_EncryptInit_ex2 (state->context, NULL, NULL, zero, NULL);
  state->iv = find_iv (state->context);
  return TRUE;
}

static void
cm_prefetch (gconstpointer pointer)
{
  const CmState *state = pointer;

  cache_line_prefetch (state, sizeof *state);
  prefetch_context (state->context, state->iv);
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
  srtp_hmac_tag (&state->hmac, packet, header_len + payload_len, (guint32) (index >> 16),
                 packet + header_len + payload_len);
  return header_len + payload_len + SRTP_HMAC_TAG_BYTES;
}

static const SealerBackend backends[] = {
  [SRTP_SUITE_AEAD_AES_128_GCM] = { "openssl-gcm", sizeof (GcmState), sizeof (gpointer),
                                    gcm_init_state, gcm_clear_state, gcm_seal, gcm_prefetch },
  [SRTP_SUITE_AES_CM_128_HMAC_SHA1_80] = { "openssl-cm", sizeof (CmState), sizeof (gpointer),
                                           cm_init_state, cm_clear_state, cm_seal, cm_prefetch },
};

const SealerBackend *
sealer_backend_openssl (SrtpSuite suite)
{
  return &backends[suite];
}
