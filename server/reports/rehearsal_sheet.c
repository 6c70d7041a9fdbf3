#include "server/reports/rehearsal_sheet.h"

#include <string.h>

#include "server/reports/xlsx_book.h"
#include "server/storage/csv.h"

typedef const char *Words[N_REPORT_LANGUAGES];

static const Words sheet_name = { "Phiên thử", "Rehearsal" };
static const Words lights[] = {
  [TEST_LIGHT_NONE] = { "chưa thử", "not tested" },
  [TEST_LIGHT_GOOD] = { "tốt", "good" },
  [TEST_LIGHT_FAIR] = { "cần chú ý", "fair" },
  [TEST_LIGHT_BAD] = { "chưa đạt", "bad" },
};
static const Words networks[] = {
  { "", "" }, { "dây mạng", "cable" }, { "Wi-Fi", "Wi-Fi" }, { "di động", "mobile" }
};

/* A cell: a text, or a number where @is_number. */
typedef struct {
  char *text;
  gboolean is_number;
} Cell;

/* What a row is made of. */
typedef struct {
  const RehearsalSite *site;
  const TestResult *result; /* NULL = there is none */
  const ReportStyle *style;
  guint number;
} Row;

/* --- cells --- */

static Cell
text_cell (const char *text)
{
  return (Cell){ g_strdup (text ? text : ""), FALSE };
}

static Cell
number_cell (gint64 number)
{
  return (Cell){ number < 0 ? g_strdup ("") : g_strdup_printf ("%" G_GINT64_FORMAT, number),
                 number >= 0 };
}

static Cell
number (const Row *row)
{
  return number_cell (row->number);
}

static Cell
name (const Row *row)
{
  return text_cell (row->site->name);
}

static Cell
unit (const Row *row)
{
  return text_cell (row->site->unit_name);
}

static Cell
branch (const Row *row)
{
  return text_cell (row->site->branch_name);
}

static Cell
technician (const Row *row)
{
  return text_cell (row->site->technician);
}

static Cell
phone (const Row *row)
{
  return text_cell (row->site->phone);
}

static Cell
light (const Row *row)
{
  TestLight value = row->site->run ? row->site->run->light : TEST_LIGHT_NONE;
  return text_cell (lights[value][row->style->language]);
}

/* The sentences, one a line. */
static Cell
advice (const Row *row)
{
  GString *text = g_string_new (NULL);
  g_autoptr (json_t) list = row->site->run ? test_run_advice_to_json (row->site->run) : NULL;
  const char *language = row->style->language == REPORT_VI ? "vi" : "en";
  size_t index;
  const json_t *item;
  json_array_foreach (list, index, item)
  {
    const json_t *words = json_object_get (json_object_get (item, "text"), language);
    g_string_append_printf (text, "%s%s", index > 0 ? "\n" : "", json_string_value (words));
  }
  return (Cell){ g_string_free (text, FALSE), FALSE };
}

static Cell
tested_at (const Row *row)
{
  return (Cell){ report_date_time (row->site->run ? row->site->run->at_ms : 0, row->style->zone),
                 FALSE };
}

static Cell
runs (const Row *row)
{
  return number_cell (row->site->runs);
}

static const TestLine *
line_of (const Row *row)
{
  return row->result ? row->result->line : NULL;
}

static Cell
network (const Row *row)
{
  const TestLine *line = line_of (row);
  gboolean is_known = line && (guint) line->network < G_N_ELEMENTS (networks);
  return text_cell (is_known ? networks[line->network][row->style->language] : "");
}

/* Permille as percent, with one digit behind the comma or point. */
static Cell
percent_cell (int permille, const ReportStyle *style)
{
  if (permille < 0)
    return text_cell ("");
  return (Cell){ g_strdup_printf ("%d%c%d", permille / 10, style->language == REPORT_VI ? ',' : '.',
                                  permille % 10),
                 FALSE };
}

static Cell
up_loss (const Row *row)
{
  return percent_cell (line_of (row) ? line_of (row)->up_loss : TEST_UNKNOWN, row->style);
}

