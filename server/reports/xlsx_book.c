#include "server/reports/xlsx_book.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_MAX_CHARS 32767 /* Excel's own bound on a cell */

struct XlsxBook {
  char *path;
  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_format *heading;
  lxw_format *column;
  lxw_format *text;
  lxw_format *number;
  lxw_row_t row;
  lxw_col_t col;
};

XlsxBook *
xlsx_book_new (GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("diemcau-XXXXXX.xlsx", &path, error);
  if (fd < 0)
    return NULL;
  close (fd);
  XlsxBook *book = g_new0 (XlsxBook, 1);
  book->path = g_steal_pointer (&path);
  book->workbook = workbook_new (book->path);
  book->heading = workbook_add_format (book->workbook);
  format_set_bold (book->heading);
  format_set_font_size (book->heading, 14);
  book->column = workbook_add_format (book->workbook);
  format_set_bold (book->column);
  format_set_text_wrap (book->column);
  format_set_border (book->column, LXW_BORDER_THIN);
  format_set_bg_color (book->column, 0xE8EEF7);
  format_set_align (book->column, LXW_ALIGN_VERTICAL_CENTER);
  book->text = workbook_add_format (book->workbook);
  format_set_border (book->text, LXW_BORDER_THIN);
  format_set_text_wrap (book->text);
  format_set_align (book->text, LXW_ALIGN_VERTICAL_TOP);
  book->number = workbook_add_format (book->workbook);
  format_set_border (book->number, LXW_BORDER_THIN);
  format_set_align (book->number, LXW_ALIGN_VERTICAL_TOP);
  return book;
}

void
xlsx_book_free (XlsxBook *book)
{
  if (!book)
    return;
  if (book->workbook)
    workbook_close (book->workbook);
  g_unlink (book->path);
  g_free (book->path);
  g_free (book);
}

void
xlsx_book_add_sheet (XlsxBook *book, const char *name, const double *widths)
{
  book->sheet = workbook_add_worksheet (book->workbook, name);
  book->row = 0;
  book->col = 0;
  for (lxw_col_t i = 0; widths[i] > 0; i++)
    worksheet_set_column (book->sheet, i, i, widths[i], NULL);
  worksheet_set_paper (book->sheet, 9); /* A4 */
  worksheet_set_landscape (book->sheet);
  worksheet_fit_to_pages (book->sheet, 1, 0);
}

static void
write_text (XlsxBook *book, const char *text, lxw_format *format)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  if (g_utf8_strlen (valid, -1) > CELL_MAX_CHARS)
    *g_utf8_offset_to_pointer (valid, CELL_MAX_CHARS) = '\0';
  if (*valid)
    worksheet_write_string (book->sheet, book->row, book->col++, valid, format);
  else
    worksheet_write_blank (book->sheet, book->row, book->col++, format);
}

void
xlsx_book_heading (XlsxBook *book, const char *text)
{
  write_text (book, text, book->heading);
}

void
xlsx_book_column (XlsxBook *book, const char *text)
{
  write_text (book, text, book->column);
}

void
xlsx_book_text (XlsxBook *book, const char *text)
{
  write_text (book, text, book->text);
}

void
xlsx_book_number (XlsxBook *book, double number)
{
  worksheet_write_number (book->sheet, book->row, book->col++, number, book->number);
}

void
xlsx_book_skip (XlsxBook *book)
{
  worksheet_write_blank (book->sheet, book->row, book->col++, book->text);
}

void
xlsx_book_end_row (XlsxBook *book)
{
  book->row++;
  book->col = 0;
}

void
xlsx_book_freeze (XlsxBook *book)
{
  worksheet_freeze_panes (book->sheet, book->row, 0);
  worksheet_repeat_rows (book->sheet, book->row - 1, book->row - 1);
}

GBytes *
xlsx_book_finish (XlsxBook *book, GError **error)
{
  char *content = NULL;
  gsize length = 0;
  lxw_error failure = workbook_close (book->workbook);
  book->workbook = NULL;
  if (failure != LXW_NO_ERROR) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the workbook cannot be written: %s",
                 lxw_strerror (failure));
    return NULL;
  }
  return g_file_get_contents (book->path, &content, &length, error)
             ? g_bytes_new_take (content, length)
             : NULL;
}
