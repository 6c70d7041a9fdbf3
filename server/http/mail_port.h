/* MailPort: what the HTTP surface asks of the outbox beyond its rows in storage.  server/mail
 * implements it.  Main thread. */
#pragma once

#include <glib.h>

#include "config/settings.h"

typedef struct {
  /* There is a server to send to. */
  gboolean (*is_on) (gpointer data);
  /* A letter was queued, or is to be tried again now. */
  void (*wake) (gpointer data, gint64 now_ms);
  /* The group `mail` was changed on the pages. */
  void (*configure) (gpointer data, const Settings *settings);
} MailPort;
