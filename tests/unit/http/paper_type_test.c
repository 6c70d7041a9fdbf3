#include "server/http/paper_type.h"

#include <string.h>

/* --- Small files, made here --- */

static void
put16 (GByteArray *file, guint value)
{
  guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };
  g_byte_array_append (file, bytes, sizeof bytes);
}

static void
put32 (GByteArray *file, guint32 value)
{
  put16 (file, value & 0xffff);
  put16 (file, value >> 16);
}

static void
put_text (GByteArray *file, const char *text)
{
  g_byte_array_append (file, (const guint8 *) text, (guint) strlen (text));
}

/* A ZIP of empty entries of these names, the first with @content. */
static GByteArray *
make_zip (const char *const *names, const char *content)
{
  GByteArray *file = g_byte_array_new (), *directory = g_byte_array_new ();
  guint n = 0;
  for (; names[n]; n++) {
    const char *data = n == 0 ? content : "";
    guint32 at = file->len;
    put_text (file, "PK\3\4");
    for (guint i = 0; i < 14; i++)
      g_byte_array_append (file, (const guint8 *) "", 1);
    put32 (file, (guint32) strlen (data));
    put32 (file, (guint32) strlen (data));
    put16 (file, (guint) strlen (names[n]));
    put16 (file, 0);
    put_text (file, names[n]);
    put_text (file, data);
    put_text (directory, "PK\1\2");
    for (guint i = 0; i < 24; i++)
      g_byte_array_append (directory, (const guint8 *) "", 1);
    put16 (directory, (guint) strlen (names[n]));
    for (guint i = 0; i < 12; i++)
      g_byte_array_append (directory, (const guint8 *) "", 1);
    put32 (directory, at);
    put_text (directory, names[n]);
  }
  guint32 at = file->len;
  g_byte_array_append (file, directory->data, directory->len);
  put_text (file, "PK\5\6");
  put32 (file, 0);
  put16 (file, n);
  put16 (file, n);
  put32 (file, directory->len);
  put32 (file, at);
  put16 (file, 0);
  g_byte_array_unref (directory);
  return file;
}

static void
assert_type (const guint8 *data, gsize size, const char *type)
{
  g_autofree guint8 *exact = g_memdup2 (data, size); /* so that a read past the end is seen */
  g_assert_cmpstr (paper_type_sniff (exact, size), ==, type);
  paper_type_count_pages (exact, size);
}

