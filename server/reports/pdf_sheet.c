#include "server/reports/pdf_sheet.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <pango/pangocairo.h>

/* Points (1/72 inch).  Margins as official letters have them: 25 mm left, 18 mm else. */
#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN_LEFT 71.0
#define MARGIN_RIGHT 51.0
#define MARGIN_TOP 51.0
#define MARGIN_BOTTOM 62.0
#define TEXT_WIDTH (PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT)
#define CELL_PADDING 3.0
#define SIGNATURE_SPACE 80.0

#define FAMILY "Noto Serif, DejaVu Serif"
#define BODY_POINTS 11.5
#define CELL_POINTS 9.0

struct PdfSheet {
  GPtrArray *pages; /* recording surfaces, one a page */
  cairo_t *cr;      /* of the last page */
  double y;
  char *footer;
  char *page_word;
  const PdfColumn *columns; /* of the present table */
  guint n_columns;
};

typedef struct {
  double points;
  gboolean is_bold;
  PangoAlignment align;
  double width;
} TextStyle;

/* --- pages --- */

static void
next_page (PdfSheet *sheet)
{
  cairo_rectangle_t extents = { 0, 0, PAGE_WIDTH, PAGE_HEIGHT };
  cairo_surface_t *page = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
  g_clear_pointer (&sheet->cr, cairo_destroy);
  g_ptr_array_add (sheet->pages, page);
  sheet->cr = cairo_create (page);
  sheet->y = MARGIN_TOP;
}

/* A page with @height free below the present place. */
static gboolean
make_room (PdfSheet *sheet, double height)
{
  if (sheet->y + height <= PAGE_HEIGHT - MARGIN_BOTTOM)
    return FALSE;
  next_page (sheet);
  return TRUE;
}

PdfSheet *
pdf_sheet_new (const char *footer, const char *page_word)
{
  PdfSheet *sheet = g_new0 (PdfSheet, 1);
  sheet->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  sheet->footer = g_utf8_make_valid (footer, -1);
  sheet->page_word = g_strdup (page_word);
  next_page (sheet);
  return sheet;
}

void
pdf_sheet_free (PdfSheet *sheet)
{
  if (!sheet)
    return;
  g_clear_pointer (&sheet->cr, cairo_destroy);
  g_ptr_array_unref (sheet->pages);
  g_free (sheet->footer);
  g_free (sheet->page_word);
  g_free (sheet);
}

/* --- text --- */

static PangoLayout *
lay_out (cairo_t *cr, const char *text, const TextStyle *style)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (FAMILY);
  PangoLayout *layout = pango_cairo_create_layout (cr);
  pango_font_description_set_absolute_size (font, style->points * PANGO_SCALE);
  pango_font_description_set_weight (font,
                                     style->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, (int) (style->width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, style->align);
  pango_layout_set_text (layout, valid, -1);
  return layout;
}

