#include "server/reports/line_table.h"

#define MINUTE_MS 60000

typedef enum {
  COLUMN_NUMBER,
  COLUMN_NAME,
  COLUMN_UNIT,
  COLUMN_BRANCH,
  COLUMN_JOINED,
  COLUMN_LATE,
  COLUMN_MEETINGS,
  COLUMN_SITES,
  COLUMN_TURNS,
  COLUMN_CAME,
  COLUMN_ON_TIME,
  COLUMN_CONNECTED,
  COLUMN_AVAILABILITY,
  COLUMN_BREAKS,
  COLUMN_LOSS_UP,
  COLUMN_LOSS_DOWN,
  COLUMN_FROZEN_UP,
  COLUMN_FROZEN_DOWN,
  COLUMN_CONCEALED,
  COLUMN_RTT,
  COLUMN_WORST_AT,
  COLUMN_WORST_WHAT,
  COLUMN_FAULTS,
  COLUMN_FAULT_MINUTES,
  COLUMN_CAUSES,
  COLUMN_REHEARSAL,
  N_COLUMNS
} Column;

static const struct {
  LineWord word; /* of its head; those with a word of another table say so below */
  double width;
} columns[N_COLUMNS] = {
  [COLUMN_NUMBER] = { LINE_WORD_TITLE, 6 },
  [COLUMN_NAME] = { LINE_WORD_TITLE, 32 },
  [COLUMN_UNIT] = { LINE_WORD_TITLE, 26 },
  [COLUMN_BRANCH] = { LINE_WORD_TITLE, 22 },
  [COLUMN_JOINED] = { LINE_WORD_JOINED, 17 },
  [COLUMN_LATE] = { LINE_WORD_LATE, 9 },
  [COLUMN_MEETINGS] = { LINE_WORD_MEETINGS, 9 },
  [COLUMN_SITES] = { LINE_WORD_SITES, 9 },
  [COLUMN_TURNS] = { LINE_WORD_TURNS, 10 },
  [COLUMN_CAME] = { LINE_WORD_CAME, 9 },
  [COLUMN_ON_TIME] = { LINE_WORD_ON_TIME_PERCENT, 9 },
  [COLUMN_CONNECTED] = { LINE_WORD_CONNECTED, 10 },
  [COLUMN_AVAILABILITY] = { LINE_WORD_AVAILABILITY, 10 },
  [COLUMN_BREAKS] = { LINE_WORD_BREAKS, 10 },
  [COLUMN_LOSS_UP] = { LINE_WORD_LOSS_UP, 9 },
  [COLUMN_LOSS_DOWN] = { LINE_WORD_LOSS_DOWN, 9 },
  [COLUMN_FROZEN_UP] = { LINE_WORD_FROZEN_UP, 11 },
  [COLUMN_FROZEN_DOWN] = { LINE_WORD_FROZEN_DOWN, 11 },
  [COLUMN_CONCEALED] = { LINE_WORD_CONCEALED, 9 },
  [COLUMN_RTT] = { LINE_WORD_RTT, 9 },
  [COLUMN_WORST_AT] = { LINE_WORD_WORST_AT, 17 },
  [COLUMN_WORST_WHAT] = { LINE_WORD_WORST_WHAT, 30 },
  [COLUMN_FAULTS] = { LINE_WORD_FAULTS, 9 },
  [COLUMN_FAULT_MINUTES] = { LINE_WORD_FAULT_MINUTES, 9 },
  [COLUMN_CAUSES] = { LINE_WORD_CAUSES, 50 },
  [COLUMN_REHEARSAL] = { LINE_WORD_REHEARSAL, 14 },
};

/* Columns that say something in this report. */
static gboolean
is_shown (const LineReport *report, Column column)
{
  switch (column) {
  case COLUMN_UNIT:
  case COLUMN_BRANCH:
    return report->group == LINE_BY_SITE;
  case COLUMN_JOINED:
  case COLUMN_LATE:
    return report->meeting != NULL;
  case COLUMN_MEETINGS:
  case COLUMN_TURNS:
  case COLUMN_CAME:
    return report->meeting == NULL;
  case COLUMN_SITES:
    return report->meeting == NULL && report->group != LINE_BY_SITE;
  default:
    return TRUE;
  }
}

guint
line_table_n_columns (const LineReport *report)
{
  guint n = 0;
  for (Column column = 0; column < N_COLUMNS; column++)
    n += is_shown (report, column);
  return n;
}

static Column
column_at (const LineReport *report, guint index)
{
  Column column = 0;
  for (guint left = index; column < N_COLUMNS - 1; column++)
    if (is_shown (report, column) && left-- == 0)
      break;
  return column;
}

const char *
line_table_head (const LineReport *report, guint index, ReportLanguage language)
{
  Column column = column_at (report, index);
  switch (column) {
  case COLUMN_NUMBER:
    return report_word (WORD_NUMBER, language);
  case COLUMN_NAME:
    return line_group_word (report->group, language);
  case COLUMN_UNIT:
    return report_word (WORD_UNIT, language);
  case COLUMN_BRANCH:
    return report_word (WORD_BRANCH, language);
  default:
    return line_word (columns[column].word, language);
  }
}

