#include "pipelines/relay/sound_gather.h"

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot_list.h"
#include "pipelines/relay/transport.h"

#include <string.h>

/* A feed has its own slots, and those of the group that it is in. */
#define GROUPS_MAX 1
#define WAYS_MAX ((1 + GROUPS_MAX) * SOUND_PACKETS_MAX)

#define NO_MORE G_MAXUINT64

typedef struct {
  guint32 track; /* serial */
  GstBuffer *buffer;
  gint64 due_us;
  gboolean is_held;
} Waiting;

/* One packet and those who hear it. */
typedef struct {
  const GPtrArray *slots;
  const SlotBurst *burst;
  guint next;
  guint64 serial; /* of the next slot's transport, or NO_MORE */
} Way;

/* One that many hear. */
typedef struct {
  guint32 track; /* serial, 0: none */
  gint64 heard_us;
} Voice;

struct SoundGather {
  Shard *shard;
  Voice voices[SOUND_VOICES_MAX];
  guint n_waiting;
  guint n_ways;
  guint n_riding;        /* with the picture that is under way */
  guint32 boarded_after; /* serial of the transport before the first that has them so; 0: all do */
  guint32 ridden;        /* serial of the last transport that has had them so */
  Waiting waiting[SOUND_PACKETS_MAX];
  Waiting riding[SOUND_PACKETS_MAX];
  Way ways[WAYS_MAX];
  SlotBurst bursts[SOUND_PACKETS_MAX];
};

SoundGather *
sound_gather_new (Shard *shard)
{
  SoundGather *gather = g_new0 (SoundGather, 1);

  gather->shard = shard;
  return gather;
}

void
sound_gather_free (SoundGather *gather)
{
  for (guint i = 0; i < gather->n_waiting; i++)
    gst_buffer_unref (gather->waiting[i].buffer);
  for (guint i = 0; i < gather->n_riding; i++)
    gst_buffer_unref (gather->riding[i].buffer);
  g_free (gather);
}

/* --- waiting -------------------------------------------------------------------------------- */

static void
let_all_go (SoundGather *gather, gint64 now_us)
{
  for (guint i = 0; i < gather->n_waiting; i++)
    gather->waiting[i].due_us = now_us;
}

static gboolean
waits_already (const SoundGather *gather, guint32 track)
{
  for (guint i = 0; i < gather->n_waiting; i++)
    if (gather->waiting[i].track == track)
      return TRUE;
  return FALSE;
}

/* Those who hear @feed, NULL: not many. */
static const GPtrArray *
find_audience (const Feed *feed)
{
  if (feed->slots->len >= SOUND_WIDE_SLOTS)
    return feed->slots;
  for (guint i = 0; feed->members != NULL && i < feed->members->len; i++) {
    const GPtrArray *slots = audio_member_get_slots (g_ptr_array_index (feed->members, i));

    if (slots != NULL && slots->len >= SOUND_WIDE_SLOTS)
      return slots;
  }
  return NULL;
}

/* The longest silent one makes room for a new one. */
static void
note_voice (SoundGather *gather, guint32 track, gint64 now_us)
{
  Voice *place = &gather->voices[0];

  for (guint i = 0; i < SOUND_VOICES_MAX; i++) {
    Voice *voice = &gather->voices[i];

    if (voice->track == track) {
      place = voice;
      break;
    }
    if (voice->heard_us < place->heard_us)
      place = voice;
  }
  *place = (Voice){ track, now_us };
}

/* Another voice is heard at a time by those who hear @feed, who are many: one of them stands for
 * all. */
static gboolean
is_worth_waiting (SoundGather *gather, const Feed *feed, gint64 now_us)
{
  const GPtrArray *audience = find_audience (feed);
  const Slot *one;

  if (audience == NULL)
    return FALSE;
  one = g_ptr_array_index (audience, audience->len / 2);
  note_voice (gather, feed->shape->serial, now_us);
  for (guint i = 0; i < SOUND_VOICES_MAX; i++) {
    const Voice *voice = &gather->voices[i];
    const Feed *other;

    if (voice->track == 0 || voice->track == feed->shape->serial ||
        now_us - voice->heard_us >= SOUND_SEVERAL_US)
      continue;
    other = feed_find (gather->shard, voice->track);
    audience = other != NULL ? find_audience (other) : NULL;
    if (audience != NULL && slot_list_has (audience, one->transport))
      return TRUE;
  }
  return FALSE;
}

void
sound_gather_add (SoundGather *gather, Feed *feed, GstBuffer *buffer)
{
  gint64 now_us = gather->shard->now_us;
  guint32 track = feed->shape->serial;
  gboolean is_held = is_worth_waiting (gather, feed, now_us);

  if (gather->n_waiting == SOUND_PACKETS_MAX) {
    let_all_go (gather, now_us);
    sound_gather_release (gather);
  }
  /* none overtakes another of its own */
  if (!is_held && waits_already (gather, track))
    let_all_go (gather, now_us);
  gather->waiting[gather->n_waiting++] =
      (Waiting){ .track = track,
                 .buffer = gst_buffer_ref (buffer),
                 .due_us = is_held ? now_us + SOUND_HOLD_US : now_us,
                 .is_held = is_held };
}

