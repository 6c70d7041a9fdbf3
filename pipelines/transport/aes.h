/* AES-128 in counter and Galois/counter mode, by the functions of OpenSSL's provider itself
 * (provider-cipher(7)): what EVP does around them for every packet (it asks by name how long a
 * nonce is, looks at lengths again, and has a state of its own, which has left the cache as well)
 * is an eighth of what sealing a packet costs.
 * Private to pipelines/transport. A cipher belongs to the thread that uses it. */
#pragma once

#include "pipelines/transport/cache_line.h"

#include <glib.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

G_BEGIN_DECLS

#define AES_KEY_BYTES 16
#define AES_GCM_NONCE_BYTES 12
#define AES_GCM_TAG_BYTES 16
#define AES_CTR_IV_BYTES 16

typedef enum {
  AES_CTR,
  AES_GCM,
} AesMode;

typedef struct {
  OSSL_FUNC_cipher_newctx_fn *newctx;
  OSSL_FUNC_cipher_freectx_fn *freectx;
  OSSL_FUNC_cipher_encrypt_init_fn *encrypt_init;
  OSSL_FUNC_cipher_decrypt_init_fn *decrypt_init;
  OSSL_FUNC_cipher_update_fn *update;
  OSSL_FUNC_cipher_final_fn *final;
  OSSL_FUNC_cipher_get_ctx_params_fn *get_ctx_params;
} AesCalls;

typedef struct {
  const AesCalls *calls; /* of the process */
  gpointer state;        /* OpenSSL's; NULL: none */
} Aes;

/* Keyed for both directions, without a nonce. FALSE and @error: OpenSSL would not; there is nothing
 * to clear then. */
gboolean aes_init (Aes *cipher, AesMode mode, const guint8 *key, GError **error);
void aes_clear (Aes *cipher);

/* What a packet reads of OpenSSL's state (3.0): the nonce and what it is set to; the block that it
 * is at and the powers of the hash key; the key's schedule. It is only fetched ahead: of another
 * layout, in vain. */
#define AES_GCM_SETTINGS_BYTES 104
#define AES_GCM_BLOCK_AT 212
#define AES_GCM_BLOCK_BYTES 304
#define AES_GCM_SCHEDULE_AT 596
#define AES_GCM_SCHEDULE_BYTES 344
#define AES_CTR_BYTES 372

G_ALWAYS_INLINE static inline void
aes_gcm_prefetch (const Aes *cipher)
{
  const guint8 *state = cipher->state;

  cache_line_prefetch (state, AES_GCM_SETTINGS_BYTES);
  cache_line_prefetch (state + AES_GCM_BLOCK_AT, AES_GCM_BLOCK_BYTES);
  cache_line_prefetch (state + AES_GCM_SCHEDULE_AT, AES_GCM_SCHEDULE_BYTES);
}

G_ALWAYS_INLINE static inline void
aes_ctr_prefetch (const Aes *cipher)
{
  cache_line_prefetch (cipher->state, AES_CTR_BYTES);
}

/* A packet begins. */
static inline gboolean
aes_ctr_begin (const Aes *cipher, const guint8 *iv)
{
  return cipher->calls->encrypt_init (cipher->state, NULL, 0, iv, AES_CTR_IV_BYTES, NULL);
}

static inline gboolean
aes_gcm_begin_sealing (const Aes *cipher, const guint8 *nonce)
{
  return cipher->calls->encrypt_init (cipher->state, NULL, 0, nonce, AES_GCM_NONCE_BYTES, NULL);
}

/* With the tag that came with it. */
static inline gboolean
aes_gcm_begin_opening (const Aes *cipher, const guint8 *nonce, guint8 *tag)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, AES_GCM_TAG_BYTES),
    OSSL_PARAM_END,
  };

  return cipher->calls->decrypt_init (cipher->state, NULL, 0, nonce, AES_GCM_NONCE_BYTES, params);
}

/* What is authenticated, not encrypted; before the rest. */
static inline gboolean
aes_gcm_add_clear (const Aes *cipher, const guint8 *data, gsize len)
{
  gsize n;

  return cipher->calls->update (cipher->state, NULL, &n, len, data, len);
}

/* @out: @len bytes, may be @in. */
static inline gboolean
aes_update (const Aes *cipher, guint8 *out, const guint8 *in, gsize len)
{
  gsize n;

  return len == 0 || cipher->calls->update (cipher->state, out, &n, len, in, len);
}

/* The packet ends; @tag: AES_GCM_TAG_BYTES are written. */
static inline gboolean
aes_gcm_end_sealing (const Aes *cipher, guint8 *tag)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, AES_GCM_TAG_BYTES),
    OSSL_PARAM_END,
  };
  gsize n;

  return cipher->calls->final (cipher->state, tag, &n, 0) &&
         cipher->calls->get_ctx_params (cipher->state, params);
}

/* FALSE: the tag is another one. */
static inline gboolean
aes_gcm_end_opening (const Aes *cipher)
{
  guint8 none;
  gsize n;

  return cipher->calls->final (cipher->state, &none, &n, 0);
}

G_END_DECLS
