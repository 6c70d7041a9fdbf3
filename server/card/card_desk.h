/* CardDesk: makes the test card of meetings (signaling/meeting/test_card.h): for each that asks a
 * child process, `diemcau card`, which encodes a few seconds of picture and tone once and sends
 * them in a loop; so no codec runs in the controller. The child offers on its standard output, is
 * answered on its standard input, and ends when that is closed.
 *
 * Owner: the main thread. Freed before the hub: it takes its port back. */
#pragma once

#include "signaling/meeting/hub.h"

/* Longest line between the two: an offer or answer as a JSON string. */
#define CARD_LINE_BYTES (256 * 1024)

typedef struct CardDesk CardDesk;

/* (transfer full). Sets the hub's card port. @program: of the child. */
CardDesk *card_desk_new (MeetingHub *hub, const char *program);
void card_desk_free (CardDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardDesk, card_desk_free)
