/* Meetings for other people's calendars: one as an invitation, and a feed of a unit's meetings that
 * a calendar program reads by a secret address, without logging in. */
#include <openssl/rand.h>
#include <string.h>

#include "server/auth/throttle.h"
#include "server/calendar/calendar.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/mail_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/unit_store.h"

#define TOKEN_BYTES 32
#define FEED_SUFFIX ".ics"
#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)
/* What a feed shows: the last month and the next year. */
#define FEED_PAST_MS (31 * DAY_MS)
#define FEED_FUTURE_MS (366 * DAY_MS)
#define FEED_EVENTS_MAX 1000

static char *
unit_name (Database *database, const char *code)
{
  g_autoptr (Unit) unit = unit_store_get (database, code, NULL);
  return g_strdup (unit ? unit->name : code);
}

static char *
room_name (Database *database, const char *id)
{
  g_autoptr (Endpoint) room = endpoint_store_get (database, id, NULL);
  return g_strdup (room ? room->name : id);
}

static CalendarOrigin
calendar_origin (const HttpRequest *request)
{
  const Settings *settings = request->scope->context.settings;
  return (CalendarOrigin){ settings->http.public_url, settings->mail.from };
}

/* --- An invitation ------------------------------------------------------------------------- */

void
on_invitation_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, id))
    return;
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, id, &error);
  if (!meeting) {
    http_reply_error (request, error);
    return;
  }
  gboolean off = meeting->state == MEETING_CANCELLED || meeting->state == MEETING_POSTPONED;
  g_autofree char *host = unit_name (database, meeting->host_unit);
  g_autofree char *place = room_name (database, meeting->chair_endpoint);
  CalendarOrigin origin = calendar_origin (request);
  CalendarEvent event = { meeting, host, place, mail_store_get_sequence (database, id) };
  g_autofree char *text = calendar_format (off ? CALENDAR_CANCEL : CALENDAR_REQUEST, &origin,
                                           &event, 1, NULL, request->now_ms);
  http_reply_header (request, "Content-Disposition", "attachment; filename=\"moi-hop.ics\"");
  http_reply_text (request, 200, "text/calendar; charset=utf-8", text);
}

/* --- A feed -------------------------------------------------------------------------------- */

static char *
hash_of (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

/* 32 random bytes, base64url.  NULL when there is no randomness. */
static char *
new_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return NULL;
  char *token = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (g_strdelimit (token, "+", '-'), "/", '_');
  token[strcspn (token, "=")] = '\0';
  return token;
}

/* As users type it, or as this request says. */
static char *
feed_url (const HttpRequest *request, const char *token)
{
  const char *public_url = request->scope->context.settings->http.public_url;
  const char *host = http_request_header (request, "Host");
  GUri *uri = soup_server_message_get_uri (request->message);
  g_autofree char *base =
      *public_url ? g_strdup (public_url)
                  : g_strdup_printf ("%s://%s", g_uri_get_scheme (uri), host ? host : "localhost");
  return g_strdup_printf ("%s/api/v1/calendar/%s" FEED_SUFFIX, base, token);
}

/* The unit named, or the user's own; replies and FALSE. */
static gboolean
read_feed (HttpRequest *request, const char *unit, Feed *feed)
{
  const User *user = http_request_user (request);
  feed->user = user->id;
  feed->unit = (char *) (unit ? unit : user->unit);
  return !unit || http_request_may_on_unit (request, RIGHT_MEETING_VIEW, unit);
}

void
on_feed_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FeedNew) body = NULL;
  Feed feed;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &feed_new_type, (gpointer *) &body, NULL) ||
      !read_feed (request, body->unit, &feed))
    return;
  g_autofree char *token = new_token ();
  if (!token) {
    http_reply_problem (request, HTTP_PROBLEM_INTERNAL);
    return;
  }
  g_autofree char *hash = hash_of (token);
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !mail_store_put_feed (database, &feed, hash, request->now_ms, &error) ||
      !audit_append (request, NULL, "feed.make", feed.unit ? feed.unit : "*", NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *url = feed_url (request, token);
  http_reply_json (request, 201, json_pack ("{s:s}", "url", url));
}

