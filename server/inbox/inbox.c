#include "server/inbox/inbox.h"

#include "config/log.h"
#include "server/auth/rights.h"
#include "server/http/notice_json.h"
#include "server/inbox/desk_hub.h"
#include "server/inbox/notice_text.h"
#include "server/inbox/reminder.h"
#include "server/inbox/ringer.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/event_store.h"
#include "server/storage/notice_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/unit_store.h"

#define TAG "inbox"
/* A reminder comes this late at most. */
#define REMINDERS_INTERVAL_MS 5000
/* Some states change without a route: the chair joins, the planned end comes. */
#define STATES_INTERVAL_MS 1000

struct Inbox {
  Database *database;
  Postman postman;
  gpointer postman_data;
  DeskHub *desks;
  Ringer *ringer;
  gint64 reminded_ms;  /* when reminders were looked for */
  gint64 looked_ms;    /* when states were */
  GHashTable *running; /* id -> state of the meetings under way, as the desks know them */
};

/* --- A meeting and its people -------------------------------------------------------------- */

static char *
host_name (Inbox *inbox, const MeetingRecord *meeting)
{
  g_autoptr (Unit) unit = unit_store_get (inbox->database, meeting->host_unit, NULL);
  return g_strdup (unit ? unit->name : meeting->host_unit);
}

/* Whose lists a change of a meeting is in. */
typedef struct {
  Database *database;
  const char *meeting;
  GHashTable *told; /* set of ids of users who were told of it, though it may invite them no more */
} Spectators;

static gboolean
is_spectator (gpointer data, const User *user)
{
  const Spectators *spectators = data;
  return g_hash_table_contains (spectators->told, &user->id) ||
         auth_can_on_meeting (spectators->database, user, RIGHT_MEETING_VIEW, spectators->meeting);
}

static void
mark_meetings (Inbox *inbox, const char *meeting)
{
  g_autoptr (GArray) users = notice_store_told (inbox->database, meeting, NULL);
  g_autoptr (GHashTable) told = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; users && i < users->len; i++)
    g_hash_table_add (told, &g_array_index (users, gint64, i));
  Spectators spectators = { inbox->database, meeting, told };
  desk_hub_mark_meetings (inbox->desks, is_spectator, &spectators);
}

/* --- Announcements ------------------------------------------------------------------------- */

static gboolean
kind_of_change (MeetingChangeKind change, NoticeKind *ret_kind)
{
  static const NoticeKind kinds[N_MEETING_CHANGES] = {
    [MEETING_CHANGE_PUBLISHED] = NOTICE_INVITATION, [MEETING_CHANGE_CHANGED] = NOTICE_CHANGED,
    [MEETING_CHANGE_POSTPONED] = NOTICE_POSTPONED,  [MEETING_CHANGE_CANCELLED] = NOTICE_CANCELLED,
    [MEETING_CHANGE_CALLED] = NOTICE_CALL,          [MEETING_CHANGE_PAPERS] = NOTICE_PAPERS,
  };
  *ret_kind = kinds[change];
  return change != MEETING_CHANGE_LISTED;
}

static gboolean
on_record (gpointer data, const MeetingAnnouncement *what, GError **error)
{
  Inbox *inbox = data;
  NoticeKind kind;
  if (!kind_of_change (what->kind, &kind))
    return TRUE;
  g_autoptr (MeetingRecord) meeting = schedule_store_get (inbox->database, what->meeting, error);
  if (!meeting)
    return FALSE;
  g_autofree char *host = host_name (inbox, meeting);
  g_autoptr (Notice) notice = notice_of_meeting (kind, meeting, host, 0, what->now_ms);
  g_autoptr (GArray) users =
      notice_store_audience (inbox->database, what->meeting, NULL, what->actor, error);
  return users && notice_store_add (inbox->database, notice, users, error) &&
         (!inbox->postman.queue || inbox->postman.queue (inbox->postman_data, what, error));
}

