#include "signaling/meeting/lobby_state.h"

#include "config/limits.h"
#include "signaling/protocol/lobby_messages.h"

static const RecordField banner_state_fields[] = {
  RECORD_FIELD_STRING (BannerState, endpoint, RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (BannerState, branch, RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (BannerState, text, RECORD_REQUIRED, 1, LOBBY_MESSAGE_BYTES),
  RECORD_FIELD_STRING (BannerState, from, 0, 0, LOBBY_MESSAGE_BYTES),
  RECORD_FIELD_INT (BannerState, until_ms, 0, 0, G_MAXINT64, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (BannerState, banner_state);

static const RecordField lobby_state_fields[] = {
  RECORD_FIELD_BOOL (LobbyState, locked, 0, FALSE),
  RECORD_FIELD_BOOL (LobbyState, chat_closed, 0, FALSE),
  RECORD_FIELD_STRING (LobbyState, message, 0, 1, LOBBY_MESSAGE_BYTES),
  RECORD_FIELD_STRING_LIST (LobbyState, returned, 0, ROOM_ENDPOINTS_MAX, LIMIT_ID_BYTES),
  RECORD_FIELD_RECORD_LIST (LobbyState, banners, 0, &banner_state_type, BANNERS_MAX),
  RECORD_FIELD_INT (LobbyState, roll_started_at_ms, 0, 0, G_MAXINT64, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LobbyState, lobby_state);
