/* AudioChoice: which open microphones of a meeting are forwarded: the lead's, and of the others the
 * loudest few, by RFC 6464 levels, without jumping between them.
 *
 *   outside --a place is free, or its holder fell silent, or louder than a holder--> in place k
 *   in place k --another took it, or it left--> outside
 *
 * Place 0 is the lead's (whose picture all see). Places 1.. are held until somebody needs them: who
 * speaks on keeps its place, and a voice that comes while one of the holders is silent takes that
 * place with its first packet. One that is always to pass gets a place whatever its level, from a
 * holder that is not. A packet is passed if its voice has a place and is not silent: near its own
 * noise for a while, or without sound at all; the first packet above that is passed again.
 *
 * Plain data, zero-initialised voices; the choice holds pointers to those with a place. Owner: one
 * shard. Costs nothing per packet but reading the level, unless places change. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

/* Sound without a level (not negotiated) counts as speech of this loudness. */
#define AUDIO_CHOICE_ASSUMED_LEVEL 40
/* Louder than its own noise by this many dB is a voice. */
#define AUDIO_CHOICE_ABOVE_NOISE 6
/* The same for one packet alone, so that the first of a word passes. */
#define AUDIO_CHOICE_ONSET 8
/* Louder than this is never noise: a choir, an anthem. */
#define AUDIO_CHOICE_NOISE_MAX 40
/* Quieter than this is no sound: a microphone switched off at the desk. */
#define AUDIO_CHOICE_NO_SOUND 90
/* Longer than the pauses within speech. */
#define AUDIO_CHOICE_SILENCE_US 1500000
/* The holder of a place who was not heard for so long gives it to the next voice at once. */
#define AUDIO_CHOICE_YIELD_US 700000
/* Nobody loses a place sooner while speaking. */
#define AUDIO_CHOICE_HOLD_US 1000000
/* To take the place of one who speaks: louder by so many dB for so long. */
#define AUDIO_CHOICE_LOUDER 3
#define AUDIO_CHOICE_PRESS_US 300000

#define AUDIO_NO_PLACE (-1)

typedef struct {
  gboolean is_always; /* set by the owner before the first packet, or later */
  gboolean started;
  gboolean has_place;
  gboolean is_silent;
  guint place;        /* if has_place */
  gint32 level_q8;    /* smoothed, level * 256: 0 is the loudest */
  gint32 noise_q8;    /* the level it falls back to */
  gint64 last_us;     /* its last packet */
  gint64 heard_us;    /* last above its noise */
  gint64 sound_us;    /* last with any sound */
  gint64 placed_us;   /* since when it has its place */
  gint64 pressing_us; /* louder than a holder since, 0: is not */
} AudioVoice;

typedef struct {
  guint n;                /* of the loudest, 1..AUDIO_CHOICE_PLACES_MAX */
  const AudioVoice *lead; /* NULL: nobody; not necessarily heard */
  AudioVoice *places[AUDIO_CHOICE_PLACES_MAX + 1];
} AudioChoice;

/* @n is brought within its bounds. Voices in places beyond it lose theirs. */
void audio_choice_set_size (AudioChoice *choice, guint n);
/* A former lead must find a place like all others with its next packet. */
void audio_choice_set_lead (AudioChoice *choice, AudioVoice *lead);
/* @voice is closed: its place is free, and what was known of it forgotten. */
void audio_choice_close (AudioChoice *choice, AudioVoice *voice);
/* The same for one that is gone: it is not the lead any more. */
void audio_choice_remove (AudioChoice *choice, AudioVoice *voice);

typedef struct {
  gboolean has_level;
  guint8 level; /* as in the extension: the V bit is passed over */
  gint64 now_us;
} AudioHeard;

/* The next packet of @voice: the place it is forwarded in, or AUDIO_NO_PLACE. *@ret_begins is TRUE
 * for the first packet in a place, and for the first after a silence: what was left out before is
 * no loss. */
gint audio_choice_on_packet (AudioChoice *choice, AudioVoice *voice, const AudioHeard *heard,
                             gboolean *ret_begins);
