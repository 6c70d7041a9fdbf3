/* Autoscan: the sites in turn on screen, each for some seconds, in an order or a branch.
 *
 * The next one is chosen when one comes on screen, and warmed up shortly before the cut: the relay
 * asks it for a keyframe, so that its encoder and line are awake. Who is absent, has his camera
 * off, sends no packets or a black picture is passed over, also while he is shown. It waits while
 * somebody has the floor. All of it is in the LiveState: a restarted controller goes on. Main
 * thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

/* Before the cut: a keyframe asked for comes within one round trip, and the relay asks at most
 * twice a second (KEYFRAME_INTERVAL_MIN_US), so the cut's own request is not held back. */
#define AUTOSCAN_WARM_MS 1500

typedef struct {
  const char *endpoint;
  gboolean can_show;
} AutoscanSite;

/* Pure: the site that comes after @after (NULL or unknown: the first) in turn and can be shown;
 * @after itself only if there is no other; NULL = none can. */
const char *autoscan_pick (const AutoscanSite *sites, gsize n_sites, const char *after);

typedef struct {
  int seconds;
  const char *const *endpoints; /* the order; NULL or empty = all but the chair, by name */
  const char *branch;           /* unit code, or NULL */
} AutoscanPlan;

/* PROBLEM_AUTOSCAN_EMPTY when no site can be shown now. */
gboolean autoscan_start (MeetingAct *act, const AutoscanPlan *plan, GError **error);
/* The picture is as before the scan. */
gboolean autoscan_stop (MeetingAct *act, GError **error);
/* The next one, now. */
gboolean autoscan_skip (MeetingAct *act, GError **error);
/* Each half second. */
void autoscan_tick (Meeting *meeting);
