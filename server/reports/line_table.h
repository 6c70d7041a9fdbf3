/* The table of a report on lines as cells, for forms that have columns. Pure. */
#pragma once

#include "server/reports/line_export.h"

typedef struct {
  char *text;    /* NULL: it is a number */
  double number; /* < 0: not known, an empty cell */
  int digits;
} LineCell;
void line_cell_clear (LineCell *cell);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LineCell, line_cell_clear)

/* Which column: of a report with @n of them, 0 .. @n - 1. */
guint line_table_n_columns (const LineReport *report);
const char *line_table_head (const LineReport *report, guint column, ReportLanguage language);
double line_table_width (const LineReport *report, guint column); /* in characters */
/* @number: the row's, from 1; 0: it is the total. */
LineCell line_table_cell (const LineReport *report, const LineRow *row, guint number, guint column,
                          const ReportStyle *style);
