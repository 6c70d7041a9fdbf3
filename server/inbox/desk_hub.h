/* DeskHub: the desks that are open now, by user and by room, and what is pushed to them.
 *
 * Main thread; no socket and no clock in it.  "The list of meetings changed" is said to a desk at
 * most once a second, and to DESK_MEETINGS_PER_TICK desks a tick, so that six hundred pages do not
 * fetch the list in the same instant. */
#pragma once

#include <jansson.h>

#include "server/http/desk_port.h"

/* Tabs of one person; a room has one or two. */
#define DESKS_PER_USER_MAX 20
#define DESK_MEETINGS_INTERVAL_MS 1000
#define DESK_MEETINGS_PER_TICK 60
/* Ticks a second are the owner's: ten of them say it to 600 desks within a second. */
#define DESK_TICK_MS 100

typedef struct DeskHub DeskHub;

DeskHub *desk_hub_new (void);
/* Its connections were closed before. */
void desk_hub_free (DeskHub *hub);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskHub, desk_hub_free)

/* NULL above DESKS_PER_USER_MAX.  @user is copied. */
DeskConnection *desk_hub_open (DeskHub *hub, const User *user, const DeskPeer *peer,
                               gpointer peer_data);
/* Knows ping; what is no JSON object is closed with 1008. */
void desk_connection_receive (DeskConnection *connection, const char *text, gsize length);
void desk_connection_closed (DeskConnection *connection);
void desk_connection_send (DeskConnection *connection, json_t *message);
guint desk_hub_get_count (const DeskHub *hub);

/* @message: transfer full in all of these. */
void desk_hub_send_users (DeskHub *hub, const GArray *users, json_t *message);
/* To the users of the room. */
void desk_hub_send_endpoint (DeskHub *hub, const char *endpoint, json_t *message);

typedef gboolean (*DeskFilter) (gpointer data, const User *user);
/* The list of meetings changed for the users that @filter lets pass. */
void desk_hub_mark_meetings (DeskHub *hub, DeskFilter filter, gpointer data);
/* Sends what was marked; call each DESK_TICK_MS. */
void desk_hub_tick (DeskHub *hub, gint64 now_ms);
