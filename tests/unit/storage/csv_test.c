#include "server/storage/csv.h"
#include "server/storage/storage_limits.h"

#include <string.h>

/* All records of @text as "a|b/c|d"; the error's message at the end if there was one. */
static char *
read_all (const char *text, gsize size)
{
  g_autoptr (CsvReader) reader = csv_reader_new (text, size);
  GString *all = g_string_new (NULL);
  const char *const *fields;
  guint n_fields;
  g_autoptr (GError) error = NULL;
  while (csv_reader_next (reader, &fields, &n_fields, &error)) {
    g_assert_null (fields[n_fields]);
    g_autofree char *record = g_strjoinv ("|", (char **) fields);
    g_string_append_printf (all, "%s/", record);
  }
  if (error)
    g_string_append (all, error->message);
  g_assert_false (csv_reader_next (reader, &fields, &n_fields, NULL));
  return g_string_free (all, FALSE);
}

static void
test_records (void)
{
  static const struct {
    const char *text;
    const char *records;
  } rows[] = {
    { "a,b\nc,d\n", "a|b/c|d/" },
    { "a,b\r\nc,d", "a|b/c|d/" },
    { "a;b,c;d\n1;2,3;4\n", "a|b,c|d/1|2,3|4/" },
    { "a\tb\n", "a|b/" },
    { "\xef\xbb\xbf"
      "a,b\n",
      "a|b/" },
    { "\"a,1\",\"say \"\"x\"\"\"\n", "a,1|say \"x\"/" },
    { "\"two\nlines\",b\nc,d\n", "two\nlines|b/c|d/" },
    { " a , \"b\" \n", "a|b/" },
    { "a,,\n", "a||/" },
    { "\n\n\r\na\n\n", "a/" },
    { "", "" },
    { "a,\"b", "line 1: a quotation mark is not closed" },
    { "a\n\"b\"c,d\n", "a/line 2: text behind a closed quotation mark" },
    { "a\nb,\xff\n", "a/line 2: the text is not UTF-8 (in Excel, save as \"CSV UTF-8\")" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *records = read_all (rows[i].text, strlen (rows[i].text));
    g_assert_cmpstr (records, ==, rows[i].records);
  }
}

static void
test_zero_byte (void)
{
  g_autofree char *records = read_all ("a\0b,c\n", 6);
  g_assert_true (g_str_has_prefix (records, "line 1: the text is not UTF-8"));
}

static void
test_lines (void)
{
  const char *text = "a\n\"b\nb\"\n\nc\n";
  const guint lines[] = { 1, 2, 5 };
  g_autoptr (CsvReader) reader = csv_reader_new (text, strlen (text));
  const char *const *fields;
  guint n_fields;
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_assert_true (csv_reader_next (reader, &fields, &n_fields, NULL));
    g_assert_cmpuint (csv_reader_line (reader), ==, lines[i]);
  }
}

static void
test_bounds (void)
{
  g_autofree char *longest = g_strnfill (CSV_FIELD_MAX_BYTES, 'x');
  g_autofree char *good = read_all (longest, CSV_FIELD_MAX_BYTES);
  g_assert_cmpuint (strlen (good), ==, CSV_FIELD_MAX_BYTES + 1);
  g_autofree char *longer = g_strnfill (CSV_FIELD_MAX_BYTES + 1, 'x');
  g_autofree char *bad = read_all (longer, CSV_FIELD_MAX_BYTES + 1);
  g_assert_cmpstr (bad, ==, "line 1: a field is too long");

  g_autofree char *most = g_strnfill (CSV_FIELDS_MAX - 1, ',');
  g_autofree char *fits = read_all (most, CSV_FIELDS_MAX - 1);
  g_assert_cmpuint (strlen (fits), ==, CSV_FIELDS_MAX);
  g_autofree char *more = g_strnfill (CSV_FIELDS_MAX, ',');
  g_autofree char *spills = read_all (more, CSV_FIELDS_MAX);
  g_assert_cmpstr (spills, ==, "line 1: too many fields");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/records", test_records);
  g_test_add_func ("/csv/zero-byte", test_zero_byte);
  g_test_add_func ("/csv/lines", test_lines);
  g_test_add_func ("/csv/bounds", test_bounds);
  return g_test_run ();
}
