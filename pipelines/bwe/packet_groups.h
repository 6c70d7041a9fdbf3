/* PacketGroups: packets that were sent together are one group; between two groups it tells by how
 * much the way became longer (draft-ietf-rmcat-gcc-02, 5.2).
 *
 * Plain data, zero-initialised.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  gint64 first_sent_us, last_sent_us;
  gint64 first_arrival_us, last_arrival_us;
  guint packets; /* 0: none yet */
} PacketGroup;

typedef struct {
  PacketGroup current, previous;
} PacketGroups;

typedef struct {
  gint64 sent_us;    /* between the last packets of two groups */
  gint64 arrival_us; /* the same at the receiver */
  gint64 at_us;      /* arrival of the younger group, on the receiver's clock */
} GroupDelta;

/* TRUE: a group has ended, *@ret_delta compares it with the one before.  Packets in the order of
 * their sending. */
gboolean packet_groups_add (PacketGroups *groups, gint64 sent_us, gint64 arrival_us,
                            GroupDelta *ret_delta);
