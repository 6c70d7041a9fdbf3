#include "config/settings.h"

#include "config/limits.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

G_DEFINE_QUARK (diemcau - settings - error - quark, settings_error)

#define VALUE(T, settings, key) (*(T *) ((guint8 *) (settings) + (key)->offset))

static gboolean
is_list (const SettingKey *key)
{
  return key->type == SETTING_LIST || key->type == SETTING_ENUM_LIST ||
         key->type == SETTING_ADDRESSES;
}

static gboolean
is_text (const SettingKey *key)
{
  return key->type == SETTING_STRING || key->type == SETTING_PATH;
}

/* --- values ---------------------------------------------------------------------------------- */

static int
find_name (const char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return i;
  return -1;
}

/* What is allowed, to end a sentence that begins with "must be".  (transfer full) */
static char *
describe_allowed (const SettingKey *key)
{
  g_autofree char *names = key->names ? g_strjoinv (", ", (char **) key->names) : NULL;
  switch (key->type) {
  case SETTING_INT:
    return g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            key->min, key->max);
  case SETTING_BOOL:
    return g_strdup ("true or false");
  case SETTING_ENUM:
    return g_strdup_printf ("one of %s", names);
  case SETTING_ENUM_LIST:
    return g_strdup_printf ("a list of %s, each at most once", names);
  case SETTING_ADDRESSES:
    return g_strdup_printf ("a list of at most %d IPv4 or IPv6 addresses", LIMIT_SETTING_LIST);
  case SETTING_LIST:
    return g_strdup_printf ("a list of at most %d values", LIMIT_SETTING_LIST);
  case SETTING_STRING:
  case SETTING_PATH:
    return g_strdup_printf ("text of at most %d bytes without control characters",
                            LIMIT_SETTING_BYTES);
  }
  g_return_val_if_reached (NULL);
}

static gboolean
parse_int (const SettingKey *key, const char *text, int *ret)
{
  gint64 value;
  if (!g_ascii_string_to_signed (text, 10, key->min, key->max, &value, NULL))
    return FALSE;
  *ret = (int) value;
  return TRUE;
}

static gboolean
is_address (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  return address != NULL;
}

/* Checks one item; *@item is replaced by the name as the table writes it. */
static gboolean
check_item (const SettingKey *key, char **list, gsize n_before, char **item)
{
  if (key->type == SETTING_ADDRESSES)
    return is_address (*item);
  if (key->type != SETTING_ENUM_LIST)
    return TRUE;
  int index = find_name (key->names, *item);
  if (index < 0)
    return FALSE;
  for (gsize i = 0; i < n_before; i++)
    if (strcmp (list[i], key->names[index]) == 0)
      return FALSE;
  g_free (*item);
  *item = g_strdup (key->names[index]);
  return TRUE;
}

/* NULL if an item is bad.  (transfer full) */
static char **
parse_list (const SettingKey *key, const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",;", -1);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  for (char **part = parts; *part; part++) {
    g_strstrip (*part);
    if (!**part)
      continue;
    char *item = g_strdup (*part);
    gboolean good = check_item (key, (char **) list->pdata, list->len, &item);
    g_ptr_array_add (list, item);
    if (!good || list->len > LIMIT_SETTING_LIST)
      return NULL;
  }
  if (key->type == SETTING_ENUM_LIST && list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

/* One line of UTF-8, of bounded length. */
static gboolean
is_plain_text (const char *text)
{
  if (strlen (text) > LIMIT_SETTING_BYTES || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;
  return TRUE;
}

/* Stores @text if it is allowed for @key. */
static gboolean
parse_value (Settings *settings, const SettingKey *key, const char *text)
{
  if (!is_plain_text (text))
    return FALSE;
  if (is_text (key)) {
    g_free (VALUE (char *, settings, key));
    VALUE (char *, settings, key) = g_strdup (text);
    return TRUE;
  }
  if (is_list (key)) {
    char **list = parse_list (key, text);
    if (!list)
      return FALSE;
    g_strfreev (VALUE (char **, settings, key));
    VALUE (char **, settings, key) = list;
    return TRUE;
  }
  if (key->type == SETTING_INT)
    return parse_int (key, text, &VALUE (int, settings, key));
  int index = find_name (key->names, text);
  if (index < 0)
    return FALSE;
  VALUE (int, settings, key) = key->type == SETTING_BOOL ? index == 0 : index;
  return TRUE;
}

char *
settings_get_text (const Settings *settings, const SettingKey *key)
{
  switch (key->type) {
  case SETTING_STRING:
  case SETTING_PATH:
    return g_strdup (VALUE (char *, settings, key));
  case SETTING_LIST:
  case SETTING_ENUM_LIST:
  case SETTING_ADDRESSES:
    return g_strjoinv (", ", VALUE (char **, settings, key));
  case SETTING_INT:
    return g_strdup_printf ("%d", VALUE (int, settings, key));
  case SETTING_BOOL:
    return g_strdup (VALUE (gboolean, settings, key) ? "true" : "false");
  case SETTING_ENUM:
    return g_strdup (key->names[VALUE (int, settings, key)]);
  }
  g_return_val_if_reached (NULL);
}

/* --- life ------------------------------------------------------------------------------------ */

Settings *
settings_new (void)
{
  Settings *settings = g_new0 (Settings, 1);
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++)
    if (!parse_value (settings, &keys[i], keys[i].fallback))
      g_error ("the default of %s.%s is not allowed", keys[i].group, keys[i].key);
  return settings;
}

void
settings_free (Settings *settings)
{
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    if (is_text (&keys[i]))
      g_free (VALUE (char *, settings, &keys[i]));
    else if (is_list (&keys[i]))
      g_strfreev (VALUE (char **, settings, &keys[i]));
  }
  g_free (settings->path);
  g_clear_pointer (&settings->before_overrides, g_hash_table_unref);
  g_free (settings);
}

