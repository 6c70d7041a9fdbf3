/* What relay.c and requests.c share. Main thread. */
#pragma once

#include "pipelines/control/server.h"
#include "pipelines/relay/directory.h"
#include "pipelines/relay/keep_awake.h"
#include "pipelines/relay/relay.h"

struct Relay {
  const Settings *settings;
  gchar *id; /* random, of this run */
  gboolean owned;
  gint64 started_us;
  GStrv addresses; /* to tell in candidates */
  DtlsCertificate *certificate;
  Handshaker *handshaker;
  Mailbox *mailbox;
  Shard *shards[LIMIT_SHARDS];
  guint n_shards;
  Directory *directory;
  KeepAwake *keep_awake; /* NULL: the settings do not want it */
  GSource *awake_timer;  /* looks at it; NULL as well */
  ControlServer *server;
  void (*on_shutdown) (gpointer user_data);
  gpointer on_shutdown_data;
};

extern const ControlHandlerRow relay_handlers[];
extern const gsize relay_n_handlers;
