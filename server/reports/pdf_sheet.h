/* PdfSheet: an A4 document that is written from top to bottom: letterhead, headings, paragraphs,
 * tables that go over pages with their head repeated, a signature block that is never torn apart.
 * Cairo and Pango; page numbers of all pages at the foot.
 *
 * Owner: the caller's thread.  Life: new -> content -> finish -> free. */
#pragma once

#include <glib.h>

typedef struct PdfSheet PdfSheet;

/* @footer stands at the left of each foot, @page_word before the page's number. */
PdfSheet *pdf_sheet_new (const char *footer, const char *page_word);
void pdf_sheet_free (PdfSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdfSheet, pdf_sheet_free)

/* Two blocks side by side, each of two lines, the second underlined. */
void pdf_sheet_letterhead (PdfSheet *sheet, const char *const left[2], const char *const right[2]);
void pdf_sheet_title (PdfSheet *sheet, const char *text);
void pdf_sheet_subtitle (PdfSheet *sheet, const char *text);
void pdf_sheet_heading (PdfSheet *sheet, const char *text);
void pdf_sheet_paragraph (PdfSheet *sheet, const char *text);
void pdf_sheet_item (PdfSheet *sheet, const char *text);

#define PDF_COLUMNS_MAX 12
typedef struct {
  const char *title;
  double share; /* of the width; any scale */
  gboolean is_number;
} PdfColumn;
/* Rows until pdf_sheet_end_table (); @columns is kept by reference until then. */
void pdf_sheet_begin_table (PdfSheet *sheet, const PdfColumn *columns, guint n_columns);
void pdf_sheet_row (PdfSheet *sheet, const char *const *cells);
void pdf_sheet_end_table (PdfSheet *sheet);

/* What follows, so high in points, stays on one page. */
void pdf_sheet_keep_together (PdfSheet *sheet, double height);

/* Titles of those who sign, left and right, and a hint below them. */
void pdf_sheet_signatures (PdfSheet *sheet, const char *left, const char *right, const char *hint);

/* The document (transfer full).  Once. */
GBytes *pdf_sheet_finish (PdfSheet *sheet, GError **error);
