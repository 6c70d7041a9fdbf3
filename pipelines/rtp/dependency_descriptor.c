#include "pipelines/rtp/dependency_descriptor.h"

#include "pipelines/rtp/bit_reader.h"
#include "pipelines/rtp/bytes.h"

enum {
  NEXT_SAME_LAYER,
  NEXT_TEMPORAL,
  NEXT_SPATIAL,
  NEXT_NONE,
};

#define TEMPLATE_IDS 64
#define REFERENCES_TRACKED 64

/* ns (n): a value below @n (spec A.3). */
static guint
read_non_symmetric (BitReader *reader, guint n)
{
  guint width = 0;
  for (guint x = n; x != 0; x >>= 1)
    width++;
  guint shorter = (1u << width) - n;
  guint value = bit_reader_get (reader, width - 1);
  if (value < shorter)
    return value;
  return (value << 1) - shorter + bit_reader_get (reader, 1);
}

/* --- the structure --- */

static gboolean
read_layers (BitReader *reader, DependencyStructure *structure)
{
  guint spatial = 0, temporal = 0, next;
  do {
    if (structure->n_templates == DEPENDENCY_TEMPLATES_MAX || reader->overrun ||
        temporal >= DEPENDENCY_TEMPORAL_MAX || spatial >= DEPENDENCY_SPATIAL_MAX)
      return FALSE;
    DependencyTemplate *template = &structure->templates[structure->n_templates++];
    template->spatial = spatial;
    template->temporal = temporal;
    structure->n_temporal = MAX (structure->n_temporal, temporal + 1);
    structure->n_spatial = spatial + 1;
    next = bit_reader_get (reader, 2);
    temporal = next == NEXT_TEMPORAL ? temporal + 1 : next == NEXT_SPATIAL ? 0 : temporal;
    spatial += next == NEXT_SPATIAL;
  } while (next != NEXT_NONE);
  return TRUE;
}

static guint64
read_indications (BitReader *reader, guint n_targets)
{
  guint64 indications = 0;
  for (guint i = 0; i < n_targets; i++)
    indications |= (guint64) bit_reader_get (reader, 2) << (i * 2);
  return indications;
}

static guint64
reference_bit (guint distance)
{
  return distance <= REFERENCES_TRACKED ? G_GUINT64_CONSTANT (1) << (distance - 1) : 0;
}

static guint64
read_template_references (BitReader *reader)
{
  guint64 references = 0;
  while (bit_reader_get (reader, 1))
    references |= reference_bit (bit_reader_get (reader, 4) + 1);
  return references;
}

static void
skip_template_chains (BitReader *reader, DependencyStructure *structure)
{
  structure->n_chains = read_non_symmetric (reader, structure->n_targets + 1);
  if (structure->n_chains == 0)
    return;
  for (guint i = 0; i < structure->n_targets; i++)
    read_non_symmetric (reader, structure->n_chains);
  bit_reader_skip (reader, structure->n_templates * structure->n_chains * 4);
}

static gboolean
has_target (guint64 indications, guint target)
{
  return (indications >> (target * 2) & 3) != 0;
}

/* The highest layers among the templates of decode target @target; FALSE: it has none. */
static gboolean
target_layers (const DependencyStructure *structure, guint target, guint *ret_spatial,
               guint *ret_temporal)
{
  gboolean any = FALSE;
  *ret_spatial = *ret_temporal = 0;
  for (guint i = 0; i < structure->n_templates; i++) {
    const DependencyTemplate *template = &structure->templates[i];
    if (!has_target (template->indications, target))
      continue;
    any = TRUE;
    *ret_spatial = MAX (*ret_spatial, template->spatial);
    *ret_temporal = MAX (*ret_temporal, template->temporal);
  }
  return any;
}

/* For each place of the grid the best decode target that is produced and asks for no more. */
static void
fill_places (DependencyStructure *structure)
{
  gint best[LAYER_TARGETS];
  for (guint place = 0; place < LAYER_TARGETS; place++) {
    best[place] = -1;
    structure->by_place[place] = 0;
  }
  for (guint target = 0; target < structure->n_targets; target++) {
    guint spatial, temporal;
    gboolean is_active = structure->active >> target & 1;
    if (!is_active || !target_layers (structure, target, &spatial, &temporal))
      continue;
    gint rank = spatial * DEPENDENCY_TEMPORAL_MAX + temporal;
    for (guint place = 0; place < LAYER_TARGETS; place++) {
      if (spatial > layer_target_spatial (place) || temporal > layer_target_temporal (place) ||
          rank <= best[place])
        continue;
      best[place] = rank;
      structure->by_place[place] = target;
    }
  }
}

