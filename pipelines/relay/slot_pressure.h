/* What the pressure of its shard leaves of a slot's picture. Shard thread. */
#pragma once

#include "pipelines/relay/pressure.h"
#include "pipelines/relay/shard.h"

/* The encoding to show where @encoding (or LAYER_NONE) would be without pressure. */
gint slot_press_encoding (const Slot *slot, gint encoding);
Pressed slot_get_pressed (const Slot *slot);
gboolean slot_is_thinned (const Slot *slot);

/* The pressure has changed; TRUE: so does the picture. */
gboolean slot_press (Slot *slot);
