#include "pipelines/rtp/layer_selector.h"

typedef struct {
  const char *name;
  LayerInfo layers[3];
  guint n;
  guint asked;
  gint current;
  gint chosen;
} Row;

#define HML                                                                                        \
  {                                                                                                \
    { TRUE, 720 }, { TRUE, 360 },                                                                  \
    {                                                                                              \
      TRUE, 180                                                                                    \
    }                                                                                              \
  }
#define UNKNOWN                                                                                    \
  {                                                                                                \
    { TRUE }, { TRUE },                                                                            \
    {                                                                                              \
      TRUE                                                                                         \
    }                                                                                              \
  }

static const Row rows[] = {
  { "large", HML, 3, 720, LAYER_NONE, 0 },
  { "middle", HML, 3, 360, LAYER_NONE, 1 },
  { "small", HML, 3, 180, LAYER_NONE, 2 },
  { "tiny", HML, 3, 90, LAYER_NONE, 2 },
  { "between", HML, 3, 240, LAYER_NONE, 1 },
  { "more than there is", HML, 3, 1080, LAYER_NONE, 0 },
  { "no wish", HML, 3, 0, LAYER_NONE, 0 },
  { "within the tolerance", HML, 3, 400, LAYER_NONE, 1 },
  { "past the tolerance", HML, 3, 402, LAYER_NONE, 0 },
  { "none active", { { FALSE, 720 }, { FALSE, 360 } }, 2, 360, 0, LAYER_NONE },
  { "no layers", { { 0 } }, 0, 360, LAYER_NONE, LAYER_NONE },
  { "the fitting one is away", { { TRUE, 720 }, { FALSE, 360 }, { TRUE, 180 } }, 3, 360, 1, 0 },
  { "the large one is away", { { FALSE, 720 }, { TRUE, 360 }, { TRUE, 180 } }, 3, 720, 0, 1 },
  { "unknown heights, large", UNKNOWN, 3, 720, LAYER_NONE, 0 },
  { "unknown heights, small", UNKNOWN, 3, 180, LAYER_NONE, 2 },
  { "one known, others guessed", { { TRUE, 1080 }, { TRUE }, { TRUE } }, 3, 540, LAYER_NONE, 1 },
  { "guessed from below", { { TRUE }, { TRUE }, { TRUE, 180 } }, 3, 360, LAYER_NONE, 1 },
  { "offered worst first", { { TRUE, 180 }, { TRUE, 360 }, { TRUE, 720 } }, 3, 700, LAYER_NONE, 2 },
  { "worst first, small", { { TRUE, 180 }, { TRUE, 360 }, { TRUE, 720 } }, 3, 100, 2, 0 },
  { "same height: fewer bits serve",
    { { TRUE, 360, 900000 }, { TRUE, 360, 300000 } },
    2,
    360,
    LAYER_NONE,
    1 },
  { "same height: no switch for it",
    { { TRUE, 360, 900000 }, { TRUE, 360, 300000 } },
    2,
    360,
    0,
    0 },
  { "current is too large", HML, 3, 180, 0, 2 },
  { "current unknown", HML, 3, 180, 7, 2 },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    g_test_message ("%s", row->name);
    g_assert_cmpint (layer_select (row->layers, row->n, row->asked, row->current), ==, row->chosen);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/layer-selector/rows", test_rows);
  return g_test_run ();
}
