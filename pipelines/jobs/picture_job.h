/* The picture job: makes a small JPEG of each keyframe that it is sent (picture_wire.h).
 *
 *   read one --> decode --> make small --> JPEG --> answer       one at a time, until the socket
 * ends
 *
 * Runs in a process of its own, which it puts into the sandbox (sandbox.h) before it reads: what it
 * decodes comes from strangers. A picture that takes longer than PICTURE_CPU_MS ends the process
 * (SIGPROF); its controller starts another. */
#pragma once

#include "pipelines/jobs/picture_wire.h"

/* 1080p of AV1 takes 20 to 40. */
#define PICTURE_CPU_MS 1000
/* A 1080p keyframe needs some 40 MB in the hungriest decoder. */
#define PICTURE_MEMORY_BYTES (192 * 1024 * 1024)
#define PICTURE_QUALITY 75

/* Blocking, until the peer of @fd closes. FALSE: no sandbox is to be had, or @fd is no such
 * socket. */
gboolean picture_job_run (int fd, GError **error);

/* One picture, without a sandbox: for tests and measurements. @jpeg (PICTURE_JPEG_BYTES_MAX) and
 * *@ret_size are filled in if the status is PICTURE_MADE. */
typedef struct {
  guint width, height;
  gsize size;
  guint8 bytes[PICTURE_JPEG_BYTES_MAX];
} Jpeg;
PictureStatus picture_make (Codec codec, const guint8 *frame, gsize size, Jpeg *jpeg);