static Cell
down_loss (const Row *row)
{
  return percent_cell (line_of (row) ? line_of (row)->down_loss : TEST_UNKNOWN, row->style);
}

static Cell
up_kbps (const Row *row)
{
  return number_cell (line_of (row) ? line_of (row)->up_kbps : TEST_UNKNOWN);
}

static Cell
down_kbps (const Row *row)
{
  return number_cell (line_of (row) ? line_of (row)->down_kbps : TEST_UNKNOWN);
}

static Cell
jitter (const Row *row)
{
  const TestLine *line = line_of (row);
  return number_cell (line ? MAX (line->up_jitter_ms, line->down_jitter_ms) : TEST_UNKNOWN);
}

static Cell
rtt (const Row *row)
{
  return number_cell (line_of (row) ? line_of (row)->rtt_ms : TEST_UNKNOWN);
}

static Cell
devices (const Row *row)
{
  const TestDevices *devices = row->result ? row->result->devices : NULL;
  GString *text = g_string_new (NULL);
  const char *const labels[] = { devices ? devices->microphone : NULL,
                                 devices ? devices->speaker : NULL,
                                 devices ? devices->camera : NULL };
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (labels[i] && *labels[i])
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", labels[i]);
  return (Cell){ g_string_free (text, FALSE), FALSE };
}

static Cell
note (const Row *row)
{
  return text_cell (row->site->note);
}

static Cell
ticked (const Row *row)
{
  g_autofree char *at = report_date_time (row->site->ticked_ms, row->style->zone);
  if (!row->site->ticked_by)
    return text_cell ("");
  return (Cell){ g_strdup_printf ("%s, %s", row->site->ticked_by, at), FALSE };
}

static const struct {
  Words head;
  double width;
  Cell (*cell) (const Row *row);
} columns[] = {
  { { "TT", "No." }, 5, number },
  { { "Điểm cầu", "Site" }, 28, name },
  { { "Đơn vị", "Unit" }, 22, unit },
  { { "Nhánh", "Branch" }, 22, branch },
  { { "Kết quả", "Result" }, 12, light },
  { { "Việc cần làm", "What to do" }, 60, advice },
  { { "Kỹ thuật", "Technician" }, 20, technician },
  { { "Điện thoại", "Telephone" }, 14, phone },
  { { "Ghi chú", "Note" }, 30, note },
  { { "Đã xong", "Ticked off" }, 22, ticked },
  { { "Thử lúc", "Tested at" }, 17, tested_at },
  { { "Số lần thử", "Tests" }, 8, runs },
  { { "Mạng", "Network" }, 10, network },
  { { "Mất gói lên (%)", "Loss up (%)" }, 9, up_loss },
  { { "Mất gói xuống (%)", "Loss down (%)" }, 9, down_loss },
  { { "Lên (kbit/s)", "Up (kbit/s)" }, 9, up_kbps },
  { { "Xuống (kbit/s)", "Down (kbit/s)" }, 9, down_kbps },
  { { "Rung (ms)", "Jitter (ms)" }, 8, jitter },
  { { "Trễ khứ hồi (ms)", "Round trip (ms)" }, 9, rtt },
  { { "Thiết bị", "Devices" }, 40, devices },
};
#define N_COLUMNS G_N_ELEMENTS (columns)

/* --- rows --- */

/* Red first, then yellow, then those that did not test, then green; as booked among equals. */
static int
rank_of (const RehearsalSite *site)
{
  static const int ranks[] = {
    [TEST_LIGHT_BAD] = 0, [TEST_LIGHT_FAIR] = 1, [TEST_LIGHT_NONE] = 2, [TEST_LIGHT_GOOD] = 3
  };
  return ranks[site->run ? site->run->light : TEST_LIGHT_NONE];
}

static GPtrArray *
list_by_rank (const RehearsalSheet *sheet)
{
  GPtrArray *list = g_ptr_array_sized_new (sheet->sites->len);
  for (int rank = 0; rank <= 3; rank++)
    for (guint i = 0; i < sheet->sites->len; i++)
      if (rank_of (g_ptr_array_index (sheet->sites, i)) == rank)
        g_ptr_array_add (list, g_ptr_array_index (sheet->sites, i));
  return list;
}

