/* Sealer: SRTP for what we send (RFC 3711 AES_CM_128_HMAC_SHA1_80, RFC 7714 AEAD_AES_128_GCM),
 * keyed once per peer, out of place from a shared plaintext, bit for bit what libsrtp would write.
 *
 * DANGER: a sealer keeps no replay state. One (SSRC, index) sealed twice with different bytes gives
 * the key away under GCM. The caller hands out indices that only grow per SSRC (the SlotRewriter's
 * SealGuard); a retransmission is RTX with its own SSRC, or the very same bytes again.
 * Owner: one thread (the context is reused). Life: sealer_new() -> sealer_free(). No allocation
 * after sealer_new().
 */
#pragma once

#include "pipelines/transport/srtp_keys.h"

G_BEGIN_DECLS

typedef struct _Sealer Sealer;

/* A way to do the arithmetic. OpenSSL's is always there; others (multi-buffer libraries) may be
 * chosen at start. */
typedef struct {
  const gchar *name;
  gsize state_bytes;     /* of @state, which lies in the sealer, zeroed */
  gsize state_alignment; /* a power of two, a cache line at most */
  /* FALSE and @error on failure. @master: SRTP_KEY_BYTES of key, then the suite's salt. */
  gboolean (*init_state) (gpointer state, SrtpSuite suite, const guint8 *master, GError **error);
  /* Also after a failure; NULL: there is nothing to free. The state itself is wiped after it. */
  void (*clear_state) (gpointer state);
  /* As sealer_seal(), arguments already checked. */
  gsize (*seal) (gpointer state, guint8 *packet, gsize header_len, const guint8 *payload,
                 gsize payload_len, guint64 index);
  /* As sealer_prefetch_keys(). */
  void (*prefetch) (gconstpointer state);
} SealerBackend;

const SealerBackend *sealer_backend_openssl (SrtpSuite suite);
/* libipsec-mb's; NULL where it was not built in, the processor lacks VAES, or the suite is one that
 * it does not seal faster. Any thread. */
const SealerBackend *sealer_backend_ipsec_mb (SrtpSuite suite);
/* Which of them sealer_backend_best () may choose: libipsec-mb's where it is there, or never. */
typedef enum {
  SEALER_CHOICE_AUTO,
  SEALER_CHOICE_OPENSSL,
  SEALER_CHOICE_IPSEC_MB, /* as AUTO; sealer_choose () tells where it is not there */
} SealerChoice;

/* At the program's start, before another thread seals. FALSE: this machine cannot. */
gboolean sealer_choose (SealerChoice choice);

/* The fastest that this machine has and the choice allows. Any thread. */
const SealerBackend *sealer_backend_best (SrtpSuite suite);

/* (transfer full). Uses @keys->local. @backend: NULL is the fastest for the suite. To be made by
 * the thread that seals. */
Sealer *sealer_new (const SrtpKeys *keys, const SealerBackend *backend, GError **error);
void sealer_free (Sealer *sealer);

/* Bytes that sealing adds: 16 or 10. */
gsize sealer_get_tag_len (const Sealer *sealer);

/* @packet holds the finished RTP header (>= 12 bytes, CSRCs and extension included) of
 * @header_len; ciphertext and tag are written behind it: it needs header_len + payload_len + tag
 * bytes in all. @payload is only read and may be @packet + @header_len (in place: RTX, rewritten
 * descriptors). @index: 48-bit packet index, roll-over counter and sequence number; its low 16
 * bits must be the header's sequence number. Returns the packet's length, 0 on failure. */
gsize sealer_seal (Sealer *sealer, guint8 *packet, gsize header_len, const guint8 *payload,
                   gsize payload_len, guint64 index);

/* It will be used in a moment: with hundreds of peers it has left the cache since, and so have its
 * keys, which are to be fetched once it has come. */
void sealer_prefetch (const Sealer *sealer);
void sealer_prefetch_keys (const Sealer *sealer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sealer, sealer_free)

G_END_DECLS