static guint16
read_size (BitReader *reader)
{
  guint less_one = bit_reader_get (reader, 16);
  return MIN (less_one + 1, G_MAXUINT16);
}

static void
read_sizes (BitReader *reader, DependencyStructure *structure)
{
  structure->has_sizes = bit_reader_get (reader, 1);
  for (guint i = 0; structure->has_sizes && i < structure->n_spatial; i++) {
    structure->widths[i] = read_size (reader);
    structure->heights[i] = read_size (reader);
  }
}

static guint32
all_targets (const DependencyStructure *structure)
{
  return G_MAXUINT32 >> (DEPENDENCY_TARGETS_MAX - structure->n_targets);
}

static gboolean
read_structure (BitReader *reader, DependencyStructure *structure)
{
  *structure = (DependencyStructure){ 0 };
  structure->template_offset = bit_reader_get (reader, 6);
  structure->n_targets = bit_reader_get (reader, 5) + 1;
  structure->active = all_targets (structure);
  if (!read_layers (reader, structure))
    return FALSE;
  for (guint i = 0; i < structure->n_templates; i++)
    structure->templates[i].indications = read_indications (reader, structure->n_targets);
  for (guint i = 0; i < structure->n_templates; i++)
    structure->templates[i].references = read_template_references (reader);
  skip_template_chains (reader, structure);
  read_sizes (reader, structure);
  return !reader->overrun;
}

/* --- one packet --- */

typedef struct {
  gboolean has_structure, has_active, custom_indications, custom_references, custom_chains;
} ExtendedFlags;

static guint64
read_frame_references (BitReader *reader)
{
  guint64 references = 0;
  guint nibbles;
  while ((nibbles = bit_reader_get (reader, 2)) != 0)
    references |= reference_bit (bit_reader_get (reader, nibbles * 4) + 1);
  return references;
}

static guint16
targets_of (const DependencyStructure *structure, guint64 indications)
{
  guint16 targets = 0;
  for (guint place = 0; place < LAYER_TARGETS; place++)
    targets |= has_target (indications, structure->by_place[place]) << place;
  return targets;
}

static gboolean
read_frame (BitReader *reader, const DependencyStructure *structure, guint template_id,
            const ExtendedFlags *flags, DependencyDescriptor *descriptor)
{
  guint index = (template_id + TEMPLATE_IDS - structure->template_offset) % TEMPLATE_IDS;
  if (index >= structure->n_templates)
    return FALSE;
  descriptor->frame = structure->templates[index];
  if (flags->custom_indications)
    descriptor->frame.indications = read_indications (reader, structure->n_targets);
  if (flags->custom_references)
    descriptor->frame.references = read_frame_references (reader);
  if (flags->custom_chains)
    bit_reader_skip (reader, structure->n_chains * 8);
  descriptor->targets = targets_of (structure, descriptor->frame.indications);
  return !reader->overrun;
}

static void
read_flags (BitReader *reader, gsize size, ExtendedFlags *flags)
{
  if (size <= DEPENDENCY_DESCRIPTOR_SHORT)
    return;
  flags->has_structure = bit_reader_get (reader, 1);
  flags->has_active = bit_reader_get (reader, 1);
  flags->custom_indications = bit_reader_get (reader, 1);
  flags->custom_references = bit_reader_get (reader, 1);
  flags->custom_chains = bit_reader_get (reader, 1);
}

/* What changes the structure; @fresh is then the new one. */
static gboolean
read_changes (BitReader *reader, const ExtendedFlags *flags, const DependencyStructure *structure,
              DependencyStructure *fresh)
{
  if (!flags->has_structure)
    *fresh = *structure;
  else if (!read_structure (reader, fresh))
    return FALSE;
  if (fresh->n_templates == 0)
    return FALSE;
  if (flags->has_active)
    fresh->active = bit_reader_get (reader, fresh->n_targets);
  fill_places (fresh);
  return !reader->overrun;
}

