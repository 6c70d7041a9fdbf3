#include "server/commands/demo_paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#define WIDTH 841.9 /* A4 on its side, points */
#define HEIGHT 595.3
#define MARGIN 60.0

static const struct {
  const char *title, *text;
} pages[DEMO_PAPER_PAGES] = {
  { "Báo cáo tình hình kinh tế - xã hội",
    "Tháng 11\n\nTài liệu trình bày tại phiên giao ban trực tuyến" },
  { "Kết quả nổi bật", "•  Tăng trưởng và thu ngân sách theo kế hoạch năm\n\n"
                       "•  Giải ngân vốn đầu tư công được đẩy nhanh\n\n"
                       "•  Chính quyền địa phương hai cấp hoạt động ổn định" },
  { "Nhiệm vụ tháng 12", "1.  Rà soát các chỉ tiêu còn thấp\n\n"
                         "2.  Sẵn sàng phương án phòng, chống thiên tai\n\n"
                         "3.  Chuẩn bị hội nghị tổng kết năm" },
};

static cairo_status_t
on_written (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
draw_text (cairo_t *cairo, double y, const char *font, const char *text)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);
  PangoFontDescription *description = pango_font_description_from_string (font);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int) ((WIDTH - 2 * MARGIN) * PANGO_SCALE));
  pango_layout_set_text (layout, text, -1);
  cairo_move_to (cairo, MARGIN, y);
  pango_cairo_show_layout (cairo, layout);
}

GBytes *
demo_paper_draw (void)
{
  GByteArray *file = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (on_written, file, WIDTH, HEIGHT);
  cairo_t *cairo = cairo_create (surface);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    cairo_set_source_rgb (cairo, 0.05, 0.23, 0.48);
    cairo_rectangle (cairo, 0, 0, WIDTH, 14);
    cairo_fill (cairo);
    draw_text (cairo, MARGIN, "Be Vietnam Pro, DejaVu Sans Bold 34", pages[i].title);
    cairo_set_source_rgb (cairo, 0.1, 0.1, 0.1);
    draw_text (cairo, 190, "Be Vietnam Pro, DejaVu Sans 22", pages[i].text);
    cairo_show_page (cairo);
  }
  cairo_destroy (cairo);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (file);
}
