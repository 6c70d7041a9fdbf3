#include "pipelines/relay/slot_dependency.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"

/* More targets than before are told in so many frames: one may get lost. */
#define TELL_FRAMES 8
#define BEGINS_FRAME 0x80

void
feed_dependencies_read (FeedDependencies **dependencies, const PacketInfo *info)
{
  DependencyDescriptor descriptor;

  if (*dependencies == NULL)
    *dependencies = g_new0 (FeedDependencies, 1);
  if (dependency_descriptor_parse (&descriptor, &(*dependencies)->structure,
                                   info->rtp.data + info->dependency_at, info->dependency_size) &&
      (descriptor.has_structure || descriptor.has_active))
    dependency_targets_fill (&(*dependencies)->targets, &(*dependencies)->structure);
}

static const DependencyTargets *
find_targets (const Slot *slot, guint32 source)
{
  const FeedEncoding *encoding = NULL;

  if (slot->feed != NULL)
    encoding = feed_find_encoding (slot->feed, source);
  return encoding != NULL && encoding->dependencies != NULL ? &encoding->dependencies->targets
                                                            : NULL;
}

/* TRUE: the packet must tell of @active. A short descriptor tells nothing itself, but a frame may
 * be the first of a new set; what is less than all is told with every frame. */
static gboolean
must_tell (Slot *slot, const PacketInfo *info, guint32 active, guint32 all)
{
  SlotDependency *dependency = &slot->dependency;
  gboolean begins_frame = info->rtp.data[info->dependency_at] & BEGINS_FRAME;

  if (active != dependency->told) {
    dependency->left = dependency->told != 0 ? TELL_FRAMES : 0;
    dependency->told = active;
  }
  if (active != all)
    return begins_frame || info->dependency_size > DEPENDENCY_DESCRIPTOR_SHORT;
  if (!begins_frame || dependency->left == 0)
    return FALSE;
  dependency->left--;
  return TRUE;
}

const guint8 *
slot_dependency_choose (Slot *slot, const PacketInfo *info, guint8 *out, guint *size)
{
  const guint8 *data = info->rtp.data + info->dependency_at;
  const DependencyTargets *targets = find_targets (slot, info->source);
  guint32 active, all;
  gsize told_size;
  guint target;

  /* without RTX what is sent again must be the same bytes */
  if (targets == NULL || targets->n_targets < 2 || slot->rtx_ssrc == 0 ||
      !slot_rewriter_followed_target (&slot->rewriter, info->source, &target))
    return data;
  active = targets->up_to[target];
  all = targets->up_to[LAYER_TARGET_ALL];
  if (active == 0 || !must_tell (slot, info, active, all))
    return data;
  told_size = dependency_descriptor_put_active (data, *size, targets->n_targets, active, out);
  if (told_size == 0)
    return data;
  *size = (guint) told_size;
  return out;
}
