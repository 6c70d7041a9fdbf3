#include "server/bus/media_port_relay.h"

#include "config/log.h"
#include "signaling/protocol/problem.h"

#define TAG "bus.media"

/* A call of signaling that waits for its reply. */
typedef struct {
  MediaLocalCallback callback;
  gpointer callback_data;
  ControlType type;
} Waiting;

static Problem
problem_of (const GError *error)
{
  if (control_error_has_code (error, "not-found"))
    return PROBLEM_TRANSPORT_UNKNOWN;
  return control_error_has_code (error, "bad-request") ? PROBLEM_INTERNAL
                                                       : PROBLEM_MEDIA_UNAVAILABLE;
}

static void
on_local (gconstpointer reply, const GError *error, gpointer user_data)
{
  g_autofree Waiting *waiting = user_data;
  if (error) {
    g_autoptr (GError) problem =
        g_error_new_literal (SIGNALING_PROBLEM, problem_of (error), error->message);
    waiting->callback (waiting->callback_data, NULL, problem);
    return;
  }
  gboolean has_local = waiting->type != CONTROL_TRANSPORT_UPDATE;
  waiting->callback (waiting->callback_data, has_local ? reply : NULL, NULL);
}

static void
request_local (RelayLink *link, ControlType type, gconstpointer request,
               MediaLocalCallback callback, gpointer callback_data)
{
  Waiting *waiting = g_new (Waiting, 1);
  *waiting = (Waiting){ callback, callback_data, type };
  relay_link_request (link, type, request, on_local, waiting);
}

/* Of requests that signaling does not wait for: what went wrong stands in the log. */
static void
on_done (gconstpointer reply, const GError *error, gpointer user_data)
{
  if (error && !g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED))
    log_warning (TAG, NULL, "%s: %s", control_message_row (GPOINTER_TO_INT (user_data))->name,
                 error->message);
}

static void
request_only (RelayLink *link, ControlType type, gconstpointer request)
{
  if (relay_link_is_up (link))
    relay_link_request (link, type, request, on_done, GINT_TO_POINTER (type));
}

static const char *
get_fingerprint (gpointer user_data)
{
  const HelloReply *hello = relay_link_get_hello (user_data);
  return hello ? hello->fingerprint : NULL;
}

static void
create_transport (gpointer user_data, const TransportCreateRequest *request,
                  MediaLocalCallback callback, gpointer callback_data)
{
  request_local (user_data, CONTROL_TRANSPORT_CREATE, request, callback, callback_data);
}

static void
update_transport (gpointer user_data, const TransportUpdateRequest *request,
                  MediaLocalCallback callback, gpointer callback_data)
{
  request_local (user_data, CONTROL_TRANSPORT_UPDATE, request, callback, callback_data);
}

static void
restart_ice (gpointer user_data, const TransportRestartIceRequest *request,
             MediaLocalCallback callback, gpointer callback_data)
{
  request_local (user_data, CONTROL_TRANSPORT_RESTART_ICE, request, callback, callback_data);
}

static void
close_transport (gpointer user_data, const char *transport)
{
  TransportCloseRequest request = { .transport = (char *) transport };
  request_only (user_data, CONTROL_TRANSPORT_CLOSE, &request);
}

/* Sends an array of values in messages of at most LIMIT_CONTROL_BATCH.  All of these requests are
 * one list of records. */
static void
request_batches (RelayLink *link, ControlType type, gconstpointer items, gsize n, gsize item_size)
{
  for (gsize start = 0; start < n; start += LIMIT_CONTROL_BATCH) {
    g_autoptr (GPtrArray) list = g_ptr_array_new ();
    for (gsize i = start; i < MIN (n, start + LIMIT_CONTROL_BATCH); i++)
      g_ptr_array_add (list, (guint8 *) items + i * item_size);
    if (type == CONTROL_SLOT_ROUTE)
      request_only (link, type, &(SlotRouteRequest){ .routes = list });
    else if (type == CONTROL_TRACK_MUTE)
      request_only (link, type, &(TrackMuteRequest){ .mutes = list });
    else
      request_only (link, type, &(TransportLimitRequest){ .limits = list });
  }
}

static void
route (gpointer user_data, const RouteSpec *routes, gsize n_routes)
{
  request_batches (user_data, CONTROL_SLOT_ROUTE, routes, n_routes, sizeof *routes);
}

static void
mute (gpointer user_data, const MuteSpec *mutes, gsize n_mutes)
{
  request_batches (user_data, CONTROL_TRACK_MUTE, mutes, n_mutes, sizeof *mutes);
}

static void
limit (gpointer user_data, const TransportLimit *limits, gsize n_limits)
{
  request_batches (user_data, CONTROL_TRANSPORT_LIMIT, limits, n_limits, sizeof *limits);
}

static void
ask_keyframe (gpointer user_data, const char *track)
{
  request_only (user_data, CONTROL_TRACK_KEYFRAME,
                &(TrackKeyframeRequest){ .track = (char *) track });
}

static void
set_group (gpointer user_data, const AudioGroupRequest *request)
{
  request_only (user_data, CONTROL_AUDIO_GROUP, request);
}

const MediaPort *
media_port_relay (void)
{
  static const MediaPort port = {
    .get_fingerprint = get_fingerprint,
    .create_transport = create_transport,
    .update_transport = update_transport,
    .restart_ice = restart_ice,
    .close_transport = close_transport,
    .route = route,
    .mute = mute,
    .ask_keyframe = ask_keyframe,
    .set_group = set_group,
    .limit = limit,
  };
  return &port;
}
