/* Handshaker: one thread that owns all DtlsEndpoints of a relay, so that no handshake (0.7 ms of
 * arithmetic) holds up a packet. Handshake: the owner's end of one association.
 *
 *   owner thread (a shard)                       handshake thread
 *   handshaker_start ()        ----------->      makes the DtlsEndpoint, a client starts
 *   handshake_feed (datagram)  ----------->      feeds it
 *        on_send, on_keys...   <-----------      posts to the owner's GMainContext, one wake per
 * step handshake_close ()         ----------->      close_notify (posted to on_send), endpoint
 * freed
 *
 * Events run in the owner's main context, never inside a call. After handshake_close() only
 * on_send runs, for the close_notify, and then @destroy, exactly once; where the context no longer
 * runs, @destroy still does.
 * A Handshake that did not get its keys after HANDSHAKE_TIMEOUT_US fails. After on_keys it stays,
 * to repeat the last flight where that was lost and to hear the peer's close_notify.
 */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/dtls.h"

G_BEGIN_DECLS

typedef struct _Handshaker Handshaker;
typedef struct _Handshake Handshake;

typedef struct {
  /* Send this datagram to the peer's nominated path. */
  void (*on_send) (gpointer user_data, const guint8 *data, gsize len);
  /* At most once. @keys are wiped after the call. */
  void (*on_keys) (gpointer user_data, const SrtpKeys *keys);
  /* At most once: no (more) association, by timeout, wrong fingerprint, alert or close_notify.
   * @reason is a short English text for the log. The owner then calls handshake_close(). */
  void (*on_closed) (gpointer user_data, const gchar *reason);
} HandshakeEvents;

typedef struct {
  DtlsRole role;
  const gchar *remote_fingerprint;
  GMainContext *owner; /* where the events run; referenced */
  HandshakeEvents events;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable), for @user_data, in the owner's context */
  gint64 timeout_us;      /* 0: HANDSHAKE_TIMEOUT_US */
} HandshakeConfig;

/* (transfer full). Starts the thread. */
Handshaker *handshaker_new (DtlsContext *context, GError **error);

/* Stops the thread and waits for it. All handshakes must have been closed; their last posted events
 * may still be waiting in the owners' contexts. */
void handshaker_free (Handshaker *handshaker);

/* (transfer full), to be given back by handshake_close(). A client sends its ClientHello at once:
 * call it when a path is nominated. NULL and @error if the fingerprint is malformed (@destroy is
 * not called then). Owner thread, does not block. */
Handshake *handshaker_start (Handshaker *handshaker, const HandshakeConfig *config, GError **error);

/* Copies the datagram and queues it. FALSE: too long, or HANDSHAKE_QUEUE_MAX are waiting; dropped
 * (DTLS repeats it). Owner thread. */
gboolean handshake_feed (Handshake *handshake, const guint8 *data, gsize len);

/* (transfer full @handshake). Owner thread. */
void handshake_close (Handshake *handshake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Handshaker, handshaker_free)

G_END_DECLS
