/* The paper of the demonstration's meeting: a PDF of a few pages, drawn here so that no file need
 * come with the program.  Any thread. */
#pragma once

#include <glib.h>

#define DEMO_PAPER_PAGES 3

/* transfer full. */
GBytes *demo_paper_draw (void);
