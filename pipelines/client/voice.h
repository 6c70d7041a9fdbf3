/* voice: a tone that sounds like somebody speaking: syllables of a voiced sound with pauses.
 *
 * Pure and periodic, so that a clip of a whole period can be looped.  @seed sets the pitch, so that
 * two rooms can be told apart by ear.
 */
#pragma once

#include <glib.h>

#define VOICE_RATE_HZ 48000

/* Writes @count mono samples that start at sample @first of a clip of @period samples. */
void voice_fill (guint32 seed, guint first, guint period, gint16 *samples, guint count);
