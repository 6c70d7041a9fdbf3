#include "pipelines/rtp/audio_choice.h"

/* Levels rise within two or three packets and fall over some ten, as in audio_level.c. */
#define ATTACK_SHIFT 1
#define RELEASE_SHIFT 3
/* Noise is found within a pause of some 100 ms, and follows a voice by 1 dB a second only. */
#define NOISE_FALL_SHIFT 2
#define NOISE_RISE_Q8_PER_S 256
/* After so long without a packet nothing before counts: the microphone opens anew. */
#define FORGET_US (10 * G_USEC_PER_SEC)

void
audio_choice_set_size (AudioChoice *choice, guint n)
{
  choice->n = CLAMP (n, 1, AUDIO_CHOICE_PLACES_MAX);
  for (guint i = choice->n + 1; i <= AUDIO_CHOICE_PLACES_MAX; i++)
    if (choice->places[i] != NULL) {
      choice->places[i]->has_place = FALSE;
      choice->places[i] = NULL;
    }
}

static void
leave_place (AudioChoice *choice, AudioVoice *voice)
{
  if (!voice->has_place)
    return;
  choice->places[voice->place] = NULL;
  voice->has_place = FALSE;
}

static gint
take_place (AudioChoice *choice, AudioVoice *voice, guint place, gint64 now_us)
{
  if (choice->places[place] != NULL)
    leave_place (choice, choice->places[place]);
  leave_place (choice, voice);
  choice->places[place] = voice;
  voice->has_place = TRUE;
  voice->place = place;
  voice->placed_us = now_us;
  voice->pressing_us = 0;
  return (gint) place;
}

void
audio_choice_set_lead (AudioChoice *choice, AudioVoice *lead)
{
  if (choice->lead == lead)
    return;
  if (choice->places[0] != NULL)
    leave_place (choice, choice->places[0]);
  choice->lead = lead;
}

void
audio_choice_close (AudioChoice *choice, AudioVoice *voice)
{
  leave_place (choice, voice);
  *voice = (AudioVoice){ .is_always = voice->is_always };
}

void
audio_choice_remove (AudioChoice *choice, AudioVoice *voice)
{
  audio_choice_close (choice, voice);
  if (choice->lead == voice)
    choice->lead = NULL;
}

/* --- one voice ------------------------------------------------------------------------------ */

static void
start_voice (AudioVoice *voice, gint32 heard_q8, gint64 now_us)
{
  voice->started = TRUE;
  voice->is_silent = FALSE;
  voice->level_q8 = heard_q8;
  voice->noise_q8 = heard_q8;
  voice->heard_us = now_us; /* who opens it means to speak */
  voice->sound_us = now_us;
  voice->pressing_us = 0;
}

static void
follow_noise (AudioVoice *voice, gint64 elapsed_us)
{
  gint32 above = voice->noise_q8 - voice->level_q8; /* positive: louder than the noise */

  if (above < 0)
    voice->noise_q8 -= above / (1 << NOISE_FALL_SHIFT);
  else
    voice->noise_q8 -= MIN (above, (gint32) (NOISE_RISE_Q8_PER_S * elapsed_us / G_USEC_PER_SEC));
}

static void
hear (AudioVoice *voice, const AudioHeard *heard)
{
  gint32 heard_q8 = (heard->has_level ? heard->level & 0x7f : AUDIO_CHOICE_ASSUMED_LEVEL) << 8;
  gint64 elapsed_us = heard->now_us - voice->last_us;

  if (!voice->started || elapsed_us > FORGET_US) {
    start_voice (voice, heard_q8, heard->now_us);
  } else {
    gint32 change = heard_q8 - voice->level_q8; /* negative: louder */
    voice->level_q8 += change / (change < 0 ? 1 << ATTACK_SHIFT : 1 << RELEASE_SHIFT);
    follow_noise (voice, elapsed_us);
  }
  voice->last_us = heard->now_us;
  if (heard_q8 < AUDIO_CHOICE_NO_SOUND << 8)
    voice->sound_us = heard->now_us;
  if (voice->level_q8 <= AUDIO_CHOICE_NOISE_MAX << 8 ||
      voice->noise_q8 - voice->level_q8 >= AUDIO_CHOICE_ABOVE_NOISE << 8 ||
      voice->noise_q8 - heard_q8 >= AUDIO_CHOICE_ONSET << 8)
    voice->heard_us = heard->now_us;
}