void
on_feed_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Feed feed;
  Database *database = request->scope->context.database;
  if (!read_feed (request, http_request_query (request, "unit"), &feed))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (transaction && mail_store_remove_feed (database, &feed, &error) &&
      audit_append (request, NULL, "feed.remove", feed.unit ? feed.unit : "*", NULL, &error) &&
      transaction_commit (transaction, &error))
    http_reply_empty (request, 204);
  else
    http_reply_error (request, error);
}

/* --- Reading a feed ------------------------------------------------------------------------ */

/* The feed of the path while its user may still read it; NULL. */
static Feed *
find_feed (HttpRequest *request, User **ret_user)
{
  Database *database = request->scope->context.database;
  const char *file = http_request_param (request, "file");
  if (!g_str_has_suffix (file, FEED_SUFFIX))
    return NULL;
  g_autofree char *token = g_strndup (file, strlen (file) - strlen (FEED_SUFFIX));
  g_autofree char *hash = hash_of (token);
  g_autoptr (Feed) feed = mail_store_find_feed (database, hash);
  g_autoptr (User) user = feed ? user_store_get (database, feed->user, NULL) : NULL;
  gboolean all = user && !feed->unit && !user->unit && auth_can (user, RIGHT_MEETING_VIEW);
  if (!all && !(user && auth_can_on_unit (database, user, RIGHT_MEETING_VIEW, feed->unit)))
    return NULL;
  *ret_user = g_steal_pointer (&user);
  return g_steal_pointer (&feed);
}

/* Each name is read once. */
static const char *
name_in (GHashTable *names, Database *database, const char *id,
         char *(*read) (Database *database, const char *id))
{
  char *name = g_hash_table_lookup (names, id);
  if (!name)
    g_hash_table_insert (names, g_strdup (id), name = read (database, id));
  return name;
}

static char *
format_feed (HttpRequest *request, const Feed *feed, const GPtrArray *listings)
{
  Database *database = request->scope->context.database;
  g_autoptr (GHashTable) units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (CalendarEvent));
  g_autofree char *own = feed->unit ? unit_name (database, feed->unit) : g_strdup ("Diemcau");
  g_autofree char *title = g_strdup_printf ("Lịch họp: %s", own);
  CalendarOrigin origin = calendar_origin (request);
  for (guint i = 0; i < listings->len; i++) {
    const MeetingRecord *meeting = ((MeetingListing *) listings->pdata[i])->record;
    CalendarEvent event = { meeting, name_in (units, database, meeting->host_unit, unit_name),
                            name_in (rooms, database, meeting->chair_endpoint, room_name),
                            mail_store_get_sequence (database, meeting->id) };
    g_array_append_val (events, event);
  }
  return calendar_format (CALENDAR_PUBLISH, &origin,
                          (const CalendarEvent *) (gpointer) events->data, events->len, title,
                          request->now_ms);
}

void
on_feed_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (User) user = NULL;
  g_autofree char *key = throttle_source_key (request->source);
  if (throttle_is_blocked (request->scope->feed_readers, key, request->now_ms)) {
    http_reply_problem (request, HTTP_PROBLEM_TOO_OFTEN);
    return;
  }
  throttle_count (request->scope->feed_readers, key, request->now_ms);
  g_autoptr (Feed) feed = find_feed (request, &user);
  if (!feed) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
    return;
  }
  MeetingFilter filter = { .from_ms = request->now_ms - FEED_PAST_MS,
                           .to_ms = request->now_ms + FEED_FUTURE_MS,
                           .seen_from = user->endpoint ? NULL : feed->unit,
                           .seen_endpoint = user->endpoint,
                           .limit = FEED_EVENTS_MAX };
  g_autoptr (GPtrArray) listings =
      schedule_store_list (request->scope->context.database, &filter, &error);
  if (!listings) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *text = format_feed (request, feed, listings);
  http_reply_text (request, 200, "text/calendar; charset=utf-8", text);
}
