/* MeetingEntry: what holds for a room that joins, and how the meeting is run: entry settings as the
 * secretary books them.  A record (pipelines/control/record.h): the same members in REST and in
 * storage.  Plain value without pointers, any thread. */
#pragma once

#include "pipelines/control/record.h"

#define MEETING_SPEAKER_MINUTES_MAX 240

typedef struct {
  gboolean mic;          /* on joining the microphone is open: "on" */
  gboolean camera;       /* on joining the camera is on: "on" */
  gboolean waiting_room; /* rooms wait until they are admitted */
  gboolean recording;    /* "allowed" */
  gboolean chat;
  gboolean floor_gather;     /* the desk of a branch gathers its branch's requests */
  gboolean auto_end;         /* ends by itself at its planned end, after a warning */
  guint quorum_percent;      /* of the invited; 0: none asked */
  guint minutes_per_speaker; /* time box of the floor; 0: none */
} MeetingEntry;
RECORD_DECLARE (MeetingEntry, meeting_entry)

/* Microphone off, camera on, recording and chat allowed, the rest off. */
extern const MeetingEntry meeting_entry_default;

/* Takes over the members that @json (a meeting_entry object) has; the others stay. */
gboolean meeting_entry_update (MeetingEntry *entry, const json_t *json, GError **error);