/* --- changing -------------------------------------------------------------------------------- */

static gboolean
has_group (const char *group)
{
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++)
    if (strcmp (keys[i].group, group) == 0)
      return TRUE;
  return FALSE;
}

/* The row of a key, or an error that says which groups or keys there are. */
static const SettingKey *
find_key (const char *where, const char *group, const char *name, GError **error)
{
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  for (gsize i = 0; i < n; i++) {
    gboolean same_group = strcmp (keys[i].group, group) == 0;
    if (same_group && strcmp (keys[i].key, name) == 0)
      return &keys[i];
    if (same_group)
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", keys[i].key);
    if (i == 0 || strcmp (keys[i].group, keys[i - 1].group) != 0)
      g_string_append_printf (groups, "%s%s", groups->len ? ", " : "", keys[i].group);
  }
  g_autofree char *shown_group = g_strescape (group, NULL);
  g_autofree char *shown_name = g_strescape (name, NULL);
  if (names->len > 0)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNKNOWN,
                 "%s: [%s] has no key \"%s\"; its keys are %s", where, shown_group, shown_name,
                 names->str);
  else
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNKNOWN,
                 "%s: there is no group [%s]; the groups are %s", where, shown_group, groups->str);
  return NULL;
}

static gboolean
set_value (Settings *settings, const char *where, const SettingKey *key, const char *text,
           GError **error)
{
  if (parse_value (settings, key, text))
    return TRUE;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *shown = g_utf8_substring (valid, 0, MIN (60, g_utf8_strlen (valid, -1)));
  for (char *c = shown; *c; c++)
    if (g_ascii_iscntrl (*c) || key->secret)
      *c = key->secret ? '*' : '?';
  g_autofree char *allowed = describe_allowed (key);
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE, "%s: [%s] %s = \"%s\": must be %s",
               where, key->group, key->key, shown, allowed);
  return FALSE;
}

gboolean
settings_set_key (Settings *settings, const char *where, const SettingKey *key, const char *text,
                  GError **error)
{
  return set_value (settings, where, key, text, error);
}

const SettingKey *
settings_find_key (const char *name)
{
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  const char *dot = strchr (name, '.');
  for (gsize i = 0; dot && i < n; i++)
    if (strlen (keys[i].group) == (gsize) (dot - name) && g_str_has_prefix (name, keys[i].group) &&
        strcmp (keys[i].key, dot + 1) == 0)
      return &keys[i];
  return NULL;
}

Settings *
settings_copy (const Settings *settings)
{
  Settings *copy = settings_new ();
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *text = settings_get_text (settings, &keys[i]);
    if (!parse_value (copy, &keys[i], text))
      g_error ("[%s] %s: a value that was allowed is not", keys[i].group, keys[i].key);
  }
  copy->path = g_strdup (settings->path);
  if (settings->before_overrides)
    copy->before_overrides = g_hash_table_ref (settings->before_overrides);
  return copy;
}

