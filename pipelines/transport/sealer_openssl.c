/* The OpenSSL backends of the sealer. Each state is keyed once; per packet only the nonce is set.
 */
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#define GSRTP_HMAC_TAG_BYTES 16
#define GCM_NONCE_BYTES SRTP_GCM_NONCE_BYTES
#define CM_SALT_BYTES 14

typedef struct {
  EVP_CIPHER_CTX *context;
  guint8 salt[GCM_NONCE_BYTES];
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
  guint8 nonce[GCM_NONCE_BYTES];
  guint8 *out = packet + header_len;
  /* All of the nonce, as with EVP_CTRL_GCM_SET_IV_FIXED and -1: EVP_EncryptInit_ex2 () would ask
   * the cipher each time how long one is, a tenth of the whole. */
  OSSL_PARAM iv[] = { { OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, OSSL_PARAM_OCTET_STRING, nonce,
                        (size_t) -1, 0 },
                      OSSL_PARAM_END };
  OSSL_PARAM tag[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, out + payload_len, GSRTP_HMAC_TAG_BYTES),
    OSSL_PARAM_END,
  };
  int n = 0;

  srtp_gcm_nonce (state->salt, packet, index, nonce);
  if (!EVP_CIPHER_CTX_set_params (state->context, iv) ||
      !EVP_EncryptUpdate (state->context, NULL, &n, packet, header_len) ||
      (payload_len > 0 && !EVP_EncryptUpdate (state->context, out, &n, payload, payload_len)) ||
      !EVP_EncryptFinal_ex (state->context, out + payload_len, &n) ||
      !EVP_CIPHER_CTX_get_params (state->context, tag))
    return 0;
  return header_len + payload_len + GSRTP_HMAC_TAG_BYTES;
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
