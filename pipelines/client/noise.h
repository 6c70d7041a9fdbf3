/* Noise: a picture that costs nothing to make: frames of the wanted rate, in packets as Chromium
 * sends them (a frame split evenly, sizes one byte apart, the larger last), which a relay takes for
 * VP8 or H.264 and nobody may decode. Each packet ends with a Mark.
 *
 * Pure: bytes and times in, bytes out. Owner: one thread. A key frame is NOISE_KEY_FACTOR times as
 * large as another, made when asked for, and what it was too large is given back by the next ones.
 */
#pragma once

#include "pipelines/client/mark.h"
#include "pipelines/rtp/payload.h"

#define NOISE_KEY_FACTOR 3
/* Payload of one packet: Chromium's 1,200 less header, extensions and tag. */
#define NOISE_PAYLOAD_MAX 1150
#define NOISE_PACKETS_MAX 128

typedef struct {
  Codec codec; /* CODEC_VP8 or CODEC_H264 */
  guint kbps;
  guint fps;
  guint32 room;     /* mark_room () */
  gboolean is_flat; /* key frames are as large as others: who measures wants an even rate */
  guint packets;    /* of a frame, key frames NOISE_KEY_FACTOR times; 0: as few as hold it */
} NoiseFormat;

typedef struct {
  NoiseFormat format;
  guint32 random; /* state of the generator: frames are not all alike */
  guint32 counter;
  guint16 picture_id;
  guint8 tl0;
  gint64 debt_bytes;
  /* the frame being sent */
  gboolean is_key;
  guint n_packets;
  guint size;     /* of each packet */
  guint n_larger; /* the last ones have a byte more */
} Noise;

void noise_init (Noise *noise, const NoiseFormat *format, guint32 seed);

/* Begins the next frame; returns how many packets it has. */
guint noise_begin_frame (Noise *noise, gboolean wants_key);

/* Packet @index of the frame begun; @out has NOISE_PAYLOAD_MAX bytes. Returns its size. */
gsize noise_write (Noise *noise, guint index, gint64 now_us, guint8 *out);

/* A sound of @size bytes (at least MARK_BYTES + 1): an Opus frame as far as anybody can tell. */
gsize noise_write_sound (Noise *noise, gint64 now_us, guint8 *out, gsize size);
