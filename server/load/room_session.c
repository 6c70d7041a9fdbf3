#include "server/load/room_session.h"

#include "server/load/backoff.h"
#include "server/load/own_seat.h"
#include "server/load/told.h"

#include <jansson.h>

#define PROTOCOL "diemcau.room.v1"
#define KEEPALIVE_S 10
#define MESSAGE_MAX_BYTES (4 * 1024 * 1024) /* a welcome names every seat: 2,213 take 1.1 MB */
/* after this long without the server the room gives up: nobody is left to come back to */
#define GIVE_UP_US (120 * (gint64) G_USEC_PER_SEC)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

struct _RoomSession {
  SoupSession *soup;
  char *url;
  char *meeting;
  char *endpoint;
  char *token;
  gboolean mic_open;
  RoomSessionState state;
  RoomSessionTimes times;
  EventLog *log;
  const char *(*find_endpoint) (gpointer user_data, guint32 room);
  void (*on_message) (gpointer user_data, const json_t *message);
  gpointer user_data;
  gboolean is_manual, checks_certificate;
  char *problem;          /* why it is not in */
  SoupMessage *handshake; /* of the WebSocket, or NULL */
  guint refusal;
  gboolean is_untrusted;
  RoomMedia *media;
  gboolean camera_on;      /* its seat's */
  gboolean camera_watched; /* as far as it was told */
  char *transport;         /* the server's name of the living transport, or NULL */
  SoupWebsocketConnection *socket;
  GCancellable *cancellable;
  GSource *retry;
  Backoff backoff;
  gint64 lost_us; /* since when there is no socket; 0 = there is one */
  guint next_id;
};

static void connect_socket (RoomSession *session);

static gboolean
on_retry (gpointer user_data)
{
  RoomSession *session = user_data;
  g_clear_pointer (&session->retry, g_source_unref);
  connect_socket (session);
  return G_SOURCE_REMOVE;
}

static void
cancel_retry (RoomSession *session)
{
  if (session->retry)
    g_source_destroy (session->retry);
  g_clear_pointer (&session->retry, g_source_unref);
}

static void
retry_later (RoomSession *session, GSourceFunc then)
{
  guint wait_ms = backoff_next_ms (&session->backoff, g_random_int ());
  cancel_retry (session);
  session->retry = g_timeout_source_new (wait_ms);
  g_source_set_callback (session->retry, then, session, NULL);
  g_source_attach (session->retry, g_main_context_get_thread_default ());
}

/* Notes what happened now. */
static void
note (RoomSession *session, const char *what, json_t *members)
{
  event_log_write (session->log, g_get_monotonic_time (), session->endpoint, what, members);
}

