/* One packet of the control link.  What decodes is written and must decode to the same text. */
#include "pipelines/control/messages.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GBytes *
encode (const ControlFrame *frame)
{
  if (frame->kind == FRAME_ERROR) {
    const ErrorMessage *message = frame->body;
    return control_frame_encode_error (frame->id, message->code, message->text);
  }
  return control_frame_encode (frame->type, frame->kind == FRAME_REPLY, frame->id, frame->body,
                               NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (ControlFrame) first;
  if (!control_frame_decode ((const char *) data, size, &first, NULL))
    return 0;
  g_autoptr (GBytes) text = encode (&first);
  if (!text) /* fallback values spelt out can make it longer than a message may be */
    return 0;
  g_auto (ControlFrame) second;
  gsize len;
  const char *again = g_bytes_get_data (text, &len);
  if (!control_frame_decode (again, len, &second, NULL))
    g_error ("does not decode: %.*s", (int) len, again);
  g_autoptr (GBytes) third = encode (&second);
  g_assert_true (g_bytes_equal (text, third));
  return 0;
}
