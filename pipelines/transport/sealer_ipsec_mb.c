/* The libipsec-mb backend of the sealer: AES-GCM by the widest vector instructions that the
 * processor has, in a sixth of OpenSSL 3.0's time.  Only for AEAD_AES_128_GCM: what the library
 * does faster for AES_CM_SHA1_80 are many packets at once, which is not how a round seals.
 *
 * The library's manager is one table of functions; each thread that makes sealers has its own. */
#include "pipelines/transport/cache_line.h"
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#ifdef HAVE_IPSEC_MB

#define NO_COMPAT_IMB_API_053 1
#include <intel-ipsec-mb.h>

/* Without VAES it is no faster than OpenSSL, which also has AES-NI. */
#define NEEDED_FEATURES (IMB_FEATURE_VAES | IMB_FEATURE_VPCLMULQDQ)

typedef struct {
  struct gcm_key_data key; /* first: aligned as the state is */
  IMB_MGR *manager;        /* of the thread */
  guint8 salt[SRTP_IV_BLOCK_BYTES];
} GcmState;

static void
free_manager (gpointer manager)
{
  free_mb_mgr (manager);
}

static GPrivate thread_manager = G_PRIVATE_INIT (free_manager);

/* NULL: the library cannot run here. */
static IMB_MGR *
get_manager (void)
{
  IMB_MGR *manager = g_private_get (&thread_manager);
  if (manager)
    return manager;
  manager = alloc_mb_mgr (0);
  if (!manager)
    return NULL;
  init_mb_mgr_auto (manager, NULL);
  if (imb_get_errno (manager) != 0) {
    free_mb_mgr (manager);
    return NULL;
  }
  g_private_set (&thread_manager, manager);
  return manager;
}

static gboolean
processor_is_fit (void)
{
  static gsize answer = 0; /* 1 = no, 2 = yes */
  if (g_once_init_enter (&answer)) {
    const IMB_MGR *manager = get_manager ();
    gboolean is_fit = manager && (manager->features & NEEDED_FEATURES) == NEEDED_FEATURES;
    g_once_init_leave (&answer, is_fit ? 2 : 1);
  }
  return answer == 2;
}

static gboolean
gcm_init_state (gpointer pointer, SrtpSuite suite, const guint8 *master, GError **error)
{
  GcmState *state = pointer;
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES];

  state->manager = get_manager ();
  if (state->manager &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_ENCRYPTION, key, sizeof key) &&
      srtp_derive (master, salt_bytes, SRTP_LABEL_RTP_SALT, state->salt, salt_bytes)) {
    IMB_AES128_GCM_PRE (state->manager, key, &state->key);
    OPENSSL_cleanse (key, sizeof key);
    return TRUE;
  }
  OPENSSL_cleanse (key, sizeof key);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "libipsec-mb: no key");
  return FALSE;
}

static gsize
gcm_seal (gpointer pointer, guint8 *packet, gsize header_len, const guint8 *payload,
          gsize payload_len, guint64 index)
{
  GcmState *state = pointer;
  struct gcm_context_data context;
  guint8 nonce[SRTP_IV_BLOCK_BYTES];
  guint8 *out = packet + header_len;

  srtp_gcm_nonce (state->salt, packet, index, nonce);
  IMB_AES128_GCM_ENC (state->manager, &state->key, &context, out, payload, payload_len, nonce,
                      packet, header_len, out + payload_len, AES_GCM_TAG_BYTES);
  return header_len + payload_len + AES_GCM_TAG_BYTES;
}

static void
gcm_prefetch (gconstpointer state)
{
  cache_line_prefetch (state, sizeof (GcmState));
}

static const SealerBackend gcm_backend = {
  .name = "ipsec-mb-gcm",
  .state_bytes = sizeof (GcmState),
  .state_alignment = CACHE_LINE_BYTES,
  .init_state = gcm_init_state,
  .seal = gcm_seal,
  .prefetch = gcm_prefetch,
};

const SealerBackend *
sealer_backend_ipsec_mb (SrtpSuite suite)
{
  return suite == SRTP_SUITE_AEAD_AES_128_GCM && processor_is_fit () ? &gcm_backend : NULL;
}

#else

const SealerBackend *
sealer_backend_ipsec_mb (SrtpSuite suite)
{
  return NULL;
}

#endif
