#include "pipelines/rtp/audio_level.h"

/* Levels rise within two or three packets and fall over some ten. */
#define ATTACK_SHIFT 1
#define RELEASE_SHIFT 3

static gboolean
has_timed_out (const AudioLevel *level, gint64 now_us)
{
  return !level->started || now_us - level->last_us > AUDIO_LEVEL_TIMEOUT_US;
}

static void
update_speaking (AudioLevel *level, gint64 now_us)
{
  guint value = level->smoothed_q8 >> 8;
  if (value > AUDIO_LEVEL_SPEECH)
    level->loud_since_us = 0;
  else if (level->loud_since_us == 0)
    level->loud_since_us = now_us;
  if (value <= AUDIO_LEVEL_QUIET)
    level->quiet_since_us = 0;
  else if (level->quiet_since_us == 0)
    level->quiet_since_us = now_us;

  if (level->loud_since_us && now_us - level->loud_since_us >= AUDIO_LEVEL_SPEECH_US)
    level->speaking = TRUE;
  if (level->quiet_since_us && now_us - level->quiet_since_us >= AUDIO_LEVEL_RELEASE_US)
    level->speaking = FALSE;
}

void
audio_level_on_packet (AudioLevel *level, guint8 level_byte, gint64 now_us)
{
  gint32 heard_q8 = (level_byte & 0x7f) << 8;
  if (has_timed_out (level, now_us)) {
    *level = (AudioLevel){ .started = TRUE, .smoothed_q8 = heard_q8 };
  } else {
    gint32 change = heard_q8 - level->smoothed_q8; /* negative: louder */
    level->smoothed_q8 += change / (change < 0 ? 1 << ATTACK_SHIFT : 1 << RELEASE_SHIFT);
  }
  level->last_us = now_us;
  update_speaking (level, now_us);
}

guint8
audio_level_value (const AudioLevel *level, gint64 now_us)
{
  return has_timed_out (level, now_us) ? AUDIO_LEVEL_SILENCE : level->smoothed_q8 >> 8;
}

gboolean
audio_level_is_speaking (const AudioLevel *level, gint64 now_us)
{
  return level->speaking && !has_timed_out (level, now_us);
}