/* As it was told, the relay's figures where the page had none; NULL when it cannot be read. */
static TestResult *
read_result (const TestRun *run)
{
  gpointer result = NULL;
  g_autoptr (json_t) json = run ? json_loads (run->result, 0, NULL) : NULL;
  if (!json || !record_decode (&test_result_type, json, &result, NULL))
    return NULL;
  TestResult *read = result;
  const json_t *relay = json_object_get (json, "relay");
  if (!read->line)
    read->line = test_line_new ();
  int *const figures[] = { &read->line->up_loss, &read->line->down_loss, &read->line->rtt_ms };
  static const char *const names[] = { "up_loss", "down_loss", "rtt_ms" };
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    const json_t *figure = json_object_get (relay, names[i]);
    if (*figures[i] == TEST_UNKNOWN && json_is_integer (figure))
      *figures[i] = (int) json_integer_value (figure);
  }
  return read;
}

typedef void (*RowWriter) (gpointer out, const Cell *cells);

static void
write_rows (const RehearsalSheet *sheet, const ReportStyle *style, RowWriter writer, gpointer out)
{
  g_autoptr (GPtrArray) sites = list_by_rank (sheet);
  for (guint i = 0; i < sites->len; i++) {
    const RehearsalSite *site = g_ptr_array_index (sites, i);
    g_autoptr (TestResult) result = read_result (site->run);
    Row row = { site, result, style, i + 1 };
    Cell cells[N_COLUMNS];
    for (gsize c = 0; c < N_COLUMNS; c++)
      cells[c] = columns[c].cell (&row);
    writer (out, cells);
    for (gsize c = 0; c < N_COLUMNS; c++)
      g_free (cells[c].text);
  }
}

/* --- files --- */

static void
write_csv_row (gpointer out, const Cell *cells)
{
  const char *fields[N_COLUMNS + 1] = { NULL };
  for (gsize c = 0; c < N_COLUMNS; c++)
    fields[c] = cells[c].text;
  csv_append_row (out, ',', fields);
}

GBytes *
rehearsal_to_csv (const RehearsalSheet *sheet, const ReportStyle *style, GError **error)
{
  GString *text = csv_text_new ();
  const char *heads[N_COLUMNS + 1] = { NULL };
  for (gsize c = 0; c < N_COLUMNS; c++)
    heads[c] = columns[c].head[style->language];
  csv_append_row (text, ',', heads);
  write_rows (sheet, style, write_csv_row, text);
  return g_string_free_to_bytes (text);
}

static void
write_xlsx_row (gpointer out, const Cell *cells)
{
  for (gsize c = 0; c < N_COLUMNS; c++) {
    if (cells[c].is_number)
      xlsx_book_number (out, (double) g_ascii_strtoll (cells[c].text, NULL, 10));
    else
      xlsx_book_text (out, cells[c].text);
  }
  xlsx_book_end_row (out);
}

GBytes *
rehearsal_to_xlsx (const RehearsalSheet *sheet, const ReportStyle *style, GError **error)
{
  g_autoptr (XlsxBook) book = xlsx_book_new (error);
  double widths[N_COLUMNS + 1] = { 0 };
  g_autofree char *starts = report_date_time (sheet->starts_ms, style->zone);
  g_autofree char *heading =
      g_strdup_printf ("%s: %s, %s", rehearsal_sheet_name (style->language), sheet->title, starts);
  if (!book)
    return NULL;
  for (gsize c = 0; c < N_COLUMNS; c++)
    widths[c] = columns[c].width;
  xlsx_book_add_sheet (book, rehearsal_sheet_name (style->language), widths);
  xlsx_book_heading (book, heading);
  xlsx_book_end_row (book);
  for (gsize c = 0; c < N_COLUMNS; c++)
    xlsx_book_column (book, columns[c].head[style->language]);
  xlsx_book_end_row (book);
  xlsx_book_freeze (book);
  write_rows (sheet, style, write_xlsx_row, book);
  return xlsx_book_finish (book, error);
}

const char *
rehearsal_sheet_name (ReportLanguage language)
{
  return sheet_name[language];
}