static gboolean
is_open (const RoomSession *session)
{
  return session->socket &&
         soup_websocket_connection_get_state (session->socket) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
set_problem (RoomSession *session, const char *text)
{
  g_free (session->problem);
  session->problem = g_strdup (text);
}

static void
send_message (RoomSession *session, json_t *message)
{
  g_autoptr (json_t) owned = message;
  if (!is_open (session) || !owned)
    return;
  if (json_is_null (json_object_get (owned, "id")))
    json_object_del (owned, "id"); /* told, as pages tell some: nobody waits for an answer */
  else
    json_object_set_new (owned, "id", json_integer (++session->next_id));
  char *text = json_dumps (owned, JSON_COMPACT);
  soup_websocket_connection_send_text (session->socket, text);
  free (text);
}

static json_t *
describe_lines (RoomSession *session)
{
  guint count;
  const LineRole *roles = room_media_get_roles (session->media, &count);
  json_t *lines = json_array ();
  for (guint i = 0; i < count; i++) {
    char mid[12];
    g_snprintf (mid, sizeof mid, "%u", i);
    json_array_append_new (lines,
                           json_pack ("{s:s, s:s}", "mid", mid, "role", line_role_names[roles[i]]));
  }
  return lines;
}

static void
set_camera (RoomSession *session)
{
  if (session->is_manual)
    return;
  room_media_set_camera (session->media, session->camera_on && session->camera_watched);
}

static void
offer_media (RoomSession *session)
{
  g_autofree char *sdp = room_media_restart (session->media);
  g_clear_pointer (&session->transport, g_free);
  session->camera_watched = TRUE;
  set_camera (session);
  session->state = ROOM_SESSION_OFFERING;
  send_message (session, json_pack ("{s:s, s:s, s:o}", "type", "media.offer", "sdp", sdp, "lines",
                                    describe_lines (session)));
}

static gboolean
on_offer_again (gpointer user_data)
{
  RoomSession *session = user_data;
  g_clear_pointer (&session->retry, g_source_unref);
  if (session->socket)
    offer_media (session);
  return G_SOURCE_REMOVE;
}

static void
on_media_connected (gpointer user_data, gint64 at_us)
{
  RoomSession *session = user_data;
  if (session->times.media_us == 0)
    session->times.media_us = at_us;
  event_log_write (session->log, at_us, session->endpoint, "media", NULL);
}

static const char *
name_of (const RoomSession *session, guint32 room)
{
  return session->find_endpoint ? session->find_endpoint (session->user_data, room) : NULL;
}

static void
on_media_key (gpointer user_data, const KeyNews *news)
{
  RoomSession *session = user_data;
  const char *from = name_of (session, news->room);
  if (session->times.picture_us == 0)
    session->times.picture_us = news->at_us;
  event_log_write (session->log, news->at_us, session->endpoint, "picture",
                   json_pack ("{s:i, s:s?, s:I}", "mid", (int) news->line, "from", from, "gap_us",
                              (json_int_t) news->gap_us));
}

static void
on_media_failed (gpointer user_data)
{
  RoomSession *session = user_data;
  note (session, "media.failed", NULL);
  g_clear_pointer (&session->transport, g_free);
  if (session->socket)
    retry_later (session, on_offer_again);
}

static void
follow_seat (RoomSession *session, const json_t *seat)
{
  const char *endpoint = json_string_value (json_object_get (seat, "endpoint"));
  if (g_strcmp0 (endpoint, session->endpoint) != 0)
    return;
  if (session->is_manual)
    return;
  room_media_set_mic (session->media, json_is_true (json_object_get (seat, "mic_open")) &&
                                          !json_is_true (json_object_get (seat, "mic_locked")));
  session->camera_on = json_is_true (json_object_get (seat, "camera_on"));
  set_camera (session);
}

static void
on_seats (RoomSession *session, const json_t *message)
{
  size_t i;
  const json_t *seat;
  json_array_foreach (json_object_get (message, "seats"), i, seat)
  {
    follow_seat (session, seat);
  }
}

/* A line that nobody shows on is not frozen. */
static void
on_slots (RoomSession *session, const json_t *message)
{
  size_t i;
  const json_t *slot;
  json_array_foreach (json_object_get (message, "slots"), i, slot)
  {
    const char *mid = json_string_value (json_object_get (slot, "mid"));
    if (mid && !json_is_string (json_object_get (slot, "endpoint")))
      room_media_pause_line (session->media, (guint) g_ascii_strtoull (mid, NULL, 10));
  }
}

/* A camera that nobody watches rests. */
static void
on_demand (RoomSession *session, const json_t *message)
{
  session->camera_watched = json_is_true (json_object_get (message, "send"));
  set_camera (session);
}

static void
on_welcome (RoomSession *session, const json_t *message)
{
  session->lost_us = 0;
  if (session->times.seated_us == 0)
    session->times.seated_us = g_get_monotonic_time ();
  backoff_reset (&session->backoff);
  on_seats (session, message);
  if (json_is_true (json_object_get (message, "resumed")))
    session->state = ROOM_SESSION_IN_MEETING;
  else
    offer_media (session);
}

static void
on_answer (RoomSession *session, const json_t *message)
{
  g_autoptr (GError) error = NULL;
  const char *sdp = json_string_value (json_object_get (message, "sdp"));
  if (session->state != ROOM_SESSION_OFFERING || !sdp)
    return;
  if (!room_media_take_answer (session->media, sdp, &error)) {
    g_warning ("%s: %s", session->endpoint, error->message);
    retry_later (session, on_offer_again);
    return;
  }
  g_free (session->transport);
  session->transport = g_strdup (json_string_value (json_object_get (message, "transport")));
  session->state = ROOM_SESSION_IN_MEETING;
  if (session->mic_open)
    send_message (session, json_pack ("{s:s, s:b}", "type", "mic", "open", 1));
}

static void
on_error (RoomSession *session, const json_t *message)
{
  const char *text = json_string_value (json_object_get (json_object_get (message, "text"), "en"));
  if (!session->on_message)
    g_warning ("%s: %s", session->endpoint, text ? text : "refused");
  if (session->state == ROOM_SESSION_OFFERING)
    retry_later (session, on_offer_again);
}

static void
on_reset (RoomSession *session, const json_t *message)
{
  (void) message;
  backoff_reset (&session->backoff);
  retry_later (session, on_offer_again);
}

static void
on_bye (RoomSession *session, const json_t *message)
{
  const char *code = json_string_value (json_object_get (message, "code"));
  const json_t *text = json_object_get (json_object_get (message, "text"), "en");
  set_problem (session, json_string_value (text));
  if (!session->on_message)
    g_message ("%s: out of the meeting: %s", session->endpoint, code ? code : "?");
  session->state = ROOM_SESSION_OVER;
}

static const struct {
  const char *type;
  void (*apply) (RoomSession *session, const json_t *message);
} handlers[] = {
  { "welcome", on_welcome },   { "seats", on_seats },   { "media.answer", on_answer },
  { "media.reset", on_reset }, { "error", on_error },   { "bye", on_bye },
  { "slots", on_slots },       { "demand", on_demand },
};

static void
on_message (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer user_data)
{
  RoomSession *session = user_data;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  (void) socket;
  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    return;
  g_autoptr (json_t) message = own_seat_parse (data, size, session->endpoint);
  const char *name = json_string_value (json_object_get (message, "type"));
  if (session->log && name && !told_is_noise (name))
    note (session, "told", told_describe (message, session->endpoint));
  for (guint i = 0; name && i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].type, name))
      handlers[i].apply (session, message);
  if (session->on_message)
    session->on_message (session->user_data, message);
}

