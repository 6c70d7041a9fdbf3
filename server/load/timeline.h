/* Timeline: one sample a second of a load run, as a table of numbers and as a picture (PNG).
 * Pure but for writing the file. */
#pragma once

#include <glib.h>

typedef struct {
  double at_s;       /* since the start */
  double in_meeting; /* rooms */
  double watching;   /* rooms that have seen a picture */
  double rx_mbps;
  double rx_pps;
  double loss_percent;
  double audio_lost; /* packets, in this second */
  double pictures;   /* that stood, a second */
  double freezes;    /* in this second */
  double relay_cpu;  /* percent of a core; negative: not known */
  double own_cpu;
} TimelineSample;

/* @samples: of TimelineSample. FALSE with @error in G_FILE_ERROR. */
gboolean timeline_draw (const GArray *samples, const char *title, const char *path, GError **error);