static double
height_of (PangoLayout *layout)
{
  int height = 0;
  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

static double
draw_at (cairo_t *cr, double x, double y, const char *text, const TextStyle *style)
{
  g_autoptr (PangoLayout) layout = lay_out (cr, text, style);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  return height_of (layout);
}

/* A block that may go over pages, line by line. */
static void
draw_lines (PdfSheet *sheet, double x, const char *text, const TextStyle *style)
{
  g_autoptr (PangoLayout) layout = lay_out (sheet->cr, text, style);
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  do {
    PangoRectangle area;
    pango_layout_iter_get_line_extents (iter, NULL, &area);
    double height = (double) area.height / PANGO_SCALE;
    make_room (sheet, height);
    cairo_move_to (sheet->cr, x + (double) area.x / PANGO_SCALE,
                   sheet->y + (double) -area.y / PANGO_SCALE +
                       (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE);
    pango_cairo_show_layout_line (sheet->cr, pango_layout_iter_get_line_readonly (iter));
    sheet->y += height;
  } while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

static void
draw_rule (PdfSheet *sheet, double middle_x, double length)
{
  cairo_set_line_width (sheet->cr, 0.7);
  cairo_move_to (sheet->cr, middle_x - length / 2, sheet->y);
  cairo_line_to (sheet->cr, middle_x + length / 2, sheet->y);
  cairo_stroke (sheet->cr);
}

void
pdf_sheet_letterhead (PdfSheet *sheet, const char *const left[2], const char *const right[2])
{
  double left_width = TEXT_WIDTH * 0.4, right_width = TEXT_WIDTH * 0.6;
  TextStyle plain = { 10.5, FALSE, PANGO_ALIGN_CENTER, left_width - 8 };
  TextStyle bold = { 10.5, TRUE, PANGO_ALIGN_CENTER, left_width - 8 };
  double top = sheet->y;
  double height = draw_at (sheet->cr, MARGIN_LEFT, top, left[0], &plain);
  height += draw_at (sheet->cr, MARGIN_LEFT, top + height, left[1], &bold);
  double bottom = top + height;
  bold.width = right_width;
  height = draw_at (sheet->cr, MARGIN_LEFT + left_width, top, right[0], &bold);
  height += draw_at (sheet->cr, MARGIN_LEFT + left_width, top + height, right[1], &bold);
  bottom = MAX (bottom, top + height);
  sheet->y = bottom + 4;
  draw_rule (sheet, MARGIN_LEFT + left_width / 2, 60);
  draw_rule (sheet, MARGIN_LEFT + left_width + right_width / 2, 150);
  sheet->y += 22;
}

void
pdf_sheet_title (PdfSheet *sheet, const char *text)
{
  TextStyle style = { 15, TRUE, PANGO_ALIGN_CENTER, TEXT_WIDTH };
  draw_lines (sheet, MARGIN_LEFT, text, &style);
  sheet->y += 4;
}

void
pdf_sheet_subtitle (PdfSheet *sheet, const char *text)
{
  TextStyle style = { BODY_POINTS, FALSE, PANGO_ALIGN_CENTER, TEXT_WIDTH };
  draw_lines (sheet, MARGIN_LEFT, text, &style);
  sheet->y += 10;
}

void
pdf_sheet_heading (PdfSheet *sheet, const char *text)
{
  TextStyle style = { 12.5, TRUE, PANGO_ALIGN_LEFT, TEXT_WIDTH };
  make_room (sheet, 60); /* a heading is never the last line of a page */
  sheet->y += 8;
  draw_lines (sheet, MARGIN_LEFT, text, &style);
  sheet->y += 4;
}

void
pdf_sheet_paragraph (PdfSheet *sheet, const char *text)
{
  TextStyle style = { BODY_POINTS, FALSE, PANGO_ALIGN_LEFT, TEXT_WIDTH };
  draw_lines (sheet, MARGIN_LEFT, text, &style);
  sheet->y += 4;
}

void
pdf_sheet_item (PdfSheet *sheet, const char *text)
{
  TextStyle style = { BODY_POINTS, FALSE, PANGO_ALIGN_LEFT, TEXT_WIDTH - 14 };
  TextStyle dash = { BODY_POINTS, FALSE, PANGO_ALIGN_LEFT, 14 };
  make_room (sheet, BODY_POINTS * 1.6);
  draw_at (sheet->cr, MARGIN_LEFT, sheet->y, "–", &dash);
  draw_lines (sheet, MARGIN_LEFT + 14, text, &style);
  sheet->y += 2;
}

/* --- tables --- */

static double
column_width (const PdfSheet *sheet, guint column)
{
  double sum = 0;
  for (guint i = 0; i < sheet->n_columns; i++)
    sum += sheet->columns[i].share;
  return TEXT_WIDTH * sheet->columns[column].share / sum;
}

static void
draw_row (PdfSheet *sheet, const char *const *cells, gboolean is_head)
{
  PangoLayout *layouts[PDF_COLUMNS_MAX];
  double height = 0;
  for (guint i = 0; i < sheet->n_columns; i++) {
    gboolean is_right = sheet->columns[i].is_number && !is_head;
    TextStyle style = { CELL_POINTS, is_head, is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT,
                        column_width (sheet, i) - 2 * CELL_PADDING };
    layouts[i] = lay_out (sheet->cr, cells[i], &style);
    height = MAX (height, height_of (layouts[i]) + 2 * CELL_PADDING);
  }
  double x = MARGIN_LEFT;
  cairo_set_line_width (sheet->cr, 0.4);
  for (guint i = 0; i < sheet->n_columns; i++) {
    double width = column_width (sheet, i);
    cairo_rectangle (sheet->cr, x, sheet->y, width, height);
    if (is_head) {
      cairo_set_source_rgb (sheet->cr, .92, .94, .97);
      cairo_fill_preserve (sheet->cr);
      cairo_set_source_rgb (sheet->cr, 0, 0, 0);
    }
    cairo_stroke (sheet->cr);
    cairo_move_to (sheet->cr, x + CELL_PADDING, sheet->y + CELL_PADDING);
    pango_cairo_show_layout (sheet->cr, layouts[i]);
    g_object_unref (layouts[i]);
    x += width;
  }
  sheet->y += height;
}

static void
draw_head (PdfSheet *sheet)
{
  const char *titles[PDF_COLUMNS_MAX];
  for (guint i = 0; i < sheet->n_columns; i++)
    titles[i] = sheet->columns[i].title;
  draw_row (sheet, titles, TRUE);
}

void
pdf_sheet_begin_table (PdfSheet *sheet, const PdfColumn *columns, guint n_columns)
{
  g_return_if_fail (n_columns <= PDF_COLUMNS_MAX);
  sheet->columns = columns;
  sheet->n_columns = n_columns;
  make_room (sheet, 60);
  draw_head (sheet);
}

static double
row_height (PdfSheet *sheet, const char *const *cells)
{
  double height = 0;
  for (guint i = 0; i < sheet->n_columns; i++) {
    TextStyle style = { CELL_POINTS, FALSE, PANGO_ALIGN_LEFT,
                        column_width (sheet, i) - 2 * CELL_PADDING };
    g_autoptr (PangoLayout) layout = lay_out (sheet->cr, cells[i], &style);
    height = MAX (height, height_of (layout) + 2 * CELL_PADDING);
  }
  return height;
}

void
pdf_sheet_row (PdfSheet *sheet, const char *const *cells)
{
  /* only near the foot it matters how high a row will be */
  if (sheet->y > PAGE_HEIGHT * 0.6 && make_room (sheet, row_height (sheet, cells)))
    draw_head (sheet);
  draw_row (sheet, cells, FALSE);
}

void
pdf_sheet_end_table (PdfSheet *sheet)
{
  sheet->columns = NULL;
  sheet->n_columns = 0;
  sheet->y += 8;
}

void
pdf_sheet_keep_together (PdfSheet *sheet, double height)
{
  make_room (sheet, height);
}

/* --- the end --- */

void
pdf_sheet_signatures (PdfSheet *sheet, const char *left, const char *right, const char *hint)
{
  double width = TEXT_WIDTH / 2;
  TextStyle bold = { BODY_POINTS, TRUE, PANGO_ALIGN_CENTER, width };
  TextStyle small = { 9.5, FALSE, PANGO_ALIGN_CENTER, width };
  make_room (sheet, SIGNATURE_SPACE + 60);
  sheet->y += 18;
  const char *const titles[] = { left, right };
  double height = 0;
  for (int i = 0; i < 2; i++)
    height = draw_at (sheet->cr, MARGIN_LEFT + i * width, sheet->y, titles[i], &bold);
  sheet->y += height;
  for (int i = 0; i < 2; i++)
    draw_at (sheet->cr, MARGIN_LEFT + i * width, sheet->y, hint, &small);
  sheet->y += SIGNATURE_SPACE;
}

static void
draw_foot (const PdfSheet *sheet, cairo_t *cr, guint page)
{
  TextStyle left = { 8.5, FALSE, PANGO_ALIGN_LEFT, TEXT_WIDTH * 0.75 };
  TextStyle right = { 8.5, FALSE, PANGO_ALIGN_RIGHT, TEXT_WIDTH };
  double y = PAGE_HEIGHT - MARGIN_BOTTOM + 20;
  g_autofree char *number =
      g_strdup_printf ("%s %u/%u", sheet->page_word, page + 1, sheet->pages->len);
  g_autoptr (PangoLayout) layout = lay_out (cr, sheet->footer, &left);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  cairo_set_source_rgb (cr, .3, .3, .3);
  cairo_move_to (cr, MARGIN_LEFT, y);
  pango_cairo_show_layout (cr, layout);
  draw_at (cr, MARGIN_LEFT, y, number, &right);
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
pdf_sheet_finish (PdfSheet *sheet, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream (append_bytes, bytes, PAGE_WIDTH, PAGE_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  g_clear_pointer (&sheet->cr, cairo_destroy);
  for (guint i = 0; i < sheet->pages->len; i++) {
    cairo_set_source_surface (cr, sheet->pages->pdata[i], 0, 0);
    cairo_paint (cr);
    draw_foot (sheet, cr, i);
    cairo_show_page (cr);
  }
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the document cannot be written: %s",
                 cairo_status_to_string (status));
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
