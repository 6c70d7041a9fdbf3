/* told: of a message that a room got, what a measurement needs to know it by. Pure. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* More seats than this are counted, not named. */
#define TOLD_SEATS_MAX 8

/* TRUE: messages that come all the time and answer nothing. */
gboolean told_is_noise (const char *type);

/* {"type", ...}: the message's short members; of seats the first TOLD_SEATS_MAX and how many they
 * were; of a welcome the seat of @endpoint alone. (transfer full) */
json_t *told_describe (const json_t *message, const char *endpoint);
