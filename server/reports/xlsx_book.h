/* XlsxBook: a workbook written by libxlsxwriter into a file of its own that is gone afterwards.
 * The one place that knows the library.  Owner: the caller's thread. */
#pragma once

#include <glib.h>

typedef struct XlsxBook XlsxBook;

/* NULL with @error (G_IO_ERROR, G_FILE_ERROR). */
XlsxBook *xlsx_book_new (GError **error);
void xlsx_book_free (XlsxBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XlsxBook, xlsx_book_free)

/* A new sheet, which the next calls write to, with the widths (in characters) of its columns; 0
 * ends the list. */
void xlsx_book_add_sheet (XlsxBook *book, const char *name, const double *widths);
/* Cells of the present row, from the left. */
void xlsx_book_heading (XlsxBook *book, const char *text); /* large, bold */
void xlsx_book_column (XlsxBook *book, const char *text);  /* of a table's head */
void xlsx_book_text (XlsxBook *book, const char *text);
void xlsx_book_number (XlsxBook *book, double number);
void xlsx_book_skip (XlsxBook *book);
void xlsx_book_end_row (XlsxBook *book);
/* The rows so far stay in sight while one scrolls; the last is a filter's head. */
void xlsx_book_freeze (XlsxBook *book);

/* Writes the file and reads it (transfer full).  Once. */
GBytes *xlsx_book_finish (XlsxBook *book, GError **error);
