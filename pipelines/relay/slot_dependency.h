/* What a slot tells its receiver of AV1's decode targets: those that it forwards are produced, the
 * others are not, so that nobody waits for frames, or mourns for chains, that never come.
 *
 * FeedDependencies: an encoding's present structure, read on the feed's shard; made when the first
 * one comes. SlotDependency: what the receiver was told last. Owner: the shard of both. */
#pragma once

#include "pipelines/elements/packet_meta.h"
#include "pipelines/relay/shard.h"
#include "pipelines/rtp/dependency_descriptor.h"

typedef struct {
  DependencyStructure structure;
  DependencyTargets targets;
} FeedDependencies;

typedef struct {
  guint32 told; /* 0: nothing yet */
  guint8 left;  /* frames that are still to tell it */
} SlotDependency;

/* Of a packet of the feed with a descriptor that is not short; *@dependencies NULL: none yet. */
void feed_dependencies_read (FeedDependencies **dependencies, const PacketInfo *info);

/* The descriptor of @info as @slot sends it, in @out of DEPENDENCY_DESCRIPTOR_MAX + 1 +
 * DEPENDENCY_ACTIVE_ROOM bytes, or as it came. @size: in and out. */
const guint8 *slot_dependency_choose (Slot *slot, const PacketInfo *info, guint8 *out, guint *size);
