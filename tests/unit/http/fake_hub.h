/* A hub that only notes what it is asked, and answers what the test put in. */
#pragma once

#include "signaling/meeting/hub.h"
#include "signaling/meeting/rehearsal_rooms.h"

struct RoomConnection {
  MeetingHub *hub;
  RoomPeer peer;
  gpointer peer_data;
  char *meeting, *endpoint, *actor;
  RoomRole role;
  GString *received; /* all frames, each ended by '\n' */
  guint n_received;
};

struct MeetingHub {
  GPtrArray *rooms;   /* RoomConnection */
  guint closed_rooms; /* room_connection_closed () so far */
  gboolean refuse_rooms;
  const char *greeting; /* sent to each room that connects */

  int problem;     /* what sessions and transitions are refused with; -1: granted */
  gboolean defers; /* sessions: keep the callback for fake_hub_answer () */
  SessionCallback deferred;
  gpointer deferred_data;
  char *answer_sdp; /* of a PATCH; NULL: nothing to say */

  /* the last call */
  const char *verb;
  char *meeting, *endpoint, *session, *if_match, *body, *source;
  MeetingState state;
  guint minutes;
  char *reason;
  guint reloads, line_reloads, deletes;
  const RehearsalRoom *rehearsing; /* of any meeting that is asked for */
  guint n_rehearsing;
};

MeetingHub *fake_hub_new (void);
void fake_hub_free (MeetingHub *hub);
void fake_hub_answer (MeetingHub *hub);