gint64
sound_gather_due_us (const SoundGather *gather)
{
  gint64 due_us = 0;

  for (guint i = 0; i < gather->n_waiting; i++)
    if (due_us == 0 || gather->waiting[i].due_us < due_us)
      due_us = gather->waiting[i].due_us;
  return due_us;
}

/* --- who hears what ------------------------------------------------------------------------- */

static void
way_set_next (Way *way, guint next)
{
  const Slot *slot;

  way->next = next;
  way->serial = NO_MORE;
  if (next == way->slots->len)
    return;
  slot = g_ptr_array_index (way->slots, next);
  way->serial = slot->transport->serial;
}

/* FALSE: nobody, as its microphone was closed, or it is of a stream of before. */
static gboolean
read_packet (SoundGather *gather, const Waiting *waiting, SlotBurst *burst, Feed **ret_feed)
{
  Feed *feed = feed_find (gather->shard, waiting->track);
  const PacketInfo *info = packet_meta_get (waiting->buffer);

  if (feed == NULL || feed->muted || feed_find_encoding (feed, info->source) == NULL)
    return FALSE;
  slot_burst_begin (burst, feed, info->source);
  slot_burst_add (burst, info);
  *ret_feed = feed;
  return TRUE;
}

/* --- sending -------------------------------------------------------------------------------- */

static void
way_go_on (Way *way, gboolean is_first)
{
  Slot *slot = g_ptr_array_index (way->slots, way->next);

  if (is_first)
    slot_list_prefetch (way->slots, way->next);
  else
    slot_list_prefetch_slots (way->slots, way->next);
  /* a place may have gone to another voice since, and nobody hears himself */
  if (slot->feed == way->burst->feed)
    slot_forward (slot, way->burst);
  if (is_first)
    slot_list_prefetch_keys (way->slots, way->next);
  way_set_next (way, way->next + 1);
}

/* To the transports up to @last. @is_alone: their state was not fetched for a picture. */
static void
forward_to (SoundGather *gather, guint64 last, gboolean is_alone)
{
  for (;;) {
    guint64 serial = NO_MORE;

    for (guint i = 0; i < gather->n_ways; i++)
      serial = MIN (serial, gather->ways[i].serial);
    if (serial == NO_MORE || serial > last)
      break;
    for (guint i = 0; i < gather->n_ways; i++)
      while (gather->ways[i].serial == serial)
        way_go_on (&gather->ways[i], is_alone && i == 0);
  }
}

static void
forward_all (SoundGather *gather)
{
  forward_to (gather, NO_MORE, TRUE);
  gather->n_ways = 0;
}

/* From the first transport after @serial on. */
static void
add_way (SoundGather *gather, const GPtrArray *slots, const SlotBurst *burst, guint32 serial)
{
  Way *way;

  if (slots == NULL || slots->len == 0)
    return;
  if (gather->n_ways == WAYS_MAX)
    forward_all (gather);
  way = &gather->ways[gather->n_ways++];
  *way = (Way){ .slots = slots, .burst = burst };
  way_set_next (way, slot_list_find_after (slots, serial));
}

/* Those who hear @packets, from the first transport after @serial on. @is_first: it is not decided
 * yet which voices are heard. */
static void
add_ways (SoundGather *gather, const Waiting *packets, guint n, guint32 serial, gboolean is_first)
{
  for (guint i = 0; i < n; i++) {
    SlotBurst *burst = &gather->bursts[i];
    Feed *feed;

    if (!read_packet (gather, &packets[i], burst, &feed))
      continue;
    add_way (gather, feed->slots, burst, serial);
    for (guint j = 0; feed->members != NULL && j < feed->members->len; j++) {
      AudioMember *member = g_ptr_array_index (feed->members, j);

      add_way (gather,
               is_first ? audio_member_choose (member, burst) : audio_member_get_slots (member),
               burst, serial);
    }
  }
}

/* As most receivers get it. */
static guint
body_size (GstBuffer *buffer)
{
  const PacketInfo *info = packet_meta_get (buffer);

  return info->red.n_blocks > 0 ? info->red.primary_size : rtp_packet_body_size (&info->rtp);
}

/* Longest first, but each voice in its order. */
static void
sort_due (Waiting *due, guint n)
{
  for (guint i = 1; i < n; i++) {
    Waiting moved = due[i];
    guint size = body_size (moved.buffer);
    guint at = i;

    for (; at > 0 && due[at - 1].track != moved.track && body_size (due[at - 1].buffer) < size;
         at--)
      due[at] = due[at - 1];
    due[at] = moved;
  }
}

