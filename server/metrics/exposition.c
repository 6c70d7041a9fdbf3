#include "server/metrics/exposition.h"

static const char *const type_names[] = { "gauge", "counter" };

/* @quotes: inside a label's value, where they end it. */
static void
append_escaped (GString *text, const char *value, gboolean quotes)
{
  for (const char *c = value; *c; c++) {
    if (*c == '\n')
      g_string_append (text, "\\n");
    else if (*c == '\\' || (quotes && *c == '"'))
      g_string_append_printf (text, "\\%c", *c);
    else
      g_string_append_c (text, *c);
  }
}

void
exposition_begin (GString *text, const char *name, MetricType type, const char *help)
{
  g_string_append_printf (text, "# HELP %s ", name);
  append_escaped (text, help, FALSE);
  g_string_append_printf (text, "\n# TYPE %s %s\n", name, type_names[type]);
}

void
exposition_add (GString *text, const char *name, const char *label, const char *label_value,
                double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, name);
  if (label) {
    g_autofree char *valid = g_utf8_make_valid (label_value, -1);
    g_string_append_printf (text, "{%s=\"", label);
    append_escaped (text, valid, TRUE);
    g_string_append (text, "\"}");
  }
  /* whole numbers are exact to 2^53 */
  g_ascii_formatd (number, sizeof number, value == (gint64) value ? "%.0f" : "%.9g", value);
  g_string_append_printf (text, " %s\n", number);
}

void
exposition_single (GString *text, const char *name, MetricType type, const char *help, double value)
{
  exposition_begin (text, name, type, help);
  exposition_add (text, name, NULL, NULL, value);
}
