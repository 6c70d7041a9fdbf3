#include "pipelines/client/noise.h"

#include "pipelines/rtp/bytes.h"

#include <string.h>

#define WIDTH 1280
#define HEIGHT 720
#define PAYLOAD_MIN 100

/* RFC 7741 4.2: X, S | I, L, T | 15-bit PictureID | TL0PICIDX | TID */
#define VP8_DESCRIPTOR_BYTES 6
#define VP8_X_BIT 0x80
#define VP8_S_BIT 0x10
/* RFC 6386 9.1: frame tag, start code, size */
#define VP8_START_CODE "\x9d\x01\x2a"

/* RFC 6184 5.8: FU indicator and header */
#define H264_FU_A 28
#define H264_NRI 0x60
#define H264_IDR 5
#define H264_SLICE 1
#define H264_FU_START 0x80
#define H264_FU_END 0x40
/* a STAP-A (5.7.1) of the parameter sets of 1280x720, constrained baseline */
static const guint8 h264_sets[] = {
  0x78, 0,    15,   0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x28, 0x02,
  0xdd, 0x80, 0xa0, 0x50, 0x6d, 0xa0, 0,    4,    0x68, 0xce, 0x3c, 0x80,
};

void
noise_init (Noise *noise, const NoiseFormat *format, guint32 seed)
{
  memset (noise, 0, sizeof *noise);
  noise->format = *format;
  noise->random = seed | 1;
  noise->picture_id = seed & 0x7fff;
}

/* xorshift: a fixed seed gives a fixed stream */
static guint32
next_random (Noise *noise)
{
  guint32 x = noise->random;

  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return noise->random = x;
}

static guint
frame_bytes (Noise *noise, gboolean is_key)
{
  guint mean = noise->format.kbps * 1000 / 8 / noise->format.fps;
  guint bytes = mean;

  if (is_key && !noise->format.is_flat) {
    bytes = mean * NOISE_KEY_FACTOR;
    noise->debt_bytes += bytes - mean;
  } else if (noise->debt_bytes > 0) {
    guint cut = (guint) MIN (mean / 2, noise->debt_bytes);
    noise->debt_bytes -= cut;
    bytes -= cut;
  }
  return bytes + next_random (noise) % (bytes / 5 + 1) - bytes / 10;
}

static guint
count_packets (const Noise *noise, guint bytes, gboolean is_key)
{
  guint count = (bytes + NOISE_PAYLOAD_MAX - 1) / NOISE_PAYLOAD_MAX;

  if (noise->format.packets > 0)
    count = noise->format.packets * (is_key ? NOISE_KEY_FACTOR : 1);
  return CLAMP (count, 1, NOISE_PACKETS_MAX);
}

guint
noise_begin_frame (Noise *noise, gboolean wants_key)
{
  guint bytes = frame_bytes (noise, wants_key);
  guint count = count_packets (noise, bytes, wants_key);

  noise->is_key = wants_key;
  noise->n_packets = count;
  noise->size = CLAMP (bytes / count, PAYLOAD_MIN, NOISE_PAYLOAD_MAX);
  noise->n_larger =
      noise->size < NOISE_PAYLOAD_MAX && bytes / count >= PAYLOAD_MIN ? bytes % count : 0;
  noise->picture_id = (noise->picture_id + 1) & 0x7fff;
  noise->tl0++;
  return count;
}

static gsize
write_vp8 (const Noise *noise, guint index, guint8 *out)
{
  gsize size = VP8_DESCRIPTOR_BYTES;

  out[0] = VP8_X_BIT | (index == 0 ? VP8_S_BIT : 0);
  out[1] = 0xe0; /* picture id, TL0PICIDX, TID are there */
  bytes_put_u16 (out + 2, 0x8000 | noise->picture_id);
  out[4] = noise->tl0;
  out[5] = 0;
  if (index > 0)
    return size;
  guint32 tag = (noise->is_key ? 0 : 1) | 1u << 4 | 2000u << 5; /* shown; first partition's size */
  out[size++] = tag & 0xff;
  out[size++] = tag >> 8 & 0xff;
  out[size++] = tag >> 16 & 0xff;
  if (!noise->is_key)
    return size;
  memcpy (out + size, VP8_START_CODE, 3);
  out[size + 3] = WIDTH & 0xff;
  out[size + 4] = WIDTH >> 8;
  out[size + 5] = HEIGHT & 0xff;
  out[size + 6] = HEIGHT >> 8;
  return size + 7;
}

static gsize
write_h264 (const Noise *noise, guint index, guint8 *out)
{
  guint first = noise->is_key && noise->n_packets > 1 ? 1 : 0; /* of the picture itself */

  if (index < first) {
    memcpy (out, h264_sets, sizeof h264_sets);
    return sizeof h264_sets;
  }
  out[0] = H264_NRI | H264_FU_A;
  out[1] =
      (guint8) ((noise->is_key ? H264_IDR : H264_SLICE) | (index == first ? H264_FU_START : 0) |
                (index + 1 == noise->n_packets ? H264_FU_END : 0));
  out[2] = 0x9a; /* first_mb_in_slice 0 */
  return 3;
}

gsize
noise_write (Noise *noise, guint index, gint64 now_us, guint8 *out)
{
  gsize size = noise->size + (index + noise->n_larger >= noise->n_packets);
  gsize head = noise->format.codec == CODEC_H264 ? write_h264 (noise, index, out)
                                                 : write_vp8 (noise, index, out);
  Mark mark = { .room = noise->format.room, .counter = noise->counter++, .sent_us = now_us };

  memset (out + head, 0x5a, size - head);
  mark_write (&mark, out, size);
  return size;
}

gsize
noise_write_sound (Noise *noise, gint64 now_us, guint8 *out, gsize size)
{
  Mark mark = { .room = noise->format.room, .counter = noise->counter++, .sent_us = now_us };

  size = CLAMP (size, MARK_BYTES + 1, NOISE_PAYLOAD_MAX);
  memset (out, 0x5a, size);
  out[0] = 0x78; /* RFC 6716 3.1: CELT, full band, 20 ms, mono, one frame */
  mark_write (&mark, out, size);
  return size;
}
