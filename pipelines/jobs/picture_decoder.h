/* PictureDecoder: one keyframe to one picture in memory (8 bit, 4:2:0).
 *
 * A decoder is made for each picture and forgotten behind it: nothing that one room sent can show
 * in the picture of another. One thread, no file, no socket, so that it works in a sandbox.
 * libvpx, openh264, dav1d. */
#pragma once

#include "pipelines/jobs/picture_wire.h"

/* Planes Y, U, V; U and V have half the width and height, rounded up. */
typedef struct {
  const guint8 *planes[3];
  gsize strides[3];
  guint width, height;
  gboolean is_full_range; /* luma 0..255, else 16..235 */
} PlanarImage;

typedef void (*PictureFunc) (const PlanarImage *image, gpointer user_data);

/* Calls @func with the first picture of @frame, which is lent, if it is PICTURE_MADE. */
PictureStatus picture_decode (Codec codec, const guint8 *frame, gsize size, PictureFunc func,
                              gpointer user_data);
