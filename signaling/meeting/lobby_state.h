/* LobbyState: what of a running meeting's live state concerns who may come in, write and is counted
 * (lobby, moderation, chat, roll call). A part of LiveState; a plain record, stored as JSON. */
#pragma once

#include "pipelines/control/record.h"

#define LOBBY_MESSAGE_BYTES 2000 /* 500 characters */

/* A banner on the screens of one room, a branch or all. */
typedef struct {
  char *endpoint; /* or NULL */
  char *branch;   /* unit code, or NULL; both NULL = all */
  char *text;
  char *from;
  gint64 until_ms; /* 0 = until it is cleared */
} BannerState;
RECORD_DECLARE (BannerState, banner_state)

#define BANNERS_MAX 100 /* one for each branch of the largest province, and then some */

typedef struct {
  gboolean locked;           /* no new rooms */
  gboolean chat_closed;      /* nobody writes */
  char *message;             /* shown to all who wait, or NULL */
  char **returned;           /* endpoints sent back into the waiting room */
  gint64 roll_started_at_ms; /* a roll call runs since, 0 = none */
  GPtrArray *banners;        /* BannerState, oldest first */
} LobbyState;
RECORD_DECLARE (LobbyState, lobby_state)
