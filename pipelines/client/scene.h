/* scene: the picture of a virtual room, drawn frame by frame.
 *
 * A wall, a table, people who move a little, and the room's name: enough that an operator sees at
 * once which room it is and that the picture lives.  The frames of one period join without a jump,
 * so a clip of a whole period can be looped.  Pure: no clock, no thread of its own.
 */
#pragma once

#include <glib.h>

/* Draws frame @index of @period (both in frames, @index < @period) of the room @name into @bgrx,
 * rows of @width x 4 bytes.  @seed chooses colours and people: one room always looks the same. */
typedef struct {
  const char *name;
  guint32 seed;
  int width;
  int height;
} Scene;

void scene_draw (const Scene *scene, guint index, guint period, guint8 *bgrx);
