/* MetricsServer: the administration port: plain HTTP for programs that watch, on this machine
 * unless admin.address says otherwise. GET /metrics, nothing else; nothing secret, nothing that
 * changes anything.
 *
 * Owner: the main thread. Life: new -> start -> free. */
#pragma once

#include "server/http/http_server.h"
#include "server/snapshot/picture_worker.h"

/* Programs that watch are a few; one past these is cut. */
#define METRICS_CONNECTIONS_MAX 32

typedef struct MetricsServer MetricsServer;

/* Lends all; they outlive it. */
typedef struct {
  const Settings *settings;
  MeetingHub *hub;
  HttpRelay relay;
  gpointer relay_data;
  PictureWorker *pictures;
} MetricsContext;

MetricsServer *metrics_server_new (const MetricsContext *context);
void metrics_server_free (MetricsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MetricsServer, metrics_server_free)

/* Listens, unless admin.port is 0. Fails when the port is taken: a meeting does not depend on it.
 */
gboolean metrics_server_start (MetricsServer *server, GError **error);