gboolean
settings_set (Settings *settings, const char *assignment, GError **error)
{
  const char *dot = strchr (assignment, '.');
  const char *equals = dot ? strchr (dot, '=') : NULL;
  g_autofree char *where = g_strdup ("command line");
  if (!equals) {
    g_autofree char *shown = g_strescape (assignment, NULL);
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNKNOWN,
                 "%s: \"%s\" is not of the form group.key=value", where, shown);
    return FALSE;
  }
  g_autofree char *group = g_strndup (assignment, dot - assignment);
  g_autofree char *name = g_strndup (dot + 1, equals - dot - 1);
  const SettingKey *key = find_key (where, group, name, error);
  return key && set_value (settings, where, key, equals + 1, error);
}

static gboolean
load_group (Settings *settings, const char *where, GKeyFile *file, const char *group,
            GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, error);
  if (!names)
    return FALSE;
  if (!has_group (group)) { /* even without a key in it */
    find_key (where, group, "", error);
    return FALSE;
  }
  for (char **name = names; *name; name++) {
    const SettingKey *key = find_key (where, group, *name, error);
    if (!key)
      return FALSE;
    g_autofree char *text = g_key_file_get_value (file, group, *name, error);
    if (!text || !set_value (settings, where, key, g_strstrip (text), error))
      return FALSE;
  }
  return TRUE;
}

/* GKeyFile's own words, on one line and with the file's name. */
static gboolean
fail_syntax (const char *where, const GError *reason, GError **error)
{
  g_autofree char *text = g_utf8_make_valid (reason->message, -1);
  g_strdelimit (text, "\r\n", ' ');
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE, "%s: %s", where, text);
  return FALSE;
}

gboolean
settings_load_data (Settings *settings, const char *name, const char *data, gsize len,
                    GError **error)
{
  if (len > LIMIT_SETTINGS_FILE_BYTES || memchr (data, '\0', len)) {
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE,
                 "%s: must be a text file of at most %d bytes", name, LIMIT_SETTINGS_FILE_BYTES);
    return FALSE;
  }
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  /* GKeyFile takes an empty text as "no file". */
  if (len > 0 && !g_key_file_load_from_data (file, data, len, G_KEY_FILE_NONE, &reason))
    return fail_syntax (name, reason, error);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group; group++)
    if (!load_group (settings, name, file, *group, error))
      return FALSE;
  return TRUE;
}

gboolean
settings_load_file (Settings *settings, const char *path, GError **error)
{
  g_autofree char *data = NULL;
  gsize len;
  g_autoptr (GError) reason = NULL;
  if (!g_file_get_contents (path, &data, &len, &reason)) {
    g_set_error_literal (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE, reason->message);
    return FALSE;
  }
  if (!settings_load_data (settings, path, data, len, error))
    return FALSE;
  g_free (settings->path);
  settings->path = g_strdup (path);
  return TRUE;
}

/* --- what follows from other values ---------------------------------------------------------- */

static gboolean
fail_pair (GError **error, const char *text)
{
  g_set_error_literal (error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE, text);
  return FALSE;
}

static gboolean
check_mail (const Settings *settings, GError **error)
{
  const char *server = settings->mail.server, *from = settings->mail.from;
  if (!*server)
    return TRUE;
  if (!g_str_has_prefix (server, "smtp://") && !g_str_has_prefix (server, "smtps://"))
    return fail_pair (error, "[mail] server: must begin with smtp:// or smtps://");
  if (!strchr (from, '@') || strpbrk (from, " <>\",;:\\"))
    return fail_pair (error, "[mail] from: must be an address such as hop@tinh.gov.vn");
  return TRUE;
}

