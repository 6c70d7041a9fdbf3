/* CardMaker: the child that sends the test card: offers a microphone and a camera, takes the
 * answer, and sends a clip of colour bars and a tone until nobody wants it.
 *
 * card_maker_run () blocks; FALSE with @error when it could not be made or its line broke. */
#pragma once

#include <glib.h>

#define CARD_HEIGHT 720
#define CARD_KBPS 800
#define CARD_FPS 15
#define CARD_SECONDS 4

/* One line {"sdp"} goes to @out, one comes from @in; ends when @in does. */
gboolean card_maker_run (int in, int out, GError **error);