static void
push_notice (Inbox *inbox, const char *meeting)
{
  g_autoptr (GArray) users = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Notice) notice = notice_store_newest (inbox->database, meeting, &users, &error);
  if (error)
    log_warning (TAG, meeting, "a notice cannot be read: %s", error->message);
  if (notice)
    desk_hub_send_users (
        inbox->desks, users,
        json_pack ("{s:s, s:o}", "type", "notice", "notice", notice_to_json (notice)));
}

static json_t *
ring_to_json (const Ring *ring)
{
  return json_pack ("{s:s, s:s, s:s, s:s, s:I, s:I}", "type", "ring", "meeting", ring->meeting,
                    "title", ring->title, "host", ring->host, "from", (json_int_t) ring->from_ms,
                    "until", (json_int_t) ring->until_ms);
}

static void
start_ringing (Inbox *inbox, const MeetingAnnouncement *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingRecord) meeting = schedule_store_get (inbox->database, what->meeting, &error);
  if (!meeting) {
    log_warning (TAG, what->meeting, "cannot ring: %s", error->message);
    return;
  }
  g_autofree char *host = host_name (inbox, meeting);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  for (guint i = 0; i < meeting->endpoints->len; i++)
    g_ptr_array_add (rooms, meeting->endpoints->pdata[i]);
  g_ptr_array_add (rooms, NULL);
  RingCall call = { meeting->id, meeting->title, host, what->actor,
                    (const char *const *) rooms->pdata };
  const Ring *ring = ringer_start (inbox->ringer, &call, what->now_ms);
  if (!ring) {
    log_warning (TAG, what->meeting, "not rung: too many calls at once");
    return;
  }
  for (guint i = 0; i + 1 < rooms->len; i++)
    desk_hub_send_endpoint (inbox->desks, rooms->pdata[i], ring_to_json (ring));
}

/* --- States that change by themselves ------------------------------------------------------ */

/* A change that no route told of, or of which the desks are being told anyway. */
static void
note_state (Inbox *inbox, const char *meeting, const char *state, gint64 now_ms)
{
  mark_meetings (inbox, meeting);
  if (!state) /* over, or called off: it rings no more */
    ringer_stop (inbox->ringer, meeting, now_ms);
}

static void
look_for_states (Inbox *inbox, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) before = g_steal_pointer (&inbox->running);
  GHashTableIter iter;
  gpointer id, state;
  inbox->running = notice_store_running (inbox->database, &error);
  if (!inbox->running) {
    log_warning (TAG, NULL, "states cannot be looked for: %s", error->message);
    inbox->running = g_steal_pointer (&before);
    return;
  }
  g_hash_table_iter_init (&iter, inbox->running);
  while (before && g_hash_table_iter_next (&iter, &id, &state))
    if (g_strcmp0 (g_hash_table_lookup (before, id), state) != 0)
      note_state (inbox, id, state, now_ms);
  if (!before)
    return; /* just started: the pages read the list by themselves */
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (inbox->running, id))
      note_state (inbox, id, NULL, now_ms);
}

static void
on_tell (gpointer data, const MeetingAnnouncement *what)
{
  Inbox *inbox = data;
  NoticeKind kind;
  if (kind_of_change (what->kind, &kind))
    push_notice (inbox, what->meeting);
  mark_meetings (inbox, what->meeting);
  look_for_states (inbox, what->now_ms);
  if (what->kind == MEETING_CHANGE_CALLED)
    start_ringing (inbox, what);
  if (inbox->postman.send)
    inbox->postman.send (inbox->postman_data, what->now_ms);
}

const Announcer *
inbox_announcer (void)
{
  static const Announcer announcer = { on_record, on_tell };
  return &announcer;
}

/* --- Calls --------------------------------------------------------------------------------- */

/* For the one who called; in storage before it is pushed. */
static gboolean
tell_caller (Inbox *inbox, const Ring *ring, Notice *notice, GError **error)
{
  g_autoptr (User) caller = user_store_find (inbox->database, ring->caller, NULL);
  if (!caller)
    return TRUE;
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (users, caller->id);
  if (!notice_store_add (inbox->database, notice, users, error))
    return FALSE;
  desk_hub_send_users (
      inbox->desks, users,
      json_pack ("{s:s, s:o}", "type", "notice", "notice", notice_to_json (notice)));
  return TRUE;
}