gboolean
dependency_descriptor_parse (DependencyDescriptor *descriptor, DependencyStructure *structure,
                             const guint8 *data, gsize size)
{
  DependencyStructure fresh;
  ExtendedFlags flags = { 0 };
  BitReader reader;
  if (size < DEPENDENCY_DESCRIPTOR_SHORT)
    return FALSE;
  bit_reader_init (&reader, data, size, FALSE);
  *descriptor = (DependencyDescriptor){ 0 };
  descriptor->begins_frame = bit_reader_get (&reader, 1);
  descriptor->ends_frame = bit_reader_get (&reader, 1);
  guint template_id = bit_reader_get (&reader, 6);
  descriptor->frame_number = bit_reader_get (&reader, 16);
  read_flags (&reader, size, &flags);
  gboolean changes = flags.has_structure || flags.has_active;
  if (changes && !read_changes (&reader, &flags, structure, &fresh))
    return FALSE;
  if (!read_frame (&reader, changes ? &fresh : structure, template_id, &flags, descriptor))
    return FALSE;
  descriptor->has_structure = flags.has_structure;
  descriptor->has_active = flags.has_active;
  if (changes)
    *structure = fresh;
  return TRUE;
}

guint16
dependency_descriptor_frame_number (const guint8 *data)
{
  return bytes_get_u16 (data + 1);
}

void
dependency_descriptor_put_frame_number (guint8 *data, guint16 frame_number)
{
  bytes_put_u16 (data + 1, frame_number);
}

/* --- for a receiver of fewer layers --- */

void
dependency_targets_fill (DependencyTargets *targets, const DependencyStructure *structure)
{
  *targets = (DependencyTargets){ .n_targets = structure->n_targets };
  for (guint target = 0; target < structure->n_targets; target++) {
    guint spatial, temporal;
    gboolean is_active = structure->active >> target & 1;
    if (!is_active || !target_layers (structure, target, &spatial, &temporal))
      continue;
    for (guint place = 0; place < LAYER_TARGETS; place++)
      if (spatial <= layer_target_spatial (place) && temporal <= layer_target_temporal (place))
        targets->up_to[place] |= 1u << target;
  }
}

typedef struct {
  guint8 *data;
  gsize bits;
} BitSink;

static void
put_bits (BitSink *sink, guint32 value, guint n)
{
  while (n-- > 0) {
    guint8 *byte = &sink->data[sink->bits / 8];
    if (sink->bits % 8 == 0)
      *byte = 0;
    *byte |= (value >> n & 1) << (7 - sink->bits % 8);
    sink->bits++;
  }
}

static void
copy_bits (BitSink *sink, const guint8 *data, gsize from, gsize to)
{
  for (gsize bit = from; bit < to; bit++)
    put_bits (sink, data[bit / 8] >> (7 - bit % 8) & 1, 1);
}

static gsize
bits_read (const BitReader *reader)
{
  return reader->byte * 8 + reader->bit;
}

gsize
dependency_descriptor_put_active (const guint8 *data, gsize size, guint n_targets, guint32 active,
                                  guint8 *out)
{
  static const gsize short_bits = DEPENDENCY_DESCRIPTOR_SHORT * 8;
  DependencyStructure structure;
  ExtendedFlags flags = { 0 };
  BitSink sink = { out, 0 };
  BitReader reader;
  if (size < DEPENDENCY_DESCRIPTOR_SHORT)
    return 0;
  bit_reader_init (&reader, data, size, FALSE);
  bit_reader_skip (&reader, short_bits);
  read_flags (&reader, size, &flags);
  gsize changes_at = bits_read (&reader);
  if (flags.has_structure && !read_structure (&reader, &structure))
    return 0;
  if (flags.has_structure)
    n_targets = structure.n_targets;
  gsize active_at = bits_read (&reader);
  if (flags.has_active)
    active &= bit_reader_get (&reader, n_targets);
  if (reader.overrun || n_targets == 0 || n_targets > DEPENDENCY_TARGETS_MAX)
    return 0;
  copy_bits (&sink, data, 0, short_bits);
  put_bits (&sink, flags.has_structure, 1);
  put_bits (&sink, TRUE, 1);
  put_bits (&sink, flags.custom_indications, 1);
  put_bits (&sink, flags.custom_references, 1);
  put_bits (&sink, flags.custom_chains, 1);
  copy_bits (&sink, data, changes_at, active_at);
  put_bits (&sink, active, n_targets);
  copy_bits (&sink, data, bits_read (&reader), size * 8);
  gsize new_size = (sink.bits + 7) / 8;
  return new_size <= DEPENDENCY_DESCRIPTOR_MAX ? new_size : 0;
}
