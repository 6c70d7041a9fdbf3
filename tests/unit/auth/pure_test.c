/* What needs no database: throttle, lock-out, access tokens, rules of passwords. */
#include "server/auth/access_token.h"
#include "server/auth/lockout.h"
#include "server/auth/login.h"
#include "server/auth/password.h"
#include "server/auth/throttle.h"

#include <string.h>

static void
test_throttle (void)
{
  g_autoptr (Throttle) throttle = throttle_new (3, 1000, 2);
  gint64 now = 5000;
  for (int i = 0; i < 3; i++) {
    g_assert_false (throttle_is_blocked (throttle, "a", now));
    throttle_count (throttle, "a", now);
  }
  g_assert_true (throttle_is_blocked (throttle, "a", now));
  for (int i = 0; i < 100; i++) /* a flood while blocked adds no debt */
    throttle_count (throttle, "a", now);
  g_assert_true (throttle_is_blocked (throttle, "a", now + 999));
  g_assert_false (throttle_is_blocked (throttle, "a", now + 1000));
  throttle_count (throttle, "a", now + 1000);
  g_assert_true (throttle_is_blocked (throttle, "a", now + 1999));
  g_assert_false (throttle_is_blocked (throttle, "a", now + 100000));
  g_assert_false (throttle_is_blocked (throttle, "b", now));
  throttle_count (throttle, "b", now);
  throttle_count (throttle, "c", now); /* the stalest, a, makes room */
  g_assert_cmpuint (throttle_size (throttle), ==, 2);
  throttle_forget (throttle, "c");
  throttle_forget (throttle, "c");
  g_assert_cmpuint (throttle_size (throttle), ==, 1);
}

