#include "pipelines/jobs/picture_job.h"

#include "pipelines/jobs/picture_scale.h"
#include "pipelines/jobs/sandbox.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <turbojpeg.h>

/* --- one picture ------------------------------------------------------------------------------ */

/* FALSE: it does not fit. */
static gboolean
jpeg_encode (const SmallPicture *small, Jpeg *jpeg)
{
  const unsigned char *planes[] = { small->y, small->u, small->v };
  /* as tjBufSize (): more than the encoder ever needs, so that it need not grow it */
  static guint8 buffer[(PICTURE_WIDTH_MAX + 15) * (PICTURE_HEIGHT_MAX + 15) * 3 + 2048];
  unsigned char *to = buffer;
  unsigned long size = sizeof buffer;
  tjhandle encoder = tjInitCompress ();
  gboolean is_done;

  if (encoder == NULL)
    return FALSE;
  is_done =
      tjBufSize ((int) small->width, (int) small->height, TJSAMP_420) <= sizeof buffer &&
      tjCompressFromYUVPlanes (encoder, planes, (int) small->width, NULL, (int) small->height,
                               TJSAMP_420, &to, &size, PICTURE_QUALITY, TJFLAG_NOREALLOC) == 0 &&
      size <= PICTURE_JPEG_BYTES_MAX;
  tjDestroy (encoder);
  if (!is_done)
    return FALSE;
  memcpy (jpeg->bytes, buffer, size);
  jpeg->size = size;
  jpeg->width = small->width;
  jpeg->height = small->height;
  return TRUE;
}

static void
on_image (const PlanarImage *image, gpointer user_data)
{
  picture_scale (image, user_data);
}

PictureStatus
picture_make (Codec codec, const guint8 *frame, gsize size, Jpeg *jpeg)
{
  SmallPicture small;
  PictureStatus status = picture_decode (codec, frame, size, on_image, &small);

  if (status == PICTURE_MADE && !jpeg_encode (&small, jpeg))
    return PICTURE_TOO_LARGE;
  return status;
}

/* --- the job ---------------------------------------------------------------------------------- */

typedef struct {
  PictureRequest head;
  guint8 frame[PICTURE_FRAME_BYTES_MAX + 1]; /* one more: to see that there was more */
} RequestMessage;

typedef struct {
  PictureReply head;
  guint8 bytes[PICTURE_JPEG_BYTES_MAX];
} ReplyMessage;

/* Of the process's own time: when it waits for the processor, nothing runs out. */
static void
set_patience (guint ms)
{
  struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

  setitimer (ITIMER_PROF, &timer, NULL);
}

/* FALSE: the peer is gone. */
static gboolean
answer (int fd, const RequestMessage *request, gsize size)
{
  static Jpeg jpeg;
  static ReplyMessage reply;
  ssize_t sent;
  PictureStatus status;

  set_patience (PICTURE_CPU_MS);
  status = picture_make ((Codec) request->head.codec, request->frame, size, &jpeg);
  set_patience (0);
  if (status != PICTURE_MADE)
    jpeg.width = jpeg.height = jpeg.size = 0;
  reply.head =
      (PictureReply){ PICTURE_MAGIC, status, request->head.ticket, jpeg.width, jpeg.height };
  memcpy (reply.bytes, jpeg.bytes, jpeg.size);
  do
    sent = send (fd, &reply, sizeof reply.head + jpeg.size, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

/* One that has no frame is passed over. */
static gboolean
serve_one (int fd, RequestMessage *request)
{
  ssize_t size = recv (fd, request, sizeof *request, 0);

  if (size < 0 && errno == EINTR)
    return TRUE;
  if (size <= 0)
    return FALSE;
  if ((gsize) size < sizeof request->head || request->head.magic != PICTURE_MAGIC)
    return TRUE;
  return answer (fd, request, (gsize) size - sizeof request->head);
}

static gboolean
is_packet_socket (int fd)
{
  int type = 0;
  socklen_t size = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

gboolean
picture_job_run (int fd, GError **error)
{
  g_autofree RequestMessage *request = g_new0 (RequestMessage, 1);

  if (!is_packet_socket (fd)) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "its input is no socket of a controller: it is started by `diemcau serve`");
    return FALSE;
  }
  sandbox_lower_priority ();
  if (!sandbox_enter (PICTURE_MEMORY_BYTES, error))
    return FALSE;
  while (serve_one (fd, request))
    ;
  return TRUE;
}
