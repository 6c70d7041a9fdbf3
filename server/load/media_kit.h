/* MediaKit: what virtual rooms of a process share: a certificate, the media thread, the handshaker.
 *
 * Owner: one thread, which is not the media thread. All peers must have gone before it is freed. */
#pragma once

#include "pipelines/client/rtc_peer.h"

typedef struct {
  DtlsCertificate *certificate;
  DtlsContext *dtls;
  MediaLoop *loop;
  Handshaker *handshaker;
} MediaKit;

/* @tick_us: as media_loop_new (). (transfer full) */
MediaKit *media_kit_new (guint tick_us, GError **error);
void media_kit_free (MediaKit *kit);
/* A configuration to begin with: everything else 0. */
RtcPeerConfig media_kit_peer (const MediaKit *kit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaKit, media_kit_free)
