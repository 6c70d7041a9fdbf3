/* RelayLink: the controller's lasting relation to its relay: finds a running one by its socket or
 * starts one, greets it, reads its state, and begins anew when it is lost.
 *
 *   SEARCHING -> (connected) GREETING -> (hello) LISTING -> (state.list read) UP
 *   any -> (link closed, no answer, wrong version) SEARCHING, at once or after a back-off
 *
 * Main thread.  Life: new -> start -> ... -> stop (graceful: an owned relay is shut down) -> free.
 * Freeing without a stop leaves the relay and its media running. */
#pragma once

#include "pipelines/control/client.h"

G_BEGIN_DECLS

typedef struct RelayLink RelayLink;

typedef struct {
  /* @survivors: TransportSummary of all that the relay has, of any number of pages; lent.  Events
   * that came while they were read follow after this call. */
  void (*on_up) (const HelloReply *hello, const GPtrArray *survivors, gpointer user_data);
  void (*on_lost) (gpointer user_data);
  /* Only while up; @event is the struct of @type, lent. */
  void (*on_event) (ControlType type, gconstpointer event, gpointer user_data);
  /* With each sign of life: its counters, lent; may be NULL. */
  void (*on_stats) (const RelayStatsReply *stats, gpointer user_data);
} RelayLinkEvents;

typedef struct {
  const char *socket_path;
  const char *program;          /* what to run when no relay is found; NULL = only wait for one */
  const char *const *arguments; /* of the program, without its name, NULL-terminated */
  guint ping_ms;                /* between two signs of life; 0 = 2 s */
  guint reply_ms;               /* patience with a request; 0 = LIMIT_CONTROL_REPLY_MS */
} RelayLinkConfig;

/* Copies @config.  @events live as long as the link. */
RelayLink *relay_link_new (const RelayLinkConfig *config, const RelayLinkEvents *events,
                           gpointer user_data);
void relay_link_free (RelayLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayLink, relay_link_free)

void relay_link_start (RelayLink *link);

/* Shuts an owned relay down and waits until it is gone, RELAY_STOP_MS at most; then @done, from the
 * main context.  A relay that was started by hand is left running.  No other callback follows. */
#define RELAY_STOP_MS 3000
void relay_link_stop (RelayLink *link, GSourceFunc done, gpointer user_data);

gboolean relay_link_is_up (const RelayLink *link);
/* What the relay said of itself; NULL while not up. */
const HelloReply *relay_link_get_hello (const RelayLink *link);

/* As control_client_request (); while not up @callback is called at once with
 * CONTROL_LINK_ERROR_CLOSED. */
void relay_link_request (RelayLink *link, ControlType type, gconstpointer request,
                         ControlReplyFunc callback, gpointer user_data);

G_END_DECLS
