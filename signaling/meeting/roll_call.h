/* RollCall: who is there: what the sweep finds of a seat, what the operator marks, the count of all
 * and the quorum. Pure: states in, numbers out. */
#pragma once

#include <glib.h>

/* The operator's tick; roll_mark_names of lobby_messages.h. */
typedef enum { ROLL_NONE, ROLL_PRESENT, ROLL_ABSENT, ROLL_EXCUSED, N_ROLL_MARKS } RollMark;

/* What the sweep finds: all three signs, connected with one of them or none, not connected. */
typedef enum { ROLL_AUTO_ABSENT, ROLL_AUTO_PARTIAL, ROLL_AUTO_PRESENT, N_ROLL_AUTOS } RollAuto;

/* NULL for ROLL_NONE. */
const char *roll_mark_to_string (RollMark mark);
const char *roll_auto_to_string (RollAuto found);

RollAuto roll_auto (gboolean is_connected, gboolean is_heard, gboolean is_moving);

/* Counts for the quorum: the operator's word, else whether it is in the meeting (also while it is
 * away for a moment). */
gboolean roll_is_present (RollMark mark, gboolean is_in);

typedef struct {
  guint percent; /* of the invited; 0 = none asked */
  guint present;
  guint needed;
  gboolean reached;
} Quorum;

Quorum quorum_count (guint percent, guint invited, guint present);

typedef struct {
  guint invited;
  guint present; /* in the meeting and connected */
  guint waiting; /* in the waiting room */
  guint absent;
  guint reconnecting;
  guint fair, bad; /* lines of those present */
  guint delegates; /* sum of the head counts */
  int voted;       /* in the open vote; -1 = none is open */
  Quorum quorum;
} Census;
