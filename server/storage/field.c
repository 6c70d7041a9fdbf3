#include "server/storage/field.h"

#include <string.h>

gboolean
field_fail (GError **error, const char *field, const char *reason)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "%s %s", field, reason);
  return FALSE;
}

static gboolean
consists_of (const char *value, gsize max, gboolean (*allowed) (char c))
{
  gsize length = 0;
  for (; value[length]; length++)
    if (length == max || !allowed (value[length]))
      return FALSE;
  return length > 0;
}

static gboolean
is_code_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '_';
}

static gboolean
is_level_char (char c)
{
  return g_ascii_islower (c) || g_ascii_isdigit (c) || c == '_';
}

static gboolean
is_login_char (char c)
{
  return is_level_char (c) || c == '.' || c == '@' || c == '-';
}

gboolean
field_check_code (const char *field, const char *value, GError **error)
{
  if (value && consists_of (value, UNIT_CODE_MAX, is_code_char))
    return TRUE;
  return field_fail (error, field,
                     "must be 1 to " G_STRINGIFY (UNIT_CODE_MAX) " letters, digits, dots or _");
}

gboolean
field_check_level (const char *value, GError **error)
{
  if (value && consists_of (value, UNIT_LEVEL_MAX, is_level_char))
    return TRUE;
  return field_fail (error, "level",
                     "must be 1 to " G_STRINGIFY (UNIT_LEVEL_MAX) " small letters, digits or _");
}

gboolean
field_check_login (const char *value, GError **error)
{
  if (value && consists_of (value, LOGIN_MAX, is_login_char) && g_ascii_isalnum (*value))
    return TRUE;
  return field_fail (error, "login",
                     "must be 1 to " G_STRINGIFY (
                         LOGIN_MAX) " small letters without diacritics, digits, or . _ @ -");
}

static gboolean
is_mail_char (char c)
{
  return g_ascii_isalnum (c) || (c && strchr ("!#$%&'*+/=?^_`{|}~.-", c) != NULL);
}

static gboolean
is_host_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '-';
}

/* No dot at an end, no two in a row. */
static gboolean
has_whole_labels (const char *value)
{
  gsize length = strlen (value);
  return *value != '.' && value[length - 1] != '.' && !strstr (value, "..");
}

#define EMAIL_LOCAL_MAX 64

gboolean
field_check_email (const char *value, GError **error)
{
  if (!value || !*value)
    return TRUE;
  const char *at = strchr (value, '@');
  g_autofree char *local = at ? g_strndup (value, at - value) : NULL;
  if (at && strlen (value) <= EMAIL_MAX && consists_of (local, EMAIL_LOCAL_MAX, is_mail_char) &&
      consists_of (at + 1, EMAIL_MAX, is_host_char) && has_whole_labels (local) &&
      has_whole_labels (at + 1) && *local != '-' && at[1] != '-')
    return TRUE;
  return field_fail (error, "email", "must be an address such as xa.thanhha@tinh.gov.vn");
}

char *
field_clean_text (const char *field, const char *value, guint min, guint max, GError **error)
{
  if (!value || !g_utf8_validate (value, -1, NULL)) {
    field_fail (error, field, "must be UTF-8 text");
    return NULL;
  }
  g_autofree char *text = g_utf8_normalize (value, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_strstrip (text);
  guint length = 0;
  for (const char *p = text; *p; p = g_utf8_next_char (p), length++) {
    if (g_unichar_iscntrl (g_utf8_get_char (p))) {
      field_fail (error, field, "must not have control characters");
      return NULL;
    }
  }
  if (length < min || length > max) {
    g_autofree char *reason = g_strdup_printf ("must have %u to %u characters", min, max);
    field_fail (error, field, reason);
    return NULL;
  }
  return g_steal_pointer (&text);
}
