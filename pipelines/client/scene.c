#include "pipelines/client/scene.h"

#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (cairo_pattern_t, cairo_pattern_destroy)

#define MAX_PEOPLE 5
#define TAU (2 * G_PI)

typedef struct {
  double r, g, b;
} Colour;

static const Colour walls[] = {
  { 0.86, 0.82, 0.74 }, { 0.73, 0.80, 0.84 }, { 0.78, 0.84, 0.74 },
  { 0.85, 0.78, 0.78 }, { 0.80, 0.78, 0.86 }, { 0.88, 0.85, 0.70 },
};
static const Colour shirts[] = {
  { 0.95, 0.95, 0.97 }, { 0.24, 0.38, 0.60 }, { 0.35, 0.45, 0.38 },
  { 0.55, 0.30, 0.32 }, { 0.30, 0.30, 0.36 }, { 0.75, 0.70, 0.55 },
};
static const Colour skins[] = {
  { 0.93, 0.78, 0.65 },
  { 0.86, 0.69, 0.55 },
  { 0.79, 0.61, 0.47 },
};

/* A small mixing function: the same seed and salt give the same choice. */
static guint
choice (guint32 seed, guint32 salt, guint count)
{
  guint32 x = seed * 2654435761u + salt * 40503u;
  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return x % count;
}

static void
set_colour (cairo_t *cr, const Colour *c, double shade)
{
  cairo_set_source_rgb (cr, c->r * shade, c->g * shade, c->b * shade);
}

static void
draw_wall (cairo_t *cr, const Scene *scene)
{
  const Colour *wall = &walls[choice (scene->seed, 1, G_N_ELEMENTS (walls))];
  g_autoptr (cairo_pattern_t) light = cairo_pattern_create_linear (0, 0, 0, scene->height);
  cairo_pattern_add_color_stop_rgb (light, 0, wall->r, wall->g, wall->b);
  cairo_pattern_add_color_stop_rgb (light, 1, wall->r * .72, wall->g * .72, wall->b * .72);
  cairo_set_source (cr, light);
  cairo_paint (cr);

  /* the banner that hangs in every meeting hall */
  cairo_set_source_rgb (cr, 0.70, 0.10, 0.10);
  cairo_rectangle (cr, scene->width * .12, scene->height * .05, scene->width * .76,
                   scene->height * .13);
  cairo_fill (cr);
}

static void
draw_person (cairo_t *cr, const Scene *scene, guint person, double x, double phase)
{
  double unit = scene->height / 10.0;
  double sway = sin (phase * TAU + person * 1.7) * unit * .10;
  double nod = sin (phase * TAU * 2 + person * 2.3) * unit * .06;
  double head_y = scene->height * .47 + nod;

  set_colour (cr, &shirts[choice (scene->seed, 20 + person, G_N_ELEMENTS (shirts))], 1);
  cairo_save (cr);
  cairo_translate (cr, x + sway * .5, scene->height * .80);
  cairo_scale (cr, unit * 1.35, unit * 2.55);
  cairo_arc (cr, 0, 0, 1, G_PI, TAU);
  cairo_restore (cr);
  cairo_fill (cr);

  set_colour (cr, &skins[choice (scene->seed, 40 + person, G_N_ELEMENTS (skins))], 1);
  cairo_rectangle (cr, x + sway * .7 - unit * .22, head_y + unit * .4, unit * .44, unit * .55);
  cairo_arc (cr, x + sway, head_y, unit * .68, 0, TAU);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, .12, .10, .10);
  cairo_arc (cr, x + sway, head_y - unit * .12, unit * .70, G_PI, TAU);
  cairo_fill (cr);
  cairo_arc (cr, x + sway - unit * .24, head_y + unit * .05, unit * .06, 0, TAU);
  cairo_arc (cr, x + sway + unit * .24, head_y + unit * .05, unit * .06, 0, TAU);
  cairo_fill (cr);
  /* the mouth opens and shuts: the one who speaks is seen to */
  double open = person == 0 ? fabs (sin (phase * TAU * 6)) : .1;
  cairo_set_source_rgb (cr, .55, .22, .22);
  cairo_rectangle (cr, x + sway - unit * .18, head_y + unit * .32, unit * .36, unit * .20 * open);
  cairo_fill (cr);
}

static void
draw_people (cairo_t *cr, const Scene *scene, double phase)
{
  guint people = 2 + choice (scene->seed, 3, MAX_PEOPLE - 1);
  for (guint i = 0; i < people; i++) {
    double x = scene->width * (i + .5) / people;
    draw_person (cr, scene, (i + people / 2) % people, x, phase);
  }
  cairo_set_source_rgb (cr, 0.42, 0.29, 0.19);
  cairo_rectangle (cr, 0, scene->height * .76, scene->width, scene->height * .24);
  cairo_fill (cr);
}

static void
draw_name (cairo_t *cr, const Scene *scene, double middle_x, double middle_y)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("DejaVu Sans Bold");
  double size = scene->height / 13.0, room = scene->width * .72;
  int width, height;
  pango_layout_set_text (layout, scene->name, -1);
  /* a long name is written smaller, so that it stays on its banner */
  for (int i = 0; i < 2; i++) {
    pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
    pango_layout_set_font_description (layout, font);
    pango_layout_get_pixel_size (layout, &width, &height);
    size *= MIN (1, room / MAX (width, 1));
  }
  cairo_move_to (cr, middle_x - width / 2.0, middle_y - height / 2.0);
  cairo_set_source_rgb (cr, 1, 1, 1);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_labels (cairo_t *cr, const Scene *scene, double phase)
{
  draw_name (cr, scene, scene->width / 2.0, scene->height * .115);

  /* a hand that goes round once a period: a frozen picture is seen as frozen */
  double r = scene->height * .05, x = scene->width - r * 1.8, y = scene->height - r * 1.8;
  cairo_set_source_rgb (cr, .95, .95, .92);
  cairo_arc (cr, x, y, r, 0, TAU);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, .7, .1, .1);
  cairo_set_line_width (cr, r / 5);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + r * .8 * sin (phase * TAU), y - r * .8 * cos (phase * TAU));
  cairo_stroke (cr);
}

void
scene_draw (const Scene *scene, guint index, guint period, guint8 *bgrx)
{
  g_return_if_fail (period > 0 && index < period);
  double phase = (double) index / period;
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      bgrx, CAIRO_FORMAT_RGB24, scene->width, scene->height, scene->width * 4);
  cairo_t *cr = cairo_create (surface);
  draw_wall (cr, scene);
  draw_people (cr, scene, phase);
  draw_labels (cr, scene, phase);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
}
