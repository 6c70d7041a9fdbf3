/* StreamSample: what a relay measured of one RTP stream in about a second, and its text in
 * transport.stats: fields between commas, streams between semicolons.
 *
 *   mic,0,,50,4000,...;camera,1,,75,90000,...
 *
 * A field of 0 is empty, trailing empty ones are left out; further fields of a newer peer are
 * passed over. As text since 600 rooms send some 6,000 of them each second: a JSON member each
 * would cost many times as much to carry and to read. Pure: any thread, no state. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Three published tracks of three layers, three audio slots, the large picture, content, 25 tiles:
 * 39. */
#define STREAM_SAMPLES_MAX 48
/* Of the id behind its transport's: "camera", "s24". */
#define STREAM_NAME_BYTES 15
/* About 90 bytes a stream; what does not fit is left out. */
#define LIMIT_SAMPLES_BYTES 4096
/* Of a microphone: its loudest packet in each 50 ms of the second, the oldest first; the last one
 * is that of LineStats.at_ms. */
#define STREAM_ENVELOPE 20
#define STREAM_SILENCE 127
/* No layer flows. */
#define STREAM_LAYER_NONE 255

typedef enum {
  STREAM_AUDIO_UP,
  STREAM_VIDEO_UP,
  STREAM_AUDIO_DOWN,
  STREAM_VIDEO_DOWN,
  N_STREAM_KINDS
} StreamKind;

typedef enum {
  STREAM_ACTIVE = 1 << 0,      /* up: packets flow; down: the slot flows */
  STREAM_MUTED = 1 << 1,       /* up: the controller has closed it */
  STREAM_LIMITED = 1 << 2,     /* down: the line carries no better layer */
  STREAM_UNSUPPORTED = 1 << 3, /* down: the receiver has not the track's codec */
} StreamFlags;

typedef struct {
  char name[STREAM_NAME_BYTES + 1];
  guint32 kind;    /* StreamKind */
  guint32 layer;   /* up: the encoding (0 = best); down: the one that is shown */
  guint32 flags;   /* StreamFlags */
  guint32 span_ms; /* what the counters below are of; at least 1 */
  guint32 packets, bytes;
  guint32 lost;      /* up: by sequence numbers; down: by the receiver's reports */
  guint32 lost_runs; /* up: how many gaps these made */
  guint32 jitter_us;
  guint32 frames;
  guint32 frozen_ms; /* up: of the span the picture stood still */
  guint32 freezes;   /* that began in it */
  guint32 gap_ms;    /* longest between two frames (sound: packets) */
  guint32 width, height;
  guint32 keyframes;
  guint32 nacks, plis;    /* up: sent to the publisher; down: came from the receiver */
  guint32 rtx;            /* up: packets that came again; down: sent again */
  guint32 level, loudest; /* -dBov at its end, and of its loudest packet; 127 = silence */
  guint32 clipped;        /* packets at full scale */
  guint32 wanted;         /* down: lines of picture that are asked for, 0 = any */
  guint8 envelope[STREAM_ENVELOPE];
  gboolean has_envelope;
} StreamSample;

/* Appends the text of one stream; FALSE: @text would be longer than LIMIT_SAMPLES_BYTES. */
gboolean stream_sample_write (GString *text, const StreamSample *sample);

/* Reads up to @max streams; the number read, 0 if @text is NULL. A malformed stream ends it: what
 * stands before is taken. */
guint stream_samples_read (const char *text, StreamSample *samples, guint max);

G_END_DECLS
