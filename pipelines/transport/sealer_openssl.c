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
  Aes cipher;
  guint8 salt[SRTP_IV_BLOCK_BYTES];
} GcmState;

typedef struct {
  Aes cipher;
  guint8 salt[CM_SALT_BYTES];
  SrtpHmac hmac;
} CmState;

/* AEAD_AES_128_GCM (RFC 7714) */

static void
gcm_clear_state (gpointer pointer)
{
  GcmState *state = pointer;

  aes_clear (&state->cipher);
}

static gboolean
gcm_init_state (gpointer pointer, SrtpSuite suite, const guint8 *master, GError **error)
{
  GcmState *state = pointer;
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
  gboolean ok = FALSE;

  if (srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, salt_bytes))
    ok = aes_init (&state->cipher, AES_GCM, key, error);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  OPENSSL_cleanse (key, sizeof key);
  return ok;
}

static void
gcm_prefetch (gconstpointer pointer)
{
  const GcmState *state = pointer;

  aes_gcm_prefetch (&state->cipher);
}

static gsize
gcm_seal (gpointer pointer, guint8 *packet, gsize header_len, const guint8 *payload,
          gsize payload_len, guint64 index)
{
  GcmState *state = pointer;
  guint8 nonce[SRTP_IV_BLOCK_BYTES];
  guint8 *out = packet + header_len;

  srtp_gcm_nonce (state->salt, packet, index, nonce);
  if (!aes_gcm_begin_sealing (&state->cipher, nonce) ||
      !aes_gcm_add_clear (&state->cipher, packet, header_len) ||
      !aes_update (&state->cipher, out, payload, payload_len) ||
      !aes_gcm_end_sealing (&state->cipher, out + payload_len))
    return 0;
  return header_len + payload_len + AES_GCM_TAG_BYTES;
}

/* AES_CM_128_HMAC_SHA1_80 (RFC 3711) */

static void
cm_clear_state (gpointer pointer)
{
  CmState *state = pointer;

  aes_clear (&state->cipher);
}

static gboolean
cm_init_state (gpointer pointer, SrtpSuite suite, const guint8 *master, GError **error)
{
  CmState *state = pointer;
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];
  guint8 auth_key[SRTP_AUTH_KEY_BYTES];
  gboolean ok = FALSE;

  if (srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_AUTH, auth_key, sizeof auth_key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, salt_bytes)) {
    ok = aes_init (&state->cipher, AES_CTR, key, error);
    srtp_hmac_init (&state->hmac, auth_key);
  } else {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  }
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (auth_key, sizeof auth_key);
  return ok;
}

static void
cm_prefetch (gconstpointer pointer)
{
  const CmState *state = pointer;

  cache_line_prefetch (state, sizeof *state);
  aes_ctr_prefetch (&state->cipher);
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
  guint8 iv[SRTP_IV_BLOCK_BYTES];

  cm_iv (state, packet, index, iv);
  if (!aes_ctr_begin (&state->cipher, iv) ||
      !aes_update (&state->cipher, packet + header_len, payload, payload_len))
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
