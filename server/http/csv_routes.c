/* Lists out of and into Excel: rooms and groups. */
#include <string.h>

#include "server/http/audit.h"
#include "server/http/handlers.h"
#include "server/storage/csv_import.h"

typedef CsvReport *(*ImportFunc) (Database *database, const CsvImport *import, GError **error);
typedef char *(*ExportFunc) (Database *database, const char *root, char separator, GError **error);

/* The unit whose subtree is meant: of the query, or the user's own.  Replies and FALSE. */
static gboolean
read_root (HttpRequest *request, const char **ret_root)
{
  const char *root = http_request_query (request, "root");
  *ret_root = root ? root : http_request_user (request)->unit;
  return !root || http_request_may_on_unit (request, request->route->right, root);
}

/* Where decimals have a comma, as in Vietnam, Excel separates fields by semicolons. */
static gboolean
read_separator (HttpRequest *request, char *ret_separator)
{
  const char *name = http_request_query (request, "separator");
  *ret_separator = g_strcmp0 (name, "comma") == 0 ? ',' : ';';
  if (!name || *ret_separator == ',' || g_str_equal (name, "semicolon"))
    return TRUE;
  http_reply_field (request, "separator", "comma or semicolon");
  return FALSE;
}

static void
csv_export (HttpRequest *request, ExportFunc export, const char *file_name)
{
  g_autoptr (GError) error = NULL;
  const char *root;
  char separator;
  if (!read_root (request, &root) || !read_separator (request, &separator))
    return;
  g_autofree char *text = export(request->scope->context.database, root, separator, &error);
  if (!text) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"", file_name);
  http_reply_header (request, "Content-Disposition", disposition);
  http_reply_text (request, 200, "text/csv; charset=utf-8", text);
}

static json_t *
report_to_json (const CsvReport *report)
{
  json_t *faults = json_array ();
  for (guint i = 0; i < report->faults->len; i++) {
    const CsvFault *fault = report->faults->pdata[i];
    json_array_append_new (faults, json_pack ("{s:i, s:s, s:s}", "line", (int) fault->line, "text",
                                              fault->vi, "text_en", fault->en));
  }
  return json_pack ("{s:i, s:i, s:i, s:i, s:b, s:o}", "added", (int) report->added, "changed",
                    (int) report->changed, "removed", (int) report->removed, "unchanged",
                    (int) report->unchanged, "stored", report->stored, "errors", faults);
}

static gboolean
is_wanted (HttpRequest *request, const char *name)
{
  return g_strcmp0 (http_request_query (request, name), "1") == 0;
}

static gboolean
audit_import (HttpRequest *request, const char *action, const CsvReport *report, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("{\"added\":%u,\"changed\":%u,\"removed\":%u}",
                                             report->added, report->changed, report->removed);
  return audit_append (request, NULL, action, "", detail, error);
}

static void
csv_import (HttpRequest *request, ImportFunc run, const char *action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsvReport) report = NULL;
  Database *database = request->scope->context.database;
  gsize size = 0;
  const char *text = g_bytes_get_data (request->body, &size);
  CsvImport import = { .text = text ? text : "",
                       .size = size,
                       .remove = is_wanted (request, "remove"),
                       .dry_run = is_wanted (request, "dry_run") };
  if (!read_root (request, &import.root))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !(report = run (database, &import, &error)) ||
      (report->stored && (!audit_import (request, action, report, &error) ||
                          !transaction_commit (transaction, &error))))
    http_reply_error (request, error);
  else
    http_reply_json (request, 200, report_to_json (report));
}

void
on_endpoint_export (HttpRequest *request)
{
  csv_export (request, endpoint_csv_export, "diem-cau.csv");
}

void
on_endpoint_import (HttpRequest *request)
{
  csv_import (request, endpoint_csv_import, "endpoint.import");
}

void
on_group_export (HttpRequest *request)
{
  csv_export (request, group_csv_export, "nhom-diem-cau.csv");
}

void
on_group_import (HttpRequest *request)
{
  csv_import (request, group_csv_import, "group.import");
}