static void
on_room_over (gpointer user_data, const Ring *ring, const char *endpoint)
{
  Inbox *inbox = user_data;
  desk_hub_send_endpoint (inbox->desks, endpoint,
                          json_pack ("{s:s, s:s}", "type", "ring.over", "meeting", ring->meeting));
}

static void
on_ring_ended (gpointer user_data, const Ring *ring, gint64 now_ms)
{
  Inbox *inbox = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Notice) notice =
      notice_of_call (ring->meeting, ring->title, ring->counts[RING_ANSWERED],
                      ring->counts[RING_DECLINED], ring->counts[RING_MISSED], now_ms);
  if (!tell_caller (inbox, ring, notice, &error))
    log_warning (TAG, ring->meeting, "the end of a call is not noted: %s", error->message);
}

static gboolean
note_answer (Inbox *inbox, const Ring *ring, const CallAnswer *answer, GError **error)
{
  Event event = { .at_ms = answer->now_ms,
                  .meeting = (char *) answer->meeting,
                  .actor = (char *) answer->actor,
                  .source = (char *) answer->source,
                  .action = (char *) (answer->accept ? "call.answered" : "call.declined"),
                  .subject = (char *) answer->endpoint };
  g_autoptr (Transaction) transaction = database_begin (inbox->database, error);
  if (!transaction || !event_store_append (inbox->database, &event, error))
    return FALSE;
  if (!answer->accept) {
    g_autoptr (Endpoint) room = endpoint_store_get (inbox->database, answer->endpoint, NULL);
    g_autoptr (Notice) notice = notice_of_decline (
        answer->meeting, ring->title, room ? room->name : answer->endpoint, answer->now_ms);
    if (!tell_caller (inbox, ring, notice, error))
      return FALSE;
  }
  return transaction_commit (transaction, error);
}

static gboolean
on_answer (gpointer data, const CallAnswer *answer, GError **error)
{
  Inbox *inbox = data;
  const Ring *ring = ringer_get (inbox->ringer, answer->meeting);
  gpointer state = NULL;
  if (!ring || !g_hash_table_lookup_extended (ring->rooms, answer->endpoint, NULL, &state) ||
      GPOINTER_TO_INT (state) != RING_RINGING) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT, "the room is not being called");
    return FALSE;
  }
  if (!note_answer (inbox, ring, answer, error))
    return FALSE;
  ringer_answer (inbox->ringer, answer->meeting, answer->endpoint,
                 answer->accept ? RING_ANSWERED : RING_DECLINED, answer->now_ms);
  return TRUE;
}

static void
on_joined (gpointer data, const char *meeting, const char *endpoint, gint64 now_ms)
{
  ringer_answer (((Inbox *) data)->ringer, meeting, endpoint, RING_ANSWERED, now_ms);
}

/* --- Desks --------------------------------------------------------------------------------- */

static DeskConnection *
on_open (gpointer data, const User *user, const DeskPeer *peer, gpointer peer_data, gint64 now_ms)
{
  Inbox *inbox = data;
  DeskConnection *desk = desk_hub_open (inbox->desks, user, peer, peer_data);
  const Ring *ring = NULL;
  for (guint i = 0; desk && user->endpoint; i++) {
    if (!(ring = ringer_at (inbox->ringer, user->endpoint, i)))
      break;
    desk_connection_send (desk, ring_to_json (ring));
  }
  return desk;
}

const DeskPort *
inbox_desk_port (void)
{
  static const DeskPort port = { .open = on_open,
                                 .receive = desk_connection_receive,
                                 .closed = desk_connection_closed,
                                 .answer = on_answer,
                                 .joined = on_joined };
  return &port;
}

/* --- Reminders ----------------------------------------------------------------------------- */

