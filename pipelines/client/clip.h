/* clip: a few seconds of picture and sound of a virtual room, encoded once, sent in a loop.
 *
 * clip_encode () runs GStreamer's encoders and blocks (about a quarter of a second for the default
 * size), so call it from a worker thread.  The finished clip is immutable and may be shared between
 * threads and rooms; free with clip_unref ().
 *
 * Video: VP8 in RTP payloads (RFC 7741, descriptor without picture ids, so that the loop needs no
 * rewriting).  The first frame, and one each second, is a key frame.  Audio: Opus, 20 ms a frame.
 */
#pragma once

#include <glib.h>

#define CLIP_AUDIO_FRAME_MS 20

typedef struct {
  guint width;
  guint height;
  guint fps;
  guint seconds;
  guint kbps;
} ClipFormat;

typedef struct {
  GPtrArray *payloads; /* of GBytes: one RTP payload each, the last one ends the frame */
  gboolean keyframe;
} ClipFrame;

typedef struct {
  gatomicrefcount refs;
  ClipFormat format;
  GArray *video;    /* of ClipFrame */
  GPtrArray *audio; /* of GBytes: Opus frames */
  guint8 *levels;   /* of each of them, -dBov (RFC 6464); 127 = silence */
} Clip;

/* What a clip shows and says, frame by frame and sample by sample, over its whole length. */
typedef struct {
  void (*draw) (gconstpointer data, const ClipFormat *format, guint index, guint8 *bgrx);
  void (*fill) (gconstpointer data, const ClipFormat *format, guint first, gint16 *samples,
                guint count);
  gconstpointer data;
} ClipArt;

/* Returns (transfer full), or NULL with @error in G_IO_ERROR when an encoder is missing or fails.
 */
Clip *clip_encode_art (const ClipArt *art, const ClipFormat *format, GError **error);
/* Of a room: scene.h, voice.h. */
Clip *clip_encode (const char *name, guint32 seed, const ClipFormat *format, GError **error);
Clip *clip_ref (Clip *clip);
void clip_unref (Clip *clip);

/* The index of the first key frame at or after @index (which may be past the end: it wraps). */
guint clip_next_keyframe (const Clip *clip, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Clip, clip_unref)
