#include "pipelines/relay/slot_pressure.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/transport.h"

/* The larger pictures, and those of which nobody said how large they are. */
static gboolean
is_main (const Slot *slot)
{
  return slot->height == 0 || slot->height >= PRESSURE_MAIN_HEIGHT;
}

Pressed
slot_get_pressed (const Slot *slot)
{
  guint level = slot->transport->shard->pressure.level;

  if (level == 0 || slot->kind != TRACK_VIDEO)
    return PRESSED_NOT;
  return pressure_of_picture (level, is_main (slot), slot->transport->serial);
}

gboolean
slot_is_thinned (const Slot *slot)
{
  return slot->feed != NULL && slot_get_pressed (slot) != PRESSED_NOT;
}

/* The smallest that flows; @encoding where none does. */
static gint
lowest_encoding (const Feed *feed, gint encoding)
{
  const FeedEncoding *encodings = feed->encodings;
  gint lowest = encoding;

  for (guint i = 0; i < feed->shape->n_encodings; i++) {
    if (encodings[i].source != 0 && encodings[i].layer.active &&
        encodings[i].layer.bitrate_bps < encodings[lowest].layer.bitrate_bps)
      lowest = i;
  }
  return lowest;
}

gint
slot_press_encoding (const Slot *slot, gint encoding)
{
  Pressed pressed = slot_get_pressed (slot);

  if (encoding == LAYER_NONE || pressed == PRESSED_OFF)
    return LAYER_NONE;
  return pressed == PRESSED_LOW ? lowest_encoding (slot->feed, encoding) : encoding;
}

/* The uppermost temporal layer that is left of @n_layers (0: none are told of). */
static guint
temporal_left (Pressed pressed, guint n_layers)
{
  switch (pressed) {
  case PRESSED_NOT:
    return LAYER_TEMPORAL_MAX - 1;
  case PRESSED_HALF:
    return n_layers >= 2 ? n_layers - 2 : 1;
  default:
    return 0;
  }
}

gboolean
slot_press (Slot *slot)
{
  gint before = slot->encoding;
  guint n_layers = slot_temporal_layers (slot);
  guint left;

  if (slot->kind != TRACK_VIDEO)
    return FALSE;
  left = MIN (slot->thinned + 1u, n_layers);
  slot_thin (slot, temporal_left (slot_get_pressed (slot), n_layers));
  slot_update (slot);
  return slot->encoding != before || MIN (slot->thinned + 1u, n_layers) != left;
}
