/* told: of a message that a room got, what a measurement needs to know it by. Pure. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* TRUE: messages that come all the time and answer nothing. */
gboolean told_is_noise (const char *type);

/* {"type", ...}: the message's short members; of seats how many they are, and that of @endpoint.
 * (transfer full) */
json_t *told_describe (const json_t *message, const char *endpoint);
