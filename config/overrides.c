#include "config/overrides.h"

#include "config/limits.h"

#include <string.h>

#define FILE_NAME "settings.conf"
#define FILE_MODE 0600 /* there may be a password in it */

char *
settings_overrides_path (const Settings *settings)
{
  return settings_state_path (settings, FILE_NAME);
}

gboolean
settings_overrides_allow (const SettingKey *key)
{
  return strcmp (key->group, "storage") != 0 && strcmp (key->group, "demo") != 0;
}

static char *
name_of (const SettingKey *key)
{
  return g_strconcat (key->group, ".", key->key, NULL);
}

/* --- Reading ------------------------------------------------------------------------------- */

/* "group.key" -> text of all that stands in @path. */
static GHashTable *
read_file (const char *path, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *data = NULL;
  gsize len = 0;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&found);
  if (!g_file_get_contents (path, &data, &len, error))
    return NULL;
  g_autoptr (Settings) trial = settings_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  /* The same checks as for the configured file: known groups, keys and values. */
  if (!settings_load_data (trial, path, data, len, error) ||
      (len > 0 && !g_key_file_load_from_data (file, data, len, G_KEY_FILE_NONE, error)))
    return NULL;
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    char *text = g_key_file_get_value (file, keys[i].group, keys[i].key, NULL);
    if (text)
      g_hash_table_insert (found, name_of (&keys[i]), g_strstrip (text));
  }
  return g_steal_pointer (&found);
}

GHashTable *
settings_overrides_read (const Settings *settings, GError **error)
{
  g_autofree char *path = settings_overrides_path (settings);
  return read_file (path, error);
}

static gboolean
apply (Settings *settings, const char *where, const SettingKey *key, const char *text,
       GError **error)
{
  g_autofree char *before = settings_get_text (settings, key);
  if (!settings_set_key (settings, where, key, text, error))
    return FALSE;
  char *name = name_of (key);
  if (g_hash_table_contains (settings->before_overrides, name))
    g_free (name);
  else
    g_hash_table_insert (settings->before_overrides, name, g_steal_pointer (&before));
  return TRUE;
}

gboolean
settings_load_overrides (Settings *settings, const char *path, GError **error)
{
  g_autoptr (GHashTable) overrides = read_file (path, error);
  if (!overrides)
    return FALSE;
  if (!settings->before_overrides)
    settings->before_overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = name_of (&keys[i]);
    const char *text = g_hash_table_lookup (overrides, name);
    if (text && settings_overrides_allow (&keys[i]) &&
        !apply (settings, path, &keys[i], text, error))
      return FALSE;
  }
  return TRUE;
}

/* --- Writing ------------------------------------------------------------------------------- */

static gboolean
check_name (const char *name, GError **error)
{
  const SettingKey *key = settings_find_key (name);
  if (key && settings_overrides_allow (key))
    return TRUE;
  g_autofree char *shown = g_strescape (name, NULL);
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNKNOWN,
               key ? "%s cannot be changed here" : "there is no setting \"%s\"", shown);
  return FALSE;
}

static gboolean
merge (GHashTable *overrides, GHashTable *changes, GError **error)
{
  GHashTableIter iter;
  gpointer name, text;
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &name, &text)) {
    if (!check_name (name, error))
      return FALSE;
    if (text)
      g_hash_table_insert (overrides, g_strdup (name), g_strdup (text));
    else
      g_hash_table_remove (overrides, name);
  }
  return TRUE;
}

/* What the key would be at the next start: by the file, or as it was before an override. */
static const char *
text_of (const Settings *settings, GHashTable *overrides, const char *name)
{
  const char *text = g_hash_table_lookup (overrides, name);
  if (text || !settings->before_overrides)
    return text;
  return g_hash_table_lookup (settings->before_overrides, name);
}

static Settings *
settings_with (const Settings *settings, GHashTable *overrides, GError **error)
{
  g_autoptr (Settings) copy = settings_copy (settings);
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = name_of (&keys[i]);
    const char *text = text_of (settings, overrides, name);
    if (text && !settings_set_key (copy, "settings", &keys[i], text, error))
      return NULL;
  }
  return settings_finish (copy, error) ? g_steal_pointer (&copy) : NULL;
}

/* In the order of the table.  (transfer full) */
static char *
format_overrides (GHashTable *overrides)
{
  GString *text = g_string_new ("# Đổi trên trang Cài đặt / changed on the page Settings\n");
  const char *group = "";
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = name_of (&keys[i]);
    const char *value = g_hash_table_lookup (overrides, name);
    if (!value)
      continue;
    if (strcmp (group, keys[i].group) != 0)
      g_string_append_printf (text, "[%s]\n", keys[i].group);
    group = keys[i].group;
    g_string_append_printf (text, "%s = %s\n", keys[i].key, value);
  }
  return g_string_free (text, FALSE);
}

gboolean
settings_overrides_write (const Settings *settings, GHashTable *changes, Settings **ret_settings,
                          GError **error)
{
  g_autofree char *path = settings_overrides_path (settings);
  g_autoptr (GHashTable) overrides = read_file (path, error);
  if (!overrides || !merge (overrides, changes, error))
    return FALSE;
  g_autoptr (Settings) result = settings_with (settings, overrides, error);
  if (!result)
    return FALSE;
  g_autofree char *text = format_overrides (overrides);
  if (!g_file_set_contents_full (path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 FILE_MODE, error))
    return FALSE;
  *ret_settings = g_steal_pointer (&result);
  return TRUE;
}