static void
connection_lost (RoomSession *session)
{
  gint64 now_us = g_get_monotonic_time ();
  if (session->socket)
    g_signal_handlers_disconnect_by_data (session->socket, session);
  g_clear_object (&session->socket);
  if (!session->lost_us)
    note (session, "lost", NULL);
  if (session->state == ROOM_SESSION_OVER)
    return;
  session->state = ROOM_SESSION_OFFLINE;
  if (!session->lost_us)
    session->lost_us = now_us;
  if (now_us - session->lost_us > GIVE_UP_US) {
    g_message ("%s: the server does not come back", session->endpoint);
    session->state = ROOM_SESSION_OVER;
    return;
  }
  retry_later (session, on_retry);
}

static void
on_closed (SoupWebsocketConnection *socket, gpointer user_data)
{
  (void) socket;
  connection_lost (user_data);
}

static void
on_connected (GObject *soup, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *socket =
      soup_session_websocket_connect_finish (SOUP_SESSION (soup), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the session is freed */
  RoomSession *session = user_data;
  if (!socket) {
    g_debug ("%s: %s", session->endpoint, error->message);
    set_problem (session, error->message);
    session->is_untrusted = g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
    session->refusal = soup_message_get_status (session->handshake);
    connection_lost (session);
    return;
  }
  session->socket = socket;
  if (session->times.open_us == 0)
    session->times.open_us = g_get_monotonic_time ();
  note (session, "open", NULL);
  soup_websocket_connection_set_keepalive_interval (socket, KEEPALIVE_S);
  soup_websocket_connection_set_max_incoming_payload_size (socket, MESSAGE_MAX_BYTES);
  g_signal_connect (socket, "message", G_CALLBACK (on_message), session);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), session);
  json_t *join = json_pack ("{s:s}", "type", "join");
  if (session->transport && room_media_is_connected (session->media))
    json_object_set_new (join, "resume_transport", json_string (session->transport));
  send_message (session, join);
}

