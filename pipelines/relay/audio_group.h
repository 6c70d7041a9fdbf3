/* AudioGroup: the open microphones of a meeting on a shard that forwards them, and the slots there
 * that carry whoever is heard. Each shard chooses by itself, from the same packets (AudioChoice):
 * what changes costs the controller and the other shards nothing.
 *
 *   feed of a member --burst--> choice --place k--> the slots in place k
 *
 * Owner: one shard. Life cycle: made by the first slot routed into it, freed with the last one;
 * who its members are comes by command, whole each time. A slot in a group is not among the slots
 * of a feed; its @feed is the one that has its place.
 */
#pragma once

#include "pipelines/relay/shard.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/track_shape.h"
#include "pipelines/rtp/audio_choice.h"

/* What a group is, as the main thread tells it. */
typedef struct {
  TrackShape *shape; /* referenced */
  Shard *origin;
  gboolean is_always;
} AudioMemberPlan;

typedef struct {
  guint32 serial;
  guint n;         /* of the loudest */
  guint lead;      /* among the members; n_members: none */
  guint n_members; /* <= LIMIT_GROUP_TRACKS */
  AudioMemberPlan members[];
} AudioGroupPlan;

AudioGroupPlan *audio_group_plan_new (guint32 serial, guint n_members);
void audio_group_plan_free (AudioGroupPlan *plan);

typedef struct AudioMember AudioMember;

typedef struct {
  Feed *feed;          /* who has the place, NULL: nobody */
  guint32 source;      /* what its slots have selected */
  gboolean is_flowing; /* FALSE: its next packet begins anew */
  GPtrArray *slots;    /* SlotList; NULL: none yet */
} AudioPlace;

struct AudioGroup {
  Shard *shard;
  guint32 serial;
  guint n_slots;
  AudioChoice choice;
  GPtrArray *members; /* AudioMember, owned */
  AudioPlace places[AUDIO_CHOICE_PLACES_MAX + 1];
};

/* NULL: no slot of the shard is in it. */
AudioGroup *audio_group_find (Shard *shard, guint32 serial);

/* Takes over who its members are; those that stay keep their places. */
void audio_group_define (AudioGroup *group, const AudioGroupPlan *plan);

/* Routes @slot into @place of the group of @serial; @except: serial of the track that it is never
 * to carry, 0: none. The first one makes the group. */
void audio_group_route_slot (Slot *slot, guint32 serial, guint place, guint32 except);
/* For slot.c: takes it out; the last one frees the group. */
void audio_group_remove_slot (AudioGroup *group, Slot *slot);

/* For sound_gather.c. The packet path: a packet of the member's feed. Returns: (nullable) (transfer
 * none): a SlotList, of which those hear it that have this feed. */
const GPtrArray *audio_member_choose (AudioMember *member, const SlotBurst *packet);
/* The same for who was heard up to now; NULL: is not. */
const GPtrArray *audio_member_get_slots (const AudioMember *member);
/* Its microphone was closed: what comes later begins anew. */
void audio_member_close (AudioMember *member);
