/* HeaderKeeper: when a room's last minutes are saved (a light turned red), its RTP headers of late
 * are fetched from the relay and added to them: seconds before the fault and a few after.
 *
 * Main thread. One room after the other; when very many turn red at once, the first
 * HEADERS_WAITING_MAX. */
#pragma once

#include "server/capture/relay_port.h"
#include "server/storage/health_store.h"

typedef struct HeaderKeeper HeaderKeeper;

#define HEADERS_WAITING_MAX 64
/* What comes after the fault belongs to it. */
#define HEADERS_AFTER_MS 3000

/* All are lent; @store and @board outlive it. */
HeaderKeeper *header_keeper_new (HealthStore *store, HealthBoard *board, const CaptureRelay *relay,
                                 gpointer relay_data);
void header_keeper_free (HeaderKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeaderKeeper, header_keeper_free)

/* For tests: another wait than HEADERS_AFTER_MS. */
void header_keeper_set_wait (HeaderKeeper *keeper, guint wait_ms);
