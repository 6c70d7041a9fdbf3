#include "pipelines/bwe/packet_groups.h"

static void
start_group (PacketGroups *groups, gint64 sent_us, gint64 arrival_us)
{
  groups->current = (PacketGroup){ sent_us, sent_us, arrival_us, arrival_us, 1 };
}

/* Sent within one burst, or so that the receiver got it in one although it was not sent so. */
static gboolean
belongs (const PacketGroup *group, gint64 sent_us, gint64 arrival_us)
{
  gint64 arrival_delta_us = arrival_us - group->last_arrival_us;
  gint64 sent_delta_us = sent_us - group->last_sent_us;

  if (sent_us - group->first_sent_us <= BWE_GROUP_SEND_US)
    return TRUE;
  return arrival_delta_us < sent_delta_us && arrival_delta_us <= BWE_GROUP_ARRIVAL_US &&
         arrival_us - group->first_arrival_us < BWE_GROUP_MAX_US;
}

gboolean
packet_groups_add (PacketGroups *groups, gint64 sent_us, gint64 arrival_us, GroupDelta *ret_delta)
{
  PacketGroup *current = &groups->current;
  PacketGroup ended;
  gboolean is_told;

  if (current->packets == 0) {
    start_group (groups, sent_us, arrival_us);
    return FALSE;
  }
  if (sent_us < current->first_sent_us)
    return FALSE; /* of an older group: late */
  if (ABS (arrival_us - current->last_arrival_us) > BWE_GROUP_RESET_US) {
    groups->previous.packets = 0;
    start_group (groups, sent_us, arrival_us);
    return FALSE;
  }
  if (belongs (current, sent_us, arrival_us)) {
    current->last_sent_us = MAX (current->last_sent_us, sent_us);
    current->last_arrival_us = MAX (current->last_arrival_us, arrival_us);
    current->packets++;
    return FALSE;
  }
  ended = *current;
  is_told = groups->previous.packets > 0;
  if (is_told)
    *ret_delta = (GroupDelta){ ended.last_sent_us - groups->previous.last_sent_us,
                               ended.last_arrival_us - groups->previous.last_arrival_us,
                               ended.last_arrival_us };
  groups->previous = ended;
  start_group (groups, sent_us, arrival_us);
  return is_told;
}
