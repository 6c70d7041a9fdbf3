/* AudioLevel: the smoothed loudness of one microphone from RFC 6464 levels, and whether it speaks.
 *
 * Plain data, zero-initialised, owner: the shard of the track. 0 is the loudest, 127 silence. */
#pragma once

#include <glib.h>

#define AUDIO_LEVEL_SILENCE 127
/* Louder than this for AUDIO_LEVEL_SPEECH_US is speech; quieter than the second for a second ends
 * it. Room noise of PA systems lies at 55-70. */
#define AUDIO_LEVEL_SPEECH 45
#define AUDIO_LEVEL_QUIET 55
#define AUDIO_LEVEL_SPEECH_US 200000
#define AUDIO_LEVEL_RELEASE_US 1000000
/* Without packets for so long (muted, or discontinuous transmission) it is silence. */
#define AUDIO_LEVEL_TIMEOUT_US 500000

typedef struct {
  gboolean started;
  gboolean speaking;
  guint16 smoothed_q8; /* level * 256 */
  gint64 last_us;
  gint64 loud_since_us;  /* 0: not loud */
  gint64 quiet_since_us; /* 0: not quiet */
} AudioLevel;

/* @level_byte: as in the extension (the V bit is ignored: not all senders set it). */
void audio_level_on_packet (AudioLevel *level, guint8 level_byte, gint64 now_us);
/* 0..127. */
guint8 audio_level_value (const AudioLevel *level, gint64 now_us);
gboolean audio_level_is_speaking (const AudioLevel *level, gint64 now_us);
