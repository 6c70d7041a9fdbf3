/* What a controller and its picture job say to each other: one message of a SOCK_SEQPACKET socket
 * each, a header and the bytes behind it. Both run on one machine, from one program: plain structs.
 *
 *   controller -- PictureRequest, frame --> job
 *              <-- PictureReply, JPEG ----           one at a time
 *
 * The job reads what strangers sent: nothing that it answers is believed unseen. */
#pragma once

#include "pipelines/rtp/payload.h"

#define PICTURE_MAGIC 0x70696331u /* "pic1" */

/* As the relay bounds it (LIMIT_FRAME_TEXT_BYTES). */
#define PICTURE_FRAME_BYTES_MAX (100 * 1024)
/* Of 240x136 with quality 75 some 6 kB; noise 20. */
#define PICTURE_JPEG_BYTES_MAX (32 * 1024)
#define PICTURE_WIDTH_MAX 240
#define PICTURE_HEIGHT_MAX 136
/* What a frame may unpack to: an encoder's single 1080p layer. */
#define PICTURE_SOURCE_PIXELS_MAX (1920 * 1088)

typedef struct {
  guint32 magic;
  guint32 codec; /* Codec */
  guint64 ticket;
} PictureRequest;

typedef enum {
  PICTURE_MADE,
  PICTURE_BAD_FRAME, /* no keyframe of this codec, or a broken one */
  PICTURE_TOO_LARGE,
  N_PICTURE_STATUSES
} PictureStatus;

typedef struct {
  guint32 magic;
  guint32 status; /* PictureStatus */
  guint64 ticket;
  guint32 width, height; /* of the JPEG */
} PictureReply;
