/* The MediaPort of signaling over a RelayLink: each call is a control message, each reply or error
 * comes back through the call's callback.  Main thread; the link outlives the hub. */
#pragma once

#include "server/bus/relay_link.h"
#include "signaling/meeting/media_port.h"

/* The callbacks; their user_data is the RelayLink. */
const MediaPort *media_port_relay (void);
