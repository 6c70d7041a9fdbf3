#include "pipelines/client/reception.h"

#include "pipelines/rtp/bytes.h"

#include <string.h>

#define VIDEO_CLOCK 90000
#define AUDIO_CLOCK 48000
#define H264_FU_A 28

void
reception_init (Reception *self, guint32 ssrc, gboolean is_video)
{
  memset (self, 0, sizeof *self);
  receive_stats_init (&self->stats, ssrc, is_video ? VIDEO_CLOCK : AUDIO_CLOCK);
  self->is_video = is_video;
  self->is_broken = TRUE;
}

/* The first @n stood or were given up. */
static void
remove_pictures (Reception *self, guint n)
{
  if (n == 0)
    return;
  const ReceptionPicture *last = &self->pictures[n - 1];
  self->settled_ts = last->rtp_ts;
  self->settled_seq = MAX (last->last_seq, last->first_seq);
  self->n_pictures -= n;
  memmove (self->pictures, self->pictures + n, self->n_pictures * sizeof *self->pictures);
}

static void
give_up_first (Reception *self)
{
  remove_pictures (self, 1);
  self->given_up++;
  self->wants_key |= !self->is_broken;
  self->is_broken = TRUE;
}

static ReceptionPicture *
insert_picture (Reception *self, guint at, guint32 rtp_ts)
{
  ReceptionPicture *picture = &self->pictures[at];

  memmove (picture + 1, picture, (self->n_pictures - at) * sizeof *picture);
  self->n_pictures++;
  *picture = (ReceptionPicture){ .rtp_ts = rtp_ts, .first_seq = G_MAXUINT64 };
  return picture;
}

/* NULL: of a picture that stood already or was given up. */
static ReceptionPicture *
find_picture (Reception *self, guint32 rtp_ts)
{
  guint at = self->n_pictures;

  while (at > 0 && ts_diff (self->pictures[at - 1].rtp_ts, rtp_ts) > 0)
    at--;
  if (at > 0 && self->pictures[at - 1].rtp_ts == rtp_ts)
    return &self->pictures[at - 1];
  if (self->settled_seq != 0 && ts_diff (rtp_ts, self->settled_ts) <= 0)
    return NULL;
  if (self->n_pictures < RECEPTION_PICTURES)
    return insert_picture (self, at, rtp_ts);
  if (at == 0)
    return NULL;
  give_up_first (self);
  return insert_picture (self, at - 1, rtp_ts);
}

/* TRUE: it may be the picture's first packet. */
static gboolean
add_to_picture (Reception *self, guint64 seq, guint32 rtp_ts, gboolean marker)
{
  ReceptionPicture *picture = find_picture (self, rtp_ts);

  if (!picture)
    return FALSE;
  picture->packets++;
  if (marker)
    picture->last_seq = seq;
  if (seq > picture->first_seq)
    return FALSE;
  picture->first_seq = seq;
  picture->has_start = FALSE;
  return TRUE;
}

gboolean
reception_on_packet (Reception *self, const guint8 *packet, gsize size, gint64 now_us,
                     guint64 *ret_seq)
{
  guint16 seq = bytes_get_u16 (packet + 2);
  guint32 rtp_ts = bytes_get_u32 (packet + 4);
  gboolean marker = (packet[1] & 0x80) != 0;

  *ret_seq = receive_stats_on_packet (&self->stats, seq, rtp_ts, (guint) size, now_us);
  self->packets++;
  self->bytes += size;
  self->packet_us = now_us;
  return self->is_video && add_to_picture (self, *ret_seq, rtp_ts, marker);
}

gboolean
reception_on_recovered (Reception *self, guint16 seq, guint32 rtp_ts, gboolean marker,
                        gint64 now_us, guint64 *ret_seq)
{
  *ret_seq = seq_unwrapper_peek (&self->stats.unwrapper, seq);
  self->packet_us = now_us;
  return self->is_video && add_to_picture (self, *ret_seq, rtp_ts, marker);
}

/* RFC 7741 4.2; RFC 6184 5.8. Of others any first packet is taken for the start. */
static gboolean
starts_picture (Codec codec, const guint8 *payload, gsize size)
{
  if (size < 2)
    return FALSE;
  if (codec == CODEC_VP8)
    return (payload[0] & 0x1f) == 0x10;
  if (codec == CODEC_H264 && (payload[0] & 0x1f) == H264_FU_A)
    return (payload[1] & 0x80) != 0;
  return TRUE;
}

void
reception_on_payload (Reception *self, guint64 seq, guint32 rtp_ts, Codec codec,
                      const guint8 *payload, gsize size)
{
  ReceptionPicture *picture = find_picture (self, rtp_ts);
  Mark mark;

  if (!picture || picture->first_seq != seq)
    return;
  picture->has_start = starts_picture (codec, payload, size);
  picture->is_key = payload_is_keyframe_start (codec, payload, size);
  if (mark_read (&mark, payload, size))
    picture->room = mark.room;
}

static gboolean
is_complete (const ReceptionPicture *picture)
{
  return picture->has_start && picture->last_seq != 0 &&
         picture->packets >= picture->last_seq - picture->first_seq + 1;
}

static void
show (Reception *self, const ReceptionPicture *picture, gint64 now_us, ReceptionNews *news)
{
  gint64 gap_us = self->shown_us ? now_us - self->shown_us : 0;

  self->shown++;
  self->shown_us = now_us;
  self->longest_us = MAX (self->longest_us, gap_us);
  if (gap_us > RECEPTION_FREEZE_US) {
    self->freezes++;
    self->frozen_us += gap_us;
  }
  if (!picture->is_key)
    return;
  self->keyframes++;
  news->key_stood = TRUE;
  news->gap_us = gap_us;
  news->room_changed |= picture->room != self->room || self->keyframes == 1;
  self->room = picture->room;
}

/* The newest complete key frame; pictures before it are of no use any more. */
static guint
find_key (const Reception *self)
{
  for (guint i = self->n_pictures; i-- > 0;)
    if (self->pictures[i].is_key && is_complete (&self->pictures[i]))
      return i;
  return 0;
}

/* Nothing is missing before it, or nothing before it matters. */
static gboolean
is_next (const Reception *self, const ReceptionPicture *picture)
{
  return is_complete (picture) && (picture->is_key || self->is_broken || self->settled_seq == 0 ||
                                   picture->first_seq == self->settled_seq + 1);
}

/* A decoder cannot begin with it: as a browser does, ask for a key frame, again after a while. */
static void
note_no_key (Reception *self, gint64 now_us)
{
  self->is_broken = TRUE;
  if (self->key_asked_us != 0 && now_us - self->key_asked_us < RECEPTION_KEY_AGAIN_US)
    return;
  self->key_asked_us = now_us;
  self->wants_key = TRUE;
}

void
reception_settle (Reception *self, gint64 now_us, ReceptionNews *ret_news)
{
  guint key = find_key (self);

  *ret_news = (ReceptionNews){ 0 };
  self->given_up += key;
  remove_pictures (self, key);
  while (self->n_pictures > 0 && is_next (self, &self->pictures[0])) {
    ReceptionPicture picture = self->pictures[0];
    remove_pictures (self, 1);
    self->is_broken &= !picture.is_key;
    if (self->keyframes == 0 && !picture.is_key)
      note_no_key (self, now_us);
    if (!self->is_broken)
      show (self, &picture, now_us, ret_news);
  }
  ret_news->wants_key = self->wants_key;
  self->wants_key = FALSE;
}

void
reception_pause (Reception *self)
{
  self->shown_us = 0;
}