static gboolean
check_pairs (const Settings *settings, GError **error)
{
  if (!*settings->http.certificate != !*settings->http.private_key)
    return fail_pair (error, "[http] certificate and private_key: give both, or none");
  if (settings->relay.media_port + MAX (settings->relay.shards, 1) - 1 > 65535)
    return fail_pair (error, "[relay] media_port and shards: the last port would be over 65535");
  if (settings->meetings.line_fair_permille > settings->meetings.line_poor_permille)
    return fail_pair (error, "[meetings] line_fair_permille: must not be over line_poor_permille");
  const char *url = settings->http.public_url;
  if (*url && !g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    return fail_pair (error, "[http] public_url: must begin with https://");
  return check_mail (settings, error);
}

static void
fill_path (char **path, char *otherwise)
{
  g_autofree char *given = g_steal_pointer (path);
  *path = g_canonicalize_filename (given && *given ? given : otherwise, NULL);
  g_free (otherwise);
}

gboolean
settings_finish (Settings *settings, GError **error)
{
  if (!check_pairs (settings, error))
    return FALSE;
  fill_path (&settings->storage.state_dir,
             g_build_filename (g_get_user_state_dir (), "diemcau", NULL));
  fill_path (&settings->storage.run_dir,
             g_build_filename (settings->storage.state_dir, "run", NULL));
  fill_path (&settings->relay.dtls_certificate, settings_state_path (settings, "dtls.pem"));
  if (!*settings->http.web_root) {
    g_autofree char *found = settings_find_data ("web");
    if (found) {
      g_free (settings->http.web_root);
      settings->http.web_root = g_steal_pointer (&found);
    }
  }
  return TRUE;
}

char *
settings_state_path (const Settings *settings, const char *name)
{
  return g_build_filename (settings->storage.state_dir, name, NULL);
}

char *
settings_relay_socket (const Settings *settings)
{
  return g_build_filename (settings->storage.run_dir, "relay.sock", NULL);
}

static gboolean
make_dir (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE, "%s: cannot be made: %s", path,
               g_strerror (errno));
  return FALSE;
}

gboolean
settings_make_dirs (const Settings *settings, GError **error)
{
  return make_dir (settings->storage.state_dir, error) &&
         make_dir (settings->storage.run_dir, error);
}

char *
settings_find_data (const char *name)
{
  /* Installed: bin/diemcau; build tree: build/server/diemcau. */
  static const char *const folders[] = { "../share/diemcau", "../config", ".." };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *base = program ? g_path_get_dirname (program) : NULL;
  for (gsize i = 0; base && i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *joined = g_build_filename (base, folders[i], name, NULL);
    g_autofree char *path = g_canonicalize_filename (joined, NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* --- writing --------------------------------------------------------------------------------- */

char **
settings_to_assignments (const Settings *settings)
{
  g_autoptr (Settings) defaults = settings_new ();
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *value = settings_get_text (settings, &keys[i]);
    g_autofree char *otherwise = settings_get_text (defaults, &keys[i]);
    if (!keys[i].secret && strcmp (value, otherwise) != 0)
      g_ptr_array_add (list, g_strdup_printf ("%s.%s=%s", keys[i].group, keys[i].key, value));
  }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

static void
append_key (GString *text, const Settings *settings, const SettingKey *key)
{
  g_string_append_printf (text, "\n# %s\n# %s\n", key->help_vi, key->help_en);
  if (key->type == SETTING_INT)
    g_string_append_printf (text, "# (%" G_GINT64_FORMAT " - %" G_GINT64_FORMAT ")\n", key->min,
                            key->max);
  else if (key->names) {
    g_autofree char *names = g_strjoinv (", ", (char **) key->names);
    g_string_append_printf (text, "# (%s)\n", names);
  }
  g_autofree char *value = settings ? settings_get_text (settings, key) : g_strdup (key->fallback);
  if (key->secret && *value) {
    g_string_append_printf (text, "# (đã đặt, không hiện / set, not shown)\n#%s =\n", key->key);
    return;
  }
  g_string_append_printf (text, "%s%s =%s%s\n", settings ? "" : "#", key->key, *value ? " " : "",
                          value);
}

char *
settings_format (const Settings *settings)
{
  GString *text = g_string_new (NULL);
  if (!settings)
    g_string_append (text,
                     "# Cấu hình Diemcau: mọi khóa với giá trị mặc định; bỏ dấu # để đổi.\n"
                     "# Settings of Diemcau: every key with its default; take the # away to change "
                     "one.\n\n");
  gsize n;
  const SettingKey *keys = settings_keys (&n);
  for (gsize i = 0; i < n; i++) {
    if (i == 0 || strcmp (keys[i].group, keys[i - 1].group) != 0)
      g_string_append_printf (text, "%s[%s]\n", i > 0 ? "\n" : "", keys[i].group);
    append_key (text, settings, &keys[i]);
  }
  return g_string_free (text, FALSE);
}
