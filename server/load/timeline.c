#include "server/load/timeline.h"

#include <cairo.h>
#include <stddef.h>

#define WIDTH 1000
#define PANEL 170
#define MARGIN_LEFT 70
#define MARGIN_RIGHT 20
#define MARGIN_TOP 40
#define GAP 30
#define TICKS 4

typedef struct {
  const char *name;
  struct {
    gsize offset;
    const char *name;
    double red, green, blue;
  } lines[2];
} Panel;

#define FIELD(member) offsetof (TimelineSample, member)

static const Panel panels[] = {
  { "rooms",
    { { FIELD (in_meeting), "in the meeting", 0.1, 0.3, 0.7 },
      { FIELD (watching), "see a picture", 0.1, 0.6, 0.3 } } },
  { "Mb/s received", { { FIELD (rx_mbps), "all rooms", 0.1, 0.3, 0.7 } } },
  { "loss, %; freezes",
    { { FIELD (loss_percent), "loss", 0.8, 0.2, 0.1 },
      { FIELD (freezes), "freezes a second", 0.8, 0.6, 0.0 } } },
  { "CPU, % of a core",
    { { FIELD (relay_cpu), "relay", 0.8, 0.2, 0.1 },
      { FIELD (own_cpu), "this program", 0.5, 0.5, 0.5 } } },
};

static double
value_at (const GArray *samples, guint i, gsize offset)
{
  const TimelineSample *sample = &g_array_index (samples, TimelineSample, i);

  return *(const double *) ((const char *) sample + offset);
}

/* The next of 1, 2, 5, 10, 20 ... at or above the highest value. */
static double
top_of (const GArray *samples, const Panel *panel)
{
  double highest = 0, top = 1;
  static const double steps[] = { 2, 2.5, 2 };

  for (guint k = 0; k < G_N_ELEMENTS (panel->lines) && panel->lines[k].name; k++)
    for (guint i = 0; i < samples->len; i++)
      highest = MAX (highest, value_at (samples, i, panel->lines[k].offset));
  for (guint i = 0; top < highest && i < 60; i++)
    top *= steps[i % G_N_ELEMENTS (steps)];
  return top;
}

static void
draw_grid (cairo_t *cr, const Panel *panel, double y, double top)
{
  char text[32];

  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, MARGIN_LEFT, y - 6);
  cairo_show_text (cr, panel->name);
  for (guint i = 0; i <= TICKS; i++) {
    double at = y + PANEL - PANEL * (double) i / TICKS;
    g_snprintf (text, sizeof text, "%g", top * i / TICKS);
    cairo_set_source_rgb (cr, 0.3, 0.3, 0.3);
    cairo_move_to (cr, 8, at + 4);
    cairo_show_text (cr, text);
    cairo_set_source_rgb (cr, 0.85, 0.85, 0.85);
    cairo_move_to (cr, MARGIN_LEFT, at);
    cairo_line_to (cr, WIDTH - MARGIN_RIGHT, at);
    cairo_stroke (cr);
  }
}

static void
draw_panel (cairo_t *cr, const GArray *samples, const Panel *panel, double y, double seconds)
{
  double top = top_of (samples, panel);
  double width = WIDTH - MARGIN_LEFT - MARGIN_RIGHT;

  draw_grid (cr, panel, y, top);
  for (guint k = 0; k < G_N_ELEMENTS (panel->lines) && panel->lines[k].name; k++) {
    cairo_set_source_rgb (cr, panel->lines[k].red, panel->lines[k].green, panel->lines[k].blue);
    cairo_new_path (cr); /* a text leaves a point behind */
    for (guint i = 0; i < samples->len; i++) {
      double x = MARGIN_LEFT + width * g_array_index (samples, TimelineSample, i).at_s / seconds;
      double value = MAX (value_at (samples, i, panel->lines[k].offset), 0);
      cairo_line_to (cr, x, y + PANEL - PANEL * value / top);
    }
    cairo_stroke (cr);
    cairo_move_to (cr, WIDTH - 260 + 130 * (double) k, y - 6);
    cairo_show_text (cr, panel->lines[k].name);
  }
}

gboolean
timeline_draw (const GArray *samples, const char *title, const char *path, GError **error)
{
  int height = MARGIN_TOP + (int) G_N_ELEMENTS (panels) * (PANEL + GAP) + GAP;
  double seconds =
      samples->len > 0 ? g_array_index (samples, TimelineSample, samples->len - 1).at_s : 1;
  g_autofree char *end = g_strdup_printf ("%.0f s", seconds);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, height);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_line_width (cr, 1.5);
  cairo_select_font_face (cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, 12);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, 8, 16);
  cairo_show_text (cr, title);
  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    draw_panel (cr, samples, &panels[i], MARGIN_TOP + i * (PANEL + GAP), MAX (seconds, 1));
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, WIDTH - MARGIN_RIGHT - 40, height - 12);
  cairo_show_text (cr, end);
  cairo_status_t status = cairo_surface_write_to_png (surface, path);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}
