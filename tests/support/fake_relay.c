#include "tests/support/fake_relay.h"

#include <string.h>
#include <unistd.h>

static void
note (FakeRelay *relay, const char *name, const char *object)
{
  g_ptr_array_add (relay->requests, g_strconcat (name, object ? " " : NULL, object, NULL));
}

static void
on_hello (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  note (relay, "hello", NULL);
  HelloReply reply = { .version = relay->version,
                       .relay = relay->relay,
                       .pid = getpid (),
                       .owned = relay->owned,
                       .fingerprint = (char *) "sha-256 AA:BB" };
  control_call_reply (call, &reply);
}

static void
on_state_list (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  const char *after = ((const StateListRequest *) request)->after;
  note (relay, "state.list", after);
  guint start = 0;
  while (after && start < relay->transports->len &&
         strcmp (((TransportSummary *) relay->transports->pdata[start++])->transport, after) != 0)
    ;
  g_autoptr (GPtrArray) page = g_ptr_array_new ();
  for (guint i = start; i < relay->transports->len && page->len < relay->page; i++)
    g_ptr_array_add (page, relay->transports->pdata[i]);
  StateListReply reply = { page, start + page->len < relay->transports->len };
  control_call_reply (call, &reply);
}

static gboolean
refuse (FakeRelay *relay, ControlCall *call)
{
  if (relay->refuse_code)
    control_call_fail (call, relay->refuse_code, "as the test wants it");
  return relay->refuse_code != NULL;
}

static void
reply_ice (FakeRelay *relay, ControlCall *call)
{
  g_autoptr (TransportIceReply) reply = transport_ice_reply_new ();
  reply->ufrag = g_strdup ("fake");
  reply->pwd = g_strdup ("fakefakefakefakefakefake");
  CandidateSpec *candidate = candidate_spec_new ();
  candidate->foundation = g_strdup ("1");
  candidate->priority = 2130706431;
  candidate->address = g_strdup ("127.0.0.1");
  candidate->port = 50000;
  g_ptr_array_add (reply->candidates, candidate);
  control_call_reply (call, reply);
}

static void
on_create (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  const TransportCreateRequest *create = request;
  note (relay, "transport.create", create->transport);
  if (refuse (relay, call))
    return;
  fake_relay_add_transport (relay, create->transport, TRANSPORT_NEW);
  reply_ice (relay, call);
}

static void
on_restart (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  note (relay, "transport.restart_ice", ((const TransportRestartIceRequest *) request)->transport);
  if (!refuse (relay, call))
    reply_ice (relay, call);
}

static void
on_update (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  note (relay, "transport.update", ((const TransportUpdateRequest *) request)->transport);
  if (!refuse (relay, call))
    control_call_reply (call, NULL);
}

static void
on_close (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  const char *transport = ((const TransportCloseRequest *) request)->transport;
  note (relay, "transport.close", transport);
  for (guint i = 0; i < relay->transports->len; i++)
    if (strcmp (((TransportSummary *) relay->transports->pdata[i])->transport, transport) == 0) {
      g_ptr_array_remove_index (relay->transports, i);
      break;
    }
  if (!refuse (relay, call))
    control_call_reply (call, NULL);
}

static void
on_route (ControlCall *call, gconstpointer request, gpointer user_data)
{
  g_autofree char *n = g_strdup_printf ("%u", ((const SlotRouteRequest *) request)->routes->len);
  note (user_data, "slot.route", n);
  control_call_reply (call, NULL);
}

static void
on_mute (ControlCall *call, gconstpointer request, gpointer user_data)
{
  g_autofree char *n = g_strdup_printf ("%u", ((const TrackMuteRequest *) request)->mutes->len);
  note (user_data, "track.mute", n);
  control_call_reply (call, NULL);
}

static void
on_stats (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  note (relay, "relay.stats", NULL);
  if (relay->silent) {
    g_ptr_array_add (relay->unanswered, call);
    return;
  }
  g_autoptr (RelayStatsReply) reply = relay_stats_reply_new ();
  control_call_reply (call, reply);
}

static void
on_shutdown (ControlCall *call, gconstpointer request, gpointer user_data)
{
  FakeRelay *relay = user_data;
  note (relay, "shutdown", NULL);
  if (!relay->owned) {
    control_call_fail (call, "not-owned", "started by hand");
    return;
  }
  control_call_reply (call, NULL);
  relay->was_shut_down = TRUE;
}

static void
on_keyframe (ControlCall *call, gconstpointer message, gpointer user_data)
{
  control_call_reply (call, NULL);
}

static const ControlHandlerRow handlers[] = {
  { CONTROL_HELLO, on_hello },
  { CONTROL_STATE_LIST, on_state_list },
  { CONTROL_TRANSPORT_CREATE, on_create },
  { CONTROL_TRANSPORT_RESTART_ICE, on_restart },
  { CONTROL_TRANSPORT_UPDATE, on_update },
  { CONTROL_TRANSPORT_CLOSE, on_close },
  { CONTROL_SLOT_ROUTE, on_route },
  { CONTROL_TRACK_MUTE, on_mute },
  { CONTROL_TRACK_KEYFRAME, on_keyframe },
  { CONTROL_RELAY_STATS, on_stats },
  { CONTROL_SHUTDOWN, on_shutdown },
};

FakeRelay *
fake_relay_new (const char *path)
{
  FakeRelay *relay = g_new0 (FakeRelay, 1);
  relay->relay = g_strdup_printf ("fake-%08x", g_random_int ());
  relay->version = CONTROL_VERSION;
  relay->page = LIMIT_CONTROL_PAGE;
  relay->transports = record_list_new (&transport_summary_type);
  relay->unanswered = g_ptr_array_new ();
  relay->requests = g_ptr_array_new_with_free_func (g_free);
  relay->server = control_server_new (handlers, G_N_ELEMENTS (handlers), relay);
  g_autoptr (GError) error = NULL;
  if (!control_server_listen (relay->server, path, &error))
    g_error ("%s", error->message);
  return relay;
}

void
fake_relay_free (FakeRelay *relay)
{
  for (guint i = 0; i < relay->unanswered->len; i++)
    control_call_fail (relay->unanswered->pdata[i], "internal", "the relay ends");
  g_ptr_array_unref (relay->unanswered);
  control_server_free (relay->server);
  g_ptr_array_unref (relay->transports);
  g_ptr_array_unref (relay->requests);
  g_free (relay->relay);
  g_free (relay);
}

void
fake_relay_add_transport (FakeRelay *relay, const char *transport, TransportState state)
{
  TransportSummary *summary = transport_summary_new ();
  summary->transport = g_strdup (transport);
  summary->state = state;
  g_ptr_array_add (relay->transports, summary);
}

guint
fake_relay_count (const FakeRelay *relay, const char *request)
{
  guint n = 0;
  for (guint i = 0; i < relay->requests->len; i++)
    n += strcmp (relay->requests->pdata[i], request) == 0;
  return n;
}