static void
test_plain (void)
{
  static const struct {
    const char *bytes;
    int size; /* -1: a string */
    const char *type;
  } rows[] = {
    { "%PDF-1.7\n...", -1, "application/pdf" },
    { "rác trước đầu\n%PDF-1.4", -1, "application/pdf" },
    { "\x89PNG\r\n\x1a\n....", -1, "image/png" },
    { "\xff\xd8\xff\xe0....", -1, "image/jpeg" },
    { "Chương trình họp\r\n\t1. Khai mạc", -1, "text/plain; charset=utf-8" },
    { "MZ\x90\0\x03", 5, NULL },
    { "\x7f"
      "ELF",
      -1, NULL },
    { "<html><script>alert(1)</script>", -1, "text/plain; charset=utf-8" },
    { "\xff\xfe"
      "a\0",
      4, NULL },
    { "abc\0def", 7, NULL },
    { "\xc3", 1, NULL },
    { "", 0, NULL },
    { "PK\3\4", -1, NULL },
    { "PK\3\4 cut off", -1, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize size = rows[i].size < 0 ? strlen (rows[i].bytes) : (gsize) rows[i].size;
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    assert_type ((const guint8 *) rows[i].bytes, size, rows[i].type);
  }
}

static void
test_zip (void)
{
  static const struct {
    const char *names[4], *content, *type;
  } rows[] = {
    { { "[Content_Types].xml", "_rels/.rels", "word/document.xml" },
      "",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { { "xl/workbook.xml" },
      "",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { { "docProps/app.xml", "ppt/slides/slide1.xml" },
      "",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    { { "mimetype", "content.xml" },
      "application/vnd.oasis.opendocument.text",
      "application/vnd.oasis.opendocument.text" },
    { { "mimetype" },
      "application/vnd.oasis.opendocument.presentation",
      "application/vnd.oasis.opendocument.presentation" },
    { { "mimetype" }, "application/x-other", "application/zip" },
    { { "ảnh/1.png", "word" }, "", "application/zip" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) file = make_zip (rows[i].names, rows[i].content);
    g_test_message ("%s", rows[i].names[0]);
    assert_type (file->data, file->len, rows[i].type);
    for (gsize cut = 0; cut < file->len; cut++) { /* none of them reads past its end */
      g_autofree guint8 *part = g_memdup2 (file->data, cut);
      paper_type_sniff (part, cut);
    }
  }
}

/* The entry that tells is the last that is looked at, or one past it. */
static void
test_zip_entries (void)
{
  for (guint past = 0; past <= 1; past++) {
    const char *names[PAPER_ZIP_ENTRIES_MAX + 2] = { NULL };
    guint n = 0;
    while (n < PAPER_ZIP_ENTRIES_MAX - 1 + past)
      names[n++] = "a";
    names[n] = "xl/workbook.xml";
    g_autoptr (GByteArray) file = make_zip (names, "");
    assert_type (file->data, file->len,
                 past ? "application/zip"
                      : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  }
}

/* As many pages as are believed, told and counted, and one past them. */
static void
test_most_pages (void)
{
  g_autoptr (GString) counted = g_string_new ("%PDF-1.4 ");
  for (guint i = 0; i < PAPER_PAGES_MAX; i++)
    g_string_append (counted, "/Type/Page ");
  for (guint past = 0; past <= 1; past++) {
    g_autofree char *told =
        g_strdup_printf ("%%PDF-1.7 <</Linearized 1/N %u>>", PAPER_PAGES_MAX + past);
    gint64 pages = past ? -1 : PAPER_PAGES_MAX;
    g_assert_cmpint (paper_type_count_pages ((const guint8 *) told, strlen (told)), ==, pages);
    g_assert_cmpint (paper_type_count_pages ((const guint8 *) counted->str, counted->len), ==,
                     pages);
    g_string_append (counted, "/Type/Page ");
  }
}

/* Lengths that lie. */
static void
test_zip_lies (void)
{
  static const char *const names[] = { "a", "word/document.xml", NULL };
  g_autoptr (GByteArray) file = make_zip (names, "");
  for (gsize i = 0; i < file->len; i++) {
    g_autofree guint8 *broken = g_memdup2 (file->data, file->len);
    broken[i] = 0xff;
    paper_type_sniff (broken, file->len);
  }
}

static void
test_pages (void)
{
  static const struct {
    const char *text;
    gint64 pages;
  } rows[] = {
    { "%PDF-1.4 <</Type /Pages /Count 2>> <</Type /Page>> <</Type/Page/Parent 1 0 R>>", 2 },
    { "%PDF-1.4 <</Type\n/Page\n>>", 1 },
    { "%PDF-1.4 <</Type /PageLabel>> <</Type /Pages>>", -1 },
    { "%PDF-1.7 1 0 obj <</Linearized 1/L 9/O 3/E 8/N 42/T 7>> endobj", 42 },
    { "%PDF-1.7 1 0 obj <</Linearized 1>> /N 42", -1 },
    { "%PDF-1.7 <</Linearized 1/N 99999999999999999999>>", -1 },
    { "%PDF-1.7 <</Linearized 1/N ", -1 },
    { "%PDF-1.7 <</Linearized 1/N -3>> <</Type /Page>>", 1 },
    { "%PDF-1.7 /Type", -1 },
    { "%PDF-1.7 /Type /Page", -1 },
    { "", -1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize size = strlen (rows[i].text);
    g_autofree guint8 *exact = g_memdup2 (rows[i].text, size);
    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (paper_type_count_pages (exact, size), ==, rows[i].pages);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper-type/plain", test_plain);
  g_test_add_func ("/paper-type/zip", test_zip);
  g_test_add_func ("/paper-type/zip-lies", test_zip_lies);
  g_test_add_func ("/paper-type/zip-entries", test_zip_entries);
  g_test_add_func ("/paper-type/pages", test_pages);
  g_test_add_func ("/paper-type/most-pages", test_most_pages);
  return g_test_run ();
}
