#include "pipelines/transport/sealer.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/cache_line.h"

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

Sealer *
sealer_new (const SrtpKeys *keys, const SealerBackend *backend, GError **error)
{
  Sealer *self;
  gpointer state;

  if (!backend)
    backend = sealer_backend_best (keys->suite);
  state = backend->new_state (keys->suite, keys->local, error);
  if (!state)
    return NULL;
  self = g_new0 (Sealer, 1);
  self->seal = backend->seal;
  self->state = state;
  self->backend = backend;
  self->suite = keys->suite;
  return self;
}

void
sealer_free (Sealer *self)
{
  if (!self)
    return;
  self->backend->free_state (self->state);
  g_free (self);
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
  cache_line_prefetch (self->state, self->backend->state_bytes);
}
