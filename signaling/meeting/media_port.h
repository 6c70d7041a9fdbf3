/* MediaPort: what signaling asks of the relay; server/ implements it over the relay link.
 *
 * Called on the main thread, never blocks: requests go out as control messages in call order;
 * answers come back later on the main thread (possibly before the call returns). While there is no
 * relay, requests with an answer fail at once with PROBLEM_MEDIA_UNAVAILABLE and the others are
 * dropped: meeting_hub_on_relay_back () sends everything again. All structs passed are lent. */
#pragma once

#include <glib.h>

#include "pipelines/control/messages.h"

/* Exactly one call per request, on the main thread. @local is lent; NULL exactly when @error is
 * set. Of update_transport it is NULL in both cases. */
typedef void (*MediaLocalCallback) (gpointer callback_data, const TransportIceReply *local,
                                    const GError *error);

typedef struct {
  /* Fingerprint of the relay's certificate (HelloReply.fingerprint), or NULL: no relay now. */
  const char *(*get_fingerprint) (gpointer user_data);
  void (*create_transport) (gpointer user_data, const TransportCreateRequest *request,
                            MediaLocalCallback callback, gpointer callback_data);
  void (*update_transport) (gpointer user_data, const TransportUpdateRequest *request,
                            MediaLocalCallback callback, gpointer callback_data);
  void (*restart_ice) (gpointer user_data, const TransportRestartIceRequest *request,
                       MediaLocalCallback callback, gpointer callback_data);
  void (*close_transport) (gpointer user_data, const char *transport);
  /* Any number of RouteSpec / MuteSpec (arrays of values, strings lent); the implementation splits
   * them into messages of at most LIMIT_CONTROL_BATCH. */
  void (*route) (gpointer user_data, const RouteSpec *routes, gsize n_routes);
  void (*mute) (gpointer user_data, const MuteSpec *mutes, gsize n_mutes);
  /* The publisher of @track is asked for a keyframe: it is shown to many in a moment. */
  void (*ask_keyframe) (gpointer user_data, const char *track);
  /* Open microphones of which the loudest are heard, instead of those told before. */
  void (*set_group) (gpointer user_data, const AudioGroupRequest *request);
  /* As route: what transports may take. */
  void (*limit) (gpointer user_data, const TransportLimit *limits, gsize n_limits);
} MediaPort;
