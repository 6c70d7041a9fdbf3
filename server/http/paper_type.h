/* PaperType: what a file is, told from its content and never from its name, against a list of what
 * is taken; and how many pages a PDF has.  Pure, any thread. */
#pragma once

#include <glib.h>

/* Entries of a ZIP that are looked at; an office document has its own among the first ten. */
#define PAPER_ZIP_ENTRIES_MAX 4096
/* More than the statutes of a country; what claims more is not believed. */
#define PAPER_PAGES_MAX 100000

/* The media type of a file of @size bytes at @data, static; NULL for what is not on the list: PDF,
 * DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPEG, ZIP, plain text (UTF-8).  Reads the first and the
 * last 64 KiB. */
const char *paper_type_sniff (const guint8 *data, gsize size);

/* Pages of a PDF: what its linearization says, else its page objects that are not compressed; -1
 * where neither tells. */
gint64 paper_type_count_pages (const guint8 *data, gsize size);
