#include "pipelines/relay/audio_group.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot_list.h"
#include "pipelines/relay/transport.h"

struct AudioMember {
  AudioGroup *group;
  Feed *feed; /* has it in its list of members, and lives as long */
  AudioVoice voice;
};

AudioGroupPlan *
audio_group_plan_new (guint32 serial, guint n_members)
{
  AudioGroupPlan *plan = g_malloc0 (sizeof *plan + n_members * sizeof plan->members[0]);

  plan->serial = serial;
  plan->n_members = n_members;
  plan->lead = n_members;
  return plan;
}

void
audio_group_plan_free (AudioGroupPlan *plan)
{
  for (guint i = 0; i < plan->n_members; i++)
    track_shape_unref (plan->members[i].shape);
  g_free (plan);
}

/* --- places --------------------------------------------------------------------------------- */

/* Who is himself in @place's track hears nothing there. */
static void
place_tell (const AudioPlace *place, Slot *slot)
{
  gboolean is_own = place->feed != NULL && place->feed->shape->serial == slot->except;

  slot_follow (slot, is_own ? NULL : place->feed, place->is_flowing ? place->source : 0);
}

static void
place_set (AudioPlace *place, Feed *feed, guint32 source)
{
  place->feed = feed;
  place->source = source;
  place->is_flowing = source != 0;
  for (guint i = 0; place->slots != NULL && i < place->slots->len; i++)
    place_tell (place, g_ptr_array_index (place->slots, i));
}

/* The places that show @feed: it was closed, or is gone. */
static void
group_stop_feed (AudioGroup *group, const Feed *feed, gboolean is_gone)
{
  for (guint i = 0; i < G_N_ELEMENTS (group->places); i++) {
    AudioPlace *place = &group->places[i];

    if (place->feed == feed && (place->is_flowing || is_gone))
      place_set (place, is_gone ? NULL : place->feed, 0);
  }
}

static void
audio_group_add_slot (AudioGroup *group, Slot *slot)
{
  AudioPlace *place = &group->places[slot->place];

  if (place->slots == NULL)
    place->slots = g_ptr_array_new ();
  slot_list_insert (place->slots, slot);
  group->n_slots++;
  place_tell (place, slot);
}

/* --- members -------------------------------------------------------------------------------- */

static AudioMember *
find_member (const AudioGroup *group, const TrackShape *shape)
{
  for (guint i = 0; i < group->members->len; i++) {
    AudioMember *member = g_ptr_array_index (group->members, i);

    if (member->feed->shape == shape)
      return member;
  }
  return NULL;
}

static AudioMember *
add_member (AudioGroup *group, const AudioMemberPlan *plan)
{
  AudioMember *member = g_new0 (AudioMember, 1);

  member->group = group;
  member->feed = feed_get (group->shard, plan->shape, plan->origin);
  feed_add_member (member->feed, member);
  g_ptr_array_add (group->members, member);
  return member;
}

/* GDestroyNotify of the list. */
static void
remove_member (gpointer data)
{
  AudioMember *member = data;

  audio_choice_remove (&member->group->choice, &member->voice);
  group_stop_feed (member->group, member->feed, TRUE);
  feed_remove_member (member->feed, member);
  g_free (member);
}

static gboolean
plan_has (const AudioGroupPlan *plan, const TrackShape *shape)
{
  for (guint i = 0; i < plan->n_members; i++)
    if (plan->members[i].shape == shape)
      return TRUE;
  return FALSE;
}

void
audio_group_define (AudioGroup *group, const AudioGroupPlan *plan)
{
  AudioVoice *lead = NULL;

  for (guint i = group->members->len; i > 0; i--) {
    const AudioMember *member = g_ptr_array_index (group->members, i - 1);

    if (!plan_has (plan, member->feed->shape))
      g_ptr_array_remove_index (group->members, i - 1);
  }
  audio_choice_set_size (&group->choice, plan->n);
  for (guint i = 0; i < plan->n_members; i++) {
    AudioMember *member = find_member (group, plan->members[i].shape);

    if (member == NULL)
      member = add_member (group, &plan->members[i]);
    member->voice.is_always = plan->members[i].is_always;
    if (i == plan->lead)
      lead = &member->voice;
  }
  audio_choice_set_lead (&group->choice, lead);
}

/* --- packets -------------------------------------------------------------------------------- */

const GPtrArray *
audio_member_get_slots (const AudioMember *member)
{
  const AudioVoice *voice = &member->voice;

  return voice->has_place && !voice->is_silent ? member->group->places[voice->place].slots : NULL;
}

const GPtrArray *
audio_member_choose (AudioMember *member, const SlotBurst *packet)
{
  AudioGroup *group = member->group;
  const RtpOutFields *fields = &packet->packets[0]->out;
  AudioHeard heard = { fields->has_audio_level, fields->audio_level, packet->inputs[0].arrival_us };
  gboolean begins;
  gint chosen = audio_choice_on_packet (&group->choice, &member->voice, &heard, &begins);
  AudioPlace *place;

  if (chosen == AUDIO_NO_PLACE) {
    group_stop_feed (group, member->feed, FALSE);
    return NULL;
  }
  place = &group->places[chosen];
  if (begins || place->feed != member->feed || place->source != packet->source ||
      !place->is_flowing)
    place_set (place, member->feed, packet->source);
  return place->slots;
}

void
audio_member_close (AudioMember *member)
{
  audio_choice_close (&member->group->choice, &member->voice);
  group_stop_feed (member->group, member->feed, FALSE);
}

/* --- life cycle ----------------------------------------------------------------------------- */

AudioGroup *
audio_group_find (Shard *shard, guint32 serial)
{
  return g_hash_table_lookup (shard->groups, GUINT_TO_POINTER (serial));
}

static AudioGroup *
audio_group_get (Shard *shard, guint32 serial)
{
  AudioGroup *group = audio_group_find (shard, serial);

  if (group != NULL)
    return group;
  group = g_new0 (AudioGroup, 1);
  group->shard = shard;
  group->serial = serial;
  group->members = g_ptr_array_new_with_free_func (remove_member);
  audio_choice_set_size (&group->choice, 1);
  g_hash_table_insert (shard->groups, GUINT_TO_POINTER (serial), group);
  return group;
}

static void
audio_group_free (AudioGroup *group)
{
  g_hash_table_remove (group->shard->groups, GUINT_TO_POINTER (group->serial));
  g_ptr_array_unref (group->members);
  for (guint i = 0; i < G_N_ELEMENTS (group->places); i++)
    g_clear_pointer (&group->places[i].slots, g_ptr_array_unref);
  g_free (group);
}

void
audio_group_remove_slot (AudioGroup *group, Slot *slot)
{
  slot_follow (slot, NULL, 0);
  g_ptr_array_remove (group->places[slot->place].slots, slot);
  if (--group->n_slots == 0)
    audio_group_free (group);
}

void
audio_group_route_slot (Slot *slot, guint32 serial, guint place, guint32 except)
{
  AudioGroup *group = audio_group_get (slot->transport->shard, serial);

  if (slot->group == group && slot->place == place && slot->except == except)
    return;
  group->n_slots++; /* it may be in it, alone */
  slot_route (slot, NULL, 0);
  group->n_slots--;
  slot->group = group;
  slot->place = MIN (place, AUDIO_CHOICE_PLACES_MAX);
  slot->except = except;
  audio_group_add_slot (group, slot);
}
