#include "pipelines/jobs/picture_scale.h"

#include <string.h>

/* Of a point's width or height: what a neighbour has of it is counted so fine. */
#define FINE 256

static guint
make_even (guint value, guint most)
{
  return CLAMP (value / 2 * 2, 2, most);
}

void
picture_fit (guint width, guint height, guint *ret_width, guint *ret_height)
{
  guint w = MIN (width, PICTURE_WIDTH_MAX);
  guint64 h = (guint64) height * w / width;

  if (h > PICTURE_HEIGHT_MAX) {
    h = MIN (height, PICTURE_HEIGHT_MAX);
    w = (guint) ((guint64) width * h / height);
  }
  *ret_width = make_even (w, PICTURE_WIDTH_MAX);
  *ret_height = make_even ((guint) h, PICTURE_HEIGHT_MAX);
}

/* What a small point covers of the large ones: [from, to), counted FINE. */
typedef struct {
  guint from, to;
} Span;

static Span
find_span (guint index, guint n_small, guint n_large)
{
  guint from = (guint) ((guint64) index * n_large * FINE / n_small);
  guint to = (guint) ((guint64) (index + 1) * n_large * FINE / n_small);

  return (Span){ from, MAX (to, from + 1) };
}

/* How much of point @at lies in @span. */
static guint
overlap (guint at, Span span)
{
  return MIN (span.to, (at + 1) * FINE) - MAX (span.from, at * FINE);
}

typedef struct {
  const guint8 *from;
  gsize stride;
  guint width, height;
  guint8 *to;
  guint to_width, to_height;
} Plane;

/* Adds one row of the source, @weight thick, to the sums of the small points. */
static void
add_row (const Plane *plane, guint y, guint weight, const Span *spans, guint64 *sums)
{
  const guint8 *row = plane->from + y * plane->stride;

  for (guint x = 0; x < plane->to_width; x++) {
    guint64 sum = 0;

    for (guint at = spans[x].from / FINE; at * FINE < spans[x].to && at < plane->width; at++)
      sum += row[at] * overlap (at, spans[x]);
    sums[x] += sum * weight;
  }
}

static void
scale_plane (const Plane *plane, const guint8 levels[256])
{
  Span spans[PICTURE_WIDTH_MAX];

  for (guint x = 0; x < plane->to_width; x++)
    spans[x] = find_span (x, plane->to_width, plane->width);
  for (guint y = 0; y < plane->to_height; y++) {
    guint64 sums[PICTURE_WIDTH_MAX] = { 0 };
    Span span = find_span (y, plane->to_height, plane->height);

    for (guint at = span.from / FINE; at * FINE < span.to && at < plane->height; at++)
      add_row (plane, at, overlap (at, span), spans, sums);
    for (guint x = 0; x < plane->to_width; x++) {
      guint64 area = (guint64) (spans[x].to - spans[x].from) * (span.to - span.from);

      plane->to[y * plane->to_width + x] = levels[MIN (sums[x] / area, 255)];
    }
  }
}

/* From 16..235 (chroma: 16..240 about 128) to the whole byte. */
static void
fill_levels (guint8 luma[256], guint8 chroma[256], gboolean is_full_range)
{
  for (int i = 0; i < 256; i++) {
    luma[i] = (guint8) (is_full_range ? i : CLAMP (((i - 16) * 255 + 109) / 219, 0, 255));
    chroma[i] = (guint8) (is_full_range ? i : CLAMP ((i - 128) * 255 / 224 + 128, 0, 255));
  }
}

void
picture_scale (const PlanarImage *image, SmallPicture *small)
{
  guint8 luma[256], chroma[256];
  guint8 *const to[] = { small->y, small->u, small->v };

  picture_fit (image->width, image->height, &small->width, &small->height);
  fill_levels (luma, chroma, image->is_full_range);
  for (guint i = 0; i < 3; i++) {
    guint half = i == 0 ? 1 : 2;
    Plane plane = { image->planes[i],
                    image->strides[i],
                    (image->width + half - 1) / half,
                    (image->height + half - 1) / half,
                    to[i],
                    small->width / half,
                    small->height / half };

    scale_plane (&plane, i == 0 ? luma : chroma);
  }
}