static void
test_source_key (void)
{
  static const char *const rows[][2] = {
    { "10.0.0.1", "10.0.0.1" },
    { "::ffff:10.0.0.1", "10.0.0.1" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
    { "::1", "::/64" },
    { "unix", "unix" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *key = throttle_source_key (rows[i][0]);
    g_assert_cmpstr (key, ==, rows[i][1]);
  }
}

static void
test_lockout (void)
{
  g_autoptr (Lockout) lockout = lockout_new (3, 1000, 2);
  g_assert_false (lockout_count (lockout, "a", 0));
  g_assert_false (lockout_count (lockout, "a", 0));
  g_assert_false (lockout_is_locked (lockout, "a", 0));
  g_assert_true (lockout_count (lockout, "a", 0));
  g_assert_true (lockout_is_locked (lockout, "a", 999));
  g_assert_false (lockout_is_locked (lockout, "a", 1000));
  g_assert_false (lockout_count (lockout, "a", 1000)); /* counted anew */
  g_assert_false (lockout_count (lockout, "b", 0));
  g_assert_false (lockout_count (lockout, "c", 0));
  g_assert_cmpuint (lockout_size (lockout), ==, 2);
  g_assert_false (lockout_is_locked (lockout, "a", 0)); /* made room */
}

static const char *
key_of (guint i)
{
  static char key[16];
  g_snprintf (key, sizeof key, "k%u", i);
  return key;
}

/* As many as a log-in gate remembers, and one past them: the first makes room, no other. */
static void
test_most_keys (void)
{
  g_autoptr (Throttle) throttle = throttle_new (1, 1000, LOGIN_SOURCES_MAX);
  g_autoptr (Lockout) lockout = lockout_new (1, 1000, LOGIN_UNKNOWN_MAX);
  G_STATIC_ASSERT (LOGIN_SOURCES_MAX == LOGIN_UNKNOWN_MAX);
  for (guint i = 0; i < LOGIN_SOURCES_MAX; i++) {
    throttle_count (throttle, key_of (i), 0);
    lockout_count (lockout, key_of (i), 0);
  }
  for (guint past = 0; past <= 1; past++) {
    g_assert_cmpuint (throttle_size (throttle), ==, LOGIN_SOURCES_MAX);
    g_assert_cmpuint (lockout_size (lockout), ==, LOGIN_UNKNOWN_MAX);
    for (guint i = 0; i < LOGIN_SOURCES_MAX + past; i++) {
      g_assert_cmpint (throttle_is_blocked (throttle, key_of (i), 0), ==, i >= past);
      g_assert_cmpint (lockout_is_locked (lockout, key_of (i), 0), ==, i >= past);
    }
    throttle_count (throttle, key_of (LOGIN_SOURCES_MAX), 0);
    lockout_count (lockout, key_of (LOGIN_SOURCES_MAX), 0);
  }
}

static void
test_password_rules (void)
{
  g_autofree char *longest = g_strnfill (PASSWORD_MAX_BYTES, 'x');
  g_autofree char *longer = g_strnfill (PASSWORD_MAX_BYTES + 1, 'x');
  struct {
    const char *password;
    gboolean good;
  } rows[] = {
    { "12345678", TRUE },
    { "1234567", FALSE },
    { "mật khẩu", TRUE },
    { "xx-THUKY-yy", FALSE },
    { longest, TRUE },
    { longer, FALSE },
    { NULL, FALSE },
    { "\xff\xff\xff\xff\xff"
      "\xff\xff\xff",
      FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (password_check_rules (rows[i].password, "thuky", &error), ==, rows[i].good);
    g_assert_true (rows[i].good || g_error_matches (error, AUTH_ERROR, AUTH_ERROR_WEAK));
  }
}

static void
test_password (void)
{
  g_autofree char *hash = password_hash ("đúng mật khẩu", NULL);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$"));
  g_assert_true (password_verify (hash, "đúng mật khẩu"));
  g_assert_false (password_verify (hash, "sai mật khẩu"));
  g_assert_false (password_verify (hash, ""));
  g_assert_false (password_verify (NULL, "đúng mật khẩu"));
  g_assert_false (password_verify ("no hash", "x"));
  char *a = password_random (), *b = password_random ();
  g_assert_cmpuint (strlen (a), ==, 16);
  g_assert_cmpstr (a, !=, b);
  password_free (a);
  password_free (b);
  password_free (NULL);
}

/* What a stopwatch on the log-in page sees must not tell whether a user exists: an unknown one
 * goes through Argon2id with the same limits. */
static void
test_unknown_user_costs_the_same (void)
{
  g_autofree char *hash = password_hash ("x", NULL);
  gint64 start = g_get_monotonic_time ();
  g_assert_false (password_verify (hash, "y"));
  gint64 known = g_get_monotonic_time () - start;
  start = g_get_monotonic_time ();
  g_assert_false (password_verify (NULL, "y"));
  gint64 unknown = g_get_monotonic_time () - start;
  g_assert_cmpint (unknown, >, known / 4);
}

static GBytes *
test_key (guint8 fill)
{
  guint8 bytes[ACCESS_TOKEN_KEY_BYTES];
  memset (bytes, fill, sizeof bytes);
  return g_bytes_new (bytes, sizeof bytes);
}

static void
assert_refused (const char *text, GBytes *key, gint64 now_s, int code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (access_token_verify (text, key, now_s, &error));
  g_assert_error (error, AUTH_ERROR, code);
}

static void
test_access_token (void)
{
  g_autoptr (GBytes) key = test_key (1);
  g_autoptr (GBytes) other = test_key (2);
  AccessToken room = { (char *) "m1", (char *) "38-1", ACCESS_ROOM, 1000 };
  g_autofree char *text = access_token_sign (&room, key);
  g_assert_true (g_str_has_prefix (text, "v1."));
  g_autoptr (AccessToken) token = access_token_verify (text, key, 999, NULL);
  g_assert_nonnull (token);
  g_assert_cmpstr (token->meeting, ==, "m1");
  g_assert_cmpstr (token->endpoint, ==, "38-1");
  g_assert_cmpint (token->kind, ==, ACCESS_ROOM);
  g_assert_cmpint (token->expires_s, ==, 1000);
  assert_refused (text, key, 1000, AUTH_ERROR_EXPIRED);
  assert_refused (text, other, 999, AUTH_ERROR_TOKEN);

  AccessToken viewer = { (char *) "m1", (char *) "", ACCESS_VIEWER, 1000 };
  g_autofree char *watching = access_token_sign (&viewer, key);
  g_autoptr (AccessToken) seen = access_token_verify (watching, key, 0, NULL);
  g_assert_cmpint (seen->kind, ==, ACCESS_VIEWER);
}

static void
test_access_token_changed (void)
{
  g_autoptr (GBytes) key = test_key (1);
  AccessToken room = { (char *) "m1", (char *) "38-1", ACCESS_ROOM, 1000 };
  g_autofree char *text = access_token_sign (&room, key);
  for (gsize i = 0; text[i]; i++) {
    g_autofree char *changed = g_strdup (text);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    g_autoptr (AccessToken) token = access_token_verify (changed, key, 0, NULL);
    g_assert_null (token);
    changed[i] = 0;
    token = access_token_verify (changed, key, 0, NULL);
    g_assert_null (token);
  }
  g_autofree char *longer = g_strconcat (text, "A", NULL);
  assert_refused (longer, key, 0, AUTH_ERROR_TOKEN);
  g_autofree char *endless = g_strnfill (ACCESS_TOKEN_MAX_BYTES + 1, 'v');
  assert_refused (endless, key, 0, AUTH_ERROR_TOKEN);
  static const char *const broken[] = { "", "v1.", "v1..", "v2.e30.x", "v1.e30", "Bearer x" };
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_refused (broken[i], key, 0, AUTH_ERROR_TOKEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/auth/most-keys", test_most_keys);
  g_test_add_func ("/auth/throttle", test_throttle);
  g_test_add_func ("/auth/source-key", test_source_key);
  g_test_add_func ("/auth/lockout", test_lockout);
  g_test_add_func ("/auth/password-rules", test_password_rules);
  g_test_add_func ("/auth/password", test_password);
  g_test_add_func ("/auth/unknown-user-costs-the-same", test_unknown_user_costs_the_same);
  g_test_add_func ("/auth/access-token", test_access_token);
  g_test_add_func ("/auth/access-token-changed", test_access_token_changed);
  return g_test_run ();
}
