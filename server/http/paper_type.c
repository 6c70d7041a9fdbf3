#include "server/http/paper_type.h"

#include <string.h>

#define LOOK_BYTES ((gsize) 64 * 1024)
#define PDF_HEAD_BYTES 1024 /* readers take what stands before %PDF- up to here */

typedef struct {
  const guint8 *data;
  gsize size;
} Span;

static gboolean
starts_with (Span span, const char *magic, gsize length)
{
  return span.size >= length && memcmp (span.data, magic, length) == 0;
}

static const guint8 *
find (Span span, const char *text)
{
  return span.size > 0 ? memmem (span.data, span.size, text, strlen (text)) : NULL;
}

/* --- ZIP: office documents are such --- */

static guint
le16 (const guint8 *at)
{
  return at[0] | (guint) at[1] << 8;
}

static guint32
le32 (const guint8 *at)
{
  return le16 (at) | (guint32) le16 (at + 2) << 16;
}

/* An OpenDocument file begins with a stored entry "mimetype" (OpenDocument 1.2, part 3, 3.3). */
static const char *
opendocument_type (Span file)
{
  static const char *const types[] = { "application/vnd.oasis.opendocument.text",
                                       "application/vnd.oasis.opendocument.spreadsheet",
                                       "application/vnd.oasis.opendocument.presentation" };
  if (file.size < 38 || le16 (file.data + 26) != 8 || memcmp (file.data + 30, "mimetype", 8) != 0)
    return NULL;
  gsize at = 38 + (gsize) le16 (file.data + 28), length = le32 (file.data + 18);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (length == strlen (types[i]) && at + length <= file.size &&
        memcmp (file.data + at, types[i], length) == 0)
      return types[i];
  return NULL;
}

/* The end of central directory record, within the last LOOK_BYTES; NULL without one. */
static const guint8 *
zip_end (Span file)
{
  gsize least = file.size > LOOK_BYTES ? file.size - LOOK_BYTES : 0;
  if (file.size < 22)
    return NULL;
  for (gsize at = file.size - 22;; at--) {
    if (memcmp (file.data + at, "PK\5\6", 4) == 0)
      return file.data + at;
    if (at == least)
      return NULL;
  }
}

static const char *
ooxml_type_of_entry (const guint8 *name, gsize length)
{
  static const struct {
    const char *folder, *type;
  } rows[] = {
    { "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (length > strlen (rows[i].folder) &&
        memcmp (name, rows[i].folder, strlen (rows[i].folder)) == 0)
      return rows[i].type;
  return NULL;
}

/* Walks the central directory (APPNOTE 4.3.12); every length is held against the file. */
static const char *
zip_type (Span file)
{
  const guint8 *end = zip_end (file);
  if (!end)
    return NULL;
  gsize at = le32 (end + 16), limit = (gsize) (end - file.data);
  const char *type = NULL;
  for (guint n = 0; n < PAPER_ZIP_ENTRIES_MAX && !type; n++) {
    if (at > limit || limit - at < 46 || memcmp (file.data + at, "PK\1\2", 4) != 0)
      break;
    gsize name = le16 (file.data + at + 28);
    gsize next = 46 + name + le16 (file.data + at + 30) + le16 (file.data + at + 32);
    if (next > limit - at)
      break;
    type = ooxml_type_of_entry (file.data + at + 46, name);
    at += next;
  }
  return type ? type : "application/zip";
}

/* --- Text --- */

static gboolean
is_control (guint8 byte)
{
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

/* UTF-8 without control characters; the last character of what is looked at may be cut. */
static gboolean
is_text (Span file)
{
  const char *end;
  gsize looked = MIN (file.size, LOOK_BYTES);
  for (gsize i = 0; i < looked; i++)
    if (is_control (file.data[i]))
      return FALSE;
  if (looked == 0 || g_utf8_validate ((const char *) file.data, (gssize) looked, &end))
    return looked > 0;
  return looked < file.size && (const char *) file.data + looked - end < 4;
}

/* --- All of them --- */

const char *
paper_type_sniff (const guint8 *data, gsize size)
{
  Span file = { data, size };
  Span head = { data, MIN (size, (gsize) PDF_HEAD_BYTES) };
  const char *type = NULL;
  if (starts_with (file, "\x89PNG\r\n\x1a\n", 8))
    return "image/png";
  if (starts_with (file, "\xff\xd8\xff", 3))
    return "image/jpeg";
  if (find (head, "%PDF-"))
    return "application/pdf";
  if (starts_with (file, "PK\3\4", 4)) {
    type = opendocument_type (file);
    return type ? type : zip_type (file);
  }
  return is_text (file) ? "text/plain; charset=utf-8" : NULL;
}

/* --- Pages of a PDF --- */

static gsize
skip_space (Span file, gsize at)
{
  while (at < file.size && file.data[at] <= ' ')
    at++;
  return at;
}

static gint64
read_number (Span file, gsize at)
{
  gint64 number = 0;
  gsize begin = at = skip_space (file, at);
  while (at < file.size && g_ascii_isdigit (file.data[at]) && number <= PAPER_PAGES_MAX)
    number = number * 10 + (file.data[at++] - '0');
  return at > begin && number >= 1 && number <= PAPER_PAGES_MAX ? number : -1;
}

/* ISO 32000-1, annex F.3.3: the first object of a linearized file holds /N, the number of pages. */
static gint64
linearized_pages (Span file)
{
  Span head = { file.data, MIN (file.size, (gsize) 2 * PDF_HEAD_BYTES) };
  const guint8 *dictionary = find (head, "/Linearized");
  if (!dictionary)
    return -1;
  Span rest = { dictionary, head.size - (gsize) (dictionary - head.data) };
  const guint8 *end = find (rest, ">>");
  rest.size = end ? (gsize) (end - dictionary) : rest.size;
  const guint8 *n = find (rest, "/N ");
  return n ? read_number (rest, (gsize) (n + 3 - dictionary)) : -1;
}

/* "/Type /Page", not "/Pages" nor "/PageLabel". */
static gboolean
is_page_at (Span file, gsize at)
{
  at = skip_space (file, at);
  return at + 5 < file.size && memcmp (file.data + at, "/Page", 5) == 0 &&
         !g_ascii_isalnum (file.data[at + 5]);
}

gint64
paper_type_count_pages (const guint8 *data, gsize size)
{
  Span file = { data, size };
  gint64 pages = linearized_pages (file);
  if (pages > 0)
    return pages;
  pages = 0;
  Span rest = file;
  for (const guint8 *type; (type = find (rest, "/Type"));) {
    gsize at = (gsize) (type - file.data) + strlen ("/Type");
    pages += is_page_at (file, at);
    rest = (Span){ file.data + at, file.size - at };
  }
  return pages > 0 && pages <= PAPER_PAGES_MAX ? pages : -1;
}