/* Moves out what is due: with one that was held, all that wait. */
static guint
take_due (SoundGather *gather, Waiting *ret_due)
{
  gint64 now_us = gather->shard->now_us;
  gboolean takes_all = FALSE;
  guint n_due = 0, kept = 0;

  for (guint i = 0; i < gather->n_waiting; i++)
    takes_all = takes_all || (gather->waiting[i].is_held && gather->waiting[i].due_us <= now_us);
  for (guint i = 0; i < gather->n_waiting; i++) {
    if (takes_all || gather->waiting[i].due_us <= now_us)
      ret_due[n_due++] = gather->waiting[i];
    else
      gather->waiting[kept++] = gather->waiting[i];
  }
  gather->n_waiting = kept;
  return n_due;
}

gboolean
sound_gather_release (SoundGather *gather)
{
  Waiting due[SOUND_PACKETS_MAX];
  guint n_due = take_due (gather, due);

  if (n_due == 0)
    return FALSE;
  sound_gather_alight (gather); /* none overtakes what came before it */
  sort_due (due, n_due);
  add_ways (gather, due, n_due, 0, TRUE);
  forward_all (gather);
  for (guint i = 0; i < n_due; i++)
    gst_buffer_unref (due[i].buffer);
  return TRUE;
}

/* --- with a picture ------------------------------------------------------------------------- */

/* To so many that it is worth it, and not to too many. Of several layers each is shown by some:
 * one of all slots says of which it is worth it. */
static gboolean
is_wide (const Feed *feed, guint32 source)
{
  const Slot *one;

  if (feed->slots->len < SOUND_WIDE_SLOTS || feed->slots->len > SOUND_RIDE_SLOTS)
    return FALSE;
  one = g_ptr_array_index (feed->slots, feed->slots->len / 2);
  return slot_rewriter_is_interested (&one->rewriter, source);
}

/* By those who see @picture. Ways that there is no room for would be gone before their turn. */
static gboolean
is_heard_by (const SoundGather *gather, guint32 track, const Feed *picture)
{
  const Slot *one = g_ptr_array_index (picture->slots, picture->slots->len / 2);
  const Feed *feed = feed_find (gather->shard, track);
  const GPtrArray *audience = feed != NULL ? find_audience (feed) : NULL;

  return audience != NULL && slot_list_has (audience, one->transport) &&
         (feed->members == NULL || feed->members->len <= GROUPS_MAX);
}

gboolean
sound_gather_suits (const SoundGather *gather, const Feed *feed, guint32 source)
{
  if (gather->n_riding > 0 || gather->n_waiting == 0 || !is_wide (feed, source))
    return FALSE;
  for (guint i = 0; i < gather->n_waiting; i++)
    if (!is_heard_by (gather, gather->waiting[i].track, feed))
      return FALSE;
  return TRUE;
}

gboolean
sound_gather_expects (const SoundGather *gather, const Feed *feed, guint32 source)
{
  if (gather->n_riding > 0 || gather->n_waiting > 0 || !is_wide (feed, source))
    return FALSE;
  for (guint i = 0; i < SOUND_VOICES_MAX; i++) {
    const Voice *voice = &gather->voices[i];
    gint64 late_us = gather->shard->now_us - voice->heard_us - SOUND_STEP_US;

    if (voice->track != 0 && ABS (late_us) <= SOUND_STEP_SLACK_US &&
        is_heard_by (gather, voice->track, feed))
      return TRUE;
  }
  return FALSE;
}

static void
find_ways (SoundGather *gather, guint32 serial, gboolean is_first)
{
  gather->n_ways = 0;
  add_ways (gather, gather->riding, gather->n_riding, serial, is_first);
}

gboolean
sound_gather_board (SoundGather *gather, const SlotBurst *picture, guint from)
{
  const Feed *feed = picture->feed;
  const Slot *first = from < feed->slots->len ? g_ptr_array_index (feed->slots, from) : NULL;
  gboolean is_first = gather->n_riding == 0;

  if (first == NULL || (is_first && !sound_gather_suits (gather, feed, picture->source)))
    return gather->n_riding > 0;
  if (is_first) {
    memcpy (gather->riding, gather->waiting, gather->n_waiting * sizeof gather->waiting[0]);
    gather->n_riding = gather->n_waiting;
    gather->n_waiting = 0;
    sort_due (gather->riding, gather->n_riding);
    gather->ridden = gather->boarded_after = from > 0 ? first->transport->serial - 1 : 0;
  }
  find_ways (gather, gather->ridden, is_first);
  return TRUE;
}

void
sound_gather_ride_to (SoundGather *gather, guint32 serial)
{
  forward_to (gather, serial, FALSE);
  gather->ridden = serial;
}

void
sound_gather_suspend (SoundGather *gather)
{
  gather->n_ways = 0;
}

void
sound_gather_alight (SoundGather *gather)
{
  if (gather->n_riding == 0)
    return;
  find_ways (gather, gather->ridden, FALSE);
  forward_all (gather);
  if (gather->boarded_after > 0) {
    find_ways (gather, 0, FALSE);
    forward_to (gather, gather->boarded_after, TRUE);
    gather->n_ways = 0;
  }
  for (guint i = 0; i < gather->n_riding; i++)
    gst_buffer_unref (gather->riding[i].buffer);
  gather->n_riding = 0;
}
