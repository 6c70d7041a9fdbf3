/* The record codec: round trips, bounds at the limit and one past it, what errors say. */
#include "pipelines/control/record.h"

#include "tests/unit/control/record_maker.h"

#include <string.h>

typedef struct {
  char *endpoint;
  int level;
} Pair;
RECORD_DECLARE (Pair, pair)

typedef struct {
  char *name;
  char *id;
  int count;
  gint64 big;
  guint32 ssrc;
  guint16 port;
  gint8 small;
  gboolean open;
  int colour;
  guint marks;
  char **tags;
  GArray *numbers;
  Pair *best;
  GPtrArray *pairs;
  gint64 hand_at;
} Sample;
RECORD_DECLARE (Sample, sample)

static const char *const colour_names[] = { "red", "green", NULL };
static const char *const mark_names[] = { "a", "b", "c", NULL };

static const RecordField pair_fields[] = {
  RECORD_FIELD_STRING (Pair, endpoint, RECORD_REQUIRED, 1, 8),
  RECORD_FIELD_INT (Pair, level, RECORD_REQUIRED, 0, 127, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE_TUPLE (Pair, pair);

static const RecordField sample_fields[] = {
  RECORD_FIELD_STRING (Sample, name, RECORD_REQUIRED, 1, 6),
  RECORD_FIELD_STRING (Sample, id, RECORD_ID | RECORD_NULL, 1, 96),
  RECORD_FIELD_INT (Sample, count, RECORD_OPTIONAL, -1, 10, -1),
  RECORD_FIELD_INT (Sample, big, RECORD_OPTIONAL, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (Sample, ssrc, RECORD_OPTIONAL, 0, G_MAXUINT32, 0),
  RECORD_FIELD_INT (Sample, port, RECORD_OPTIONAL, 0, G_MAXUINT16, 0),
  RECORD_FIELD_INT (Sample, small, RECORD_OPTIONAL, -5, 5, 0),
  RECORD_FIELD_BOOL (Sample, open, RECORD_REQUIRED, FALSE),
  RECORD_FIELD_ENUM (Sample, colour, RECORD_OPTIONAL, colour_names, 1),
  RECORD_FIELD_FLAGS (Sample, marks, RECORD_OPTIONAL, mark_names),
  RECORD_FIELD_STRING_LIST (Sample, tags, RECORD_OPTIONAL, 2, 4),
  RECORD_FIELD_UINT_LIST (Sample, numbers, RECORD_OPTIONAL, 2),
  RECORD_FIELD_RECORD (Sample, best, RECORD_OPTIONAL, &pair_type),
  RECORD_FIELD_RECORD_LIST (Sample, pairs, RECORD_OPTIONAL, &pair_type, 2),
  RECORD_FIELD_INT (Sample, hand_at, RECORD_REQUIRED | RECORD_NULL, 0, G_MAXINT64, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (Sample, sample);

static Sample *
decode (const char *text, GError **error)
{
  gpointer sample = NULL;
  record_decode_text (&sample_type, text, strlen (text), 1000, &sample, error);
  return sample;
}

static void
test_round_trip (void)
{
  static const char text[] =
      "{\"name\":\"Th\xc3\xa0nh\",\"id\":\"t.a/0\",\"count\":-1,\"big\":9223372036854775807,"
      "\"ssrc\":4294967295,\"port\":65535,\"small\":-5,\"open\":true,\"colour\":\"red\","
      "\"marks\":[\"c\",\"a\"],\"tags\":[\"x\",\"yyyy\"],\"numbers\":[0,4294967295],"
      "\"best\":[\"38-1\",127],\"pairs\":[[\"a\",0],[\"b\",1]],\"hand_at\":5,\"later\":{\"x\":1}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) first = decode (text, &error);
  g_assert_no_error (error);
  g_autoptr (Sample) copy = record_copy (&sample_type, first);
  g_autofree char *written = record_encode_text (&sample_type, copy, NULL);
  g_autoptr (Sample) second = decode (written, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (second->id, ==, "t.a/0");
  g_assert_cmpint (second->count, ==, -1);
  g_assert_cmpint (second->big, ==, G_MAXINT64);
  g_assert_cmpuint (second->ssrc, ==, G_MAXUINT32);
  g_assert_cmpuint (second->port, ==, 65535);
  g_assert_cmpint (second->small, ==, -5);
  g_assert_true (second->open);
  g_assert_cmpint (second->colour, ==, 0);
  g_assert_cmpuint (second->marks, ==, 5);
  g_assert_cmpstr (second->tags[1], ==, "yyyy");
  g_assert_cmpuint (g_array_index (second->numbers, guint32, 1), ==, G_MAXUINT32);
  g_assert_cmpint (second->best->level, ==, 127);
  g_assert_cmpuint (second->pairs->len, ==, 2);
  g_assert_cmpint (second->hand_at, ==, 5);
}

static void
test_fallbacks (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Sample) sample = decode ("{\"name\":\"a\",\"open\":false,\"hand_at\":null,"
                                      "\"best\":null,\"id\":null,\"count\":null}",
                                      &error);
  g_assert_no_error (error);
  g_assert_null (sample->id);
  g_assert_null (sample->best);
  g_assert_cmpint (sample->count, ==, -1);
  g_assert_cmpint (sample->colour, ==, 1);
  g_assert_cmpint (sample->hand_at, ==, 0);
  g_assert_nonnull (sample->tags);
  g_assert_cmpuint (sample->numbers->len, ==, 0);
  g_assert_cmpuint (sample->pairs->len, ==, 0);
  gsize len;
  g_autofree char *text = record_encode_text (&sample_type, sample, &len);
  g_assert_cmpstr (text, ==, "{\"name\":\"a\",\"id\":null,\"open\":false,\"hand_at\":null}");
  g_assert_cmpuint (len, ==, strlen (text));
}

/* A struct made by hand may leave its lists NULL. */
static void
test_by_hand (void)
{
  Sample sample = { .name = (char *) "a", .count = -1, .colour = 1 };
  g_autofree char *text = record_encode_text (&sample_type, &sample, NULL);
  g_assert_cmpstr (text, ==, "{\"name\":\"a\",\"id\":null,\"open\":false,\"hand_at\":null}");
  g_autoptr (Sample) copy = record_copy (&sample_type, &sample);
  g_assert_nonnull (copy->tags);
  g_assert_null (record_copy (&sample_type, NULL));
}

static void
test_refusals (void)
{
  static const struct {
    const char *members;
    const char *reason; /* NULL = allowed */
  } rows[] = {
    { "\"name\":\"123456\"", NULL },
    { "\"name\":\"1234567\"", "name: 7 bytes long, allowed are 1 to 6" },
    { "\"name\":\"\"", "name: 0 bytes long, allowed are 1 to 6" },
    { "\"name\":5", "name: must be a string, not an integer" },
    { "\"name\":null", "name: must be a string, not null" },
    { "\"other\":1", "name: is missing" },
    { "\"name\":\"a\",\"id\":\"a b\"", "id: only letters, digits and . _ : / - are allowed" },
    { "\"name\":\"a\",\"count\":10", NULL },
    { "\"name\":\"a\",\"count\":11", "count: 11 is not within -1 to 10" },
    { "\"name\":\"a\",\"count\":-2", "count: -2 is not within -1 to 10" },
    { "\"name\":\"a\",\"count\":1.5", "count: must be an integer, not a number with a fraction" },
    { "\"name\":\"a\",\"ssrc\":4294967296", "ssrc: 4294967296 is not within 0 to 4294967295" },
    { "\"name\":\"a\",\"colour\":\"blue\"", "colour: \"blue\" is none of red, green" },
    { "\"name\":\"a\",\"colour\":1", "colour: must be a string, not an integer" },
    { "\"name\":\"a\",\"marks\":[\"a\",\"d\"]", "marks[1]: \"d\" is none of a, b, c" },
    { "\"name\":\"a\",\"marks\":\"a\"", "marks: must be a list, not a string" },
    { "\"name\":\"a\",\"tags\":[\"a\",\"b\",\"c\"]", "tags: 3 items, allowed are 0 to 2" },
    { "\"name\":\"a\",\"tags\":[\"a\",\"12345\"]", "tags[1]: 5 bytes long, allowed are 1 to 4" },
    { "\"name\":\"a\",\"numbers\":[1,-1]", "numbers[1]: is not within 0 to 4294967295" },
    { "\"name\":\"a\",\"numbers\":[true]", "numbers[0]: must be an integer, not a boolean" },
    { "\"name\":\"a\",\"best\":{}", "best: must be a list, not an object" },
    { "\"name\":\"a\",\"best\":[\"a\"]", "best.level: is missing" },
    { "\"name\":\"a\",\"pairs\":[[\"a\",1],[\"b\",128]]",
      "pairs[1].level: 128 is not within 0 to 127" },
    { "\"name\":\"a\",\"pairs\":[[],[],[]]", "pairs: 3 items, allowed are 0 to 2" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strdup_printf ("{\"open\":true,\"hand_at\":1,%s}", rows[i].members);
    g_autoptr (Sample) sample = decode (text, &error);
    g_assert_cmpstr (error ? error->message : NULL, ==, rows[i].reason);
    g_assert_true ((sample == NULL) == (error != NULL));
  }
}

static void
test_texts (void)
{
  static const char *const bad[] = { "",      "[]",  "{\"a\":1,\"a\":2}",   "{\"a\":}",
                                     "{} {}", "nul", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}",
                                     "\"x\"" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    json_t *json = NULL;
    g_assert_false (record_parse_text (bad[i], strlen (bad[i]), 100, &json, &error));
    g_assert_error (error, RECORD_ERROR, RECORD_ERROR_SYNTAX);
    g_assert_null (json);
  }
  g_autoptr (json_t) json = NULL;
  g_assert_true (record_parse_text ("{\"a\":1}", 7, 7, &json, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_false (record_parse_text ("{\"a\":1}", 7, 6, &json, &error));
  g_assert_error (error, RECORD_ERROR, RECORD_ERROR_SYNTAX);
}

static void
check_depth (int depth, gboolean allowed)
{
  GString *text = g_string_new ("{\"[[[[[[\\\"{{{{{{{{{{{{{{{\":");
  for (int i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (int i = 1; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  if (depth == 1)
    g_string_assign (text, "{}");
  g_autoptr (json_t) json = NULL;
  g_assert_cmpint (record_parse_text (text->str, text->len, 4000, &json, NULL), ==, allowed);
  g_string_free (text, TRUE);
}

static void
test_depth (void)
{
  check_depth (1, TRUE);
  check_depth (16, TRUE);
  check_depth (17, FALSE);
  check_depth (1500, FALSE);
}

static void
test_ids (void)
{
  g_assert_true (record_is_id ("t.m1/38-1:0_A", 96));
  g_assert_false (record_is_id ("", 96));
  g_assert_false (record_is_id (NULL, 96));
  g_assert_false (record_is_id ("a b", 96));
  g_assert_true (record_is_id ("abcd", 4));
  g_assert_false (record_is_id ("abcde", 4));
}

/* --- the text -------------------------------------------------------------------------------- */

typedef struct {
  char *string;
  gint64 wide;
  int word;
  gint16 half;
  gint8 byte;
  guint32 big;
  gint64 maybe;
} Values;
RECORD_DECLARE (Values, values)

static const RecordField values_fields[] = {
  RECORD_FIELD_STRING (Values, string, RECORD_NULL, 0, 4000),
  RECORD_FIELD_INT (Values, wide, RECORD_REQUIRED, G_MININT64, G_MAXINT64, 0),
  RECORD_FIELD_INT (Values, word, RECORD_REQUIRED, G_MININT32, G_MAXINT32, 0),
  RECORD_FIELD_INT (Values, half, RECORD_REQUIRED, G_MININT16, G_MAXINT16, 0),
  RECORD_FIELD_INT (Values, byte, RECORD_REQUIRED, G_MININT8, G_MAXINT8, 0),
  RECORD_FIELD_INT (Values, big, RECORD_REQUIRED, 0, G_MAXUINT32, 0),
  RECORD_FIELD_INT (Values, maybe, RECORD_OPTIONAL, G_MININT64, G_MAXINT64, -1),
  RECORD_FIELDS_END,
};
RECORD_DEFINE_TUPLE (Values, values);

static void
test_integers (void)
{
  static const struct {
    Values values;
    const char *text;
  } rows[] = {
    { { NULL, 0, 0, 0, 0, 0, -1 }, "[null,0,0,0,0,0,null]" },
    { { NULL, 9, 10, -9, -10, 99, 100 }, "[null,9,10,-9,-10,99,100]" },
    { { NULL, G_MAXINT64, G_MAXINT32, G_MAXINT16, G_MAXINT8, G_MAXUINT32, G_MAXINT64 },
      "[null,9223372036854775807,2147483647,32767,127,4294967295,9223372036854775807]" },
    { { NULL, G_MININT64, G_MININT32, G_MININT16, G_MININT8, 1, G_MININT64 + 1 },
      "[null,-9223372036854775808,-2147483648,-32768,-128,1,-9223372036854775807]" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = record_encode_text (&values_type, &rows[i].values, NULL);
    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

static void
check_string (const char *string, const char *quoted)
{
  Values values = { .string = (char *) string, .maybe = -1 };
  g_autofree char *text = record_encode_text (&values_type, &values, NULL);
  g_autofree char *expected = g_strdup_printf ("[%s,0,0,0,0,0,null]", quoted);
  g_assert_cmpstr (text, ==, expected);
  g_autoptr (json_t) json = json_loads (text, 0, NULL);
  g_assert_cmpstr (json_string_value (json_array_get (json, 0)), ==, string);
}

static void
test_escapes (void)
{
  check_string ("", "\"\"");
  check_string ("\"", "\"\\\"\"");
  check_string ("a\\b\"c", "\"a\\\\b\\\"c\"");
  check_string ("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
  check_string ("\x01\x1f \x7f/", "\"\\u0001\\u001F \x7f/\"");
  check_string ("m=audio 9 RTP/AVP\r\na=mid:0\r\n", "\"m=audio 9 RTP/AVP\\r\\na=mid:0\\r\\n\"");
  check_string ("Cuộc họp giao ban", "\"Cuộc họp giao ban\"");
  check_string ("😀\n\xf4\x8f\xbf\xbf", "\"😀\\n\xf4\x8f\xbf\xbf\"");
}

/* Each character at each place of a string that is looked at eight bytes at a time. */
static void
test_every_character (void)
{
  for (gunichar c = 1; c < 0x180; c++)
    for (gsize place = 0; place <= 17; place++)
      for (gsize behind = 0; behind <= 9; behind += 3) {
        g_autoptr (GString) string = g_string_new (NULL);
        g_string_append_len (string, "abcdefghijklmnopq", (gssize) place);
        g_string_append_unichar (string, c);
        g_string_append_len (string, "!#[]{}~:,", (gssize) behind);
        g_autoptr (json_t) json = json_string (string->str);
        g_autofree char *quoted = json_dumps (json, JSON_COMPACT | JSON_ENCODE_ANY);
        check_string (string->str, quoted);
      }
}

static void
test_made (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);
  for (int i = 0; i < 1000; i++) {
    const RecordType *type = i % 2 ? &sample_type : &values_type;
    g_autoptr (json_t) expected = NULL;
    gpointer record = record_make (type, chance, &expected);
    gsize len;
    g_autofree char *text = record_encode_text (type, record, &len);
    g_autofree char *wanted = json_dumps (expected, JSON_COMPACT);
    g_assert_cmpstr (text, ==, wanted);
    g_assert_cmpuint (len, ==, strlen (wanted));
    g_autoptr (json_t) tree = record_encode (type, record);
    g_assert_true (json_equal (tree, expected));
    record_free (type, record);
  }
}

/* Another record behind one, as the caller joins them. */
static void
test_append (void)
{
  Pair pair = { (char *) "a", 5 };
  g_autoptr (GString) text = g_string_new ("[");
  g_assert_true (record_append_text (text, &pair_type, &pair));
  g_string_append_c (text, ',');
  g_assert_true (record_append_text (text, &pair_type, &pair));
  g_assert_cmpstr (text->str, ==, "[[\"a\",5],[\"a\",5]");
}

static void
check_refused (const Sample *sample, const char *member, const char *outer)
{
  g_autoptr (GString) text = g_string_new ("before");
  g_autofree char *said = g_strdup_printf ("*%s cannot be written*", member);
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, said);
  if (outer) {
    g_autofree char *said_last = g_strdup_printf ("*%s cannot be written*", outer);
    g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, said_last);
  }
  g_assert_false (record_append_text (text, &sample_type, sample));
  g_test_assert_expected_messages ();
  g_assert_cmpstr (text->str, ==, "before");
  g_assert_cmpuint (text->len, ==, strlen ("before"));
}

static void
test_no_utf8 (void)
{
  static const char *const bad[] = {
    "\xff",     "\x80 abcdef",  "abcdefgh\xff",     "abc\xc3",
    "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "Cuộc\n\xf0\x9f\x98"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    char *tags[] = { (char *) "a", (char *) bad[i], NULL };
    Pair pair = { (char *) bad[i], 1 };
    gpointer items[] = { &pair };
    GPtrArray pairs = { items, 1 };
    Sample name = { .name = (char *) bad[i] };
    Sample tag = { .name = (char *) "a", .tags = tags };
    Sample best = { .name = (char *) "a", .best = &pair };
    Sample list = { .name = (char *) "a", .pairs = &pairs };
    check_refused (&name, "Sample.name", NULL);
    check_refused (&tag, "Sample.tags", NULL);
    check_refused (&best, "Pair.endpoint", "Sample.best");
    check_refused (&list, "Pair.endpoint", "Sample.pairs");
  }
}

/* What a program may not write is said loudly, and nothing is written. */
static void
test_unwritable (void)
{
  Sample sample = { .name = NULL };
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*Sample.name cannot be written*");
  g_assert_null (record_encode (&sample_type, &sample));
  g_test_assert_expected_messages ();
  sample.name = (char *) "\xff";
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*Sample.name cannot be written*");
  g_assert_null (record_encode_text (&sample_type, &sample, NULL));
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/round-trip", test_round_trip);
  g_test_add_func ("/record/fallbacks", test_fallbacks);
  g_test_add_func ("/record/by-hand", test_by_hand);
  g_test_add_func ("/record/refusals", test_refusals);
  g_test_add_func ("/record/texts", test_texts);
  g_test_add_func ("/record/depth", test_depth);
  g_test_add_func ("/record/ids", test_ids);
  g_test_add_func ("/record/integers", test_integers);
  g_test_add_func ("/record/escapes", test_escapes);
  g_test_add_func ("/record/every-character", test_every_character);
  g_test_add_func ("/record/made", test_made);
  g_test_add_func ("/record/append", test_append);
  g_test_add_func ("/record/no-utf8", test_no_utf8);
  g_test_add_func ("/record/unwritable", test_unwritable);
  return g_test_run ();
}
