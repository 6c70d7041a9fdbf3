/* own_seat: reads a message of the server as one room needs it: of all seats only its own.
 *
 * A welcome names every seat of a large meeting; to build 600 x 600 of them as values would take
 * this program longer than the server takes to make them. Pure, any thread.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* The message, its "seats" cut to those that mention @endpoint and "n_seats" telling how many they
 * were. (transfer full) (nullable): not JSON as the server writes it. */
json_t *own_seat_parse (const char *text, gsize size, const char *endpoint);
