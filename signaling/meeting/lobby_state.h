/* LobbyState: what of a running meeting's live state concerns who may come in, write and is counted
 * (lobby, moderation, chat, roll call). A part of LiveState; a plain record, stored as JSON. */
#pragma once

#include "pipelines/control/record.h"

#define LOBBY_MESSAGE_BYTES 2000 /* 500 characters */

typedef struct {
  gboolean locked;           /* no new rooms */
  gboolean chat_closed;      /* nobody writes */
  char *message;             /* shown to all who wait, or NULL */
  char **returned;           /* endpoints sent back into the waiting room */
  gint64 roll_started_at_ms; /* a roll call runs since, 0 = none */
} LobbyState;
RECORD_DECLARE (LobbyState, lobby_state)
