/* Small pictures: their size by a table, their levels, the mean of what lies under a point. */
#include "pipelines/jobs/picture_scale.h"

#include <string.h>

static void
test_fit (void)
{
  static const struct {
    guint width, height, small_width, small_height;
  } rows[] = {
    { 320, 180, 240, 134 }, { 1920, 1080, 240, 134 }, { 640, 480, 180, 136 }, { 160, 90, 160, 90 },
    { 180, 320, 76, 136 },  { 1, 1, 2, 2 },           { 10000, 2, 240, 2 },   { 2, 10000, 2, 136 },
    { 241, 137, 240, 136 }, { 159, 89, 158, 88 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint width, height;

    picture_fit (rows[i].width, rows[i].height, &width, &height);
    g_test_message ("%ux%u: %ux%u", rows[i].width, rows[i].height, width, height);
    g_assert_cmpuint (width, ==, rows[i].small_width);
    g_assert_cmpuint (height, ==, rows[i].small_height);
  }
}

typedef struct {
  guint8 y[64 * 64], u[32 * 32], v[32 * 32];
  PlanarImage image;
} Source;

static void
source_fill (Source *source, guint width, guint height, guint8 y, guint8 chroma)
{
  memset (source->y, y, sizeof source->y);
  memset (source->u, chroma, sizeof source->u);
  memset (source->v, chroma, sizeof source->v);
  source->image = (PlanarImage){ .planes = { source->y, source->u, source->v },
                                 .strides = { 64, 32, 32 },
                                 .width = width,
                                 .height = height };
}

static void
test_levels (void)
{
  static const struct {
    guint8 from;
    gboolean is_full;
    guint8 to;
  } rows[] = { { 16, FALSE, 0 },    { 235, FALSE, 255 }, { 126, FALSE, 128 }, { 0, FALSE, 0 },
               { 255, FALSE, 255 }, { 0, TRUE, 0 },      { 200, TRUE, 200 } };
  Source source;
  SmallPicture small;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    source_fill (&source, 64, 64, rows[i].from, 128);
    source.image.is_full_range = rows[i].is_full;
    picture_scale (&source.image, &small);
    g_assert_cmpuint (small.y[0], ==, rows[i].to);
    g_assert_cmpuint (small.y[small.width * small.height - 1], ==, rows[i].to);
    g_assert_cmpuint (small.u[0], ==, 128);
  }
}

/* Stripes of one point's width become grey where they are made smaller. */
static void
test_mean (void)
{
  static guint8 y[480 * 270], chroma[240 * 135];
  PlanarImage image = { .planes = { y, chroma, chroma },
                        .strides = { 480, 240, 240 },
                        .width = 480,
                        .height = 270,
                        .is_full_range = TRUE };
  SmallPicture small;

  for (guint i = 0; i < sizeof y; i++)
    y[i] = i % 2 == 0 ? 0 : 200;
  memset (chroma, 128, sizeof chroma);
  picture_scale (&image, &small);
  g_assert_cmpuint (small.width, ==, 240);
  for (guint i = 0; i < small.width * small.height; i++)
    g_assert_cmpuint (small.y[i], ==, 100);
}

/* Odd sizes: the last row and column of the chroma are there, and nothing behind is read. */
static void
test_odd (void)
{
  Source source;
  SmallPicture small;

  for (guint width = 1; width < 40; width += 3)
    for (guint height = 1; height < 40; height += 5) {
      source_fill (&source, width, height, 126, 128);
      picture_scale (&source.image, &small);
      g_assert_cmpuint (small.y[small.width * small.height - 1], ==, 128);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture_scale/fit", test_fit);
  g_test_add_func ("/picture_scale/levels", test_levels);
  g_test_add_func ("/picture_scale/mean", test_mean);
  g_test_add_func ("/picture_scale/odd", test_odd);
  return g_test_run ();
}
