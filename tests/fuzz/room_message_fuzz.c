/* One text frame of a room: decoded, and answered by what a refusal would be. */
#include <stdint.h>

#include "signaling/protocol/room_messages.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (RoomRequest) request = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = NULL;

  if (room_request_decode ((const char *) data, size, &request, &error))
    reply = room_message_ok (&request);
  else
    reply = room_message_error (&request, error);
  g_assert (reply != NULL);
  return 0;
}
