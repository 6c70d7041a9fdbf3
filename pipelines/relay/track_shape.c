#include "pipelines/relay/track_shape.h"

#define GENERATION_BITS 6
#define ENCODING_BITS 2

G_STATIC_ASSERT (LIMIT_RIDS <= 1 << ENCODING_BITS);
G_STATIC_ASSERT (TRACK_GENERATIONS_MAX <= 1 << GENERATION_BITS);

TrackShape *
track_shape_new (guint32 serial, const TrackSpec *spec)
{
  TrackShape *shape = g_new0 (TrackShape, 1);
  guint n_rids = spec->rids != NULL ? g_strv_length (spec->rids) : 0;

  shape->refs = 1;
  shape->serial = serial;
  shape->id = g_strdup (spec->track);
  shape->kind = spec->kind;
  shape->n_encodings = CLAMP (n_rids, 1, LIMIT_RIDS);
  codec_table_init (&shape->codecs, spec->codecs);
  return shape;
}

TrackShape *
track_shape_ref (TrackShape *shape)
{
  g_atomic_int_inc (&shape->refs);
  return shape;
}

void
track_shape_unref (TrackShape *shape)
{
  if (!g_atomic_int_dec_and_test (&shape->refs))
    return;
  g_free (shape->id);
  g_free (shape);
}

guint32
track_source (guint32 serial, guint encoding, guint generation)
{
  return serial << (GENERATION_BITS + ENCODING_BITS) | encoding << GENERATION_BITS |
         (generation & ((1 << GENERATION_BITS) - 1));
}