/* Who is always to pass is silent without any sound only. */
static gboolean
find_silence (const AudioChoice *choice, const AudioVoice *voice, gint64 now_us)
{
  gboolean is_always = voice->is_always || choice->lead == voice;

  return now_us - (is_always ? voice->sound_us : voice->heard_us) > AUDIO_CHOICE_SILENCE_US;
}

/* --- places --------------------------------------------------------------------------------- */

static gboolean
has_yielded (const AudioVoice *holder, gint64 now_us)
{
  return now_us - holder->heard_us > AUDIO_CHOICE_YIELD_US;
}

/* TRUE if @a has less right to a place than @b: not always to pass, then not heard of late (the
 * one that is longest ago), then quieter. */
static gboolean
is_weaker (const AudioVoice *a, const AudioVoice *b, gint64 now_us)
{
  gboolean a_yields = has_yielded (a, now_us), b_yields = has_yielded (b, now_us);

  if (a->is_always != b->is_always)
    return b->is_always;
  if (a_yields != b_yields)
    return a_yields;
  return a_yields ? a->heard_us < b->heard_us : a->level_q8 > b->level_q8;
}

static AudioVoice *
find_weakest (const AudioChoice *choice, gint64 now_us)
{
  AudioVoice *weakest = choice->places[1];

  for (guint i = 2; i <= choice->n; i++)
    if (is_weaker (choice->places[i], weakest, now_us))
      weakest = choice->places[i];
  return weakest;
}

/* TRUE once @voice has been louder than @holder for long enough. */
static gboolean
outvoices (AudioVoice *voice, const AudioVoice *holder, gint64 now_us)
{
  if (holder->level_q8 - voice->level_q8 < AUDIO_CHOICE_LOUDER << 8) {
    voice->pressing_us = 0;
    return FALSE;
  }
  if (voice->pressing_us == 0)
    voice->pressing_us = now_us;
  return now_us - voice->pressing_us >= AUDIO_CHOICE_PRESS_US &&
         now_us - holder->placed_us >= AUDIO_CHOICE_HOLD_US;
}

static gint
seek_place (AudioChoice *choice, AudioVoice *voice, gint64 now_us)
{
  AudioVoice *weakest;

  for (guint i = 1; i <= choice->n; i++)
    if (choice->places[i] == NULL)
      return take_place (choice, voice, i, now_us);
  weakest = find_weakest (choice, now_us);
  if (voice->is_always != weakest->is_always) {
    if (!voice->is_always)
      return AUDIO_NO_PLACE;
    return take_place (choice, voice, weakest->place, now_us);
  }
  if ((has_yielded (weakest, now_us) && !has_yielded (voice, now_us)) ||
      outvoices (voice, weakest, now_us))
    return take_place (choice, voice, weakest->place, now_us);
  return AUDIO_NO_PLACE;
}

gint
audio_choice_on_packet (AudioChoice *choice, AudioVoice *voice, const AudioHeard *heard,
                        gboolean *ret_begins)
{
  gboolean was_silent = voice->is_silent;
  gint before = voice->has_place ? (gint) voice->place : AUDIO_NO_PLACE;
  gint64 now_us = heard->now_us;
  gint place;

  *ret_begins = FALSE;
  hear (voice, heard);
  voice->is_silent = find_silence (choice, voice, now_us);
  if (voice->is_silent)
    return AUDIO_NO_PLACE;
  if (choice->lead == voice)
    place = before == 0 ? 0 : take_place (choice, voice, 0, now_us);
  else
    place = before != AUDIO_NO_PLACE ? before : seek_place (choice, voice, now_us);
  *ret_begins = place != AUDIO_NO_PLACE && (was_silent || place != before);
  return place;
}
