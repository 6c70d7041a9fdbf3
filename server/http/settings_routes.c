/* Settings on the pages: what they are, and what an administrator of everything changes. */
#include <string.h>

#include "config/overrides.h"
#include "server/http/audit.h"
#include "server/http/handlers.h"

static const char *const type_names[] = {
  [SETTING_STRING] = "string",       [SETTING_PATH] = "path",           [SETTING_INT] = "int",
  [SETTING_BOOL] = "bool",           [SETTING_ENUM] = "enum",           [SETTING_LIST] = "list",
  [SETTING_ENUM_LIST] = "enum_list", [SETTING_ADDRESSES] = "addresses",
};

/* --- Reading ------------------------------------------------------------------------------- */

static json_t *
value_to_json (const SettingKey *key, const char *text)
{
  if (key->secret)
    return json_null ();
  if (key->type == SETTING_INT)
    return json_integer (g_ascii_strtoll (text, NULL, 10));
  if (key->type == SETTING_BOOL)
    return json_boolean (g_str_equal (text, "true"));
  return json_string (text);
}

static json_t *
options_to_json (const SettingKey *key)
{
  json_t *options = json_array ();
  for (guint i = 0; key->names && key->names[i] && key->type != SETTING_BOOL; i++)
    json_array_append_new (options, json_string (key->names[i]));
  return options;
}

/* @override: the text of the overrides' file, or NULL. */
static json_t *
setting_to_json (const Settings *settings, const SettingKey *key, const char *override)
{
  g_autofree char *name = g_strconcat (key->group, ".", key->key, NULL);
  const char *before =
      settings->before_overrides ? g_hash_table_lookup (settings->before_overrides, name) : NULL;
  g_autofree char *now = settings_get_text (settings, key);
  const char *text = override ? override : before ? before : now;
  const char *from = override ? "override" : strcmp (text, key->fallback) == 0 ? "default" : "file";
  return json_pack ("{s:s, s:s, s:s, s:o, s:o, s:s, s:{s:s, s:s}, s:b, s:b, s:b, s:b, s:o, s:I, "
                    "s:I}",
                    "key", name, "group", key->group, "type", type_names[key->type], "value",
                    value_to_json (key, text), "default", value_to_json (key, key->fallback),
                    "from", from, "help", "vi", key->help_vi, "en", key->help_en, "secret",
                    key->secret, "set", *text != '\0', "restart", !key->live, "fixed",
                    !settings_overrides_allow (key), "options", options_to_json (key), "min",
                    (json_int_t) key->min, "max", (json_int_t) key->max);
}

static void
settings_reply (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const Settings *settings = request->scope->context.settings;
  g_autoptr (GHashTable) overrides = settings_overrides_read (settings, &error);
  if (!overrides) {
    http_reply_error (request, error);
    return;
  }
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  json_t *list = json_array ();
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = g_strconcat (keys[i].group, ".", keys[i].key, NULL);
    json_array_append_new (
        list, setting_to_json (settings, &keys[i], g_hash_table_lookup (overrides, name)));
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "settings", list));
}

void
on_settings_read (HttpRequest *request)
{
  if (http_request_may_on_everything (request))
    settings_reply (request);
}

/* --- Changing ------------------------------------------------------------------------------ */

/* FALSE: neither text, number, switch nor null.  @ret_text transfer full. */
static gboolean
text_of_json (const json_t *value, char **ret_text)
{
  *ret_text = NULL;
  if (json_is_string (value))
    *ret_text = g_strdup (json_string_value (value));
  else if (json_is_integer (value))
    *ret_text = g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
  else if (json_is_boolean (value))
    *ret_text = g_strdup (json_is_true (value) ? "true" : "false");
  return *ret_text || json_is_null (value);
}

/* "group.key" -> text or NULL; replies and returns NULL. */
static GHashTable *
read_changes (HttpRequest *request)
{
  g_autoptr (json_t) json = NULL;
  g_autoptr (GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gsize size = 0;
  const char *text = g_bytes_get_data (request->body, &size), *name;
  json_t *value;
  if (!record_parse_text (text ? text : "", size, HTTP_BODY_MAX_BYTES, &json, NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_JSON);
    return NULL;
  }
  if (json_object_size (json) == 0 || json_object_size (json) > LIMIT_OVERRIDES_AT_ONCE) {
    http_reply_field (request, NULL, "1 to 64 settings at once");
    return NULL;
  }
  json_object_foreach (json, name, value)
  {
    char *wanted;
    if (!text_of_json (value, &wanted)) {
      http_reply_field (request, name, "text, a number, true, false or null");
      return NULL;
    }
    g_hash_table_insert (changes, g_strdup (name), wanted);
  }
  return g_steal_pointer (&changes);
}

/* Names and values, but for secrets.  transfer full. */
static char *
describe_changes (GHashTable *changes)
{
  g_autoptr (json_t) detail = json_object ();
  GHashTableIter iter;
  gpointer name, text;
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &name, &text)) {
    const SettingKey *key = settings_find_key (name);
    json_object_set_new (detail, name,
                         !text                ? json_null ()
                         : key && key->secret ? json_string ("***")
                                              : json_string (text));
  }
  return json_dumps (detail, JSON_COMPACT | JSON_SORT_KEYS);
}

/* The file is written last, within the audit's transaction: a change that is not on record is none.
 */
static gboolean
settings_change (HttpRequest *request, GHashTable *changes, Settings **ret_settings, GError **error)
{
  const HttpContext *context = &request->scope->context;
  g_autofree char *detail = describe_changes (changes);
  g_autoptr (Transaction) transaction = database_begin (context->database, error);
  return transaction && audit_append (request, NULL, "settings.change", "", detail, error) &&
         settings_overrides_write (context->settings, changes, ret_settings, error) &&
         transaction_commit (transaction, error);
}

/* The lights of lines follow at once. */
static void
set_thresholds (HealthBoard *board, const Settings *settings)
{
  HealthConfig config = { .fair_permille = (guint) settings->meetings.line_fair_permille,
                          .poor_permille = (guint) settings->meetings.line_poor_permille,
                          .calm_us = settings->meetings.line_calm_s * (gint64) G_USEC_PER_SEC };
  health_board_set_config (board, &config);
}

void
on_settings_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = NULL;
  const HttpContext *context = &request->scope->context;
  g_autoptr (GHashTable) changes =
      http_request_may_on_everything (request) ? read_changes (request) : NULL;
  if (!changes)
    return;
  if (!settings_change (request, changes, &settings, &error)) {
    if (error->domain == SETTINGS_ERROR)
      http_reply_field (request, NULL, error->message);
    else
      http_reply_error (request, error);
    return;
  }
  if (context->mail.configure)
    context->mail.configure (context->mail_data, settings);
  if (context->health)
    set_thresholds (context->health, settings);
  settings_reply (request);
}
