#include "pipelines/transport/sealer.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/cache_line.h"
#include <openssl/crypto.h>

#define RTP_HEADER_BYTES 12

struct _Sealer {
  gsize (*seal) (gpointer state, guint8 *packet, gsize header_len, const guint8 *payload,
                 gsize payload_len, guint64 index);
  gpointer state;
  const SealerBackend *backend;
  SrtpSuite suite;
};

static SealerChoice chosen = SEALER_CHOICE_AUTO; /* read-only once threads seal */

gboolean
sealer_choose (SealerChoice choice)
{
  chosen = choice;
  return choice != SEALER_CHOICE_IPSEC_MB ||
         sealer_backend_ipsec_mb (SRTP_SUITE_AEAD_AES_128_GCM) != NULL;
}

const SealerBackend *
sealer_backend_best (SrtpSuite suite)
{
  const SealerBackend *fast =
      chosen == SEALER_CHOICE_OPENSSL ? NULL : sealer_backend_ipsec_mb (suite);
  return fast ? fast : sealer_backend_openssl (suite);
}

/* Right behind the sealer: where there is room, in its cache line. */
static gsize
state_offset (const SealerBackend *backend)
{
  gsize mask = backend->state_alignment - 1;

  return (sizeof (Sealer) + mask) & ~mask;
}

Sealer *
sealer_new (const SrtpKeys *keys, const SealerBackend *backend, GError **error)
{
  Sealer *self;

  if (!backend)
    backend = sealer_backend_best (keys->suite);
  self = g_aligned_alloc0 (1, state_offset (backend) + backend->state_bytes, CACHE_LINE_BYTES);
  self->seal = backend->seal;
  self->state = (guint8 *) self + state_offset (backend);
  self->backend = backend;
  self->suite = keys->suite;
  if (backend->init_state (self->state, keys->suite, keys->local, error))
    return self;
  sealer_free (self);
  return NULL;
}

void
sealer_free (Sealer *self)
{
  if (!self)
    return;
  if (self->backend->clear_state)
    self->backend->clear_state (self->state);
  OPENSSL_cleanse (self->state, self->backend->state_bytes);
  g_aligned_free (self);
}

gsize
sealer_get_tag_len (const Sealer *self)
{
  return srtp_suite_get_tag_bytes (self->suite);
}

gsize
sealer_seal (Sealer *self, guint8 *packet, gsize header_len, const guint8 *payload,
             gsize payload_len, guint64 index)
{
  /* the nonce is made of the index: a header with another number would go out undecipherable */
  if (G_UNLIKELY (header_len < RTP_HEADER_BYTES || index > SRTP_INDEX_MAX ||
                  packet[2] != (guint8) (index >> 8) || packet[3] != (guint8) index))
    return 0;
  return self->seal (self->state, packet, header_len, payload, payload_len, index);
}

void
sealer_prefetch (const Sealer *self)
{
  __builtin_prefetch (self);
}

void
sealer_prefetch_keys (const Sealer *self)
{
  self->backend->prefetch (self->state);
}