static gboolean
on_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                gpointer user_data)
{
  const RoomSession *session = user_data;
  (void) message;
  (void) certificate;
  (void) errors;
  return !session->checks_certificate; /* a load tool joins servers with their own one */
}

static void
connect_socket (RoomSession *session)
{
  static char *protocols[] = { (char *) PROTOCOL, NULL };
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", session->token);
  g_autofree char *url = g_strdup_printf ("%s/api/v1/meetings/%s/room?endpoint=%s", session->url,
                                          session->meeting, session->endpoint);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  if (!message) {
    g_warning ("'%s' is no URL", url);
    session->state = ROOM_SESSION_OVER;
    return;
  }
  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_certificate), session);
  g_set_object (&session->handshake, message);
  session->state = ROOM_SESSION_JOINING;
  if (session->times.asked_us == 0)
    session->times.asked_us = g_get_monotonic_time ();
  note (session, "asked", NULL);
  soup_session_websocket_connect_async (session->soup, message, NULL, protocols, G_PRIORITY_DEFAULT,
                                        session->cancellable, on_connected, session);
}

SoupSession *
room_session_make_soup (const char *ca_file, GError **error)
{
  SoupSession *soup = soup_session_new_with_options ("proxy-resolver", NULL, NULL);

  if (!ca_file)
    return soup;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (ca_file, error);
  if (database)
    soup_session_set_tls_database (soup, database);
  else
    g_clear_object (&soup);
  return soup;
}

RoomSession *
room_session_new (const RoomSessionConfig *config)
{
  static const RoomMediaEvents events = { on_media_connected, on_media_failed, on_media_key };
  RoomSession *session = g_new0 (RoomSession, 1);
  session->soup = g_object_ref (config->soup);
  session->url = g_strdup (config->url);
  session->meeting = g_strdup (config->meeting);
  session->endpoint = g_strdup (config->endpoint);
  session->token = g_strdup (config->token);
  session->mic_open = config->mic_open;
  session->cancellable = g_cancellable_new ();
  session->log = config->log;
  session->find_endpoint = config->find_endpoint;
  session->on_message = config->on_message;
  session->is_manual = config->is_manual;
  session->checks_certificate = config->checks_certificate;
  session->user_data = config->user_data;
  session->media = room_media_new (config->media, &events, session);
  session->camera_on = session->camera_watched = TRUE;
  connect_socket (session);
  return session;
}

void
room_session_free (RoomSession *session)
{
  g_cancellable_cancel (session->cancellable);
  cancel_retry (session);
  if (session->socket) {
    g_signal_handlers_disconnect_by_data (session->socket, session);
    if (soup_websocket_connection_get_state (session->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (session->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  }
  g_clear_object (&session->socket);
  g_clear_object (&session->cancellable);
  if (session->handshake) /* soup may hold it for a moment more */
    g_signal_handlers_disconnect_by_data (session->handshake, session);
  g_clear_object (&session->handshake);
  g_clear_object (&session->soup);
  room_media_free (session->media);
  g_free (session->transport);
  g_free (session->problem);
  g_free (session->url);
  g_free (session->meeting);
  g_free (session->endpoint);
  g_free (session->token);
  g_free (session);
}

gboolean
room_session_send (RoomSession *session, json_t *message)
{
  if (!is_open (session) || session->state == ROOM_SESSION_JOINING)
    return FALSE;
  send_message (session, json_deep_copy (message));
  return TRUE;
}

const char *
room_session_get_problem (const RoomSession *session)
{
  return session->problem;
}

guint
room_session_get_refusal (const RoomSession *session)
{
  return session->refusal;
}

gboolean
room_session_is_untrusted (const RoomSession *session)
{
  return session->is_untrusted;
}

RoomSessionState
room_session_get_state (const RoomSession *session)
{
  return session->state;
}

const char *
room_session_get_endpoint (const RoomSession *session)
{
  return session->endpoint;
}

const RoomSessionTimes *
room_session_get_times (const RoomSession *session)
{
  return &session->times;
}

RoomMedia *
room_session_get_media (const RoomSession *session)
{
  return session->media;
}
