#include "server/load/media_kit.h"

void
media_kit_free (MediaKit *kit)
{
  g_clear_pointer (&kit->handshaker, handshaker_free); /* its last posts are the loop's to run */
  g_clear_pointer (&kit->loop, media_loop_free);
  g_clear_pointer (&kit->dtls, dtls_context_unref);
  g_clear_pointer (&kit->certificate, dtls_certificate_unref);
  g_free (kit);
}

MediaKit *
media_kit_new (guint tick_us, GError **error)
{
  g_autoptr (MediaKit) kit = g_new0 (MediaKit, 1);

  kit->certificate = dtls_certificate_new (g_get_real_time () / G_USEC_PER_SEC, error);
  kit->dtls = kit->certificate ? dtls_context_new (kit->certificate, error) : NULL;
  kit->loop = kit->dtls ? media_loop_new (tick_us, error) : NULL;
  kit->handshaker = kit->loop ? handshaker_new (kit->dtls, error) : NULL;
  return kit->handshaker ? g_steal_pointer (&kit) : NULL;
}

RtcPeerConfig
media_kit_peer (const MediaKit *kit)
{
  return (RtcPeerConfig){ .loop = kit->loop,
                          .handshaker = kit->handshaker,
                          .fingerprint = dtls_certificate_get_fingerprint (kit->certificate) };
}
