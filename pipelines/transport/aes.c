#include "pipelines/transport/aes.h"

#include <gio/gio.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

static const gchar *const names[] = {
  [AES_CTR] = "AES-128-CTR",
  [AES_GCM] = "AES-128-GCM",
};

typedef struct {
  EVP_CIPHER *cipher; /* only kept: it holds the provider */
  AesCalls calls;
  gpointer provider_context;
} Implementation;

/* @list: with a colon between the names. */
static gboolean
has_name (const gchar *list, const gchar *name)
{
  gsize len = strlen (name);

  for (const gchar *at = list; at; at = strchr (at, ':')) {
    at += *at == ':';
    if (g_ascii_strncasecmp (at, name, len) == 0 && (at[len] == '\0' || at[len] == ':'))
      return TRUE;
  }
  return FALSE;
}

static void
read_calls (AesCalls *calls, const OSSL_DISPATCH *dispatch)
{
  for (; dispatch->function_id != 0; dispatch++) {
    switch (dispatch->function_id) {
    case OSSL_FUNC_CIPHER_NEWCTX:
      calls->newctx = OSSL_FUNC_cipher_newctx (dispatch);
      break;
    case OSSL_FUNC_CIPHER_FREECTX:
      calls->freectx = OSSL_FUNC_cipher_freectx (dispatch);
      break;
    case OSSL_FUNC_CIPHER_ENCRYPT_INIT:
      calls->encrypt_init = OSSL_FUNC_cipher_encrypt_init (dispatch);
      break;
    case OSSL_FUNC_CIPHER_DECRYPT_INIT:
      calls->decrypt_init = OSSL_FUNC_cipher_decrypt_init (dispatch);
      break;
    case OSSL_FUNC_CIPHER_UPDATE:
      calls->update = OSSL_FUNC_cipher_update (dispatch);
      break;
    case OSSL_FUNC_CIPHER_FINAL:
      calls->final = OSSL_FUNC_cipher_final (dispatch);
      break;
    case OSSL_FUNC_CIPHER_GET_CTX_PARAMS:
      calls->get_ctx_params = OSSL_FUNC_cipher_get_ctx_params (dispatch);
      break;
    default:
      break;
    }
  }
}

static gboolean
is_whole (const AesCalls *calls)
{
  return calls->newctx && calls->freectx && calls->encrypt_init && calls->decrypt_init &&
         calls->update && calls->final && calls->get_ctx_params;
}

/* Of the provider that OpenSSL's configuration takes for it. */
static gboolean
find_implementation (const gchar *name, Implementation *found)
{
  const OSSL_PROVIDER *provider = NULL;
  const OSSL_ALGORITHM *algorithms = NULL;
  int no_cache = 0;

  found->cipher = EVP_CIPHER_fetch (NULL, name, NULL);
  if (found->cipher)
    provider = EVP_CIPHER_get0_provider (found->cipher);
  if (provider)
    algorithms = OSSL_PROVIDER_query_operation (provider, OSSL_OP_CIPHER, &no_cache);
  for (const OSSL_ALGORITHM *at = algorithms; at && at->algorithm_names; at++)
    if (has_name (at->algorithm_names, name)) {
      found->provider_context = OSSL_PROVIDER_get0_provider_ctx (provider);
      read_calls (&found->calls, at->implementation);
      break;
    }
  if (algorithms)
    OSSL_PROVIDER_unquery_operation (provider, OSSL_OP_CIPHER, algorithms);
  return is_whole (&found->calls);
}

/* Found once for the process. */
static const Implementation *
get_implementation (AesMode mode)
{
  static Implementation implementations[G_N_ELEMENTS (names)];
  static gsize is_found[G_N_ELEMENTS (names)];

  if (g_once_init_enter (&is_found[mode])) {
    if (!find_implementation (names[mode], &implementations[mode]))
      g_error ("OpenSSL has no %s", names[mode]);
    g_once_init_leave (&is_found[mode], 1);
  }
  return &implementations[mode];
}

gboolean
aes_init (Aes *cipher, AesMode mode, const guint8 *key, GError **error)
{
  const Implementation *implementation = get_implementation (mode);

  cipher->calls = &implementation->calls;
  cipher->state = cipher->calls->newctx (implementation->provider_context);
  if (cipher->state &&
      cipher->calls->encrypt_init (cipher->state, key, AES_KEY_BYTES, NULL, 0, NULL))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: cannot key a cipher");
  aes_clear (cipher);
  return FALSE;
}

void
aes_clear (Aes *cipher)
{
  if (cipher->state)
    cipher->calls->freectx (cipher->state);
  cipher->state = NULL;
}
