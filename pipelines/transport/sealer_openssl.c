/* The OpenSSL backends of the sealer. Each state is keyed once; per packet only the nonce is set.
 */
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#define CM_SALT_BYTES 14

typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[SRTP_GCM_NONCE_BYTES];
} GcmState;

typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[CM_SALT_BYTES];
  SrtpHmac hmac;
} CmState;

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

  if (srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, sizeof state->salt))
    state->context = srtp_cipher_new (srtp_cipher_gcm (), key, error);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  OPENSSL_cleanse (key, sizeof key);
  if (state->context)
    return state;
  gcm_free_state (state);
  return NULL;
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
cm_free_state (gpointer pointer)
{
  CmState *state = pointer;

  EVP_CIPHER_CTX_free (state->context);
  OPENSSL_cleanse (state, sizeof *state);
  g_free (state);
}

static gpointer
cm_new_state (SrtpSuite suite, const guint8 *master, GError **error)
{
  CmState *state = g_new0 (CmState, 1);
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
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
  [SRTP_SUITE_AEAD_AES_128_GCM] = { "openssl-gcm", gcm_new_state, gcm_free_state, gcm_seal,
                                    sizeof (GcmState) },
  [SRTP_SUITE_AES_CM_128_HMAC_SHA1_80] = { "openssl-cm", cm_new_state, cm_free_state, cm_seal,
                                           sizeof (CmState) },
};

const SealerBackend *
sealer_backend_openssl (SrtpSuite suite)
{
  return &backends[suite];
}
