#include "signaling/meeting/autoscan.h"

#include <string.h>

#include "signaling/meeting/hub_private.h"

static gboolean
refuse (Problem problem, GError **error)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, problem_text (problem)->en);
  return FALSE;
}

/* --- choosing --- */

const char *
autoscan_pick (const AutoscanSite *sites, gsize n_sites, const char *after)
{
  gsize start = n_sites - 1; /* so that the first is looked at first */

  for (gsize i = 0; after != NULL && i < n_sites; i++)
    if (strcmp (sites[i].endpoint, after) == 0)
      start = i;
  for (gsize k = 1; k <= n_sites; k++) {
    const AutoscanSite *site = &sites[(start + k) % n_sites];
    if (site->can_show)
      return site->endpoint;
  }
  return NULL;
}

/* Its picture flows and is not black, also while its page is away for a moment: media outlives a
 * WebSocket, and a controller. */
static gboolean
can_show (const Seat *seat)
{
  return seat != NULL && seat_is_in (seat) && seat_camera_track (seat) != NULL &&
         seat->session->state == TRANSPORT_CONNECTED && !seat_is_dark (seat);
}

static gboolean
is_in_scan (const AutoscanState *scan, const Seat *seat)
{
  return scan->branch == NULL || invited_endpoint_is_below (seat->info, scan->branch);
}

static void
add_site (GArray *sites, const Seat *seat)
{
  AutoscanSite site = { seat->info->endpoint, can_show (seat) };

  g_array_append_val (sites, site);
}

static GArray *
collect_sites (const Meeting *meeting, const AutoscanState *scan)
{
  GArray *sites = g_array_new (FALSE, FALSE, sizeof (AutoscanSite));

  for (guint i = 0; scan->endpoints[i] != NULL; i++) {
    const Seat *seat = meeting_find_seat (meeting, scan->endpoints[i]);
    if (seat != NULL && is_in_scan (scan, seat))
      add_site (sites, seat);
  }
  for (guint i = 0; scan->endpoints[0] == NULL && i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (!seat->is_chair && is_in_scan (scan, seat))
      add_site (sites, seat);
  }
  return sites;
}

static const char *
pick (const Meeting *meeting, const AutoscanState *scan, const char *after)
{
  g_autoptr (GArray) sites = collect_sites (meeting, scan);

  return autoscan_pick ((const AutoscanSite *) sites->data, sites->len, after);
}

/* --- showing --- */

static void
set_text (char **place, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*place);
  *place = copy;
}

/* The next one comes on screen and another is chosen. FALSE: nobody can be shown. */
static gboolean
advance (MeetingAct *act)
{
  const Meeting *meeting = act->meeting;
  AutoscanState *scan = meeting_act_live (act)->autoscan;
  const char *next = can_show (meeting_find_seat (meeting, scan->next))
                         ? scan->next
                         : pick (meeting, scan, scan->current);

  set_text (&scan->current, next);
  scan->since_ms = hub_wall_ms (meeting->hub);
  next = scan->current != NULL ? pick (meeting, scan, scan->current) : NULL;
  set_text (&scan->next, g_strcmp0 (next, scan->current) != 0 ? next : NULL);
  act->meeting->is_scan_warm = FALSE;
  if (meeting_act_peek_live (act)->floor == NULL)
    meeting_act_set_spotlight (act, scan->current != NULL ? scan->current : scan->before);
  return scan->current != NULL;
}

/* What is on screen without floor and scan. */
static const char *
screen_before (const MeetingAct *act)
{
  const LiveState *live = meeting_act_peek_live (act);

  if (live->autoscan != NULL)
    return live->autoscan->before;
  return live->floor != NULL && !live->floor->remark ? live->floor->before
                                                     : meeting_act_peek_spotlight (act);
}

gboolean
autoscan_start (MeetingAct *act, const AutoscanPlan *plan, GError **error)
{
  LiveState *live = meeting_act_live (act);
  AutoscanState *scan = autoscan_state_new ();

  scan->seconds = plan->seconds;
  scan->branch = g_strdup (plan->branch);
  if (plan->endpoints != NULL) {
    g_strfreev (scan->endpoints);
    scan->endpoints = g_strdupv ((char **) plan->endpoints);
  }
  scan->before = g_strdup (screen_before (act));
  autoscan_state_free (live->autoscan);
  live->autoscan = scan;
  if (!advance (act))
    return refuse (PROBLEM_AUTOSCAN_EMPTY, error);
  g_autofree char *detail = g_strdup_printf ("%d s", plan->seconds);
  meeting_act_log (act, "autoscan.started", NULL, detail);
  return TRUE;
}

gboolean
autoscan_stop (MeetingAct *act, GError **error)
{
  LiveState *live = meeting_act_live (act);
  g_autoptr (AutoscanState) scan = g_steal_pointer (&live->autoscan);

  if (scan == NULL)
    return refuse (PROBLEM_AUTOSCAN_STOPPED, error);
  if (live->floor != NULL && !live->floor->remark)
    set_text (&live->floor->before, scan->before); /* comes back after the speech */
  else if (g_strcmp0 (meeting_act_peek_spotlight (act), scan->current) == 0)
    meeting_act_set_spotlight (act, scan->before);
  meeting_act_log (act, "autoscan.stopped", NULL, NULL);
  return TRUE;
}

gboolean
autoscan_skip (MeetingAct *act, GError **error)
{
  if (meeting_act_peek_live (act)->autoscan == NULL)
    return refuse (PROBLEM_AUTOSCAN_STOPPED, error);
  if (!advance (act))
    return refuse (PROBLEM_AUTOSCAN_EMPTY, error);
  return TRUE;
}

/* --- time --- */

static void
show_next (Meeting *meeting)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);
  gboolean was_empty = meeting->live->autoscan->current == NULL;

  if (!advance (&act) && was_empty)
    return; /* still nobody: nothing to store */
  meeting_act_commit_or_warn (&act);
  meeting_tell_now (meeting);
}

/* Another is chosen if the next one has gone meanwhile. */
static void
warm_up (Meeting *meeting)
{
  const AutoscanState *scan = meeting->live->autoscan;
  const Seat *seat = meeting_find_seat (meeting, scan->next);

  if (!can_show (seat)) {
    g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);
    const char *next = pick (meeting, scan, scan->current);
    gboolean is_other = g_strcmp0 (next, scan->current) != 0;
    if (!is_other)
      next = NULL;
    if (g_strcmp0 (next, scan->next) != 0) {
      set_text (&meeting_act_live (&act)->autoscan->next, next);
      meeting_act_commit_or_warn (&act);
    }
    seat = meeting_find_seat (meeting, next);
  }
  const char *track = seat != NULL ? seat_camera_track (seat) : NULL;
  meeting->is_scan_warm = TRUE;
  if (track != NULL)
    meeting->hub->media.ask_keyframe (meeting->hub->media_data, track);
}

void
autoscan_tick (Meeting *meeting)
{
  const AutoscanState *scan = meeting->live->autoscan;

  if (scan == NULL || meeting->live->floor != NULL || !meeting->hub->is_relay_up)
    return;
  gint64 shown_ms = hub_wall_ms (meeting->hub) - scan->since_ms;
  gint64 span_ms = scan->seconds * G_GINT64_CONSTANT (1000);
  if (shown_ms >= span_ms || !can_show (meeting_find_seat (meeting, scan->current)))
    show_next (meeting);
  else if (!meeting->is_scan_warm && shown_ms >= span_ms - AUTOSCAN_WARM_MS)
    warm_up (meeting);
}