/* Stored before it is said: after a crash it is not said twice. */
static gboolean
store_reminder (Inbox *inbox, const UpcomingMeeting *upcoming, guint minutes, Notice *notice,
                GArray **ret_users)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) users = NULL;
  g_autoptr (Transaction) transaction = database_begin (inbox->database, &error);
  if (transaction && notice_store_note_reminder (inbox->database, upcoming, minutes, &error) &&
      (users = notice_store_audience (inbox->database, upcoming->meeting, NULL, NULL, &error)) &&
      notice_store_add (inbox->database, notice, users, &error) &&
      transaction_commit (transaction, &error)) {
    *ret_users = g_steal_pointer (&users);
    return TRUE;
  }
  log_warning (TAG, upcoming->meeting, "a reminder is not given: %s", error->message);
  return FALSE;
}

static void
remind (Inbox *inbox, const UpcomingMeeting *upcoming, guint minutes, gint64 now_ms)
{
  g_autoptr (GArray) users = NULL;
  g_autoptr (MeetingRecord) meeting = schedule_store_get (inbox->database, upcoming->meeting, NULL);
  if (!meeting)
    return;
  g_autofree char *host = host_name (inbox, meeting);
  g_autoptr (Notice) notice = notice_of_meeting (NOTICE_REMINDER, meeting, host, minutes, now_ms);
  if (!store_reminder (inbox, upcoming, minutes, notice, &users))
    return;
  desk_hub_send_users (
      inbox->desks, users,
      json_pack ("{s:s, s:o}", "type", "notice", "notice", notice_to_json (notice)));
  desk_hub_send_users (inbox->desks, users,
                       json_pack ("{s:s, s:s, s:i, s:s, s:I}", "type", "reminder", "meeting",
                                  upcoming->meeting, "minutes", (int) minutes, "title",
                                  meeting->title, "starts_at", (json_int_t) meeting->starts_at_ms));
}

static void
look_for_reminders (Inbox *inbox, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  gint64 horizon_ms = now_ms + REMINDER_FIRST_MINUTES * G_GINT64_CONSTANT (60) * 1000 + 1;
  g_autoptr (GPtrArray) upcoming =
      notice_store_upcoming (inbox->database, now_ms, horizon_ms, &error);
  if (!upcoming) {
    log_warning (TAG, NULL, "reminders cannot be looked for: %s", error->message);
    return;
  }
  for (guint i = 0; i < upcoming->len; i++) {
    const UpcomingMeeting *meeting = upcoming->pdata[i];
    ReminderSubject subject = { meeting->starts_ms, meeting->booked_ms, meeting->said };
    guint minutes = reminder_due (&subject, now_ms);
    if (minutes > 0)
      remind (inbox, meeting, minutes, now_ms);
  }
}

/* --- Life ---------------------------------------------------------------------------------- */

void
inbox_tick (Inbox *inbox, gint64 now_ms)
{
  desk_hub_tick (inbox->desks, now_ms);
  ringer_tick (inbox->ringer, now_ms);
  /* The machine's clock may have been set back. */
  if (ABS (now_ms - inbox->looked_ms) >= STATES_INTERVAL_MS) {
    inbox->looked_ms = now_ms;
    look_for_states (inbox, now_ms);
  }
  if (ABS (now_ms - inbox->reminded_ms) < REMINDERS_INTERVAL_MS)
    return;
  inbox->reminded_ms = now_ms;
  look_for_reminders (inbox, now_ms);
}

gboolean
inbox_sweep (Inbox *inbox, gint64 now_ms, GError **error)
{
  return notice_store_remove_before (inbox->database, now_ms - NOTICES_KEPT_MS, error);
}

Inbox *
inbox_new (Database *database, const Postman *postman, gpointer postman_data)
{
  static const RingerEvents events = { on_room_over, on_ring_ended };
  Inbox *inbox = g_new0 (Inbox, 1);
  inbox->database = database;
  if (postman)
    inbox->postman = *postman;
  inbox->postman_data = postman_data;
  inbox->desks = desk_hub_new ();
  inbox->ringer = ringer_new (&events, inbox);
  return inbox;
}

void
inbox_free (Inbox *inbox)
{
  ringer_free (inbox->ringer);
  desk_hub_free (inbox->desks);
  g_clear_pointer (&inbox->running, g_hash_table_unref);
  g_free (inbox);
}
