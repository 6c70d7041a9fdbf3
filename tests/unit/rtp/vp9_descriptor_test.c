#include "pipelines/rtp/vp9_descriptor.h"
#include "tests/unit/rtp/rtp_bytes.h"

typedef struct {
  const char *name;
  const char *payload;
  Vp9Descriptor expected;
} ParseRow;

static const ParseRow parse_rows[] = {
  { "nothing", "00 aa", { .size = 1 } },
  { "flags",
    "4d aa",
    { .predicted = TRUE,
      .begins_frame = TRUE,
      .ends_frame = TRUE,
      .not_for_upper = TRUE,
      .size = 1 } },
  { "short picture id",
    "80 7f aa",
    { .has_picture_id = TRUE, .picture_id = 0x7f, .picture_id_at = 1, .size = 2 } },
  { "long picture id",
    "80 ff ff aa",
    { .has_picture_id = TRUE,
      .is_long = TRUE,
      .picture_id = 0x7fff,
      .picture_id_at = 1,
      .size = 3 } },
  { "layers",
    "20 bb 2a aa",
    { .has_layers = TRUE,
      .temporal = 5,
      .switching_up = TRUE,
      .spatial = 5,
      .inter_layer = TRUE,
      .has_tl0 = TRUE,
      .tl0 = 0x2a,
      .tl0_at = 2,
      .size = 3 } },
  { "flexible, two references",
    "f0 81 00 24 03 08 aa",
    { .predicted = TRUE,
      .flexible = TRUE,
      .has_picture_id = TRUE,
      .is_long = TRUE,
      .picture_id = 0x100,
      .picture_id_at = 1,
      .has_layers = TRUE,
      .temporal = 1,
      .spatial = 2,
      .n_references = 2,
      .references = { 1, 4 },
      .size = 6 } },
  { "structure", "0a 00 aa", { .begins_frame = TRUE, .structure_at = 1, .size = 1 } },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_rows); i++) {
    const ParseRow *row = &parse_rows[i];
    guint8 payload[32];
    gsize size = bytes_from_hex (row->payload, payload, sizeof payload);
    Vp9Descriptor descriptor;
    g_test_message ("%s", row->name);
    g_assert_true (vp9_descriptor_parse (&descriptor, payload, size));
    g_assert_cmpmem (&descriptor, sizeof descriptor, &row->expected, sizeof descriptor);
    /* cut anywhere in the descriptor it is refused */
    for (gsize cut = 0; cut <= row->expected.size; cut++)
      g_assert_false (vp9_descriptor_parse (&descriptor, payload, cut));
  }
}

static void
test_too_many_references (void)
{
  static const guint8 payload[] = { 0x50, 0x03, 0x03, 0x03, 0x02, 0xaa };
  static const guint8 three[] = { 0x50, 0x03, 0x03, 0x02, 0xaa };
  Vp9Descriptor descriptor;
  g_assert_true (vp9_descriptor_parse (&descriptor, three, sizeof three));
  g_assert_cmpuint (descriptor.n_references, ==, VP9_REFERENCES_MAX);
  g_assert_false (vp9_descriptor_parse (&descriptor, payload, sizeof payload));
}

static gboolean
parse_structure (const char *hex, Vp9Structure *structure)
{
  guint8 payload[256];
  gsize size = bytes_from_hex (hex, payload, sizeof payload);
  Vp9Descriptor descriptor;
  return vp9_descriptor_parse (&descriptor, payload, size) &&
         vp9_structure_parse (structure, &descriptor, payload, size);
}

static void
test_structure (void)
{
  Vp9Structure structure;
  g_assert_false (parse_structure ("08 aa", &structure));
  g_assert_true (parse_structure ("0a 00", &structure));
  g_assert_cmpuint (structure.n_spatial, ==, 1);
  g_assert_cmpuint (structure.n_group, ==, 0);
  g_assert_true (parse_structure ("0a 58 0140 00b4 0280 0168 0500 02d0"
                                  "02 00 54 01",
                                  &structure));
  g_assert_cmpuint (structure.n_spatial, ==, 3);
  g_assert_true (structure.has_sizes);
  g_assert_cmpuint (structure.heights[0], ==, 180);
  g_assert_cmpuint (structure.widths[2], ==, 1280);
  g_assert_cmpuint (structure.n_group, ==, 2);
  g_assert_cmpuint (structure.group[0].n_references, ==, 0);
  g_assert_cmpuint (structure.group[1].temporal, ==, 2);
  g_assert_true (structure.group[1].switching_up);
  g_assert_cmpuint (structure.group[1].references[0], ==, 1);
  /* one byte short: of the sizes, of the group's count, of its pictures, of their references */
  g_assert_false (parse_structure ("0a 58 0140 00b4 0280 0168 0500 02", &structure));
  g_assert_false (parse_structure ("0a 58 0140 00b4 0280 0168 0500 02d0", &structure));
  g_assert_false (parse_structure ("0a 08 02 00", &structure));
  g_assert_false (parse_structure ("0a 08 02 00 54", &structure));
}

/* A group longer than what is kept is read over. */
static void
test_long_group (void)
{
  guint8 payload[2 + 1 + VP9_GROUP_MAX + 1] = { 0x0a, 0x08, VP9_GROUP_MAX + 1 };
  Vp9Descriptor descriptor;
  Vp9Structure structure;
  g_assert_true (vp9_descriptor_parse (&descriptor, payload, sizeof payload));
  g_assert_true (vp9_structure_parse (&structure, &descriptor, payload, sizeof payload));
  g_assert_cmpuint (structure.n_group, ==, VP9_GROUP_MAX + 1);
  g_assert_false (vp9_structure_parse (&structure, &descriptor, payload, sizeof payload - 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/vp9-descriptor/parse", test_parse);
  g_test_add_func ("/rtp/vp9-descriptor/too-many-references", test_too_many_references);
  g_test_add_func ("/rtp/vp9-descriptor/structure", test_structure);
  g_test_add_func ("/rtp/vp9-descriptor/long-group", test_long_group);
  return g_test_run ();
}
