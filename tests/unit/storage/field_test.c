#include "server/storage/field.h"
#include "tests/unit/storage/storage_support.h"

typedef gboolean (*Check) (const char *value, GError **error);

static gboolean
check_code (const char *value, GError **error)
{
  return field_check_code ("code", value, error);
}

/* At the limit and one past it. */
static void
assert_bound (Check check, gsize max)
{
  g_autofree char *longest = g_strnfill (max, 'a');
  g_autofree char *longer = g_strnfill (max + 1, 'a');
  assert_works (check (longest, error));
  assert_fails (check (longer, error), STORAGE_ERROR_INVALID);
  assert_fails (check ("", error), STORAGE_ERROR_INVALID);
  assert_fails (check (NULL, error), STORAGE_ERROR_INVALID);
}

static void
test_names (void)
{
  static const struct {
    Check check;
    const char *value;
    gboolean good;
  } rows[] = {
    { check_code, "38", TRUE },
    { check_code, "VN", TRUE },
    { check_code, "H38.2_a", TRUE },
    { check_code, "38-1", FALSE }, /* that is an endpoint's id */
    { check_code, "3/8", FALSE },
    { check_code, "3 8", FALSE },
    { check_code, "xã", FALSE },
    { field_check_level, "special_zone", TRUE },
    { field_check_level, "Commune", FALSE },
    { field_check_level, "cấp", FALSE },
    { field_check_login, "thu.ky_1@tinh-38", TRUE },
    { field_check_login, "-x", FALSE },
    { field_check_login, "Thuky", FALSE },
    { field_check_login, "thu ky", FALSE },
    { field_check_email, "", TRUE },
    { field_check_email, "xa.thanhha+ub@tinh-38.gov.vn", TRUE },
    { field_check_email, "xa", FALSE },
    { field_check_email, "@tinh.vn", FALSE },
    { field_check_email, "xa@", FALSE },
    { field_check_email, "a@b@c", FALSE },
    { field_check_email, "xa..ha@tinh.vn", FALSE },
    { field_check_email, ".xa@tinh.vn", FALSE },
    { field_check_email, "xa@tinh.", FALSE },
    { field_check_email, "-xa@tinh.vn", FALSE },
    { field_check_email, "xa ha@tinh.vn", FALSE },
    { field_check_email, "xã@tinh.vn", FALSE },
    { field_check_email, "a@b\r\nBcc:c@d", FALSE },
    { field_check_email, "<a@b>", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].value);
    if (rows[i].good)
      assert_works (rows[i].check (rows[i].value, error));
    else
      assert_fails (rows[i].check (rows[i].value, error), STORAGE_ERROR_INVALID);
  }
  assert_bound (check_code, UNIT_CODE_MAX);
  assert_bound (field_check_level, UNIT_LEVEL_MAX);
  assert_bound (field_check_login, LOGIN_MAX);
}

static void
test_email_bounds (void)
{
  g_autofree char *local = g_strnfill (64, 'a'), *too_long = g_strnfill (65, 'a');
  g_autofree char *host = g_strnfill (EMAIL_MAX - 65, 'b');
  g_autofree char *longest = g_strconcat (local, "@", host, NULL);
  g_autofree char *longer = g_strconcat (longest, "b", NULL);
  g_autofree char *other = g_strconcat (too_long, "@b", NULL);
  g_assert_cmpuint (strlen (longest), ==, EMAIL_MAX);
  assert_works (field_check_email (longest, error));
  assert_fails (field_check_email (longer, error), STORAGE_ERROR_INVALID);
  assert_fails (field_check_email (other, error), STORAGE_ERROR_INVALID);
}

static void
test_text (void)
{
  static const struct {
    const char *value;
    const char *clean; /* NULL: refused */
  } rows[] = {
    { "Xã Mường Lát", "Xã Mường Lát" },
    { "  a  b ", "a  b" },
    { "Xa\xcc\x83", "Xã" }, /* NFD comes out as NFC */
    { "a\nb", NULL },
    { "a\x7f", NULL },
    { "\xff", NULL },
    { "   ", NULL },
    { NULL, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *clean = field_clean_text ("name", rows[i].value, 1, 100, &error);
    g_assert_cmpstr (clean, ==, rows[i].clean);
    g_assert_true (clean || g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_INVALID));
    g_assert_true (clean || g_str_has_prefix (error->message, "name "));
  }
}

/* Counted in characters: Vietnamese ones have up to three bytes. */
static void
test_text_bounds (void)
{
  GString *text = g_string_new (NULL);
  for (int i = 0; i < NAME_MAX_CHARS; i++)
    g_string_append (text, "ộ");
  g_autofree char *longest = NULL;
  assert_works (longest = field_clean_text ("name", text->str, 1, NAME_MAX_CHARS, error));
  g_assert_cmpstr (longest, ==, text->str);
  g_string_append (text, "ộ");
  assert_fails (field_clean_text ("name", text->str, 1, NAME_MAX_CHARS, error),
                STORAGE_ERROR_INVALID);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field/email-bounds", test_email_bounds);
  g_test_add_func ("/field/names", test_names);
  g_test_add_func ("/field/text", test_text);
  g_test_add_func ("/field/text-bounds", test_text_bounds);
  return g_test_run ();
}
