/* How captures ask the relay; server/bus gives it. Main thread. */
#pragma once

#include "pipelines/control/client.h"

typedef struct {
  /* Calls @callback exactly once, possibly before it returns. */
  void (*request) (gpointer relay_data, ControlType type, gconstpointer request,
                   ControlReplyFunc callback, gpointer user_data);
} CaptureRelay;
