/* MediaPort: what signaling asks of the relay; server/ implements it over the relay link.
 *
 * Called on the main thread, never blocks: requests go out as control messages in call order;
 * answers come back later on the main thread (also possible before the call returns). While there
 * is no relay, requests with an answer fail at once with PROBLEM_MEDIA_UNAVAILABLE and the others
 * are dropped: meeting_hub_on_relay_back () sends everything again. */
#pragma once

#include <glib.h>

typedef struct TransportCreate TransportCreate; /* pipelines/control/messages.h */
typedef struct TransportUpdate TransportUpdate;

typedef struct {
  const char *foundation; /* 1-32 ice-chars */
  const char *address;    /* literal IPv4 or IPv6 */
  guint32 priority;
  guint16 port;
} MediaCandidate;

/* What the relay answers to create and restart_ice. */
typedef struct {
  const char *ufrag;
  const char *pwd;
  const MediaCandidate *candidates; /* UDP host candidates, component 1 */
  gsize n_candidates;
} MediaLocal;

/* Exactly one call per request, on the main thread. @local is lent; NULL exactly when @error is
 * set (and always NULL for update, which answers with no data). */
typedef void (*MediaLocalCallback) (gpointer callback_data, const MediaLocal *local,
                                    const GError *error);

typedef struct {
  const char *slot;
  const char *track; /* "" = nothing */
  guint height;      /* asked height of the picture, 0 = as large as there is */
} MediaRoute;

typedef struct {
  const char *track;
  gboolean muted;
} MediaMute;

typedef struct {
  /* Fingerprint of the relay's certificate as in SDP ("sha-256 AB:CD..."), or NULL: no relay. */
  const char *(*get_fingerprint) (gpointer user_data);
  void (*create_transport) (gpointer user_data, const TransportCreate *request,
                            MediaLocalCallback callback, gpointer callback_data);
  /* Re-offer on a living transport: adds the tracks and slots it does not have yet. */
  void (*update_transport) (gpointer user_data, const TransportUpdate *request,
                            MediaLocalCallback callback, gpointer callback_data);
  /* @remote_ufrag: the peer's new one. */
  void (*restart_ice) (gpointer user_data, const char *transport, const char *remote_ufrag,
                       MediaLocalCallback callback, gpointer callback_data);
  void (*close_transport) (gpointer user_data, const char *transport);
  /* Any number; the implementation splits them into messages of the size the relay takes. */
  void (*route) (gpointer user_data, const MediaRoute *routes, gsize n_routes);
  void (*mute) (gpointer user_data, const MediaMute *mutes, gsize n_mutes);
} MediaPort;
