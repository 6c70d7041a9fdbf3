/* Lists as JSON text, for SQLite's json_each () (folder-private): a list of any length is one bound
 * argument of a prepared statement. */
#pragma once
#include <glib.h>

/* transfer full; NULL counts as an empty list. */
char *json_list_of_strings (const char *const *strings);
char *json_list_of_ids (const GPtrArray *ids);
char *json_list_of_times (const GArray *times_ms);
/* Reads json_list_of_times (); what is no number is left out.  transfer full, of gint64. */
GArray *json_list_read_times (const char *text);