double
line_table_width (const LineReport *report, guint index)
{
  return columns[column_at (report, index)].width;
}

void
line_cell_clear (LineCell *cell)
{
  g_clear_pointer (&cell->text, g_free);
}

/* --- cells --------------------------------------------------------------------------------------
 */

static LineCell
text_cell (char *text)
{
  return (LineCell){ .text = text };
}

static LineCell
number_cell (double number, int digits)
{
  return (LineCell){ .number = number, .digits = digits };
}

static LineCell
worst_cell (const LineRow *row, Column column, const ReportStyle *style)
{
  const LineMoment *worst = &row->sum.worst;
  if (worst->at_ms == 0)
    return text_cell (g_strdup (""));
  if (column == COLUMN_WORST_AT)
    return text_cell (report_date_time (worst->at_ms, style->zone));
  return text_cell (line_kind_text (worst->kind, style->language));
}

static LineCell
name_cell (const LineReport *report, const LineRow *row, guint number, Column column,
           const ReportStyle *style)
{
  gboolean is_total = number == 0;
  switch (column) {
  case COLUMN_NAME:
    return text_cell (is_total ? g_strdup (report_word (WORD_TOTAL, style->language))
                               : line_row_name (report, row, style->zone));
  case COLUMN_UNIT:
    return text_cell (g_strdup (is_total ? "" : row->unit_name));
  case COLUMN_BRANCH:
    return text_cell (g_strdup (is_total ? "" : row->branch));
  case COLUMN_JOINED:
    return text_cell (is_total             ? g_strdup ("")
                      : row->sum.came == 0 ? g_strdup (line_word (LINE_WORD_NEVER, style->language))
                                           : report_date_time (row->joined_ms, style->zone));
  default:
    return is_total ? text_cell (g_strdup ("")) : number_cell (number, 0);
  }
}

/* Begun minutes; -1 = it never came, or it is a total. */
static int
minutes_late (const LineRow *row)
{
  if (!row->key || row->late_ms < 0)
    return -1;
  return (int) ((row->late_ms + MINUTE_MS - 1) / MINUTE_MS);
}

static LineCell
figure_cell (const LineRow *row, Column column)
{
  const LineSum *sum = &row->sum;
  LineFault faults = line_sum_all_faults (sum);
  gint64 minutes = sum->connected_ms / MINUTE_MS;
  switch (column) {
  case COLUMN_LATE:
    return number_cell (minutes_late (row), 0);
  case COLUMN_MEETINGS:
    return number_cell (row->meetings, 0);
  case COLUMN_SITES:
    return number_cell (row->sites, 0);
  case COLUMN_TURNS:
    return number_cell (sum->turns, 0);
  case COLUMN_CAME:
    return number_cell (sum->came, 0);
  case COLUMN_ON_TIME:
    return number_cell (line_sum_punctuality (sum), 1);
  case COLUMN_CONNECTED:
    return number_cell ((double) minutes, 0);
  case COLUMN_AVAILABILITY:
    return number_cell (line_sum_availability (sum), 1);
  case COLUMN_BREAKS:
    return number_cell (sum->breaks, 0);
  case COLUMN_LOSS_UP:
    return number_cell (line_sum_loss_up (sum), 2);
  case COLUMN_LOSS_DOWN:
    return number_cell (line_sum_loss_down (sum), 2);
  case COLUMN_FROZEN_UP:
    return number_cell (sum->measured_ms > 0 ? (double) sum->frozen_up_ms / 1000 : -1, 0);
  case COLUMN_FROZEN_DOWN:
    return number_cell (sum->measured_ms > 0 ? (double) sum->frozen_down_ms / 1000 : -1, 0);
  case COLUMN_CONCEALED:
    return number_cell (line_sum_concealed (sum), 2);
  case COLUMN_RTT:
    return number_cell (line_sum_rtt (sum), 0);
  case COLUMN_FAULTS:
    return number_cell (faults.n, 0);
  default: /* COLUMN_FAULT_MINUTES */
    return number_cell ((double) faults.ms / MINUTE_MS, 1);
  }
}

LineCell
line_table_cell (const LineReport *report, const LineRow *row, guint number, guint index,
                 const ReportStyle *style)
{
  Column column = column_at (report, index);
  switch (column) {
  case COLUMN_NUMBER:
  case COLUMN_NAME:
  case COLUMN_UNIT:
  case COLUMN_BRANCH:
  case COLUMN_JOINED:
    return name_cell (report, row, number, column, style);
  case COLUMN_WORST_AT:
  case COLUMN_WORST_WHAT:
    return worst_cell (row, column, style);
  case COLUMN_CAUSES:
    return text_cell (line_causes_text (&row->sum, LINE_CAUSES_SHOWN, style->language));
  case COLUMN_REHEARSAL:
    return text_cell (line_rehearsal_text (&row->sum, style->language));
  default:
    return figure_cell (row, column);
  }
}
