/* A picture job that does what the first byte of each frame says. */
#include "pipelines/jobs/picture_wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  PictureReply head;
  guint8 bytes[PICTURE_JPEG_BYTES_MAX + 64];
} Reply;

static void
answer (const PictureRequest *request, guint8 what)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 1, 2, 3, 0xff, 0xd9 };
  static Reply reply;
  gsize size = sizeof jpeg;

  reply.head = (PictureReply){ PICTURE_MAGIC, PICTURE_MADE, request->ticket, 240, 134 };
  memcpy (reply.bytes, jpeg, sizeof jpeg);
  if (what == 'b') {
    reply.head.status = PICTURE_BAD_FRAME;
    size = 0;
  }
  if (what == 't')
    reply.head.ticket++;
  if (what == 'm')
    reply.head.magic++;
  if (what == 'w')
    reply.head.width = PICTURE_WIDTH_MAX + 1;
  if (what == 'x')
    reply.head.status = N_PICTURE_STATUSES;
  if (what == 'h')
    reply.bytes[0] = '<';
  if (what == 'l')
    size = PICTURE_JPEG_BYTES_MAX + 1;
  send (STDIN_FILENO, &reply, sizeof reply.head + size, MSG_NOSIGNAL);
}

int
main (void)
{
  static struct {
    PictureRequest head;
    guint8 frame[PICTURE_FRAME_BYTES_MAX];
  } request;

  for (;;) {
    ssize_t size = recv (STDIN_FILENO, &request, sizeof request, 0);

    if (size <= (ssize_t) sizeof request.head)
      return 0;
    if (request.frame[0] == 'c')
      abort ();
    if (request.frame[0] == 'e')
      return 3;
    if (request.frame[0] == 'q')
      send (STDIN_FILENO, "?", 1, MSG_NOSIGNAL);
    else if (request.frame[0] != 's')
      answer (&request.head, request.frame[0]);
  }
}
